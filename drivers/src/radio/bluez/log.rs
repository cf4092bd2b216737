//! Bounded log of received adverts. It reports gaps: adverts that it missed or dropped.

use std::collections::VecDeque;

use crate::{BenchTime, Reading, radio::Advert};

/// How many adverts are kept: a quarter of an hour beside a phone that advertises every 100 ms, and a beacon's
/// worth of strangers.
const CAPACITY: usize = 20_000;

/// Adverts in the order they came.
#[derive(Default)]
pub(super) struct Log {
    adverts: VecDeque<Reading<Advert>>,
    /// Everything from this moment on is here.
    complete_from: BenchTime,
    /// When the bench's beacon was heard last.
    beacon: Option<BenchTime>,
}

impl Log {
    /// Keeps an advert, and drops the oldest above the capacity.
    pub fn push(&mut self, advert: Reading<Advert>) {
        if self.adverts.len() == CAPACITY
            && let Some(oldest) = self.adverts.pop_front()
        {
            self.complete_from = BenchTime::from_nanos(oldest.at.as_nanos() + 1);
        }
        self.adverts.push_back(advert);
    }

    /// The beacon was heard.
    pub fn beacon_heard(&mut self, at: BenchTime) {
        self.beacon = Some(at);
    }

    /// When the beacon was heard last.
    pub fn beacon(&self) -> Option<BenchTime> {
        self.beacon
    }

    /// Until `until` the radio heard nothing, or not everything.
    pub fn was_deaf(&mut self, until: BenchTime) {
        self.complete_from = until;
    }

    /// Adverts from `from` on; if some are missing, the moment since when the log is complete.
    pub fn since(&self, from: BenchTime) -> Result<Vec<Reading<Advert>>, BenchTime> {
        if from < self.complete_from {
            return Err(self.complete_from);
        }
        let first = self.adverts.partition_point(|advert| advert.at < from);
        Ok(self.adverts.range(first..).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::*;
    use crate::radio::ServiceData;

    fn advert(at: u64) -> Reading<Advert> {
        let content = ServiceData { service: Uuid::nil(), data: at.to_be_bytes().to_vec() };
        let value = Advert { address: "00:11:22:33:44:55".into(), rssi_dbm: -60, content };
        Reading::new(BenchTime::from_nanos(at), Duration::ZERO, value)
    }

    #[test]
    fn tells_what_came_from_a_moment_on() {
        let mut log = Log::default();
        for at in [10, 20, 20, 30] {
            log.push(advert(at));
        }
        let at = |from| -> Vec<_> {
            log.since(BenchTime::from_nanos(from))
                .unwrap()
                .iter()
                .map(|advert| advert.at.as_nanos())
                .collect()
        };
        assert_eq!(at(0), [10, 20, 20, 30]);
        assert_eq!(at(20), [20, 20, 30]);
        assert_eq!(at(31), [0; 0]);
    }

    #[test]
    fn forgets_the_oldest_and_admits_it() {
        let mut log = Log::default();
        (0..=CAPACITY as u64).for_each(|at| log.push(advert(at)));
        assert_eq!(log.since(BenchTime::ZERO), Err(BenchTime::from_nanos(1)));
        assert_eq!(log.since(BenchTime::from_nanos(1)).unwrap().len(), CAPACITY);
    }

    #[test]
    fn admits_that_it_was_deaf() {
        let mut log = Log::default();
        log.push(advert(10));
        log.was_deaf(BenchTime::from_nanos(50));
        log.push(advert(60));
        assert_eq!(log.since(BenchTime::from_nanos(49)), Err(BenchTime::from_nanos(50)));
        assert_eq!(log.since(BenchTime::from_nanos(50)).unwrap(), [advert(60)]);
    }
}
