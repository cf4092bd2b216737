//! `rig listen`: which spoken digits are heard in a sound, for people who set up a microphone.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use clap::Args;
use drivers::microphone::{Hearing, Listener, Sound, Utterance, load_enrolment, read_wav};
use serde::Serialize;

use super::{CliError, Format, FormatArgs, place::SuiteFolder, print_json, print_line};
use crate::bad_input::BadInput;

#[derive(Clone, Debug, Args)]
pub(super) struct ListenArgs {
    /// The voices to know: a folder with {language}/{digit}-{take}.wav, instead of the suite's own.
    #[arg(long, value_name = "FOLDER")]
    enrolment: Option<PathBuf>,
    #[command(flatten)]
    format: FormatArgs,
    /// The sounds: WAV files.
    #[arg(required = true, value_name = "SOUND")]
    sounds: Vec<PathBuf>,
}

/// Result for one file.
#[derive(Serialize)]
struct Listened<'p> {
    file: &'p Path,
    ms: f64,
    noise_dbfs: f64,
    utterances: Vec<Said>,
}

#[derive(Serialize)]
struct Said {
    from_s: f64,
    to_s: f64,
    level_dbfs: f64,
    /// The digits, their language, and the confidence; `None` for a refused utterance.
    digits: Option<String>,
    language: Option<String>,
    confidence: Option<f64>,
    refused: Option<String>,
}

/// `rig listen`. Every sound is read before anything is printed, so that a bad one is the only answer.
pub(super) fn listen(args: &ListenArgs) -> Result<u8, CliError> {
    let folder = match &args.enrolment {
        Some(folder) => folder.clone(),
        None => SuiteFolder::find()?.enrolment(),
    };
    let enrolment =
        load_enrolment(&folder).map_err(|error| BadInput::new(&error.file, error.message.clone()))?;
    let sounds = args.sounds.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
    let listener = Listener::new(Arc::new(enrolment));
    for (file, sound) in args.sounds.iter().zip(&sounds) {
        let started = Instant::now();
        let hearing = listener.listen(sound);
        let ms = started.elapsed().as_secs_f64() * 1e3;
        print(&Listened::new(file, ms, hearing), args.format.format)?;
    }
    Ok(0)
}

fn read(file: &Path) -> Result<Sound, BadInput> {
    read_wav(file).map_err(|error| BadInput::new(file, error.to_string()))
}

impl<'p> Listened<'p> {
    fn new(file: &'p Path, ms: f64, hearing: Hearing) -> Self {
        let utterances = hearing.utterances.into_iter().map(Said::from).collect();
        Self { file, ms, noise_dbfs: hearing.noise_dbfs, utterances }
    }
}

impl From<Utterance> for Said {
    fn from(utterance: Utterance) -> Self {
        let (words, refused) = match utterance.words {
            Ok(words) => (Some(words), None),
            Err(doubt) => (None, Some(doubt.to_string())),
        };
        let confidence = words.as_ref().map(|words| words.confidence);
        let (digits, language) = words.map(|words| (words.digits, words.language)).unzip();
        Self {
            from_s: utterance.from.as_secs_f64(),
            to_s: utterance.to.as_secs_f64(),
            level_dbfs: utterance.level_dbfs,
            digits,
            language,
            confidence,
            refused,
        }
    }
}

fn print(heard: &Listened, format: Format) -> Result<(), CliError> {
    if format == Format::Json {
        return print_json(heard);
    }
    let file = heard.file.display();
    for said in &heard.utterances {
        let place =
            format!("{file}: {:.1} s to {:.1} s, {:.0} dBFS", said.from_s, said.to_s, said.level_dbfs);
        let refused = said.refused.as_deref().unwrap_or_default();
        print_line(&match (&said.digits, &said.language, said.confidence) {
            (Some(digits), Some(language), Some(confidence)) => {
                format!("{place}: digits {digits:?} in {language}, confidence {confidence:.2}")
            }
            _ => format!("{place}: refused: {refused}"),
        })?;
    }
    if heard.utterances.is_empty() {
        print_line(&format!("{file}: nothing is spoken; the noise is at {:.0} dBFS", heard.noise_dbfs))?;
    }
    Ok(())
}
