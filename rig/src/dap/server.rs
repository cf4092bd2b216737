//! The requests of an editor, answered one after the other.

use std::{
    io::{BufRead, Write},
    sync::mpsc::{Receiver, Sender, channel},
    thread::{self, JoinHandle},
};

use serde_json::{Value, json};

use super::{
    Launch, Launched, codec,
    places::Places,
    shared::{Inner, Shared, THREAD},
    shows::{self, SCENARIO_FRAME, STEP_FRAMES},
};
use crate::{
    debug::{Answer, Ask, Granted, RemoteFace, Wish, command_verbs},
    runner::StopSignal,
};

/// Written as the reason why a run ended.
const BY_EDITOR: &str = "the editor";
/// Refusals.
const AT_WORK: &str = "a step is at work; pause stops before the next one";
pub(super) const NOT_LAUNCHED: &str = "nothing is launched yet";

/// Something that the answering thread has to see to.
enum Incoming {
    Message(Value),
    /// The input is not the protocol.
    Bad(String),
    /// The editor closed its end.
    Gone,
    /// The run ended: its exit code and summary.
    Finished(Result<(u8, String), String>),
}

/// The effect of a request on the run.
#[derive(Clone, Copy)]
enum Effect {
    /// It moves the run, which then stops for this reason.
    Move(&'static str),
    /// Typed by a person: it may move the run, or change the bench.
    Typed,
    /// It looks at something.
    Look,
}

/// A session with one editor.
pub struct Server<'l> {
    shared: Shared,
    stop: StopSignal,
    launch: &'l dyn Fn(&Launch) -> Result<Launched, String>,
    /// The editor's number of the first line: 1, or 0.
    pub(super) lines_from: u64,
    pub(super) session: Option<Launched>,
    pub(super) places: Places,
    /// The request `launch` until it is answered, and what it said.
    launching: Option<(Value, Launch)>,
    run: Option<(Sender<Wish>, JoinHandle<()>)>,
    /// Where the run's thread says that it ended.
    incoming: (Sender<Incoming>, Receiver<Incoming>),
}

impl<'l> Server<'l> {
    pub fn new(
        out: Box<dyn Write + Send>,
        stop: StopSignal,
        launch: &'l dyn Fn(&Launch) -> Result<Launched, String>,
    ) -> Self {
        Self {
            shared: Shared::new(out),
            stop,
            launch,
            lines_from: 1,
            session: None,
            places: Places::default(),
            launching: None,
            run: None,
            incoming: channel(),
        }
    }

    /// Answers until the editor leaves; the bench is safe when this returns.
    pub fn serve(mut self, mut input: impl BufRead + Send + 'static) -> Result<(), String> {
        let to = self.incoming.0.clone();
        let read = move || {
            loop {
                let next = match codec::read(&mut input) {
                    Ok(Some(message)) => Incoming::Message(message),
                    Ok(None) => Incoming::Gone,
                    Err(error) => Incoming::Bad(error.to_string()),
                };
                let is_last = !matches!(next, Incoming::Message(_));
                if to.send(next).is_err() || is_last {
                    return;
                }
            }
        };
        let reader = thread::Builder::new().name("editor".into()).spawn(read);
        reader.map_err(|error| format!("no thread for the editor: {error}"))?;
        let end = loop {
            // This end of the channel holds a sender: it never closes.
            match self.incoming.1.recv() {
                Ok(Incoming::Message(message)) => {
                    if !self.take(&message) {
                        break Ok(());
                    }
                }
                Ok(Incoming::Finished(result)) => self.finished(result),
                Ok(Incoming::Bad(why)) => break Err(why),
                Ok(Incoming::Gone) | Err(_) => break Ok(()),
            }
        };
        self.leave();
        end
    }

    /// Ends the run, if it has not ended, and waits until its bench is safe.
    fn leave(&mut self) {
        self.stop.stop(BY_EDITOR);
        if let Some((wishes, run)) = self.run.take() {
            drop(wishes);
            // A panic in it was said by its own thread.
            let _ = run.join();
        }
    }

    fn finished(&mut self, result: Result<(u8, String), String>) {
        let mut inner = self.shared.lock();
        match result {
            Ok((code, summary)) => {
                summary.lines().for_each(|line| inner.line(line));
                inner.ended(Some(code));
            }
            Err(why) => {
                inner.line(&why);
                inner.ended(None);
            }
        }
    }

    /// Answers a message; false where the editor leaves.
    fn take(&mut self, message: &Value) -> bool {
        let arguments = match &message["arguments"] {
            // Clients leave them out where they are empty.
            Value::Null => json!({}),
            given => given.clone(),
        };
        let command = message["command"].as_str().unwrap_or_default();
        let answered = match command {
            "initialize" => Some(Ok(self.initialize(&arguments))),
            "launch" => self.launch(message, arguments).map(Err),
            "setBreakpoints" => Some(self.set_breakpoints(&arguments)),
            "setFunctionBreakpoints" => Some(self.set_named_breakpoints(&arguments)),
            "setExceptionBreakpoints" => Some(self.set_filters(&arguments)),
            "configurationDone" => {
                self.shared.lock().respond(message, Ok(Value::Null));
                self.begin();
                None
            }
            "breakpointLocations" => Some(Ok(self.locations(&arguments))),
            "threads" => Some(Ok(json!({"threads": [{"id": THREAD, "name": "scenario"}]}))),
            "stackTrace" => Some(self.standing(|inner| {
                let stopped = inner.stopped.as_ref().ok_or(AT_WORK)?;
                Ok(shows::frames(stopped, &self.places, self.lines_from))
            })),
            "scopes" => Some(Ok(shows::scopes())),
            "exceptionInfo" => {
                Some(self.standing(|inner| shows::exception(inner.stopped.as_ref().ok_or(AT_WORK)?)))
            }
            "completions" => Some(Ok(completions(&arguments))),
            "gotoTargets" => Some(self.standing(|inner| self.goto_targets(inner, &arguments))),
            "pause" => {
                if let Some(session) = &self.session {
                    session.controls.pause();
                }
                Some(Ok(Value::Null))
            }
            "terminate" => {
                self.stop.stop(BY_EDITOR);
                Some(Ok(Value::Null))
            }
            "disconnect" => {
                self.shared.lock().respond(message, Ok(Value::Null));
                return false;
            }
            _ => self.wishes(command, message, &arguments),
        };
        if let Some(result) = answered {
            self.shared.lock().respond(message, result);
        }
        true
    }

    /// Requests that the scenario's thread answers; the answer at once where they are refused.
    fn wishes(&mut self, command: &str, message: &Value, arguments: &Value) -> Option<Result<Value, String>> {
        let line = |line: &str| Ask::Command(line.to_owned());
        let (ask, effect) = match command {
            "next" | "stepIn" | "stepOut" => (line("next"), Effect::Move("step")),
            "continue" => (line("continue"), Effect::Move("step")),
            "stepBack" => (line("back"), Effect::Move("step")),
            "reverseContinue" => (line("back 1"), Effect::Move("step")),
            "restart" => (line("restart"), Effect::Move("restart")),
            "restartFrame" => match arguments["frameId"].as_u64() {
                Some(SCENARIO_FRAME) => (line("restart"), Effect::Move("restart")),
                Some(frame) if frame >= STEP_FRAMES => {
                    (Ask::Command(format!("goto {}", frame - STEP_FRAMES + 1)), Effect::Move("restart"))
                }
                _ => return Some(Err("there is no such frame".into())),
            },
            "goto" => match arguments["targetId"].as_u64() {
                Some(step) => (Ask::Command(format!("goto {step}")), Effect::Move("goto")),
                None => return Some(Err("there is no such target".into())),
            },
            "variables" => {
                let reference = arguments["variablesReference"].as_u64().unwrap_or_default();
                match shows::topic(reference) {
                    Some(topic) => (Ask::Values(topic), Effect::Look),
                    None => {
                        let unfolded = self.shared.lock().unfold(reference);
                        return Some(unfolded.ok_or_else(|| "the run has gone on since".into()));
                    }
                }
            }
            "evaluate" => {
                let text = arguments["expression"].as_str().unwrap_or_default().trim().to_owned();
                match arguments["context"].as_str() {
                    // Editors evaluate what the mouse is over, too: only what is typed may act.
                    Some("repl") => (Ask::Command(text), Effect::Typed),
                    _ => (Ask::Figure(text), Effect::Look),
                }
            }
            other => return Some(Err(format!("this adapter has no request {other:?}"))),
        };
        self.wish(message, ask, effect).err().map(Err)
    }

    /// Sends a wish to the scenario's thread, which answers the request.
    fn wish(&self, request: &Value, ask: Ask, effect: Effect) -> Result<(), String> {
        let (wishes, _) = self.run.as_ref().ok_or(NOT_LAUNCHED)?;
        {
            let mut inner = self.shared.lock();
            if inner.stopped.is_none() || inner.is_leaving {
                return Err(AT_WORK.into());
            }
            match effect {
                Effect::Move(reason) => (inner.is_leaving, inner.reason) = (true, reason),
                Effect::Typed => (inner.is_leaving, inner.reason) = (true, "step"),
                Effect::Look => {}
            }
        }
        let (shared, request) = (self.shared.clone(), request.clone());
        let reply = Box::new(move |result| reply(&mut shared.lock(), &request, effect, result));
        wishes.send(Wish { ask, reply }).map_err(|_| "the run is over".into())
    }

    fn initialize(&mut self, arguments: &Value) -> Value {
        self.lines_from = u64::from(arguments["linesStartAt1"].as_bool().unwrap_or(true));
        let shows_progress = arguments["supportsProgressReporting"].as_bool().unwrap_or(false);
        self.shared.lock().shows_progress = shows_progress;
        shows::capabilities()
    }

    /// Prepares a session; the request is answered when the editor has set its breakpoints. An error, if there is one.
    fn launch(&mut self, message: &Value, arguments: Value) -> Option<String> {
        if self.session.is_some() {
            return Some("a session is launched already".into());
        }
        let read = serde_json::from_value::<Launch>(arguments);
        let read = read.map_err(|error| format!("the launch configuration: {error}"));
        let launched = read.and_then(|launch| Ok(((self.launch)(&launch)?, launch)));
        let (session, launch) = match launched {
            Ok(launched) => launched,
            Err(why) => return Some(why),
        };
        self.places = Places::new(&session.plan, &session.root);
        let mut inner = self.shared.lock();
        if session.goes_back {
            inner.event("capabilities", json!({"capabilities": {"supportsStepBack": true}}));
        }
        inner.event("initialized", Value::Null);
        self.launching = Some((message.clone(), launch));
        self.session = Some(session);
        None
    }

    /// Everything is set: the run begins.
    fn begin(&mut self) {
        let Some((request, launch)) = self.launching.take() else { return };
        let Some(session) = &mut self.session else { return };
        let start =
            std::mem::replace(&mut session.start, Box::new(|_, _| Err("it has begun already".into())));
        {
            let mut inner = self.shared.lock();
            inner.respond(&request, Ok(Value::Null));
            inner.event("thread", json!({"reason": "started", "threadId": THREAD}));
        }
        let (wishes, heard) = channel();
        let (shared, to) = (self.shared.clone(), self.incoming.0.clone());
        let face = RemoteFace::new(heard, Box::new(move |news| shared.tell(news)), self.stop.clone());
        let work = move || {
            let end = start(Box::new(face), launch.stop_on_entry);
            // The server is gone only after this thread.
            let _ = to.send(Incoming::Finished(end));
        };
        match thread::Builder::new().name("run".into()).spawn(work) {
            Ok(thread) => self.run = Some((wishes, thread)),
            Err(error) => self.finished(Err(format!("no thread for the run: {error}"))),
        }
    }

    /// An answer that needs the run to stand still.
    fn standing(&self, answer: impl FnOnce(&Inner) -> Result<Value, String>) -> Result<Value, String> {
        answer(&self.shared.lock())
    }

    /// The steps of the scenario on a line; the target's number is the step's.
    fn goto_targets(&self, inner: &Inner, arguments: &Value) -> Result<Value, String> {
        let scenario = &inner.stopped.as_ref().ok_or(AT_WORK)?.scenario;
        let line = shows::file_line(&arguments["line"], self.lines_from);
        let steps = scenario.steps.iter().enumerate().filter(|(_, step)| step.line() == line);
        let targets = steps.map(|(index, step)| {
            let line = shows::shown_line(step.line(), self.lines_from);
            json!({"id": index + 1, "label": step.text, "line": line})
        });
        Ok(json!({"targets": targets.collect::<Vec<_>>()}))
    }
}

/// Answers the request of a wish.
fn reply(inner: &mut Inner, request: &Value, effect: Effect, result: Result<Granted, String>) {
    let goes_on = matches!(&result, Ok(granted) if granted.answer == Answer::GoesOn);
    if !goes_on && !matches!(effect, Effect::Look) {
        inner.is_leaving = false;
    }
    let done = result.is_ok();
    let body = result.map(|Granted { lines, answer }| match (answer, effect) {
        (Answer::GoesOn, Effect::Typed) => evaluated("the run goes on"),
        (Answer::GoesOn, _) => json!({"allThreadsContinued": true}),
        (Answer::Values(list), _) if request["command"] == "evaluate" => {
            evaluated(&list.first().map(|one| one.value.clone()).unwrap_or_default())
        }
        (Answer::Values(list), _) => inner.fold(list),
        (Answer::Done | Answer::Picture(_), _) => evaluated(&lines.join("\n")),
    });
    inner.respond(request, body);
    match effect {
        Effect::Move(_) if done && !goes_on => inner.stands_there_already(),
        Effect::Typed if done && goes_on => {
            inner.event("continued", json!({"threadId": THREAD, "allThreadsContinued": true}));
        }
        Effect::Typed if done => inner.event("invalidated", json!({"areas": ["variables"]})),
        _ => {}
    }
}

fn evaluated(result: &str) -> Value {
    json!({"result": result, "variablesReference": 0})
}

/// The commands that begin as what is typed.
fn completions(arguments: &Value) -> Value {
    let typed = arguments["text"].as_str().unwrap_or_default();
    let verbs = command_verbs().filter(|verb| verb.starts_with(typed));
    json!({"targets": verbs.map(|verb| json!({"label": verb})).collect::<Vec<_>>()})
}
