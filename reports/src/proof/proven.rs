//! Result of a suite on one defect.

use std::fmt;

use serde::Serialize;

use super::{Deciding, DefectInfo};
use crate::{ClauseStatus, Journal, Outcome, Summary};

/// Status of a defect, as in mutation testing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MutantStatus {
    /// Every clause that it breaks failed.
    Caught,
    /// Something failed, but not every clause that it breaks: a reason to look.
    Misattributed,
    /// Nothing failed, but something was inconclusive or an error: the bench hides it.
    Inconclusive,
    /// Every scenario passed, although the product executed its branch.
    Missed,
    /// Every scenario passed, and in none did the product execute its branch.
    NotReached,
}

impl MutantStatus {
    /// All of them, the best first.
    pub const ALL: [Self; 5] =
        [Self::Caught, Self::Misattributed, Self::Inconclusive, Self::Missed, Self::NotReached];

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Caught => "caught",
            Self::Misattributed => "misattributed",
            Self::Inconclusive => "inconclusive",
            Self::Missed => "missed",
            Self::NotReached => "not reached",
        }
    }
}

impl fmt::Display for MutantStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A defect, and the suite's result on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Proven {
    /// The defect.
    pub defect: DefectInfo,
    /// Its status.
    pub status: MutantStatus,
    /// Why, in one sentence.
    pub reason: String,
    /// The decision; `None` if every scenario passed.
    pub deciding: Option<Deciding>,
    /// How many scenarios were run on it.
    pub scenario_runs: u64,
    /// Why a product with it gets no certificate, by the rules of a campaign; `None` where they do not say so.
    pub barred: Option<String>,
}

impl Proven {
    /// Evaluates a run with this defect, by its journal and summary. `reached`: whether the product has
    /// executed the defect's branch.
    pub fn new(defect: DefectInfo, journal: &Journal, summary: &Summary, reached: bool) -> Self {
        let failed = |id: &String| {
            let found = summary.clauses.iter().find(|clause| clause.id == *id);
            found.is_some_and(|clause| clause.outcome == ClauseStatus::Judged(Outcome::Fail))
        };
        let not_failed: Vec<&str> =
            defect.clauses.iter().filter(|clause| !failed(clause)).map(String::as_str).collect();
        let ran = summary.scenarios.iter().filter(|scenario| scenario.outcome != Outcome::NotRun);
        let worst = Outcome::worst(ran.clone().map(|scenario| scenario.outcome));
        let status = match worst {
            _ if not_failed.is_empty() => MutantStatus::Caught,
            Outcome::Fail => MutantStatus::Misattributed,
            Outcome::Error | Outcome::Inconclusive | Outcome::NotRun => MutantStatus::Inconclusive,
            Outcome::Pass if reached => MutantStatus::Missed,
            Outcome::Pass => MutantStatus::NotReached,
        };
        let deciding = Deciding::find(journal, summary, &defect.clauses, worst);
        let because = deciding.as_ref().map(|deciding| deciding.reason.as_str()).unwrap_or_default();
        let reason = match status {
            MutantStatus::Caught => because.to_owned(),
            MutantStatus::Misattributed => format!("{} did not fail: {because}", not_failed.join(", ")),
            MutantStatus::Inconclusive => format!("{worst}: {because}"),
            MutantStatus::Missed => "every scenario passed".to_owned(),
            MutantStatus::NotReached => "every scenario passed, and none executed its branch".to_owned(),
        };
        let scenario_runs = ran.count() as u64;
        Self { defect, status, reason, deciding, scenario_runs, barred: None }
    }
}
