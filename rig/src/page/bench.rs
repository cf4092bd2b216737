//! News of the bench for all who watch a page.

use std::{
    sync::mpsc::Receiver,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

use super::Page;
use crate::{
    debug::{Breakpoint, News, RemoteFace, Stopped, Wheel, Wish},
    runner::StopSignal,
};

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
                wheel.set_stands(false);
                feed.add("goes_on", &json!({"told_ms": now_ms()}));
            }
            News::Stopped(stopped) => {
                wheel.set_stands(true);
                feed.add("stopped", &shown(&stopped));
                self.tell_breakpoints();
            }
        }
    }

    /// Tells watchers which breakpoints there are.
    pub(super) fn tell_breakpoints(&self) {
        if let Some(wheel) = &self.0.wheel {
            self.0.feed.add("breakpoints", &json!({"list": breakpoints(wheel)}));
        }
    }
}

/// The breakpoints, with the file and line of those that have one.
fn breakpoints(wheel: &Wheel) -> Value {
    let shown = wheel.breakpoints().into_iter().map(|(number, place)| {
        let (file, line) = match &place {
            Breakpoint::Line(file, line) => (file.clone(), Some(*line)),
            _ => (None, None),
        };
        json!({"number": number, "place": place.to_string(), "file": file, "line": line})
    });
    Value::Array(shown.collect())
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
