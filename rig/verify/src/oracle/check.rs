//! Checks: one for each kind of promise, all its parameters plain data, so that a check and its observations
//! out of a journal are enough to judge again. Each check declares which clauses it serves and which
//! observations it takes; it finds them by quantity, in the order of time.
//!
//! A check blames the product only for certain observations. Anything that the instruments could not see is
//! inconclusive; observations that a check cannot read are an error of the rig. Nothing panics.

mod accepted;
mod air;
mod changes;
mod code;
mod display;
mod drift;
mod label;
mod log;
mod message;
mod press;
mod release;
mod screen;
mod serves;
mod shown;
mod speech;
mod surroundings;
mod texts;
mod timing;
mod valid;
mod voice;
mod watch;

use std::fmt;

use reports::{Cause, Measurement, Observation, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use accepted::QrAccepted;
pub use air::Advertising;
pub use code::{CheckmarkShown, DifferentPayloads, QrNotShown, QrReadable, SamePayload, ScannerReads};
pub use display::{CodeForTime, DifferentCodes, DisplayMatchesBoard, ShownDigits};
pub use drift::CodeChangeDrift;
pub use label::LabelCarriesNumber;
pub use log::LogTells;
pub use message::{MessageArrived, SmsCame};
pub use press::{NoCodeWithoutPress, PressAnswered};
pub use release::TestCommandsRefused;
pub use screen::{OneLetsIn, OneWins, ScreenShows, ScreenshotBlocked, WindowKept};
pub use serves::Serves;
pub use shown::QrShown;
pub use speech::{SpokenAgain, SpokenDigits, SpokenIsShown, SpokenLanguage};
pub use surroundings::QrSurroundingsReported;
pub use texts::TextsOfVersion;
pub use timing::{CodeChanges, Drift, KeyLength, StepLength};
pub use valid::CodeIsCurrent;
pub use voice::{FallsSilent, SpeechLevel, SpeedRange, SpokenOnce, VolumeRange};

use super::{
    decision::BadFigure,
    observed::{Observed as _, Paused},
};
use crate::keys::{KeyId, KeyRing};

/// A check with its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "check", rename_all = "snake_case")]
pub enum Check {
    /// The content of a phone's screen.
    ScreenShows(ScreenShows),
    /// Of two sessions at once, one wins.
    OneWins(OneWins),
    /// Of several devices at most one lets their person in.
    OneLetsIn(OneLetsIn),
    /// The service takes a code within its window and no other.
    WindowKept(WindowKept),
    /// The display shows a code's digits.
    ShownDigits(ShownDigits),
    /// Two presses yield two codes.
    DifferentCodes(DifferentCodes),
    /// The camera sees what the board says that it shows.
    DisplayMatchesBoard(DisplayMatchesBoard),
    /// The display shows the code of a test vector.
    CodeForTime(CodeForTime),
    /// The display shows a code that is valid now.
    CodeIsCurrent(CodeIsCurrent),
    /// A press yields one code, in time.
    PressAnswered(PressAnswered),
    /// No press, no code.
    NoCodeWithoutPress(NoCodeWithoutPress),
    /// The time step that the device keeps.
    StepLength(StepLength),
    /// The code changes often enough.
    CodeChanges(CodeChanges),
    /// The rate of the device's clock.
    Drift(Drift),
    /// The rate of the device's clock, by its codes alone.
    CodeChangeDrift(CodeChangeDrift),
    /// The length of the key.
    KeyLength(KeyLength),
    /// The log of the firmware.
    LogTells(LogTells),
    /// The label on a device's back carries its serial number.
    LabelCarriesNumber(LabelCarriesNumber),
    /// A QR code is shown and can be read.
    QrReadable(QrReadable),
    /// No QR code is shown.
    QrNotShown(QrNotShown),
    /// For how long the QR code shows.
    QrShown(QrShown),
    /// How wide its quiet zone is, and how large its modules are.
    QrSurroundingsReported(QrSurroundingsReported),
    /// Up to what age a QR code is accepted.
    QrAccepted(QrAccepted),
    /// The new phone has read the code that the old one shows.
    SamePayload(SamePayload),
    /// A phone's scanner reads the code that is before it.
    ScannerReads(ScannerReads),
    /// Two activations have different codes.
    DifferentPayloads(DifferentPayloads),
    /// The green checkmark shows, or does not.
    CheckmarkShown(CheckmarkShown),
    /// The app advertises, or does not.
    Advertising(Advertising),
    /// The temporary PIN comes by SMS.
    SmsCame(SmsCame),
    /// An important message comes, or does not.
    MessageArrived(MessageArrived),
    /// A screenshot does not show the screen.
    ScreenshotBlocked(ScreenshotBlocked),
    /// The phones' texts are those of the profile's version.
    TextsOfVersion(TextsOfVersion),
    /// A release firmware obeys no test command.
    TestCommandsRefused(TestCommandsRefused),
    /// The spoken code has the right number of digits.
    SpokenDigits(SpokenDigits),
    /// The spoken code equals the displayed one.
    SpokenIsShown(SpokenIsShown),
    /// The code is spoken in the user's language.
    SpokenLanguage(SpokenLanguage),
    /// The code is read aloud again.
    SpokenAgain(SpokenAgain),
    /// A press yields one reading, in time.
    SpokenOnce(SpokenOnce),
    /// It falls silent at a key.
    FallsSilent(FallsSilent),
    /// How much the volume can be changed.
    VolumeRange(VolumeRange),
    /// How much the speed can be changed.
    SpeedRange(SpeedRange),
    /// How loud the loudest reading is.
    SpeechLevel(SpeechLevel),
}

/// Makes a check of each kind of parameters.
macro_rules! checks {
    ($($kind:ident),+ $(,)?) => {
        $(impl From<$kind> for Check {
            fn from(check: $kind) -> Self {
                Self::$kind(check)
            }
        })+
    };
}

checks! {
    ScreenShows, OneWins, OneLetsIn, WindowKept, ShownDigits, DifferentCodes, DisplayMatchesBoard, CodeForTime, CodeIsCurrent,
    PressAnswered, NoCodeWithoutPress, StepLength, CodeChanges, Drift, CodeChangeDrift, KeyLength, LogTells,
    LabelCarriesNumber, QrReadable, QrNotShown, QrShown, QrSurroundingsReported,
    QrAccepted, SamePayload, ScannerReads, DifferentPayloads, CheckmarkShown, Advertising, SmsCame, MessageArrived, ScreenshotBlocked, TextsOfVersion,
    TestCommandsRefused, SpokenDigits, SpokenIsShown, SpokenLanguage, SpokenAgain, SpokenOnce, FallsSilent, VolumeRange, SpeedRange,
    SpeechLevel,
}

impl Check {
    /// The check as a verdict keeps it.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("plain data with text keys becomes JSON")
    }

    /// Whether it is one to which the lab's words say nothing.
    pub fn leaves_to_the_guide(&self) -> bool {
        match self {
            Self::ScreenShows(check) => check.guide_only,
            Self::OneWins(check) => check.accepted.guide_only,
            Self::OneLetsIn(check) => check.accepted.guide_only,
            Self::WindowKept(check) => check.accepted.guide_only,
            _ => false,
        }
    }

    /// The key that the check computes codes with.
    pub fn key(&self) -> Option<&KeyId> {
        match self {
            Self::CodeIsCurrent(check) => Some(&check.key),
            _ => None,
        }
    }

    fn judge(&self, seen: &[&Observation], context: &Context) -> Result<CheckResult, Stop> {
        match self {
            Self::ScreenShows(check) => check.judge(seen),
            Self::OneWins(check) => check.judge(seen),
            Self::OneLetsIn(check) => check.judge(seen),
            Self::WindowKept(check) => check.judge(seen),
            Self::ShownDigits(check) => check.judge(seen),
            Self::DifferentCodes(check) => check.judge(seen),
            Self::DisplayMatchesBoard(check) => check.judge(seen),
            Self::CodeForTime(check) => check.judge(seen),
            Self::CodeIsCurrent(check) => check.judge(seen, context.keys),
            Self::PressAnswered(check) => check.judge(seen),
            Self::NoCodeWithoutPress(check) => check.judge(seen),
            Self::StepLength(check) => check.judge(seen),
            Self::CodeChanges(check) => check.judge(seen),
            Self::Drift(check) => check.judge(seen),
            Self::CodeChangeDrift(check) => check.judge(seen),
            Self::KeyLength(check) => check.judge(seen),
            Self::LogTells(check) => check.judge(seen),
            Self::LabelCarriesNumber(check) => check.judge(seen),
            Self::QrReadable(check) => check.judge(seen),
            Self::QrNotShown(check) => check.judge(seen),
            Self::QrShown(check) => check.judge(seen),
            Self::QrSurroundingsReported(check) => check.judge(seen),
            Self::QrAccepted(check) => check.judge(seen),
            Self::SamePayload(check) => check.judge(seen),
            Self::ScannerReads(check) => check.judge(seen),
            Self::DifferentPayloads(check) => check.judge(seen),
            Self::CheckmarkShown(check) => check.judge(seen),
            Self::Advertising(check) => check.judge(seen),
            Self::SmsCame(check) => check.judge(seen),
            Self::MessageArrived(check) => check.judge(seen),
            Self::ScreenshotBlocked(check) => check.judge(seen),
            Self::TextsOfVersion(check) => check.judge(seen),
            Self::TestCommandsRefused(check) => check.judge(seen),
            Self::SpokenDigits(check) => check.judge(seen),
            Self::SpokenIsShown(check) => check.judge(seen),
            Self::SpokenLanguage(check) => check.judge(seen),
            Self::SpokenAgain(check) => check.judge(seen),
            Self::SpokenOnce(check) => check.judge(seen),
            Self::FallsSilent(check) => check.judge(seen),
            Self::VolumeRange(check) => check.judge(seen),
            Self::SpeedRange(check) => check.judge(seen),
            Self::SpeechLevel(check) => check.judge(seen),
        }
    }
}

/// Input of a judgement beside check and observations.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// The keys that checks name by id.
    pub keys: &'c KeyRing,
}

/// Result of a check.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckResult {
    /// The outcome.
    pub outcome: Outcome,
    /// The cause of an inconclusive judgement.
    pub cause: Option<Cause>,
    /// Why, in one sentence with the figures.
    pub reason: String,
    /// Measurements against limits.
    pub measurements: Vec<Measurement>,
}

impl CheckResult {
    /// This outcome, for this reason.
    fn new(outcome: Outcome, reason: impl Into<String>) -> Self {
        Self { outcome, cause: None, reason: reason.into(), measurements: Vec::new() }
    }

    fn pass(reason: impl Into<String>) -> Self {
        Self::new(Outcome::Pass, reason)
    }

    fn fail(reason: impl Into<String>) -> Self {
        Self::new(Outcome::Fail, reason)
    }

    /// The instruments could not see it.
    fn inconclusive(reason: impl Into<String>) -> Self {
        Self { cause: Some(Cause::NotObserved), ..Self::new(Outcome::Inconclusive, reason) }
    }

    /// It was seen inside the guard band of a limit.
    fn at_limit(reason: impl Into<String>) -> Self {
        Self { cause: Some(Cause::LIMIT), ..Self::new(Outcome::Inconclusive, reason) }
    }

    /// A person let the bench stand meanwhile: it cannot pass.
    fn paused(self) -> Self {
        if self.outcome != Outcome::Pass {
            return self;
        }
        let measurements = self.measurements.into_iter();
        let measurements =
            measurements.map(|figure| Measurement { outcome: Outcome::Inconclusive, ..figure }).collect();
        Self {
            outcome: Outcome::Inconclusive,
            cause: Some(Cause::Paused),
            reason: format!("paused by hand meanwhile: {}", self.reason),
            measurements,
        }
    }

    /// CheckResult of a figure by the decision rule.
    fn measured(figure: Measurement) -> Self {
        let reason = figure_in_words(&figure);
        let judged = match figure.outcome {
            Outcome::Inconclusive => Self::at_limit(reason),
            outcome => Self::new(outcome, reason),
        };
        Self { measurements: vec![figure], ..judged }
    }
}

/// Judges `check` by `observations`, in any order; those it does not take are ignored. Pure: the same
/// arguments give the same judgement, live and from a journal.
pub fn judge(check: &Check, observations: &[&Observation], context: &Context) -> CheckResult {
    let judgement = match check.judge(observations, context) {
        Ok(judgement) | Err(Stop::Judged(judgement)) => judgement,
        Err(Stop::Unjudgeable(trouble)) => CheckResult::new(Outcome::Error, format!("rig: {trouble}")),
    };
    let paused = observations.iter().any(|one| one.quantity == Paused::QUANTITY);
    if paused { judgement.paused() } else { judgement }
}

/// Why a check stops early.
#[derive(Debug)]
enum Stop {
    /// There is nothing more to look at.
    Judged(CheckResult),
    /// The rig cannot judge.
    Unjudgeable(Unjudgeable),
}

impl From<CheckResult> for Stop {
    fn from(judgement: CheckResult) -> Self {
        Self::Judged(judgement)
    }
}

impl From<Unjudgeable> for Stop {
    fn from(trouble: Unjudgeable) -> Self {
        Self::Unjudgeable(trouble)
    }
}

impl From<BadFigure> for Stop {
    fn from(figure: BadFigure) -> Self {
        Self::Unjudgeable(Unjudgeable::BadFigure(figure))
    }
}

/// Why the rig cannot judge: its own mistake, not the product's.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(super) enum Unjudgeable {
    /// An observation that the check takes is not there.
    #[error("no observation of `{0}`")]
    Missing(&'static str),
    /// An observation's value is not of its kind.
    #[error("observation {id} is no `{quantity}`: {why}")]
    Malformed {
        /// The observation's number.
        id: u32,
        /// The expected quantity.
        quantity: &'static str,
        /// The error.
        why: String,
    },
    /// The key ring lacks a key.
    #[error("no key `{0}` in the key ring")]
    UnknownKey(KeyId),
    /// A figure that is not a number.
    #[error(transparent)]
    BadFigure(BadFigure),
}

/// "press to code 0.12 s ± 0.03 s (k = 2), at most 1 s".
fn figure_in_words(figure: &Measurement) -> String {
    let Measurement { name, unit, value, uncertainty, coverage, lower, upper, .. } = figure;
    let limits = match (lower, upper) {
        (Some(lower), Some(upper)) => format!("allowed {} to {} {unit}", Figure(*lower), Figure(*upper)),
        (Some(lower), None) => format!("at least {} {unit} wanted", Figure(*lower)),
        (None, Some(upper)) => format!("at most {} {unit} allowed", Figure(*upper)),
        (None, None) => "without limits".to_owned(),
    };
    let (value, uncertainty, coverage) = (Figure(*value), Figure(*uncertainty), Figure(*coverage));
    format!("{name} {value} {unit} ± {uncertainty} {unit} (k = {coverage}), {limits}")
}

/// A figure for people: at most three decimals, without trailing zeros.
struct Figure(f64);

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.3}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

#[cfg(test)]
mod tests;
