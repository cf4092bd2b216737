//! Sounds, the reference tone in them, and the listener that finds spoken digits in them.

use std::time::Duration;

use crate::BenchTime;

mod encode;
mod listener;
mod note;
mod tone;
pub mod transform;
mod wav;

pub use self::{
    listener::{Doubt, Enrolment, EnrolmentError, Hearing, Listener, Utterance, Voice, Words},
    note::wav_note,
    tone::{Deafness, Tone, check_tone},
    wav::{WavError, decode_wav},
};

/// A stretch of sound: one channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// The moment of the first sample.
    pub at: BenchTime,
    /// How far `at` may be off, to either side.
    pub uncertainty: Duration,
    /// Samples a second.
    pub rate_hz: u32,
    /// The samples; full scale is -1 to 1.
    pub samples: Vec<f32>,
}

impl Sound {
    /// Its duration.
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.samples.len() as f64 / f64::from(self.rate_hz.max(1)))
    }
}
