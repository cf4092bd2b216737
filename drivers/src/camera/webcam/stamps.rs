//! When a picture was taken, on the bench clock.
//!
//! A device's stamp is on the system's clock. What both clocks read now is measured for every picture, the
//! system's between two readings of the bench's, so that neither drift nor a stepped clock adds up.

use std::time::Duration;

use super::{Latency, WallClock};
use crate::{BenchTime, SharedClock};

/// A stamp that is older than this, or later than now by more than a hair, is not on the system's clock.
const OLDEST: Duration = Duration::from_secs(10);
const HAIR: Duration = Duration::from_millis(2);

/// When a picture was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// The middle of the exposure.
    pub at: BenchTime,
    /// How far any part of the exposure may be from it.
    pub uncertainty: Duration,
    /// When the driver had the picture.
    pub arrived: BenchTime,
    /// Whether `at` is told by the arrival, for want of a stamp.
    pub by_arrival: bool,
}

impl Stamp {
    /// Corrects the stamp by the device's latency, which replaces half a period of its uncertainty. A stamp
    /// by arrival stays as it is.
    pub fn corrected(self, Latency { late_ns, within }: Latency, period: Duration) -> Self {
        if self.by_arrival {
            return self;
        }
        let by = Duration::from_nanos(late_ns.unsigned_abs());
        let at = if late_ns < 0 { self.at + by } else { self.at - by };
        Self { at, uncertainty: self.uncertainty.saturating_sub(period / 2) + within, ..self }
    }
}

/// Makes stamps.
pub(super) struct Stamper {
    clock: SharedClock,
    wall: WallClock,
}

impl Stamper {
    pub fn new(clock: SharedClock, wall: WallClock) -> Self {
        Self { clock, wall }
    }

    /// Now, on the bench clock.
    pub fn now(&self) -> BenchTime {
        self.clock.now()
    }

    /// The stamp of a picture that arrived just now and was received by the device at `captured`.
    ///
    /// A device has received a picture when it has been exposed and read out, which takes a period at most:
    /// the middle of the exposure is half a period before, give or take as much. Without a stamp, the picture
    /// may have waited for as long again.
    pub fn stamp(&self, captured: Option<Duration>, period: Duration) -> Stamp {
        let before = self.clock.now();
        let wall = (self.wall)();
        let arrived = self.clock.now();
        let age = captured.and_then(|captured| match wall.checked_sub(captured) {
            Some(age) => (age <= OLDEST).then_some(age),
            None => (captured - wall <= HAIR).then_some(Duration::ZERO),
        });
        let reading = arrived.since(before);
        match age {
            Some(age) => Stamp {
                at: before + reading / 2 - age - period / 2,
                uncertainty: period / 2 + reading / 2,
                arrived,
                by_arrival: false,
            },
            None => Stamp { at: arrived - period, uncertainty: period, arrived, by_arrival: true },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Clock, testing::FakeClock};

    const PERIOD: Duration = Duration::from_millis(40);
    const WALL: Duration = Duration::from_secs(1_800_000_000);

    /// The stamp, at 5 s on the bench clock, of a picture received at `captured`.
    fn stamp(captured: Option<Duration>) -> Stamp {
        let clock = Arc::new(FakeClock::default());
        let now = BenchTime::ZERO + Duration::from_secs(5);
        clock.wait_until(now).unwrap();
        Stamper::new(clock, Box::new(|| WALL)).stamp(captured, PERIOD)
    }

    fn millis(millis: u64) -> BenchTime {
        BenchTime::ZERO + Duration::from_millis(millis)
    }

    #[test]
    fn a_device_stamp_is_carried_over() {
        let said = stamp(Some(WALL - Duration::from_millis(130)));
        assert_eq!((said.at, said.uncertainty, said.by_arrival), (millis(4_850), PERIOD / 2, false));
        let early = stamp(Some(WALL + Duration::from_millis(1)));
        assert_eq!((early.at, early.by_arrival), (millis(4_980), false));
    }

    #[test]
    fn what_was_measured_corrects_a_device_stamp_and_no_other() {
        let latency =
            |late_ms: i64| Latency { late_ns: late_ms * 1_000_000, within: Duration::from_millis(3) };
        let said = stamp(Some(WALL - Duration::from_millis(130)));
        let late = said.corrected(latency(25), PERIOD);
        assert_eq!((late.at, late.uncertainty), (millis(4_825), Duration::from_millis(3)));
        assert_eq!(said.corrected(latency(-10), PERIOD).at, millis(4_860));
        let arrived = stamp(None);
        assert_eq!(arrived.corrected(latency(25), PERIOD), arrived);
    }

    #[test]
    fn without_a_stamp_that_can_be_the_arrival_tells() {
        let absurd =
            [None, Some(Duration::ZERO), Some(WALL - OLDEST * 2), Some(WALL + Duration::from_secs(1))];
        for captured in absurd {
            let said = stamp(captured);
            assert_eq!((said.at, said.uncertainty, said.by_arrival), (millis(4_960), PERIOD, true));
        }
    }

    #[test]
    fn reading_the_clocks_slowly_makes_a_stamp_less_sure() {
        let clock = Arc::new(FakeClock::default());
        clock.wait_until(millis(5_000)).unwrap();
        let slow = clock.clone();
        let wall = move || {
            slow.wait_until(slow.now() + Duration::from_millis(10)).unwrap();
            WALL
        };
        let said = Stamper::new(clock, Box::new(wall)).stamp(Some(WALL), PERIOD);
        assert_eq!(said.at, millis(4_985));
        assert_eq!(said.uncertainty, Duration::from_millis(25));
    }
}
