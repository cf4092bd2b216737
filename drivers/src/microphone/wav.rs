//! Sound files: RIFF WAVE with integer or floating-point samples, of which the first channel is taken.

use std::{
    io::{Cursor, Read, Seek},
    path::Path,
};

use hound::{SampleFormat, WavReader};

use super::Sound;
use crate::BenchTime;
use std::time::Duration;

/// The longest sound that is read from a file, in samples of all channels: 25 minutes of stereo at 48 kHz.
const MOST_SAMPLES: u32 = 144_000_000;

/// Why a file is no sound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WavError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It is no WAV file that can be decoded.
    #[error("no sound: {0}; WAV files with 8 to 32-bit integers or 32-bit floating point are read")]
    Undecodable(String),
    /// It claims more than is read.
    #[error("{0} samples, where {MOST_SAMPLES} are read at most")]
    TooLong(u32),
}

/// The first channel of the WAV file `path`, beginning at [`BenchTime::ZERO`].
pub fn read_wav(path: &Path) -> Result<Sound, WavError> {
    let bytes = std::fs::read(path).map_err(|error| WavError::Unreadable(error.to_string()))?;
    decode_wav(&bytes)
}

/// The first channel of a WAV file's `bytes`, beginning at [`BenchTime::ZERO`].
pub fn decode_wav(bytes: &[u8]) -> Result<Sound, WavError> {
    let mut reader = WavReader::new(Cursor::new(bytes)).map_err(undecodable)?;
    let spec = reader.spec();
    if reader.len() > MOST_SAMPLES {
        return Err(WavError::TooLong(reader.len()));
    }
    if spec.sample_rate == 0 || spec.channels == 0 {
        return Err(WavError::Undecodable("no channel, or no samples a second".into()));
    }
    let samples = match (spec.sample_format, spec.bits_per_sample) {
        (SampleFormat::Float, 32) => first_channel::<f32, _>(&mut reader, |sample| sample)?,
        (SampleFormat::Int, bits @ 8..=32) => {
            let full_scale = (1_i64 << (bits - 1)) as f64;
            first_channel::<i32, _>(&mut reader, |sample| (f64::from(sample) / full_scale) as f32)?
        }
        (format, bits) => return Err(WavError::Undecodable(format!("{bits}-bit {format:?} samples"))),
    };
    Ok(Sound { at: BenchTime::ZERO, uncertainty: Duration::ZERO, rate_hz: spec.sample_rate, samples })
}

fn first_channel<S: hound::Sample, R: Read + Seek>(
    reader: &mut WavReader<R>,
    scale: impl Fn(S) -> f32,
) -> Result<Vec<f32>, WavError> {
    let channels = usize::from(reader.spec().channels);
    let first = reader.samples::<S>().step_by(channels);
    first.map(|sample| sample.map(&scale)).collect::<Result<_, _>>().map_err(undecodable)
}

fn undecodable(error: hound::Error) -> WavError {
    WavError::Undecodable(error.to_string())
}
