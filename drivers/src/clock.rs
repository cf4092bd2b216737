//! The bench clock: one for all instruments of a scenario, real on hardware, virtual on the simulated bench.
//!
//! Drivers never sleep and never start pump threads: they wait through [`Clock::wait`], which sleeps on
//! hardware and steps the world on the simulated bench, so that the same driver code runs on both.

use std::{sync::Arc, time::Duration};

pub use readers::BenchTime;

use crate::Result;

mod chrony;
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

    /// Coordinated universal time now; an error where the source is not synchronised.
    fn utc(&self) -> Result<Utc>;

    /// Calls `poll` until it says that it is done (`Ok(true)`), fails, or `deadline` has passed, and lets
    /// time go by in between. `poll` is called at least once, also with a deadline in the past, and
    /// once more at the deadline. Returns whether `poll` was done. `poll` must not block and must not
    /// call the clock.
    fn wait(&self, deadline: BenchTime, poll: &mut dyn FnMut() -> Result<bool>) -> Result<bool>;

    /// Lets time go by until `moment`.
    fn wait_until(&self, moment: BenchTime) -> Result<()> {
        self.wait(moment, &mut || Ok(false)).map(|_| ())
    }
}

/// The clock as drivers hold it.
pub type SharedClock = Arc<dyn Clock>;
