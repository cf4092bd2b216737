//! State shared by the answering thread and the scenario's thread: the output, and where the run stands.

use std::{
    io::Write,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};

use super::{codec::Writer, shows};
use crate::debug::{News, Stopped, Variable};

/// The one thread that an editor sees.
pub const THREAD: u64 = 1;

/// Output and position, behind one lock: what an editor is told comes in the order in which it happened.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<Inner>>);

pub struct Inner {
    out: Writer<Box<dyn Write + Send>>,
    /// Where the run stands still.
    pub stopped: Option<Stopped>,
    /// A wish is on its way that may let the run go on.
    pub is_leaving: bool,
    /// Why the run stops next, unless a breakpoint, a pause or an outcome stops it.
    pub reason: &'static str,
    /// Lists that an editor may unfold while the run stands here.
    unfolded: Vec<Vec<Variable>>,
    /// Whether the editor shows progress, and the number of the progress under way.
    pub shows_progress: bool,
    progress: Option<u64>,
    last_progress: u64,
}

/// References of unfolded lists begin here; below are those of scopes.
const UNFOLDED: usize = 1000;

impl Shared {
    /// Writes to `out`.
    pub fn new(out: Box<dyn Write + Send>) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            out: Writer::new(out),
            stopped: None,
            is_leaving: false,
            reason: "entry",
            unfolded: Vec::new(),
            shows_progress: false,
            progress: None,
            last_progress: 0,
        })))
    }

    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic between two messages leaves both whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the editor what the debugger tells.
    pub fn tell(&self, news: News) {
        let mut inner = self.lock();
        match news {
            News::Line(line) => inner.line(&line),
            News::GoesOn => inner.goes_on(),
            News::Stopped(stopped) => {
                inner.unfolded.clear();
                inner.is_leaving = false;
                inner.stopped = Some(*stopped);
                inner.end_progress();
                inner.announce();
            }
        }
    }
}

impl Inner {
    /// Answers `request`. An editor that is gone hears nothing: the end of its input says so to the reader.
    pub fn respond(&mut self, request: &Value, result: Result<Value, String>) {
        let _ = self.out.respond(request, result);
    }

    /// Sends an event.
    pub fn event(&mut self, name: &str, body: Value) {
        let _ = self.out.event(name, body);
    }

    /// A line for the editor's console.
    pub fn line(&mut self, line: &str) {
        if let Some(id) = self.progress {
            self.event("progressUpdate", json!({"progressId": id.to_string(), "message": line.trim()}));
        }
        self.event("output", json!({"category": "console", "output": format!("{line}\n")}));
    }

    /// Tells the editor where the run stands, and why.
    pub fn announce(&mut self) {
        let reason = std::mem::replace(&mut self.reason, "step");
        let Some(stopped) = &self.stopped else { return };
        let body = shows::stopped(stopped, reason);
        self.event("stopped", body);
    }

    /// The editor asked to go where the run stands.
    pub fn stands_there_already(&mut self) {
        if let Some(stopped) = &mut self.stopped {
            stopped.hit.clear();
        }
        self.announce();
    }

    fn goes_on(&mut self) {
        self.stopped = None;
        self.unfolded.clear();
        if self.shows_progress {
            self.last_progress += 1;
            self.progress = Some(self.last_progress);
            let id = self.last_progress.to_string();
            let body = json!({"progressId": id, "title": "Steps are at work", "cancellable": false});
            self.event("progressStart", body);
        }
    }

    fn end_progress(&mut self) {
        if let Some(id) = self.progress.take() {
            self.event("progressEnd", json!({"progressId": id.to_string()}));
        }
    }

    /// The run is over.
    pub fn ended(&mut self, exit_code: Option<u8>) {
        self.stopped = None;
        self.end_progress();
        if let Some(code) = exit_code {
            self.event("exited", json!({"exitCode": code}));
        }
        self.event("terminated", Value::Null);
    }

    /// The list with this reference.
    pub fn unfold(&mut self, reference: u64) -> Option<Value> {
        let index = usize::try_from(reference).ok()?.checked_sub(UNFOLDED)?;
        let list = self.unfolded.get(index)?.clone();
        Some(self.fold(list))
    }

    /// `list` for an editor, with references for what has parts.
    pub fn fold(&mut self, list: Vec<Variable>) -> Value {
        let variables = list.into_iter().map(|one| {
            let reference = if one.parts.is_empty() {
                0
            } else {
                self.unfolded.push(one.parts);
                UNFOLDED + self.unfolded.len() - 1
            };
            json!({"name": one.name, "value": one.value, "variablesReference": reference})
        });
        json!({"variables": variables.collect::<Vec<_>>()})
    }
}
