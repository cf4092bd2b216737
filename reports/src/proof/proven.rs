//! Result of a suite on one defect.

use std::fmt;

use serde::Serialize;

use super::{Deciding, DefectInfo};
use crate::{Journal, Outcome, Standing, Summary};

/// Result of a suite on a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Every clause that it breaks failed.
    Killed,
    /// Something failed, but not every clause that it breaks: a reason to look.
    Elsewhere,
    /// Nothing failed, but something was inconclusive or an error: the bench hides it.
    Masked,
    /// Every scenario passed, although the product went through it.
    Silent,
    /// Every scenario passed, and none made the product go through it.
    Dead,
}

impl Fate {
    /// All of them, the best first.
    pub const ALL: [Self; 5] = [Self::Killed, Self::Elsewhere, Self::Masked, Self::Silent, Self::Dead];

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Elsewhere => "elsewhere",
            Self::Masked => "masked",
            Self::Silent => "silent",
            Self::Dead => "dead",
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A defect, and what the suite made of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Proven {
    /// The defect.
    pub defect: DefectInfo,
    /// Its status.
    pub fate: Fate,
    /// Why, in one sentence.
    pub reason: String,
    /// The decision; `None` if every scenario passed.
    pub deciding: Option<Deciding>,
    /// How many scenarios were run on it.
    pub scenario_runs: u64,
}

impl Proven {
    /// Evaluates a run with this defect, by its journal and summary. `reached`: whether the product has
    /// executed the defect's branch.
    pub fn new(defect: DefectInfo, journal: &Journal, summary: &Summary, reached: bool) -> Self {
        let failed = |id: &String| {
            let found = summary.clauses.iter().find(|clause| clause.id == *id);
            found.is_some_and(|clause| clause.outcome == Standing::Judged(Outcome::Fail))
        };
        let standing: Vec<&str> =
            defect.clauses.iter().filter(|clause| !failed(clause)).map(String::as_str).collect();
        let ran = summary.scenarios.iter().filter(|scenario| scenario.outcome != Outcome::NotRun);
        let worst = Outcome::worst(ran.clone().map(|scenario| scenario.outcome));
        let fate = match worst {
            _ if standing.is_empty() => Fate::Killed,
            Outcome::Fail => Fate::Elsewhere,
            Outcome::Error | Outcome::Inconclusive | Outcome::NotRun => Fate::Masked,
            Outcome::Pass if reached => Fate::Silent,
            Outcome::Pass => Fate::Dead,
        };
        let deciding = Deciding::find(journal, summary, &defect.clauses, worst);
        let because = deciding.as_ref().map(|deciding| deciding.reason.as_str()).unwrap_or_default();
        let reason = match fate {
            Fate::Killed => because.to_owned(),
            Fate::Elsewhere => format!("{} did not fail: {because}", standing.join(", ")),
            Fate::Masked => format!("{worst}: {because}"),
            Fate::Silent => "every scenario passed".to_owned(),
            Fate::Dead => "every scenario passed, and none came to it".to_owned(),
        };
        let scenario_runs = ran.count() as u64;
        Self { defect, fate, reason, deciding, scenario_runs }
    }
}
