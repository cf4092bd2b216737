//! Drivers by name: what a bench file may say of an instrument, and how the instrument is opened.
//!
//! A driver is one file: the struct of its keys in a bench file, which implements [`DriverKeys`] and [`Open`], and its
//! contract test. One line in its instrument's `DRIVERS` makes it known. Its name is looked up nowhere else.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::{Instrument, Result, SharedClock};

mod error;
mod fields;
mod plugged_in;
mod settings;
#[cfg(test)]
mod tests;
mod value;

pub use error::ConfigError;
pub use fields::fields;
pub use plugged_in::{Listing, PluggedIn};
pub(crate) use plugged_in::{pasted, quoted};
pub use settings::Settings;

/// The result of a check of a bench file.
pub type Checked<T> = std::result::Result<T, ConfigError>;

/// A kind of instrument: implemented for the trait object that its drivers open.
pub trait Kind: Instrument {
    /// The words for a driver of this kind in an error: "unknown camera driver".
    const DRIVER: &'static str;
    /// Input that drivers of this kind need beside their own keys.
    type With<'a>;
}

/// The keys of one driver in a bench file: a struct with `#[serde(deny_unknown_fields)]`.
pub trait DriverKeys: DeserializeOwned {
    /// The driver's name in a bench file.
    const NAME: &'static str;
    /// The cargo feature that the driver needs.
    const FEATURE: Option<Feature> = None;
    /// How it reaches its instrument.
    const VIA: Via = Via::Itself;

    /// Checks what the types of the keys cannot: ranges, and keys that depend on each other.
    ///
    /// # Errors
    /// The first key that is wrong, with what is accepted.
    fn check(&self) -> Checked<()> {
        Ok(())
    }

    /// Resources that no other instrument of the bench may use: a port, an address.
    fn claims(&self) -> Vec<Claim> {
        Vec::new()
    }
}

/// How an instrument is opened with the keys of its driver.
pub trait Open<K: Kind + ?Sized>: DriverKeys {
    /// Opens the instrument.
    ///
    /// # Errors
    /// A [`DriverError`](crate::DriverError) that names the instrument: it is not there, or it is another one.
    fn open(self, at: Opening<'_, K>) -> Result<Box<K>>;
}

/// Input for opening an instrument.
pub struct Opening<'a, K: Kind + ?Sized> {
    /// The instrument's name.
    pub name: &'a str,
    /// The clock of the bench.
    pub clock: &'a SharedClock,
    /// The folder of the bench file, to which paths in it are relative.
    pub folder: &'a Path,
    /// Input that its kind needs beside that.
    pub with: K::With<'a>,
}

/// A cargo feature of a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Its name.
    pub name: &'static str,
    /// Whether this build has it.
    pub built: bool,
}

/// How a driver reaches its instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// By a connection of its own.
    Itself,
    /// Through the link of the device that it belongs to. A sealed device has none.
    Link,
    /// Through a person at the terminal, at least for some calls.
    Person,
}

/// Something that only one instrument of a bench can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Kind of resource, in words ("serial port").
    pub what: &'static str,
    /// Its value, as it is written in errors.
    pub value: String,
    /// Where it stands in the bench file.
    pub span: std::ops::Range<usize>,
}

impl Claim {
    /// The claim of the instrument on `value`.
    pub fn new<T: ToString>(what: &'static str, value: &toml::Spanned<T>) -> Self {
        Self { what, value: value.get_ref().to_string(), span: value.span() }
    }

    /// Whether the other claim is for the same thing. Addresses are compared without their case.
    pub fn is_for_same(&self, other: &Self) -> bool {
        self.what == other.what && self.value.eq_ignore_ascii_case(&other.value)
    }
}

/// A driver in a bench file, whatever its kind.
#[derive(Clone, Copy)]
pub struct DriverInfo {
    /// Its name.
    pub name: &'static str,
    /// How it reaches its instrument.
    pub via: Via,
    /// The cargo feature that it needs.
    pub feature: Option<Feature>,
    /// The names of its keys.
    pub keys: fn() -> &'static [&'static str],
    /// Reads and checks its keys.
    pub check: fn(&Settings) -> Checked<Vec<Claim>>,
}

impl DriverInfo {
    /// The driver with the keys `D`.
    pub const fn of<D: DriverKeys>() -> Self {
        Self {
            name: D::NAME,
            via: D::VIA,
            feature: D::FEATURE,
            keys: fields::<D>,
            check: |settings| checked::<D>(settings).map(|keys| keys.claims()),
        }
    }
}

/// A driver of instruments of the kind `K`: one line of its registry.
pub struct Driver<K: Kind + ?Sized> {
    /// Description for the bench file's reader.
    pub info: DriverInfo,
    open: fn(&Settings, Opening<'_, K>) -> Result<Box<K>>,
}

impl<K: Kind + ?Sized> Driver<K> {
    /// The driver with the keys `D`.
    pub const fn of<D: Open<K>>() -> Self {
        Self { info: DriverInfo::of::<D>(), open: open_with::<D, K> }
    }
}

/// Opens the instrument of `settings` with the driver that they name.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for settings that no driver of `drivers` accepts, else those of
/// the driver.
pub fn open<K: Kind + ?Sized>(
    drivers: &[Driver<K>],
    settings: &Settings,
    at: Opening<'_, K>,
) -> Result<Box<K>> {
    let name = settings.driver();
    match drivers.iter().find(|driver| driver.info.name == name) {
        Some(driver) => (driver.open)(settings, at),
        None => Err(ConfigError::of_driver(format!("unknown {} {name:?}", K::DRIVER)).of(at.name)),
    }
}

/// The error of a driver whose cargo feature is not in this build. A bench file that names it is refused before.
#[cfg(not(all(feature = "bluetooth", feature = "camera", feature = "microphone", feature = "webdriver")))]
pub(crate) fn not_built<D: DriverKeys>(instrument: &str) -> crate::DriverError {
    let feature = D::FEATURE.map_or("", |feature| feature.name);
    let message = format!("rig was built without the feature {feature}");
    ConfigError::of_driver(message).of(instrument)
}

fn checked<D: DriverKeys>(settings: &Settings) -> Checked<D> {
    let checked = settings.read::<D>().and_then(|keys| keys.check().map(|()| keys));
    checked.map_err(|error| error.or_at(settings.span()))
}

fn open_with<D: Open<K>, K: Kind + ?Sized>(settings: &Settings, at: Opening<'_, K>) -> Result<Box<K>> {
    match checked::<D>(settings) {
        Ok(keys) => keys.open(at),
        Err(error) => Err(error.of(at.name)),
    }
}
