//! The summary: what a journal says about each clause, each scenario and the run.
//!
//! The worst wins, over what was planned. A planned judgement that was never reached is *not run*; an error
//! falls on the clause that the step names and on the scenario, and the run's outcome is the worst over
//! clauses and scenarios alike, so that an error is never lost and nothing that did not run is a pass.
//!
//! A clause of level info is *reported*: what was found about it stands beside the outcomes and changes
//! none. What does not apply to the product stands outside, with its reason.

use serde::{Deserialize, Serialize, Serializer};

use crate::{
    Basis, Cause, ClauseInfo, Deviation, Event, Finding, Journal, LeftOut, Level, Outcome, mask::masked,
};

mod annul;
mod attempts;
mod record;
mod scenario;

pub use attempts::{AttemptSummary, Flaky, Retried};
pub use record::Record;
pub use scenario::{ClauseResult, ScenarioSummary, StepSummary};

/// Result of a run. Serialized, it is the line that ends `rig run --format json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The worst over planned clauses and scenarios; at best *not run* for a journal that was cut short.
    pub outcome: Outcome,
    /// Number of planned clauses by outcome.
    pub counts: Counts,
    /// Whether the journal reaches the run's end in order.
    pub complete: bool,
    /// Every clause of the register, in its order.
    pub clauses: Vec<ClauseSummary>,
    /// The profile's values that are not the register's defaults.
    pub deviations: Vec<Deviation>,
    /// Scenarios that do not apply to the product.
    pub not_applicable: Vec<LeftOut>,
    /// Scenarios that were left out since the bench has not what they need.
    pub not_equipped: Vec<LeftOut>,
    /// The run's folder.
    pub run: String,
    /// Bench time in seconds, summed over the scenarios.
    pub virtual_s: f64,
    /// Wall-clock time in seconds.
    pub wall_s: f64,
    /// [`Journal::digest`].
    pub digest: String,
    /// [`Journal::chain_head`].
    pub head: String,
    /// Why the run is not complete; null where it is.
    pub incomplete: Option<String>,
    /// When, where, by whom and with what the run was made.
    pub record: Record,
    /// Scenarios that the runner tried again, with every attempt.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retried: Vec<Retried>,
    /// Scenarios whose repetitions differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flaky: Vec<Flaky>,
    /// Every scenario of the plan, in its order.
    #[serde(skip)]
    pub scenarios: Vec<ScenarioSummary>,
}

/// Number of clauses by outcome. Uncovered clauses do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Judged, and kept.
    pub pass: usize,
    /// Planned, but not reached.
    pub not_run: usize,
    /// Neither kept nor broken for sure.
    pub inconclusive: usize,
    /// The bench or the rig failed.
    pub error: usize,
    /// Judged, and broken.
    pub fail: usize,
    /// Of level info: found out, and not judged.
    pub reported: usize,
    /// Outside, with a reason.
    pub not_applicable: usize,
}

/// Word for a scenario that the bench lacks instruments for.
pub const NOT_EQUIPPED: &str = "not equipped";

/// Status of a clause after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClauseStatus {
    /// At least one scenario was planned to judge it.
    Judged(Outcome),
    /// It is of level info, and something was found about it, whatever that is.
    Reported,
    /// It does not apply to this product.
    NotApplicable,
    /// No scenario of the plan judges it.
    Uncovered,
}

/// A clause after a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClauseSummary {
    /// The clause.
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// The authority behind it.
    pub basis: Basis,
    /// Its status: an outcome's word, "reported", "not_applicable", or null where no scenario judges it.
    pub outcome: ClauseStatus,
    /// Why it is inconclusive, where a verdict says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The names of the scenarios that judge it, in plan order.
    pub scenarios: Vec<String>,
    /// Why, or what is reported, in one sentence; empty for an uncovered clause.
    pub reason: String,
    /// The place in the plan of the scenario that decided.
    #[serde(skip)]
    pub decided_by: Option<usize>,
}

impl Summary {
    /// The scenarios that are not in the plan, by what is said of them.
    pub fn left_out(&self) -> [(&'static str, &[LeftOut]); 2] {
        [(ClauseStatus::NotApplicable.word(), &self.not_applicable), (NOT_EQUIPPED, &self.not_equipped)]
    }

    /// Sums up a journal.
    pub fn new(journal: &Journal) -> Self {
        let reported = journal.head().clauses.iter().filter(|clause| clause.is_reported());
        let reported = reported.map(|clause| clause.id.as_str()).collect();
        let scenarios = journal.scenarios();
        let mut scenarios: Vec<ScenarioSummary> =
            scenarios.map(|(info, entries)| ScenarioSummary::new(info, entries, &reported)).collect();
        let recorded = recorded(journal, &scenarios);
        for (scenario, info) in scenarios.iter_mut().zip(&journal.head().scenarios) {
            scenario.withdraw(info, journal.amendments());
        }
        let clauses: Vec<ClauseSummary> =
            journal.head().clauses.iter().map(|info| ClauseSummary::new(info, &scenarios)).collect();
        let incomplete = journal.incomplete().map(str::to_owned);
        let outcomes = clauses.iter().filter_map(|clause| clause.outcome.judged());
        let outcomes = outcomes.chain(scenarios.iter().map(|scenario| scenario.outcome));
        let outcomes = outcomes.chain(recorded).chain(incomplete.as_ref().map(|_| Outcome::NotRun));
        Self {
            outcome: Outcome::worst(outcomes),
            counts: Counts::of(&clauses),
            complete: incomplete.is_none(),
            deviations: journal.head().deviations.clone(),
            not_applicable: journal.head().not_applicable.clone(),
            not_equipped: journal.head().not_equipped.clone(),
            run: journal.run_dir().display().to_string(),
            virtual_s: scenarios.iter().map(|scenario| scenario.bench_ns).sum::<u64>() as f64 / 1e9,
            wall_s: journal.entries().iter().map(|entry| entry.host.wall_ms).max().unwrap_or(0) as f64 / 1e3,
            digest: journal.digest(),
            head: journal.chain_head().to_owned(),
            record: Record::new(journal),
            retried: attempts::retried(&scenarios),
            flaky: attempts::flaky(journal.head(), &scenarios),
            clauses,
            incomplete,
            scenarios,
        }
    }

    /// Takes note of what the run's folder no longer holds: a record that is not as it was written proves nothing.
    pub fn broken(&mut self, findings: &[&Finding]) {
        let Some(first) = findings.first() else { return };
        let others = findings.len() - 1;
        let more = if others > 0 { format!(", and {others} more") } else { String::new() };
        self.outcome = Outcome::Error;
        self.complete = false;
        self.incomplete = Some(format!("the record is not as it was written: {first}{more}"));
    }

    /// Takes note of evidence that was deleted by an amendment: a pass that rests on it cannot be checked any more.
    pub fn evidence_deleted(&mut self, files: usize) {
        if files == 0 {
            return;
        }
        self.outcome = self.outcome.max(Outcome::Inconclusive);
        self.complete = false;
        let why =
            || format!("{files} files of evidence were deleted by an amendment, and cannot be read again");
        self.incomplete.get_or_insert_with(why);
    }

    /// The verdict in one sentence.
    pub fn headline(&self) -> String {
        let clauses =
            |count: usize| if count == 1 { "1 clause".to_owned() } else { format!("{count} clauses") };
        match self.outcome {
            Outcome::Pass if self.counts.pass == 0 => "Nothing was judged: what ran only reports.".to_owned(),
            Outcome::Pass => {
                format!("The product keeps {}, all that were planned.", clauses(self.counts.pass))
            }
            Outcome::NotRun => "Not everything that was planned was run.".to_owned(),
            Outcome::Inconclusive => "Not everything could be decided.".to_owned(),
            Outcome::Error => "The bench or the rig failed; the product is not to blame for it.".to_owned(),
            Outcome::Fail if self.counts.fail == 0 => {
                "A scenario failed in a step that names no clause.".to_owned()
            }
            Outcome::Fail => format!("The product breaks {}.", clauses(self.counts.fail)),
        }
    }

    /// The machine-readable line, without a line feed and without one-time codes.
    pub fn to_json(&self) -> String {
        let line = serde_json::to_string(self).expect("a summary holds strings and finite numbers only");
        masked(&line).into_owned()
    }
}

/// The outcome that the runner itself recorded at the run's end, if it is worse than the outcome of every
/// scenario.
fn recorded(journal: &Journal, scenarios: &[ScenarioSummary]) -> Option<Outcome> {
    let written = journal.entries().iter().rev().find_map(|entry| match entry.event {
        Event::RunFinished { outcome, .. } => Some(outcome),
        _ => None,
    });
    written.filter(|written| scenarios.iter().all(|scenario| scenario.outcome < *written))
}

impl ClauseSummary {
    fn new(info: &ClauseInfo, scenarios: &[ScenarioSummary]) -> Self {
        let mut worst: Option<(usize, &ClauseResult)> = None;
        let mut names = Vec::new();
        for (index, scenario) in scenarios.iter().enumerate() {
            let mut judged = false;
            for judgement in scenario.judgements.iter().filter(|judgement| judgement.clause == info.id) {
                judged = true;
                if worst.is_none_or(|(_, before)| judgement.weight() > before.weight()) {
                    worst = Some((index, judgement));
                }
            }
            names.extend(judged.then(|| scenario.name.clone()));
        }
        let (outcome, reason, decided_by) = match (&info.not_applicable, worst) {
            (Some(reason), _) => (ClauseStatus::NotApplicable, reason.clone(), None),
            (None, Some((index, judgement))) => (judgement.status(), judgement.reason.clone(), Some(index)),
            (None, None) => (ClauseStatus::Uncovered, String::new(), None),
        };
        let cause = worst.filter(|_| outcome == ClauseStatus::Judged(Outcome::Inconclusive));
        Self {
            id: info.id.clone(),
            level: info.level,
            basis: info.basis,
            outcome,
            cause: cause.and_then(|(_, judgement)| judgement.cause),
            scenarios: names,
            reason,
            decided_by,
        }
    }
}

impl ClauseResult {
    /// Where it leaves its clause.
    fn status(&self) -> ClauseStatus {
        if self.reported { ClauseStatus::Reported } else { ClauseStatus::Judged(self.outcome) }
    }

    /// The worst wins; what is only reported weighs less than all that is judged or was not reached.
    fn weight(&self) -> (bool, Outcome) {
        (!self.reported, self.outcome)
    }
}

impl Counts {
    fn of(clauses: &[ClauseSummary]) -> Self {
        let mut counts = Self::default();
        for clause in clauses {
            match clause.outcome {
                ClauseStatus::Judged(Outcome::Pass) => counts.pass += 1,
                ClauseStatus::Judged(Outcome::NotRun) => counts.not_run += 1,
                ClauseStatus::Judged(Outcome::Inconclusive) => counts.inconclusive += 1,
                ClauseStatus::Judged(Outcome::Error) => counts.error += 1,
                ClauseStatus::Judged(Outcome::Fail) => counts.fail += 1,
                ClauseStatus::Reported => counts.reported += 1,
                ClauseStatus::NotApplicable => counts.not_applicable += 1,
                ClauseStatus::Uncovered => {}
            }
        }
        counts
    }

    /// Number of planned clauses with `outcome`.
    pub fn get(&self, outcome: Outcome) -> usize {
        match outcome {
            Outcome::Pass => self.pass,
            Outcome::NotRun => self.not_run,
            Outcome::Inconclusive => self.inconclusive,
            Outcome::Error => self.error,
            Outcome::Fail => self.fail,
        }
    }
}

impl ClauseStatus {
    /// The outcome, where the clause was planned to be judged.
    pub fn judged(self) -> Option<Outcome> {
        match self {
            Self::Judged(outcome) => Some(outcome),
            Self::Reported | Self::NotApplicable | Self::Uncovered => None,
        }
    }

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Judged(outcome) => outcome.word(),
            Self::Reported => "reported",
            Self::NotApplicable => "not applicable",
            Self::Uncovered => "uncovered",
        }
    }
}

impl Serialize for ClauseStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Judged(outcome) => outcome.serialize(serializer),
            Self::Reported => serializer.serialize_str("reported"),
            Self::NotApplicable => serializer.serialize_str("not_applicable"),
            Self::Uncovered => serializer.serialize_none(),
        }
    }
}
