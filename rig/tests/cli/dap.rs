//! `rig dap`: an editor steps through scenarios by the Debug Adapter Protocol.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::Duration,
};

use reports::{Journal, Outcome, Summary};
use serde_json::{Value, json};

use crate::common::{Run, command, root};

/// How long an answer may take before the test is over.
const PATIENCE: Duration = Duration::from_secs(60);

/// An editor: sends requests, and keeps what comes.
struct Editor {
    adapter: Child,
    to: Box<dyn Write>,
    from: BufReader<Box<dyn Read>>,
    sent: u64,
    /// Events that nobody has asked for yet.
    events: Vec<Value>,
    /// Holds run folders.
    temporary: tempfile::TempDir,
}

impl Editor {
    /// An editor that talks to an adapter's standard input and output.
    fn new() -> Self {
        let mut adapter = command(&["dap"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (to, from) = (adapter.stdin.take().unwrap(), adapter.stdout.take().unwrap());
        Self::of(adapter, Box::new(to), Box::new(from))
    }

    /// An editor that comes to a port.
    fn at_port() -> Self {
        let mut adapter = command(&["dap", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(adapter.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Waiting for an editor at ").unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self::of(adapter, Box::new(stream.try_clone().unwrap()), Box::new(stream))
    }

    fn of(adapter: Child, to: Box<dyn Write>, from: Box<dyn Read>) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        Self { adapter, to, from: BufReader::new(from), sent: 0, events: Vec::new(), temporary }
    }

    fn folder(&self) -> PathBuf {
        self.temporary.path().join("run")
    }

    fn send(&mut self, command: &str, arguments: Value) -> u64 {
        self.sent += 1;
        let mut message = json!({"seq": self.sent, "type": "request", "command": command});
        if !arguments.is_null() {
            message["arguments"] = arguments;
        }
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.to.flush().unwrap();
        self.sent
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "the adapter is gone");
            match line.trim().strip_prefix("Content-Length: ") {
                Some(given) => length = given.parse().unwrap(),
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// The response to request `number`.
    fn response(&mut self, number: u64) -> Value {
        loop {
            let message = self.read();
            if message["type"] == "response" && message["request_seq"] == number {
                return message;
            }
            assert_eq!(message["type"], "event", "{message}");
            self.events.push(message);
        }
    }

    /// Sends a request and returns the body of its answer.
    fn ask(&mut self, command: &str, arguments: Value) -> Value {
        let number = self.send(command, arguments);
        let response = self.response(number);
        assert_eq!(response["success"], true, "{command}: {response}");
        assert_eq!(response["command"], command);
        response["body"].clone()
    }

    /// Sends a request and returns why it was refused.
    fn refused(&mut self, command: &str, arguments: Value) -> String {
        let number = self.send(command, arguments);
        let response = self.response(number);
        assert_eq!(response["success"], false, "{command}: {response}");
        assert_eq!(response["body"]["error"]["showUser"], true);
        response["message"].as_str().unwrap().to_owned()
    }

    /// The next event with this name, and nothing that came before it.
    fn event(&mut self, name: &str) -> Value {
        loop {
            while !self.events.is_empty() {
                let event = self.events.remove(0);
                if event["event"] == name {
                    return event["body"].clone();
                }
            }
            let message = self.read();
            self.events.push(message);
        }
    }

    /// Launches with `more` arguments, and sets breakpoints in the feature before the run begins.
    fn launch(&mut self, feature: &Path, more: Value, lines: &[u64]) -> Value {
        let started = self.ask("initialize", json!({"adapterID": "rig", "supportsProgressReporting": true}));
        assert_eq!(started["supportsRestartFrame"], true);
        let mut arguments = json!({"program": feature, "seed": 1, "out": self.folder()});
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let launch = self.send("launch", arguments);
        self.event("initialized");
        let lines: Vec<Value> = lines.iter().map(|line| json!({"line": line})).collect();
        let set = self.ask("setBreakpoints", json!({"source": {"path": feature}, "breakpoints": lines}));
        self.ask("setExceptionBreakpoints", json!({"filters": ["fail", "error"]}));
        self.ask("configurationDone", Value::Null);
        assert_eq!(self.response(launch)["success"], true);
        set["breakpoints"].clone()
    }

    /// Where and why the run stopped.
    fn stopped(&mut self) -> (String, u64) {
        let body = self.event("stopped");
        assert_eq!((&body["threadId"], &body["allThreadsStopped"]), (&json!(1), &json!(true)));
        let stack = self.ask("stackTrace", json!({"threadId": 1}));
        let line = stack["stackFrames"][0]["line"].as_u64().unwrap();
        (body["reason"].as_str().unwrap().to_owned(), line)
    }

    fn step(&mut self, command: &str) -> (String, u64) {
        self.ask(command, json!({"threadId": 1}));
        self.stopped()
    }

    fn typed(&mut self, line: &str) -> String {
        let answer = self.ask("evaluate", json!({"expression": line, "context": "repl"}));
        answer["result"].as_str().unwrap().to_owned()
    }

    /// Leaves, and waits for the adapter's end.
    fn leave(mut self) {
        self.ask("disconnect", Value::Null);
        assert!(self.adapter.wait().unwrap().success());
    }
}

/// A suite with a feature whose file's name, scenario and screens have Danish letters in them.
fn danish_suite() -> (tempfile::TempDir, PathBuf) {
    let folder = crate::common::suite_without_runs();
    let features = folder.path().join("features");
    fs::remove_file(&features).unwrap();
    fs::create_dir(&features).unwrap();
    fs::copy(root().join("features/clauses.toml"), features.join("clauses.toml")).unwrap();
    let text = fs::read_to_string(root().join("features/another-phone/qr-code.feature")).unwrap();
    let text = text.replace("Scenario: It is shown", "Scenario: Blåbærgrød på øen: it is shown");
    let feature = features.join("blåbærgrød.feature");
    fs::write(&feature, text).unwrap();
    (folder, feature)
}

fn line_of(feature: &Path, words: &str) -> u64 {
    let text = fs::read_to_string(feature).unwrap();
    text.lines().position(|line| line.contains(words)).unwrap() as u64 + 1
}

#[test]
fn an_editor_steps_looks_goes_back_and_on_in_a_feature_with_danish_letters() {
    let (_suite, feature) = danish_suite();
    let heading = line_of(&feature, "Blåbærgrød på øen");
    let judging = line_of(&feature, "[S5.B.5b]");
    let mut editor = Editor::new();
    let set = editor.launch(&feature, json!({"line": heading}), &[judging - 1, 9999]);
    assert_eq!((&set[0]["verified"], &set[1]["verified"]), (&json!(true), &json!(false)), "{set}");
    let first = set[0]["line"].as_u64().unwrap();
    assert_eq!(editor.stopped(), ("breakpoint".into(), first));
    let stack = editor.ask("stackTrace", json!({"threadId": 1}));
    assert_eq!(stack["stackFrames"][0]["source"]["path"], feature.canonicalize().unwrap().to_str().unwrap());
    assert!(stack["stackFrames"][1]["name"].as_str().unwrap().contains("Blåbærgrød på øen"), "{stack}");
    let (reason, next) = editor.step("next");
    assert!(reason == "step" || reason == "breakpoint");
    assert_eq!(editor.step("stepBack"), ("breakpoint".into(), first));
    let step = stack["stackFrames"][0]["id"].clone();
    editor.ask("restartFrame", json!({"frameId": step}));
    assert_eq!(editor.stopped(), ("restart".into(), first));
    let targets = editor.ask("gotoTargets", json!({"source": {"path": feature}, "line": next}));
    editor.ask("goto", json!({"threadId": 1, "targetId": targets["targets"][0]["id"]}));
    assert_eq!(editor.stopped().1, next);
    editor.ask("restart", Value::Null);
    let (reason, line) = editor.stopped();
    assert_eq!((reason.as_str(), line < first), ("restart", true));
    editor.ask("continue", json!({"threadId": 1}));
    assert_eq!(editor.stopped(), ("breakpoint".into(), first));
    editor.ask("setBreakpoints", json!({"source": {"path": feature}, "breakpoints": []}));
    editor.ask("continue", json!({"threadId": 1}));
    // A step was left out in the first attempt: the run is not whole.
    assert_eq!(editor.event("exited")["exitCode"], 3);
    editor.event("terminated");
    let folder = editor.folder();
    editor.ask("disconnect", Value::Null);
    assert!(editor.adapter.wait().unwrap().success());
    let journal = Journal::read(&folder).unwrap();
    assert!(journal.origin().unwrap().by_hand);
}

#[test]
fn scopes_show_the_bench_and_only_what_is_typed_acts() {
    let feature = root().join("features/another-phone/qr-code.feature");
    let mut editor = Editor::new();
    editor.launch(&feature, json!({"breaks": ["S5.B.5b"]}), &[]);
    let (_, line) = editor.stopped();
    assert_eq!(line, line_of(&feature, "[S5.B.5b]"));
    let frame = editor.ask("stackTrace", json!({"threadId": 1}))["stackFrames"][0]["id"].clone();
    let scopes = editor.ask("scopes", json!({"frameId": frame}));
    let mut names = Vec::new();
    for scope in scopes["scopes"].as_array().unwrap() {
        let reference = scope["variablesReference"].clone();
        let list = editor.ask("variables", json!({"variablesReference": reference}));
        let list = list["variables"].as_array().unwrap().clone();
        let name = scope["name"].as_str().unwrap().to_owned();
        assert_eq!(scope["expensive"], name == "Cameras");
        assert!(!list.is_empty() || name == "Measurements", "{name}");
        if name == "Screens" {
            let parts = editor.ask("variables", json!({"variablesReference": list[0]["variablesReference"]}));
            assert!(!parts["variables"].as_array().unwrap().is_empty(), "{list:?}");
        }
        names.push(name);
    }
    assert_eq!(names, ["Screens", "Measurements", "Memory", "Instruments", "Observations", "Cameras"]);
    let age = editor.ask("evaluate", json!({"expression": "qr.age", "context": "hover"}));
    assert!(age["result"].as_str().unwrap().ends_with(" s"), "{age}");
    for context in [json!({"context": "hover"}), json!({"context": "watch"}), json!({})] {
        let mut arguments = context;
        arguments["expression"] = json!("advance 1 s");
        assert!(editor.refused("evaluate", arguments).contains("names no figure"));
    }
    assert!(editor.typed("advance 1 s").starts_with("1 s later"));
    assert!(editor.typed("screens").contains("phone"));
    let wrong = editor.refused("evaluate", json!({"expression": "advnace 1 s", "context": "repl"}));
    assert!(wrong.contains("did you mean \"advance\"?"), "{wrong}");
    let verbs = editor.ask("completions", json!({"text": "ad", "column": 3}));
    assert_eq!(verbs["targets"], json!([{"label": "adverts"}, {"label": "advance"}]));
    let named =
        json!({"breakpoints": [{"name": "S5.B.5b", "condition": "qr.age > 170 s"}, {"name": "S9.Z.9"}]});
    let named = editor.ask("setFunctionBreakpoints", named);
    assert_eq!(named["breakpoints"][0]["verified"], true, "{named}");
    assert_eq!(named["breakpoints"][1]["verified"], false, "{named}");
    assert!(editor.refused("exceptionInfo", json!({"threadId": 1})).contains("no step has just failed"));
    assert!(editor.refused("source", json!({"sourceReference": 1})).contains("no request"));
    editor.leave();
}

#[test]
fn a_failed_step_is_an_exception_with_its_clause_and_its_figures() {
    let feature = root().join("features/another-phone/qr-code.feature");
    let mut editor = Editor::at_port();
    editor.launch(
        &feature,
        json!({"defects": ["2"], "line": line_of(&feature, "It is shown for 3 minutes")}),
        &[],
    );
    let (reason, line) = editor.stopped();
    assert_eq!(reason, "exception");
    let info = editor.ask("exceptionInfo", json!({"threadId": 1}));
    let clause = info["exceptionId"].as_str().unwrap().to_owned();
    assert!(clause.starts_with("S5.B."), "{info}");
    assert!(info["description"].as_str().unwrap().contains("limits"), "{info}");
    let frame = editor.ask("stackTrace", json!({"threadId": 1}))["stackFrames"][0]["id"].clone();
    editor.ask("restartFrame", json!({"frameId": frame}));
    assert_eq!(editor.stopped(), ("restart".into(), line));
    editor.ask("terminate", Value::Null);
    editor.event("terminated");
    let folder = editor.folder();
    // The adapter ends with its session, also where the editor only closes the line.
    let (mut adapter, to, from, _temporary) = (editor.adapter, editor.to, editor.from, editor.temporary);
    drop((to, from));
    assert!(adapter.wait().unwrap().success());
    let summary = Summary::new(&Journal::read(&folder).unwrap());
    assert_eq!(summary.outcome, Outcome::Fail);
    assert!(summary.incomplete.is_some_and(|why| why.contains("the editor")));
}

#[test]
fn running_on_from_an_editor_gives_the_digest_of_an_ordinary_run() {
    let feature = root().join("features/this-phone/temporary-pin.feature");
    let mut editor = Editor::new();
    editor.launch(&feature, json!({}), &[]);
    assert_eq!(editor.event("exited")["exitCode"], 0);
    let folder = editor.folder();
    let ordinary = Run::new(&["--seed", "1", "features/this-phone/temporary-pin.feature"]);
    let stepped = Journal::read(&folder).unwrap();
    assert_eq!(stepped.digest(), ordinary.journal().digest());
    editor.leave();
}

#[test]
fn what_cannot_be_launched_is_refused_and_what_is_not_the_protocol_ends_the_adapter() {
    let mut editor = Editor::new();
    editor.ask("initialize", json!({}));
    for (arguments, words) in [
        (json!({"program": "/nowhere/a.feature"}), "/nowhere/a.feature"),
        (json!({"scenario": "no such scenario"}), "no scenario has that in its name"),
        (json!({"seed": "one"}), "the launch configuration"),
        (json!({"scenario": "3 minutes", "defects": ["999"]}), "999"),
    ] {
        let why = editor.refused("launch", arguments);
        assert!(why.contains(words), "{why}");
    }
    assert!(editor.refused("next", json!({"threadId": 1})).contains("nothing is launched yet"));
    editor.leave();

    let mut adapter = command(&["dap"]);
    let adapter = adapter.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut adapter = adapter.spawn().unwrap();
    adapter.stdin.take().unwrap().write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let said = adapter.wait_with_output().unwrap();
    assert_eq!((said.status.code(), said.stdout.len()), (Some(2), 0));
    assert!(String::from_utf8(said.stderr).unwrap().contains("does not speak the Debug Adapter Protocol"));
}
