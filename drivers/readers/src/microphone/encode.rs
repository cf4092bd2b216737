//! Sounds as evidence: RIFF WAVE with 16-bit samples.

use std::io::Cursor;

use hound::{SampleFormat, WavSpec, WavWriter};

use super::{Sound, note};

impl Sound {
    /// The sound as a WAV file of one channel and 16 bits, with `note` as its comment.
    pub fn to_wav(&self, note: &str) -> Vec<u8> {
        let spec = WavSpec {
            channels: 1,
            sample_rate: self.rate_hz,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let mut file = Cursor::new(Vec::with_capacity(44 + 2 * self.samples.len() + note.len() + 32));
        self.write(&mut file, spec).expect("a vector takes any bytes, and no sound of the rig's has 2 GiB");
        let mut file = file.into_inner();
        note::append(&mut file, note);
        file
    }

    /// The sound as it comes back out of its WAV file: what is listened to is what is kept.
    pub fn as_kept(&self) -> Self {
        let kept = |sample: &f32| (f64::from(in_steps(*sample)) / FULL_SCALE) as f32;
        Self { samples: self.samples.iter().map(kept).collect(), ..*self }
    }

    fn write(&self, file: &mut Cursor<Vec<u8>>, spec: WavSpec) -> hound::Result<()> {
        let mut writer = WavWriter::new(file, spec)?;
        for sample in &self.samples {
            writer.write_sample(in_steps(*sample))?;
        }
        writer.finalize()
    }
}

/// Full scale of 16-bit samples, as they are read.
const FULL_SCALE: f64 = 32_768.0;

/// A sample in steps of 16 bits.
fn in_steps(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{BenchTime, microphone::decode_wav};

    #[test]
    fn a_sound_comes_back_out_of_its_file() {
        let samples = vec![0.0, 0.25, -0.5, 1.0, -1.0, 2.0];
        let sound = Sound { at: BenchTime::ZERO, uncertainty: Duration::ZERO, rate_hz: 16_000, samples };
        let back = decode_wav(&sound.to_wav("")).unwrap();
        assert_eq!(back.rate_hz, 16_000);
        let close = |(was, is): (&f32, &f32)| (was.clamp(-1.0, 1.0) - is).abs() < 1e-4;
        assert!(sound.samples.iter().zip(&back.samples).all(close), "{:?}", back.samples);
        assert_eq!(sound.as_kept().samples, back.samples);
    }
}
