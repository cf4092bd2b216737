//! Pauses by hand on a bench in real time: what was measured across one cannot pass.

use std::time::Duration;

use drivers::{BenchTime, Reading};

use super::{Session, StepResult};
use crate::{bench::Kind, oracle::observed::Paused};

impl Session {
    /// A person let the bench stand from `from` until now. On a simulated bench no time has gone by, and nothing is noted.
    pub(crate) fn note_pause(&mut self, from: BenchTime) -> StepResult {
        let now = self.clock.now();
        if self.bench.kind == Kind::Simulated || now <= from {
            return Ok(());
        }
        let paused = Paused { from_ns: from.as_nanos(), to_ns: now.as_nanos() };
        let paused = Reading::new(from, Duration::ZERO, paused);
        self.pauses.push(self.recorder.observed("debugger", &paused)?);
        Ok(())
    }

    /// `observations`, and the pauses that lie between the first and the last of them.
    pub(super) fn with_pauses(&self, observations: &[u32]) -> Vec<u32> {
        let mut all = observations.to_vec();
        if self.pauses.is_empty() {
            return all;
        }
        let seen = self.recorder.observations(observations);
        let moments = || seen.iter().map(|one| one.at_ns);
        let (Some(first), Some(last)) = (moments().min(), moments().max()) else { return all };
        let pauses = self.recorder.observations(&self.pauses);
        let within = pauses.iter().filter(|pause| (first..=last).contains(&pause.at_ns));
        all.extend(within.map(|pause| pause.id));
        all
    }
}
