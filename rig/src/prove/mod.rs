//! The proof of the suite: it is run on the sound product, and on the product with each defect.
//!
//! Each of these is a run like any other, with its journal, and what the proof says is read from there. A run that
//! gives reason to look (a defect that was not caught, a false alarm) is kept; the others go.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use reports::{
    Access, Cell, ClauseInfo, DefectInfo, FalseAlarm, Journal, Matrix, Misblamed, MutantStatus, Outcome,
    Proof, Proven, Result, Summary, Tried,
};

use crate::{
    bench::{Bench, SimParams},
    provenance::Provenance,
    recorder::Sink,
    release::campaign::barred,
    remark::remark,
    runner::{self, RunConfig, StepController, StopSignal},
    suite::{Plan, PlannedScenario},
};

mod likely;
mod watch;

use likely::likely_first;
use watch::{PendingClauses, UntilKilled};

/// Configuration of a proof.
pub struct ProofConfig {
    /// The bench.
    pub bench: Arc<Bench>,
    /// The suite.
    pub plan: Plan,
    /// The register's clauses.
    pub clauses: Vec<ClauseInfo>,
    /// The defects that it is to catch.
    pub defects: Vec<DefectInfo>,
    /// Whether these are all that there are.
    pub all_defects: bool,
    /// The seed of the runs with a defect, and the first one of the sound runs.
    pub seed: u64,
    /// How many seeds the sound product is run with.
    pub seeds: u64,
    /// By how much delays are spread further than usual.
    pub jitter: f64,
    /// Whether every scenario is run on every defect.
    pub matrix: bool,
    /// Where its runs come from.
    pub provenance: Provenance,
    /// How many scenarios may run side by side.
    pub jobs: usize,
    /// Where runs go.
    pub folder: PathBuf,
}

/// How a proof gets on.
pub enum ProofProgress<'a> {
    /// A run of the sound product ended: its seed, and its false alarms.
    Sound(u64, usize),
    /// The runs with a defect ended.
    Tried(&'a Proven),
}

/// Runs mutation testing of the suite, and reports its progress; `None` if `stop` was closed before the end.
///
/// # Errors
/// [`reports::Error`] where a run's folder cannot be written or read.
pub fn prove(
    config: &ProofConfig,
    stop: &StopSignal,
    tell: &(dyn Fn(ProofProgress) + Sync),
) -> Result<Option<Proof>> {
    let began = Instant::now();
    let mut false_alarms = Vec::new();
    for seed in config.sound_seeds() {
        let alarms = config.sound(seed, stop)?;
        tell(ProofProgress::Sound(seed, alarms.len()));
        false_alarms.extend(alarms);
    }
    let tried = config.tried(stop, tell)?;
    if stop.is_stopped() {
        return Ok(None);
    }
    let (mut defects, mut rows, mut misblamed) = (Vec::new(), Vec::new(), Vec::new());
    for one in tried {
        defects.push(one.proven);
        rows.push(one.row);
        misblamed.extend(one.misblamed);
    }
    let sound_scenarios = config.seeds * config.plan.scenarios.len() as u64;
    Ok(Some(Proof {
        bench: config.bench.name.clone(),
        profile: config.bench.profile.title.clone(),
        rig: env!("CARGO_PKG_VERSION").into(),
        seed: config.seed,
        jitter: config.jitter,
        clauses: config.clauses.clone(),
        all_defects: config.all_defects,
        sound_runs: config.seeds,
        false_alarms,
        scenario_runs: sound_scenarios + defects.iter().map(|one| one.scenario_runs).sum::<u64>(),
        matrix: config.matrix.then(|| Matrix::new(config.scenarios_tried(), rows, misblamed)),
        defects,
        wall_s: began.elapsed().as_secs_f64(),
    }))
}

/// Result of the runs on one defect.
struct OnDefect {
    proven: Proven,
    /// Results of each scenario, for the matrix.
    row: Vec<Cell>,
    /// The scenarios that blame the bench for it, for the matrix.
    misblamed: Vec<Misblamed>,
}

impl ProofConfig {
    fn sound_seeds(&self) -> impl Iterator<Item = u64> {
        (0..self.seeds).map(|number| self.seed.wrapping_add(number))
    }

    fn scenarios(&self) -> Vec<String> {
        self.plan.scenarios.iter().map(|scenario| scenario.name.clone()).collect()
    }

    fn scenarios_tried(&self) -> Vec<Tried> {
        let tried =
            |scenario: &PlannedScenario| Tried { name: scenario.name.clone(), judges: scenario.is_judging() };
        self.plan.scenarios.iter().map(tried).collect()
    }

    fn given(&self, seed: u64, defects: Vec<String>) -> SimParams {
        SimParams { seed, defects, jitter: self.jitter }
    }

    fn config(&self, plan: Plan, given: SimParams, jobs: usize) -> RunConfig {
        RunConfig::plain(self.bench.clone(), plan, given, jobs, self.provenance.clone())
    }

    /// Runs the whole suite on the sound product; returns the scenarios that did not pass.
    fn sound(&self, seed: u64, stop: &StopSignal) -> Result<Vec<FalseAlarm>> {
        let config = self.config(self.plan.clone(), self.given(seed, Vec::new()), self.jobs);
        let folder = self.folder.join(format!("sound-{seed}"));
        let controller: Arc<dyn StepController> = Arc::new(stop.clone());
        let journal = self.run(&config, &folder, &controller, PendingClauses::default())?;
        let summary = Summary::new(&journal);
        let alarms = summary.scenarios.iter().filter(|scenario| scenario.outcome != Outcome::Pass);
        let alarms: Vec<FalseAlarm> = alarms
            .map(|scenario| FalseAlarm {
                seed,
                scenario: scenario.name.clone(),
                reason: format!(
                    "{}: {}",
                    scenario.outcome,
                    scenario.reason.as_deref().unwrap_or("no reason")
                ),
            })
            .collect();
        keep_if(!alarms.is_empty(), &folder);
        Ok(alarms)
    }

    /// The runs with each defect, side by side, in the order of the defects.
    fn tried(&self, stop: &StopSignal, tell: &(dyn Fn(ProofProgress) + Sync)) -> Result<Vec<OnDefect>> {
        let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = || {
            while let Some((place, defect)) = self.next_defect(&next, stop) {
                let tried = self.try_defect(defect, stop);
                if let Ok(tried) = &tried {
                    tell(ProofProgress::Tried(&tried.proven));
                }
                done.lock().unwrap_or_else(PoisonError::into_inner).push((place, tried));
            }
        };
        thread::scope(|scope| (0..self.jobs.max(1)).for_each(|_| drop(scope.spawn(work))));
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_by_key(|(place, _)| *place);
        done.into_iter().map(|(_, tried)| tried).collect()
    }

    fn next_defect(&self, next: &AtomicUsize, stop: &StopSignal) -> Option<(usize, &DefectInfo)> {
        let place = next.fetch_add(1, Ordering::SeqCst);
        self.defects.get(place).filter(|_| !stop.is_stopped()).map(|defect| (place, defect))
    }

    /// Runs the suite on one defect: likely scenarios first until it is killed, or, for the matrix, all of them.
    fn try_defect(&self, defect: &DefectInfo, stop: &StopSignal) -> Result<OnDefect> {
        let plan = likely_first(&self.plan, &defect.clauses);
        let config = self.config(plan, self.given(self.seed, vec![defect.name.clone()]), 1);
        let folder = self.folder.join(&defect.name);
        let wanted = PendingClauses::new(&defect.clauses);
        let controller: Arc<dyn StepController> = match self.matrix {
            true => Arc::new(stop.clone()),
            false => Arc::new(UntilKilled::new(stop.clone(), wanted.clone())),
        };
        let journal = self.run(&config, &folder, &controller, wanted)?;
        let summary = Summary::new(&journal);
        let mut proven = Proven::new(defect.clone(), &journal, &summary, config.coverage.any());
        let (row, misblamed) = match self.matrix {
            true => {
                let row = Cell::row(&self.scenarios(), &summary, &defect.clauses);
                (row, Misblamed::find(&defect.name, &summary))
            }
            false => (Vec::new(), Vec::new()),
        };
        proven.barred = barred((journal, summary));
        keep_if(proven.status != MutantStatus::Caught || !misblamed.is_empty(), &folder);
        Ok(OnDefect { proven, row, misblamed })
    }

    /// A run of its own, whose verdicts `wanted` hears of.
    fn run(
        &self,
        config: &RunConfig,
        folder: &Path,
        controller: &Arc<dyn StepController>,
        wanted: PendingClauses,
    ) -> Result<Journal> {
        let sink = Sink::create(folder, Access::PRIVATE, Vec::new())?
            .steered(Box::new(move |entry| wanted.hear(entry)));
        let sink = Arc::new(sink);
        runner::run(config, config.head(self.clauses.clone()), &sink, controller)?;
        Journal::read(folder)
    }
}

/// Deletes a run that needs no review (best effort: an abandoned thread may still write there; leftovers only
/// cost disk).
fn keep_if(reason_to_look: bool, folder: &Path) {
    if reason_to_look {
        return;
    }
    if let Err(error) = fs::remove_dir_all(folder) {
        remark(format!("rig: {} stays: {error}", folder.display()));
    }
}
