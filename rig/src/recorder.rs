//! A scenario's writer into the journal: events are numbered and stamped, and an abandoned scenario's writer
//! is closed for good.

use std::{
    fs::File,
    io::Read,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use drivers::{BenchTime, Raw, Reading, microphone::Voice};
use reports::{
    Access, Ended, Entry, Event, Evidence, EvidenceStore, Host, JOURNAL_FILE, JournalWriter, Observation,
    Origin, Outcome, RunStarted, Salt, Sealed, SealedWriter, Transcript, Verdict,
};
use sha2::{Digest, Sha256};

use crate::{
    bus::{Bus, Observer},
    keys::{Key, KeyId},
    oracle::observed::{Observed, SealedKey},
    provenance::utc_now,
    readings::{
        speech,
        transcript::{Came, Line},
    },
};

/// Every scenario of a run is run once.
pub const FIRST_ATTEMPT: u32 = 1;

/// Where all scenarios of a run write.
pub struct Sink {
    journal: JournalWriter,
    evidence: EvidenceStore,
    sealed: SealedWriter,
    /// Whether salts come from the scenario's seed, so that the same run is the same run: on a simulated bench, where
    /// nothing is secret.
    seeded: AtomicBool,
    /// Why nothing more can be written.
    failed: OnceLock<Ended>,
    /// The list of recordings that the listener knows voices from, by SHA-256, once it is kept.
    enrolment: OnceLock<String>,
    started: Instant,
    /// Hears of every event before the next one is written: for what steers the run, which waits for nothing.
    steering: Box<dyn Fn(&Entry) + Send + Sync>,
    bus: Bus,
}

impl Sink {
    /// Creates the run's folder and its journal, for whom `access` says. Every observer is told of every event once it is
    /// written.
    pub fn create(run: &Path, access: Access, observers: Vec<Box<dyn Observer>>) -> reports::Result<Self> {
        Ok(Self {
            journal: JournalWriter::create(run, access)?,
            evidence: EvidenceStore::new(run),
            sealed: SealedWriter::new(run),
            seeded: AtomicBool::new(false),
            failed: OnceLock::new(),
            enrolment: OnceLock::new(),
            started: Instant::now(),
            steering: Box::new(|_| {}),
            bus: Bus::new(&run.join(JOURNAL_FILE), observers),
        })
    }

    /// With `steering`, which is told of every event before the next one is written.
    #[must_use]
    pub fn steered(self, steering: Box<dyn Fn(&Entry) + Send + Sync>) -> Self {
        Self { steering, ..self }
    }

    /// Writes the run's head.
    pub fn begin(&self, head: RunStarted, origin: Origin) -> reports::Result<()> {
        self.seeded.store(head.simulated, Ordering::Relaxed);
        let host = Host { origin: Some(Box::new(origin)), ..self.dated() };
        self.write(Entry { scenario: None, seq: 0, event: Event::RunStarted(Box::new(head)), host })
    }

    /// Writes the run's end, and lets observers hear of it.
    pub fn end(&self, outcome: Outcome, ended: Ended) -> reports::Result<()> {
        let event = Event::RunFinished { outcome, ended };
        let entry = Entry { scenario: None, seq: 1, event, host: self.dated() };
        let bytes = self.journal.finish(&entry)?;
        (self.steering)(&entry);
        self.bus.publish(bytes, entry);
        self.bus.close();
        Ok(())
    }

    /// Why nothing more can be written, where that is so.
    pub fn failed(&self) -> Option<&Ended> {
        self.failed.get()
    }

    /// `result`, and where it is an error, the run is to end.
    fn watched<T>(&self, result: reports::Result<T>) -> reports::Result<T> {
        if let Err(error) = &result {
            let ended = if error.is_full() { Ended::DiskFull } else { Ended::GivenUp(error.to_string()) };
            // The first failure is the reason.
            let _ = self.failed.set(ended);
        }
        result
    }

    /// Appends an event of the scenario at this place of the plan.
    fn append(&self, scenario: u32, seq: u32, event: Event) -> reports::Result<()> {
        let host = match event {
            Event::ScenarioStarted { .. } => self.dated(),
            _ => self.host(),
        };
        self.write(Entry { scenario: Some(scenario), seq, event, host })
    }

    fn write(&self, entry: Entry) -> reports::Result<()> {
        let bytes = self.watched(self.journal.append(&entry))?;
        (self.steering)(&entry);
        self.bus.publish(bytes, entry);
        Ok(())
    }

    fn host(&self) -> Host {
        let wall_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Host { wall_ms, ..Host::default() }
    }

    fn dated(&self) -> Host {
        Host { utc: Some(utc_now()), ..self.host() }
    }

    /// Returns once all appended events are on the disk.
    pub fn sync(&self) -> reports::Result<()> {
        self.watched(self.journal.sync())
    }
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
    /// Bytes of instruments without pictures and sounds, from the first of them on.
    transcript: Option<Transcript>,
    /// Set when the scenario is given up: a thread that wakes later writes nothing more.
    closed: bool,
}

impl Recorder {
    /// The recorder of the scenario at place `scenario` of the plan, whose world has this seed.
    pub fn new(sink: Arc<Sink>, scenario: u32, seed: u64) -> Self {
        Self { sink, scenario, seed, state: Mutex::default() }
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

    /// An instrument saw something: keeps what it rests on, writes the observation, and returns its number.
    ///
    /// Pictures and sounds are files of their own; all else is a line of the scenario's transcript, with the bytes that
    /// came.
    pub fn observed<T: Observed>(&self, instrument: &str, reading: &Reading<T>) -> reports::Result<u32> {
        self.observe(instrument, reading, None)
    }

    /// As [`observed`](Self::observed), of something that rests on a secret: only the run's sealed file says it.
    pub fn observed_secret<T: Observed>(
        &self,
        instrument: &str,
        reading: &Reading<T>,
        secret: &str,
    ) -> reports::Result<u32> {
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
    ) -> reports::Result<u32> {
        let raw = reading.raw.as_ref();
        let file = raw.filter(|raw| is_file(raw));
        let file = file.map(|raw| self.sink.evidence.store(raw.media_type, &raw.bytes)).transpose();
        let file = self.sink.watched(file)?;
        let mut state = self.state();
        let id = u32::try_from(state.observations.len()).unwrap_or(u32::MAX);
        let mut observation = Observation {
            id,
            at_ns: reading.at.as_nanos(),
            uncertainty_ns: u64::try_from(reading.uncertainty.as_nanos()).unwrap_or(u64::MAX),
            instrument: instrument.into(),
            quantity: T::QUANTITY.into(),
            value: reading.value.to_value(),
            evidence: file,
            sealed,
        };
        if observation.evidence.is_none() && !state.closed {
            let line = Line::of(&observation, raw.map(Came::of)).to_bytes();
            observation.evidence = Some(self.sink.watched(self.note(&mut state, &line))?);
        }
        state.observations.push(observation.clone());
        self.write(&mut state, Event::Observed(observation))?;
        Ok(id)
    }

    /// Appends a line to the scenario's transcript.
    fn note(&self, state: &mut State, line: &[u8]) -> reports::Result<Evidence> {
        let transcript = match &mut state.transcript {
            Some(transcript) => transcript,
            none => none.insert(self.sink.evidence.transcript(self.scenario)?),
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

    /// A clause was judged.
    pub fn judged(&self, verdict: Verdict) -> reports::Result<()> {
        self.event(Event::Judged(verdict))
    }

    /// Gives the scenario up: ends the step under way and the scenario as `error`, and drops whatever the
    /// hanging thread may still want to write. A scenario that never began ends in its first step.
    pub fn abandon(&self, reason: &str) -> reports::Result<()> {
        let mut state = self.state();
        let at_ns = state.at_ns;
        if state.seq == 0 {
            let instruments = Vec::new();
            let attempt = FIRST_ATTEMPT;
            self.write(&mut state, Event::ScenarioStarted { attempt, seed: self.seed, instruments })?;
            self.write(&mut state, Event::StepStarted { step: 0, at_ns })?;
            state.step = Some(0);
        }
        if let Some(step) = state.step.take() {
            let reason = Some(reason.to_owned());
            self.write(&mut state, Event::StepFinished { step, at_ns, outcome: Outcome::Error, reason })?;
        }
        self.write(&mut state, Event::ScenarioFinished { at_ns, outcome: Outcome::Error })?;
        state.closed = true;
        Ok(())
    }

    /// Returns once all events are on the disk.
    pub fn sync(&self) -> reports::Result<()> {
        self.sink.sync()
    }

    fn write(&self, state: &mut State, event: Event) -> reports::Result<()> {
        if state.closed {
            return Ok(());
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
mod tests {
    use reports::{FORMAT, Journal, ScenarioInfo, StepInfo, Summary};

    use super::*;

    /// A run of one scenario with one step.
    fn head() -> RunStarted {
        let step = StepInfo { keyword: "Then".into(), text: "it opens".into(), line: 2, clause: None };
        let scenario =
            ScenarioInfo { name: "S".into(), file: "F".into(), line: 1, steps: vec![step], uses: Vec::new() };
        RunStarted {
            format: FORMAT,
            rig: "0".into(),
            bench: "bench".into(),
            simulated: true,
            profile: "profile".into(),
            deviations: Vec::new(),
            environment: "none".into(),
            seed: 1,
            defects: Vec::new(),
            faults: Vec::new(),
            class: "night".into(),
            inputs: Vec::new(),
            clauses: Vec::new(),
            scenarios: vec![scenario],
            not_applicable: Vec::new(),
            not_equipped: Vec::new(),
        }
    }

    #[test]
    fn a_scenario_that_hangs_before_it_begins_leaves_a_journal_that_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let sink = Arc::new(Sink::create(folder.path(), Access::PRIVATE, Vec::new()).unwrap());
        sink.begin(head(), Origin::default()).unwrap();
        let recorder = Recorder::new(sink.clone(), 0, 7);
        recorder.abandon("the probe hangs").unwrap();
        recorder.event(Event::ScenarioStarted { attempt: 1, seed: 7, instruments: Vec::new() }).unwrap();
        sink.end(Outcome::Error, Ended::AllRun).unwrap();

        let journal = Journal::read(folder.path()).unwrap();
        assert_eq!(journal.incomplete(), None);
        let summary = Summary::new(&journal);
        assert_eq!(summary.outcome, Outcome::Error);
        assert_eq!(summary.scenarios[0].reason.as_deref(), Some("the probe hangs"));
    }
}
