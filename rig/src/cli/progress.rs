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
        Box::new(Pipe { names, reasons: BTreeMap::new() })
    }
}

/// Names of the plan's scenarios.
struct Names(Vec<String>);

impl Names {
    fn of(&self, entry: &Entry) -> Option<&str> {
        self.0.get(entry.scenario? as usize).map(String::as_str)
    }
}

/// A bar, and a line for each outcome other than pass.
struct Terminal {
    names: Names,
    bar: ProgressBar,
}

impl Terminal {
    fn new(names: Names) -> Self {
        let bar = ProgressBar::new(names.0.len() as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        Self { names, bar }
    }
}

impl Observer for Terminal {
    fn name(&self) -> &str {
        NAME
    }

    fn hear(&mut self, entry: &Entry) -> io::Result<()> {
        let bar = &self.bar;
        match (&entry.event, self.names.of(entry)) {
            (Event::ScenarioStarted { .. }, Some(name)) => bar.set_message(name.to_owned()),
            (Event::ScenarioFinished { outcome, .. }, Some(name)) => {
                if *outcome != Outcome::Pass {
                    bar.println(format!("{outcome:13}{name}"));
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
    /// Why the last step of a running scenario did not pass, by the scenario's index.
    reasons: BTreeMap<u32, String>,
}

impl Observer for Pipe {
    fn name(&self) -> &str {
        NAME
    }

    fn hear(&mut self, entry: &Entry) -> io::Result<()> {
        let (Some(place), Some(name)) = (entry.scenario, self.names.of(entry)) else { return Ok(()) };
        match &entry.event {
            Event::StepFinished { reason: Some(reason), .. } => {
                self.reasons.insert(place, reason.clone());
            }
            Event::ScenarioFinished { outcome, at_ns } => {
                let reason =
                    self.reasons.remove(&place).map(|reason| format!(": {reason}")).unwrap_or_default();
                let bench_s = *at_ns as f64 / 1e9;
                writeln!(stderr(), "{outcome:13}{name} ({bench_s:.1} s){}", masked(&reason))?;
            }
            _ => {}
        }
        Ok(())
    }
}
