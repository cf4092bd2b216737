//! Nights: the newest runs, and whether the checks of their benches passed.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use reports::Outcome;
use serde::Serialize;

use super::facts::{RunFacts, ScenarioFact};

/// End of the name of a run in which a bench runs what had an error, or was not reached, earlier in the same night.
pub const AGAIN: &str = ".again";

/// The checks of a bench at the begin and end of its night.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BenchChecks {
    /// The night's folder.
    pub night: String,
    /// The bench, as the night calls it.
    pub bench: String,
    /// Outcome of the check before; `None` without one.
    pub first: Option<Outcome>,
    /// Outcome of the check after.
    pub last: Option<Outcome>,
}

impl BenchChecks {
    /// Why the results of the bench do not count; `None` if they do.
    pub fn against(&self) -> Option<String> {
        let bench = &self.bench;
        match (self.first, self.last) {
            (Some(Outcome::Pass), Some(Outcome::Pass)) => None,
            (Some(Outcome::Pass), None) => Some(format!("the closing check of {bench} is missing")),
            (Some(Outcome::Pass), Some(outcome)) => {
                Some(format!("the closing check of {bench} came to {outcome}: its results are suspended"))
            }
            (Some(outcome), _) => {
                Some(format!("the first check of {bench} came to {outcome}: it was not used"))
            }
            (None, _) => Some(format!("the first check of {bench} is missing")),
        }
    }
}

/// The newest run of each bench; of a night all runs, though a bench may stand in it twice.
pub fn newest<'r>(runs: &[&'r RunFacts]) -> Vec<&'r RunFacts> {
    let mut newest: Vec<&RunFacts> = Vec::new();
    for run in runs {
        let (night, _) = run.place();
        let is_beside = |other: &RunFacts| !night.is_empty() && other.place().0 == night;
        newest.retain(|other| other.bench != run.bench || is_beside(other));
        newest.push(run);
    }
    newest
}

/// The runs without what gave way: an error, or a scenario that was not reached, which ran again in the same night.
pub fn settled<'r>(runs: &[&'r RunFacts]) -> Vec<Cow<'r, RunFacts>> {
    let again = runs.iter().filter(|run| run.place().1.ends_with(AGAIN));
    let ran = again.flat_map(|run| {
        let ran = run.scenarios.iter().filter(|one| one.outcome != Outcome::NotRun);
        ran.map(|one| (run.place().0, one.name.as_str()))
    });
    let ran: BTreeSet<(&str, &str)> = ran.collect();
    let settle = |run: &&'r RunFacts| {
        let (night, name) = run.place();
        let gave_way = |one: &ScenarioFact| {
            matches!(one.outcome, Outcome::Error | Outcome::NotRun)
                && ran.contains(&(night, one.name.as_str()))
        };
        if name.ends_with(AGAIN) || !run.scenarios.iter().any(gave_way) {
            return Cow::Borrowed(*run);
        }
        let mut settled = (*run).clone();
        settled.scenarios.retain(|one| !gave_way(one));
        Cow::Owned(settled)
    };
    runs.iter().map(settle).collect()
}

/// The checks, among `golden`, of the nights of the `newest` runs and of any later night, in which no run may have begun.
pub fn checks(golden: &[&RunFacts], newest: &[&RunFacts]) -> Vec<BenchChecks> {
    let latest = newest.iter().map(|run| run.begun.as_str()).max().unwrap_or_default();
    let wanted = |run: &&&RunFacts| {
        let night = run.place().0;
        run.begun.as_str() > latest || newest.iter().any(|other| other.place().0 == night)
    };
    let mut checks: BTreeMap<(&str, &str), BenchChecks> = BTreeMap::new();
    for run in golden.iter().filter(wanted) {
        let Some((bench, moment)) = run.checks() else { continue };
        let night = run.place().0;
        let (first, last) = (None, None);
        let both = checks.entry((night, bench)).or_insert_with(|| BenchChecks {
            night: night.to_owned(),
            bench: bench.to_owned(),
            first,
            last,
        });
        *(if moment == "last" { &mut both.last } else { &mut both.first }) = Some(run.outcome);
    }
    checks.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(folder: &str, outcome: Outcome) -> RunFacts {
        RunFacts {
            folder: folder.to_owned(),
            begun: folder.to_owned(),
            bench: "simulated bench".into(),
            simulated: true,
            outcome,
            complete: true,
            by_hand: false,
            key: super::super::InputsKey::default(),
            scenarios: Vec::new(),
            clauses: Vec::new(),
            measurements: Vec::new(),
        }
    }

    #[test]
    fn of_a_night_all_runs_are_the_newest_and_of_others_the_last_of_each_bench() {
        let runs = ["1/a", "1/b", "2", "3/a", "3/a.again", "3/b"].map(|folder| run(folder, Outcome::Pass));
        let runs: Vec<&RunFacts> = runs.iter().collect();
        let folders =
            |runs: &[&RunFacts]| newest(runs).iter().map(|run| run.folder.clone()).collect::<Vec<_>>();
        assert_eq!(folders(&runs), ["3/a", "3/a.again", "3/b"]);
        assert_eq!(folders(&runs[..3]), ["2"]);
    }

    #[test]
    fn what_ran_again_in_the_same_night_takes_the_place_of_an_error() {
        let scenario = |name: &str, outcome| ScenarioFact {
            name: name.into(),
            outcome,
            seconds: 1.0,
            attempts: 1,
            clauses: Vec::new(),
            instruments: Vec::new(),
            reason: String::new(),
        };
        let with = |folder, scenarios: &[(&str, Outcome)]| RunFacts {
            scenarios: scenarios.iter().map(|(name, outcome)| scenario(name, *outcome)).collect(),
            ..run(folder, Outcome::Error)
        };
        use Outcome::{Error, Fail, NotRun, Pass};
        let runs = [
            with("2/a", &[("x", Error)]),
            with("3/a", &[("x", Error), ("y", NotRun), ("z", Fail), ("w", Error)]),
            with("3/b.again", &[("x", Pass), ("y", Error), ("z", Pass), ("w", NotRun)]),
        ];
        let settled = settled(&runs.iter().collect::<Vec<_>>());
        let names = |place: usize| {
            settled[place].scenarios.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!([names(0), names(1), names(2)], ["x", "z w", "x y z w"], "a fail never gives way");
    }

    #[test]
    fn a_bench_counts_where_it_passed_its_checks_before_and_after() {
        let golden = [
            ("3/a.golden-first", Outcome::Pass),
            ("3/a.golden-last", Outcome::Pass),
            ("3/b.golden-first", Outcome::Pass),
            ("3/b.golden-last", Outcome::Error),
            ("3/c.golden-first", Outcome::Fail),
            ("3/d.golden-first", Outcome::Pass),
            ("2/e.golden-first", Outcome::Fail),
        ];
        let golden = golden.map(|(folder, outcome)| run(folder, outcome));
        let night = run("3/a", Outcome::Pass);
        let checks = checks(&golden.iter().collect::<Vec<_>>(), &[&night]);
        let against: Vec<Option<String>> = checks.iter().map(BenchChecks::against).collect();
        assert_eq!(against.len(), 4, "an older night does not count");
        assert_eq!(against[0], None);
        let told = [
            "the closing check of b came to error",
            "the first check of c came to fail",
            "the closing check of d is missing",
        ];
        for (against, told) in against[1..].iter().zip(told) {
            assert!(against.as_deref().unwrap().starts_with(told), "{against:?}");
        }
    }
}
