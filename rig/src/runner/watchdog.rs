//! The watchdog: a step that takes longer than its limit is given up. Deliberate waits do not count.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, Sender},
    time::{Duration, Instant},
};

use drivers::{BenchTime, Clock, Result, SharedClock, Utc};

use super::scenario::ScenarioEnd;

/// Heartbeat interval during deliberate waits; the watchdog fires at most this much early.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// A message of a scenario's thread to the watchdog.
pub(super) enum Heartbeat {
    /// The controller decides: no time limit.
    Paused,
    /// A step begins or goes on: the time limit begins anew.
    Resumed,
    /// A deliberate wait took this long on the wall clock.
    Waited(Duration),
    /// The scenario ended.
    Ended(ScenarioEnd),
}

/// Why the watchdog fired.
#[derive(Debug, thiserror::Error)]
pub(super) enum Bite {
    /// The step took too long.
    #[error("the step hangs: it took longer than {0:?}")]
    Hangs(Duration),
    /// The thread panicked outside of a step.
    #[error("rig: the scenario's thread ended without a word")]
    ThreadGone,
}

/// Watches a scenario to its end; every step has `limit`. Afterwards nobody listens: the thread learns that it was given up
/// from its next heartbeat.
///
/// # Errors
/// The scenario is to be given up.
pub(super) fn watch(
    heartbeats: Receiver<Heartbeat>,
    limit: Duration,
) -> std::result::Result<ScenarioEnd, Bite> {
    let mut deadline = StepDeadline::new(limit, Instant::now());
    loop {
        let heartbeat = match deadline.left(Instant::now()) {
            Some(left) => heartbeats.recv_timeout(left),
            None => heartbeats.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match heartbeat {
            Ok(Heartbeat::Paused) => deadline.pause(),
            Ok(Heartbeat::Resumed) => deadline.begin(Instant::now()),
            Ok(Heartbeat::Waited(span)) => deadline.extend(span),
            Ok(Heartbeat::Ended(end)) => return Ok(end),
            Err(RecvTimeoutError::Timeout) => return Err(Bite::Hangs(limit)),
            Err(RecvTimeoutError::Disconnected) => return Err(Bite::ThreadGone),
        }
    }
}

/// The wall-clock deadline of the step under way.
struct StepDeadline {
    limit: Duration,
    until: Option<Instant>,
}

impl StepDeadline {
    /// A step begins at `now`.
    fn new(limit: Duration, now: Instant) -> Self {
        Self { limit, until: Some(now + limit) }
    }

    /// Time left at `now`; `None` while paused.
    fn left(&self, now: Instant) -> Option<Duration> {
        self.until.map(|until| until.saturating_duration_since(now))
    }

    /// The next step begins at `now`.
    fn begin(&mut self, now: Instant) {
        self.until = Some(now + self.limit);
    }

    /// No deadline until the next step begins.
    fn pause(&mut self) {
        self.until = None;
    }

    /// A deliberate wait of `span` does not count.
    fn extend(&mut self, span: Duration) {
        self.until = self.until.map(|until| until + span);
    }
}

/// A scenario's clock. It reports deliberate waits to the watchdog; what a driver waits for on its own counts as work.
pub(super) struct WatchedClock {
    pub(super) clock: SharedClock,
    pub(super) heartbeats: Sender<Heartbeat>,
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
            let slice = moment.min(self.clock.now() + HEARTBEAT);
            self.clock.wait_until(slice)?;
            // The watchdog is gone if the scenario was given up.
            let _ = self.heartbeats.send(Heartbeat::Waited(began.elapsed()));
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
    fn deliberate_waits_extend_the_deadline_and_a_new_step_begins_anew() {
        let (limit, now) = (Duration::from_secs(60), Instant::now());
        let later = |seconds| now + Duration::from_secs(seconds);
        let mut deadline = StepDeadline::new(limit, now);
        assert_eq!(deadline.left(later(59)), Some(Duration::from_secs(1)));
        deadline.extend(Duration::from_secs(3600));
        assert_eq!(deadline.left(later(3600)), Some(limit));
        assert_eq!(deadline.left(later(4000)), Some(Duration::ZERO), "work counts");
        deadline.begin(later(100));
        assert_eq!(deadline.left(later(100)), Some(limit), "one step's waits are not the next one's");
        deadline.pause();
        deadline.extend(limit);
        assert_eq!(deadline.left(later(9000)), None);
    }

    #[test]
    fn a_clock_reports_how_long_it_waited() {
        let (heartbeats, heard) = mpsc::channel();
        let clock = WatchedClock { clock: Arc::new(RealClock::new(Duration::ZERO)), heartbeats };
        let wanted = Duration::from_millis(20);
        let end = clock.now() + wanted;
        clock.wait_until(end).unwrap();
        assert!(clock.now() >= end);
        let waited = heard.try_iter().map(|heartbeat| match heartbeat {
            Heartbeat::Waited(span) => span,
            _ => panic!("not of a clock"),
        });
        // A millisecond may lie between the two looks at the time before it began to wait.
        assert!(waited.sum::<Duration>() + Duration::from_millis(1) >= wanted);
    }
}
