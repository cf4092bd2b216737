//! Separates noise from speech.

use std::ops::Range;

use super::{
    enrolment::loudness,
    spectrum::{BANDS, HOP, Powers, Spectrum},
};

/// Activity with pauses up to this length is interpreted as a whole, in frames. Longer than the pause that
/// ends an utterance: the edges of words are lost in noise.
const PAUSE: usize = (0.9 / HOP) as usize;
/// The least idle frames that tell the noise.
const LEAST_IDLE: usize = 15;
/// A shorter sound is a click rather than speech, in frames.
const SHORTEST: usize = 6;
/// Power this far below the loudest frame's is not told from silence.
const DYNAMIC_RANGE: f32 = 1e-6;
/// Frames to either side over which activity is averaged.
const SMOOTH: usize = 2;
/// From this average rise over the noise, in nepers of power and band, a frame is active.
const ACTIVE: f32 = 0.45;
/// The share of frames that are taken for noise at first.
const QUIET_SHARE: f32 = 0.2;

/// The power of steady noise in each band, and who rises over it.
pub(super) struct Scene {
    /// The noise's power in each band.
    pub noise: Powers,
    /// Frames in which something sounds beside the noise.
    pub active: Vec<bool>,
}

impl Scene {
    /// Takes the quiet frames for noise, and what rises over them for activity.
    pub fn of(spectrum: &Spectrum) -> Self {
        let frames = &spectrum.frames;
        let loudest = frames.iter().map(|frame| frame.iter().sum()).fold(0.0, f32::max);
        let floor = (loudest * DYNAMIC_RANGE).max(f32::MIN_POSITIVE);
        let mut noise = quiet(frames);
        let mut active = Vec::new();
        for _ in 0..3 {
            active = activity(spectrum, &noise, floor);
            let idle: Vec<&Powers> =
                frames.iter().zip(&active).filter_map(|(frame, active)| (!active).then_some(frame)).collect();
            if idle.len() < LEAST_IDLE {
                break;
            }
            let mean = |band: usize| idle.iter().map(|frame| frame[band]).sum::<f32>() / idle.len() as f32;
            noise = std::array::from_fn(mean);
        }
        Self { noise, active }
    }

    /// Where something sounds, in frames: what is active, with short pauses.
    pub fn stretches(&self) -> Vec<Range<usize>> {
        let mut all: Vec<Range<usize>> = Vec::new();
        for run in self.active.chunk_by(|left, right| left == right).scan(0, |begin, run| {
            let range = *begin..*begin + run.len();
            *begin = range.end;
            Some((run[0], range))
        }) {
            let (active, range) = run;
            match all.last_mut() {
                _ if !active || range.len() < SHORTEST => (),
                Some(last) if range.start - last.end <= PAUSE => last.end = range.end,
                _ => all.push(range),
            }
        }
        all
    }

    /// The power of the noise, in all bands.
    pub fn noise_power(&self) -> f32 {
        self.noise.iter().sum::<f32>().max(f32::MIN_POSITIVE)
    }

    /// The mean power, without the noise, of the active frames of `stretch`.
    pub fn level(&self, spectrum: &Spectrum, stretch: Range<usize>) -> f32 {
        let (count, sum) = self
            .active_frames(spectrum, stretch)
            .fold((0_u32, 0.0), |(count, sum), frame| (count + 1, sum + frame.iter().sum::<f32>()));
        (sum / count.max(1) as f32 - self.noise_power()).max(f32::MIN_POSITIVE)
    }

    /// How loud `stretch` is without the noise, as templates are loud.
    pub fn loudness(&self, spectrum: &Spectrum, stretch: Range<usize>) -> f32 {
        let loud = loudness(self.active_frames(spectrum, stretch));
        (loud - self.noise_power()).max(f32::MIN_POSITIVE)
    }

    fn active_frames<'s>(
        &'s self,
        spectrum: &'s Spectrum,
        stretch: Range<usize>,
    ) -> impl Iterator<Item = &'s Powers> {
        stretch.filter(|frame| self.active[*frame]).map(|frame| &spectrum.frames[frame])
    }
}

/// The power below which each band is for [`QUIET_SHARE`] of the time, corrected to noise's mean.
fn quiet(frames: &[Powers]) -> Powers {
    std::array::from_fn(|band| {
        let mut powers: Vec<f32> = frames
            .windows(2 * SMOOTH + 1)
            .map(|near| near.iter().map(|frame| frame[band]).sum::<f32>() / near.len() as f32)
            .collect();
        powers.sort_by(f32::total_cmp);
        let place = (powers.len() as f32 * QUIET_SHARE) as usize;
        powers.get(place).copied().unwrap_or(0.0) * 1.25
    })
}

fn activity(spectrum: &Spectrum, noise: &Powers, floor: f32) -> Vec<bool> {
    let bands = spectrum.bands.clamp(1, BANDS);
    let rise = |frame: &Powers| {
        let over = |band: usize| ((frame[band] + floor) / (noise[band] + floor)).ln();
        (0..bands).map(over).sum::<f32>() / bands as f32
    };
    let rises: Vec<f32> = spectrum.frames.iter().map(rise).collect();
    let smooth = |frame: usize| {
        let near = &rises[frame.saturating_sub(SMOOTH)..(frame + SMOOTH + 1).min(rises.len())];
        near.iter().sum::<f32>() / near.len() as f32
    };
    (0..rises.len()).map(|frame| smooth(frame) > ACTIVE).collect()
}
