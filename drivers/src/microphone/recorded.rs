//! A recording played back: the sound of a WAV file, heard as its moments come on the bench clock.

use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Microphone, Sound, Tone, check_tone, read_wav};
use crate::{BenchTime, DriverError, ErrorKind, Identity, Instrument, Result, SharedClock};

/// How long after its last sample the recording counts as over.
const PATIENCE: Duration = Duration::from_millis(500);

/// How much of the newest sound the reference tone is looked for in.
const CHECKED: Duration = Duration::from_millis(500);

/// A microphone that plays a recording, from the moment it is opened.
pub struct RecordedMicrophone {
    name: String,
    file: PathBuf,
    clock: SharedClock,
    tone: Tone,
    /// All of it, from the moment it was opened.
    recording: Sound,
}

impl RecordedMicrophone {
    /// Opens the WAV file `file`; `tone` is the reference tone that is to be heard in it.
    pub fn open(
        name: impl Into<String>,
        file: impl AsRef<Path>,
        tone: Tone,
        clock: SharedClock,
    ) -> Result<Self> {
        let (name, file) = (name.into(), file.as_ref().to_owned());
        let unusable = |error: super::WavError| {
            DriverError::new(&name, ErrorKind::NotFound, format!("{}: {error}", file.display()))
        };
        let mut recording = read_wav(&file).map_err(unusable)?;
        recording.at = clock.now();
        Ok(Self { name, file, clock, tone, recording })
    }

    fn trouble(&self, trouble: ErrorKind, detail: impl Into<String>) -> DriverError {
        DriverError::new(&self.name, trouble, detail)
    }
}

impl Instrument for RecordedMicrophone {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        let model = self.file.display().to_string();
        Ok(Identity { driver: "recorded".into(), model, ..Identity::default() })
    }

    fn check(&mut self) -> Result<()> {
        let ring = self.ring()?;
        let from = (*ring.end() - CHECKED).max(*ring.start());
        let sound = self.sound(from, *ring.end())?;
        let deaf = |why: super::Deafness| self.trouble(ErrorKind::CannotSee, why.to_string());
        check_tone(&sound, &self.tone).map(|_| ()).map_err(deaf)
    }

    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Microphone for RecordedMicrophone {
    fn rate_hz(&self) -> u32 {
        self.recording.rate_hz
    }

    fn ring(&mut self) -> Result<RangeInclusive<BenchTime>> {
        let (now, end) = (self.clock.now(), self.recording.at + self.recording.duration());
        if now > end + PATIENCE {
            return Err(self.trouble(ErrorKind::NoAnswer, "the recording is over"));
        }
        Ok(self.recording.at..=end.min(now))
    }

    fn sound(&mut self, from: BenchTime, to: BenchTime) -> Result<Sound> {
        let ring = self.ring()?;
        if !ring.contains(&from) || !ring.contains(&to) {
            return Err(self.trouble(
                ErrorKind::NotFound,
                "part of that sound is not in the recording, or is yet to come",
            ));
        }
        let rate = f64::from(self.recording.rate_hz);
        let number =
            |moment: BenchTime| (moment.since(self.recording.at).as_secs_f64() * rate).round() as usize;
        let first = number(from);
        let samples = self.recording.samples.get(first..number(to).max(first)).unwrap_or_default().to_vec();
        let at = self.recording.at + Duration::from_secs_f64(first as f64 / rate);
        let uncertainty = Duration::from_secs_f64(1.0 / rate);
        Ok(Sound { at, uncertainty, rate_hz: self.recording.rate_hz, samples })
    }
}

#[cfg(test)]
mod tests {
    use std::{f64::consts::TAU, sync::Arc};

    use super::*;
    use crate::{microphone::contract, testing::FakeClock};

    const TONE: Tone = Tone { hz: 6_000.0, least_dbfs: -50.0 };

    /// A file of `seconds` with the tone in it.
    fn file(seconds: u32) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 16_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(file.path(), spec).unwrap();
        for number in 0..seconds * 16_000 {
            let sample = (f64::from(number) * TAU * TONE.hz / 16_000.0).sin() * 1_000.0;
            writer.write_sample(sample as i16).unwrap();
        }
        writer.finalize().unwrap();
        file
    }

    #[test]
    fn a_recording_keeps_the_contract_and_ends() {
        let clock: SharedClock = Arc::new(FakeClock::default());
        let file = file(3);
        let mut microphone = RecordedMicrophone::open("recorded", file.path(), TONE, clock.clone()).unwrap();
        contract::keeps(&mut microphone, &clock);
        clock.wait_until(BenchTime::ZERO + Duration::from_secs(10)).unwrap();
        assert_eq!(microphone.ring().unwrap_err().trouble, ErrorKind::NoAnswer);
    }

    #[test]
    fn a_file_that_is_no_sound_is_named() {
        let clock: SharedClock = Arc::new(FakeClock::default());
        let error = RecordedMicrophone::open("recorded", "no/such.wav", TONE, clock).err().unwrap();
        assert!(error.detail.starts_with("no/such.wav: cannot be read"), "{error}");
    }
}
