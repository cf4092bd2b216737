//! One scenario, step by step, on a thread of its own.

use std::{
    any::Any,
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    rc::Rc,
    sync::{Arc, mpsc::Sender},
};

use reports::{Event, InstrumentInfo, Outcome};

use super::{Beat, Job, Opener, patience::WatchedClock};
use crate::{
    bench,
    recorder::FIRST_ATTEMPT,
    remark::remark,
    session::{Halt, Scene, Session, StepUnderWay},
    suite::{PlannedStep, step_function},
};

/// Runs `job` to its end, makes the bench safe, and tells how it ended. Every way out leads through
/// `make_safe`, a panic and a signal included.
pub(super) fn run(job: &Job, open: Opener, beats: &Sender<Beat>) {
    // What cannot be written was said, once, and ends the run.
    let outcome = open_and_run(job, open, beats).unwrap_or(Outcome::Error);
    // The worker has gone only where it gave this scenario up.
    let _ = beats.send(Beat::Ended(outcome));
}

fn open_and_run(job: &Job, open: Opener, beats: &Sender<Beat>) -> reports::Result<Outcome> {
    let mut instruments = match open() {
        Ok(instruments) => instruments,
        Err(error) => {
            let outcome = never_began(job, &Halt::from(error))?;
            job.recorder.event(Event::ScenarioFinished { at_ns: 0, outcome })?;
            return Ok(outcome);
        }
    };
    let (faults, reached) = (instruments.faults.take(), instruments.reached.take());
    instruments.clock = Arc::new(WatchedClock { clock: instruments.clock, beats: beats.clone() });
    let mut session = Session::new(job.bench.clone(), instruments, job.recorder.clone());
    session.uses.clone_from(&job.planned.uses);
    let session = Rc::new(RefCell::new(session));
    let ran = catch_unwind(AssertUnwindSafe(|| begin_and_run(job, &session, faults.as_deref(), beats)));
    let safe = session.borrow_mut().make_safe();
    job.reached.hear(reached.map_or_else(Vec::new, |reached| reached()));
    let mut outcome = ran.unwrap_or_else(|panic| resume_unwind(panic))?;
    if let Err(error) = safe {
        remark(format!("{}: the bench could not be made safe: {error}", job.planned.name));
        outcome = outcome.max(Outcome::Error);
    }
    let at_ns = session.borrow().clock.now().as_nanos();
    job.recorder.event(Event::ScenarioFinished { at_ns, outcome })?;
    Ok(outcome)
}

fn begin_and_run(
    job: &Job,
    session: &Rc<RefCell<Session>>,
    faults: Option<&bench::Inject>,
    beats: &Sender<Beat>,
) -> reports::Result<Outcome> {
    let found = identities(job, &mut session.borrow_mut());
    match found {
        Ok(instruments) => {
            job.recorder.event(job.started(instruments))?;
            run_steps(job, session, faults, beats)
        }
        Err(error) => never_began(job, &Halt::from(error)),
    }
}

impl Job {
    /// The event that begins the scenario.
    fn started(&self, instruments: Vec<InstrumentInfo>) -> Event {
        Event::ScenarioStarted { attempt: FIRST_ATTEMPT, seed: self.seed, instruments }
    }
}

/// The bench could not be opened: the first step is an error, the others are not run.
fn never_began(job: &Job, halt: &Halt) -> reports::Result<Outcome> {
    let start = drivers::BenchTime::ZERO;
    job.recorder.event(job.started(Vec::new()))?;
    job.recorder.step_started(0, start)?;
    job.recorder.step_finished(start, halt.outcome(), Some(halt.to_string()))?;
    Ok(halt.outcome())
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
    for device in &mut session.devices {
        device.each_instrument(&mut add)?;
        if let Some(board) = &device.board {
            let board = board.borrow_mut().ask_identity()?.value.obeyed();
            session.test_commands |= board.is_some_and(|board| board.test_commands);
        }
    }
    for phone in &mut session.phones {
        add(&mut *phone.phone)?;
        if let Some(view) = &phone.view {
            add(&mut *view.camera.borrow_mut())?;
        }
    }
    session.each_apparatus(&mut add)?;
    Ok(infos)
}

/// Runs the steps until one is not a pass. A step that was not reached has no event: it is not run.
fn run_steps(
    job: &Job,
    session: &Rc<RefCell<Session>>,
    faults: Option<&bench::Inject>,
    beats: &Sender<Beat>,
) -> reports::Result<Outcome> {
    let now = || session.borrow().clock.now();
    for (index, step) in (0..).zip(&job.planned.steps) {
        if beats.send(Beat::AtGate).is_err() {
            // Given up while the last step hung: the bench is the next scenario's.
            return Ok(Outcome::Error);
        }
        if !job.gate.lets(&job.planned, index as usize) {
            return Ok(Outcome::NotRun);
        }
        let _ = beats.send(Beat::Goes);
        if let Some(inject) = faults {
            let due = |fault: &&super::FaultAt| Some(&fault.clause) == step.clause.as_ref();
            job.faults.iter().filter(due).for_each(|fault| inject(&fault.name));
        }
        job.recorder.step_started(index, now())?;
        let halt = run_step(session, index, step);
        let (outcome, reason) = match &halt {
            None => (Outcome::Pass, None),
            Some(halt) => (halt.outcome(), Some(halt.to_string())),
        };
        job.recorder.step_finished(now(), outcome, reason)?;
        if outcome != Outcome::Pass {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Pass)
}

/// Runs one step. A panic in it is an error of the rig.
fn run_step(session: &Rc<RefCell<Session>>, index: u32, step: &PlannedStep) -> Option<Halt> {
    let Ok(Some((function, context))) = step_function(&step.step) else {
        return Some(Halt::Rig("the plan resolved a step that is no longer there".into()));
    };
    let under_way = StepUnderWay { index, clause: step.clause.clone(), blames: step.blames.clone() };
    session.borrow_mut().begin(under_way);
    let mut scene = Scene::AtBench(session.clone());
    let runtime = match tokio::runtime::Builder::new_current_thread().build() {
        Ok(runtime) => runtime,
        Err(error) => return Some(Halt::Rig(format!("no runtime for the step: {error}"))),
    };
    match catch_unwind(AssertUnwindSafe(|| runtime.block_on(function(&mut scene, context)))) {
        Ok(()) => session.borrow_mut().take_end(),
        Err(panic) => Some(Halt::Rig(format!("a step panicked: {}", panic_text(&*panic)))),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a word")
}
