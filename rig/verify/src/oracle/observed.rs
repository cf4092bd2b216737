//! Values of observations: the types that steps write into a journal and that checks read out of it, defined
//! once. A step makes a value with [`Observed::to_value`]; a check finds it by its quantity.

use std::time::Duration;

use reports::Observation;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use apps::{
    Act, Advert, Checkmark, CodeView, NoSms, Notifications, OperatorNote, OtherMessages, Paused,
    QrSurroundings, RadioControl, Recovered, Scan, Scanned, Screenshot, TemporaryPin,
};

pub use device::{BackLabel, ChipSerial, SealedKey};

use super::check::Unjudgeable;
use speech::Heard;

mod apps;
mod device;
pub mod speech;

/// A value that stands in an observation.
pub trait Observed: Serialize + DeserializeOwned {
    /// The observation's quantity.
    const QUANTITY: &'static str;

    /// The observation's value.
    fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("plain data with text keys becomes JSON")
    }
}

/// Names the quantity of each kind of value.
macro_rules! quantities {
    ($($kind:ident: $quantity:literal),+ $(,)?) => {
        $(impl Observed for $kind { const QUANTITY: &'static str = $quantity; })+
    };
}

quantities! {
    Screen: "screen",
    Display: "display",
    BoardDisplay: "board_display",
    Contact: "contact",
    Utc: "utc",
    BoardClock: "board_clock",
    KeyBits: "key_bits",
    Entered: "entered",
    Log: "log",
    TestCommands: "test_commands",
    BackLabel: "back_label",
    ChipSerial: "chip_serial",
    SealedKey: "key",
    CodeView: "code_view",
    Checkmark: "checkmark",
    QrSurroundings: "qr_surroundings",
    Advert: "advert",
    RadioControl: "radio_control",
    TemporaryPin: "temporary_pin",
    NoSms: "no_sms",
    OtherMessages: "other_messages",
    Scan: "scan",
    Scanned: "scanned",
    Notifications: "notifications",
    Screenshot: "screenshot",
    Act: "act",
    Recovered: "recovered",
    Paused: "paused",
    OperatorNote: "note",
    Heard: "heard",
}

/// Content of a phone's screen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Screen {
    /// The heading.
    pub title: String,
    /// Other texts, top to bottom: explanations, errors.
    pub texts: Vec<String>,
    /// Everything that can be tapped, top to bottom.
    pub buttons: Vec<Button>,
    /// Labels of text fields, top to bottom.
    pub fields: Vec<String>,
    /// Labels of switches and boxes, top to bottom.
    pub switches: Vec<String>,
}

/// Something that can be tapped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Button {
    /// Its label.
    pub label: String,
    /// Whether a tap does anything.
    pub enabled: bool,
}

/// A camera's reading of a code display.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Display {
    /// Whether any segment is lit.
    pub lit: bool,
    /// The digits from the left: `0` to `9`, a space for a dark one, `?` for a pattern that certainly is not
    /// a digit.
    pub glyphs: Vec<char>,
    /// How sure the reader is, 0 to 1.
    pub confidence: f64,
    /// Why the reading is unreliable; `None` for a reliable one.
    pub refused: Option<String>,
    /// The positive control: the marker beside the display was found in the same frame. Without it a dark
    /// display proves nothing.
    pub control: bool,
}

/// Content of the display that a board reports over its link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardDisplay {
    /// Left to right: `0` to `9`, `-` for a dash, a space for a dark digit.
    pub text: String,
}

/// A press, stamped with the moment of contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Whether the finger sensed that it touched the button.
    pub contact: bool,
}

/// Coordinated universal time, at the observation's moment on the bench clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Utc {
    /// Since 1970-01-01T00:00:00Z.
    pub unix: Duration,
    /// The largest error that the source admits.
    pub uncertainty: Duration,
    /// Where the time comes from.
    pub source: String,
}

/// Time of a board's own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardClock {
    /// Whole seconds since 1970.
    pub unix_s: u64,
    /// Longest time for which it had been showing them, in nanoseconds: a second for a plain read, less if
    /// the change to this second was caught.
    pub resolution_ns: u64,
}

/// The length of a board's key, as read from its memory or as provisioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyBits {
    /// In bits.
    pub bits: u32,
}

/// A code entered on a phone, at the moment of the tap that sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// The time step whose code it was.
    pub step: u64,
}

/// Log of the firmware since the last read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// Line by line.
    pub lines: Vec<String>,
}

/// The test commands that a board was given, and its answers. Between them it identified itself, so that a
/// refusal is the firmware's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCommands {
    /// Those that it obeyed.
    pub obeyed: Vec<String>,
    /// Those that it refused.
    pub refused: Vec<String>,
}

/// A value with the moment at which it was so.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sighting<T> {
    /// Seconds on the bench clock.
    pub at_s: f64,
    /// How far `at_s` may be off, to either side.
    pub within_s: f64,
    /// Nanoseconds on the bench clock, where seconds in floating point will not do.
    pub at_ns: u64,
    /// The same as `within_s`, in nanoseconds.
    pub within_ns: u64,
    /// The value.
    pub value: T,
}

/// All values of one kind, in the order of their moments.
pub(super) fn all<T: Observed>(observations: &[&Observation]) -> Result<Vec<Sighting<T>>, Unjudgeable> {
    let mut sightings = observations
        .iter()
        .filter(|observation| observation.quantity == T::QUANTITY)
        .map(|observation| sighting(observation))
        .collect::<Result<Vec<_>, _>>()?;
    sightings.sort_by_key(|sighting| sighting.at_ns);
    Ok(sightings)
}

/// As [`all`], and at least one of them.
pub(super) fn some<T: Observed>(observations: &[&Observation]) -> Result<Vec<Sighting<T>>, Unjudgeable> {
    let sightings = all(observations)?;
    if sightings.is_empty() { Err(Unjudgeable::Missing(T::QUANTITY)) } else { Ok(sightings) }
}

/// The last value of its kind.
pub(super) fn last<T: Observed>(observations: &[&Observation]) -> Result<Sighting<T>, Unjudgeable> {
    all(observations)?.pop().ok_or(Unjudgeable::Missing(T::QUANTITY))
}

fn sighting<T: Observed>(observation: &Observation) -> Result<Sighting<T>, Unjudgeable> {
    let value = T::deserialize(&observation.value).map_err(|error| Unjudgeable::Malformed {
        id: observation.id,
        quantity: T::QUANTITY,
        why: error.to_string(),
    })?;
    Ok(Sighting {
        at_s: observation.at_ns as f64 / 1e9,
        within_s: observation.uncertainty_ns as f64 / 1e9,
        at_ns: observation.at_ns,
        within_ns: observation.uncertainty_ns,
        value,
    })
}
