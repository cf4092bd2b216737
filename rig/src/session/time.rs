//! Waiting, and what time it is.

use std::time::Duration;

use drivers::{BenchTime, Reading, Utc};

use super::{Session, StepResult};
use crate::{bench::Kind, oracle::observed, recorder::Handle};

impl Session {
    /// Lets `span` go by on the bench clock.
    pub(crate) fn wait(&self, span: Duration) -> StepResult {
        Ok(self.instruments.clock.wait_until(self.now() + span)?)
    }

    /// A person let the bench stand from `from` until now: what was measured across that cannot pass. On a simulated bench no
    /// time has gone by, and nothing is noted.
    pub(crate) fn note_pause(&mut self, from: BenchTime) -> StepResult {
        let now = self.now();
        if self.bench.kind == Kind::Simulated || now <= from {
            return Ok(());
        }
        self.recording.note_pause(from, now)
    }

    /// Coordinated universal time now.
    pub(crate) fn utc(&self) -> StepResult<Utc> {
        Ok(self.instruments.clock.utc()?)
    }

    /// UTC at the moment `at`, as an observation.
    pub(crate) fn observe_utc(&self, at: BenchTime) -> StepResult<Handle<observed::Utc>> {
        let (now, utc) = (self.now(), self.instruments.clock.utc()?);
        let unix = if at <= now { utc.unix.saturating_sub(now.since(at)) } else { utc.unix + at.since(now) };
        let uncertainty = utc.uncertainty;
        let seen = observed::Utc { unix, uncertainty, source: utc.source };
        self.recording.observe("clock", &Reading::new(at, Duration::ZERO, seen))
    }

    /// How long it is until the next time step of one-time codes begins.
    pub(crate) fn until_next_step(&self) -> StepResult<Duration> {
        let unix = self.utc()?.unix;
        let step_s = self.bench.profile.totp.step_s.get();
        Ok(Duration::from_secs((unix.as_secs() / step_s + 1) * step_s) - unix)
    }

    /// The time step of one-time codes that it is now.
    pub(crate) fn current_step(&self) -> StepResult<u64> {
        Ok(self.bench.profile.totp.formula().step_at(self.utc()?.unix))
    }

    /// Waits until a time step has just begun: `steps` steps from the one that it is now.
    pub(crate) fn wait_steps(&self, steps: u32) -> StepResult {
        let step = Duration::from_secs(self.bench.profile.totp.step_s.get());
        match steps.checked_sub(1) {
            Some(whole) => self.wait(self.until_next_step()? + step * whole + SETTLED),
            None => Ok(()),
        }
    }

    /// Waits for the next time step where this one is about to end: a code that is pressed for, read and
    /// typed now would straddle the boundary.
    pub(crate) fn avoid_step_end(&self) -> StepResult {
        if self.until_next_step()? < TO_PRESS_AND_READ { self.wait_steps(1) } else { Ok(()) }
    }
}

/// After the start of a time step: longer than the clocks of bench and board disagree.
const SETTLED: Duration = Duration::from_secs(1);
/// Long enough to press, read and type a code.
const TO_PRESS_AND_READ: Duration = Duration::from_secs(5);
