//! A server that answers as a recorded one did, to the same requests in the same order.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use serde::Deserialize;

/// One request and its answer.
#[derive(Deserialize)]
struct Exchange {
    /// Method and path.
    request: String,
    status: u16,
    body: serde_json::Value,
}

/// The server.
pub struct Replay {
    url: String,
    ended: Receiver<()>,
}

impl Replay {
    /// A server that answers as `recorded`.
    pub fn new(recorded: &str) -> Self {
        let exchanges: Vec<Exchange> = serde_json::from_str(recorded).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (end, ended) = mpsc::channel();
        thread::spawn(move || {
            for exchange in exchanges {
                answer(listener.accept().unwrap().0, &exchange);
            }
            end.send(()).unwrap();
        });
        Self { url, ended }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asserts that all of the recording was asked for.
    pub fn is_at_its_end(&self) {
        self.ended.recv_timeout(Duration::from_secs(5)).expect("more was recorded than was asked for");
    }
}

fn answer(mut stream: TcpStream, exchange: &Exchange) {
    let mut reader = BufReader::new(&stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_lowercase());
    }
    let length = lines.iter().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body).unwrap();
    let asked = lines[0].trim_end_matches(" http/1.1").to_owned();
    assert_eq!(asked, exchange.request.to_lowercase());
    let body = exchange.body.to_string();
    let head = format!(
        "HTTP/1.1 {} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        exchange.status,
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).unwrap();
}
