//! The gate before each step: where a signal ends a run in order, and where stepping through by hand waits.

use std::sync::{Arc, OnceLock};

use crate::suite::Planned;

/// Asked before every step. It may take its time: the step's time limit has not begun.
pub trait Gate: Send + Sync {
    /// Whether step `step` of `scenario` may begin. Where it may not, the run ends, the bench is made safe,
    /// and what was not reached is not run.
    fn lets(&self, scenario: &Planned, step: usize) -> bool;

    /// What closed it, for the record: a signal's name, or in a few words.
    fn closed_by(&self) -> String;
}

/// A gate that is open until somebody wants the run to stop.
#[derive(Clone, Debug, Default)]
pub struct UntilStopped(Arc<OnceLock<String>>);

impl UntilStopped {
    /// Closes the gate, and remembers by what; whether it was closed before.
    pub fn stop(&self, by: &str) -> bool {
        self.0.set(by.to_owned()).is_err()
    }

    /// Whether it is closed.
    pub fn is_stopped(&self) -> bool {
        self.0.get().is_some()
    }
}

impl Gate for UntilStopped {
    fn lets(&self, _: &Planned, _: usize) -> bool {
        !self.is_stopped()
    }

    fn closed_by(&self) -> String {
        self.0.get().cloned().unwrap_or_else(|| "nothing".into())
    }
}
