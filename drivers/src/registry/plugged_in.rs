//! What is plugged into this machine, in a bench file's words: the answer of a driver's `list`.

use std::time::Duration;

use serde::Serialize;

use super::Feature;
use crate::supervised;

/// How long a library may take to list its devices.
const LIMIT: Duration = Duration::from_secs(30);

/// A device that can be pasted into a bench file.
pub trait PluggedIn {
    /// Its keys, and remarks on it.
    fn lines(&self) -> Vec<String>;
}

impl PluggedIn for String {
    fn lines(&self) -> Vec<String> {
        vec![self.clone()]
    }
}

/// Devices of one kind, or the reason for which they could not be listed.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Listing<T> {
    /// All that there are.
    Found(Vec<T>),
    /// They could not be listed.
    Trouble {
        /// Why, in words.
        trouble: String,
    },
}

impl<T: Send + 'static> Listing<T> {
    /// What a library answers, which may hang.
    pub fn of(ask: impl FnOnce() -> Result<Vec<T>, String> + Send + 'static) -> Self {
        match supervised("listing", LIMIT, ask) {
            Ok(Ok(found)) => Self::Found(found),
            Ok(Err(trouble)) => Self::Trouble { trouble },
            Err(why) => Self::Trouble { trouble: why.to_string() },
        }
    }

    /// Listing of a driver that is not in this build.
    pub fn without(feature: Feature) -> Self {
        Self::Trouble {
            trouble: format!("this build cannot ask: build rig with --features {}", feature.name),
        }
    }
}

impl<T: PluggedIn> Listing<T> {
    /// A line or more for each device.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Found(found) if found.is_empty() => vec!["none".to_owned()],
            Self::Found(found) => found.iter().flat_map(PluggedIn::lines).collect(),
            Self::Trouble { trouble } => vec![format!("cannot be listed: {trouble}")],
        }
    }
}

/// A key with its value, and a remark.
pub(crate) fn pasted(key: &str, value: &str, remark: &str) -> String {
    format!("{key} = {}  # {remark}", quoted(value))
}

/// A text as TOML writes it.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
