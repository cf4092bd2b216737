//! What a scenario writes into the journal: numbered, stamped, and closed for good when it is abandoned.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use drivers::{BenchTime, Reading};
use reports::{Entry, Event, EvidenceStore, Host, JournalWriter, Observation, Outcome, Verdict};

use crate::oracle::observed::Observed;

/// Where all scenarios of a run write.
pub struct Sink {
    journal: JournalWriter,
    evidence: EvidenceStore,
    started: Instant,
    listener: Box<dyn Fn(&Entry) + Send + Sync>,
}

impl Sink {
    /// Creates the run's folder and its journal. `listener` is told of every event once it is written.
    pub fn create(run: &Path, listener: Box<dyn Fn(&Entry) + Send + Sync>) -> reports::Result<Self> {
        Ok(Self {
            journal: JournalWriter::create(run)?,
            evidence: EvidenceStore::new(run),
            started: Instant::now(),
            listener,
        })
    }

    /// Appends one event.
    pub fn append(&self, scenario: Option<u32>, seq: u32, event: Event) -> reports::Result<()> {
        let wall_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let entry = Entry { scenario, seq, event, host: Host { wall_ms, ..Host::default() } };
        self.journal.append(&entry)?;
        (self.listener)(&entry);
        Ok(())
    }

    /// Everything appended so far is on the disk when this returns.
    pub fn sync(&self) -> reports::Result<()> {
        self.journal.sync()
    }
}

/// One scenario's events, numbered.
pub struct Recorder {
    sink: Arc<Sink>,
    scenario: u32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    seq: u32,
    step: Option<u32>,
    at_ns: u64,
    observations: Vec<Observation>,
    /// Set when the scenario is given up: a thread that wakes later writes nothing more.
    closed: bool,
}

impl Recorder {
    /// The recorder of the scenario at place `scenario` of the plan.
    pub fn new(sink: Arc<Sink>, scenario: u32) -> Self {
        Self { sink, scenario, state: Mutex::default() }
    }

    /// Writes an event that is not about a step.
    pub fn event(&self, event: Event) -> reports::Result<()> {
        self.write(&mut self.state(), event)
    }

    /// A step begins.
    pub fn step_started(&self, step: u32, at: BenchTime) -> reports::Result<()> {
        let mut state = self.state();
        (state.step, state.at_ns) = (Some(step), at.as_nanos());
        self.write(&mut state, Event::StepStarted { step, at_ns: at.as_nanos() })
    }

    /// A step ended.
    pub fn step_finished(
        &self,
        at: BenchTime,
        outcome: Outcome,
        reason: Option<String>,
    ) -> reports::Result<()> {
        let mut state = self.state();
        state.at_ns = at.as_nanos();
        let Some(step) = state.step.take() else { return Ok(()) };
        self.write(&mut state, Event::StepFinished { step, at_ns: at.as_nanos(), outcome, reason })
    }

    /// An instrument saw something: keeps the bytes, writes the observation, and returns its number.
    pub fn observed<T: Observed>(&self, instrument: &str, reading: &Reading<T>) -> reports::Result<u32> {
        let raw = reading.raw.as_ref();
        let evidence = raw.map(|raw| self.sink.evidence.store(raw.media_type, &raw.bytes)).transpose()?;
        let mut state = self.state();
        let id = u32::try_from(state.observations.len()).unwrap_or(u32::MAX);
        let observation = Observation {
            id,
            at_ns: reading.at.as_nanos(),
            uncertainty_ns: u64::try_from(reading.uncertainty.as_nanos()).unwrap_or(u64::MAX),
            instrument: instrument.into(),
            quantity: T::QUANTITY.into(),
            value: reading.value.to_value(),
            evidence,
        };
        state.observations.push(observation.clone());
        self.write(&mut state, Event::Observed(observation))?;
        Ok(id)
    }

    /// The observations with these numbers, in this order.
    pub fn observations(&self, ids: &[u32]) -> Vec<Observation> {
        let state = self.state();
        ids.iter().filter_map(|&id| state.observations.get(id as usize)).cloned().collect()
    }

    /// A clause was judged.
    pub fn judged(&self, verdict: Verdict) -> reports::Result<()> {
        self.event(Event::Judged(verdict))
    }

    /// Gives the scenario up: ends the step under way and the scenario as `error`, and drops whatever the
    /// hanging thread may still want to write.
    pub fn abandon(&self, reason: &str) -> reports::Result<()> {
        let mut state = self.state();
        let at_ns = state.at_ns;
        if let Some(step) = state.step.take() {
            let reason = Some(reason.to_owned());
            self.write(&mut state, Event::StepFinished { step, at_ns, outcome: Outcome::Error, reason })?;
        }
        self.write(&mut state, Event::ScenarioFinished { at_ns, outcome: Outcome::Error })?;
        state.closed = true;
        Ok(())
    }

    /// Everything written so far is on the disk when this returns.
    pub fn sync(&self) -> reports::Result<()> {
        self.sink.sync()
    }

    fn write(&self, state: &mut State, event: Event) -> reports::Result<()> {
        if state.closed {
            return Ok(());
        }
        self.sink.append(Some(self.scenario), state.seq, event)?;
        state.seq += 1;
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // State is changed in whole steps: a panic elsewhere leaves it as good as it was.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
