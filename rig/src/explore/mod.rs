//! Exploration: walks through the model of the documentation, each run and judged as a scenario of the suite. What fails is
//! made as short as it can be, and written as a feature that `rig run` repeats.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use reports::{Access, Journal, Outcome, ScenarioSummary, Summary};

use crate::{
    bad_input::BadInput,
    bench::{Bench, SimParams},
    model::{Facts, Reachable, Walk, WalkCoverage, Walker, feature},
    provenance::Provenance,
    recorder::Sink,
    runner::{self, RunConfig, StepController, StopSignal},
    suite::{Plan, PlannedScenario, Register, features},
};

mod shrink;

/// The parts and the limits of an exploration.
pub struct ExploreConfig {
    /// The bench.
    pub bench: Arc<Bench>,
    /// Figures and texts of the product, by [`facts`].
    pub facts: Facts,
    /// The register.
    pub register: Register,
    /// The suite's folder.
    pub root: PathBuf,
    /// Where the runs come from.
    pub provenance: Provenance,
    /// The seed of the walks and of the worlds, and the product's defects.
    pub given: SimParams,
    /// How many walks may run side by side.
    pub jobs: usize,
    /// Until when further walks begin.
    pub until: Instant,
    /// How many walks there are at most.
    pub most_walks: usize,
    /// The clause that each walk's subject judges, where only such subjects are explored.
    pub clause: Option<String>,
    /// Where the leads go, and the runs while they last.
    pub folder: PathBuf,
}

/// Why an exploration ended without a result.
#[derive(Debug, thiserror::Error)]
pub enum ExploreError {
    /// The suite refuses a walk, or the profile lacks a text.
    #[error(transparent)]
    BadInput(#[from] BadInput),
    /// No walk judges the clause.
    #[error("no walk judges {0}; `rig clauses {0}` tells which scenarios do")]
    NoSubject(String),
    /// The record of a run cannot be written or read.
    #[error(transparent)]
    Record(#[from] reports::Error),
}

/// A walk that failed, as short as it could be made. Until its feature fails again it is a lead, not a verdict.
#[derive(Clone, Debug)]
pub struct Lead {
    /// The clause that was broken.
    pub clause: String,
    /// Why, in one sentence.
    pub reason: String,
    /// The actions of the walk that failed first.
    pub found_with: usize,
    /// The actions that are left.
    pub actions: Vec<String>,
    /// The feature.
    pub file: PathBuf,
    /// Whether it failed on the same clause when the feature was run by itself.
    pub repeats: bool,
}

/// The results of an exploration.
#[derive(Clone, Debug)]
pub struct Explored {
    /// The outcome of each walk, without the walks that made a lead shorter.
    pub outcomes: Vec<Outcome>,
    /// The steps that these walks took.
    pub steps: usize,
    /// The walks that are neither pass nor fail: their title, and why.
    pub undecided: Vec<(String, String)>,
    /// One lead for each subject and clause that failed.
    pub leads: Vec<Lead>,
    /// The actions that the walks took.
    pub coverage: WalkCoverage,
    /// The actions that there are.
    pub reachable: Reachable,
}

/// A walk after its run.
struct Tried {
    walk: Walk,
    summary: ScenarioSummary,
    /// The clause that it broke, if any.
    broken: Option<String>,
}

/// How many walks a round has for each walk that runs at a time.
const WALKS_A_JOB: usize = 8;

/// The figures and texts that the model takes from the bench's profile, where walks judge the wanted clause.
///
/// # Errors
/// The profile lacks a text of the model, or no walk judges the clause.
pub fn facts(bench: &Bench, clause: Option<&str>) -> Result<Facts, ExploreError> {
    let of_profile = |message| BadInput::new(bench.profile.file(), message);
    let facts = Facts::of(&bench.profile).map_err(of_profile)?;
    match clause.filter(|_| !Walker::new(facts.clone(), 0, clause).walks()) {
        Some(clause) => Err(ExploreError::NoSubject(clause.to_owned())),
        None => Ok(facts),
    }
}

/// Walks until the time is over, the walks are used up or `stop` is closed; `tell` hears of each lead.
///
/// # Errors
/// A walk is refused by the plan, or a record cannot be written.
pub fn explore(
    config: &ExploreConfig,
    stop: &StopSignal,
    tell: &dyn Fn(&Lead),
) -> Result<Explored, ExploreError> {
    let facts = &config.facts;
    let mut walker = Walker::new(facts.clone(), config.given.seed, config.clause.as_deref());
    let reachable = Reachable::of(facts);
    let (mut outcomes, mut steps, mut undecided, mut leads) = (Vec::new(), 0, Vec::new(), Vec::new());
    let mut known = BTreeSet::new();
    while !stop.is_stopped() && Instant::now() < config.until && outcomes.len() < config.most_walks {
        let left = config.most_walks - outcomes.len();
        let round = (0..left.min(WALKS_A_JOB * config.jobs)).map_while(|_| walker.next_walk());
        let tried = config.run("walks", round.collect(), stop)?;
        if tried.is_empty() {
            break;
        }
        for one in tried {
            outcomes.push(one.summary.outcome);
            steps += one.summary.steps.iter().filter(|step| step.ended_ns.is_some()).count();
            match &one.broken {
                Some(clause) if known.insert((one.walk.subject.name, clause.clone())) => {
                    let lead = shrink::shrink(config, facts, &one, clause, leads.len() + 1, stop)?;
                    tell(&lead);
                    leads.push(lead);
                }
                None if one.summary.outcome != Outcome::Pass => {
                    let reason = one.summary.reason.clone().unwrap_or_default();
                    undecided.push((one.walk.title(), format!("{}: {reason}", one.summary.outcome)));
                }
                _ => {}
            }
        }
    }
    Ok(Explored { outcomes, steps, undecided, leads, coverage: walker.coverage().clone(), reachable })
}

impl ExploreConfig {
    /// Runs these walks, and forgets the run. Walks that the bench is not equipped for are left out.
    fn run(&self, name: &str, walks: Vec<Walk>, stop: &StopSignal) -> Result<Vec<Tried>, ExploreError> {
        let folder = self.folder.join(name);
        let titled: Vec<_> =
            (1..).zip(&walks).map(|(number, walk)| (format!("{number}: {}", walk.title()), walk)).collect();
        let mut files = Vec::new();
        for (_, first) in &titled {
            let file = folder.join(format!("{}.feature", first.subject.name));
            if files.contains(&file) {
                continue;
            }
            let subject = &first.subject;
            let of_it: Vec<_> =
                titled.iter().filter(|(_, walk)| walk.subject.name == subject.name).cloned().collect();
            write(&file, &feature(subject, &of_it))?;
            files.push(file);
        }
        let scenarios = self.judged(&folder, &files, stop)?;
        let tried = titled.iter().filter_map(|(title, walk)| {
            let name = format!("{}: {title}", walk.subject.name);
            let (planned, summary) = scenarios.iter().find(|(planned, _)| planned.name == name)?;
            Some(Tried { walk: (*walk).clone(), broken: broken(planned, summary), summary: summary.clone() })
        });
        let tried = tried.collect();
        forget(&folder)?;
        Ok(tried)
    }

    /// Runs the features `files` in `folder`.
    fn judged(
        &self,
        folder: &Path,
        files: &[PathBuf],
        stop: &StopSignal,
    ) -> Result<Vec<(PlannedScenario, ScenarioSummary)>, ExploreError> {
        let (written, bench) = (features::read_files(files)?, &self.bench);
        let plan = Plan::new(&written, &self.root, &self.register, &bench.profile, &bench.capacity())?;
        if plan.scenarios.is_empty() {
            return Ok(Vec::new());
        }
        let (given, provenance) = (self.given.clone(), self.provenance.clone());
        let config = RunConfig::plain(bench.clone(), plan, given, self.jobs, provenance);
        let run = folder.join("run");
        let sink = Arc::new(Sink::create(&run, Access::PRIVATE, Vec::new())?);
        let controller: Arc<dyn StepController> = Arc::new(stop.clone());
        runner::run(&config, config.head(self.register.infos()), &sink, &controller)?;
        let summary = Summary::new(&Journal::read(&run)?);
        Ok(config.plan.scenarios.into_iter().zip(summary.scenarios).collect())
    }
}

/// The clause that the scenario broke: that of its first failed verdict, or of the step that the product did not let happen.
fn broken(planned: &PlannedScenario, summary: &ScenarioSummary) -> Option<String> {
    let judged = summary.judgements.iter().find(|one| one.outcome == Outcome::Fail && !one.reported);
    if let Some(judged) = judged {
        return Some(judged.clause.clone());
    }
    let step = summary.steps.iter().position(|step| step.outcome == Outcome::Fail)?;
    let at_stake = planned.steps.get(step)?.at_stake.as_ref()?;
    (!at_stake.reported).then(|| at_stake.clause.clone())
}

/// Writes a file, with the folders above it.
fn write(file: &Path, text: &str) -> Result<(), BadInput> {
    let made = file.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(file, text)).map_err(|error| cannot(file, &error))
}

/// Deletes a run that nobody needs any more.
fn forget(folder: &Path) -> Result<(), BadInput> {
    fs::remove_dir_all(folder).map_err(|error| BadInput::new(folder, format!("cannot be deleted: {error}")))
}

fn cannot(path: &Path, error: &std::io::Error) -> BadInput {
    BadInput::new(path, format!("cannot be written: {error}"))
}
