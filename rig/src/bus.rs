//! The event bus: what the journal has, observers are told. A terminal, a page, a debugger: none of them can stop,
//! delay or spoil what is written.
//!
//! Each observer has a thread and a bounded queue of its own. What does not fit into the queue it reads from the
//! journal, where it stands by then. An observer that fails is dropped, with a remark, and the run goes on.

use std::{
    io,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Receiver, SyncSender, TryRecvError},
    },
    time::{Duration, Instant},
};

use drivers::Supervised;
use reports::{Entry, masked, read_entries};

use crate::remark::remark;

/// How many events may wait for an observer before it has to look them up.
const QUEUE: usize = 256;
/// How long an ending run waits for its observers to finish.
const PATIENCE: Duration = Duration::from_secs(2);

/// Somebody who is told of every event, in the order of the journal.
pub trait Observer: Send {
    /// Its name in remarks.
    fn name(&self) -> &str;

    /// Hears of the next event.
    ///
    /// # Errors
    /// Where it cannot go on: it is dropped.
    fn hear(&mut self, entry: &Entry) -> io::Result<()>;
}

/// An event as a line of JSON for others than the run's folder: one-time codes are masked, and readings (`value`) are left out.
///
/// # Errors
/// It cannot be written as JSON.
pub fn line_for_others(entry: &Entry) -> io::Result<String> {
    let mut event = serde_json::to_value(entry).map_err(io::Error::other)?;
    if event["event"] == "observed"
        && let Some(members) = event.as_object_mut()
    {
        members.remove("value");
    }
    Ok(masked(&event.to_string()).into_owned())
}

/// The observers of a run.
pub struct Bus {
    journal: PathBuf,
    /// How many bytes of the journal are written.
    written: Arc<AtomicU64>,
    observers: Mutex<Vec<Attached>>,
}

/// An observer's end of the bus.
struct Attached {
    notices: SyncSender<Notice>,
    thread: Supervised<()>,
}

/// An event, and which bytes of the journal it is.
#[derive(Clone)]
struct Notice {
    bytes: Range<u64>,
    entry: Arc<Entry>,
}

impl Bus {
    /// A bus for what is written to the file `journal`, with these observers.
    pub fn new(journal: &Path, observers: Vec<Box<dyn Observer>>) -> Self {
        let bus = Self { journal: journal.to_owned(), written: Arc::default(), observers: Mutex::default() };
        observers.into_iter().for_each(|observer| bus.attach(observer));
        bus
    }

    fn attach(&self, observer: Box<dyn Observer>) {
        let (notices, heard) = mpsc::sync_channel(QUEUE);
        let listener =
            Listener { observer, journal: self.journal.clone(), written: self.written.clone(), position: 0 };
        match Supervised::start("observer", move || listener.listen(&heard)) {
            Ok(thread) => self.lock().push(Attached { notices, thread }),
            Err(error) => remark(format!("rig: an observer has {error}; the run goes on without it")),
        }
    }

    /// Tells every observer of `entry`, which stands in these bytes of the journal. Waits for nobody.
    pub fn publish(&self, bytes: Range<u64>, entry: Entry) {
        self.written.fetch_max(bytes.end, Ordering::SeqCst);
        let notice = Notice { bytes, entry: Arc::new(entry) };
        // A full queue: the observer looks it up. A closed one: the observer is gone, and has said so.
        self.lock().iter().for_each(|observer| drop(observer.notices.try_send(notice.clone())));
    }

    /// Waits until observers have handled all published events, up to a time limit.
    pub fn close(&self) {
        let until = Instant::now() + PATIENCE;
        for Attached { notices, thread } in self.lock().drain(..) {
            drop(notices);
            // It ends with the observer's thread, or with the time.
            let _ = thread.wait(until.saturating_duration_since(Instant::now()));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Attached>> {
        // Nothing here is left half done by a panic.
        self.observers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An observer on its thread.
struct Listener {
    observer: Box<dyn Observer>,
    journal: PathBuf,
    written: Arc<AtomicU64>,
    /// Up to which byte of the journal the observer has heard.
    position: u64,
}

impl Listener {
    /// Tells the observer of everything until the bus is closed, or until it fails.
    fn listen(mut self, heard: &Receiver<Notice>) {
        let name = self.observer.name().to_owned();
        match catch_unwind(AssertUnwindSafe(|| self.hear_all(heard))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => remark(format!("rig: {name} is gone: {error}; the run goes on without it")),
            Err(_) => remark(format!("rig: {name} panicked; the run goes on without it")),
        }
    }

    fn hear_all(&mut self, heard: &Receiver<Notice>) -> io::Result<()> {
        loop {
            match heard.try_recv() {
                Ok(notice) => self.take(&notice)?,
                Err(TryRecvError::Empty) => {
                    // Events that did not fit into the queue while it was full.
                    self.catch_up(self.written.load(Ordering::SeqCst))?;
                    let Ok(notice) = heard.recv() else { break };
                    self.take(&notice)?;
                }
                Err(TryRecvError::Disconnected) => break,
            }
        }
        self.catch_up(self.written.load(Ordering::SeqCst))
    }

    fn take(&mut self, notice: &Notice) -> io::Result<()> {
        if notice.bytes.start > self.position {
            self.catch_up(notice.bytes.start)?;
        }
        if notice.bytes.start < self.position {
            return Ok(());
        }
        self.position = notice.bytes.end;
        self.observer.hear(&notice.entry)
    }

    /// Reads what the journal has up to byte `end`.
    fn catch_up(&mut self, end: u64) -> io::Result<()> {
        if end <= self.position {
            return Ok(());
        }
        let entries = read_entries(&self.journal, self.position..end).map_err(io::Error::other)?;
        self.position = end;
        entries.iter().try_for_each(|entry| self.observer.hear(entry))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use reports::{Access, Event, Host, JournalWriter, Observation, Outcome};

    use super::*;

    /// An observer that waits for a word before it hears, and tells what it heard.
    struct SlowObserver {
        go_on: Receiver<()>,
        heard: Sender<u32>,
        panics: bool,
    }

    impl Observer for SlowObserver {
        fn name(&self) -> &str {
            "the test"
        }
        fn hear(&mut self, entry: &Entry) -> io::Result<()> {
            assert!(!self.panics, "an observer with a mistake in it");
            self.go_on.recv().map_err(io::Error::other)?;
            self.heard.send(entry.seq).map_err(io::Error::other)
        }
    }

    fn entry(seq: u32) -> Entry {
        let event = Event::StepStarted { step: seq, at_ns: 0 };
        Entry { scenario: Some(0), seq, event, host: Host::default() }
    }

    #[test]
    fn a_slow_observer_delays_nobody_and_misses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let writer = JournalWriter::create(folder.path(), Access::PRIVATE).unwrap();
        let (word, go_on) = channel();
        let (heard, list) = channel();
        let (_, never) = channel();
        let (dead_heard, dead_list) = channel();
        let (broken_heard, broken_list) = channel();
        let (_, broken_word) = channel();
        let observers: Vec<Box<dyn Observer>> = vec![
            Box::new(SlowObserver { go_on, heard, panics: false }),
            Box::new(SlowObserver { go_on: never, heard: dead_heard, panics: false }),
            Box::new(SlowObserver { go_on: broken_word, heard: broken_heard, panics: true }),
        ];
        let bus = Bus::new(&folder.path().join(reports::JOURNAL_FILE), observers);
        let count = 4 * QUEUE as u32;
        for seq in 0..count {
            let bytes = writer.append(&entry(seq)).unwrap();
            bus.publish(bytes, entry(seq));
        }
        (0..count).for_each(|_| word.send(()).unwrap());
        bus.close();
        assert_eq!(list.iter().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
        assert_eq!((dead_list.iter().count(), broken_list.iter().count()), (0, 0));
    }

    #[test]
    fn an_observer_that_hangs_does_not_keep_a_run_from_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let writer = JournalWriter::create(folder.path(), Access::PRIVATE).unwrap();
        let (word, go_on) = channel();
        let (heard, list) = channel();
        let observer = Box::new(SlowObserver { go_on, heard, panics: false });
        let bus = Bus::new(&folder.path().join(reports::JOURNAL_FILE), vec![observer]);
        bus.publish(writer.append(&entry(0)).unwrap(), entry(0));
        bus.close();
        assert!(list.try_recv().is_err());
        word.send(()).unwrap();
        assert_eq!(list.recv(), Ok(0));
    }

    fn of_scenario(event: Event) -> Entry {
        Entry { host: Host::default(), scenario: Some(3), seq: 7, event }
    }

    #[test]
    fn a_line_tells_what_happened_and_no_code() {
        let observation = Observation {
            id: 0,
            at_ns: 1,
            uncertainty_ns: 2,
            instrument: "camera".into(),
            quantity: "display".into(),
            value: serde_json::json!({"glyphs": ["4", "8", "1", "5", "1", "6"]}),
            evidence: None,
            sealed: None,
        };
        let seen = line_for_others(&of_scenario(Event::Observed(observation))).unwrap();
        assert!(seen.ends_with('}') && seen.contains("\"quantity\":\"display\"") && !seen.contains("glyphs"));
        let reason = Some("the display shows “481516”".to_owned());
        let ended = line_for_others(&of_scenario(Event::StepFinished {
            step: 1,
            at_ns: 9,
            outcome: Outcome::Fail,
            reason,
        }))
        .unwrap();
        assert!(ended.contains("“••••••”") && ended.contains("\"outcome\":\"fail\""), "{ended}");
    }
}
