//! The people in a bench file, and the instruments that serve more than one product. The keys of their drivers are the drivers'
//! own.

use std::path::PathBuf;

use drivers::camera::Region;
use serde::Deserialize;
use toml::Spanned;

use super::figure::{above_zero, finite, largest, level};

/// A test identity.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonEntry {
    /// The user ID.
    pub user: Spanned<String>,
    /// The number that the service sends this person's SMS to, E.164.
    pub number: Spanned<String>,
    /// How many apps are active for the person before a scenario begins.
    #[serde(default)]
    pub active_apps: u32,
}

/// An SMS modem.
#[derive(Clone, Debug, Deserialize)]
pub struct ModemEntry {
    /// Its name.
    pub name: Spanned<String>,
    /// The driver.
    pub driver: Spanned<String>,
    /// The number of its SIM card, E.164.
    pub number: Spanned<String>,
}

/// A radio, a screen, a light or a holder: it has no keys but those of its driver.
#[derive(Clone, Debug, Deserialize)]
pub struct NamedEntry {
    /// Its name.
    pub name: Spanned<String>,
    /// The driver.
    pub driver: Spanned<String>,
}

/// The printed QR code that lies in a camera's view: what shows that it can see.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlEntry {
    /// Where it is: x, y, width, height.
    pub region: Spanned<Region>,
    /// Payload of the code.
    pub payload: String,
}

/// The microphone that hears the audio code readers.
#[derive(Clone, Debug, Deserialize)]
pub struct MicrophoneEntry {
    /// Its name.
    pub name: Spanned<String>,
    /// The driver.
    pub driver: Spanned<String>,
    /// The reference tone that always sounds on the bench: what shows that it can hear.
    pub tone: ToneEntry,
    /// How loud 94 dB(A) at the microphone's place come out, in dBFS; above 0 where that is more than it takes. From its
    /// calibration.
    #[serde(deserialize_with = "finite")]
    pub dbfs_at_94_dba: f64,
    /// The largest error of that, in dB.
    #[serde(deserialize_with = "largest")]
    pub calibration_uncertainty_db: f64,
    /// Greatest noise level at which silence proves anything, in dBFS: 0 or below.
    #[serde(deserialize_with = "level")]
    pub most_noise_dbfs: f64,
    /// The folder of recordings that the listener is enrolled with, relative to this file.
    pub enrolment: Spanned<PathBuf>,
}

/// The reference tone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToneEntry {
    /// Its frequency.
    #[serde(deserialize_with = "above_zero")]
    pub hz: f64,
    /// How loud it is at the least, in dBFS: 0 or below.
    #[serde(deserialize_with = "level")]
    pub least_dbfs: f64,
}
