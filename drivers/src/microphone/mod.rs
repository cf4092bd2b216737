//! Microphones: a ring of stamped samples. What the crate `readers` hears in samples is at hand here too.

use std::ops::RangeInclusive;

pub use readers::microphone::*;

use crate::{
    BenchTime, Instrument, Result,
    registry::{Driver, Kind},
};

#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod files;
mod recorded;
mod soundcard;

pub use self::{
    files::{load_enrolment, load_voices, read_wav},
    recorded::RecordedMicrophone,
    soundcard::{Block, CardOpener, FoundMicrophone, Intake, OpenedCard, SoundCard, SoundCardKeys, list},
};

/// Every way to reach a microphone.
pub const DRIVERS: &[Driver<dyn Microphone>] = &[Driver::of::<SoundCardKeys>()];

impl Kind for dyn Microphone {
    const DRIVER: &'static str = "driver of a microphone";
    /// The bench's reference tone.
    type With<'a> = Tone;
}

#[cfg(feature = "microphone")]
pub use self::soundcard::open;

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
    ///
    /// # Errors
    ///
    /// `NoAnswer` where no sample came for a while, `Unplugged` where the sound card is gone.
    fn ring(&mut self) -> Result<RangeInclusive<BenchTime>>;

    /// The samples from `from` to `to`; [`ErrorKind::Lost`](crate::ErrorKind::Lost) where some have left the ring or were missed,
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where some were not taken yet.
    ///
    /// # Errors
    ///
    /// `Lost` where samples have left the ring or were missed, `NotFound` where some were not taken yet, else as
    /// [`Microphone::ring`].
    fn sound(&mut self, from: BenchTime, to: BenchTime) -> Result<Sound>;
}
