//! The thread that drives a driver's futures, and the watchdog that gives it up.

use std::time::Duration;

use tokio::{
    runtime::{Builder, Runtime},
    sync::oneshot::{self, error::TryRecvError},
};

use super::Failure;
use crate::{DriverError, ErrorKind, Result, SharedClock};

/// How much longer than its own time limits a task may take, before its thread counts as hanging.
const GRACE: Duration = Duration::from_secs(1);

/// The futures of one instrument, on a thread of their own.
pub(crate) struct Tasks {
    instrument: String,
    clock: SharedClock,
    /// `None` before the first task, and after the thread was ended.
    runtime: Option<Runtime>,
}

impl Tasks {
    /// No thread yet: the first task starts it.
    pub(crate) fn new(instrument: &str, clock: SharedClock) -> Self {
        Self { instrument: instrument.into(), clock, runtime: None }
    }

    /// The instrument that these tasks work for.
    pub(crate) fn instrument(&self) -> &str {
        &self.instrument
    }

    /// An error of the instrument that these tasks work for.
    pub(crate) fn error(&self, failure: Failure) -> DriverError {
        DriverError::new(&self.instrument, failure.trouble, failure.detail)
    }

    /// Runs `task` to its end. It keeps time limits of its own, which add up to at most `limit`; if it has not
    /// ended by then, its thread hangs and is left behind with everything that lives on it:
    /// [`ErrorKind::NoAnswer`], and the next task gets a new thread.
    pub(crate) fn run<T: Send + 'static>(
        &mut self,
        limit: Duration,
        task: impl Future<Output = std::result::Result<T, Failure>> + Send + 'static,
    ) -> Result<T> {
        let (tell, mut told) = oneshot::channel();
        // The receiver may have gone.
        self.runtime()?.spawn(async move { tell.send(task.await).ok() });
        let mut outcome = None;
        self.clock.wait(self.clock.now() + limit + GRACE, &mut || {
            outcome = match told.try_recv() {
                Ok(outcome) => Some(outcome),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Closed) => {
                    Some(Err(Failure::new(ErrorKind::Protocol, "the Bluetooth library broke down")))
                }
            };
            Ok(outcome.is_some())
        })?;
        let outcome = outcome.unwrap_or_else(|| {
            self.end();
            Err(Failure::new(
                ErrorKind::NoAnswer,
                format!("Bluetooth hung for {:?} and was given up", limit + GRACE),
            ))
        });
        outcome.map_err(|failure| self.error(failure))
    }

    fn runtime(&mut self) -> Result<&Runtime> {
        if self.runtime.is_none() {
            let runtime = Builder::new_multi_thread()
                .worker_threads(1)
                .thread_name(format!("bluetooth {}", self.instrument))
                .enable_all()
                .build()
                .map_err(|error| {
                    self.error(Failure::new(ErrorKind::NotFound, format!("no thread: {error}")))
                })?;
            self.runtime = Some(runtime);
        }
        Ok(self.runtime.as_ref().expect("was made above"))
    }

    /// Ends the thread, and with it all that lives on it. It is not waited for, since it may hang.
    pub(crate) fn end(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use super::*;
    use crate::clock::RealClock;

    fn tasks() -> Tasks {
        Tasks::new("phone 1", Arc::new(RealClock::new(Duration::ZERO)))
    }

    #[test]
    fn a_task_hands_back_what_it_found() {
        assert_eq!(tasks().run(Duration::ZERO, async { Ok(7) }).unwrap(), 7);
        let failure = || async { Err::<(), _>(Failure::new(ErrorKind::Unplugged, "gone")) };
        let error = tasks().run(Duration::ZERO, failure()).unwrap_err();
        assert_eq!(error, DriverError::new("phone 1", ErrorKind::Unplugged, "gone"));
    }

    #[test]
    fn a_thread_that_hangs_is_given_up_and_replaced() {
        let mut tasks = tasks();
        let (_release, held) = mpsc::channel::<()>();
        let error = tasks
            .run(Duration::ZERO, async move {
                held.recv().ok();
                Ok(())
            })
            .unwrap_err();
        assert_eq!((error.instrument.as_str(), error.trouble), ("phone 1", ErrorKind::NoAnswer));
        assert_eq!(tasks.run(Duration::ZERO, async { Ok(8) }).unwrap(), 8);
    }

    #[test]
    fn a_task_that_breaks_down_is_an_error() {
        let error = tasks().run(Duration::ZERO, async { Err::<(), _>(panics()) }).unwrap_err();
        assert_eq!(error.trouble, ErrorKind::Protocol);
    }

    fn panics() -> Failure {
        panic!("as a library might")
    }
}
