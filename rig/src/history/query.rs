//! Questions to the runs.

use std::collections::{BTreeMap, BTreeSet};

use reports::Outcome;
use serde::Serialize;

use super::facts::{InputsKey, RunFacts};

/// A scenario whose outcome is another than the last time on the same bench.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The scenario.
    pub scenario: String,
    /// The bench.
    pub bench: String,
    /// The outcome before.
    pub before: Outcome,
    /// The outcome now.
    pub now: Outcome,
    /// Why, where it is not a pass.
    pub reason: String,
    /// The run's folder.
    pub run: String,
    /// Inputs in which the two runs differ; empty for the same product, suite, profile and bench.
    pub differs: Vec<&'static str>,
}

impl Change {
    /// Whether it became worse.
    pub fn is_worse(&self) -> bool {
        self.now > self.before
    }

    /// Likely kind: a flake where nothing differs.
    pub fn kind(&self) -> String {
        match self.differs.as_slice() {
            [] => "same inputs: flaky".to_owned(),
            differs => format!("{} changed", differs.join(", ")),
        }
    }
}

/// Changes with the newest run of each bench that began at `since` or later.
pub fn changes(runs: &[&RunFacts], since: &str) -> Vec<Change> {
    let mut last: BTreeMap<(&str, &str), (Outcome, &InputsKey)> = BTreeMap::new();
    let mut changes = Vec::new();
    for run in runs {
        for scenario in run.scenarios.iter().filter(|one| one.outcome != Outcome::NotRun) {
            let place = (run.bench.as_str(), scenario.name.as_str());
            let before = last.insert(place, (scenario.outcome, &run.key));
            let Some((before, key)) = before.filter(|_| run.begun.as_str() >= since) else { continue };
            if before != scenario.outcome {
                changes.push(Change {
                    scenario: scenario.name.clone(),
                    bench: run.bench.clone(),
                    before,
                    now: scenario.outcome,
                    reason: scenario.reason.clone(),
                    run: run.folder.clone(),
                    differs: key.differences(&run.key),
                });
            }
        }
    }
    changes
}

/// How often a scenario came to other outcomes with the same inputs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FlakeRate {
    /// The scenario, the clause or the bench.
    pub name: String,
    /// How often it ran in runs whose inputs were run more than once.
    pub runs: usize,
    /// How many of them came to another outcome than most with the same inputs.
    pub flakes: usize,
    /// How often a second attempt was needed.
    pub second_attempts: usize,
}

impl FlakeRate {
    fn none(name: &str) -> Self {
        Self { name: name.to_owned(), runs: 0, flakes: 0, second_attempts: 0 }
    }

    /// The share of flakes.
    pub fn rate(&self) -> f64 {
        if self.runs == 0 { 0.0 } else { self.flakes as f64 / self.runs as f64 }
    }
}

/// The flake rate of each scenario that has any flake or second attempt, the highest first.
pub fn flaky(runs: &[&RunFacts]) -> Vec<FlakeRate> {
    let mut by_inputs: BTreeMap<(&str, &InputsKey), BTreeMap<Outcome, usize>> = BTreeMap::new();
    let mut rates: BTreeMap<&str, FlakeRate> = BTreeMap::new();
    for run in runs {
        for one in run.scenarios.iter().filter(|one| one.outcome != Outcome::NotRun) {
            let rate = rates.entry(&one.name).or_insert_with(|| FlakeRate::none(&one.name));
            rate.second_attempts += usize::from(one.attempts > 1);
            *by_inputs.entry((&one.name, &run.key)).or_default().entry(one.outcome).or_default() += 1;
        }
    }
    for ((name, _), outcomes) in by_inputs {
        let runs: usize = outcomes.values().sum();
        if let (Some(rate), Some(most), true) = (rates.get_mut(name), outcomes.values().max(), runs > 1) {
            rate.runs += runs;
            rate.flakes += runs - most;
        }
    }
    let mut rates: Vec<FlakeRate> = rates.into_values().collect();
    rates.retain(|rate| rate.flakes > 0 || rate.second_attempts > 0);
    rates.sort_by(|one, other| other.rate().total_cmp(&one.rate()).then_with(|| one.name.cmp(&other.name)));
    rates
}

/// When a clause was judged last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stale {
    /// The clause.
    pub clause: String,
    /// Whether it is a must.
    pub must: bool,
    /// When the run began that judged it last, in UTC.
    pub judged: String,
    /// Its outcome there.
    pub outcome: Outcome,
    /// The run's folder.
    pub run: String,
}

/// The last judgement of each clause, the oldest first.
pub fn stale(runs: &[&RunFacts]) -> Vec<Stale> {
    let mut last: BTreeMap<&str, Stale> = BTreeMap::new();
    for run in runs {
        for clause in
            run.clauses.iter().filter(|one| !matches!(one.outcome, Outcome::NotRun | Outcome::Error))
        {
            let stale = Stale {
                clause: clause.id.clone(),
                must: clause.must,
                judged: run.begun.clone(),
                outcome: clause.outcome,
                run: run.folder.clone(),
            };
            last.insert(&clause.id, stale);
        }
    }
    let mut all: Vec<Stale> = last.into_values().collect();
    all.sort_by(|one, other| (&one.judged, &one.clause).cmp(&(&other.judged, &other.clause)));
    all
}

/// A measurement over time: a control chart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ControlChart {
    /// The clause.
    pub clause: String,
    /// The measurement.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The bench.
    pub bench: String,
    /// How many values there are.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// The last value.
    pub last: f64,
    /// Whether the last value is more than three standard deviations from the mean of those before.
    pub is_out: bool,
    /// The values, the oldest first.
    pub values: Vec<f64>,
    /// The least allowed value.
    pub lower: Option<f64>,
    /// The largest allowed value.
    pub upper: Option<f64>,
}

/// Values before the last one that a control chart needs.
const FEWEST: usize = 8;

/// The control chart of each measurement with more than one value; those that are out of control first.
pub fn drifts(runs: &[&RunFacts], clause: Option<&str>) -> Vec<ControlChart> {
    let mut series: BTreeMap<[&str; 3], ControlChart> = BTreeMap::new();
    for run in runs {
        for one in run.measurements.iter().filter(|one| clause.is_none_or(|only| only == one.clause)) {
            let drift = series.entry([&one.clause, &one.name, &run.bench]).or_insert_with(|| ControlChart {
                clause: one.clause.clone(),
                name: one.name.clone(),
                unit: one.unit.clone(),
                bench: run.bench.clone(),
                count: 0,
                mean: 0.0,
                deviation: 0.0,
                last: 0.0,
                is_out: false,
                values: Vec::new(),
                lower: one.lower,
                upper: one.upper,
            });
            drift.values.push(one.value);
        }
    }
    let mut all: Vec<ControlChart> = series.into_values().filter(|drift| drift.values.len() > 1).collect();
    all.iter_mut().for_each(ControlChart::settle);
    all.sort_by_key(|drift| !drift.is_out);
    all
}

impl ControlChart {
    fn settle(&mut self) {
        let Some((last, before)) = self.values.split_last() else { return };
        let (mean, deviation) = spread(before);
        self.is_out = before.len() >= FEWEST && (last - mean).abs() > 3.0 * deviation;
        (self.count, self.last) = (self.values.len(), *last);
        (self.mean, self.deviation) = spread(&self.values);
    }
}

/// Mean and standard deviation.
fn spread(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0).max(1.0)).sqrt())
}

/// Results that depend on an instrument.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Affected {
    /// The runs' folders.
    pub runs: BTreeSet<String>,
    /// The scenarios that held it.
    pub scenarios: BTreeSet<String>,
    /// The clauses that they judge.
    pub clauses: BTreeSet<String>,
}

/// Results that depend on `instrument` since the moment `since`.
pub fn affected(runs: &[&RunFacts], instrument: &str, since: &str) -> Affected {
    let mut affected = Affected::default();
    for run in runs.iter().filter(|run| run.begun.as_str() >= since) {
        for one in run.scenarios.iter().filter(|one| one.instruments.iter().any(|held| held == instrument)) {
            affected.runs.insert(run.folder.clone());
            affected.scenarios.insert(one.name.clone());
            affected.clauses.extend(one.clauses.iter().cloned());
        }
    }
    affected
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::ScenarioFact;

    fn run(begun: &str, product: &str, outcomes: &[Outcome]) -> RunFacts {
        let scenarios = outcomes.iter().enumerate().map(|(number, &outcome)| ScenarioFact {
            name: format!("scenario {number}"),
            outcome,
            seconds: 1.0,
            attempts: 1,
            clauses: vec![format!("C.{number}")],
            instruments: vec![format!("camera {number}")],
            reason: String::new(),
        });
        RunFacts {
            folder: begun.to_owned(),
            begun: begun.to_owned(),
            bench: "A".into(),
            simulated: true,
            outcome: Outcome::worst(outcomes.iter().copied()),
            complete: true,
            by_hand: false,
            key: InputsKey { product: product.into(), ..InputsKey::default() },
            scenarios: scenarios.collect(),
            clauses: Vec::new(),
            measurements: Vec::new(),
        }
    }

    #[test]
    fn a_flake_and_a_regression_are_told_apart() {
        use Outcome::{Fail, Pass};
        let runs =
            [run("1", "old", &[Pass, Pass]), run("2", "old", &[Fail, Pass]), run("3", "new", &[Fail, Fail])];
        let runs: Vec<&RunFacts> = runs.iter().collect();
        let told: Vec<(String, String)> =
            changes(&runs, "2").iter().map(|one| (one.scenario.clone(), one.kind())).collect();
        let wanted = [("scenario 0", "same inputs: flaky"), ("scenario 1", "product changed")];
        assert_eq!(told, wanted.map(|(name, kind)| (name.to_owned(), kind.to_owned())));
        let rates = flaky(&runs);
        assert_eq!(rates.len(), 1);
        assert_eq!((rates[0].name.as_str(), rates[0].runs, rates[0].flakes), ("scenario 0", 2, 1));
    }

    #[test]
    fn what_rests_on_an_instrument_is_listed_from_a_moment_on() {
        let runs = [run("1", "p", &[Outcome::Pass; 2]), run("2", "p", &[Outcome::Pass; 2])];
        let runs: Vec<&RunFacts> = runs.iter().collect();
        let affected = affected(&runs, "camera 1", "2");
        assert_eq!(affected.runs, ["2".to_owned()].into());
        assert_eq!(affected.clauses, ["C.1".to_owned()].into());
    }

    #[test]
    fn a_value_far_from_those_before_is_out_of_control() {
        let mut runs: Vec<RunFacts> =
            (0..12).map(|night| run(&format!("{night:02}"), "p", &[Outcome::Pass])).collect();
        for (night, run) in runs.iter_mut().enumerate() {
            let value = if night == 11 { 9.0 } else { 5.0 + 0.1 * (night % 3) as f64 };
            run.measurements.push(crate::history::MeasureFact {
                clause: "C.0".into(),
                name: "time".into(),
                unit: "s".into(),
                value,
                uncertainty: 0.1,
                lower: None,
                upper: Some(10.0),
            });
        }
        let before: Vec<&RunFacts> = runs[..11].iter().collect();
        assert!(!drifts(&before, None)[0].is_out);
        let all: Vec<&RunFacts> = runs.iter().collect();
        let drift = &drifts(&all, Some("C.0"))[0];
        assert!(drift.is_out && drift.count == 12);
        assert!(drifts(&all, Some("C.1")).is_empty());
    }
}
