//! Observations of the apps on two phones: codes, radio, messages.

use serde::{Deserialize, Serialize};

/// One frame's look at a phone's screen for QR codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeView {
    /// Payloads of the codes found on the phone's screen. A payload does not count as a secret: it lives for
    /// minutes, and only on the bench.
    pub payloads: Vec<String>,
    /// The positive control: the printed code beside the phone was read in the same frame. Without it a
    /// screen without a code proves nothing.
    pub control: bool,
    /// Nothing was looked for, since the frame holds no picture there: the absence of a code proves nothing.
    pub abandoned: bool,
    /// The screen shows nothing at all, like one that is asleep: the absence of a code proves nothing.
    #[serde(default)]
    pub blank: bool,
    /// The screen has dimmed, by the white of the control card: a code may be too dark to be read.
    #[serde(default)]
    pub dimmed: bool,
}

/// One frame's look at a phone's screen for the green checkmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkmark {
    /// Whether it shows.
    pub seen: bool,
    /// The positive control: the printed code beside the phone was read in the same frame, and its patches seen in
    /// colour.
    pub control: bool,
    /// The screen is dark or has dimmed: the absence of a checkmark proves nothing.
    #[serde(default)]
    pub unlit: bool,
}

/// Surroundings of a QR code on a phone's screen, measured in one frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct QrSurroundings {
    /// Camera pixels a module.
    pub module_px: f64,
    /// Widths of the quiet zone above, right of, below and left of the code, in modules; at most twice the
    /// width that a code must have.
    pub quiet: [f64; 4],
    /// It is light on dark.
    #[serde(default)]
    pub inverted: bool,
    /// It is seen as in a mirror.
    #[serde(default)]
    pub mirrored: bool,
}

/// An advert that the radio heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advert {
    /// The service whose data it carries: a UUID, in lower case with hyphens.
    pub service: String,
    /// Its data, in lower-case hex.
    pub data: String,
    /// How strong it came in, in dBm.
    pub rssi_dbm: i16,
    /// The sender's address, which a phone changes as it likes.
    pub address: String,
}

/// A time in which the radio listened, to the end of which it was shown to hear: the bench's beacon was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RadioControl {
    /// From this moment, in nanoseconds on the bench clock.
    pub from_ns: u64,
    /// Until this one.
    pub to_ns: u64,
}

/// A message with a temporary PIN, at the moment at which all of it was there. The PIN itself is a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemporaryPin {
    /// How many characters the PIN has.
    pub chars: u32,
    /// Whether they are all digits.
    pub digits_only: bool,
    /// Who the message is from, as the network says.
    pub from: String,
}

/// Messages to the bench's number that no scenario waits for. Only their number is kept: they may be private.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherMessages {
    /// How many came.
    pub count: u32,
    /// From this moment, in nanoseconds on the bench clock.
    pub from_ns: u64,
    /// Until this one.
    pub to_ns: u64,
}

/// A wait for a message that did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoSms {
    /// Waited from this moment, in nanoseconds on the bench clock.
    pub from_ns: u64,
    /// Until this one.
    pub to_ns: u64,
    /// The positive control: the modem's message to itself came.
    pub loop_back: bool,
}

/// A code was held up to the new phone, at the moment from which on the phone could see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// Payload of the code, as in [`CodeView::payloads`].
    pub payload: String,
    /// When the new phone's screen had answered, in nanoseconds on the bench clock. It sent the code to the
    /// service some time before.
    pub answered_ns: u64,
    /// The service's answer; `None` for anything else.
    pub accepted: Option<bool>,
}

/// Last payload that the new phone's scanner reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    /// Payload of the code; `None` if it has read nothing.
    pub payload: Option<String>,
}

/// The notifications that a phone has shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notifications {
    /// Their texts, oldest first.
    pub texts: Vec<String>,
}

/// A screenshot was taken on a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screenshot {
    /// Whether it shows what was on the screen.
    pub shows_app: bool,
}

/// An instrument has got over the loss of its device by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// How often, since it was seen to have done so last, or was opened.
    pub times: u32,
}

/// A person let the bench stand: its clock went on, and no step ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// The begin, on the bench clock.
    pub from_ns: u64,
    /// The end.
    pub to_ns: u64,
}

/// A person's note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorNote {
    /// The words.
    pub text: String,
}

/// Something done to a phone: "tap Next", "enter PIN code", "aim phone-2 at phone-1". Never what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The action.
    pub what: String,
}
