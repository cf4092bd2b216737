//! The error type of a run's folder.

use std::{
    io,
    path::{Path, PathBuf},
};

/// An error of a run's folder: reading it, writing it, or what stands in it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A run that goes on cannot be resumed.
    #[error("{0}: the run is still going on")]
    GoingOn(PathBuf),
    /// A run never writes over another.
    #[error("{0}: the run's folder is not empty; name a new one")]
    NotEmpty(PathBuf),
    /// An event that cannot be written.
    #[error("{path}: cannot write the event: {what}")]
    Unwritable {
        /// The journal.
        path: PathBuf,
        /// The problem of the event.
        what: String,
    },
    /// After a failed write nothing more is appended: a torn line must stay the last one.
    #[error("{0}: closed after a write that failed")]
    Closed(PathBuf),
    /// A line of a journal is not what it must be.
    #[error("{file}:{line}: {what}")]
    Journal {
        /// The journal.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The problem.
        what: String,
    },
    /// Evidence is not what the journal says it is.
    #[error("{file}: {what}")]
    Evidence {
        /// The file.
        file: PathBuf,
        /// The problem.
        what: String,
    },
    /// A run cannot be amended so.
    #[error("{run}: {what}")]
    Amendment {
        /// The run's folder.
        run: PathBuf,
        /// The problem.
        what: String,
    },
    /// A report cannot be put into its format.
    #[error("cannot write the report: {0}")]
    Report(String),
}

impl Error {
    /// Whether the disk is full.
    pub fn is_full(&self) -> bool {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        matches!(self, Self::Io { source, .. } if matches!(source.kind(), StorageFull | QuotaExceeded | FileTooLarge))
    }

    /// For `map_err`: an I/O error at `path`.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_owned(), source }
    }
}

/// The result of anything that touches a run's folder.
pub type Result<T, E = Error> = std::result::Result<T, E>;
