//! The reference tone: the positive control of a microphone. A bench plays it all the time, above the
//! frequencies of speech; a gap in the tone makes the recording unreliable.

use std::f64::consts::TAU;

use super::Sound;

/// The reference tone of a bench.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tone {
    /// Its frequency, in hertz.
    pub hz: f64,
    /// The least level at which it must be heard: RMS, in dB of full scale.
    pub least_dbfs: f64,
}

/// Why nothing that was heard can be trusted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Deafness {
    /// Every sample is zero or next to it.
    #[error("muted: every sample is next to zero")]
    Muted,
    /// The tone is not heard, or not all the time.
    #[error(
        "the reference tone of {hz:.0} Hz is at {dbfs:.0} dBFS {at_s:.1} s after the beginning, where {least_dbfs:.0} is the least"
    )]
    ToneMissing {
        /// Its frequency, in hertz.
        hz: f64,
        /// Level at its faintest, in dB of full scale.
        dbfs: f64,
        /// The least level at which it must be heard, in dB of full scale.
        least_dbfs: f64,
        /// Time of its faintest block, in seconds after the beginning.
        at_s: f64,
    },
    /// Samples are at full scale.
    #[error("clipped: {clipped} of {samples} samples are at full scale")]
    Clipped {
        /// How many samples are at full scale.
        clipped: usize,
        /// How many there are.
        samples: usize,
    },
    /// Less than one block of sound, or samples that are none.
    #[error("too short: a quarter of a second is needed")]
    TooShort,
    /// Samples that are not numbers, or a rate too low for the tone.
    #[error("the samples are no sound in which the tone could be heard")]
    NoSound,
}

/// Length of the blocks in which the tone is measured, in seconds: longer than a hiss that may drown it.
const BLOCK: f64 = 0.25;
/// Below this amplitude a sample is nothing: half a step of 16 bits.
const NOTHING: f32 = 0.5 / 32_768.0;
/// From this amplitude a sample is at full scale, which rounding may just miss.
const FULL_SCALE: f32 = 0.9995;
/// Share of samples that may be at full scale: a click does not count as clipping.
const MOST_CLIPPED: f64 = 1e-4;
/// Frequencies beside the tone to compare with, in hertz, and how much the tone must stand out, in dB.
const BESIDE_HZ: [f64; 4] = [-90.0, -60.0, 60.0, 90.0];
const STANDS_OUT_DB: f64 = 6.0;

/// Level of the tone at its faintest, in dB of full scale; an error if `sound` shows that the microphone does
/// not hear.
pub fn check_tone(sound: &Sound, tone: &Tone) -> Result<f64, Deafness> {
    let rate = f64::from(sound.rate_hz);
    let samples = &sound.samples;
    let block = (BLOCK * rate) as usize;
    if samples.iter().any(|sample| !sample.is_finite()) || !(tone.hz > 100.0 && tone.hz + 100.0 < rate / 2.0)
    {
        return Err(Deafness::NoSound);
    }
    if samples.len() < block {
        return Err(Deafness::TooShort);
    }
    if samples.iter().all(|sample| sample.abs() <= NOTHING) {
        return Err(Deafness::Muted);
    }
    let clipped = samples.iter().filter(|sample| sample.abs() >= FULL_SCALE).count();
    if clipped as f64 > MOST_CLIPPED * samples.len() as f64 {
        return Err(Deafness::Clipped { clipped, samples: samples.len() });
    }
    let window = hann(block);
    let weighted =
        |block: &[f32]| block.iter().zip(&window).map(|(&one, weight)| f64::from(one) * weight).collect();
    let blocks: Vec<Vec<f64>> = samples.chunks_exact(block).map(weighted).collect();
    let levels = blocks.iter().map(|block| decibels(power_at(block, tone.hz / rate)));
    let faintest = levels.enumerate().min_by(|(_, left), (_, right)| left.total_cmp(right));
    let (number, dbfs) = faintest.expect("there is a block at least");
    let beside = |block: &Vec<f64>| BESIDE_HZ.map(|beside| power_at(block, (tone.hz + beside) / rate));
    let mut surroundings: Vec<f64> = blocks.iter().flat_map(beside).collect();
    surroundings.sort_by(f64::total_cmp);
    let surroundings = decibels(surroundings[surroundings.len() / 2]);
    let dbfs = if dbfs < surroundings + STANDS_OUT_DB { f64::NEG_INFINITY } else { dbfs };
    if dbfs < tone.least_dbfs {
        let at_s = number as f64 * BLOCK;
        return Err(Deafness::ToneMissing { hz: tone.hz, dbfs, least_dbfs: tone.least_dbfs, at_s });
    }
    Ok(dbfs)
}

/// The Hann window of `length` samples.
fn hann(length: usize) -> Vec<f64> {
    let step = TAU / length as f64;
    (0..length).map(|place| 0.5 - 0.5 * ((place as f64 + 0.5) * step).cos()).collect()
}

/// The mean square of what sounds at `cycles` a sample, by Goertzel's recurrence; `samples` are under a Hann window.
fn power_at(samples: &[f64], cycles: f64) -> f64 {
    let twice_cosine = 2.0 * (TAU * cycles).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for sample in samples {
        let next = sample + twice_cosine * last - before;
        (before, last) = (last, next);
    }
    let square = last * last + before * before - twice_cosine * last * before;
    // A sine of amplitude a comes out as (a · n / 4)², and its mean square is a² / 2.
    8.0 * square.max(0.0) / (samples.len() as f64).powi(2)
}

/// A mean square as decibels.
fn decibels(power: f64) -> f64 {
    10.0 * power.log10()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::BenchTime;

    const TONE: Tone = Tone { hz: 6_000.0, least_dbfs: -50.0 };

    /// A second of what `at` says of every moment.
    fn second(at: impl Fn(f64) -> f64) -> Sound {
        let samples = (0..16_000).map(|number| at(f64::from(number) / 16_000.0) as f32).collect();
        Sound { at: BenchTime::ZERO, uncertainty: Duration::ZERO, rate_hz: 16_000, samples }
    }

    fn sine(hz: f64, amplitude: f64) -> impl Fn(f64) -> f64 {
        move |seconds| amplitude * (TAU * hz * seconds + 0.3).sin()
    }

    #[test]
    fn its_level_is_that_of_the_sine() {
        for (hz, amplitude, dbfs) in [(6_000.0, 0.1, -23.0), (6_000.9, 0.1, -23.0), (6_000.0, 0.01, -43.0)] {
            let level = check_tone(&second(sine(hz, amplitude)), &TONE).unwrap();
            assert!((level - dbfs).abs() < 0.4, "{hz} Hz: {level}");
        }
    }

    #[test]
    fn every_deafness_has_its_name() {
        assert_eq!(check_tone(&second(|_| 0.0), &TONE), Err(Deafness::Muted));
        assert_eq!(check_tone(&second(|_| f64::NAN), &TONE), Err(Deafness::NoSound));
        assert!(matches!(
            check_tone(&second(sine(6_000.0, 3.0)), &TONE),
            Err(Deafness::Clipped { .. }) | Ok(_)
        ));
        assert!(matches!(
            check_tone(&second(|at| sine(5_900.0, 3.0)(at).clamp(-1.0, 1.0)), &TONE),
            Err(Deafness::Clipped { .. })
        ));
        let short = Sound { samples: vec![0.1; 100], ..second(|_| 0.0) };
        assert_eq!(check_tone(&short, &TONE), Err(Deafness::TooShort));
        let other = check_tone(&second(sine(5_000.0, 0.1)), &TONE);
        assert!(matches!(other, Err(Deafness::ToneMissing { .. })), "{other:?}");
    }

    #[test]
    fn a_tone_that_stops_is_missing_from_there() {
        let stops = second(|at| if at < 0.6 { sine(6_000.0, 0.1)(at) } else { 0.001 });
        match check_tone(&stops, &TONE) {
            Err(Deafness::ToneMissing { at_s, .. }) => assert!((0.5..0.8).contains(&at_s), "{at_s}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn loud_noise_is_no_tone() {
        let mut state = 1_u32;
        let samples = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (f64::from(state >> 16) / 32_768.0 - 1.0) as f32 * 0.9
        });
        let noise = Sound { samples: samples.take(16_000).collect(), ..second(|_| 0.0) };
        assert!(matches!(check_tone(&noise, &TONE), Err(Deafness::ToneMissing { .. })));
    }

    proptest! {
        #[test]
        fn any_samples_are_checked_without_a_panic(
            samples in prop::collection::vec(any::<f32>(), 0..2_000),
            rate_hz in any::<u32>(),
            hz in any::<f64>(),
        ) {
            let sound = Sound { at: BenchTime::ZERO, uncertainty: Duration::ZERO, rate_hz, samples };
            let _ = check_tone(&sound, &Tone { hz, least_dbfs: -50.0 });
        }
    }
}
