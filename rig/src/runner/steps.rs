//! The steps of one attempt, one after the other, as the controller says.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::Sender,
};

use reports::Outcome;

use super::{Action, FaultAt, Job, StepAt, StepEnd, scenario::ScenarioEnd, watchdog::Heartbeat};
use crate::{
    session::{Scene, SharedSession, StepError, StepUnderWay},
    suite::PlannedStep,
};

/// How the steps of an attempt ended.
pub(super) enum StepsEnd {
    /// The scenario is over.
    Over(ScenarioEnd),
    /// The scenario begins anew; the worst outcome until here.
    Restart(Outcome),
}

impl StepsEnd {
    /// For the record: an attempt that was left before its end is not run at best.
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Over(end) => end.outcome,
            Self::Restart(outcome) => (*outcome).max(Outcome::NotRun),
        }
    }

    /// The same end with an outcome that is no better than `outcome`.
    pub(super) fn worsened(self, outcome: Outcome) -> Self {
        match self {
            Self::Over(end) => Self::Over(ScenarioEnd { outcome: end.outcome.max(outcome), ..end }),
            Self::Restart(worst) => Self::Restart(worst.max(outcome)),
        }
    }
}

/// Reason in the record for a step that the controller left out.
const SKIPPED: &str = "skipped by hand";

/// Runs the steps until the controller or a step that is not a pass ends them. A step that was not reached has no event:
/// it is not run.
pub(super) fn run(
    job: &Job,
    attempt: u32,
    session: &SharedSession,
    heartbeats: &Sender<Heartbeat>,
) -> reports::Result<StepsEnd> {
    let (mut index, mut worst) = (0, Outcome::Pass);
    let mut instrument = None;
    while index < job.planned.steps.len() {
        let at = StepAt { scenario: &job.planned, step: index, attempt };
        match paused(heartbeats, || job.controller.before(&at, session)) {
            // The scenario was given up while a step hung.
            None => return Ok(StepsEnd::Over(ScenarioEnd::of(Outcome::Error))),
            Some(Action::Run) => {}
            Some(Action::Skip) => {
                skip(job, session, index)?;
                (worst, index) = (worst.max(Outcome::NotRun), index + 1);
                continue;
            }
            Some(Action::Repeat) => {
                index = index.saturating_sub(1);
                continue;
            }
            Some(Action::Restart) => return Ok(StepsEnd::Restart(worst)),
            Some(Action::Stop) => {
                return Ok(StepsEnd::Over(ScenarioEnd::stopped(worst.max(Outcome::NotRun))));
            }
        }
        let end = take(job, session, &at)?;
        worst = worst.max(end.outcome);
        instrument = end.instrument.clone().or(instrument);
        match paused(heartbeats, || job.controller.after(&at, session, &end)) {
            None => return Ok(StepsEnd::Over(ScenarioEnd::of(Outcome::Error))),
            Some(Action::Run) if end.outcome != Outcome::Pass => return over(worst, instrument),
            Some(Action::Run | Action::Skip) => index += 1,
            Some(Action::Repeat) => {}
            Some(Action::Restart) => return Ok(StepsEnd::Restart(worst)),
            Some(Action::Stop) => {
                return Ok(StepsEnd::Over(ScenarioEnd::stopped(worst.max(Outcome::NotRun))));
            }
        }
    }
    over(worst, instrument)
}

/// The end of an attempt that ran as far as it could.
fn over(outcome: Outcome, instrument: Option<String>) -> reports::Result<StepsEnd> {
    Ok(StepsEnd::Over(ScenarioEnd { instrument, ..ScenarioEnd::of(outcome) }))
}

/// The controller's answer, with the watchdog off; none if the scenario was given up.
fn paused(heartbeats: &Sender<Heartbeat>, ask: impl FnOnce() -> Action) -> Option<Action> {
    heartbeats.send(Heartbeat::Paused).ok()?;
    let action = ask();
    heartbeats.send(Heartbeat::Resumed).ok()?;
    Some(action)
}

/// Records that a step was left out.
fn skip(job: &Job, session: &SharedSession, index: usize) -> reports::Result<()> {
    let now = session.borrow().now();
    job.recorder.step_started(number(index), now)?;
    job.recorder.step_finished(now, Outcome::NotRun, Some(SKIPPED.to_owned()))
}

/// Takes one step and records it.
fn take(job: &Job, session: &SharedSession, at: &StepAt<'_>) -> reports::Result<StepEnd> {
    let now = || session.borrow().now();
    let (index, step) = (at.step, &at.scenario.steps[at.step]);
    let due = |fault: &&FaultAt| fault.strikes(at.attempt, step.clause.as_deref());
    job.faults.iter().filter(due).for_each(|fault| session.borrow().instruments.set_fault(&fault.name, true));
    job.recorder.step_started(number(index), now())?;
    let end = match call(session, index, step) {
        None => StepEnd { outcome: Outcome::Pass, reason: None, instrument: None },
        Some(error) => StepEnd {
            outcome: error.outcome(),
            reason: Some(error.to_string()),
            instrument: error.instrument().map(str::to_owned),
        },
    };
    job.recorder.step_finished(now(), end.outcome, end.reason.clone())?;
    Ok(end)
}

/// Calls the step's function. A panic in it is an error of the rig.
pub(crate) fn call(session: &SharedSession, index: usize, step: &PlannedStep) -> Option<StepError> {
    let under_way =
        StepUnderWay { index: number(index), clause: step.clause.clone(), at_stake: step.at_stake.clone() };
    session.borrow_mut().begin(under_way);
    let mut scene = Scene::AtBench(session.clone());
    match catch_unwind(AssertUnwindSafe(|| step.matched.call(&mut scene))) {
        Ok(true) => session.borrow_mut().take_end(),
        Ok(false) => Some(StepError::Internal("the step function awaits something".into())),
        Err(panic) => Some(StepError::Internal(format!("a step panicked: {}", panic_text(&*panic)))),
    }
}

/// A step's number for the record.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a word")
}
