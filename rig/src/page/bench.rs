//! The way from a page to the bench: wishes of the one who drives, and news for all who watch.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

use super::Page;
use crate::{
    debug::{Answer, Ask, Breakpoint, Controls, Granted, News, RemoteFace, Stopped, Wish},
    runner::StopSignal,
    suite::Plan,
};

/// Why a wish is refused.
const AT_WORK: &str = "a step is at work; pause stops before the next one";
/// Written as the reason why a run ended.
const BY_PAGE: &str = "the page";

/// Reaches the bench.
pub struct Wheel {
    wishes: Mutex<Sender<Wish>>,
    controls: Arc<Controls>,
    stop: StopSignal,
    plan: Plan,
    /// Whether the run stands still, and nothing is on its way that lets it go on.
    stands: Mutex<bool>,
}

impl Wheel {
    /// A way to the bench, and the other end of it, for [`Page::face`].
    pub fn new(plan: Plan, controls: Arc<Controls>, stop: StopSignal) -> (Self, Receiver<Wish>) {
        let (wishes, heard) = channel();
        (Self { wishes: Mutex::new(wishes), controls, stop, plan, stands: Mutex::new(false) }, heard)
    }

    /// Does what the driver typed or pressed: the lines that it showed, and whether the run goes on.
    ///
    /// # Errors
    /// It was refused; in words.
    pub fn command(&self, line: &str) -> Result<(Vec<String>, bool), String> {
        match line.trim() {
            "pause" => {
                self.controls.pause();
                return Ok((vec!["it stops before the next step".into()], false));
            }
            "stop" if !*self.stands() => {
                self.stop.stop(BY_PAGE);
                return Ok((vec!["it ends before the next step".into()], false));
            }
            _ => {}
        }
        if let Some(place) = line.trim().strip_prefix("break ") {
            let place = Breakpoint::parse(place, &self.plan)?;
            let told = place.to_string();
            return Ok((vec![format!("breakpoint {}: {told}", self.controls.add(place))], false));
        }
        if let Some(number) =
            line.trim().strip_prefix("delete ").and_then(|number| number.trim().parse().ok())
        {
            let place =
                self.controls.delete(number).ok_or_else(|| format!("there is no breakpoint {number}"))?;
            return Ok((vec![format!("deleted: {place}")], false));
        }
        if !std::mem::take(&mut *self.stands()) {
            return Err(AT_WORK.into());
        }
        let answer = self.wish(Ask::Command(line.to_owned()));
        let goes_on = matches!(&answer, Ok(granted) if granted.answer == Answer::GoesOn);
        if !goes_on {
            *self.stands() = true;
        }
        answer.map(|granted| (granted.lines, goes_on))
    }

    /// Looks at something while the run stands.
    ///
    /// # Errors
    /// It was refused, or an instrument failed; in words.
    pub fn look(&self, ask: Ask) -> Result<Answer, String> {
        if !*self.stands() {
            return Err(AT_WORK.into());
        }
        self.wish(ask).map(|granted| granted.answer)
    }

    fn wish(&self, ask: Ask) -> Result<Granted, String> {
        let (tell, told) = channel();
        let reply = Box::new(move |answer| {
            // Who asked is gone.
            let _ = tell.send(answer);
        });
        let wishes = self.wishes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let over = "the run is over";
        wishes.send(Wish { ask, reply }).map_err(|_| over.to_owned())?;
        told.recv().unwrap_or_else(|_| Err(over.into()))
    }

    /// The breakpoints, with the file and line of those that have one.
    pub fn breakpoints(&self) -> Value {
        let shown = self.controls.list().into_iter().map(|(number, place)| {
            let (file, line) = match &place {
                Breakpoint::Line(file, line) => (file.clone(), Some(*line)),
                _ => (None, None),
            };
            json!({"number": number, "place": place.to_string(), "file": file, "line": line})
        });
        Value::Array(shown.collect())
    }

    fn stands(&self) -> MutexGuard<'_, bool> {
        // A flag is whole.
        self.stands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    /// The debugger's face on this page.
    pub fn face(&self, wishes: Receiver<Wish>, stop: StopSignal) -> RemoteFace {
        let page = self.clone();
        RemoteFace::new(wishes, Box::new(move |news| page.tell(news)), stop)
    }

    fn tell(&self, news: News) {
        let feed = &self.0.feed;
        let Some(wheel) = &self.0.wheel else { return };
        match news {
            News::Line(line) => feed.add("line", &json!({"text": line})),
            News::GoesOn => {
                *wheel.stands() = false;
                feed.add("goes_on", &json!({"told_ms": now_ms()}));
            }
            News::Stopped(stopped) => {
                *wheel.stands() = true;
                feed.add("stopped", &shown(&stopped));
                self.tell_breakpoints();
            }
        }
    }

    /// Tells watchers which breakpoints there are.
    pub(super) fn tell_breakpoints(&self) {
        if let Some(wheel) = &self.0.wheel {
            self.0.feed.add("breakpoints", &json!({"list": wheel.breakpoints()}));
        }
    }
}

fn shown(stopped: &Stopped) -> Value {
    let end = stopped.end.as_ref();
    json!({
        "scenario": stopped.scenario.name,
        "attempt": stopped.attempt,
        "step": stopped.step,
        "outcome": end.map(|end| end.outcome),
        "reason": end.and_then(|end| end.reason.as_deref()).map(reports::masked),
        "hit": stopped.hit,
        "time_s": stopped.time_s,
        "clocks": stopped.clocks,
        "cameras": stopped.cameras,
        "verdict": stopped.verdict.iter().map(|line| reports::masked(line)).collect::<Vec<_>>(),
        "told_ms": now_ms(),
    })
}

/// The host's clock, so that a page can say how late it is.
pub(super) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
