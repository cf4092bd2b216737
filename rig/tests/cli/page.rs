//! `rig page` and `rig run --page`: who may look and act, and what a watcher gets.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use reports::{Journal, Outcome, Summary};
use serde_json::{Value, json};

use crate::common::{command, rig};

/// How long an answer may take before the test is over.
const PATIENCE: Duration = Duration::from_secs(60);

/// A page that is served.
struct Served {
    rig: Child,
    host: String,
    token: String,
    temporary: tempfile::TempDir,
}

impl Served {
    /// `rig page` with `args`, into a folder of its own.
    fn page(args: &[&str]) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("run");
        let mut page = command(&["page", "--seed", "1", "--out", folder.to_str().unwrap()]);
        let mut rig = page.args(args).stdout(Stdio::piped()).spawn().unwrap();
        let address = address(&mut BufReader::new(rig.stdout.take().unwrap()));
        Self::at(rig, &address, temporary)
    }

    fn at(rig: Child, address: &str, temporary: tempfile::TempDir) -> Self {
        let (host, token) = address.strip_prefix("http://").unwrap().split_once("/#").unwrap();
        Self { rig, host: host.to_owned(), token: token.to_owned(), temporary }
    }

    /// Sends `text` as it is, and returns the status and everything after the head.
    fn raw(&self, text: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        // A connection that is refused at once may be reset.
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        (status, text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
    }

    fn get(&self, path: &str, fields: &str) -> (u16, String) {
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{fields}\r\n", self.host))
    }

    fn post(&self, path: &str, fields: &str, body: &Value) -> (u16, String) {
        let body = body.to_string();
        let (host, length) = (&self.host, body.len());
        self.raw(&format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{fields}Content-Length: {length}\r\n\r\n{body}"
        ))
    }

    fn token(&self) -> String {
        format!("x-rig-token: {}\r\n", self.token)
    }

    /// A command of the tab `client`.
    fn act(&self, client: &str, command: &str) -> (u16, String) {
        self.post("/act", &self.token(), &json!({"client": client, "command": command}))
    }

    /// A tab that watches.
    fn watch(&self, client: &str) -> Watcher {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (host, token) = (&self.host, self.token());
        write!(stream, "GET /events?client={client} HTTP/1.1\r\nHost: {host}\r\n{token}\r\n").unwrap();
        let mut from = BufReader::new(stream);
        let mut line = String::new();
        from.read_line(&mut line).unwrap();
        assert!(line.contains("200"), "{line}");
        Watcher { from }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.rig.kill();
        let _ = self.rig.wait();
    }
}

fn address(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    line.trim().strip_prefix("Page: ").unwrap_or_else(|| panic!("{line}")).to_owned()
}

struct Watcher {
    from: BufReader<TcpStream>,
}

impl Watcher {
    /// The data of the next event with this name.
    fn event(&mut self, name: &str) -> Value {
        let mut named = String::new();
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "the page is gone before {name}");
            if let Some(event) = line.trim_end().strip_prefix("event: ") {
                named = event.to_owned();
            }
            if let Some(data) = line.trim_end().strip_prefix("data: ")
                && named == name
            {
                return serde_json::from_str(data).unwrap();
            }
        }
    }

    /// The next event of the journal of this kind.
    fn entry(&mut self, kind: &str) -> Value {
        loop {
            let entry = self.event("entry");
            if entry["event"] == kind {
                return entry;
            }
        }
    }
}

const SCENARIO: &str = "It is shown for 3 minutes";

#[test]
fn nobody_looks_or_acts_without_the_right_name_origin_and_token() {
    let served = Served::page(&[SCENARIO]);
    let (host, token) = (served.host.clone(), served.token());
    assert_eq!(served.get("/", "").0, 200);
    for path in ["/events?client=a", "/screens", "/picture?camera=x", "/run/report.html"] {
        assert_eq!(served.get(path, "").0, 401, "{path}");
    }
    assert_eq!(served.get("/run/report.html", "Cookie: rig=none\r\n").0, 401);
    for head in [
        "GET / HTTP/1.1\r\nHost: evil\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\n\r\n".to_owned(),
        format!("GET / HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n"),
        format!("GET http://evil/ HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n"),
    ] {
        assert_eq!(served.raw(&head).0, 421, "{head}");
    }
    let act = json!({"client": "a", "command": "next"});
    for fields in ["Origin: http://evil\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n"] {
        assert_eq!(served.post("/act", &format!("{token}{fields}"), &act).0, 403, "{fields}");
    }
    assert_eq!(served.post("/act", "", &act).0, 401);
    assert_eq!(served.get("/act", &token).0, 404, "nothing is done by GET");
    let long = format!("POST /act HTTP/1.1\r\nHost: {host}\r\n{token}Content-Length: 9999999\r\n\r\n");
    assert_eq!(served.raw(&long).0, 413);
    // The cookie that /watch gives reads, and does not act.
    let mut stream = TcpStream::connect(&host).unwrap();
    write!(stream, "POST /watch HTTP/1.1\r\nHost: {host}\r\n{token}\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.contains("; HttpOnly; SameSite=Strict"), "{text}");
    let cookie = text.lines().find_map(|line| line.strip_prefix("Set-Cookie: ")).unwrap();
    let cookie = format!("Cookie: {}\r\n", cookie.split(';').next().unwrap());
    assert!(!cookie.contains(&served.token));
    let mut watcher = served.watch("a");
    watcher.event("stopped");
    assert_eq!(served.get("/screens", &cookie).0, 200);
    assert_eq!(served.post("/act", &cookie, &act).0, 401);
}

#[test]
fn a_flood_and_half_a_head_do_not_stop_the_run() {
    let served = Served::page(&[SCENARIO]);
    let mut watcher = served.watch("a");
    watcher.event("stopped");
    let began = Instant::now();
    let mut flood: Vec<TcpStream> = (0..200).map(|_| TcpStream::connect(&served.host).unwrap()).collect();
    for (number, stream) in flood.iter_mut().enumerate() {
        if number % 2 == 0 {
            // Those that were refused may be closed already.
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: ");
        }
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
    }
    for stream in &mut flood {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        assert_eq!(rest, b"", "closed without a word");
    }
    assert!(began.elapsed() < PATIENCE / 2, "{:?}", began.elapsed());
    assert_eq!(served.act("a", "next").0, 200);
    assert_eq!(watcher.event("stopped")["step"], 1);
}

#[test]
fn one_drives_through_a_run_hands_over_and_others_watch() {
    let mut served = Served::page(&[SCENARIO]);
    let (mut one, mut other) = (served.watch("one"), served.watch("other"));
    assert_eq!(one.event("hello")["own"], json!({"you": 1, "drives": true}));
    assert_eq!(one.entry("run_started")["scenarios"][0]["steps"].as_array().unwrap().len(), 4);
    let stopped = one.event("stopped");
    assert_eq!((&stopped["step"], &stopped["cameras"].as_array().unwrap().is_empty()), (&json!(0), &false));
    assert_eq!(served.act("other", "next"), (409, "somebody else drives".into()));
    assert_eq!(served.act("nobody", "next").0, 409);
    assert_eq!(served.act("one", "nxt").0, 409);
    assert_eq!(served.act("one", "next").0, 200);
    assert_eq!(one.event("stopped")["step"], 1);
    assert_eq!(other.event("stopped")["step"], 0);
    assert_eq!(other.event("stopped")["step"], 1);
    let token = served.token();
    let camera = stopped["cameras"][0].as_str().unwrap();
    let mut stream = TcpStream::connect(&served.host).unwrap();
    let host = &served.host;
    write!(stream, "GET /picture?camera={camera} HTTP/1.1\r\nHost: {host}\r\n{token}\r\n").unwrap();
    let mut picture = Vec::new();
    stream.read_to_end(&mut picture).unwrap();
    assert!(picture.windows(4).any(|bytes| bytes == b"\x89PNG"));
    let (status, screens) = served.get("/screens", &token);
    assert!(status == 200 && screens.contains("phone"), "{screens}");
    assert!(served.act("one", "advance 1 s").1.contains("1 s later"));
    assert_eq!(served.post("/drive", &token, &json!({"client": "other"})).0, 409);
    assert_eq!(served.post("/drive", &token, &json!({"client": "one", "to": 2})).0, 204);
    assert_eq!(served.act("one", "next").0, 409);
    let file = "features/another-phone/qr-code.feature";
    let set = served.act("other", &format!("break {file}:8"));
    assert!(set.1.contains("breakpoint 3"), "{set:?}");
    assert_eq!(served.act("other", "continue").0, 200);
    let stopped = other.event("stopped");
    assert_eq!((&stopped["step"], &stopped["hit"]), (&json!(2), &json!([3])));
    assert_eq!(served.act("other", "continue").0, 200);
    assert!(other.event("over")["summary"].as_str().unwrap().contains("by hand"));
    assert_eq!(served.get("/run/report.html", &token).0, 200);
    assert_eq!(served.get("/run/sealed.jsonl", &token).0, 404);
    assert_eq!(served.act("other", "stop").0, 200);
    assert_eq!(served.rig.wait().unwrap().code(), Some(0));
    let summary = Summary::new(&Journal::read(&served.temporary.path().join("run")).unwrap());
    assert_eq!(summary.outcome, Outcome::Pass);
}

#[test]
fn a_run_is_followed_and_a_finished_one_is_opened() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let token = temporary.path().join("token");
    let (out, file) = (folder.to_str().unwrap(), token.to_str().unwrap());
    // Long enough that somebody can come while it runs.
    let suite = "features/another-phone";
    let args = [
        "run",
        "--jobs",
        "1",
        "--format",
        "json",
        "--seed",
        "1",
        "--out",
        out,
        "--token-file",
        file,
        "--page",
        "127.0.0.1:0",
    ];
    let mut rig = command(&[&args[..], &["--", suite]].concat());
    let mut rig = rig.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let address = address(&mut BufReader::new(rig.stderr.take().unwrap()));
    let served = Served::at(rig, &address, temporary);
    let mut watcher = served.watch("a");
    assert_eq!(watcher.event("hello")["own"]["drives"], false);
    watcher.entry("run_started");
    watcher.entry("scenario_started");
    assert_eq!(served.act("a", "next"), (409, "this run can only be watched".into()));
    assert_eq!(fs::metadata(&token).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&token).unwrap().trim(), served.token);
    let mut served = served;
    assert_eq!(served.rig.wait().unwrap().code(), Some(0));

    let mut page = command(&["page", out, "--token-file", file]).stdout(Stdio::piped()).spawn().unwrap();
    let address = self::address(&mut BufReader::new(page.stdout.take().unwrap()));
    let opened = Served::at(page, &address, tempfile::tempdir().unwrap());
    assert_eq!(opened.token, served.token, "the same address opens it again");
    let mut watcher = opened.watch("a");
    watcher.entry("run_started");
    assert_eq!(watcher.entry("run_finished")["outcome"], "pass");
    assert_eq!(opened.get("/run/report.html", &opened.token()).0, 200);
}

#[test]
fn an_address_for_everybody_and_a_short_token_are_refused() {
    let temporary = tempfile::tempdir().unwrap();
    let token = temporary.path().join("token");
    fs::write(&token, "short\n").unwrap();
    let said = rig(&["page", "--token-file", token.to_str().unwrap(), SCENARIO]);
    assert!(said.code == 2 && said.stderr.contains("at least 32 letters or digits"), "{}", said.stderr);
    let said = rig(&["page", "--listen", "0.0.0.0:0", SCENARIO]);
    assert!(said.code == 2 && said.stderr.contains("give the address that watchers open"), "{}", said.stderr);
}
