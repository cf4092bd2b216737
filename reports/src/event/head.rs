//! The head of a journal: what is planned, on what, with which files.

use serde::{Deserialize, Serialize};

use crate::{Basis, Deviation};

/// The head of a journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The journal's format, [`FORMAT`](crate::FORMAT).
    pub format: u32,
    /// The rig's version.
    pub rig: String,
    /// The version of the readers, which make readings of frames and sounds; empty where a record does not tell.
    #[serde(default)]
    pub readers: String,
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
    /// The scenario that this is a repetition of, where scenarios are repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<String>,
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
