//! Retention: how long the evidence of a run is kept, by its class. One file says it for all runs.

use std::{collections::BTreeMap, path::Path, str::FromStr, time::Duration};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::bad_input::BadInput;

/// The class of a run that is given no other.
pub const DEFAULT_CLASS: &str = "night";

/// Default classes, for a suite without its own.
const USUAL: &str = include_str!("../../fixtures/retention.toml");

/// The classes, and how long each is kept.
#[derive(Clone, Debug)]
pub struct Retention(BTreeMap<String, Class>);

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    /// Without an end where it is missing.
    days: Option<u32>,
}

impl Retention {
    /// Reads the classes in `file`; the usual ones where a suite has no such file.
    ///
    /// # Errors
    /// [`BadInput`] where it cannot be read or holds anything else.
    pub fn load(file: &Path) -> Result<Self, BadInput> {
        if file.exists() { Self::parse(file, &BadInput::read(file)?) } else { Self::parse(file, USUAL) }
    }

    fn parse(file: &Path, source: &str) -> Result<Self, BadInput> {
        toml::from_str(source).map(Self).map_err(|error| BadInput::of_toml(file, source, &error))
    }

    /// Checks that the class exists.
    ///
    /// # Errors
    /// The error, and what is accepted.
    pub fn check(&self, class: &str) -> Result<(), String> {
        if self.0.contains_key(class) {
            return Ok(());
        }
        let names: Vec<&str> = self.0.keys().map(String::as_str).collect();
        Err(format!("no class {class:?} of retention; accepted: {}", names.join(", ")))
    }

    /// Whether the time of a run of `class` that began at `begun` is over at `now`.
    ///
    /// # Errors
    /// The error in class or date.
    pub fn is_over(&self, class: &str, begun: &str, now: DateTime<Utc>) -> Result<bool, String> {
        self.check(class)?;
        let begun = DateTime::<Utc>::from_str(begun).map_err(|error| format!("begun {begun:?}: {error}"))?;
        let days = self.0.get(class).and_then(|class| class.days);
        let kept = days.map(|days| Duration::from_secs(u64::from(days) * 24 * 60 * 60));
        Ok(kept.is_some_and(|kept| (now - begun).to_std().is_ok_and(|age| age > kept)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[night]\ndays = 90\n[hold]\n";

    #[test]
    fn a_run_is_kept_as_long_as_its_class_says() {
        let retention = Retention::parse(Path::new("retention.toml"), TEXT).unwrap();
        let over =
            |class, now: &str| retention.is_over(class, "2026-01-01T12:00:00.000Z", now.parse().unwrap());
        assert_eq!(over("night", "2026-04-01T11:59:59Z"), Ok(false));
        assert_eq!(over("night", "2026-04-01T12:00:01Z"), Ok(true));
        assert_eq!(
            over("night", "2025-01-01T00:00:00Z"),
            Ok(false),
            "a clock that was set back deletes nothing"
        );
        assert_eq!(over("hold", "2099-01-01T00:00:00Z"), Ok(false));
        assert_eq!(
            over("day", "2026-04-01T12:00:01Z").unwrap_err(),
            "no class \"day\" of retention; accepted: hold, night"
        );
        assert!(retention.is_over("night", "yesterday", "2026-04-01T12:00:01Z".parse().unwrap()).is_err());
    }

    #[test]
    fn what_is_no_class_is_named_with_its_line() {
        let error = Retention::parse(Path::new("retention.toml"), "[night]\nweeks = 2\n").unwrap_err();
        assert!(error.to_string().starts_with("retention.toml:2: "), "{error}");
    }
}
