//! Work on a thread of its own that is waited for only for a limited time: a library that hangs cannot be made to return,
//! but it can be left behind.

use std::{
    io,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

/// Why work has no result.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    /// The thread could not be started.
    #[error("no thread: {0}")]
    NoThread(#[from] io::Error),
    /// The work takes longer than this; its thread is left behind.
    #[error("no answer within {} s", .0.as_secs())]
    Timeout(Duration),
    /// The work panicked.
    #[error("the library that was asked broke down")]
    Panicked,
}

/// Work under way.
#[derive(Debug)]
pub struct Supervised<T> {
    result: Receiver<T>,
}

impl<T: Send + 'static> Supervised<T> {
    /// Starts `work` on a thread with this name.
    ///
    /// # Errors
    /// [`Unfinished::NoThread`].
    pub fn start(name: &str, work: impl FnOnce() -> T + Send + 'static) -> Result<Self, Unfinished> {
        let (done, result) = mpsc::channel();
        let work = move || {
            // If nobody waits any more, nobody needs the result.
            let _ = done.send(work());
        };
        thread::Builder::new().name(name.to_owned()).spawn(work)?;
        Ok(Self { result })
    }

    /// Waits for the result, for at most `limit` on the wall clock.
    ///
    /// # Errors
    /// [`Unfinished::Timeout`] or [`Unfinished::Panicked`]. After a timeout it can be waited for again.
    pub fn wait(&self, limit: Duration) -> Result<T, Unfinished> {
        self.result.recv_timeout(limit).map_err(|failed| match failed {
            RecvTimeoutError::Timeout => Unfinished::Timeout(limit),
            RecvTimeoutError::Disconnected => Unfinished::Panicked,
        })
    }
}

/// Runs `work` on a thread with this name, and waits for its result for at most `limit` on the wall clock.
///
/// # Errors
/// There is no result.
pub fn supervised<T: Send + 'static>(
    name: &str,
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Unfinished> {
    Supervised::start(name, work)?.wait(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_hangs_or_panics_is_left_behind() {
        let long = Duration::from_secs(60);
        assert!(matches!(supervised("test", long, || 7), Ok(7)));
        let (release, held) = mpsc::channel::<()>();
        let hangs = Supervised::start("test", move || held.recv().is_err()).unwrap();
        let late = hangs.wait(Duration::ZERO).unwrap_err();
        assert_eq!(late.to_string(), "no answer within 0 s");
        drop(release);
        assert!(hangs.wait(long).unwrap(), "it can be waited for again");
        let broken = supervised::<()>("test", long, || panic!("as a library might"));
        assert_eq!(broken.unwrap_err().to_string(), "the library that was asked broke down");
    }
}
