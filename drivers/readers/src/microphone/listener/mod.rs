//! The listener: which digits were spoken in a sound, in which language and how loud.
//!
//! A reader's prompts are fixed recordings, so a few takes of each digit serve as templates. A sound is laid
//! out as power in mel bands (`spectrum`), told apart into noise and speech (`noise`), and what is spoken is
//! aligned with the templates as they would sound in that noise (`alignment`). The cheapest reading counts only
//! where every other one is much dearer (`decision`): a wrong code is far worse than none.

mod alignment;
mod decision;
mod enrolment;
mod hearing;
mod noise;
mod spectrum;

use std::{ops::Range, sync::Arc, time::Duration};

use self::{
    alignment::Expected,
    decision::{Candidate, Interpretation, decide, readings},
    noise::Scene,
    spectrum::{HOP, Spectrum},
};
pub use self::{
    enrolment::{Enrolment, EnrolmentError, Voice},
    hearing::{Doubt, Hearing, Utterance, Words},
};
use super::Sound;
use crate::BenchTime;

/// A pause between words that is longer than this ends an utterance, in frames.
const PAUSE: usize = (0.6 / HOP) as usize;

/// Frames of noise to either side of what is active that are aligned with it: consonants fade into the noise.
const MARGIN: usize = 20;

/// Activity this near to either end of the sound may be cut off, in frames.
const EDGE: usize = 4;

/// Speech must be this far above the noise, in dB: below, words are lost in it without a trace.
const LEAST_ABOVE_DB: f64 = 10.0;

/// The most frames of one utterance: a minute.
const LONGEST: usize = (60.0 / HOP) as usize;

/// Finds spoken digits.
pub struct Listener {
    enrolment: Arc<Enrolment>,
}

impl Listener {
    /// A listener who knows the voices of `enrolment`.
    pub fn new(enrolment: Arc<Enrolment>) -> Self {
        Self { enrolment }
    }

    /// The utterances in `sound`.
    pub fn listen(&self, sound: &Sound) -> Hearing {
        if !is_sound(sound) {
            let to = sound.at + sound.duration();
            let (level_dbfs, words) = (decibels(0.0), Err(Doubt::NoSound));
            let broken = Utterance { from: sound.at, to, level_dbfs, words };
            return Hearing { utterances: vec![broken], noise_dbfs: decibels(0.0) };
        }
        let spectrum = Spectrum::of(&sound.samples, sound.rate_hz);
        let scene = Scene::of(&spectrum);
        let mut heard = Heard {
            listener: self,
            at: sound.at,
            spectrum: &spectrum,
            scene: &scene,
            utterances: Vec::new(),
        };
        for stretch in scene.stretches() {
            heard.hear(stretch);
        }
        Hearing { utterances: heard.utterances, noise_dbfs: decibels(scene.noise_power()) }
    }
}

/// State of listening to one sound.
struct Heard<'s> {
    listener: &'s Listener,
    at: BenchTime,
    spectrum: &'s Spectrum,
    scene: &'s Scene,
    utterances: Vec<Utterance>,
}

impl Heard<'_> {
    /// Listens to `stretch`, in frames, and to what is before and after a long pause in it separately.
    fn hear(&mut self, stretch: Range<usize>) {
        let (from, settled, words) = match self.interpret(&stretch) {
            Err(doubt) => (stretch.clone(), stretch, Err(doubt)),
            Ok((begin, interpretation)) => {
                let spoken = &interpretation.words;
                let pause = spoken.windows(2).find(|pair| pair[1].begin - pair[0].end > PAUSE);
                if let Some(pause) = pause {
                    let middle = begin + usize::midpoint(pause[0].end, pause[1].begin);
                    return [stretch.start..middle, middle..stretch.end]
                        .into_iter()
                        .for_each(|part| self.hear(part));
                }
                let range = match (spoken.first(), spoken.last()) {
                    (Some(first), Some(last)) => begin + first.begin..begin + last.end,
                    _ => stretch.clone(),
                };
                // A reader whose volume is changed while it begins to speak begins at the volume it was left at.
                let settled = spoken.get(1).map_or(stretch.start, |second| begin + second.begin);
                (range, settled..stretch.end, interpretation.said)
            }
        };
        let moment = |frame: usize| self.at + Duration::from_secs_f64(frame as f64 * HOP);
        let level_dbfs = decibels(self.scene.level(self.spectrum, settled));
        self.utterances.push(Utterance { from: moment(from.start), to: moment(from.end), level_dbfs, words });
    }

    /// Interpretation of `stretch`; its frames count from the first one returned.
    fn interpret(&self, stretch: &Range<usize>) -> Result<(usize, Interpretation), Doubt> {
        let frames = &self.spectrum.frames;
        if stretch.len() > LONGEST {
            return Err(Doubt::TooLong);
        }
        let above_db = decibels(self.scene.level(self.spectrum, stretch.clone()) / self.scene.noise_power());
        if above_db < LEAST_ABOVE_DB {
            return Err(Doubt::TooNoisy { above_db });
        }
        if stretch.start < EDGE || stretch.end + EDGE > frames.len() {
            return Err(Doubt::CutOff);
        }
        let begin = stretch.start.saturating_sub(MARGIN);
        let heard = &frames[begin..(stretch.end + MARGIN).min(frames.len())];
        let gain = self.scene.loudness(self.spectrum, stretch.clone());
        let candidates = self.listener.enrolment.languages.iter().flat_map(|language| {
            let expected = Expected::new(language, gain, &self.scene.noise, self.spectrum.bands);
            let lattice = expected.align(heard);
            let candidate = |reading| Candidate::new(&language.name, reading, &lattice);
            readings(&lattice).into_iter().map(candidate).collect::<Vec<_>>()
        });
        Ok((begin, decide(candidates.collect(), begin)))
    }
}

/// Whether these are samples that can be listened to.
fn is_sound(sound: &Sound) -> bool {
    enrolment::RATES.contains(&sound.rate_hz) && sound.samples.iter().all(|sample| sample.is_finite())
}

/// A power, in full-scale squares or by another, in decibels; -120 at least.
fn decibels(power: f32) -> f64 {
    10.0 * f64::from(power).max(1e-12).log10()
}

#[cfg(test)]
mod tests;
