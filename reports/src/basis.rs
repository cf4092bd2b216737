//! The basis of a result beside evidence: the authority behind its clause, the cause of an inconclusive one,
//! and deviations of the product's profile from the register.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The authority behind a clause, and so behind each of its results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The guide states it.
    Stated,
    /// It follows from the guide's words, which do not state it.
    Inferred,
    /// A standard or a help page states it.
    Standard,
    /// Nobody documents it: the lab sets it.
    Lab,
}

impl Basis {
    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Stated => "stated by the guide",
            Self::Inferred => "inferred from the guide",
            Self::Standard => "from a standard or help page",
            Self::Lab => "set by the lab",
        }
    }
}

/// The cause of an inconclusive result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cause {
    /// The value lies inside the guard band of a limit. More tries until one passes would bias the result, so their
    /// number is fixed before the first.
    Limit {
        /// The number of measurements that was fixed beforehand, all of which count.
        repetitions: u32,
    },
    /// The instrument could not see what was to be judged.
    NotObserved,
    /// A person let a bench in real time stand while it was measured.
    Paused,
}

impl Cause {
    /// A value inside the guard band of a limit, measured once.
    pub const LIMIT: Self = Self::Limit { repetitions: 1 };

    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Limit { .. } => "limit",
            Self::NotObserved => "not observed",
            Self::Paused => "paused",
        }
    }
}

/// A profile's value that is not the register's default. It lies within the range that the register permits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deviation {
    /// The key in the profile, "totp.window_past".
    pub key: String,
    /// The profile's value.
    pub value: String,
    /// The register's default.
    pub default: String,
    /// The clause or the document that the permitted range comes from, or the lab.
    pub source: String,
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {} (default {}, {})", self.key, self.value, self.default, self.source)
    }
}
