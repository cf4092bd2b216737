//! One scenario, step by step, on a thread of its own.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::Sender,
};

use reports::{Event, InstrumentInfo, Outcome};

use super::{Beat, Job};
use crate::{
    bench::{self, Instruments},
    session::{Halt, Session, StepUnderWay},
    suite::{PlannedStep, step_functions},
};

/// Runs `job` to its end, makes the bench safe, and tells how it ended. Every way out leads through
/// `make_safe`, a panic and a signal included.
pub(super) fn run(job: Job, beats: &Sender<Beat>) {
    let outcome = open_and_run(&job, beats).unwrap_or_else(|error| {
        eprintln!("rig: the journal cannot be written: {error}");
        Outcome::Error
    });
    // The worker has gone only where it gave this scenario up.
    let _ = beats.send(Beat::Ended(outcome));
}

fn open_and_run(job: &Job, beats: &Sender<Beat>) -> reports::Result<Outcome> {
    let opened = bench::open(&job.bench, &job.planned.needs, job.seed, &job.defects);
    let mut instruments = match opened {
        Ok(instruments) => instruments,
        Err(error) => return never_began(job, &Halt::from(error)),
    };
    let faults = instruments.faults.take();
    let infos = match identities(job, &mut instruments) {
        Ok(infos) => infos,
        Err(error) => return never_began(job, &Halt::from(error)),
    };
    job.recorder.event(Event::ScenarioStarted { seed: job.seed, instruments: infos })?;
    let mut session = Session::new(job.bench.clone(), instruments, job.recorder.clone());
    let ran = run_steps(job, &mut session, faults.as_deref(), beats);
    let safe = session.make_safe();
    let mut outcome = ran?;
    if let Err(error) = safe {
        eprintln!("{}: the bench could not be made safe: {error}", job.planned.name);
        outcome = outcome.max(Outcome::Error);
    }
    job.recorder.event(Event::ScenarioFinished { at_ns: session.clock.now().as_nanos(), outcome })?;
    Ok(outcome)
}

/// The bench could not be opened: the first step is an error, the others are not run.
fn never_began(job: &Job, halt: &Halt) -> reports::Result<Outcome> {
    let start = drivers::BenchTime::ZERO;
    job.recorder.event(Event::ScenarioStarted { seed: job.seed, instruments: Vec::new() })?;
    job.recorder.step_started(0, start)?;
    job.recorder.step_finished(start, halt.outcome(), Some(halt.to_string()))?;
    job.recorder.event(Event::ScenarioFinished { at_ns: 0, outcome: Outcome::Error })?;
    Ok(Outcome::Error)
}

fn identities(job: &Job, instruments: &mut Instruments) -> drivers::Result<Vec<InstrumentInfo>> {
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
    for display in &mut instruments.displays {
        display.each_instrument(&mut add)?;
    }
    for phone in &mut instruments.phones {
        add(&mut *phone.phone)?;
    }
    Ok(infos)
}

/// Runs the steps until one is not a pass. A step that was not reached has no event: it is not run.
fn run_steps(
    job: &Job,
    session: &mut Session,
    faults: Option<&bench::Inject>,
    beats: &Sender<Beat>,
) -> reports::Result<Outcome> {
    for (index, step) in (0..).zip(&job.planned.steps) {
        let _ = beats.send(Beat::AtGate);
        if !job.gate.lets(&job.planned, index as usize) {
            return Ok(Outcome::NotRun);
        }
        let _ = beats.send(Beat::Goes);
        if let Some(inject) = faults {
            let due = |fault: &&super::FaultAt| Some(&fault.clause) == step.clause.as_ref();
            job.faults.iter().filter(due).for_each(|fault| inject(&fault.name));
        }
        job.recorder.step_started(index, session.clock.now())?;
        let halt = run_step(session, index, step);
        let (outcome, reason) = match &halt {
            None => (Outcome::Pass, None),
            Some(halt) => (halt.outcome(), Some(halt.to_string())),
        };
        job.recorder.step_finished(session.clock.now(), outcome, reason)?;
        if outcome != Outcome::Pass {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Pass)
}

/// Runs one step. A panic in it is an error of the rig.
fn run_step(session: &mut Session, index: u32, step: &PlannedStep) -> Option<Halt> {
    let Ok(Some((function, _, _, context))) = step_functions().find(&step.step) else {
        return Some(Halt::Rig("the plan resolved a step that is no longer there".into()));
    };
    session.begin(StepUnderWay { index, clause: step.clause.clone(), blames: step.blames.clone() });
    let runtime = match tokio::runtime::Builder::new_current_thread().build() {
        Ok(runtime) => runtime,
        Err(error) => return Some(Halt::Rig(format!("no runtime for the step: {error}"))),
    };
    match catch_unwind(AssertUnwindSafe(|| runtime.block_on(function(session, context)))) {
        Ok(()) => session.take_end(),
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
