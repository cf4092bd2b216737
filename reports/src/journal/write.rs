//! Writing: one write for each event, from as many threads as there are workers.

use std::{
    fmt,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    ops::Range,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{CHAIN_FILE, JOURNAL_FILE, Journal, chain::Chain};
use crate::{Access, Entry, Error, Event, Result};

/// Appends events to a run's journal. Shared by reference between workers.
#[derive(Debug)]
pub struct JournalWriter {
    path: PathBuf,
    access: Access,
    state: Mutex<State>,
}

/// Where a resumed run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// The last whole line of the interrupted run, from 1.
    pub after_line: usize,
    /// How many bytes there were of a line that was cut short; they are gone.
    pub cut_bytes: usize,
}

impl fmt::Display for Resumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "after line {}", self.after_line)?;
        match self.cut_bytes {
            0 => Ok(()),
            cut => write!(f, "; {cut} bytes of a line that was cut short were removed"),
        }
    }
}

/// Held back on the disk for a run's last line and the reports for machines, until that line is written.
const RESERVE_FILE: &str = ".reserve";
/// How many bytes: twice the reports of the whole suite, and what a file system may want beside them.
const RESERVE: usize = 512 << 10;

/// The file, and the hash of what stands in it.
#[derive(Debug)]
struct State {
    file: File,
    chain: Chain,
    /// The hash of each line, with a line feed.
    hashes: String,
    /// How many bytes are in it.
    length: u64,
    /// After a write that failed nothing more is appended but the run's last line.
    failed: bool,
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
        // Held until the run's process ends: a run that goes on is not resumed. Nobody else has seen the file yet.
        let _ = file.try_lock();
        // The file's name must survive a power cut as well as its contents.
        File::open(run_dir).and_then(|dir| dir.sync_all()).map_err(Error::io(run_dir))?;
        access.write(&run_dir.join(RESERVE_FILE), &[b'.'; RESERVE])?;
        let state = State { file, chain: Chain::start(), hashes: String::new(), length: 0, failed: false };
        Ok(Self { path, access, state: Mutex::new(state) })
    }

    /// Goes on with a journal that does not reach the run's end. Of a line that was cut short nothing stays.
    ///
    /// # Errors
    /// [`Error::GoingOn`] where the run is still going on; [`Error::Io`] where the file cannot be written.
    pub fn resume(journal: &Journal) -> Result<(Self, Resumed)> {
        let path = journal.run_dir().join(JOURNAL_FILE);
        let access = Access::of(journal.run_dir());
        let mut file = access.open(&path, OpenOptions::new().read(true).append(true))?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Error::GoingOn(path));
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(Error::io(&path))?;
        let whole = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |place| place + 1);
        if text[..whole].iter().filter(|&&byte| byte == b'\n').count() != journal.hashes().len() {
            return Err(Error::GoingOn(path));
        }
        file.set_len(whole as u64).map_err(Error::io(&path))?;
        // The copy is of a shorter journal; the run's end makes it anew.
        let copy = path.with_file_name(CHAIN_FILE);
        if copy.exists() {
            fs::remove_file(&copy).map_err(Error::io(&copy))?;
        }
        access.write(&path.with_file_name(RESERVE_FILE), &[b'.'; RESERVE])?;
        let chain = Chain::anchored(journal.chain_head());
        let hashes = journal.hashes().iter().map(|hash| format!("{hash}\n")).collect();
        let state = State { file, chain, hashes, length: whole as u64, failed: false };
        let resumed = Resumed { after_line: journal.hashes().len(), cut_bytes: text.len() - whole };
        Ok((Self { path, access, state: Mutex::new(state) }, resumed))
    }

    /// Appends `entry` as one line, in one write, and tells which bytes of the journal that is.
    ///
    /// # Errors
    /// [`Error::Unwritable`] for a figure that JSON has no word for; [`Error::Io`] where the write fails,
    /// and [`Error::Closed`] ever after.
    pub fn append(&self, entry: &Entry) -> Result<Range<u64>> {
        let object = self.object(entry)?;
        let mut state = self.lock();
        if state.failed {
            return Err(Error::Closed(self.path.clone()));
        }
        state.write(&object).map_err(Error::io(&self.path))
    }

    /// Keeps a copy of the hashes of all lines among the evidence, that of `last` with them, which is to be the run's last
    /// line.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn copy_chain(&self, last: &Entry) -> Result<()> {
        let object = self.object(last)?;
        let state = self.lock();
        let mut chain = state.chain.clone();
        chain.link(&object);
        let hashes = format!("{}{}\n", state.hashes, chain.head());
        let path = self.path.with_file_name(CHAIN_FILE);
        self.access.create_dir(path.parent().unwrap_or(&path))?;
        self.access.write(&path, hashes.as_bytes())
    }

    /// Appends the run's last line, even after a write that failed: there is room held back for it.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn finish(&self, entry: &Entry) -> Result<Range<u64>> {
        let object = self.object(entry)?;
        let mut state = self.lock();
        let reserve = self.path.with_file_name(RESERVE_FILE);
        fs::remove_file(&reserve).map_err(Error::io(&reserve))?;
        let bytes = state.write(&object).map_err(Error::io(&self.path))?;
        state.failed = true;
        state.file.sync_data().map_err(Error::io(&self.path))?;
        Ok(bytes)
    }

    /// Returns once all appended lines are on the disk.
    ///
    /// # Errors
    /// [`Error::Io`] where the disk refuses.
    pub fn sync(&self) -> Result<()> {
        self.lock().file.sync_data().map_err(Error::io(&self.path))
    }

    fn object(&self, entry: &Entry) -> Result<String> {
        let unwritable = |what: String| Error::Unwritable { path: self.path.clone(), what };
        if let Some(name) = not_finite(&entry.event) {
            return Err(unwritable(format!("measurement \"{name}\" is not a finite number")));
        }
        serde_json::to_string(entry).map_err(|error| unwritable(error.to_string()))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A worker that panicked while it held the lock was not inside a write: nothing is torn.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Writes one line. Of a line that cannot be written whole nothing stays, if the file system can take it back: the
    /// next one would break the chain.
    fn write(&mut self, object: &str) -> io::Result<Range<u64>> {
        let mut chain = self.chain.clone();
        let line = chain.link(object);
        if let Err(error) = self.file.write_all(&line) {
            self.failed = true;
            self.file.set_len(self.length)?;
            return Err(error);
        }
        let start = self.length;
        self.length += line.len() as u64;
        self.hashes += chain.head();
        self.hashes.push('\n');
        self.chain = chain;
        Ok(start..self.length)
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
