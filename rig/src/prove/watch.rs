//! Watching a run with a defect, so that it goes no further than until the defect is killed.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use reports::{Entry, Event, Outcome};

use crate::{
    runner::{Gate, UntilStopped},
    suite::Planned,
};

/// The clauses that have to fail, and have not yet.
#[derive(Clone, Default)]
pub(super) struct Wanted(Arc<Mutex<BTreeSet<String>>>);

impl Wanted {
    pub fn new(clauses: &[String]) -> Self {
        Self(Arc::new(Mutex::new(clauses.iter().cloned().collect())))
    }

    /// Hears of an event of the run.
    pub fn hear(&self, entry: &Entry) {
        if let Event::Judged(verdict) = &entry.event
            && verdict.outcome == Outcome::Fail
        {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&verdict.clause);
        }
    }

    fn all_failed(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// A gate that lets no further scenario begin once every wanted clause has failed.
pub(super) struct UntilKilled {
    stop: UntilStopped,
    wanted: Wanted,
}

impl UntilKilled {
    pub fn new(stop: UntilStopped, wanted: Wanted) -> Self {
        Self { stop, wanted }
    }
}

impl Gate for UntilKilled {
    fn lets(&self, scenario: &Planned, step: usize) -> bool {
        self.stop.lets(scenario, step) && (step > 0 || !self.wanted.all_failed())
    }

    fn closed_by(&self) -> String {
        if self.stop.is_stopped() {
            self.stop.closed_by()
        } else {
            "the proof: every wanted clause has failed".into()
        }
    }
}
