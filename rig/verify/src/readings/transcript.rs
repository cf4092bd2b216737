//! Transcripts: what an instrument without a picture or a sound returned, line by line, with the bytes that came.

use reports::Observation;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One line of a scenario's transcript.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// When, in nanoseconds on the bench clock.
    pub at_ns: u64,
    /// How far that may be off, to either side.
    pub uncertainty_ns: u64,
    /// The instrument's name in the bench file.
    pub instrument: String,
    /// Name of the observed quantity.
    pub quantity: String,
    /// The bytes that came, where the instrument sends bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came: Option<Came>,
    /// Value that the driver read.
    pub value: Value,
}

/// Bytes as they came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Came {
    /// Their IANA media type.
    pub media_type: String,
    /// In lower-case hex.
    pub hex: String,
}

impl Came {
    /// The bytes of a driver's reading.
    pub fn of(media_type: &str, bytes: &[u8]) -> Self {
        Self { media_type: media_type.into(), hex: hex::encode(bytes) }
    }
}

impl Line {
    /// The line of `observation`, with the bytes that `came`.
    pub fn of(observation: &Observation, came: Option<Came>) -> Self {
        Self {
            at_ns: observation.at_ns,
            uncertainty_ns: observation.uncertainty_ns,
            instrument: observation.instrument.clone(),
            quantity: observation.quantity.clone(),
            came,
            value: observation.value.clone(),
        }
    }

    /// As JSON, with a line feed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("plain data with text keys becomes JSON");
        line.push(b'\n');
        line
    }
}
