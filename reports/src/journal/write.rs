//! Writing: one write for each event, from as many threads as there are workers.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::JOURNAL_FILE;
use crate::{Entry, Error, Event, Result};

/// Appends events to a run's journal. Shared by reference between workers.
#[derive(Debug)]
pub struct JournalWriter {
    path: PathBuf,
    /// None after a write that failed: a torn line must stay the last one.
    file: Mutex<Option<File>>,
}

impl JournalWriter {
    /// Creates the run's folder (mode 0700) with an empty journal in it.
    ///
    /// # Errors
    /// [`Error::NotEmpty`] where the folder exists with anything in it; [`Error::Io`] where it cannot be made.
    pub fn create(run_dir: &Path) -> Result<Self> {
        create_private(run_dir)?;
        let path = run_dir.join(JOURNAL_FILE);
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(Error::io(&path))?;
        // The file's name must survive a power cut as well as its contents.
        File::open(run_dir).and_then(|dir| dir.sync_all()).map_err(Error::io(run_dir))?;
        Ok(Self { path, file: Mutex::new(Some(file)) })
    }

    /// Appends `entry` as one line, in one write.
    ///
    /// # Errors
    /// [`Error::Unwritable`] for a figure that JSON has no word for; [`Error::Io`] where the write fails,
    /// and [`Error::Closed`] ever after.
    pub fn append(&self, entry: &Entry) -> Result<()> {
        let line = self.line(entry)?;
        let mut file = self.lock();
        let written = file.as_mut().ok_or_else(|| Error::Closed(self.path.clone()))?.write_all(&line);
        written.map_err(|source| {
            *file = None;
            Error::Io { path: self.path.clone(), source }
        })
    }

    /// Returns once everything appended so far is on the disk.
    ///
    /// # Errors
    /// [`Error::Io`] where the disk refuses, [`Error::Closed`] after a failed write.
    pub fn sync(&self) -> Result<()> {
        let file = self.lock();
        let file = file.as_ref().ok_or_else(|| Error::Closed(self.path.clone()))?;
        file.sync_data().map_err(Error::io(&self.path))
    }

    fn line(&self, entry: &Entry) -> Result<Vec<u8>> {
        let unwritable = |what: String| Error::Unwritable { path: self.path.clone(), what };
        if let Some(name) = not_finite(&entry.event) {
            return Err(unwritable(format!("measurement \"{name}\" is not a finite number")));
        }
        let mut line = serde_json::to_vec(entry).map_err(|error| unwritable(error.to_string()))?;
        line.push(b'\n');
        Ok(line)
    }

    fn lock(&self) -> MutexGuard<'_, Option<File>> {
        // A worker that panicked while it held the lock was not inside a write: nothing is torn.
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
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

fn create_private(run_dir: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(run_dir).map_err(Error::io(run_dir))?;
    if fs::read_dir(run_dir).map_err(Error::io(run_dir))?.next().is_some() {
        return Err(Error::NotEmpty(run_dir.to_owned()));
    }
    // An empty folder may have stood there before, with another mode.
    fs::set_permissions(run_dir, Permissions::from_mode(0o700)).map_err(Error::io(run_dir))
}
