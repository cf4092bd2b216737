//! The machine's own clock.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use super::{BenchTime, Chrony, Clock, Utc};
use crate::{DriverError, ErrorKind, Result};

/// The machine's own clock: monotonic for durations, system time for UTC.
///
/// UTC that was stepped since the clock was opened is [`ErrorKind::Unsynchronised`]: on Linux the two are slewed
/// alike, so only a step, or a machine that slept, parts them.
pub struct RealClock {
    opened: Instant,
    /// The latest moment that was told, in nanoseconds: processors of a virtual machine may disagree on the time, and
    /// a bench's time never goes back.
    latest: AtomicU64,
    /// The system time at that moment, since 1970.
    unix_opened: Duration,
    source: UtcSource,
}

/// Who answers for the system time.
pub enum UtcSource {
    /// The bench file, which says how far it may be off.
    Stated(Duration),
    /// chronyd, which disciplines it and is asked how far it may be off.
    Chrony(Chrony),
}

impl RealClock {
    /// A clock that starts now; `utc_uncertainty` is the largest error of the system clock, as the bench
    /// file states it.
    pub fn new(utc_uncertainty: Duration) -> Self {
        Self::with_source(UtcSource::Stated(utc_uncertainty))
    }

    /// A clock that starts now, with the system time that `source` answers for.
    pub fn with_source(source: UtcSource) -> Self {
        let (opened, unix) = both();
        Self { opened, latest: AtomicU64::new(0), unix_opened: unix.unwrap_or_default(), source }
    }
}

/// How often a waiting driver looks: short against a serial frame, long against a system call.
const POLL_PERIOD: Duration = Duration::from_millis(1);

/// How far apart two readings of the clock around one of the system time may be, and how often that is tried.
const AT_ONCE: Duration = Duration::from_millis(1);
const TRIES: usize = 10;

/// The monotonic time and the system time since 1970 (none before), read as good as at once even where this
/// thread is made to wait in between.
fn both() -> (Instant, Option<Duration>) {
    let read = || {
        let before = Instant::now();
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).ok();
        (before, unix, before.elapsed())
    };
    let mut reading = read();
    for _ in 1..TRIES {
        if reading.2 < AT_ONCE {
            break;
        }
        reading = read();
    }
    (reading.0, reading.1)
}

impl Clock for RealClock {
    fn now(&self) -> BenchTime {
        let ns = (BenchTime::ZERO + self.opened.elapsed()).as_nanos();
        BenchTime::from_nanos(ns.max(self.latest.fetch_max(ns, Ordering::SeqCst)))
    }

    fn utc(&self) -> Result<Utc> {
        let wrong = |detail: String| DriverError::new("clock", ErrorKind::Unsynchronised, detail);
        let (now, unix) = both();
        let unix = unix.ok_or_else(|| wrong("the system clock stands before 1970".into()))?;
        let (uncertainty, source) = match &self.source {
            UtcSource::Stated(uncertainty) => (*uncertainty, "system clock, as the bench file states".into()),
            UtcSource::Chrony(chrony) => {
                let bound = chrony.bound(now).map_err(wrong)?;
                (bound.error, format!("system clock, {}", bound.source))
            }
        };
        let step = (self.unix_opened + now.duration_since(self.opened)).abs_diff(unix);
        if step > uncertainty + AT_ONCE {
            return Err(wrong(format!("the system clock was stepped by {:.3} s", step.as_secs_f64())));
        }
        Ok(Utc { unix, uncertainty, source })
    }

    fn step(&self, deadline: BenchTime) {
        std::thread::sleep(POLL_PERIOD.min(deadline.since(self.now())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::contract;

    #[test]
    fn the_machines_clock_keeps_the_contract() {
        contract::keeps(&RealClock::new(Duration::from_millis(1)));
    }

    #[test]
    fn a_system_clock_that_was_stepped_is_not_synchronised() {
        let uncertainty = Duration::from_millis(50);
        let clock = RealClock::new(uncertainty);
        assert_eq!(clock.utc().unwrap().uncertainty, uncertainty);
        for (seconds, back) in [(1, false), (1, true), (3_600, false)] {
            let step = Duration::from_secs(seconds);
            let mut stepped = RealClock::new(uncertainty);
            stepped.unix_opened = if back { stepped.unix_opened + step } else { stepped.unix_opened - step };
            let error = stepped.utc().unwrap_err();
            assert_eq!((error.instrument.as_str(), error.trouble), ("clock", ErrorKind::Unsynchronised));
            assert!(error.detail.starts_with("the system clock was stepped by "), "{error}");
        }
    }
}
