//! Events of a journal: eight kinds, with no display settings in them.
//!
//! Progress, reports, replay and re-judging read nothing else. Everything that depends on the host stands
//! under [`Entry::host`]; the run's digest covers the rest, the chain of lines covers both (`JOURNAL.md`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Basis, Cause, Deviation, Outcome};

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

/// The head of a journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The journal's format, [`FORMAT`].
    pub format: u32,
    /// The rig's version.
    pub rig: String,
    /// The bench's name, and whether it is simulated.
    pub bench: String,
    /// True on the simulated bench: reports say so wherever it could be mistaken.
    pub simulated: bool,
    /// The profile's name and version.
    pub profile: String,
    /// The profile's values that are not the register's defaults.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deviations: Vec<Deviation>,
    /// Where the product's service runs: an authorised test environment, or the reference product.
    #[serde(default)]
    pub environment: String,
    /// The run's seed.
    pub seed: u64,
    /// Defects the reference product was given, by name.
    pub defects: Vec<String>,
    /// Faults the bench was given, as NAME@CLAUSE.
    pub faults: Vec<String>,
    /// How long its evidence is to be kept, by the name of a class: `rig retain` goes by it.
    pub class: String,
    /// The files that the run was made with.
    pub inputs: Vec<Input>,
    /// Every clause of the register, in its order.
    pub clauses: Vec<ClauseInfo>,
    /// Every scenario of the plan, in its order.
    pub scenarios: Vec<ScenarioInfo>,
    /// Scenarios that would have been in the plan, had the product what they need.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_applicable: Vec<LeftOut>,
    /// Scenarios that were left out since the bench has not what they need.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_equipped: Vec<LeftOut>,
}

/// A file that a run was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Role of the file in the run.
    pub kind: InputKind,
    /// Its path, relative to the suite's folder, or its name alone where it lies elsewhere.
    pub name: String,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
}

/// Role of a file in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// The feature files, all of them: the hash is that of their list, a line for each as `sha256sum` writes it, in the
    /// order of their paths.
    Suite,
    /// The register of clauses.
    Register,
    /// The bench file.
    Bench,
    /// The profile.
    Profile,
    /// An image that the boards run.
    Firmware,
}

/// A scenario that is not in the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its name, as in [`ScenarioInfo`].
    pub name: String,
    /// The feature's file, relative to the suite.
    pub file: String,
    /// The scenario's line in it.
    pub line: u32,
    /// The clauses that it would judge.
    pub clauses: Vec<String>,
    /// The feature that the product lacks, with the profile's reason; or the equipment that the bench lacks.
    pub reason: String,
}

/// A clause, as the register has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClauseInfo {
    /// "S5.C.8b".
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// The authority behind it.
    pub basis: Basis,
    /// The words of the source.
    pub quote: String,
    /// The document and the place in it.
    pub source: String,
    /// The kinds of instrument that can see it.
    pub instruments: Vec<String>,
    /// A note for readers of a report; says which parts were inferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why it does not apply to this product, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_applicable: Option<String>,
}

impl ClauseInfo {
    /// Whether it is only reported: what is found about it can break nothing.
    pub fn is_reported(&self) -> bool {
        self.level == Level::Info
    }
}

/// How binding a clause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The guide says it.
    Must,
    /// A help page or a standard says it.
    Should,
    /// Nobody documents it; the lab's profile sets it.
    Profile,
    /// Reported, never judged.
    Info,
}

/// A scenario, as planned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioInfo {
    /// Unique in the suite and stable between runs: "code-device/activation: The code display …".
    pub name: String,
    /// The feature's file, relative to the suite.
    pub file: String,
    /// The scenario's line in it.
    pub line: u32,
    /// The steps: keyword and text, and the clause that a judging step names.
    pub steps: Vec<StepInfo>,
    /// Devices and test identities that it uses up, and how each is restored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<String>,
}

/// A step, as planned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepInfo {
    /// "Given", "When", "Then".
    pub keyword: String,
    /// Its text, without the clause.
    pub text: String,
    /// Its line in the feature's file.
    pub line: u32,
    /// The clause it judges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
}

/// An instrument that a scenario holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstrumentInfo {
    /// Its name in the bench file.
    pub name: String,
    /// The driver that reaches it.
    pub driver: String,
    /// Make, model, serial number, versions, by name.
    pub identity: BTreeMap<String, String>,
}

/// Something an instrument saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Its number within the scenario, from 0; verdicts name it.
    pub id: u32,
    /// When it was so, in nanoseconds on the bench clock.
    pub at_ns: u64,
    /// How far `at_ns` may be off, to either side.
    pub uncertainty_ns: u64,
    /// The instrument's name in the bench file.
    pub instrument: String,
    /// Name of the observed quantity ("code", "screen", "contact", "utc").
    pub quantity: String,
    /// The value. Never a secret: keys are given by id, PINs and passwords not at all.
    pub value: Value,
    /// The bytes it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// The secret it rests on, which lies in the run's sealed file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Sealed>,
}

/// A secret that a record holds to without saying it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The IANA media type of the secret.
    pub media_type: String,
    /// SHA-256 of salt, media type, a zero byte and secret, lower-case hex; all are in the sealed file, on the line of
    /// this commitment.
    pub commitment: String,
}

/// Bytes kept with a run, by their SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The IANA media type.
    pub media_type: String,
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
    /// How many bytes.
    pub size: u64,
    /// The file, relative to the run's folder.
    pub file: String,
    /// Offset of the bytes in the file; `None` for the whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

/// A clause judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The clause.
    pub clause: String,
    /// The step that judged it, from 0.
    pub step: u32,
    /// Its outcome.
    pub outcome: Outcome,
    /// Why it is inconclusive, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Why, in one sentence with the figures.
    pub reason: String,
    /// The observations it rests on, by number, in the order the check takes them.
    pub observations: Vec<u32>,
    /// Measurements against limits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<Measurement>,
    /// The check and its parameters: enough, with the observations, to judge again.
    pub check: Value,
    /// Drivers the verdict rests on.
    pub drivers: Vec<String>,
    /// Whether a debug probe was attached.
    pub probe_attached: bool,
    /// Whether the product's test commands were enabled.
    pub test_commands: bool,
}

/// A figure against its limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Name of the measured quantity.
    pub name: String,
    /// The unit, as in the SI ("s", "ms", "1" for a count).
    pub unit: String,
    /// The measured value.
    pub value: f64,
    /// The expanded uncertainty, in the same unit.
    pub uncertainty: f64,
    /// The coverage factor that expanded it.
    pub coverage: f64,
    /// The least allowed value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    /// The largest allowed value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    /// Outcome by the decision rule.
    pub outcome: Outcome,
    /// The uncertainty budget: what makes the value uncertain, line by line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub budget: Vec<Contribution>,
}

/// One line of an uncertainty budget (JCGM 100, the GUM).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// Source of the uncertainty: "start between two frames", "clock".
    pub source: String,
    /// How its values are spread.
    pub distribution: Distribution,
    /// How far off it can be, to either side, where that is bounded; in the unit of the measured value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_width: Option<f64>,
    /// Its standard uncertainty, in the unit of the measured value.
    pub standard: f64,
}

/// How the values of an uncertain quantity are spread (JCGM 100 section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Gaussian.
    Normal,
    /// Anywhere within the half-width, equally likely.
    Rectangular,
    /// Within the half-width, most likely in the middle.
    Triangular,
}
