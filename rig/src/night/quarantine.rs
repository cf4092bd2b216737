//! Instruments that are out of use from one night to the next, until somebody clears them: a file of notes beside the runs, which
//! only grows.

use std::{fmt, fs::OpenOptions, io::Write, path::Path};

use serde::{Deserialize, Serialize};

use crate::bad_input::BadInput;

/// The file of notes in the folder of the runs.
pub const QUARANTINE_FILE: &str = "quarantine.jsonl";

/// A note about an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuarantineNote {
    /// When, in UTC.
    pub at: String,
    /// The bench, as the plan file calls it.
    pub bench: String,
    /// The instrument, as the bench file calls it.
    pub instrument: String,
    /// The event.
    pub what: What,
}

/// An event in the life of an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    /// It failed too often in a row in the run in this folder.
    Quarantined(String),
    /// It is in use again, by the word of this person or program.
    ClearedBy(String),
}

/// The instruments that are out of use, each with the note that took it out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quarantined(Vec<QuarantineNote>);

impl Quarantined {
    /// Reads the notes in the folder of the runs.
    ///
    /// # Errors
    /// The file cannot be read, or has a line that is no note.
    pub fn load(runs: &Path) -> Result<Self, BadInput> {
        let path = runs.join(QUARANTINE_FILE);
        if !path.is_file() {
            return Ok(Self::default());
        }
        let mut found = Self::default();
        for (number, line) in BadInput::read(&path)?.lines().enumerate() {
            let note = serde_json::from_str(line).map_err(|error| {
                BadInput::in_line(&path, number + 1, format!("no note of an instrument: {error}"))
            })?;
            found.take(note);
        }
        Ok(found)
    }

    /// Takes one more note.
    pub fn take(&mut self, note: QuarantineNote) {
        self.0.retain(|other| (&other.bench, &other.instrument) != (&note.bench, &note.instrument));
        if let What::Quarantined(_) = note.what {
            self.0.push(note);
        }
    }

    /// The instruments of `bench` that are out of use.
    pub fn on<'q>(&'q self, bench: &'q str) -> impl Iterator<Item = &'q str> {
        self.0.iter().filter(move |note| note.bench == bench).map(|note| note.instrument.as_str())
    }

    /// All instruments that are out of use.
    pub fn notes(&self) -> &[QuarantineNote] {
        &self.0
    }
}

impl fmt::Display for QuarantineNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, bench, instrument, what } = self;
        match what {
            What::Quarantined(run) => write!(
                f,
                "{instrument} on {bench} is out of use since {at}: it failed again and again in {run}"
            ),
            What::ClearedBy(who) => {
                write!(f, "{instrument} on {bench} is in use again since {at}, by the word of {who}")
            }
        }
    }
}

impl QuarantineNote {
    /// Appends the note to the file in the folder of the runs.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn append(&self, runs: &Path) -> Result<(), BadInput> {
        let path = runs.join(QUARANTINE_FILE);
        let failed = |error: std::io::Error| BadInput::new(&path, format!("cannot be written: {error}"));
        let line = serde_json::to_string(self).map_err(|error| failed(error.into()))?;
        let mut file = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
        // In one write: of two nights that end at once, each has its line.
        file.write_all(format!("{line}\n").as_bytes()).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(instrument: &str, what: What) -> QuarantineNote {
        QuarantineNote {
            at: "2026-11-30T22:00:00Z".into(),
            bench: "left".into(),
            instrument: instrument.into(),
            what,
        }
    }

    #[test]
    fn an_instrument_is_out_of_use_until_somebody_clears_it_by_name() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Quarantined::load(folder.path()).unwrap(), Quarantined::default());
        let add = |one: QuarantineNote| one.append(folder.path()).unwrap();
        add(note("camera", What::Quarantined("night/left".into())));
        add(note("phone-1", What::Quarantined("night/left".into())));
        add(note("camera", What::ClearedBy("Ada".into())));
        let found = Quarantined::load(folder.path()).unwrap();
        assert_eq!(found.on("left").collect::<Vec<_>>(), ["phone-1"]);
        assert_eq!(found.on("right").count(), 0);
    }

    #[test]
    fn a_line_that_is_no_note_is_named() {
        let folder = tempfile::tempdir().unwrap();
        note("camera", What::ClearedBy("Ada".into())).append(folder.path()).unwrap();
        let path = folder.path().join(QUARANTINE_FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}{{}}\n")).unwrap();
        let error = Quarantined::load(folder.path()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{}:2: ", path.display())), "{error}");
    }
}
