//! Writing: one write for each event, from as many threads as there are workers.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    ops::Range,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{JOURNAL_FILE, chain::Chain};
use crate::{Access, Entry, Error, Event, Result};

/// Appends events to a run's journal. Shared by reference between workers.
#[derive(Debug)]
pub struct JournalWriter {
    path: PathBuf,
    /// None after a write that failed: a torn line must stay the last one.
    state: Mutex<Option<State>>,
}

/// The file, and the hash of what stands in it.
#[derive(Debug)]
struct State {
    file: File,
    chain: Chain,
    /// How many bytes are in it.
    length: u64,
}

impl JournalWriter {
    /// Creates the run's folder with an empty journal in it, for whom `access` says.
    ///
    /// # Errors
    /// [`Error::NotEmpty`] where the folder exists with anything in it; [`Error::Io`] where it cannot be made.
    pub fn create(run_dir: &Path, access: Access) -> Result<Self> {
        create_empty(run_dir, access)?;
        let path = run_dir.join(JOURNAL_FILE);
        let file = access.open(&path, OpenOptions::new().append(true).create_new(true))?;
        // The file's name must survive a power cut as well as its contents.
        File::open(run_dir).and_then(|dir| dir.sync_all()).map_err(Error::io(run_dir))?;
        Ok(Self { path, state: Mutex::new(Some(State { file, chain: Chain::start(), length: 0 })) })
    }

    /// Appends `entry` as one line, in one write, and tells which bytes of the journal that is.
    ///
    /// # Errors
    /// [`Error::Unwritable`] for a figure that JSON has no word for; [`Error::Io`] where the write fails,
    /// and [`Error::Closed`] ever after.
    pub fn append(&self, entry: &Entry) -> Result<Range<u64>> {
        let object = self.object(entry)?;
        let mut state = self.lock();
        let State { file, chain, length } = state.as_mut().ok_or_else(|| Error::Closed(self.path.clone()))?;
        let line = chain.link(&object);
        match file.write_all(&line) {
            Ok(()) => {
                let start = *length;
                *length += line.len() as u64;
                Ok(start..*length)
            }
            Err(source) => {
                *state = None;
                Err(Error::Io { path: self.path.clone(), source })
            }
        }
    }

    /// Returns once everything appended so far is on the disk.
    ///
    /// # Errors
    /// [`Error::Io`] where the disk refuses, [`Error::Closed`] after a failed write.
    pub fn sync(&self) -> Result<()> {
        let state = self.lock();
        let state = state.as_ref().ok_or_else(|| Error::Closed(self.path.clone()))?;
        state.file.sync_data().map_err(Error::io(&self.path))
    }

    fn object(&self, entry: &Entry) -> Result<String> {
        let unwritable = |what: String| Error::Unwritable { path: self.path.clone(), what };
        if let Some(name) = not_finite(&entry.event) {
            return Err(unwritable(format!("measurement \"{name}\" is not a finite number")));
        }
        serde_json::to_string(entry).map_err(|error| unwritable(error.to_string()))
    }

    fn lock(&self) -> MutexGuard<'_, Option<State>> {
        // A worker that panicked while it held the lock was not inside a write: nothing is torn.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first measurement with a figure that JSON would turn into `null`.
fn not_finite(event: &Event) -> Option<&str> {
    let Event::Judged(verdict) = event else { return None };
    let finite = |figures: [Option<f64>; 5]| figures.into_iter().flatten().all(f64::is_finite);
    let broken = verdict
        .measurements
        .iter()
        .find(|m| !finite([Some(m.value), Some(m.uncertainty), Some(m.coverage), m.lower, m.upper]))?;
    Some(&broken.name)
}

fn create_empty(run_dir: &Path, access: Access) -> Result<()> {
    if fs::read_dir(run_dir).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Error::NotEmpty(run_dir.to_owned()));
    }
    access.create_dir(run_dir)
}
