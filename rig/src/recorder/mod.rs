//! A scenario's writer into the journal: events are numbered and stamped, and an abandoned scenario's writer
//! is closed for good.

use std::{
    fs::File,
    io::Read,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
};

use drivers::{BenchTime, Raw, Reading, microphone::Voice};
use reports::{
    Again, Because, Entry, Event, Evidence, Isolation, Observation, Outcome, Salt, Sealed, Transcript,
    Verdict,
};
use sha2::{Digest, Sha256};

use crate::{
    keys::{Key, KeyId},
    oracle::observed::{Observed, SealedKey},
    readings::{
        speech,
        transcript::{Came, Line},
    },
};
use pending::Pending;

mod handle;
mod pending;
mod sink;

pub use handle::{Handle, Handles};
pub use sink::Sink;

/// How an attempt begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// Its number, from 1.
    pub number: u32,
    /// Why the runner begins it by itself, where it is not the first and nobody asked for it.
    pub again: Option<Again>,
}

/// One scenario's events, numbered.
pub struct Recorder {
    sink: Arc<Sink>,
    scenario: u32,
    seed: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    seq: u32,
    step: Option<u32>,
    at_ns: u64,
    observations: Vec<Observation>,
    /// Pictures and sounds that nothing rests on yet.
    pending: Pending,
    /// Bytes of instruments without pictures and sounds, from the first of them on.
    transcript: Option<Transcript>,
    /// The last attempt that began, and whether it has not ended.
    attempt: u32,
    under_way: bool,
    /// The attempt that a resumed run found begun was interrupted.
    interrupted: bool,
    /// Whether any verdict was a fail.
    failed: bool,
    /// How long the transcript of an interrupted attempt is.
    transcript_size: u64,
    /// Set when the scenario is given up: a thread that wakes later writes nothing more.
    closed: bool,
}

impl State {
    fn next_attempt(&self, isolation: Isolation) -> Beginning {
        let again = self.interrupted.then_some(Again { because: Because::Interrupted, isolation });
        Beginning { number: self.attempt + 1, again }
    }
}

impl Recorder {
    /// The recorder of the scenario at place `scenario` of the plan, whose world has this seed.
    pub fn new(sink: Arc<Sink>, scenario: u32, seed: u64) -> Self {
        Self { sink, scenario, seed, state: Mutex::default() }
    }

    /// The recorder of a scenario whose `entries` an interrupted run has written.
    pub fn resume(sink: Arc<Sink>, scenario: u32, seed: u64, entries: &[Entry]) -> Self {
        let mut state = State { seq: u32::try_from(entries.len()).unwrap_or(u32::MAX), ..State::default() };
        for entry in entries {
            match &entry.event {
                Event::ScenarioStarted { attempt, .. } => {
                    (state.attempt, state.interrupted) = (*attempt, true)
                }
                Event::Observed(observation) => state.observations.push(observation.clone()),
                _ => {}
            }
        }
        let evidence = state.observations.iter().filter_map(|seen| seen.evidence.as_ref());
        let ends = evidence.filter_map(|part| Some(part.offset? + part.size));
        state.transcript_size = ends.max().unwrap_or(0);
        Self { sink, scenario, seed, state: Mutex::new(state) }
    }

    /// How the scenario's next attempt begins; `isolation` is for one that follows an interrupted one.
    pub fn next_attempt(&self, isolation: Isolation) -> Beginning {
        self.state().next_attempt(isolation)
    }

    /// Whether any verdict was a fail.
    pub fn has_failed(&self) -> bool {
        self.state().failed
    }

    /// The scenario is not run, for this reason: its first step says so.
    pub fn not_run(&self, beginning: Beginning, reason: &str) -> reports::Result<()> {
        let (mut state, at_ns) = (self.state(), 0);
        let Beginning { number: attempt, again } = beginning;
        let started = Event::ScenarioStarted { attempt, seed: self.seed, instruments: Vec::new(), again };
        self.write(&mut state, started)?;
        self.write(&mut state, Event::StepStarted { step: 0, at_ns })?;
        let (outcome, reason) = (Outcome::NotRun, Some(reason.to_owned()));
        self.write(&mut state, Event::StepFinished { step: 0, at_ns, outcome, reason })?;
        self.write(&mut state, Event::ScenarioFinished { at_ns, outcome })
    }

    /// Writes an event that is not about a step.
    pub fn event(&self, event: Event) -> reports::Result<()> {
        let mut state = self.state();
        if let Event::ScenarioFinished { .. } = event {
            state.pending = Pending::default();
        }
        self.write(&mut state, event)
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
        if outcome != Outcome::Pass {
            self.keep(&mut state, |_, of| of == Some(step))?;
        }
        self.write(&mut state, Event::StepFinished { step, at_ns: at.as_nanos(), outcome, reason })
    }

    /// An instrument saw something: keeps what it rests on, writes the observation, and returns its handle.
    ///
    /// Pictures and sounds are files of their own, which are kept once a verdict rests on them, or where their step does not
    /// pass; all else is a line of the scenario's transcript, with the bytes that came.
    pub fn observed<T: Observed>(
        &self,
        instrument: &str,
        reading: &Reading<T>,
    ) -> reports::Result<Handle<T>> {
        self.observe(instrument, reading, None)
    }

    /// As [`observed`](Self::observed), of something that rests on a secret: only the run's sealed file says it.
    pub fn observed_secret<T: Observed>(
        &self,
        instrument: &str,
        reading: &Reading<T>,
        secret: &str,
    ) -> reports::Result<Handle<T>> {
        let salt = self.salt(self.state().observations.len())?;
        let sealed = self.sink.watched(self.sink.sealed.seal("text/plain", secret.as_bytes(), &salt))?;
        self.observe(instrument, reading, Some(sealed))
    }

    /// Salt of the secret in observation `number`.
    fn salt(&self, number: usize) -> reports::Result<Salt> {
        if self.sink.seeded.load(Ordering::Relaxed) {
            let seeded = Sha256::new().chain_update("salt").chain_update(self.seed.to_be_bytes());
            return Ok(seeded.chain_update((number as u64).to_be_bytes()).finalize().into());
        }
        let (path, mut salt) = (Path::new("/dev/urandom"), Salt::default());
        let read = File::open(path).and_then(|mut random| random.read_exact(&mut salt));
        read.map(|()| salt).map_err(|source| reports::Error::Io { path: path.to_owned(), source })
    }

    fn observe<T: Observed>(
        &self,
        instrument: &str,
        reading: &Reading<T>,
        sealed: Option<Sealed>,
    ) -> reports::Result<Handle<T>> {
        let raw = reading.raw.as_ref();
        let file = raw.filter(|raw| is_file(raw));
        let evidence = file.map(|raw| Evidence::of(raw.media_type, &raw.bytes));
        let mut state = self.state();
        let id = u32::try_from(state.observations.len()).unwrap_or(u32::MAX);
        let mut observation = Observation {
            id,
            at_ns: reading.at.as_nanos(),
            uncertainty_ns: u64::try_from(reading.uncertainty.as_nanos()).unwrap_or(u64::MAX),
            instrument: instrument.into(),
            quantity: T::QUANTITY.into(),
            value: reading.value.to_value(),
            evidence,
            sealed,
        };
        if observation.evidence.is_none() && !state.closed {
            let line = Line::of(&observation, raw.map(|raw| Came::of(raw.media_type, &raw.bytes))).to_bytes();
            observation.evidence = Some(self.sink.watched(self.note(&mut state, &line))?);
        }
        if let (Some(file), Some(evidence), false) = (file, &observation.evidence, state.closed) {
            let step = state.step;
            state.pending.add(id, step, evidence, &file.bytes);
        }
        state.observations.push(observation.clone());
        self.write(&mut state, Event::Observed(observation))?;
        Ok(Handle::new(id))
    }

    /// Keeps the pictures and sounds of the observations, by number and step, that `which` holds for.
    fn keep(&self, state: &mut State, which: impl Fn(u32, Option<u32>) -> bool) -> reports::Result<()> {
        state
            .pending
            .take(which)
            .try_for_each(|(evidence, bytes)| self.sink.watched(self.sink.evidence.keep(&evidence, &bytes)))
    }

    /// Appends a line to the scenario's transcript.
    fn note(&self, state: &mut State, line: &[u8]) -> reports::Result<Evidence> {
        let transcript = match &mut state.transcript {
            Some(transcript) => transcript,
            none => none.insert(self.sink.evidence.transcript(self.scenario, state.transcript_size)?),
        };
        transcript.append(line)
    }

    /// Seals a key that a check computes codes with, once a scenario: an event tells its name.
    pub fn seal_key(&self, id: &KeyId, key: &Key, at: BenchTime) -> reports::Result<()> {
        let mut state = self.state();
        let value = SealedKey { id: id.clone() }.to_value();
        let known = state.observations.iter().any(|seen| seen.sealed.is_some() && seen.value == value);
        if known || state.closed {
            return Ok(());
        }
        let number = u32::try_from(state.observations.len()).unwrap_or(u32::MAX);
        let salt = self.salt(state.observations.len())?;
        let sealed = self.sink.sealed.seal("application/octet-stream", key.expose(), &salt);
        let sealed = self.sink.watched(sealed)?;
        let observation = Observation {
            id: number,
            at_ns: at.as_nanos(),
            uncertainty_ns: 0,
            instrument: "rig".into(),
            quantity: SealedKey::QUANTITY.into(),
            value,
            evidence: None,
            sealed: Some(sealed),
        };
        state.observations.push(observation.clone());
        self.write(&mut state, Event::Observed(observation))
    }

    /// Keeps the recordings that a listener knows voices from, once a run; the SHA-256 of their list.
    pub fn keep_enrolment(&self, voices: &[Voice]) -> reports::Result<String> {
        if let Some(kept) = self.sink.enrolment.get() {
            return Ok(kept.clone());
        }
        let (list, files) = speech::list(voices);
        for file in files {
            self.sink.evidence.store("audio/wav", file)?;
        }
        let list = self.sink.evidence.store("application/json", &list)?;
        Ok(self.sink.enrolment.get_or_init(|| list.sha256).clone())
    }

    /// The observations with these numbers, in this order.
    pub fn observations(&self, ids: &[u32]) -> Vec<Observation> {
        let state = self.state();
        ids.iter().filter_map(|&id| state.observations.get(id as usize)).cloned().collect()
    }

    /// The last `count` observations.
    pub fn newest(&self, count: usize) -> Vec<Observation> {
        let seen = &self.state().observations;
        seen[seen.len().saturating_sub(count)..].to_vec()
    }

    /// A clause was judged.
    pub fn judged(&self, verdict: Verdict) -> reports::Result<()> {
        let mut state = self.state();
        self.keep(&mut state, |id, _| verdict.observations.contains(&id))?;
        state.failed |= verdict.outcome == Outcome::Fail;
        self.write(&mut state, Event::Judged(verdict))
    }

    /// Gives the scenario up: ends the step under way and the scenario as `error`, and drops whatever the
    /// hanging thread may still want to write. An attempt that never began ends in its first step.
    pub fn abandon(&self, reason: &str) -> reports::Result<()> {
        let mut state = self.state();
        let at_ns = state.at_ns;
        if !state.under_way {
            let Beginning { number: attempt, again } = state.next_attempt(Isolation::Reset);
            let started = Event::ScenarioStarted { attempt, seed: self.seed, instruments: Vec::new(), again };
            self.write(&mut state, started)?;
            self.write(&mut state, Event::StepStarted { step: 0, at_ns })?;
            state.step = Some(0);
        }
        if let Some(step) = state.step.take() {
            self.keep(&mut state, |_, of| of == Some(step))?;
            let reason = Some(reason.to_owned());
            self.write(&mut state, Event::StepFinished { step, at_ns, outcome: Outcome::Error, reason })?;
        }
        self.write(&mut state, Event::ScenarioFinished { at_ns, outcome: Outcome::Error })?;
        state.pending = Pending::default();
        state.closed = true;
        Ok(())
    }

    /// Keeps the pictures and sounds of these observations now.
    pub fn pin(&self, numbers: &[u32]) -> reports::Result<()> {
        self.keep(&mut self.state(), |id, _| numbers.contains(&id))
    }

    /// Somebody who attached has the run stopped: its record says so from now on.
    pub fn attached(&self) {
        self.sink.attached();
    }

    /// Returns once all events are on the disk.
    pub fn sync(&self) -> reports::Result<()> {
        self.sink.sync()
    }

    fn write(&self, state: &mut State, event: Event) -> reports::Result<()> {
        if state.closed {
            return Ok(());
        }
        match event {
            Event::ScenarioStarted { attempt, .. } => {
                (state.attempt, state.under_way, state.interrupted) = (attempt, true, false);
            }
            Event::ScenarioFinished { .. } => state.under_way = false,
            _ => {}
        }
        self.sink.append(self.scenario, state.seq, event)?;
        state.seq += 1;
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // State is changed in whole steps: a panic elsewhere leaves it as good as it was.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether bytes are kept as a file of their own.
fn is_file(raw: &Raw) -> bool {
    ["image/", "audio/"].iter().any(|kind| raw.media_type.starts_with(kind))
}

#[cfg(test)]
mod tests;
