//! Report of a listener.

use std::fmt;

use super::LEAST_ABOVE_DB;
use crate::BenchTime;

/// Result of listening to a sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Hearing {
    /// Utterances in turn, separated by pauses of more than 0.6 s. Empty for silence.
    pub utterances: Vec<Utterance>,
    /// The noise between 150 Hz and 5 kHz, RMS, in dB of full scale: speech far below it is not heard.
    pub noise_dbfs: f64,
}

impl Hearing {
    /// Whether a voice at `level_dbfs` would have been heard over the noise: only then does an empty hearing
    /// prove silence.
    pub fn would_hear(&self, level_dbfs: f64) -> bool {
        level_dbfs - self.noise_dbfs >= LEAST_ABOVE_DB
    }
}

/// Something that was spoken.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    /// When it begins.
    pub from: BenchTime,
    /// When it ends.
    pub to: BenchTime,
    /// Level of its speech, from the second word on if there are several: RMS between 150 Hz and 5 kHz
    /// without the noise, in dB of full scale.
    pub level_dbfs: f64,
    /// The words, or the doubt about them.
    pub words: Result<Words, Doubt>,
}

/// Digits that were spoken.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    /// The digits, in turn.
    pub digits: String,
    /// Their language, as its enrolment folder is called.
    pub language: String,
    /// How sure this is, from 0 to 1.
    pub confidence: f64,
}

/// Why it is not known what was said. Times are seconds from the beginning of the sound.
#[derive(Clone, Debug, PartialEq)]
pub enum Doubt {
    /// Two readings are about as likely.
    Ambiguous {
        /// The likelier one.
        digits: String,
        /// The other one.
        or: String,
    },
    /// The same in two languages, about as likely.
    AmbiguousLanguage {
        /// The likelier one.
        language: String,
        /// The other one.
        or: String,
    },
    /// A stretch that matches no digit of any enrolled language.
    NoDigit {
        /// Where it begins, in seconds.
        from: f64,
        /// Where it ends, in seconds.
        to: f64,
    },
    /// It begins before the sound, or goes on after it.
    CutOff,
    /// Speech is too little above the noise.
    TooNoisy {
        /// Level above it, in dB.
        above_db: f64,
    },
    /// It lasts longer than anything that is read out.
    TooLong,
    /// Samples that are not numbers, or a rate outside of 8,000 to 192,000 a second.
    NoSound,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ambiguous { digits, or } => write!(f, "it may be {digits:?}, or as well {or:?}"),
            Self::AmbiguousLanguage { language, or } => {
                write!(f, "the language may be {language:?}, or as well {or:?}")
            }
            Self::NoDigit { from, to } => write!(f, "what sounds from {from:.2} s to {to:.2} s is no digit"),
            Self::CutOff => f.write_str("it begins before the sound does, or goes on after it"),
            Self::TooNoisy { above_db } => {
                write!(f, "too noisy: speech is only {above_db:.0} dB above the noise")
            }
            Self::TooLong => f.write_str("it lasts longer than a minute"),
            Self::NoSound => f.write_str("the samples are no sound"),
        }
    }
}
