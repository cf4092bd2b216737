//! The bench file as it is written: TOML, every key known, every value with the place it stands at.

use std::{
    num::NonZero,
    path::{Path, PathBuf},
};

use drivers::{
    camera::Region,
    registry::{ConfigError, Settings, fields},
};
use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeTable, ValueDeserializer},
};

use super::{
    calibration::CalibrationEntry,
    device::DeviceEntry,
    listed::{self, Listed},
    shared::{ControlEntry, PersonEntry},
    single::Singles,
    uncertainty::UncertaintyEntry,
};
use crate::{bad_input::BadInput, profile::Environment, suite::Needs};

/// A bench file.
#[derive(Debug, Deserialize)]
pub(super) struct BenchFile {
    /// The bench's name, for journals and reports.
    pub name: String,
    /// Simulated, or real hardware.
    pub kind: Spanned<Kind>,
    /// The profile of the product, relative to this file.
    pub profile: Spanned<PathBuf>,
    /// Test keys by id, relative to this file.
    pub keys: Spanned<PathBuf>,
    /// The language of the screens.
    pub language: Spanned<String>,
    /// The password that test identities create.
    pub test_password: Spanned<String>,
    /// The personal PIN that test identities create.
    pub test_pin: Spanned<String>,
    /// The id of the key that phones' test agents obey.
    pub bench_key: Spanned<String>,
    /// How long a step may take on the wall clock, but for what it waits on purpose, in seconds.
    pub step_limit_s: NonZero<u64>,
    /// The test environment that a bench of real devices acts in, where the profile names none.
    pub environment: Option<Spanned<Environment>>,
    /// The clock.
    pub clock: ClockEntry,
    /// The bench's own errors.
    pub uncertainty: UncertaintyEntry,
    /// Cameras.
    #[serde(default, rename = "camera")]
    pub cameras: Vec<CameraEntry>,
    /// Serial numbers of devices that are not on the bench.
    pub serial_numbers: SerialNumbers,
    /// Code displays and audio code readers.
    #[serde(default, rename = "device")]
    pub devices: Vec<DeviceEntry>,
    /// Phones.
    #[serde(default, rename = "phone")]
    pub phones: Vec<PhoneEntry>,
    /// Test identities.
    #[serde(default, rename = "person")]
    pub people: Vec<PersonEntry>,
    /// Instruments that it has one of at most: each a table of its own.
    #[serde(skip)]
    pub singles: Singles,
    /// All of its instruments, with their drivers' keys.
    #[serde(skip)]
    pub instruments: Vec<Listed>,
}

impl BenchFile {
    /// Reads the bench file `text`, of the file `path`.
    pub fn parse(path: &Path, text: &str) -> Result<Self, BadInput> {
        let of_toml = |error: toml::de::Error| BadInput::of_toml(path, text, &error);
        let root = DeTable::parse(text).map_err(of_toml)?;
        // A kind that is missing or unknown is told below, with what is accepted.
        let kind = root.get_ref().get("kind").map(|kind| ValueDeserializer::from(kind.clone()));
        let instruments = match kind.map(Kind::deserialize) {
            Some(Ok(kind)) => listed::list(root.get_ref(), kind),
            _ => Ok(Vec::new()),
        };
        let instruments = instruments.map_err(|error| super::of_config(path, text, &error))?;
        known_keys(root.get_ref()).map_err(|error| super::of_config(path, text, &error))?;
        let singles = toml::from_str(text).map_err(of_toml)?;
        let file = toml::from_str(text).map_err(of_toml)?;
        Ok(Self { instruments, singles, ..file })
    }

    /// The settings of the instrument `name`.
    pub fn settings_of(&self, name: &str) -> Option<&Settings> {
        self.instruments.iter().find(|one| one.at.name == name).map(|one| &one.settings)
    }
}

/// Two structs read a bench file, so that neither can refuse what the other one has.
fn known_keys(root: &DeTable<'_>) -> Result<(), ConfigError> {
    let known = [fields::<BenchFile>(), fields::<Singles>()].concat();
    match root.keys().find(|key| !known.contains(&key.get_ref().as_ref())) {
        None => Ok(()),
        Some(key) => {
            let known: Vec<_> = known.iter().map(|key| format!("`{key}`")).collect();
            let message = format!("unknown field `{}`, expected one of {}", key.get_ref(), known.join(", "));
            Err(ConfigError::at(key.span(), message))
        }
    }
}

/// Kind of bench.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The reference product in its emulated world, in virtual time.
    Simulated,
    /// Devices of this machine, in real time.
    Hardware,
}

/// How far the bench's UTC may be off.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockEntry {
    /// The largest error of UTC, in milliseconds.
    pub utc_uncertainty_ms: u64,
    /// Real devices: who answers for it.
    pub source: Option<Spanned<ClockSource>>,
}

/// Who answers for the system clock of a bench of real devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockSource {
    /// The bench file.
    #[default]
    Stated,
    /// chronyd, which is asked each time; the bench file says how much error is good enough.
    Chrony,
}

/// Serial numbers of devices that are not on the bench, to be refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SerialNumbers {
    /// Of no device at all.
    pub unknown: String,
    /// Of a code display that was issued to another person.
    pub foreign: String,
    /// The user ID of that person.
    pub foreign_owner: Spanned<String>,
    /// The id of that device's key.
    pub foreign_key: Spanned<String>,
}

/// A camera.
#[derive(Clone, Debug, Deserialize)]
pub struct CameraEntry {
    /// Its name.
    pub name: Spanned<String>,
    /// The driver that reaches it.
    pub driver: Spanned<String>,
    /// Where the marks in its view were when it was calibrated, and until when that holds.
    pub calibrated: Option<CalibrationEntry>,
    /// The printed code in its view, on cameras that see phones or the backs of devices.
    pub control: Option<ControlEntry>,
}

/// Where a camera sees a display or a phone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewEntry {
    /// The camera's name.
    pub camera: Spanned<String>,
    /// The rectangle of pixels to look in: x, y, width, height.
    pub region: Spanned<Region>,
}

/// A phone with the app under test.
#[derive(Clone, Debug, Deserialize)]
pub struct PhoneEntry {
    /// Its name.
    pub name: Spanned<String>,
    /// The driver.
    pub driver: Spanned<String>,
    /// The user ID of the person who was identified on it.
    pub user: Spanned<String>,
    /// Where a camera sees its screen, if one does.
    pub view: Option<ViewEntry>,
}

impl PhoneEntry {
    /// Where a camera sees its screen, for a scenario that looks there.
    pub(super) fn view_for(&self, needs: &Needs) -> Option<&ViewEntry> {
        self.view.as_ref().filter(|_| needs.camera)
    }
}
