//! How long a step may take: time that a scenario lets go by on purpose, be it a day, is no hang.

use std::{
    sync::mpsc::Sender,
    time::{Duration, Instant},
};

use drivers::{BenchTime, Clock, Result, SharedClock, Utc};

use super::Beat;

/// A scenario that waits says so this often; one that hangs just then is given up so much too early at most.
const SLICE: Duration = Duration::from_secs(5);

/// Until when a scenario need not be heard of.
pub(super) struct Patience {
    limit: Duration,
    until: Option<Instant>,
}

impl Patience {
    /// Patience for `limit` from `now` on.
    pub(super) fn new(limit: Duration, now: Instant) -> Self {
        Self { limit, until: Some(now + limit) }
    }

    /// What remains of it at `now`; none where there is no end of it.
    pub(super) fn left(&self, now: Instant) -> Option<Duration> {
        self.until.map(|until| until.saturating_duration_since(now))
    }

    /// A step began, at `now`.
    pub(super) fn begin(&mut self, now: Instant) {
        self.until = Some(now + self.limit);
    }

    /// The scenario stands at the gate, for as long as it takes.
    pub(super) fn pause(&mut self) {
        self.until = None;
    }

    /// So much time went by on purpose.
    pub(super) fn grant(&mut self, span: Duration) {
        self.until = self.until.map(|until| until + span);
    }
}

/// A scenario's clock that tells whoever watches it how long it waited. What a driver waits for by itself counts as
/// before: drivers have clocks of their own, and time limits.
pub(super) struct WatchedClock {
    pub(super) clock: SharedClock,
    pub(super) beats: Sender<Beat>,
}

impl Clock for WatchedClock {
    fn now(&self) -> BenchTime {
        self.clock.now()
    }

    fn utc(&self) -> Result<Utc> {
        self.clock.utc()
    }

    fn deliver(&self) {
        self.clock.deliver();
    }

    fn step(&self, deadline: BenchTime) {
        self.clock.step(deadline);
    }

    fn wait_until(&self, moment: BenchTime) -> Result<()> {
        loop {
            let began = Instant::now();
            let slice = moment.min(self.clock.now() + SLICE);
            self.clock.wait_until(slice)?;
            // Nobody watches any more where the scenario was given up.
            let _ = self.beats.send(Beat::Waited(began.elapsed()));
            if slice == moment {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use drivers::clock::RealClock;

    use super::*;

    #[test]
    fn time_that_was_waited_away_is_granted_and_a_new_step_begins_anew() {
        let (limit, now) = (Duration::from_secs(60), Instant::now());
        let later = |seconds| now + Duration::from_secs(seconds);
        let mut patience = Patience::new(limit, now);
        assert_eq!(patience.left(later(59)), Some(Duration::from_secs(1)));
        patience.grant(Duration::from_secs(3600));
        assert_eq!(patience.left(later(3600)), Some(limit));
        assert_eq!(patience.left(later(4000)), Some(Duration::ZERO), "what is not waited on purpose counts");
        patience.begin(later(100));
        assert_eq!(patience.left(later(100)), Some(limit), "what one step waited is not the next one's");
        patience.pause();
        patience.grant(limit);
        assert_eq!(patience.left(later(9000)), None);
    }

    #[test]
    fn a_clock_tells_how_long_it_waited() {
        let (beats, heard) = mpsc::channel();
        let clock = WatchedClock { clock: Arc::new(RealClock::new(Duration::ZERO)), beats };
        let wanted = Duration::from_millis(20);
        let end = clock.now() + wanted;
        clock.wait_until(end).unwrap();
        assert!(clock.now() >= end);
        let waited = heard.try_iter().map(|beat| match beat {
            Beat::Waited(span) => span,
            _ => panic!("not of a clock"),
        });
        // A millisecond may lie between the two looks at the time before it began to wait.
        assert!(waited.sum::<Duration>() + Duration::from_millis(1) >= wanted);
    }
}
