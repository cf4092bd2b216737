//! Readings of sounds: what was spoken, with the reference tone in it.

use readers::microphone::{Deafness, Enrolment, Listener, Sound, Tone, Voice, check_tone};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::oracle::observed::speech::{Heard, Utterance, Words};

/// Utterances in `sound`, which ends at `until_ns`, and the noise level in dB of full scale.
pub fn heard(
    listener: &Listener,
    sound: &Sound,
    tone: &Tone,
    until_ns: u64,
) -> Result<(Heard, f64), Deafness> {
    let tone_dbfs = check_tone(sound, tone)?;
    let hearing = listener.listen(sound);
    let utterances = hearing.utterances.into_iter().map(utterance).collect();
    Ok((Heard { until_ns, tone_dbfs, utterances }, hearing.noise_dbfs))
}

fn utterance(utterance: readers::microphone::Utterance) -> Utterance {
    let (words, refused) = match utterance.words {
        Ok(words) => (Some(words), None),
        Err(doubt) => (None, Some(doubt.to_string())),
    };
    Utterance {
        from_ns: utterance.from.as_nanos(),
        to_ns: utterance.to.as_nanos(),
        level_dbfs: utterance.level_dbfs,
        words: words.map(|words| Words {
            digits: words.digits,
            language: words.language,
            confidence: words.confidence,
        }),
        refused,
    }
}

/// A recording that a listener knows a voice from, as a run's evidence lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// The language.
    pub language: String,
    /// The file's name in the enrolment.
    pub name: String,
    /// The SHA-256 of the file.
    pub sha256: String,
}

/// The list of `voices`, as JSON, and the files in it, in the order of the list.
pub fn list(voices: &[Voice]) -> (Vec<u8>, Vec<&[u8]>) {
    let (mut all, mut files) = (Vec::new(), Vec::<&[u8]>::new());
    for voice in voices {
        for (file, wav) in &voice.files {
            let part =
                |path: &std::path::Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let (language, name) = (part(&voice.folder), part(file));
            all.push(Enrolled { language, name, sha256: hex::encode(Sha256::digest(wav)) });
            files.push(wav);
        }
    }
    (serde_json::to_vec(&all).expect("plain data with text keys becomes JSON"), files)
}

/// The listener that knows the voices of a `list`, whose files `read` gets by SHA-256.
pub fn listener(
    list: &[u8],
    mut read: impl FnMut(&str) -> Result<Vec<u8>, String>,
) -> Result<Listener, String> {
    let all: Vec<Enrolled> =
        serde_json::from_slice(list).map_err(|error| format!("no enrolment: {error}"))?;
    let mut voices: Vec<Voice> = Vec::new();
    for one in all {
        let file = (one.name.into(), read(&one.sha256)?);
        match voices.last_mut() {
            Some(voice) if voice.folder.as_os_str() == one.language.as_str() => voice.files.push(file),
            _ => voices.push(Voice { folder: one.language.into(), files: vec![file] }),
        }
    }
    let enrolment = Enrolment::of("enrolment".as_ref(), &voices).map_err(|error| error.to_string())?;
    Ok(Listener::new(std::sync::Arc::new(enrolment)))
}
