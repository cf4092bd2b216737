//! Moments of the bench clock.

use std::{
    fmt,
    ops::{Add, Sub},
    time::Duration,
};

use serde::{Deserialize, Serialize};

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
