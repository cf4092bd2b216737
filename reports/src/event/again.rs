//! Attempts that the runner begins by itself.

use serde::{Deserialize, Serialize};

/// Why the runner began a scenario anew, and what state the bench was in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Again {
    /// The reason: how the attempt before ended.
    pub because: Because,
    /// How far the attempt is isolated from the one before.
    pub isolation: Isolation,
}

/// How an attempt ended that is followed by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The bench or the rig failed, and nothing had failed of the product.
    Error,
    /// The run ended before the scenario did, and was resumed.
    Interrupted,
}

/// How far an attempt is isolated from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Isolation {
    /// The instruments were made safe and opened again.
    Reset,
    /// The test environment was restored, too; or the whole world is a new one, on a simulated bench.
    Restored,
    /// The supply of the device that failed was switched off and on, too.
    PowerCycled,
    /// It runs on another bench; the attempt before is in another run of the same night.
    OtherBench,
}

impl Because {
    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Error => "after an error",
            Self::Interrupted => "after the run was interrupted",
        }
    }
}

impl Isolation {
    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Reset => "instruments reset",
            Self::Restored => "environment restored",
            Self::PowerCycled => "power switched off and on",
            Self::OtherBench => "on another bench",
        }
    }
}
