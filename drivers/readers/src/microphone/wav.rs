//! Sound files: RIFF WAVE with integer or floating-point samples, of which the first channel is taken.

use std::{
    io::{Cursor, Read, Seek},
    time::Duration,
};

use hound::{SampleFormat, WavReader};

use super::Sound;
use crate::BenchTime;

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

#[cfg(test)]
mod tests {
    use hound::{WavSpec, WavWriter};
    use proptest::prelude::*;

    use super::*;

    /// A file with two channels, 0.5 in the first one.
    fn file(bits_per_sample: u16, sample_format: SampleFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let spec = WavSpec { channels: 2, sample_rate: 8_000, bits_per_sample, sample_format };
        let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
        for number in 0..20 {
            let half = number % 2 == 0;
            match sample_format {
                SampleFormat::Float => writer.write_sample(if half { 0.5_f32 } else { 0.0 }).unwrap(),
                SampleFormat::Int => {
                    writer.write_sample(if half { 1_i32 << (bits_per_sample - 2) } else { 0 }).unwrap();
                }
            }
        }
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    #[test]
    fn the_first_channel_is_taken_in_every_format() {
        for (bits, format) in [
            (8, SampleFormat::Int),
            (16, SampleFormat::Int),
            (24, SampleFormat::Int),
            (32, SampleFormat::Int),
            (32, SampleFormat::Float),
        ] {
            let sound = decode_wav(&file(bits, format)).unwrap();
            assert_eq!((sound.rate_hz, sound.samples), (8_000, vec![0.5; 10]), "{bits} bits");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_sound_or_an_error(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            broken in any::<prop::sample::Index>(),
            cut in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let _ = decode_wav(&bytes);
            let mut bytes = file(16, SampleFormat::Int);
            let place = broken.index(bytes.len());
            bytes[place] = byte;
            bytes.truncate(cut.index(bytes.len() + 1));
            let _ = decode_wav(&bytes);
        }
    }
}
