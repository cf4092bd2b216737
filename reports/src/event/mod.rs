//! The events of a journal: eight kinds, with no display settings in them.
//!
//! Progress, reports, replay and re-judging read nothing else. Everything that depends on the host stands
//! under [`Entry::host`]; the run's digest covers the rest, the chain of lines covers both (`JOURNAL.md`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Outcome;

mod again;
mod head;
mod observation;
mod verdict;

pub use again::{Again, Because, Isolation};
pub use head::{ClauseInfo, Input, InputKind, LeftOut, Level, RunStarted, ScenarioInfo, StepInfo};
pub use observation::{Evidence, InstrumentInfo, Observation, Sealed};
pub use verdict::{Contribution, Distribution, Measurement, Verdict};

/// The journal format that this crate writes. A reader refuses any other.
pub const FORMAT: u32 = 2;

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The part that depends on the host, and is left out of the digest. It is written first, so that it can
    /// be cut off.
    pub host: Host,
    /// The scenario's place in the plan; none for the run's own events.
    pub scenario: Option<u32>,
    /// The event's number within its scenario (or within the run's own events), from 0.
    pub seq: u32,
    /// The event.
    #[serde(flatten)]
    pub event: Event,
}

/// The part that depends on the host.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Host {
    /// Wall-clock milliseconds since the run began.
    pub wall_ms: u64,
    /// The date and time, of the host's clock, as RFC 3339 has it in UTC: where a run or a scenario begins and ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc: Option<String>,
    /// Who made the run, where, with what: in the run's head only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Box<Origin>>,
    /// Anything else (paths, device nodes), by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub detail: BTreeMap<String, String>,
}

/// Who made a run, on which machine, with which program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The revision that the program was built from, with `-dirty` behind it if files differed; `None` if
    /// unknown.
    pub revision: Option<String>,
    /// SHA-256 of the program's file, lower-case hex; `None` if it could not be read.
    pub program_sha256: Option<String>,
    /// The machine's name.
    pub host: String,
    /// Who ran it: as named on the command line, otherwise the login.
    pub operator: String,
    /// The command line's arguments, without the program's name.
    pub arguments: Vec<String>,
    /// A person stepped through it by hand: it is not a verdict.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
}

/// The eight kinds of event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run begins: what is planned, on what, with which seed.
    RunStarted(Box<RunStarted>),
    /// A scenario begins.
    ScenarioStarted {
        /// Which attempt at the scenario this is, from 1.
        attempt: u32,
        /// The seed of its world.
        seed: u64,
        /// The instruments it holds: name and who it is.
        instruments: Vec<InstrumentInfo>,
        /// Why the runner itself began the scenario anew; none for a first attempt, and for one that a person asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        again: Option<Again>,
    },
    /// A step begins.
    StepStarted {
        /// Its place in the scenario, from 0.
        step: u32,
        /// Bench time in nanoseconds.
        at_ns: u64,
    },
    /// An instrument saw something.
    Observed(Observation),
    /// A clause was judged.
    Judged(Verdict),
    /// A step ended.
    StepFinished {
        /// Its place in the scenario, from 0.
        step: u32,
        /// Bench time in nanoseconds.
        at_ns: u64,
        /// Its outcome.
        outcome: Outcome,
        /// Why, where it is not a pass.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A scenario ended.
    ScenarioFinished {
        /// Bench time in nanoseconds: how long it took on the bench clock.
        at_ns: u64,
        /// The worst of its steps.
        outcome: Outcome,
    },
    /// The run ended. A journal without it was cut short.
    RunFinished {
        /// The worst of the scenarios; at best *not run* where not all of them ran.
        outcome: Outcome,
        /// Why it ended.
        ended: Ended,
    },
}

/// Why a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Every planned scenario ran to its end.
    AllRun,
    /// It was stopped: by which signal, or by what else.
    Stopped(String),
    /// The disk was full, so the record could not be written.
    DiskFull,
    /// The rig could not go on, for this reason.
    GivenUp(String),
}

impl Ended {
    /// Why the run is incomplete; `None` for a complete one.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::AllRun => None,
            Self::Stopped(by) => Some(format!("stopped by {by}")),
            Self::DiskFull => Some("the disk was full".to_owned()),
            Self::GivenUp(why) => Some(format!("given up: {why}")),
        }
    }
}
