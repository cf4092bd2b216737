//! Watching a run with a defect, so that it goes no further than until the defect is killed.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use reports::{Entry, Event, Outcome};

use crate::{
    runner::{Action, StepAt, StepController, StopSignal},
    session::SharedSession,
    suite::PlannedScenario,
};

/// The clauses that have to fail, and have not yet.
#[derive(Clone, Default)]
pub(super) struct PendingClauses(Arc<Mutex<BTreeSet<String>>>);

impl PendingClauses {
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

/// Lets no further scenario begin once every wanted clause has failed.
pub(super) struct UntilKilled {
    stop: StopSignal,
    wanted: PendingClauses,
}

impl UntilKilled {
    pub fn new(stop: StopSignal, wanted: PendingClauses) -> Self {
        Self { stop, wanted }
    }
}

impl StepController for UntilKilled {
    fn begins(&self, scenario: &PlannedScenario) -> bool {
        self.stop.begins(scenario) && !self.wanted.all_failed()
    }

    fn before(&self, at: &StepAt<'_>, session: &SharedSession) -> Action {
        self.stop.before(at, session)
    }

    fn stopped_by(&self) -> String {
        if self.stop.is_stopped() {
            self.stop.stopped_by()
        } else {
            "the proof: every wanted clause has failed".into()
        }
    }
}
