//! How long scenarios take: from runs on real devices where there are any, else from the table that lies beside the suite.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use crate::bad_input::BadInput;

/// Bench times of scenarios, by name.
#[derive(Clone, Debug, Default)]
pub struct Times(BTreeMap<String, u64>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimesFile {
    /// Seconds of bench time, by the name of the scenario.
    seconds: BTreeMap<String, f64>,
}

impl Times {
    /// Assumed of a scenario whose time is not known, in seconds.
    pub const ASSUMED_S: u64 = 600;

    /// The table in `path`; empty where there is no such file.
    ///
    /// # Errors
    /// The file is not such a table.
    pub fn load(path: &Path) -> Result<Self, BadInput> {
        if !path.is_file() {
            return Ok(Self::default());
        }
        let text = BadInput::read(path)?;
        let read: TimesFile =
            toml::from_str(&text).map_err(|error| BadInput::of_toml(path, &text, &error))?;
        let bad = read.seconds.iter().find(|(_, seconds)| !(0.0..=31_536_000.0).contains(*seconds));
        if let Some((name, seconds)) = bad {
            let message = format!("{name:?} takes {seconds} s; accepted: 0 to 31536000");
            return Err(BadInput::new(path, message));
        }
        Ok(Self(read.seconds.into_iter().map(|(name, seconds)| (name, seconds.ceil() as u64)).collect()))
    }

    /// Bench time of the scenario `name`, in whole seconds.
    pub fn of(&self, name: &str) -> Option<u64> {
        self.0.get(name).copied()
    }

    /// Takes `seconds` for the time of the scenario `name`: it was measured.
    pub fn measured(&mut self, name: &str, seconds: f64) {
        self.0.insert(name.to_owned(), seconds.ceil() as u64);
    }
}
