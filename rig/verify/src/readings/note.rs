//! The note that a picture or sound in the evidence carries: who saw it, when, and how it is read.

use readers::camera::{Frame, KnownDisplay, Region};
use serde::{Deserialize, Serialize};

/// The note, as JSON in the evidence file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// The version of the readers that made the reading.
    pub readers: String,
    /// The instrument, as in the observation.
    pub instrument: String,
    /// The quantity, as in the observation.
    pub quantity: String,
    /// When each frame was exposed, or when the sound began; the observation's moment is the last.
    pub moments: Vec<Moment>,
    /// Position of the kept part in the whole frame; `None` if the reading is of the part by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PartOrigin>,
    /// How it is read.
    pub look: Look,
}

/// A moment on the bench clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// In nanoseconds.
    pub at_ns: u64,
    /// Greatest deviation to either side.
    pub uncertainty_ns: u64,
}

/// Origin of a part in its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartOrigin {
    /// Width and height of the whole frame.
    pub frame: [usize; 2],
    /// The part's upper left corner in it.
    pub corner: [usize; 2],
}

/// A reader and its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reader", rename_all = "snake_case", deny_unknown_fields)]
pub enum Look {
    /// The digits of a display.
    Display {
        /// Frames that must agree.
        agree: usize,
        /// State of the reader before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        known: Option<KnownDisplay>,
    },
    /// The QR codes on a phone's screen.
    CodeView {
        /// Where the screen is.
        region: Region,
        /// The printed code beside it.
        control: Control,
    },
    /// The green checkmark on a phone's screen.
    Checkmark {
        /// Where the screen is.
        region: Region,
        /// The printed code beside it.
        control: Control,
    },
    /// Surroundings of the QR code on a phone's screen.
    QrSurroundings {
        /// Where the screen is.
        region: Region,
        /// Prefix of the code's payload.
        prefix: String,
    },
    /// The label on a device's back.
    BackLabel {
        /// Where the back is.
        region: Region,
        /// The printed code beside it.
        control: Control,
        /// The form of serial numbers: a regular expression.
        pattern: String,
    },
    /// Spoken digits.
    Heard {
        /// The end of the stretch, in nanoseconds on the bench clock.
        until_ns: u64,
        /// The reference tone: its frequency, in hertz, and the least level, in dB of full scale.
        tone: [f64; 2],
        /// The SHA-256 of the list of recordings that the listener knows voices from.
        enrolment: String,
    },
}

/// A printed code in a camera's view: the positive control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// Where in the picture it is.
    pub region: Region,
    /// Its payload.
    pub payload: String,
}

impl Moment {
    /// The moment of a frame.
    pub fn of(frame: &Frame) -> Self {
        Self::new(frame.at, frame.uncertainty)
    }

    /// `at`, give or take `uncertainty`.
    pub fn new(at: readers::BenchTime, uncertainty: std::time::Duration) -> Self {
        let uncertainty_ns = u64::try_from(uncertainty.as_nanos()).unwrap_or(u64::MAX);
        Self { at_ns: at.as_nanos(), uncertainty_ns }
    }
}

impl Note {
    /// A note of these readers.
    pub fn new(instrument: &str, quantity: &str, moments: Vec<Moment>, look: Look) -> Self {
        let readers = readers::VERSION.to_owned();
        Self { readers, instrument: instrument.into(), quantity: quantity.into(), moments, place: None, look }
    }

    /// As JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data with text keys becomes JSON")
    }
}
