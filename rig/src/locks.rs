//! Locks of benches between processes: a run has its bench, and every port and device that its bench file names, to itself.
//!
//! They are advisory locks (`flock`) on files in one folder, with the holder's name in them. They end with the process that
//! holds them, however it ends.

use std::{
    collections::BTreeSet,
    env,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use sha2::{Digest, Sha256};

/// Names another folder for the lock files than the system's.
const FOLDER: &str = "RIG_LOCKS";
/// The system's folder.
const SYSTEM: &str = "/run/lock";
/// How often a lock that another process has is asked for.
const INTERVAL: Duration = Duration::from_millis(100);

/// Why the locks are not to be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has one of them.
    #[error("{what} is in use by {holder}")]
    Held {
        /// The locked resource.
        what: String,
        /// Who has it, as it says itself.
        holder: String,
    },
    /// The wait was stopped.
    #[error("stopped while it waited for {0}")]
    Stopped(String),
    /// A lock file cannot be used.
    #[error("{}: {source}; {} names another folder for locks", path.display(), FOLDER)]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Locks that are held until this is dropped.
#[derive(Debug)]
pub struct Locks {
    _files: Vec<File>,
}

impl Locks {
    /// Locks all of `what` for `holder`, or none of it.
    ///
    /// # Errors
    /// Another process has one of them, or a lock file cannot be used.
    pub fn take(what: &BTreeSet<String>, holder: &str) -> Result<Self, LockError> {
        Self::take_in(&folder(), what, holder)
    }

    /// As [`take`](Self::take), and waits until all are free or `stopped` says so. `tell` is called with each process that
    /// is waited for.
    ///
    /// # Errors
    /// The wait was stopped, or a lock file cannot be used.
    pub fn wait(
        what: &BTreeSet<String>,
        holder: &str,
        stopped: impl Fn() -> bool,
        mut tell: impl FnMut(&str),
    ) -> Result<Self, LockError> {
        let mut told = String::new();
        loop {
            match Self::take(what, holder) {
                Err(error @ LockError::Held { .. }) => {
                    let line = error.to_string();
                    if line != told {
                        tell(&line);
                        told = line;
                    }
                }
                other => return other,
            }
            if stopped() {
                return Err(LockError::Stopped(told));
            }
            thread::sleep(INTERVAL);
        }
    }

    fn take_in(folder: &Path, what: &BTreeSet<String>, holder: &str) -> Result<Self, LockError> {
        // In one order for all: of two processes that want the same, one gets it.
        let files = what.iter().map(|what| lock(folder, what)).collect::<Result<Vec<_>, _>>()?;
        for file in &files {
            // The name is for people who wait. Whoever cannot write it holds the lock all the same.
            let _ = name(file, holder);
        }
        Ok(Self { _files: files })
    }
}

fn folder() -> PathBuf {
    let system = || if Path::new(SYSTEM).is_dir() { PathBuf::from(SYSTEM) } else { env::temp_dir() };
    env::var_os(FOLDER).map_or_else(system, PathBuf::from)
}

fn lock(folder: &Path, what: &str) -> Result<File, LockError> {
    let digest = hex::encode(Sha256::digest(what));
    let path = folder.join(format!("rig-{}.lock", &digest[..16]));
    let failed = |source| LockError::Io { path: path.clone(), source };
    let mut file = open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::Error(source)) => Err(failed(source)),
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Whoever locked it may not have written a name yet.
            let _ = file.read_to_string(&mut holder);
            let holder = holder.lines().next().unwrap_or("another process").to_owned();
            Err(LockError::Held { what: what.to_owned(), holder })
        }
    }
}

/// The lock file at `path`, made if it is missing. Everybody may use it: other people run on the same bench.
fn open(path: &Path) -> io::Result<File> {
    let there = || OpenOptions::new().read(true).write(true).open(path);
    let readable = || OpenOptions::new().read(true).open(path);
    match there() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        // Someone else's, in a folder that only they write to: its lock is to be had all the same.
        Err(_) => return readable(),
        found => return found,
    }
    // Not through a link that somebody put there.
    let made = OpenOptions::new().read(true).write(true).create_new(true).mode(0o666).open(path);
    match made {
        Ok(file) => {
            file.set_permissions(fs::Permissions::from_mode(0o666))?;
            Ok(file)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => there(),
        Err(error) => Err(error),
    }
}

fn name(mut file: &File, holder: &str) -> io::Result<()> {
    file.set_len(0)?;
    file.write_all(format!("{holder}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn what_is_locked_is_locked_once_and_the_holder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let first = Locks::take_in(folder.path(), &what(&["bench A", "port 1"]), "night, process 7").unwrap();
        let second = Locks::take_in(folder.path(), &what(&["bench B", "port 1"]), "day").unwrap_err();
        assert_eq!(second.to_string(), "port 1 is in use by night, process 7");
        let beside = Locks::take_in(folder.path(), &what(&["bench B", "port 2"]), "day").unwrap();
        drop(first);
        let third = Locks::take_in(folder.path(), &what(&["bench A", "port 1"]), "day").unwrap();
        drop((beside, third));
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_named() {
        let folder = Path::new("/proc/self/none");
        let error = Locks::take_in(folder, &what(&["bench"]), "day").unwrap_err().to_string();
        assert!(error.contains("/proc/self/none/rig-") && error.contains(FOLDER), "{error}");
    }
}
