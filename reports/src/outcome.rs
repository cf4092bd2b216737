//! The one scale on which everything is judged.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Outcome of a step, a scenario, a clause or a run. In rising order: the worst wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Judged, and kept.
    Pass,
    /// Planned, but not reached.
    NotRun,
    /// Within the uncertainty of a limit, or the instrument could not see.
    Inconclusive,
    /// The bench or the rig failed.
    Error,
    /// Judged, and broken. Stays a fail for the rest of the run.
    Fail,
}

impl Outcome {
    /// All outcomes, in rising order.
    pub const ALL: [Self; 5] = [Self::Pass, Self::NotRun, Self::Inconclusive, Self::Error, Self::Fail];

    /// The worst of `outcomes`; `NotRun` for none, because nothing that did not run is a pass.
    pub fn worst(outcomes: impl IntoIterator<Item = Self>) -> Self {
        outcomes.into_iter().max().unwrap_or(Self::NotRun)
    }

    /// The process exit code that says so: 0 pass, 1 fail, 3 inconclusive or not run, 4 bench or rig error.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::NotRun | Self::Inconclusive => 3,
            Self::Error => 4,
        }
    }

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::NotRun => "not run",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_wins_and_nothing_is_not_a_pass() {
        assert_eq!(Outcome::worst([Outcome::Pass, Outcome::Fail, Outcome::Error]), Outcome::Fail);
        assert_eq!(Outcome::worst([Outcome::Pass, Outcome::NotRun]), Outcome::NotRun);
        assert_eq!(Outcome::worst([]), Outcome::NotRun);
    }

    #[test]
    fn the_order_is_the_documented_one() {
        assert!(Outcome::ALL.is_sorted());
    }
}
