//! Known failures: a file that says what is known to fail, why, and until when. It is strict both ways: what is not in it is
//! new, and an entry that passes or whose time is over is told as loudly.

use std::path::Path;

use reports::Outcome;
use serde::Deserialize;
use toml::{Spanned, value::Datetime};

use super::facts::{RunFacts, ScenarioFact};
use crate::bad_input::BadInput;

/// The known failures of a lab.
#[derive(Debug, Default)]
pub struct KnownFailures(Vec<Known>);

#[derive(Debug)]
struct Known {
    clause: String,
    scenario: Option<String>,
    outcome: Outcome,
    reason: String,
    link: String,
    /// Who has acknowledged it.
    by: String,
    until: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    #[serde(default)]
    known: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    clause: Spanned<String>,
    scenario: Option<String>,
    outcome: Spanned<String>,
    reason: Spanned<String>,
    #[serde(default)]
    link: String,
    #[serde(default)]
    by: String,
    until: Spanned<Datetime>,
}

/// How a run compares with the known failures.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// Scenarios whose trouble is known, each with its entry.
    pub known: Vec<(String, String)>,
    /// Scenarios whose trouble is new.
    pub new: Vec<String>,
    /// Entries whose time is over.
    pub expired: Vec<String>,
    /// Entries whose scenarios pass.
    pub passing: Vec<String>,
}

impl Matched {
    /// Whether somebody has to act.
    pub fn is_loud(&self) -> bool {
        !(self.new.is_empty() && self.expired.is_empty() && self.passing.is_empty())
    }
}

impl KnownFailures {
    /// Reads `path`.
    ///
    /// # Errors
    /// It is not a file of known failures.
    pub fn load(path: &Path) -> Result<Self, BadInput> {
        let text = BadInput::read(path)?;
        let file: WrittenFile =
            toml::from_str(&text).map_err(|error| BadInput::of_toml(path, &text, &error))?;
        let here =
            |span: std::ops::Range<usize>, message: String| BadInput::at(path, &text, span.start, message);
        let checked = |written: Written| {
            let word = written.outcome.get_ref();
            let wanted = [Outcome::Fail, Outcome::Error, Outcome::Inconclusive, Outcome::NotRun];
            let outcome = wanted.into_iter().find(|outcome| outcome.word() == word);
            let outcome = outcome.ok_or_else(|| {
                let message = format!("{word:?} is no outcome; accepted: fail, error, inconclusive, not run");
                here(written.outcome.span(), message)
            })?;
            if written.reason.get_ref().trim().is_empty() {
                return Err(here(written.reason.span(), "a known failure has a reason".into()));
            }
            let until = *written.until.get_ref();
            let Some(date) = until.date.filter(|_| until.time.is_none()) else {
                let message = "`until` is not a date, as in 2027-06-30".into();
                return Err(here(written.until.span(), message));
            };
            Ok(Known {
                clause: written.clause.into_inner(),
                scenario: written.scenario,
                outcome,
                reason: written.reason.into_inner(),
                link: written.link,
                by: written.by,
                until: date.to_string(),
            })
        };
        file.known.into_iter().map(checked).collect::<Result<_, _>>().map(Self)
    }

    /// The entry about the trouble of `scenario`, on the day `today`, in words.
    pub fn entry(&self, scenario: &ScenarioFact, today: &str) -> Option<String> {
        let entry = self.0.iter().find(|known| {
            known.until.as_str() >= today
                && known.outcome == scenario.outcome
                && scenario.clauses.contains(&known.clause)
                && known.scenario.as_ref().is_none_or(|name| *name == scenario.name)
        });
        entry.map(Known::told)
    }

    /// Compares `run` with the entries, on the day `today` ("2026-11-30").
    pub fn compare(&self, run: &RunFacts, today: &str) -> Matched {
        let mut matched = Matched::default();
        for scenario in run.scenarios.iter().filter(|one| one.outcome != Outcome::Pass) {
            let told = format!("{}: {}: {}", scenario.outcome, scenario.name, scenario.reason);
            match self.entry(scenario, today) {
                Some(known) => matched.known.push((told, known)),
                None => matched.new.push(told),
            }
        }
        for known in &self.0 {
            if known.until.as_str() < today {
                matched.expired.push(known.told());
            } else if known.passes(run) {
                matched.passing.push(known.told());
            }
        }
        matched
    }
}

impl Known {
    fn told(&self) -> String {
        let scenario = self.scenario.as_ref().map(|name| format!(" in {name}")).unwrap_or_default();
        let link = if self.link.is_empty() { String::new() } else { format!(" ({})", self.link) };
        let by = if self.by.is_empty() { String::new() } else { format!(", by {}", self.by) };
        format!("{} {}{scenario} until {}: {}{link}{by}", self.clause, self.outcome, self.until, self.reason)
    }

    /// Whether all that it is about ran, and passed.
    fn passes(&self, run: &RunFacts) -> bool {
        let mut about = run.scenarios.iter().filter(|one| {
            one.clauses.contains(&self.clause) && self.scenario.as_ref().is_none_or(|name| *name == one.name)
        });
        let first = about.next();
        first.is_some_and(|one| one.outcome == Outcome::Pass) && about.all(|one| one.outcome == Outcome::Pass)
    }
}
