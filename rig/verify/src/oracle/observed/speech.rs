//! Observations of a microphone.

use serde::{Deserialize, Serialize};

/// The digits of a whole code (S5.C.8b).
pub const CODE_DIGITS: usize = 6;

/// Utterances in a stretch of sound, stamped with the stretch's begin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// When the stretch ended, nanoseconds on the bench clock.
    pub until_ns: u64,
    /// The positive control: level of the bench's reference tone in this stretch, in dB below full scale.
    /// Silence without the tone proves nothing, and no such observation is made.
    pub tone_dbfs: f64,
    /// The utterances, separated by pauses.
    pub utterances: Vec<Utterance>,
}

/// Something spoken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Utterance {
    /// When it began, nanoseconds on the bench clock.
    pub from_ns: u64,
    /// When it ended.
    pub to_ns: u64,
    /// How loud it was, in dB below full scale.
    pub level_dbfs: f64,
    /// The words, where the listener is sure of them.
    pub words: Option<Words>,
    /// Why it is not, otherwise.
    pub refused: Option<String>,
}

/// Digits in a language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// The digits, `0` to `9`.
    pub digits: String,
    /// The language ("da", "en").
    pub language: String,
    /// How sure the listener is, 0 to 1.
    pub confidence: f64,
}
