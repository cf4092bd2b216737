//! `rig run --events`: every event of a run as a line of JSON, as it comes, for programs.
//!
//! The lines are made for others than the run's folder: one-time codes are masked, and readings (`value`) are left out.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write, stdout},
    os::{
        fd::AsFd,
        unix::fs::{FileTypeExt, OpenOptionsExt},
    },
    path::{Path, PathBuf},
    str::FromStr,
    sync::mpsc::{self, Receiver, SyncSender},
};

use reports::Entry;

use super::CliError;
use crate::bus::{Observer, line_for_others};

/// The mode of a new file: the owner alone.
const PRIVATE: u32 = 0o600;

/// Where events go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Standard output: `-`.
    Output,
    /// A file, a pipe, a device.
    File(PathBuf),
}

/// An observer that writes each event.
pub(super) struct Events {
    name: String,
    out: Out,
    /// Its drop tells that nothing more is written.
    _done: SyncSender<()>,
}

/// Destination of the lines.
enum Out {
    Open(File),
    /// A pipe: opening it waits for a reader, which is not to stop the run.
    Pipe(PathBuf),
}

impl FromStr for Target {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == "-" { Self::Output } else { Self::File(text.into()) })
    }
}

impl Events {
    /// An observer that writes to `target`, and what ends when nothing more is written.
    pub(super) fn open(target: &Target) -> Result<(Self, Receiver<()>), CliError> {
        let (done, ended) = mpsc::sync_channel(0);
        let (name, out) = match target {
            Target::Output => ("standard output".to_owned(), output().map(Out::Open)),
            Target::File(path) => (path.display().to_string(), file(path)),
        };
        let out =
            out.map_err(|error| CliError::Usage(format!("{name}: events cannot be written there: {error}")))?;
        Ok((Self { name: format!("the reader of events ({name})"), out, _done: done }, ended))
    }
}

/// Standard output, without its lock: who prints there need not wait for a reader of events.
fn output() -> io::Result<File> {
    stdout().as_fd().try_clone_to_owned().map(File::from)
}

fn file(path: &Path) -> io::Result<Out> {
    if fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo()) {
        return Ok(Out::Pipe(path.to_owned()));
    }
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(PRIVATE).open(path);
    file.map(Out::Open)
}

impl Observer for Events {
    fn name(&self) -> &str {
        &self.name
    }

    fn hear(&mut self, entry: &Entry) -> io::Result<()> {
        if let Out::Pipe(path) = &self.out {
            self.out = Out::Open(OpenOptions::new().write(true).open(path)?);
        }
        match &mut self.out {
            Out::Open(file) => file.write_all(format!("{}\n", line_for_others(entry)?).as_bytes()),
            Out::Pipe(_) => Ok(()),
        }
    }
}
