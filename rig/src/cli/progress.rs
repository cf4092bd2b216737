//! Progress on standard error: a bar on a terminal, a line for each scenario in a pipe. It reads events
//! and nothing else.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal, Write, stderr},
};

use indicatif::{ProgressBar, ProgressStyle};
use reports::{Entry, Event, Outcome, masked};

use crate::{bus::Observer, suite::Plan};

/// Its name in errors.
const NAME: &str = "progress on standard error";

/// An observer that shows how `plan` gets on.
pub(super) fn observer(plan: &Plan) -> Box<dyn Observer> {
    let names = Names(plan.scenarios.iter().map(|scenario| scenario.name.clone()).collect());
    if stderr().is_terminal() {
        Box::new(Terminal::new(names))
    } else {
        Box::new(Pipe { names, reasons: Reasons::default() })
    }
}

/// Names of the plan's scenarios.
struct Names(Vec<String>);

impl Names {
    fn of(&self, entry: &Entry) -> Option<&str> {
        self.0.get(entry.scenario? as usize).map(String::as_str)
    }
}

/// Why the last step of a running scenario did not pass, by the scenario's index.
#[derive(Default)]
struct Reasons(BTreeMap<u32, String>);

impl Reasons {
    /// Hears of a step's end.
    fn hear(&mut self, entry: &Entry) {
        if let (Some(place), Event::StepFinished { reason: Some(reason), .. }) =
            (entry.scenario, &entry.event)
        {
            self.0.insert(place, reason.clone());
        }
    }

    /// The reason for the end of the scenario that `entry` is about, as it goes on a line: without one-time codes.
    fn take(&mut self, entry: &Entry) -> String {
        let reason = entry.scenario.and_then(|place| self.0.remove(&place));
        reason.map(|reason| format!(": {}", masked(&reason))).unwrap_or_default()
    }
}

/// A bar with the time left, and a line with the reason for each outcome other than pass.
struct Terminal {
    names: Names,
    reasons: Reasons,
    bar: ProgressBar,
}

impl Terminal {
    fn new(names: Names) -> Self {
        let bar = ProgressBar::new(names.0.len() as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {eta} left  {wide_msg}") {
            bar.set_style(style);
        }
        Self { names, reasons: Reasons::default(), bar }
    }
}

impl Observer for Terminal {
    fn name(&self) -> &str {
        NAME
    }

    fn hear(&mut self, entry: &Entry) -> io::Result<()> {
        self.reasons.hear(entry);
        let bar = &self.bar;
        match (&entry.event, self.names.of(entry)) {
            (Event::ScenarioStarted { .. }, Some(name)) => bar.set_message(name.to_owned()),
            (Event::ScenarioFinished { outcome, .. }, Some(name)) => {
                if *outcome != Outcome::Pass {
                    bar.println(format!("{outcome:13}{name}{}", self.reasons.take(entry)));
                }
                bar.inc(1);
            }
            (Event::RunFinished { .. }, _) => bar.finish_and_clear(),
            _ => {}
        }
        Ok(())
    }
}

/// A line for each scenario.
struct Pipe {
    names: Names,
    reasons: Reasons,
}

impl Observer for Pipe {
    fn name(&self) -> &str {
        NAME
    }

    fn hear(&mut self, entry: &Entry) -> io::Result<()> {
        self.reasons.hear(entry);
        if let (Event::ScenarioFinished { outcome, at_ns }, Some(name)) = (&entry.event, self.names.of(entry))
        {
            let bench_s = *at_ns as f64 / 1e9;
            writeln!(stderr(), "{outcome:13}{name} ({bench_s:.1} s){}", self.reasons.take(entry))?;
        }
        Ok(())
    }
}
