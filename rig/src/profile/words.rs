//! Whose words the texts of the screens are: the guide's, or the lab's.

use std::collections::BTreeSet;

use serde::Deserialize;

/// The profile's table of sources.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextSources {
    /// Whose words decide a clause.
    pub judge_by: JudgeBy,
    /// Ids of the texts that are the guide's own words.
    pub guide: BTreeSet<String>,
}

/// Whose words decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JudgeBy {
    /// Those of the profile.
    All,
    /// Those of the guide alone: a word of the lab's makes its clause inconclusive.
    Guide,
}
