//! Sound files: RIFF WAVE, as recorders, pipes and converters write them. Of several channels the loudest is taken: a
//! microphone at one input of two is heard whichever it is.
//!
//! Read here and not by `hound`, which writes ours: it takes no notice of the byte that fills up an odd chunk, believes each
//! length, and takes 24 bits in 32 for small numbers.

use std::time::Duration;

mod chunks;
mod samples;

use chunks::Data;
use samples::Form;

use super::Sound;
use crate::BenchTime;

/// The longest sound that is read from a file, in samples of all channels: 25 minutes of stereo at 48 kHz.
const MOST_SAMPLES: usize = 144_000_000;

/// Reasons for which a file cannot be decoded as sound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WavError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It is not a WAV file that can be decoded.
    #[error(
        "no sound: {0}; WAV files with integers of 8 to 32 bits, floating point of 32 or 64 bits, A-law or \u{b5}-law are read"
    )]
    Undecodable(String),
    /// It claims more than is read.
    #[error("{0} samples, where {MOST_SAMPLES} are read at most")]
    TooLong(usize),
}

/// The loudest channel of a WAV file's `bytes`, beginning at [`BenchTime::ZERO`].
pub fn decode_wav(bytes: &[u8]) -> Result<Sound, WavError> {
    let Data { format, samples } = chunks::read(bytes)?;
    let form = Form::of(format)?;
    let count = samples.len() / form.bytes();
    if count > MOST_SAMPLES {
        return Err(WavError::TooLong(count));
    }
    let samples = loudest(&form, samples);
    Ok(Sound { at: BenchTime::ZERO, uncertainty: Duration::ZERO, rate_hz: form.rate_hz, samples })
}

/// The samples of the loudest channel; the first of those that are as loud.
fn loudest(form: &Form, samples: &[u8]) -> Vec<f32> {
    let frame = form.bytes() * form.channels;
    let channel = |number: usize| {
        let at = number * form.bytes();
        samples.chunks_exact(frame).map(move |frame| form.sample(&frame[at..at + form.bytes()]))
    };
    let energy = |number: usize| {
        let power =
            |sample: f32| if sample.is_finite() { f64::from(sample) * f64::from(sample) } else { 0.0 };
        channel(number).map(power).sum::<f64>()
    };
    let mut best = (0, if form.channels > 1 { energy(0) } else { 0.0 });
    for number in 1..form.channels {
        let energy = energy(number);
        if energy > best.1 {
            best = (number, energy);
        }
    }
    channel(best.0).collect()
}

/// An error in words.
fn undecodable(why: impl Into<String>) -> WavError {
    WavError::Undecodable(why.into())
}

#[cfg(test)]
mod tests;
