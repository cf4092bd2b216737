//! Which scenario catches which defect, where every scenario was run on every defect.

use serde::Serialize;

use crate::{Outcome, ScenarioSummary, Summary};

/// What a scenario made of a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// It failed on a clause that the defect breaks.
    Caught,
    /// It failed, on another clause.
    Elsewhere,
    /// It was an error, inconclusive, or did not run.
    Undecided,
    /// It passed.
    Passed,
}

impl Cell {
    /// What a run on a defect that breaks `clauses` says of each of `scenarios`.
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
            Outcome::Error | Outcome::Inconclusive | Outcome::NotRun => Self::Undecided,
        }
    }
}

/// A scenario that was run on every defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its name.
    pub name: String,
    /// Whether it judges anything: one that only reports can catch nothing.
    pub judges: bool,
}

/// Which scenario catches which defect.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The scenarios, in plan order.
    scenarios: Vec<Tried>,
    /// A row for each defect, in the proof's order: a cell for each scenario.
    rows: Vec<Vec<Cell>>,
}

/// What a scenario is worth.
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

    /// What is to be said of one that catches nothing.
    pub fn remark(&self) -> Option<&'static str> {
        (self.catches == 0).then_some(if self.judges { "catches nothing" } else { "only reports" })
    }
}

impl Matrix {
    /// `rows` has one for each defect, in the proof's order: a cell for each of `scenarios`.
    pub fn new(scenarios: Vec<Tried>, rows: Vec<Vec<Cell>>) -> Self {
        Self { scenarios, rows }
    }

    /// A row for each defect, in the proof's order: a cell for each scenario.
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// What each scenario is worth.
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
