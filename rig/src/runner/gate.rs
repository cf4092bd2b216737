//! The gate before each step: where a signal ends a run in order, and where stepping through by hand waits.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::suite::Planned;

/// Asked before every step. It may take its time: the step's time limit has not begun.
pub trait Gate: Send + Sync {
    /// Whether step `step` of `scenario` may begin. Where it may not, the run ends, the bench is made safe,
    /// and what was not reached is not run.
    fn lets(&self, scenario: &Planned, step: usize) -> bool;
}

/// A gate that is open until somebody wants the run to stop.
#[derive(Clone, Debug, Default)]
pub struct UntilStopped(Arc<AtomicBool>);

impl UntilStopped {
    /// Closes the gate; whether it was closed before.
    pub fn stop(&self) -> bool {
        self.0.swap(true, Ordering::SeqCst)
    }

    /// Whether it is closed.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl Gate for UntilStopped {
    fn lets(&self, _: &Planned, _: usize) -> bool {
        !self.is_stopped()
    }
}
