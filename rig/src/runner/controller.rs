//! Steering a run: a controller is asked before and after each step, and answers what happens next.

use std::sync::{Arc, OnceLock};

use reports::Outcome;

use crate::{bench::SimParams, session::SharedSession, suite::PlannedScenario};

/// A step of a scenario under way.
#[derive(Clone, Copy)]
pub struct StepAt<'p> {
    /// The scenario.
    pub scenario: &'p PlannedScenario,
    /// The step's index in it.
    pub step: usize,
    /// The attempt at the scenario, from 1.
    pub attempt: u32,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepEnd {
    /// Its outcome.
    pub outcome: Outcome,
    /// The reason, unless it is a plain pass.
    pub reason: Option<String>,
    /// The instrument that failed, where one did.
    pub instrument: Option<String>,
}

/// The runner's next move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Before a step: take it. After a step: go on, or end the scenario if the step is not a pass.
    Run,
    /// Before a step: leave it out; it is not run. After a step: go on to the next one, whatever the outcome.
    Skip,
    /// Before a step: go back to the one before it. After a step: take it again.
    Repeat,
    /// Make the bench safe, open it again and begin the scenario anew, as the next attempt.
    Restart,
    /// End the run. What was not reached is not run.
    Stop,
}

/// Steers a run. It may block in every call: the watchdog is off meanwhile.
pub trait StepController: Send + Sync {
    /// Whether `scenario` may begin. If not, the run ends.
    fn begins(&self, scenario: &PlannedScenario) -> bool;

    /// Called before each step, with the bench open.
    fn before(&self, at: &StepAt<'_>, session: &SharedSession) -> Action;

    /// Called after each step, with the bench still as the step left it.
    fn after(&self, _: &StepAt<'_>, _: &SharedSession, _: &StepEnd) -> Action {
        Action::Run
    }

    /// Called when a scenario is over, and its bench safe.
    fn ended(&self, _: &PlannedScenario) {}

    /// The simulation parameters of a scenario's next attempt.
    fn parameters(&self, given: &SimParams) -> SimParams {
        given.clone()
    }

    /// Why the run was stopped, for the record: a signal's name, or a few words.
    fn stopped_by(&self) -> String;
}

/// The controller of an ordinary run: every step runs until a signal stops the run.
#[derive(Clone, Debug, Default)]
pub struct StopSignal(Arc<OnceLock<String>>);

impl StopSignal {
    /// Stops the run before its next step; returns whether it was stopped already.
    pub fn stop(&self, by: &str) -> bool {
        self.0.set(by.to_owned()).is_err()
    }

    /// Whether the run is stopped.
    pub fn is_stopped(&self) -> bool {
        self.0.get().is_some()
    }
}

impl StepController for StopSignal {
    fn begins(&self, _: &PlannedScenario) -> bool {
        !self.is_stopped()
    }

    fn before(&self, _: &StepAt<'_>, _: &SharedSession) -> Action {
        if self.is_stopped() { Action::Stop } else { Action::Run }
    }

    fn stopped_by(&self) -> String {
        self.0.get().cloned().unwrap_or_else(|| "nothing".into())
    }
}
