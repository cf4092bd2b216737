//! HTTP/1.1 for one page on one machine: a request, an answer, and the connection is closed.
//!
//! Every limit is here: connections, the time and size of a head and of a body, the time of a write. A stream of events
//! holds its connection as long as it is read.

use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Limits on what anybody who can reach the port may use up.
#[derive(Clone, Copy, Debug)]
pub struct ServerLimits {
    /// Connections at once; more are closed as they come.
    pub connections: usize,
    /// From the connection to the end of the request.
    pub request: Duration,
    /// Bytes of a head, and of a body.
    pub head: usize,
    /// Bytes of a body.
    pub body: usize,
    /// How long a write may wait for the other end.
    pub write: Duration,
}

/// The limits of a page.
pub const LIMITS: ServerLimits = ServerLimits {
    connections: 64,
    request: Duration::from_secs(3),
    head: 8 << 10,
    body: 64 << 10,
    write: Duration::from_secs(10),
};

/// Fields of a head, at most.
const MOST_FIELDS: usize = 64;

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The target as it was sent, without what follows a question mark.
    pub path: String,
    /// The query: names and values.
    pub query: Vec<(String, String)>,
    /// Names in lower case, and values.
    pub fields: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of the field, if it was sent exactly once.
    pub fn only(&self, name: &str) -> Option<&str> {
        let mut values =
            self.fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() { None } else { first }
    }

    /// Whether the field was sent.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }

    /// The value of this name after the question mark.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An answer.
pub struct Response {
    /// The status.
    pub status: u16,
    /// The media type.
    pub kind: &'static str,
    /// More fields.
    pub fields: Vec<(&'static str, String)>,
    /// The body.
    pub body: Body,
}

/// Writes a body as it comes, until either end is gone.
pub type StreamBody = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send>;

/// The body of an answer.
pub enum Body {
    /// All of it.
    Whole(Vec<u8>),
    /// Written as it comes, until either end is gone.
    Stream(StreamBody),
}

impl Response {
    /// A whole answer.
    pub fn new(status: u16, kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, kind, fields: Vec::new(), body: Body::Whole(body.into()) }
    }

    /// A line of plain text.
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text.into())
    }

    /// JSON.
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::new(status, "application/json", value.to_string())
    }
}

/// Answers connections, each on a thread of its own. Ends with the process.
pub fn serve(
    listener: &TcpListener,
    limits: ServerLimits,
    answer: Arc<dyn Fn(&Request) -> Response + Send + Sync>,
) {
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        // Out of descriptors, or gone before it was accepted.
        let Ok(stream) = stream else {
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        let place = Place::take(&open);
        if open.load(Ordering::SeqCst) > limits.connections {
            continue;
        }
        let answer = answer.clone();
        // Without a thread, it is closed.
        drop(thread::Builder::new().name("page".into()).spawn(move || {
            let _place = place;
            // The other end is gone, or too slow.
            let _ = converse(stream, limits, &*answer);
        }));
    }
}

/// A place among the connections, given back when it is dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::SeqCst);
        Self(open.clone())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn converse(
    mut stream: TcpStream,
    limits: ServerLimits,
    answer: &dyn Fn(&Request) -> Response,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(limits.write))?;
    let response = match read(&mut stream, limits) {
        Ok(request) => answer(&request),
        Err(Refused::Gone) => return Ok(()),
        Err(Refused::With(status, why)) => Response::text(status, why),
    };
    write(&mut stream, response)
}

/// Why a request was not read.
#[derive(Debug, PartialEq)]
enum Refused {
    /// The other end is gone or too slow: nothing is answered.
    Gone,
    /// It is answered with this status.
    With(u16, &'static str),
}

/// A connection, until a moment.
struct Timed<'s> {
    stream: &'s mut TcpStream,
    until: Instant,
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(buffer)
    }
}

fn read(stream: &mut TcpStream, limits: ServerLimits) -> Result<Request, Refused> {
    read_from(&mut Timed { stream, until: Instant::now() + limits.request }, limits)
}

fn read_from(from: &mut impl Read, limits: ServerLimits) -> Result<Request, Refused> {
    let mut bytes = Vec::new();
    let (mut request, length, head) = loop {
        if let Some(head) = parse(&bytes)? {
            break head;
        }
        if bytes.len() >= limits.head {
            return Err(Refused::With(431, "the head is too long"));
        }
        more(from, &mut bytes, limits.head)?;
    };
    if length > limits.body {
        return Err(Refused::With(413, "the body is too long"));
    }
    while bytes.len() < head + length {
        more(from, &mut bytes, head + length)?;
    }
    if bytes.len() > head + length {
        return Err(Refused::With(400, "one request, one connection"));
    }
    request.body = bytes.split_off(head);
    Ok(request)
}

/// Reads on, to no more than `most` bytes in all.
fn more(from: &mut impl Read, bytes: &mut Vec<u8>, most: usize) -> Result<(), Refused> {
    let mut buffer = [0; 4096];
    let room = (most - bytes.len()).min(buffer.len());
    match from.read(&mut buffer[..room]) {
        Ok(0) | Err(_) => Err(Refused::Gone),
        Ok(read) => {
            bytes.extend_from_slice(&buffer[..read]);
            Ok(())
        }
    }
}

/// The request without its body, the body's length, and where it begins; `None` for a part of a head.
fn parse(bytes: &[u8]) -> Result<Option<(Request, usize, usize)>, Refused> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut head = httparse::Request::new(&mut fields);
    let bad = |why| Refused::With(400, why);
    let end = match head.parse(bytes) {
        Ok(httparse::Status::Complete(end)) => end,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(bad("that is not HTTP/1.1")),
    };
    let target = head.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        path: path.to_owned(),
        query: query.split('&').filter_map(pair).collect(),
        ..Request::default()
    };
    for field in head.headers.iter() {
        let value = str::from_utf8(field.value).map_err(|_| bad("a field is not UTF-8"))?;
        request.fields.push((field.name.to_ascii_lowercase(), value.to_owned()));
    }
    if request.has("transfer-encoding") {
        return Err(Refused::With(501, "a body comes with its length"));
    }
    let length = match request.only("content-length") {
        Some(length) if length.bytes().all(|byte| byte.is_ascii_digit()) => {
            length.parse().map_err(|_| bad("Content-Length is no length"))?
        }
        None if !request.has("content-length") => 0,
        _ => return Err(bad("Content-Length is no length")),
    };
    Ok(Some((request, length, end)))
}

fn pair(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    Some((name.to_owned(), decoded(value)?))
}

/// A value with its `%XX` resolved; `None` for a broken one.
fn decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn write(stream: &mut TcpStream, response: Response) -> io::Result<()> {
    let mut head = format!(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nConnection: close\r\n",
        response.status,
        word(response.status),
        response.kind
    );
    if let Body::Whole(body) = &response.body
        && response.status != 204
    {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    for (name, value) in &response.fields {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    match response.body {
        Body::Whole(body) => stream.write_all(&body),
        Body::Stream(write) => write(stream),
    }
}

fn word(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        421 => "Misdirected Request",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => "Bad Request",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_text(text: &str) -> Result<Request, Refused> {
        read_from(&mut text.as_bytes(), LIMITS)
    }

    #[test]
    fn a_request_is_read_with_its_query_and_body() {
        let request =
            read_text("POST /act?name=a%20b&x=%zz HTTP/1.1\r\nHOST: h\r\nContent-Length: 2\r\n\r\n{}")
                .unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/act"));
        assert_eq!((request.asked("name"), request.asked("x")), (Some("a b"), None));
        assert_eq!((request.only("host"), request.body.as_slice()), (Some("h"), b"{}".as_slice()));
    }

    #[test]
    fn what_is_odd_is_refused() {
        let refused = |text: &str| match read_text(text) {
            Err(Refused::With(status, _)) => status,
            other => panic!("{text:?}: {other:?}"),
        };
        assert_eq!(refused("hello\r\n\r\n"), 400);
        assert_eq!(refused("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na"), 400);
        assert_eq!(refused("POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\na"), 400);
        assert_eq!(refused("POST / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n"), 413);
        assert_eq!(refused("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 501);
        assert_eq!(refused("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\n\r\n"), 400);
        assert_eq!(refused(&format!("GET / HTTP/1.1\r\nA: {}", "a".repeat(9000))), 431);
        assert_eq!(read_text("GET / HTTP/1.1\r\nHost: h\r\n").unwrap_err(), Refused::Gone);
        let twice = read_text("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").unwrap();
        assert_eq!((twice.only("host"), twice.has("host")), (None, true));
    }

    proptest! {
        #[test]
        fn no_input_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_from(&mut bytes.as_slice(), LIMITS);
        }
    }
}
