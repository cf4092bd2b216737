//! The Debug Adapter Protocol on the wire: JSON behind a head with its length in bytes.

use std::io::{self, BufRead, Read, Write};

use serde_json::{Value, json};

/// The longest body that is read.
const MOST_BODY: usize = 16 << 20;
/// The longest line of a head, and how many there may be.
const MOST_LINE: u64 = 4096;
const MOST_LINES: usize = 32;

/// The next message; `None` at the end of the input.
///
/// # Errors
/// The input is not the protocol, or cannot be read.
pub fn read(from: &mut impl BufRead) -> io::Result<Option<Value>> {
    let Some(length) = head(from)? else { return Ok(None) };
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    serde_json::from_slice(&body)
        .map(Some)
        .map_err(|error| invalid(format!("a message is not JSON: {error}")))
}

/// The length of the body that follows.
fn head(from: &mut impl BufRead) -> io::Result<Option<usize>> {
    let mut length = None;
    for number in 0..MOST_LINES {
        let mut line = Vec::new();
        let read = from.by_ref().take(MOST_LINE).read_until(b'\n', &mut line)?;
        if read == 0 && number == 0 {
            return Ok(None);
        }
        if line.pop() != Some(b'\n') {
            return Err(invalid("a head was cut short"));
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line.is_empty() {
            return length.map(Some).ok_or_else(|| invalid("a head has no Content-Length"));
        }
        let Some((name, value)) = line.split_once(':') else {
            return Err(invalid(format!("a head has a line without a colon: {line:?}")));
        };
        if name.eq_ignore_ascii_case("content-length") {
            let given = value.trim().parse().ok().filter(|given| *given <= MOST_BODY);
            length = Some(given.ok_or_else(|| {
                invalid(format!("Content-Length is {:?}; accepted: 0 to {MOST_BODY}", value.trim()))
            })?);
        }
    }
    Err(invalid("a head has too many lines"))
}

fn invalid(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

/// Numbers and writes messages.
pub struct Writer<W> {
    out: W,
    last: u64,
}

impl<W: Write> Writer<W> {
    /// A writer to `out`.
    pub fn new(out: W) -> Self {
        Self { out, last: 0 }
    }

    /// Answers `request`; an error is shown to the user.
    ///
    /// # Errors
    /// The output is closed.
    pub fn respond(&mut self, request: &Value, result: Result<Value, String>) -> io::Result<()> {
        let (success, body) = match &result {
            Ok(body) => (true, body.clone()),
            // The reason is a variable, so that braces in it are not taken for one.
            Err(why) => {
                let error = json!({"id": 1, "format": "{why}", "variables": {"why": why}, "showUser": true});
                (false, json!({ "error": error }))
            }
        };
        let mut message = json!({
            "type": "response",
            "request_seq": request["seq"],
            "command": request["command"],
            "success": success,
        });
        if let Err(why) = result {
            message["message"] = json!(why);
        }
        self.send(message, body)
    }

    /// Sends an event.
    ///
    /// # Errors
    /// The output is closed.
    pub fn event(&mut self, name: &str, body: Value) -> io::Result<()> {
        self.send(json!({"type": "event", "event": name}), body)
    }

    fn send(&mut self, mut message: Value, body: Value) -> io::Result<()> {
        self.last += 1;
        message["seq"] = json!(self.last);
        if !body.is_null() {
            message["body"] = body;
        }
        let text = message.to_string();
        write!(self.out, "Content-Length: {}\r\n\r\n{text}", text.len())?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_is_read_again_with_danish_letters_in_it() {
        let mut writer = Writer::new(Vec::new());
        let request = json!({"seq": 7, "command": "evaluate"});
        writer.event("output", json!({"output": "Næste æøå"})).unwrap();
        writer.respond(&request, Err("{no} such".into())).unwrap();
        writer.respond(&request, Ok(Value::Null)).unwrap();
        let mut written = writer.out.as_slice();
        let first = read(&mut written).unwrap().unwrap();
        assert_eq!((&first["seq"], &first["body"]["output"]), (&json!(1), &json!("Næste æøå")));
        let second = read(&mut written).unwrap().unwrap();
        assert_eq!(second["body"]["error"]["variables"]["why"], "{no} such");
        assert_eq!((&second["success"], &second["command"]), (&json!(false), &json!("evaluate")));
        let third = read(&mut written).unwrap().unwrap();
        assert!(third.get("body").is_none() && third["success"] == true && third["request_seq"] == 7);
        assert!(read(&mut written).unwrap().is_none());
    }

    #[test]
    fn what_is_not_the_protocol_is_an_error() {
        let refused = |text: &str| read(&mut text.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            refused("GET / HTTP/1.1\r\n\r\n"),
            "a head has a line without a colon: \"GET / HTTP/1.1\""
        );
        assert_eq!(refused("Host: a\r\n\r\n"), "a head has no Content-Length");
        assert!(refused("Content-Length: 99999999999\r\n\r\n").starts_with("Content-Length is"));
        assert!(refused("Content-Length: -1\r\n\r\n").starts_with("Content-Length is"));
        assert_eq!(refused("Content-Length: 5\r\n"), "a head was cut short");
        assert!(refused("Content-Length: 5\r\n\r\n{}").contains("fill whole buffer"));
        assert!(refused("Content-Length: 2\r\n\r\n}{").starts_with("a message is not JSON"));
        assert_eq!(refused(&"a: b\r\n".repeat(99)), "a head has too many lines");
        assert_eq!(refused(&"a".repeat(9999)), "a head was cut short");
    }

    proptest! {
        #[test]
        fn no_input_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut from = bytes.as_slice();
            while let Ok(Some(_)) = read(&mut from) {}
        }
    }
}
