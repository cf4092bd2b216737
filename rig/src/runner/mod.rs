//! The runner: takes scenarios off the plan, gives each a bench and a thread of its own, and watches it.
//!
//! cucumber's stock runner has no gate, no step time limit, no leases and no outcome but pass and panic;
//! so the loop is ours, and cucumber gives the parser, the World and the step functions.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use reports::{ClauseInfo, Ended, Outcome, RunStarted};
use sha2::{Digest, Sha256};

use crate::{
    bench::{self, Bench, Instruments, SimParams},
    provenance::Provenance,
    recorder::{Recorder, Sink},
    suite::{Plan, Planned},
};

mod fault;
mod gate;
mod patience;
mod queue;
mod reached;
mod scenario;

pub use fault::FaultAt;
pub use gate::{Gate, UntilStopped};
use patience::Patience;
use queue::{Lease, Queue};
pub use reached::Reached;

/// What a run is asked to do.
pub struct Order {
    /// The bench.
    pub bench: Arc<Bench>,
    /// The scenarios.
    pub plan: Plan,
    /// What the worlds of its scenarios are made with; each has its own seed, made of this one and its name.
    pub given: SimParams,
    /// How many scenarios may run side by side.
    pub jobs: usize,
    /// Faults that the bench is given, and when.
    pub faults: Vec<FaultAt>,
    /// Where the run comes from.
    pub provenance: Provenance,
    /// Is told whether the product came to a defect of its own.
    pub reached: Reached,
}

impl Order {
    /// The head of the run's journal; `clauses` are those of the register.
    pub fn head(&self, clauses: Vec<ClauseInfo>) -> RunStarted {
        RunStarted {
            format: reports::FORMAT,
            rig: env!("CARGO_PKG_VERSION").into(),
            readers: readers::VERSION.into(),
            bench: self.bench.name.clone(),
            simulated: self.bench.kind == bench::Kind::Simulated,
            profile: self.bench.profile.title.clone(),
            deviations: self.plan.deviations.clone(),
            environment: self.bench.environment(),
            seed: self.given.seed,
            defects: self.given.defects.clone(),
            faults: self.faults.iter().map(FaultAt::to_string).collect(),
            class: self.provenance.class.clone(),
            inputs: self.provenance.inputs.clone(),
            clauses,
            scenarios: self.plan.scenarios.iter().map(Planned::info).collect(),
            not_applicable: self.plan.not_applicable.clone(),
            not_equipped: self.plan.not_equipped.clone(),
        }
    }
}

/// What a scenario's thread tells the worker that watches it.
enum Beat {
    /// It stands at the gate: however long that takes, it does not hang.
    AtGate,
    /// It goes on: the time limit begins anew.
    Goes,
    /// It let so much time go by on purpose, on the wall clock, which is not held against it.
    Waited(Duration),
    /// It ended so.
    Ended(Outcome),
}

/// One scenario, with all it needs, so that its thread can be left behind when it hangs.
struct Job {
    bench: Arc<Bench>,
    planned: Planned,
    seed: u64,
    faults: Vec<FaultAt>,
    reached: Reached,
    gate: Arc<dyn Gate>,
    recorder: Arc<Recorder>,
}

/// Opens the instruments of one scenario, on the scenario's own thread.
type Opener = Box<dyn FnOnce() -> drivers::Result<Instruments> + Send>;

/// Runs `order` and writes all that happens to `sink`, as far as `gate` lets it. The worst outcome; none
/// where the gate was closed, and the journal says by what.
pub fn run(
    order: &Order,
    head: RunStarted,
    sink: &Arc<Sink>,
    gate: &Arc<dyn Gate>,
) -> reports::Result<Option<Outcome>> {
    sink.begin(head, order.provenance.origin.clone())?;
    let queue = Queue::new(order.plan.scenarios.iter().map(|planned| order.bench.leases(&planned.needs)));
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..order.jobs.max(1) {
            scope.spawn(|| {
                while let Some(result) = queue.next().and_then(|lease| run_leased(order, sink, gate, &lease))
                {
                    results.lock().unwrap_or_else(PoisonError::into_inner).push(result);
                }
            });
        }
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(ended) = sink.failed() {
        // What is written stays readable, and says why there is no more.
        return sink.end(Outcome::Error, ended.clone()).map(|()| None);
    }
    let outcomes = results.into_iter().collect::<reports::Result<Vec<_>>>()?;
    let stopped = outcomes.len() < order.plan.scenarios.len() || outcomes.contains(&Outcome::NotRun);
    if stopped {
        let outcome = Outcome::worst(outcomes.into_iter().chain([Outcome::NotRun]));
        sink.end(outcome, Ended::Stopped(gate.closed_by()))?;
        return Ok(None);
    }
    let outcome = Outcome::worst(outcomes);
    sink.end(outcome, Ended::AllRun)?;
    Ok(Some(outcome))
}

/// Runs the scenario that has the lease; none where the gate is closed.
fn run_leased(
    order: &Order,
    sink: &Arc<Sink>,
    gate: &Arc<dyn Gate>,
    lease: &Lease<'_, '_>,
) -> Option<reports::Result<Outcome>> {
    let place = lease.place;
    let is_open = |planned: &&Planned| sink.failed().is_none() && gate.lets(planned, 0);
    let planned = order.plan.scenarios.get(place).filter(is_open)?.clone();
    let given = SimParams { seed: scenario_seed(order.given.seed, &planned.name), ..order.given.clone() };
    let seed = given.seed;
    let recorder = Arc::new(Recorder::new(sink.clone(), u32::try_from(place).ok()?, seed));
    let job = Job {
        bench: order.bench.clone(),
        seed,
        planned,
        faults: order.faults.clone(),
        reached: order.reached.clone(),
        gate: gate.clone(),
        recorder: recorder.clone(),
    };
    let (bench, needs) = (order.bench.clone(), job.planned.needs.clone());
    let open = Box::new(move || bench::open(&bench, &needs, &given));
    let outcome = watch(job, open, order.bench.step_limit);
    Some(outcome.and_then(|outcome| recorder.sync().map(|()| outcome)))
}

/// Runs `job` on a thread of its own. A step that takes longer than `limit`, but for what it waits on purpose, is given
/// up as an error, and its thread left behind: a hanging driver cannot be made to return. Should it return after all, the
/// thread takes no further step, and makes the bench safe.
fn watch(job: Job, open: Opener, limit: Duration) -> reports::Result<Outcome> {
    let recorder = job.recorder.clone();
    let give_up = |reason: &str| recorder.abandon(reason).map(|()| Outcome::Error);
    let (beats, heard) = mpsc::channel();
    let spawned =
        thread::Builder::new().name("scenario".into()).spawn(move || scenario::run(&job, open, &beats));
    if let Err(error) = spawned {
        return give_up(&format!("rig: no thread for the scenario: {error}"));
    }
    let mut patience = Patience::new(limit, Instant::now());
    loop {
        let beat = match patience.left(Instant::now()) {
            Some(left) => heard.recv_timeout(left),
            None => heard.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match beat {
            Ok(Beat::AtGate) => patience.pause(),
            Ok(Beat::Goes) => patience.begin(Instant::now()),
            Ok(Beat::Waited(span)) => patience.grant(span),
            Ok(Beat::Ended(outcome)) => return Ok(outcome),
            Err(RecvTimeoutError::Timeout) => {
                return give_up(&format!("the step hangs: it took longer than {limit:?}"));
            }
            Err(RecvTimeoutError::Disconnected) => {
                return give_up("rig: the scenario's thread ended without a word");
            }
        }
    }
}

/// The seed of one scenario's world: the same wherever the scenario stands in the plan.
fn scenario_seed(run_seed: u64, name: &str) -> u64 {
    let digest = Sha256::new().chain_update(run_seed.to_be_bytes()).chain_update(name).finalize();
    digest.iter().take(8).fold(0, |seed, &byte| seed << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests;
