//! One scenario, on a thread of its own: its bench opened, its steps run, the bench made safe; once for each attempt.

use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    rc::Rc,
    sync::{Arc, mpsc::Sender},
};

use reports::{Event, InstrumentInfo, Outcome};

use super::{
    Job, Opener,
    steps::{self, StepsEnd},
    watchdog::{Heartbeat, WatchedClock},
};
use crate::{
    recorder::FIRST_ATTEMPT,
    remark::remark,
    session::{Session, SharedSession, StepError},
};

/// How a scenario ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ScenarioEnd {
    /// Its outcome.
    pub(super) outcome: Outcome,
    /// Whether the run is to stop.
    pub(super) stopped: bool,
}

impl ScenarioEnd {
    fn error() -> Self {
        Self { outcome: Outcome::Error, stopped: false }
    }
}

/// Runs `job` to its end. Every way out leads through `make_safe`, a panic and a signal included.
pub(super) fn run(job: &Job, mut open: Opener, heartbeats: &Sender<Heartbeat>) -> ScenarioEnd {
    let mut worst = Outcome::Pass;
    let mut attempts = FIRST_ATTEMPT..;
    // There are more numbers than a person restarts a scenario.
    let ended = attempts.find_map(|number| match attempt(job, number, &mut open, heartbeats) {
        Ok(StepsEnd::Restart(outcome)) => {
            worst = worst.max(outcome);
            None
        }
        Ok(StepsEnd::Over(end)) => Some(Ok(end)),
        Err(error) => Some(Err(error)),
    });
    // What cannot be written was said, once, and ends the run.
    let end = ended.and_then(Result::ok).unwrap_or_else(ScenarioEnd::error);
    ScenarioEnd { outcome: end.outcome.max(worst), ..end }
}

fn attempt(
    job: &Job,
    number: u32,
    open: &mut Opener,
    heartbeats: &Sender<Heartbeat>,
) -> reports::Result<StepsEnd> {
    let mut instruments = match open(&job.controller.parameters(&job.given)) {
        Ok(instruments) => instruments,
        Err(error) => {
            let end = never_began(job, number, &StepError::from(error))?;
            return finished(job, 0, end);
        }
    };
    instruments.clock = Arc::new(WatchedClock { clock: instruments.clock, heartbeats: heartbeats.clone() });
    let uses = job.planned.uses.clone();
    let session = Session::new(job.bench.clone(), uses, instruments, job.recorder.clone());
    let session = Rc::new(RefCell::new(session));
    let ran = catch_unwind(AssertUnwindSafe(|| begin_and_run(job, number, &session, heartbeats)));
    let safe = session.borrow_mut().make_safe();
    job.coverage.record(&session.borrow().instruments.executed_defects());
    let mut end = ran.unwrap_or_else(|panic| resume_unwind(panic))?;
    if let Err(error) = safe {
        remark(format!("{}: the bench could not be made safe: {error}", job.planned.name));
        end = end.worsened(Outcome::Error);
    }
    let at_ns = session.borrow().now().as_nanos();
    finished(job, at_ns, end)
}

fn finished(job: &Job, at_ns: u64, end: StepsEnd) -> reports::Result<StepsEnd> {
    job.recorder.event(Event::ScenarioFinished { at_ns, outcome: end.outcome() })?;
    Ok(end)
}

fn begin_and_run(
    job: &Job,
    attempt: u32,
    session: &SharedSession,
    heartbeats: &Sender<Heartbeat>,
) -> reports::Result<StepsEnd> {
    let found = identities(job, &mut session.borrow_mut());
    match found {
        Ok(instruments) => {
            job.recorder.event(job.started(attempt, instruments))?;
            steps::run(job, attempt, session, heartbeats)
        }
        Err(error) => never_began(job, attempt, &StepError::from(error)),
    }
}

impl Job {
    /// The event that begins an attempt.
    fn started(&self, attempt: u32, instruments: Vec<InstrumentInfo>) -> Event {
        Event::ScenarioStarted { attempt, seed: self.given.seed, instruments }
    }
}

/// The bench could not be opened: the first step is an error, the others are not run.
fn never_began(job: &Job, attempt: u32, error: &StepError) -> reports::Result<StepsEnd> {
    let start = drivers::BenchTime::ZERO;
    job.recorder.event(job.started(attempt, Vec::new()))?;
    job.recorder.step_started(0, start)?;
    job.recorder.step_finished(start, error.outcome(), Some(error.to_string()))?;
    Ok(StepsEnd::Over(ScenarioEnd { outcome: error.outcome(), stopped: false }))
}

fn identities(job: &Job, session: &mut Session) -> drivers::Result<Vec<InstrumentInfo>> {
    let mut infos = Vec::new();
    let mut add = |instrument: &mut dyn drivers::Instrument| {
        let identity = instrument.identity()?;
        let mut told = identity.detail;
        told.insert("model".into(), identity.model);
        if !identity.serial.is_empty() {
            told.insert("serial".into(), identity.serial);
        }
        let name = instrument.name().to_owned();
        let driver = job.bench.driver_of(&name).map_or(identity.driver, str::to_owned);
        if !infos.iter().any(|known: &InstrumentInfo| known.name == name) {
            infos.push(InstrumentInfo { name, driver, identity: told });
        }
        Ok(())
    };
    for device in &mut session.instruments.devices {
        device.each_instrument(&mut add)?;
        if let Some(board) = &device.board {
            let board = board.borrow_mut().ask_identity()?.value.obeyed();
            session.memory.test_commands |= board.is_some_and(|board| board.test_commands);
        }
    }
    for phone in &mut session.instruments.phones {
        add(&mut *phone.phone)?;
        if let Some(view) = &phone.view {
            add(&mut *view.camera.borrow_mut())?;
        }
    }
    session.instruments.each_shared(&mut add)?;
    Ok(infos)
}
