//! Whether what phones show is what the profile's version says that they read.

use std::collections::BTreeSet;

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{
    CheckResult, Stop,
    screen::{plain, words},
};
use crate::oracle::observed::{self, Screen};

/// Every text on the screens is one of the profile's, in the bench's language, or data. Takes all `screen`s.
///
/// Serves H.11: texts change over the years, and a profile is of one version of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextsOfVersion {
    /// The profile and its version, "mitid 2026.12".
    pub version: String,
    /// Its texts.
    pub texts: Vec<String>,
    /// Texts that a screen may show beside them: serial numbers.
    pub data: Vec<String>,
}

impl TextsOfVersion {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let screens = observed::some::<Screen>(seen)?;
        let known: BTreeSet<String> = self.texts.iter().chain(&self.data).map(plain).collect();
        let shown: BTreeSet<String> =
            screens.iter().flat_map(|screen| words(&screen.value)).map(plain).collect();
        let other = shown.iter().find(|text| !text.is_empty() && !known.contains(*text));
        let (screens, texts, version) = (screens.len(), shown.len(), &self.version);
        Ok(match other {
            None => CheckResult::pass(format!("{texts} texts on {screens} screens, all of {version}")),
            Some(text) => CheckResult::fail(format!("“{text}” is not a text of {version}")),
        })
    }
}
