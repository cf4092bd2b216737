//! Progress on standard error: a bar on a terminal, a line for each scenario in a pipe. It reads events
//! and nothing else.

use std::{
    collections::BTreeMap,
    io::{IsTerminal, stderr},
    sync::{Mutex, PoisonError},
};

use indicatif::{ProgressBar, ProgressStyle};
use reports::{Entry, Event, Outcome};

use crate::suite::Plan;

/// What a run's journal tells of every event.
type Listener = Box<dyn Fn(&Entry) + Send + Sync>;

/// A listener that shows how `plan` gets on.
pub(super) fn listener(plan: &Plan) -> Listener {
    let names: Vec<String> = plan.scenarios.iter().map(|scenario| scenario.name.clone()).collect();
    if stderr().is_terminal() { on_terminal(names) } else { in_pipe(names) }
}

fn on_terminal(names: Vec<String>) -> Listener {
    let bar = ProgressBar::new(names.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    Box::new(move |entry| match (&entry.event, name(&names, entry)) {
        (Event::ScenarioStarted { .. }, Some(name)) => bar.set_message(name.to_owned()),
        (Event::ScenarioFinished { outcome, .. }, Some(name)) => {
            if *outcome != Outcome::Pass {
                bar.println(format!("{outcome:13}{name}"));
            }
            bar.inc(1);
        }
        (Event::RunFinished { .. }, _) => bar.finish_and_clear(),
        _ => {}
    })
}

fn in_pipe(names: Vec<String>) -> Listener {
    let reasons = Mutex::new(BTreeMap::new());
    Box::new(move |entry| {
        let mut reasons = reasons.lock().unwrap_or_else(PoisonError::into_inner);
        match (&entry.event, name(&names, entry)) {
            (Event::StepFinished { reason: Some(reason), .. }, Some(name)) => {
                reasons.insert(name.to_owned(), reason.clone());
            }
            (Event::ScenarioFinished { outcome, at_ns }, Some(name)) => {
                let reason = reasons.remove(name).map(|reason| format!(": {reason}")).unwrap_or_default();
                let bench_s = *at_ns as f64 / 1e9;
                eprintln!("{outcome:13}{name} ({bench_s:.1} s){reason}");
            }
            _ => {}
        }
    })
}

fn name<'n>(names: &'n [String], entry: &Entry) -> Option<&'n str> {
    names.get(entry.scenario? as usize).map(String::as_str)
}
