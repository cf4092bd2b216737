//! The bench clock: one for all instruments of a scenario, real on hardware, virtual on the simulated bench.
//!
//! Drivers never sleep and never start pump threads: they wait through [`Clock::wait`], which sleeps on
//! hardware and steps the world on the simulated bench, so that the same driver code runs on both.

use std::{
    fmt,
    ops::{Add, Sub},
    sync::Arc,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::Result;

mod chrony;
pub mod contract;
mod real;

pub use chrony::Chrony;
pub use real::{RealClock, UtcSource};

/// A moment on the bench clock, in nanoseconds since the bench was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BenchTime(u64);

impl BenchTime {
    /// The moment the bench was opened.
    pub const ZERO: Self = Self(0);

    /// The moment `nanos` nanoseconds after the bench was opened.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the bench was opened.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Seconds since the bench was opened, for people to read.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// How long after `earlier` this is; zero if it is not later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for BenchTime {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)))
    }
}

impl Sub<Duration> for BenchTime {
    type Output = Self;
    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)))
    }
}

impl fmt::Display for BenchTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} s", self.as_secs_f64())
    }
}

/// Coordinated universal time, as far as the bench knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utc {
    /// Since 1970-01-01T00:00:00Z.
    pub unix: Duration,
    /// The largest error that the source admits.
    pub uncertainty: Duration,
    /// Where the time comes from, in words ("virtual", "system clock, NTP").
    pub source: String,
}

/// What all instruments of a scenario share: now, and waiting.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bench_time_saturates() {
        assert_eq!(BenchTime::ZERO - Duration::from_secs(1), BenchTime::ZERO);
        assert_eq!(BenchTime::from_nanos(5).since(BenchTime::from_nanos(9)), Duration::ZERO);
        assert_eq!(BenchTime::from_nanos(1) + Duration::MAX, BenchTime::from_nanos(u64::MAX));
    }
}
