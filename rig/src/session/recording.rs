//! What a scenario puts on record: observations by their handles, and verdicts.

use std::{sync::Arc, time::Duration};

use drivers::{BenchTime, Reading};
use reports::{Observation, Verdict};

use super::StepResult;
use crate::{
    keys::KeyRing,
    oracle::{
        Check,
        observed::{Observed, Paused},
    },
    recorder::{Handle, Handles, Recorder},
};

/// The record of a scenario under way.
pub(crate) struct Recording {
    pub(super) recorder: Arc<Recorder>,
    /// The last verdict.
    pub(crate) last_verdict: Option<Verdict>,
    /// Pauses by hand, and when each began and ended.
    pauses: Vec<(Handle<Paused>, BenchTime, BenchTime)>,
    /// Set while a person asks the oracle: then nothing is recorded as a verdict.
    pub(super) is_asking: bool,
}

impl Recording {
    /// Nothing was judged yet.
    pub(super) fn new(recorder: Arc<Recorder>) -> Self {
        Self { recorder, last_verdict: None, pauses: Vec::new(), is_asking: false }
    }

    /// Puts on record what an instrument saw, or what was done with it.
    pub(crate) fn observe<T: Observed>(
        &self,
        instrument: &str,
        reading: &Reading<T>,
    ) -> StepResult<Handle<T>> {
        Ok(self.recorder.observed(instrument, reading)?)
    }

    /// As [`observe`](Self::observe), of something that rests on a secret: only the run's sealed file says it.
    pub(crate) fn observe_secret<T: Observed>(
        &self,
        instrument: &str,
        reading: &Reading<T>,
        secret: &str,
    ) -> StepResult<Handle<T>> {
        Ok(self.recorder.observed_secret(instrument, reading, secret)?)
    }

    /// The observations that a verdict names by these numbers.
    pub(crate) fn observations(&self, numbers: &[u32]) -> Vec<Observation> {
        self.recorder.observations(numbers)
    }

    /// The last `count` observations.
    pub(crate) fn newest(&self, count: usize) -> Vec<Observation> {
        self.recorder.newest(count)
    }

    /// Keeps the pictures of these observations, whether or not a verdict rests on them.
    pub(super) fn pin(&self, numbers: [u32; 2]) -> StepResult {
        Ok(self.recorder.pin(&numbers)?)
    }

    /// Somebody who attached has the run stopped.
    pub(crate) fn attached(&self) {
        self.recorder.attached();
    }

    /// Puts a pause by hand on record.
    pub(super) fn note_pause(&mut self, from: BenchTime, to: BenchTime) -> StepResult {
        let paused = Paused { from_ns: from.as_nanos(), to_ns: to.as_nanos() };
        let handle = self.observe("debugger", &Reading::new(from, Duration::ZERO, paused))?;
        self.pauses.push((handle, from, to));
        Ok(())
    }

    /// What was seen, and the pauses that touch the time from the first to the last of it.
    pub(super) fn with_pauses(&self, seen: Handles) -> Handles {
        if self.pauses.is_empty() {
            return seen;
        }
        let observations = self.observations(seen.numbers());
        let moments = || observations.iter().map(|one| one.at_ns);
        let (Some(first), Some(last)) = (moments().min(), moments().max()) else { return seen };
        let touches = |(_, from, to): &&(Handle<Paused>, BenchTime, BenchTime)| {
            from.as_nanos() < last && first < to.as_nanos()
        };
        seen.with(self.pauses.iter().filter(touches).map(|(pause, ..)| *pause).collect::<Handles>())
    }

    /// Seals the key that a check computes codes with.
    pub(super) fn seal_key_of(&self, check: &Check, keys: &KeyRing, now: BenchTime) -> StepResult {
        if let Some((id, key)) = check.key().and_then(|id| Some((id, keys.get(id)?))) {
            self.recorder.seal_key(id, key, now)?;
        }
        Ok(())
    }

    /// Puts a verdict on record.
    pub(super) fn judged(&mut self, verdict: Verdict) -> StepResult {
        self.last_verdict = Some(verdict.clone());
        Ok(self.recorder.judged(verdict)?)
    }
}
