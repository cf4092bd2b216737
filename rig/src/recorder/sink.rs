//! Where all scenarios of a run write: its journal, its evidence, its secrets; and the bus behind them.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use reports::{
    ATTACHED, Access, Ended, Entry, Event, EvidenceStore, Host, JOURNAL_FILE, Journal, JournalWriter, Origin,
    Outcome, RESUMED, RunStarted, SealedWriter,
};

use crate::{
    bus::{Bus, Observer},
    provenance::{login, utc_now},
    remark::remark,
};

/// Where all scenarios of a run write.
pub struct Sink {
    journal: JournalWriter,
    pub(super) evidence: EvidenceStore,
    pub(super) sealed: SealedWriter,
    /// Whether salts come from the scenario's seed, so that the same run is the same run: on a simulated bench, where
    /// nothing is secret.
    pub(super) seeded: AtomicBool,
    /// Why nothing more can be written.
    failed: OnceLock<Ended>,
    /// The list of recordings that the listener knows voices from, by SHA-256, once it is kept.
    pub(super) enrolment: OnceLock<String>,
    started: Instant,
    /// Hears of every event before the next one is written: for what steers the run, which waits for nothing.
    steering: Box<dyn Fn(&Entry) + Send + Sync>,
    bus: Bus,
    /// Wall-clock milliseconds that the run took before it was resumed.
    before_ms: u64,
    /// How often the run ended before it was resumed.
    ends: u32,
    /// Notes in the host's part of the run's end.
    at_end: Mutex<BTreeMap<String, String>>,
    /// Notes of the next event: of a resumption, of somebody who attached.
    notes: Mutex<BTreeMap<String, String>>,
    /// Whether somebody who attached had the run stopped.
    attached: AtomicBool,
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
            ends: 0,
            before_ms: 0,
            notes: Mutex::default(),
            attached: AtomicBool::new(false),
            at_end: Mutex::default(),
        })
    }

    /// Goes on with the interrupted run whose journal is `past`; `operator` is who resumes it.
    pub fn resume(
        past: &Journal,
        operator: &str,
        observers: Vec<Box<dyn Observer>>,
    ) -> reports::Result<Self> {
        let run = past.run_dir();
        let (journal, resumed) = JournalWriter::resume(past)?;
        let ends = past.entries().iter().filter(|entry| matches!(entry.event, Event::RunFinished { .. }));
        Ok(Self {
            journal,
            evidence: EvidenceStore::new(run),
            sealed: SealedWriter::resume(run)?,
            seeded: AtomicBool::new(past.head().simulated),
            failed: OnceLock::new(),
            enrolment: OnceLock::new(),
            started: Instant::now(),
            steering: Box::new(|_| {}),
            bus: Bus::new(&run.join(JOURNAL_FILE), observers),
            before_ms: past.entries().iter().map(|entry| entry.host.wall_ms).max().unwrap_or(0),
            ends: u32::try_from(ends.count()).unwrap_or(u32::MAX),
            notes: Mutex::new(BTreeMap::from([(
                RESUMED.to_owned(),
                format!("at {} by {operator}, {resumed}", utc_now()),
            )])),
            attached: AtomicBool::new(false),
            at_end: Mutex::default(),
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
        let mut host = self.dated();
        // Of a run that was resumed when only its end was missing.
        self.tell_notes(&mut host);
        host.detail.append(&mut self.at_end.lock().unwrap_or_else(PoisonError::into_inner));
        let event = Event::RunFinished { outcome, ended };
        let mut entry = Entry { scenario: None, seq: self.ends + 1, event, host };
        if self.watched(self.journal.copy_chain(&entry)).is_err()
            && let Some(why) = self.failed()
        {
            entry.event = Event::RunFinished { outcome: Outcome::Error, ended: why.clone() };
        }
        let bytes = self.journal.finish(&entry)?;
        (self.steering)(&entry);
        self.bus.publish(bytes, entry);
        self.bus.close();
        Ok(())
    }

    /// Has the run's end say `line` of `what`, below what it says of that already.
    pub fn note_at_end(&self, what: &str, line: &str) {
        let mut notes = self.at_end.lock().unwrap_or_else(PoisonError::into_inner);
        let note = notes.entry(what.to_owned()).or_default();
        if !note.is_empty() {
            note.push('\n');
        }
        note.push_str(line);
    }

    /// Why nothing more can be written, where that is so.
    pub fn failed(&self) -> Option<&Ended> {
        self.failed.get()
    }

    /// `result`, and where it is an error, the run is to end. The first failure is the reason, and is said once.
    pub(super) fn watched<T>(&self, result: reports::Result<T>) -> reports::Result<T> {
        if let Err(error) = &result {
            let (ended, what) = match error.is_full() {
                true => (Ended::DiskFull, "the disk is full"),
                false => (Ended::GivenUp(error.to_string()), "the record cannot be written"),
            };
            if self.failed.set(ended).is_ok() {
                remark(format!("rig: {what}: {error}; the run ends here"));
            }
        }
        result
    }

    /// Appends an event of the scenario at this place of the plan.
    pub(super) fn append(&self, scenario: u32, seq: u32, event: Event) -> reports::Result<()> {
        let mut host = match event {
            Event::ScenarioStarted { .. } => self.dated(),
            _ => self.host(),
        };
        self.tell_notes(&mut host);
        self.write(Entry { scenario: Some(scenario), seq, event, host })
    }

    fn write(&self, entry: Entry) -> reports::Result<()> {
        let bytes = self.watched(self.journal.append(&entry))?;
        (self.steering)(&entry);
        self.bus.publish(bytes, entry);
        Ok(())
    }

    /// Somebody who attached has the run stopped: from now on its record says that a person had their hands on it.
    pub(super) fn attached(&self) {
        if !self.attached.swap(true, Ordering::SeqCst) {
            let note = (ATTACHED.to_owned(), format!("at {} by {}", utc_now(), login()));
            self.notes.lock().unwrap_or_else(PoisonError::into_inner).extend([note]);
        }
    }

    /// The first event after a resumption tells of it, and that after somebody attached.
    fn tell_notes(&self, host: &mut Host) {
        let notes = std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner));
        host.detail.extend(notes);
    }

    fn host(&self) -> Host {
        let since = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let wall_ms = self.before_ms.saturating_add(since);
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
