//! Observations of instruments, and the bytes and secrets behind them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
