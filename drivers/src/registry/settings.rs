//! Settings of one driver in a bench file.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use super::{
    ConfigError, DriverInfo,
    value::{Table, borrowed, borrowed_table, entry},
};

/// The driver of one instrument, and the keys beside it that are for the driver. Each has its place in the file.
///
/// serde's tagged enums lose the places; so the table of an instrument is split before serde reads it: the keys that
/// every instrument of a kind has, and these.
#[derive(Clone, Debug)]
pub struct Settings {
    driver: Spanned<String>,
    keys: Table,
}

impl Settings {
    /// The settings in an instrument's `table`: all but the keys `common`. `None` where the table names no driver.
    pub fn split(table: &DeTable<'_>, common: &[&str]) -> Option<Self> {
        let driver = table.get("driver")?;
        let name = driver.get_ref().as_str()?.to_owned();
        let own = table.iter().filter(|(key, _)| {
            let key = key.get_ref().as_ref();
            key != "driver" && !common.contains(&key)
        });
        Some(Self { driver: Spanned::new(driver.span(), name), keys: own.map(entry).collect() })
    }

    /// The driver's name.
    pub fn driver(&self) -> &str {
        self.driver.get_ref()
    }

    /// Where the driver's name stands.
    pub fn span(&self) -> Range<usize> {
        self.driver.span()
    }

    /// The driver of these settings, one of `accepted`. `what` are the words for it: "camera driver".
    ///
    /// # Errors
    /// An unknown driver, one that is not in this build, or a key that neither the driver has nor `common`.
    pub fn driver_among(
        &self,
        what: &str,
        accepted: &[DriverInfo],
        common: &[&str],
    ) -> Result<DriverInfo, ConfigError> {
        let name = self.driver();
        let Some(driver) = accepted.iter().find(|driver| driver.name == name) else {
            let names: Vec<&str> = accepted.iter().map(|driver| driver.name).collect();
            return Err(self.wrong(format!("unknown {what} {name:?}; accepted: {}", names.join(", "))));
        };
        if let Some(feature) = driver.feature.filter(|feature| !feature.built) {
            let message = format!(
                "the driver {name:?} is not in this build: build rig with --features {}",
                feature.name
            );
            return Err(self.wrong(message));
        }
        let own = (driver.keys)();
        match self.keys.iter().map(|(key, _)| key).find(|key| !own.contains(&key.get_ref().as_str())) {
            None => Ok(*driver),
            Some(key) => {
                let known = [common, own].concat();
                let message = format!(
                    "unknown field `{}` beside the driver {name:?}; accepted: `{}`",
                    key.get_ref(),
                    known.join("`, `")
                );
                Err(ConfigError::at(key.span(), message))
            }
        }
    }

    /// The keys as the driver's struct.
    ///
    /// # Errors
    /// A key that is missing, unknown, or of another type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        let table = Spanned::new(self.span(), DeValue::Table(borrowed_table(&self.keys)));
        T::deserialize(ValueDeserializer::from(table)).map_err(|error| self.told(&error))
    }

    /// The value of `key`, if the driver has such a key and it is there.
    pub fn value<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let (_, value) = self.keys.iter().find(|(name, _)| name.get_ref() == key)?;
        T::deserialize(ValueDeserializer::from(borrowed(value))).ok()
    }

    fn wrong(&self, message: String) -> ConfigError {
        ConfigError::at(self.span(), message)
    }

    /// A key that is missing is the driver's need, and is told where the driver stands.
    fn told(&self, error: &toml::de::Error) -> ConfigError {
        match error.message().strip_prefix("missing field ") {
            Some(key) if error.span() == Some(self.span()) => {
                self.wrong(format!("the driver {:?} needs {key}", self.driver()))
            }
            _ => ConfigError::at(error.span().unwrap_or(self.span()), error.message()),
        }
    }
}
