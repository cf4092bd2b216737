//! Enrolment: how each digit sounds, from recordings of the voices that are to be heard.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::spectrum::{Powers, Spectrum};
use crate::microphone::{Sound, wav::decode_wav};

/// Sample rates that speech is read at.
pub(super) const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;

/// The longest recording of one digit, in seconds.
const LONGEST: f64 = 3.0;

/// Frames with less than this part of the loudest frame's power are silence at either end of a word.
const SILENCE: f32 = 3e-4;

/// The least frames of a word: shorter ones would match anything.
const LEAST_FRAMES: usize = 8;

/// Templates of digits by language.
pub struct Enrolment {
    pub(super) languages: Vec<Language>,
}

/// The digits of one language.
pub(super) struct Language {
    pub name: String,
    pub templates: Vec<Template>,
}

/// One recorded utterance of a digit.
pub(super) struct Template {
    pub digit: u8,
    /// The power in each band, relative to the loudness of the take.
    pub frames: Vec<Powers>,
}

/// Reason for which a folder cannot be enrolled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", file.display())]
pub struct EnrolmentError {
    /// The file or folder.
    pub file: PathBuf,
    /// The error, and what is accepted.
    pub message: String,
}

const ACCEPTED: &str = "an enrolment has a folder for each language, with files named DIGIT-TAKE.wav as in 7-0.wav, \
                        and every digit from 0 to 9 at least once";

impl EnrolmentError {
    /// `message` about `file`.
    pub fn new(file: &Path, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), message: message.into() }
    }

    /// `file` cannot be read.
    pub fn unreadable(file: &Path, error: &dyn std::error::Error) -> Self {
        Self::new(file, format!("cannot be read: {error}; {ACCEPTED}"))
    }
}

/// The recordings of one language, as they lie in a folder of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voice {
    /// The folder, whose last part names the language.
    pub folder: PathBuf,
    /// Each file `{digit}-{take}.wav` of it with its bytes, in the order of names.
    pub files: Vec<(PathBuf, Vec<u8>)>,
}

impl Enrolment {
    /// Makes templates of the `voices` in `folder`. The words of one take are one recording session: their levels
    /// are kept relative to each other.
    pub fn of(folder: &Path, voices: &[Voice]) -> Result<Self, EnrolmentError> {
        if voices.is_empty() {
            return Err(EnrolmentError::new(folder, format!("no language: {ACCEPTED}")));
        }
        Ok(Self { languages: voices.iter().map(language).collect::<Result<_, _>>()? })
    }

    /// The names of its languages, as their folders are called.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(|language| language.name.as_str())
    }
}

fn language(voice: &Voice) -> Result<Language, EnrolmentError> {
    let folder = &voice.folder;
    let mut takes: BTreeMap<String, Vec<(u8, Vec<Powers>)>> = BTreeMap::new();
    for (file, wav) in &voice.files {
        let (digit, take) = digit_and_take(file)
            .ok_or_else(|| EnrolmentError::new(file, format!("no recording of a digit: {ACCEPTED}")))?;
        takes.entry(take).or_default().push((digit, word(file, wav)?));
    }
    let templates: Vec<Template> = takes.into_values().flat_map(templates_of_take).collect();
    let missing = (0..10).find(|digit| !templates.iter().any(|template| template.digit == *digit));
    if let Some(digit) = missing {
        return Err(EnrolmentError::new(folder, format!("no recording of the digit {digit}: {ACCEPTED}")));
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Language { name, templates })
}

/// The digit and the take's name, of a file `DIGIT-TAKE.wav`.
fn digit_and_take(file: &Path) -> Option<(u8, String)> {
    let (digit, take) = file.file_name()?.to_str()?.strip_suffix(".wav")?.split_once('-')?;
    let digit = digit.parse().ok().filter(|value| digit.len() == 1 && *value < 10)?;
    Some((digit, take.to_owned()))
}

/// The word of a recording, without the silence about it.
fn word(file: &Path, wav: &[u8]) -> Result<Vec<Powers>, EnrolmentError> {
    let sound = decode_wav(wav).map_err(|error| EnrolmentError::new(file, error.to_string()))?;
    usable(&sound).map_err(|message| EnrolmentError::new(file, message))?;
    let frames = Spectrum::of(&sound.samples, sound.rate_hz).frames;
    let loud = |frame: &Powers| frame.iter().sum::<f32>();
    let least = SILENCE * frames.iter().map(loud).fold(0.0, f32::max);
    let spoken = |frame: &Powers| loud(frame) > least;
    let (first, last) = (frames.iter().position(spoken), frames.iter().rposition(spoken));
    match (first, last) {
        (Some(first), Some(last)) if last - first >= LEAST_FRAMES => Ok(frames[first..=last].to_vec()),
        _ => Err(EnrolmentError::new(file, "no word is spoken in it: it is silent, or shorter than 0.1 s")),
    }
}

fn usable(sound: &Sound) -> Result<(), String> {
    if !RATES.contains(&sound.rate_hz) || sound.rate_hz < 16_000 {
        return Err(format!("{} samples a second, where 16000 to 192000 are accepted", sound.rate_hz));
    }
    if sound.duration().as_secs_f64() > LONGEST {
        return Err(format!("it lasts longer than {LONGEST} s, where one spoken digit is accepted"));
    }
    if sound.samples.iter().any(|sample| !sample.is_finite()) {
        return Err("it has samples that are not numbers".into());
    }
    Ok(())
}

/// The words of one take, by the loudness of them all.
fn templates_of_take(words: Vec<(u8, Vec<Powers>)>) -> Vec<Template> {
    let loudness = loudness(words.iter().flat_map(|(_, frames)| frames));
    let relative = |frame: Powers| frame.map(|power| power / loudness);
    let template = |(digit, frames): (u8, Vec<Powers>)| Template {
        digit,
        frames: frames.into_iter().map(relative).collect(),
    };
    words.into_iter().map(template).collect()
}

/// How loud speech is: the power that its loudest tenth has at least.
pub(super) fn loudness<'f>(frames: impl Iterator<Item = &'f Powers>) -> f32 {
    let mut totals: Vec<f32> = frames.map(|frame| frame.iter().sum()).collect();
    totals.sort_by(f32::total_cmp);
    totals.get(totals.len() * 9 / 10).copied().unwrap_or(0.0).max(f32::MIN_POSITIVE)
}
