//! Facts of a run in the index.

use std::collections::BTreeSet;

use chrono::{DateTime, Local, NaiveDate};
use reports::{
    Event, Input, InputKind, Journal, Level, Outcome, RunStarted, ScenarioSummary, Summary, masked,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Digests of a run's inputs: runs with equal keys differ by chance alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct InputsKey {
    /// Digest of the product: its firmware and seeded defects.
    pub product: String,
    /// Digest of the suite and its register.
    pub suite: String,
    /// Digest of the profile.
    pub profile: String,
    /// Digest of the bench file and of the faults that the bench was given.
    pub bench: String,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunFacts {
    /// Its folder, below the folder of all runs.
    pub folder: String,
    /// When it began, in UTC.
    pub begun: String,
    /// The bench's name.
    pub bench: String,
    /// Whether the bench is simulated.
    pub simulated: bool,
    /// Its outcome.
    pub outcome: Outcome,
    /// Whether it reached its end in order.
    pub complete: bool,
    /// A person stepped through it: it is no verdict.
    pub by_hand: bool,
    /// Digests of its inputs.
    pub key: InputsKey,
    /// Its scenarios.
    pub scenarios: Vec<ScenarioFact>,
    /// The clauses that were planned to be judged.
    pub clauses: Vec<ClauseFact>,
    /// The measurements of its verdicts.
    pub measurements: Vec<MeasureFact>,
}

/// A scenario of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScenarioFact {
    /// Its name; that of the scenario that it repeats.
    pub name: String,
    /// Its outcome.
    pub outcome: Outcome,
    /// Bench time in seconds.
    pub seconds: f64,
    /// How many attempts there were.
    pub attempts: u32,
    /// The clauses that it judges.
    pub clauses: Vec<String>,
    /// The names of the instruments that it held.
    pub instruments: Vec<String>,
    /// Why it is not a pass, without one-time codes.
    pub reason: String,
}

/// A clause of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClauseFact {
    /// Its id.
    pub id: String,
    /// Whether it is a must.
    pub must: bool,
    /// Its outcome.
    pub outcome: Outcome,
}

/// A measurement of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasureFact {
    /// The clause that it is about.
    pub clause: String,
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The value.
    pub value: f64,
    /// The expanded uncertainty.
    pub uncertainty: f64,
    /// The least allowed value.
    pub lower: Option<f64>,
    /// The largest allowed value.
    pub upper: Option<f64>,
}

impl InputsKey {
    /// The key of a run with this head.
    pub fn of(head: &RunStarted) -> Self {
        Self::new(&head.inputs, &head.defects, &head.faults)
    }

    /// The key of a run with these inputs, defects of the product and faults of the bench.
    pub fn new(inputs: &[Input], defects: &[String], faults: &[String]) -> Self {
        let of_kinds = |kinds: &[InputKind], more: &[String]| {
            let inputs = inputs.iter().filter(|input| kinds.contains(&input.kind));
            let mut hash = Sha256::new();
            inputs.for_each(|input| hash.update(format!("{} {}\n", input.name, input.sha256)));
            more.iter().for_each(|one| hash.update(format!("{one}\n")));
            hex::encode(hash.finalize())[..16].to_owned()
        };
        Self {
            product: of_kinds(&[InputKind::Firmware], defects),
            suite: of_kinds(&[InputKind::Suite, InputKind::Register], &[]),
            profile: of_kinds(&[InputKind::Profile], &[]),
            bench: of_kinds(&[InputKind::Bench], faults),
        }
    }

    /// Differences from `other`, in words.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let parts = [
            (self.product == other.product, "product"),
            (self.suite == other.suite, "suite"),
            (self.profile == other.profile, "profile"),
            (self.bench == other.bench, "bench"),
        ];
        parts.into_iter().filter_map(|(same, part)| (!same).then_some(part)).collect()
    }
}

/// Part of the name of a run's folder that checks a bench at the begin or end of a night, between the name of the
/// bench and `first` or `last`.
pub const GOLDEN: &str = ".golden-";

/// The local day of a moment in UTC; `None` for any other text.
pub fn local_day(utc: &str) -> Option<NaiveDate> {
    DateTime::parse_from_rfc3339(utc).ok().map(|moment| moment.with_timezone(&Local).date_naive())
}

/// How many attempts there were, those on another bench of the same night included.
fn attempts(scenario: &ScenarioSummary) -> u32 {
    let elsewhere = scenario.attempts.first().is_some_and(|first| first.because.is_some());
    u32::try_from(scenario.attempts.len()).unwrap_or(u32::MAX).saturating_add(elsewhere.into())
}

impl RunFacts {
    /// The night's folder, and the name of the run's own; the former is empty for a run of its own.
    pub fn place(&self) -> (&str, &str) {
        self.folder.rsplit_once('/').unwrap_or(("", &self.folder))
    }

    /// The bench, as the night calls it, and the moment (`first`, `last`) that the run is a check of; none for a run that
    /// judges a product.
    pub fn checks(&self) -> Option<(&str, &str)> {
        self.place().1.rsplit_once(GOLDEN)
    }

    /// The facts in `journal`.
    pub fn of(journal: &Journal, folder: &str) -> Self {
        let summary = Summary::new(journal);
        let head = journal.head();
        let scenarios = journal.scenarios().zip(&summary.scenarios).map(|((info, entries), scenario)| {
            let mut instruments = BTreeSet::new();
            for entry in entries {
                if let Event::ScenarioStarted { instruments: held, .. } = &entry.event {
                    instruments.extend(held.iter().map(|one| one.name.clone()));
                }
            }
            let clauses: BTreeSet<String> =
                info.steps.iter().filter_map(|step| step.clause.clone()).collect();
            ScenarioFact {
                name: info.repeats.clone().unwrap_or_else(|| info.name.clone()),
                outcome: scenario.outcome,
                seconds: scenario.bench_ns as f64 / 1e9,
                attempts: attempts(scenario),
                clauses: clauses.into_iter().collect(),
                instruments: instruments.into_iter().collect(),
                reason: masked(scenario.reason.as_deref().unwrap_or_default()).into_owned(),
            }
        });
        let scenarios = scenarios.collect();
        let clauses = summary.clauses.iter().filter_map(|clause| {
            let outcome = clause.outcome.judged()?;
            Some(ClauseFact { id: clause.id.clone(), must: clause.level == Level::Must, outcome })
        });
        let measurements = journal.verdicts().flat_map(|(_, verdict, _)| {
            verdict.measurements.iter().map(|one| MeasureFact {
                clause: verdict.clause.clone(),
                name: one.name.clone(),
                unit: one.unit.clone(),
                value: one.value,
                uncertainty: one.uncertainty,
                lower: one.lower,
                upper: one.upper,
            })
        });
        Self {
            folder: folder.to_owned(),
            begun: journal.begun().unwrap_or_default().to_owned(),
            bench: head.bench.clone(),
            simulated: head.simulated,
            outcome: summary.outcome,
            complete: summary.complete,
            by_hand: journal.origin().is_some_and(|origin| origin.by_hand),
            key: InputsKey::of(head),
            clauses: clauses.collect(),
            measurements: measurements.collect(),
            scenarios,
        }
    }
}
