//! One scenario, on a thread of its own: its bench opened, its steps run, the bench made safe; once for each attempt.

use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    rc::Rc,
    sync::{Arc, mpsc::Sender},
};

use reports::{Again, Because, Event, InstrumentInfo, Isolation, Outcome};

use super::{
    Job, Opener, Openers,
    steps::{self, StepsEnd},
    watchdog::{Heartbeat, WatchedClock},
};
use crate::{
    recorder::Beginning,
    remark::remark,
    session::{Session, SharedSession, StepError},
};

/// How a scenario ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ScenarioEnd {
    /// Its outcome.
    pub(super) outcome: Outcome,
    /// Whether the run is to stop.
    pub(super) stopped: bool,
    /// The instrument that failed, where one did.
    pub(super) instrument: Option<String>,
}

impl ScenarioEnd {
    /// It came to its end with this outcome.
    pub(super) fn of(outcome: Outcome) -> Self {
        Self { outcome, stopped: false, instrument: None }
    }

    /// It was stopped.
    pub(super) fn stopped(outcome: Outcome) -> Self {
        Self { stopped: true, ..Self::of(outcome) }
    }
}

/// Runs `job` to its end. Every way out leads through `make_safe`, a panic and a signal included.
pub(super) fn run(job: &Job, mut openers: Openers, heartbeats: &Sender<Heartbeat>) -> ScenarioEnd {
    let mut worst = Outcome::Pass;
    let mut retries = job.retries;
    let mut beginning = job.recorder.next_attempt(job.isolation());
    if beginning.number == 1 {
        beginning.again = job.planned.again;
    }
    loop {
        // What cannot be written was said, once, and ends the run.
        let Ok(ended) = attempt(job, beginning, &mut openers.open, heartbeats) else {
            return ScenarioEnd::of(Outcome::Error);
        };
        let number = beginning.number + 1;
        match ended {
            StepsEnd::Restart(outcome) => {
                worst = worst.max(outcome);
                beginning = Beginning { number, again: None };
            }
            StepsEnd::Over(end) if retries > 0 && worst == Outcome::Pass && may_try_again(job, &end) => {
                retries -= 1;
                let recovered = openers.recover.after(&end, &job.controller.parameters(&job.given));
                let isolation = if recovered { Isolation::PowerCycled } else { job.isolation() };
                let again = Again { because: Because::Error, isolation };
                beginning = Beginning { number, again: Some(again) };
            }
            StepsEnd::Over(end) => return ScenarioEnd { outcome: end.outcome.max(worst), ..end },
        }
    }
}

/// Only an error without any fail is tried again.
fn may_try_again(job: &Job, end: &ScenarioEnd) -> bool {
    end.outcome == Outcome::Error
        && !end.stopped
        && !job.recorder.has_failed()
        && job.controller.begins(&job.planned)
}

fn attempt(
    job: &Job,
    beginning: Beginning,
    open: &mut Opener,
    heartbeats: &Sender<Heartbeat>,
) -> reports::Result<StepsEnd> {
    let mut instruments = match open(&job.controller.parameters(&job.given)) {
        Ok(instruments) => instruments,
        Err(error) => {
            let end = never_began(job, beginning, &StepError::from(error))?;
            return finished(job, 0, end);
        }
    };
    instruments.clock = Arc::new(WatchedClock { clock: instruments.clock, heartbeats: heartbeats.clone() });
    let uses = job.planned.uses.clone();
    let session = Session::new(job.bench.clone(), uses, instruments, job.recorder.clone());
    let session = Rc::new(RefCell::new(session));
    let ran = catch_unwind(AssertUnwindSafe(|| begin_and_run(job, beginning, &session, heartbeats)));
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
    beginning: Beginning,
    session: &SharedSession,
    heartbeats: &Sender<Heartbeat>,
) -> reports::Result<StepsEnd> {
    let found = identities(job, &mut session.borrow_mut());
    match found {
        Ok(instruments) => {
            job.recorder.event(job.started(beginning, instruments))?;
            steps::run(job, beginning.number, session, heartbeats)
        }
        Err(error) => never_began(job, beginning, &StepError::from(error)),
    }
}

impl Job {
    /// The event that begins an attempt.
    fn started(&self, beginning: Beginning, instruments: Vec<InstrumentInfo>) -> Event {
        let Beginning { number, again } = beginning;
        Event::ScenarioStarted { attempt: number, seed: self.given.seed, instruments, again }
    }

    /// How far an attempt is isolated from the one before: a simulated bench has a new world, and a test environment with a
    /// restore program is restored for a scenario with phones.
    fn isolation(&self) -> Isolation {
        if self.bench.is_restored_for(&self.planned.needs) { Isolation::Restored } else { Isolation::Reset }
    }
}

/// The bench could not be opened: the first step is an error, the others are not run.
fn never_began(job: &Job, beginning: Beginning, error: &StepError) -> reports::Result<StepsEnd> {
    let start = drivers::BenchTime::ZERO;
    job.recorder.event(job.started(beginning, Vec::new()))?;
    job.recorder.step_started(0, start)?;
    job.recorder.step_finished(start, error.outcome(), Some(error.to_string()))?;
    let instrument = error.instrument().map(str::to_owned);
    Ok(StepsEnd::Over(ScenarioEnd { instrument, ..ScenarioEnd::of(error.outcome()) }))
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
