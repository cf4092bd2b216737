//! `rig step`: step through scenarios at the terminal.

use std::io::{BufRead, IsTerminal, Write, stdin, stdout};

use clap::Args;

use super::{CliError, print_line, report, signal, stepping::SessionArgs, typed};
use crate::debug::{Answer, Ask, Controls, Face, Stopped};

#[derive(Clone, Debug, Args)]
pub(super) struct StepArgs {
    #[command(flatten)]
    session: SessionArgs,
}

/// `rig step`.
pub(super) fn step(args: &StepArgs) -> Result<u8, CliError> {
    let prepared = args.session.prepare()?;
    let page = prepared.folder().join(report::HTML_FILE);
    let terminal = Box::new(Terminal::default());
    let summary = prepared.run(terminal, Controls::default().into(), None, signal::stop()?, Vec::new())?;
    print_line(&reports::text(&summary, stdout().is_terminal()))?;
    print_line(&format!("Report: {}", page.display()))?;
    Ok(summary.outcome.exit_code())
}

/// The terminal; commands come line by line from standard input.
#[derive(Default)]
struct Terminal {
    /// Standard output cannot be written to any more.
    is_gone: bool,
    /// Clauses and tags of the scenario, which a person can name.
    places: Vec<String>,
}

const PROMPT: &str = "(rig) ";

impl Terminal {
    fn write(&mut self, text: &str) {
        let mut out = stdout();
        self.is_gone |= write!(out, "{text}").and_then(|()| out.flush()).is_err();
    }
}

impl Face for Terminal {
    fn show(&mut self, line: &str) {
        let plain: String = line.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        self.write(&format!("{}\n", plain.trim_end()));
    }

    fn answer(&mut self, answer: Result<Answer, String>) {
        if let Err(why) = answer {
            self.show(&why);
        }
    }

    fn stopped(&mut self, stopped: Stopped) {
        let clauses = stopped.scenario.steps.iter().filter_map(|step| step.clause.clone());
        self.places = clauses.chain(stopped.scenario.tags.iter().map(|tag| format!("@{tag}"))).collect();
    }

    fn ask(&mut self) -> Option<Ask> {
        if stdin().is_terminal() && stdout().is_terminal() {
            return typed::line(PROMPT, &self.places).ok().flatten().map(Ask::Command);
        }
        self.write(PROMPT);
        if self.is_gone {
            return None;
        }
        let mut line = String::new();
        let read = stdin().lock().read_line(&mut line).unwrap_or(0);
        // Of a script, the transcript shows what it said.
        if !stdin().is_terminal() {
            self.write(&format!("{}\n", line.trim_end()));
        }
        (read > 0).then_some(Ask::Command(line))
    }
}
