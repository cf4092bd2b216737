//! What a bench file says of the people, and of the instruments that serve more than one product.

use std::{num::NonZero, path::PathBuf};

use drivers::{camera::Region, light::Line};
use serde::Deserialize;
use toml::Spanned;
use uuid::Uuid;

use super::{
    device::default_baud,
    figure::{above_zero, finite, largest, level},
    port::PortEntry,
};

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
#[serde(deny_unknown_fields)]
pub struct ModemEntry {
    /// Its name.
    pub name: Spanned<String>,
    /// The driver.
    pub driver: Spanned<String>,
    /// The port; "pty" on the simulated bench, which makes one.
    pub port: Spanned<PortEntry>,
    /// Bits per second.
    #[serde(default = "default_baud")]
    pub baud: NonZero<u32>,
    /// The number of its SIM card, E.164.
    pub number: Spanned<String>,
}

/// A BLE radio.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RadioEntry {
    /// Its name.
    pub name: Spanned<String>,
    /// The driver.
    pub driver: Spanned<String>,
    /// BlueZ: the address of this machine's adapter.
    pub adapter: Option<Spanned<String>>,
    /// BlueZ: the bench's beacon.
    pub beacon: Option<Spanned<BeaconEntry>>,
}

/// The beacon that is always on: what shows that the radio hears. Known by its address, or by what it says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeaconEntry {
    /// The address that it keeps.
    pub address: Option<String>,
    /// The service that its adverts name.
    pub service: Option<Uuid>,
    /// What they say of it, in hexadecimal.
    #[serde(default)]
    pub data: String,
    /// The longest time between two of its adverts, in milliseconds.
    pub within_ms: NonZero<u32>,
}

/// A screen that shows codes to a phone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenEntry {
    /// Its name.
    pub name: Spanned<String>,
    /// The driver.
    pub driver: Spanned<String>,
    /// Picture files: the file, relative to the bench file.
    pub file: Option<Spanned<PathBuf>>,
    /// Picture files: the longest time from the file's change until the monitor shows it, in milliseconds.
    pub latency_ms: Option<Spanned<u32>>,
}

/// A light in the cameras' view.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LightEntry {
    /// Its name.
    pub name: Spanned<String>,
    /// The driver.
    pub driver: Spanned<String>,
    /// Control lines: the serial port.
    pub port: Option<Spanned<PortEntry>>,
    /// Control lines: which of the port's lines it is on.
    pub line: Option<Spanned<Line>>,
}

/// What turns and carries the phones.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolderEntry {
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
    /// What it reads.
    pub payload: String,
}

/// The microphone that hears the audio code readers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MicrophoneEntry {
    /// Its name.
    pub name: Spanned<String>,
    /// The driver.
    pub driver: Spanned<String>,
    /// Simulated microphones: how noisy the room is, by the name of a condition.
    pub room: Option<Spanned<String>>,
    /// Sound cards: the device's identifier, or its name.
    pub device: Option<Spanned<String>>,
    /// Sound cards: samples a second.
    pub rate_hz: Option<Spanned<u32>>,
    /// The reference tone that always sounds on the bench: what shows that it can hear.
    pub tone: ToneEntry,
    /// How loud 94 dB(A) at the microphone's place come out, in dBFS; above 0 where that is more than it takes. From its
    /// calibration.
    #[serde(deserialize_with = "finite")]
    pub dbfs_at_94_dba: f64,
    /// The largest error of that, in dB.
    #[serde(deserialize_with = "largest")]
    pub calibration_uncertainty_db: f64,
    /// Silence says something where the noise is no louder than this, in dBFS: 0 or below.
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
