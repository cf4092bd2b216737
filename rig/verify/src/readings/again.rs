//! Readings made again from a run's evidence.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use readers::{
    BenchTime,
    camera::{Frame, kept_frames, read_codes},
    microphone::{Listener, Tone, decode_wav, wav_note},
};
use regex::Regex;
use reports::{Evidence, EvidenceStore, Observation};
use serde_json::Value;

use super::{
    display,
    note::{Look, Moment, Note},
    phone, speech,
    transcript::Line,
};
use crate::oracle::observed::Observed;

/// Reads a run's evidence again. Shared by reference between threads.
pub struct Rereader<'s> {
    store: &'s EvidenceStore,
    /// The listeners that sounds of the run were heard by.
    listeners: Mutex<HashMap<String, Arc<Listener>>>,
    memory: Memory,
}

/// Cache of readings, by the SHA-256 of the evidence.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<HashMap<String, Read>>>);

/// An observation read from evidence, and the version of the readers that made the recorded reading.
type Read = (Seen, Option<String>);

/// An observation made again from its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// The observation, with what was read again; its number and evidence are those recorded.
    pub observation: Observation,
    /// The version of the readers that made the recorded reading; `None` for a reading without a reader.
    pub readers: Option<String>,
}

impl<'s> Rereader<'s> {
    /// A reader of what `store` keeps, which knows what is in `memory`.
    pub fn new(store: &'s EvidenceStore, memory: Memory) -> Self {
        Self { store, listeners: Mutex::default(), memory }
    }

    /// Reads `bytes`, the `evidence` of `recorded`, again; an error names the file.
    pub fn read(&self, recorded: &Observation, evidence: &Evidence, bytes: &[u8]) -> Result<Again, String> {
        let (seen, readers) = match self.memory.get(&evidence.sha256) {
            Some(known) => known,
            None => {
                let read = self.look(&evidence.media_type, bytes);
                let read = read.map_err(|why| format!("{}: {why}", evidence.file))?;
                self.memory.put(&evidence.sha256, read.clone());
                read
            }
        };
        let Seen { moment: Moment { at_ns, uncertainty_ns }, instrument, quantity, value } = seen;
        let observation =
            Observation { at_ns, uncertainty_ns, instrument, quantity, value, ..recorded.clone() };
        Ok(Again { observation, readers })
    }

    fn look(&self, media_type: &str, bytes: &[u8]) -> Result<Read, String> {
        match media_type {
            "image/png" => self.frames(bytes),
            "audio/wav" => self.sound(bytes),
            "application/json" => line(bytes),
            other => Err(format!("{other} is not read")),
        }
    }

    fn frames(&self, png: &[u8]) -> Result<Read, String> {
        let kept = kept_frames(png).map_err(|error| error.to_string())?;
        let note: Note = serde_json::from_str(&kept.note).map_err(|error| format!("its note: {error}"))?;
        let moment = *note.moments.last().ok_or("its note tells no moment")?;
        if note.moments.len() != kept.frames.len() {
            return Err("its note tells the moments of other frames".into());
        }
        let value = match &note.look {
            Look::Display { agree, known } => {
                let read = display::read(&kept.frames, *agree, known.clone());
                read.map_err(|blindness| blindness.to_string())?.to_value()
            }
            look => {
                let frame = whole(&note, &kept.frames).ok_or("its note tells no place in a frame")?;
                look_again(look, &frame)?
            }
        };
        Ok(Seen::of(note, moment, value))
    }

    fn sound(&self, wav: &[u8]) -> Result<Read, String> {
        let note = wav_note(wav).ok_or("no note is in the sound")?;
        let note: Note = serde_json::from_str(&note).map_err(|error| format!("its note: {error}"))?;
        let (Look::Heard { until_ns, tone: [hz, least_dbfs], enrolment }, [moment]) =
            (&note.look, note.moments.as_slice())
        else {
            return Err("its note is not of a sound".into());
        };
        let moment = *moment;
        let mut sound = decode_wav(wav).map_err(|error| error.to_string())?;
        sound.at = BenchTime::from_nanos(moment.at_ns);
        sound.uncertainty = Duration::from_nanos(moment.uncertainty_ns);
        let listener = self.listener(enrolment)?;
        let tone = Tone { hz: *hz, least_dbfs: *least_dbfs };
        let heard = speech::heard(&listener, &sound, &tone, *until_ns);
        let (heard, _) = heard.map_err(|deafness| deafness.to_string())?;
        Ok(Seen::of(note, moment, heard.to_value()))
    }

    /// The listener that knows the voices of a list.
    fn listener(&self, list: &str) -> Result<Arc<Listener>, String> {
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = listeners.get(list) {
            return Ok(known.clone());
        }
        let bytes = self.by_hash("application/json", list)?;
        let listener = Arc::new(speech::listener(&bytes, |file| self.by_hash("audio/wav", file))?);
        listeners.insert(list.to_owned(), listener.clone());
        Ok(listener)
    }

    /// A file of evidence whose size no observation tells.
    fn by_hash(&self, media_type: &str, sha256: &str) -> Result<Vec<u8>, String> {
        self.store.read_by_hash(media_type, sha256).map_err(|error| error.to_string())
    }
}

impl Memory {
    fn get(&self, sha256: &str) -> Option<Read> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(sha256).cloned()
    }

    fn put(&self, sha256: &str, read: Read) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(sha256.to_owned(), read);
    }
}

/// An observation read from evidence.
#[derive(Clone, Debug)]
struct Seen {
    moment: Moment,
    instrument: String,
    quantity: String,
    value: Value,
}

impl Seen {
    fn of(note: Note, moment: Moment, value: Value) -> Read {
        let Note { readers, instrument, quantity, .. } = note;
        (Self { moment, instrument, quantity, value }, Some(readers))
    }
}

/// The whole frame, black outside of the kept part.
fn whole(note: &Note, parts: &[Frame]) -> Option<Frame> {
    let ([part], Some(place)) = (parts, note.place) else { return None };
    part.within(place.frame[0], place.frame[1], place.corner)
}

fn look_again(look: &Look, frame: &Frame) -> Result<Value, String> {
    let codes: &mut phone::Codes = &mut |frame, region| read_codes(frame, Some(region));
    Ok(match look {
        Look::CodeView { region, control } => phone::code_view(codes, frame, *region, control).to_value(),
        Look::Checkmark { region, control } => phone::checkmark(codes, frame, *region, control).to_value(),
        Look::QrSurroundings { region, prefix } => phone::surroundings(codes, frame, *region, prefix)
            .ok_or("the code that was measured about is not read")?
            .to_value(),
        Look::BackLabel { region, control, pattern } => {
            let pattern = Regex::new(pattern).map_err(|error| format!("its note: {error}"))?;
            phone::back_label(codes, frame, *region, control, &pattern).to_value()
        }
        Look::Display { .. } | Look::Heard { .. } => return Err("its note is not of one picture".into()),
    })
}

/// A line of a transcript.
fn line(bytes: &[u8]) -> Result<Read, String> {
    let line: Line =
        serde_json::from_slice(bytes).map_err(|error| format!("no line of a transcript: {error}"))?;
    let Line { at_ns, uncertainty_ns, instrument, quantity, value, .. } = line;
    Ok((Seen { moment: Moment { at_ns, uncertainty_ns }, instrument, quantity, value }, None))
}
