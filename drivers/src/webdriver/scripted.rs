//! A WebDriver server that does as a test tells it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::{Value, json};

/// A request, as the server sees it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    /// Method and path: "GET /status".
    pub line: String,
    pub body: Value,
    /// Whether it is marked as sensitive.
    pub sensitive: bool,
}

/// The scripted server's reaction to a request.
pub(crate) enum Answer {
    /// Answers.
    Value(Value),
    /// Answers with an error: its code and its message.
    Error(&'static str, &'static str),
    /// Answers with these bytes.
    Raw(&'static str),
    /// Hangs up.
    HangUp,
    /// Answers only when the client has gone.
    Silence,
}

/// A server on this machine, for as long as the test runs.
pub(crate) struct Scripted {
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Scripted {
    /// A server that answers each request as `script` says.
    pub fn new(mut script: impl FnMut(&Request) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                let Some(request) = read(&stream) else { continue };
                let answer = script(&request);
                kept.lock().unwrap().push(request);
                write(stream, &answer);
            }
        });
        Self { url, requests }
    }

    /// Requests received until now.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// Request lines received until now.
    pub fn lines(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.line).collect()
    }
}

/// A session's beginning, as a server answers it.
pub(crate) fn session(id: &str, capabilities: Value) -> Answer {
    Answer::Value(json!({ "sessionId": id, "capabilities": capabilities }))
}

/// An element, as a server names it.
pub(crate) fn element(id: &str) -> Answer {
    Answer::Value(json!({ "element-6066-11e4-a52e-4f735466cecf": id }))
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let line = line.rsplit_once(' ')?.0.to_owned();
    let (mut length, mut sensitive) = (0, false);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let header = header.trim_end().to_ascii_lowercase();
        match header.split_once(": ") {
            Some(("content-length", value)) => length = value.parse().ok()?,
            Some(("x-appium-is-sensitive", value)) => sensitive = value == "true",
            _ if header.is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { line, body: serde_json::from_slice(&body).unwrap_or_default(), sensitive })
}

fn write(mut stream: TcpStream, answer: &Answer) {
    let (status, body) = match answer {
        Answer::Value(value) => ("200 OK", json!({ "value": value }).to_string()),
        Answer::Error(code, message) => (
            "404 Not Found",
            json!({ "value": { "error": code, "message": message, "stacktrace": "" } }).to_string(),
        ),
        Answer::Raw(bytes) => ("200 OK", (*bytes).to_owned()),
        Answer::HangUp => return,
        Answer::Silence => {
            stream.read_exact(&mut [0]).ok();
            return;
        }
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).ok();
}
