//! Sounds as evidence: RIFF WAVE with 16-bit samples.

use std::io::Cursor;

use hound::{SampleFormat, WavSpec, WavWriter};

use super::Sound;

impl Sound {
    /// The sound as a WAV file of one channel and 16 bits.
    pub fn to_wav(&self) -> Vec<u8> {
        let spec = WavSpec {
            channels: 1,
            sample_rate: self.rate_hz,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let mut file = Cursor::new(Vec::with_capacity(44 + 2 * self.samples.len()));
        self.write(&mut file, spec).expect("a vector takes any bytes, and no sound of the rig's has 2 GiB");
        file.into_inner()
    }

    fn write(&self, file: &mut Cursor<Vec<u8>>, spec: WavSpec) -> hound::Result<()> {
        let mut writer = WavWriter::new(file, spec)?;
        for sample in &self.samples {
            writer.write_sample((sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16)?;
        }
        writer.finalize()
    }
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
        let back = decode_wav(&sound.to_wav()).unwrap();
        assert_eq!(back.rate_hz, 16_000);
        let close = |(was, is): (&f32, &f32)| (was.clamp(-1.0, 1.0) - is).abs() < 1e-4;
        assert!(sound.samples.iter().zip(&back.samples).all(close), "{:?}", back.samples);
    }
}
