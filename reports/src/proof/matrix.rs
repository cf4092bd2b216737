//! Which scenario catches which defect, where every scenario was run on every defect.

use serde::Serialize;

use crate::{Outcome, ScenarioSummary, Summary};

/// Result of a scenario on a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// It failed on a clause that the defect breaks.
    Caught,
    /// It failed, on another clause.
    Elsewhere,
    /// It was an error: the bench or the rig is blamed, and it was the product.
    Misblamed,
    /// It was inconclusive, or did not run.
    Undecided,
    /// It passed.
    Passed,
}

impl Cell {
    /// Results of `scenarios` in a run on a defect that breaks `clauses`.
    pub fn row(scenarios: &[String], summary: &Summary, clauses: &[String]) -> Vec<Self> {
        let cell = |name: &String| {
            let scenario = summary.scenarios.iter().find(|scenario| scenario.name == *name);
            scenario.map_or(Self::Undecided, |scenario| Self::of(scenario, clauses))
        };
        scenarios.iter().map(cell).collect()
    }

    fn of(scenario: &ScenarioSummary, clauses: &[String]) -> Self {
        let own = scenario.judgements.iter().filter(|one| !one.reported && clauses.contains(&one.clause));
        match scenario.outcome {
            _ if own.clone().any(|one| one.outcome == Outcome::Fail) => Self::Caught,
            Outcome::Fail => Self::Elsewhere,
            Outcome::Pass => Self::Passed,
            Outcome::Error => Self::Misblamed,
            Outcome::Inconclusive | Outcome::NotRun => Self::Undecided,
        }
    }
}

/// A scenario that was run on every defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its name.
    pub name: String,
    /// Whether it judges a clause: a scenario that only reports can catch nothing.
    pub judges: bool,
}

/// A scenario that was an error on a defect, although the bench had no fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Misblamed {
    /// The defect.
    pub defect: String,
    /// The scenario.
    pub scenario: String,
    /// The trouble that it blamed.
    pub reason: String,
}

impl Misblamed {
    /// The scenarios of a run on `defect` that were an error in any of their steps: whatever their outcome,
    /// they blame a bench without a fault.
    pub fn find(defect: &str, summary: &Summary) -> Vec<Self> {
        let blames = |scenario: &ScenarioSummary| {
            let step = scenario.steps.iter().find(|step| step.outcome == Outcome::Error);
            let reason = step.map(|step| step.reason.clone());
            reason.or_else(|| (scenario.outcome == Outcome::Error).then(|| scenario.reason.clone()))
        };
        let found = summary.scenarios.iter().filter_map(|scenario| {
            let reason = blames(scenario)?.unwrap_or_else(|| "no reason was given".to_owned());
            Some(Self { defect: defect.to_owned(), scenario: scenario.name.clone(), reason })
        });
        found.collect()
    }
}

/// Which scenario catches which defect.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The scenarios, in plan order.
    scenarios: Vec<Tried>,
    /// A row for each defect, in the proof's order: a cell for each scenario.
    rows: Vec<Vec<Cell>>,
    /// The scenarios that blame the bench for a defect.
    misblamed: Vec<Misblamed>,
}

/// Mutants that a scenario catches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Worth<'a> {
    /// The scenario.
    pub name: &'a str,
    /// How many defects it catches.
    pub catches: usize,
    /// How many of them no other scenario catches.
    pub only: usize,
    /// Whether it judges anything.
    pub judges: bool,
}

impl Worth<'_> {
    /// Whether nothing shows that it can fail, although it judges.
    pub fn is_idle(&self) -> bool {
        self.judges && self.catches == 0
    }

    /// Remark on a scenario that catches nothing.
    pub fn remark(&self) -> Option<&'static str> {
        (self.catches == 0).then_some(if self.judges { "catches nothing" } else { "only reports" })
    }
}

impl Matrix {
    /// `rows` has one for each defect, in the proof's order: a cell for each of `scenarios`.
    pub fn new(scenarios: Vec<Tried>, rows: Vec<Vec<Cell>>, misblamed: Vec<Misblamed>) -> Self {
        Self { scenarios, rows, misblamed }
    }

    /// The scenarios that blame the bench for a defect. There is to be none: a defect is never the bench's fault.
    pub fn misblamed(&self) -> &[Misblamed] {
        &self.misblamed
    }

    /// A row for each defect, in the proof's order: a cell for each scenario.
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// Mutants that each scenario catches.
    pub fn worth(&self) -> impl Iterator<Item = Worth<'_>> {
        self.scenarios.iter().enumerate().map(|(place, Tried { name, judges })| {
            let caught = self.rows.iter().filter(move |row| row[place] == Cell::Caught);
            let alone = |row: &&Vec<Cell>| row.iter().filter(|cell| **cell == Cell::Caught).count() == 1;
            let (catches, only) = (caught.clone().count(), caught.filter(alone).count());
            Worth { name, catches, only, judges: *judges }
        })
    }

    /// The scenarios that made this of the defect at `place` in the proof's order.
    pub fn that_made(&self, cell: Cell, place: usize) -> Vec<&str> {
        let cells = self.rows.get(place).into_iter().flatten();
        let scenarios = self.scenarios.iter().zip(cells).filter(|(_, one)| **one == cell);
        scenarios.map(|(scenario, _)| scenario.name.as_str()).collect()
    }
}
