//! The runner: takes scenarios off the plan, gives each its leases and a thread of its own, and watches it.
//!
//! cucumber's stock runner has no controller, no step time limit, no leases and no outcome but pass and panic;
//! so the loop is ours, and cucumber gives the parser, the World and the step functions.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use reports::{
    COMMON_CAUSE, ClauseInfo, Ended, Isolation, Journal, Outcome, QUARANTINED, RunStarted, Summary,
};
use sha2::{Digest, Sha256};

use crate::{
    bench::{self, Bench, Instruments, SimParams},
    provenance::Provenance,
    recorder::{Recorder, Sink},
    remark::remark,
    suite::{Plan, PlannedScenario},
};

mod beside;
mod controller;
mod coverage;
mod fault;
mod lease;
mod quarantine;
mod queue;
mod recovery;
mod scenario;
mod steps;
mod watchdog;

pub use controller::{Action, StepAt, StepController, StepEnd, StopSignal};
pub use coverage::DefectCoverage;
pub use fault::FaultAt;
pub use lease::{Lease, LeaseBroker, LocalLeases, Names, Unavailable};
use quarantine::{AfterError, Quarantine};
use queue::{Queue, Turn, Waiting};
use scenario::ScenarioEnd;
pub(crate) use steps::call as call_step;

/// Everything that a run is made of.
pub struct RunConfig {
    /// The bench.
    pub bench: Arc<Bench>,
    /// The scenarios.
    pub plan: Plan,
    /// Simulation parameters. Each scenario's seed is derived from this one and its name.
    pub given: SimParams,
    /// How many scenarios may run side by side.
    pub jobs: usize,
    /// Faults to inject into the bench, each before a step.
    pub faults: Vec<FaultAt>,
    /// Where the run comes from.
    pub provenance: Provenance,
    /// Set once the product has executed one of its seeded defects.
    pub coverage: DefectCoverage,
    /// Handling of errors.
    pub on_errors: OnErrors,
    /// Folders of runs that go on beside it on other benches.
    pub beside: Vec<PathBuf>,
}

/// Handling of bench errors; by default none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnErrors {
    /// How often a scenario is tried again that had an error and no fail.
    pub retries: u32,
    /// After how many errors in a row an instrument is out of use for the rest of the run.
    pub quarantine_after: Option<u32>,
}

impl RunConfig {
    /// A run of `plan` with nothing but that: no faults, no second attempts, no quarantine, no runs beside it.
    pub fn plain(
        bench: Arc<Bench>,
        plan: Plan,
        given: SimParams,
        jobs: usize,
        provenance: Provenance,
    ) -> Self {
        Self {
            bench,
            plan,
            given,
            jobs,
            faults: Vec::new(),
            provenance,
            coverage: DefectCoverage::default(),
            on_errors: OnErrors::default(),
            beside: Vec::new(),
        }
    }

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
            scenarios: self.plan.scenarios.iter().map(PlannedScenario::info).collect(),
            not_applicable: self.plan.not_applicable.clone(),
            not_equipped: self.plan.not_equipped.clone(),
        }
    }
}

/// One scenario, with all it needs, so that its thread can be left behind when it hangs.
struct Job {
    bench: Arc<Bench>,
    planned: PlannedScenario,
    given: SimParams,
    faults: Vec<FaultAt>,
    coverage: DefectCoverage,
    controller: Arc<dyn StepController>,
    recorder: Arc<Recorder>,
    retries: u32,
}

/// Opens the instruments of one scenario, on the scenario's own thread, once for each attempt.
type Opener = Box<dyn FnMut(&SimParams) -> drivers::Result<Instruments> + Send>;

/// How the instruments of a scenario are opened, and brought back.
struct Openers {
    open: Opener,
    recover: recovery::Recovery,
}

/// How a run opens its scenarios' instruments.
type OpenBench = dyn Fn(&Arc<Bench>, &PlannedScenario) -> Opener + Sync;

/// Runs `config`, writes all that happens to `sink`, and asks `controller` before and after each step. Returns the worst
/// outcome; none if the run was stopped, and the journal says by what.
///
/// A scenario waits for the instruments of a step that hangs for as long as a step may take; then it is an error that names
/// the first of them.
///
/// # Errors
/// The record cannot be written.
pub fn run(
    config: &RunConfig,
    head: RunStarted,
    sink: &Arc<Sink>,
    controller: &Arc<dyn StepController>,
) -> reports::Result<Option<Outcome>> {
    let open = opener();
    sink.begin(head, config.provenance.origin.clone())?;
    Run::new(config, sink, controller, &LocalLeases::default(), &open).run()
}

/// Runs what is left of the interrupted run `past`, which `sink` goes on with; as [`run`] otherwise.
///
/// # Errors
/// The record cannot be written.
pub fn resume(
    config: &RunConfig,
    past: &Journal,
    sink: &Arc<Sink>,
    controller: &Arc<dyn StepController>,
) -> reports::Result<Option<Outcome>> {
    let open = opener();
    Run { past: Some(past), ..Run::new(config, sink, controller, &LocalLeases::default(), &open) }.run()
}

/// Opens what a scenario needs of the bench.
fn opener() -> impl Fn(&Arc<Bench>, &PlannedScenario) -> Opener + Sync {
    |bench: &Arc<Bench>, planned: &PlannedScenario| -> Opener {
        let (bench, needs) = (bench.clone(), planned.needs.clone());
        Box::new(move |given: &SimParams| bench::open(&bench, &needs, given))
    }
}

/// A run under way.
struct Run<'r> {
    config: &'r RunConfig,
    sink: &'r Arc<Sink>,
    controller: &'r Arc<dyn StepController>,
    broker: &'r dyn LeaseBroker,
    open: &'r OpenBench,
    /// The run that is resumed, if one is.
    past: Option<&'r Journal>,
    quarantine: Quarantine,
}

impl<'r> Run<'r> {
    fn new(
        config: &'r RunConfig,
        sink: &'r Arc<Sink>,
        controller: &'r Arc<dyn StepController>,
        broker: &'r dyn LeaseBroker,
        open: &'r OpenBench,
    ) -> Self {
        let quarantine = Quarantine::after(config.on_errors.quarantine_after);
        Self { config, sink, controller, broker, open, past: None, quarantine }
    }
}

impl Run<'_> {
    fn run(&self) -> reports::Result<Option<Outcome>> {
        let waiting = self.waiting();
        let planned = waiting.len();
        let queue = Queue::new(self.broker, self.config.bench.step_limit, waiting);
        let results = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..self.config.jobs.max(1) {
                scope.spawn(|| {
                    while let Some(result) = queue.next().and_then(|turn| self.take(turn)) {
                        results.lock().unwrap_or_else(PoisonError::into_inner).push(result);
                    }
                });
            }
        });
        self.end(results.into_inner().unwrap_or_else(PoisonError::into_inner), planned)
    }

    /// Writes the end of a run; `planned` is its number of scenarios.
    fn end(
        &self,
        results: Vec<reports::Result<ScenarioEnd>>,
        planned: usize,
    ) -> reports::Result<Option<Outcome>> {
        if let Some(ended) = self.sink.failed() {
            // What is written stays readable, and says why there is no more.
            return self.sink.end(Outcome::Error, ended.clone()).map(|()| None);
        }
        let ends = results.into_iter().collect::<reports::Result<Vec<_>>>()?;
        let stopped = ends.len() < planned || ends.iter().any(|end| end.stopped);
        let outcomes = ends.into_iter().map(|end| end.outcome).chain(self.past_outcomes());
        if stopped {
            let outcome = Outcome::worst(outcomes.chain([Outcome::NotRun]));
            self.sink.end(outcome, Ended::Stopped(self.controller.stopped_by()))?;
            return Ok(None);
        }
        let outcome = Outcome::worst(outcomes);
        self.sink.end(outcome, Ended::AllRun)?;
        Ok(Some(outcome))
    }

    /// The outcomes that a resumed run does not come to again.
    fn past_outcomes(&self) -> Vec<Outcome> {
        let Some(past) = self.past else { return Vec::new() };
        let unfinished = past.unfinished();
        let scenarios = (0..).zip(Summary::new(past).scenarios);
        scenarios.filter(|(place, _)| !unfinished.contains(place)).map(|(_, one)| one.outcome).collect()
    }

    /// The scenarios that are to run, and what each leases.
    fn waiting(&self) -> Vec<Waiting> {
        let unfinished = self.past.map(Journal::unfinished);
        let is_left = |index: usize| {
            let place = u32::try_from(index).ok();
            unfinished.as_ref().is_none_or(|left| place.is_some_and(|place| left.contains(&place)))
        };
        let scenarios = self.config.plan.scenarios.iter().enumerate().filter(|(index, _)| is_left(*index));
        let waiting = scenarios.map(|(index, planned)| Waiting {
            index,
            name: planned.name.clone(),
            leases: self.config.bench.leases(&planned.needs).into_iter().map(str::to_owned).collect(),
        });
        waiting.collect()
    }

    /// Runs the scenario whose turn it is; none if the run is stopped.
    fn take(&self, turn: Turn) -> Option<reports::Result<ScenarioEnd>> {
        let (Turn::Run(waiting, _) | Turn::OutOfUse(waiting, _)) = &turn;
        let (index, config) = (waiting.index, self.config);
        let begins =
            |planned: &&PlannedScenario| self.sink.failed().is_none() && self.controller.begins(planned);
        let planned = config.plan.scenarios.get(index).filter(begins)?.clone();
        let given =
            SimParams { seed: scenario_seed(config.given.seed, &planned.name), ..config.given.clone() };
        let (place, sink) = (u32::try_from(index).ok()?, self.sink.clone());
        let written = self.past.map_or(&[] as &[_], |past| past.scenario(index));
        let recorder = Arc::new(Recorder::resume(sink, place, given.seed, written));
        let held = config.bench.holds(&planned.needs);
        let quarantined = self.quarantine.reason(&held);
        let end = match (turn, quarantined) {
            (_, Some(reason)) => not_run(&recorder, &reason),
            (Turn::OutOfUse(_, reason), None) => given_up(&recorder, &reason),
            (Turn::Run(waiting, lease), None) => {
                let job = Job {
                    bench: config.bench.clone(),
                    faults: config.faults.clone(),
                    coverage: config.coverage.clone(),
                    controller: self.controller.clone(),
                    recorder: recorder.clone(),
                    retries: planned.retries.unwrap_or(config.on_errors.retries),
                    given,
                    planned,
                };
                let open = (self.open)(&job.bench, &job.planned);
                let recover = recovery::Recovery::new(&job, self.open);
                let end = self.supervise(job, Openers { open, recover }, &waiting.leases, lease);
                end.inspect(|end| self.note(&held, end))
            }
        };
        Some(end.and_then(|end| recorder.sync().map(|()| end)))
    }

    /// A scenario with the instruments `held` ended: too many errors in a row with one of them quarantine it.
    fn note(&self, held: &Names, end: &ScenarioEnd) {
        let failed = end.instrument.as_deref().filter(|_| end.outcome == Outcome::Error);
        let after = self.quarantine.ended(held, failed, || beside::have_all_fallen(&self.config.beside));
        match (after, failed) {
            (AfterError::Quarantined, Some(name)) => {
                self.sink.note_at_end(QUARANTINED, name);
                remark(format!("rig: {name} is quarantined; scenarios that need it are not run"));
            }
            (AfterError::Spared, Some(name)) => {
                let why = format!("{name} is not quarantined: all benches fail at once, by one common cause");
                self.sink.note_at_end(COMMON_CAUSE, &why);
                remark(format!("rig: {why}"));
            }
            _ => {}
        }
    }

    /// Runs `job` on a thread of its own. A step that takes longer than the bench's limit is given up as an error, and its
    /// thread left behind: a hanging driver cannot be made to return. If it returns after all, the thread takes no further
    /// step, makes the bench safe, and only then ends its lease.
    fn supervise(
        &self,
        job: Job,
        open: Openers,
        leases: &Names,
        lease: Lease,
    ) -> reports::Result<ScenarioEnd> {
        let recorder = job.recorder.clone();
        let (heartbeats, heard) = mpsc::channel();
        let work = move || {
            let end = scenario::run(&job, open, &heartbeats);
            job.controller.ended(&job.planned);
            // The instruments are closed by now.
            drop(lease);
            // The watchdog is gone if it gave this scenario up.
            let _ = heartbeats.send(watchdog::Heartbeat::Ended(end));
        };
        if let Err(error) = thread::Builder::new().name("scenario".into()).spawn(work) {
            return given_up(&recorder, &format!("rig: no thread for the scenario: {error}"));
        }
        watchdog::watch(heard, self.config.bench.step_limit).or_else(|bite| {
            self.broker.give_up(leases);
            given_up(&recorder, &bite.to_string())
        })
    }
}

/// The scenario is an error, for this reason.
fn given_up(recorder: &Recorder, reason: &str) -> reports::Result<ScenarioEnd> {
    recorder.abandon(reason)?;
    Ok(ScenarioEnd::of(Outcome::Error))
}

/// The scenario is not run, for this reason.
fn not_run(recorder: &Recorder, reason: &str) -> reports::Result<ScenarioEnd> {
    recorder.not_run(recorder.next_attempt(Isolation::Reset), reason)?;
    Ok(ScenarioEnd::of(Outcome::NotRun))
}

/// The seed of one scenario's world: the same wherever the scenario stands in the plan.
fn scenario_seed(run_seed: u64, name: &str) -> u64 {
    let digest = Sha256::new().chain_update(run_seed.to_be_bytes()).chain_update(name).finalize();
    digest.iter().take(8).fold(0, |seed, &byte| seed << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests;
