//! Microphones: a ring of stamped samples, and the listener that finds spoken digits in them.

use std::{ops::RangeInclusive, time::Duration};

use crate::{BenchTime, Instrument, Result};

pub mod contract;
mod encode;
mod listener;
mod recorded;
mod soundcard;
mod tone;
pub mod transform;
mod wav;

pub use self::{
    listener::{Doubt, Enrolment, EnrolmentError, Hearing, Listener, Utterance, Words},
    recorded::RecordedMicrophone,
    soundcard::{Block, Intake, Opened, Opener, SoundCard},
    tone::{Deafness, Tone, check_tone},
    wav::{WavError, decode_wav, read_wav},
};

#[cfg(feature = "microphone")]
pub use self::soundcard::{inputs, open};

/// A microphone: a ring of the samples it has taken. Samples are fetched (on the simulated bench: mixed) only
/// when asked for, so that a long silence costs nothing.
///
/// Its positive control, [`Instrument::check`], is the reference tone of the bench: an `Err` where it is
/// not heard (muted, unplugged), or where the sound is clipped.
pub trait Microphone: Instrument {
    /// Samples a second, by the sound card's own clock.
    fn rate_hz(&self) -> u32;

    /// The moments between which samples are in the ring now. An error where none came for a while: a
    /// stalled microphone hears nothing.
    fn ring(&mut self) -> Result<RangeInclusive<BenchTime>>;

    /// The samples from `from` to `to`; [`Trouble::Lost`](crate::Trouble::Lost) where some have left the ring or were missed,
    /// [`Trouble::NotFound`](crate::Trouble::NotFound) where some were not taken yet.
    fn sound(&mut self, from: BenchTime, to: BenchTime) -> Result<Sound>;
}

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
    /// How long it lasts.
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.samples.len() as f64 / f64::from(self.rate_hz.max(1)))
    }
}
