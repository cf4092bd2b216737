//! The bench clock: one for all instruments of a scenario, real on hardware, virtual on the simulated bench.
//!
//! Drivers never sleep and never start pump threads: they wait through [`Clock::wait`], which sleeps on
//! hardware and steps the world on the simulated bench, so that the same driver code runs on both.

use std::{sync::Arc, time::Duration};

pub use readers::BenchTime;

use crate::{DriverError, ErrorKind, Result};

mod chrony;
#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod other;
mod real;

pub use chrony::Chrony;
pub use real::{RealClock, UtcSource};

/// Coordinated universal time and its uncertainty on the bench.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utc {
    /// Since 1970-01-01T00:00:00Z.
    pub unix: Duration,
    /// The largest error that the source admits.
    pub uncertainty: Duration,
    /// Where the time comes from, in words ("virtual", "system clock, NTP").
    pub source: String,
}

/// The clock that all instruments of a scenario share: now, and waiting.
pub trait Clock: Send + Sync {
    /// Now, never earlier than any moment returned before.
    fn now(&self) -> BenchTime;

    /// Coordinated universal time now.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsynchronised`] where the source is not synchronised, and from a clock that has no source.
    fn utc(&self) -> Result<Utc> {
        Err(DriverError::new("clock", ErrorKind::Unsynchronised, "this clock has no source of UTC"))
    }

    /// Lets time go by until the next poll of a wait makes sense, at most until `deadline`, which is in the future.
    fn step(&self, deadline: BenchTime);

    /// Delivers what is due now, such as bytes on a simulated cable. Called before each poll.
    fn deliver(&self) {}

    /// Calls `poll` until it says that it is done (`Ok(true)`), fails, or `deadline` has passed, and lets
    /// time go by in between. `poll` is called at least once, also with a deadline in the past, and
    /// once more at the deadline. Returns whether `poll` was done. `poll` must not block and must not
    /// call the clock.
    ///
    /// # Errors
    ///
    /// The first error of `poll`.
    fn wait(&self, deadline: BenchTime, poll: &mut dyn FnMut() -> Result<bool>) -> Result<bool> {
        loop {
            self.deliver();
            let now = self.now();
            if poll()? {
                return Ok(true);
            }
            if now >= deadline {
                return Ok(false);
            }
            self.step(deadline);
        }
    }

    /// Lets time go by until `moment`.
    ///
    /// # Errors
    ///
    /// As [`Clock::wait`].
    fn wait_until(&self, moment: BenchTime) -> Result<()> {
        self.wait(moment, &mut || Ok(false)).map(|_| ())
    }
}

/// The clock as drivers hold it.
pub type SharedClock = Arc<dyn Clock>;
