//! The events of a page, kept for watchers who come later or come back.
//!
//! Each watcher reads from where it stands: a slow one delays nobody, and misses nothing that is still kept.

use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

/// How many events are kept.
const KEPT: usize = 200_000;
/// A watcher hears something at least so often, so that one who is gone is noticed.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);
/// How soon a browser comes again after the line broke.
const AGAIN_MS: u32 = 300;

/// The events of a page.
pub struct Feed {
    /// Unlike that of every other feed: numbers begin anew with each.
    boot: String,
    kept: Mutex<Kept>,
    grown: Condvar,
}

#[derive(Default)]
struct Kept {
    /// The number of the first event that is kept.
    first: u64,
    events: VecDeque<Arc<str>>,
}

impl Feed {
    /// An empty feed; `boot` is unlike that of every other.
    pub fn new(boot: String) -> Self {
        Self { boot, kept: Mutex::default(), grown: Condvar::new() }
    }

    /// Adds an event.
    pub fn add(&self, name: &str, value: &Value) {
        self.add_text(name, &value.to_string());
    }

    /// Adds an event whose data is one line of JSON.
    pub fn add_text(&self, name: &str, data: &str) {
        let mut kept = self.kept();
        let number = kept.first + kept.events.len() as u64;
        let event = format!("event: {name}\nid: {}-{number}\ndata: {data}\n\n", self.boot);
        kept.events.push_back(event.into());
        if kept.events.len() > KEPT {
            kept.events.pop_front();
            kept.first += 1;
        }
        self.grown.notify_all();
    }

    /// Writes `hello` and then events as they come, from the one after `last` on: the Last-Event-ID of a watcher who comes
    /// back.
    ///
    /// # Errors
    /// The watcher is gone.
    pub fn write(&self, out: &mut dyn Write, last: Option<&str>, hello: &Value) -> io::Result<()> {
        let hello = json!({"boot": self.boot, "own": hello});
        out.write_all(format!("event: hello\nretry: {AGAIN_MS}\ndata: {hello}\n\n").as_bytes())?;
        let mut next = last.and_then(|last| self.after(last)).unwrap_or_default();
        loop {
            let events = self.events_from(&mut next);
            if events.is_empty() {
                out.write_all(b":\n\n")?;
            }
            let text: String = events.iter().map(|event| &**event).collect();
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
    }

    /// The number after the event with this id; `None` for one of another feed.
    fn after(&self, id: &str) -> Option<u64> {
        let number = id.strip_prefix(&self.boot)?.strip_prefix('-')?;
        number.parse::<u64>().ok().map(|number| number.saturating_add(1))
    }

    /// The events from number `next` on, which is raised; none after a while without any.
    fn events_from(&self, next: &mut u64) -> Vec<Arc<str>> {
        /// At once, at most.
        const MOST: usize = 500;
        let kept = self.kept();
        let quiet = |kept: &mut Kept| kept.first + kept.events.len() as u64 <= *next;
        let waited = self.grown.wait_timeout_while(kept, SIGN_OF_LIFE, quiet);
        let (kept, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let from = (*next).max(kept.first);
        let skipped = usize::try_from(from - kept.first).unwrap_or(usize::MAX);
        let events: Vec<_> = kept.events.iter().skip(skipped).take(MOST).cloned().collect();
        if !events.is_empty() {
            *next = from + events.len() as u64;
        }
        events
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Each change is whole: a panic elsewhere leaves it as good as it was.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes and is gone.
    struct Watcher(Vec<u8>, usize);

    impl Write for Watcher {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.len() > self.1 {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            self.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            if self.0.len() > self.1 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
        }
    }

    fn watched(feed: &Feed, last: Option<&str>) -> String {
        let mut watcher = Watcher(Vec::new(), 80);
        feed.write(&mut watcher, last, &json!(7)).unwrap_err();
        String::from_utf8(watcher.0).unwrap()
    }

    #[test]
    fn a_watcher_who_comes_back_gets_what_it_missed_and_one_of_another_feed_gets_all() {
        let feed = Feed::new("b".into());
        (0..3).for_each(|number| feed.add("rig", &json!({"n": number})));
        let all = watched(&feed, None);
        assert!(all.starts_with("event: hello\nretry: 300\ndata: {\"boot\":\"b\",\"own\":7}\n\n"), "{all}");
        assert!(all.contains("id: b-0\ndata: {\"n\":0}\n\n") && all.contains("{\"n\":2}"), "{all}");
        let missed = watched(&feed, Some("b-0"));
        assert!(!missed.contains("{\"n\":0}") && missed.contains("{\"n\":1}"), "{missed}");
        assert!(watched(&feed, Some("a-1")).contains("{\"n\":0}"));
    }
}
