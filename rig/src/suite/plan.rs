//! The plan: every step resolved, every clause known, what each scenario needs, before an instrument is
//! touched.

use std::{path::Path, sync::LazyLock};

use cucumber::{World as _, gherkin, step};
use regex::Regex;
use reports::{ScenarioInfo, StepInfo};

use super::{
    features::Written,
    needs::{Capacity, Needs},
    register::Register,
};
use crate::{bad_input::BadInput, profile::Profile, session::Session};

/// What a run will do.
#[derive(Debug)]
pub struct Plan {
    /// The scenarios, in order.
    pub scenarios: Vec<Planned>,
}

/// A scenario that can run.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Unique in the suite: feature and scenario, and a number where several are named so.
    pub name: String,
    /// The feature's file, relative to the suite where it lies in it.
    pub file: String,
    /// Its line there.
    pub line: usize,
    /// What it needs of the bench.
    pub needs: Needs,
    /// Its steps.
    pub steps: Vec<PlannedStep>,
}

/// A step that has a function.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// The step as cucumber matches it: without the clause.
    pub step: gherkin::Step,
    /// The clause it judges.
    pub clause: Option<String>,
    /// The clause that a product which breaks this step breaks: its own, or that of the next judging step.
    pub blames: Option<String>,
}

/// The step functions of the suite.
pub fn step_functions() -> &'static step::Collection<Session> {
    static FUNCTIONS: LazyLock<step::Collection<Session>> = LazyLock::new(Session::collection);
    &FUNCTIONS
}

impl Plan {
    /// Resolves `written`; the first thing that is wrong is the error.
    pub fn new(
        written: &[Written],
        root: &Path,
        register: &Register,
        profile: &Profile,
        capacity: &Capacity,
    ) -> Result<Self, BadInput> {
        let resolved = written.iter().map(|one| resolve(one, root, register, profile, capacity));
        Ok(Self { scenarios: resolved.collect::<Result<_, _>>()? })
    }

    /// The names of the scenarios that judge `clause`.
    pub fn judging(&self, clause: &str) -> Vec<String> {
        self.scenarios.iter().filter(|one| one.judges(clause)).map(|one| one.name.clone()).collect()
    }
}

impl Planned {
    /// Whether a step of it names `clause`.
    pub fn judges(&self, clause: &str) -> bool {
        self.steps.iter().any(|step| step.clause.as_deref() == Some(clause))
    }

    /// As the journal keeps it.
    pub fn info(&self) -> ScenarioInfo {
        ScenarioInfo {
            name: self.name.clone(),
            file: self.file.clone(),
            line: small(self.line),
            steps: self.steps.iter().map(PlannedStep::info).collect(),
        }
    }
}

impl PlannedStep {
    fn info(&self) -> StepInfo {
        StepInfo {
            keyword: self.step.keyword.trim().to_owned(),
            text: self.step.value.clone(),
            line: small(self.step.position.line),
            clause: self.clause.clone(),
        }
    }
}

/// A line number; no feature has four thousand million lines.
fn small(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

fn resolve(
    written: &Written,
    root: &Path,
    register: &Register,
    profile: &Profile,
    capacity: &Capacity,
) -> Result<Planned, BadInput> {
    let at = |line, message: String| BadInput::in_line(&written.file, line, message);
    let line = written.scenario.position.line;
    if written.steps.is_empty() {
        return Err(at(line, "a scenario without steps proves nothing".into()));
    }
    let needs = Needs::from_tags(&written.tags).map_err(|message| at(line, message))?;
    capacity.check(&needs).map_err(|message| at(line, message))?;
    let mut steps = Vec::with_capacity(written.steps.len());
    for step in &written.steps {
        steps.push(resolve_step(step, register, profile).map_err(|message| at(step.position.line, message))?);
    }
    if steps.iter().all(|step: &PlannedStep| step.clause.is_none()) {
        return Err(at(line, "no step of this scenario names a clause, as in \"… [S5.C.8b]\"".into()));
    }
    let mut blames = None;
    for step in steps.iter_mut().rev() {
        blames = step.clause.clone().or(blames);
        step.blames = blames.clone();
    }
    let file = written.file.strip_prefix(root).unwrap_or(&written.file).display().to_string();
    Ok(Planned { name: written.name.clone(), file, line, needs, steps })
}

fn resolve_step(step: &gherkin::Step, register: &Register, profile: &Profile) -> Result<PlannedStep, String> {
    let (text, clause) = split_clause(&step.value);
    if let Some(id) = clause
        && register.get(id).is_none()
    {
        return Err(format!("unknown clause {id:?}: features/clauses.toml has no such id"));
    }
    for quoted in quotes(text) {
        profile.known_text(quoted).map_err(|error| error.to_string())?;
    }
    let step = gherkin::Step { value: text.to_owned(), ..step.clone() };
    match step_functions().find(&step) {
        Ok(Some(_)) => Ok(PlannedStep { step, clause: clause.map(str::to_owned), blames: None }),
        Ok(None) => Err(format!("undefined step: no step function matches {:?}", step.to_string())),
        Err(error) => Err(format!("ambiguous step {:?}: {error}", step.to_string())),
    }
}

/// A step's text, and the clause in brackets at its end.
fn split_clause(value: &str) -> (&str, Option<&str>) {
    static CLAUSE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(.*\S)\s*\[([^\[\]\s]+)\]$").expect("the pattern is a constant"));
    match CLAUSE.captures(value).map(|found| found.extract()) {
        Some((_, [text, id])) => (text, Some(id)),
        None => (value, None),
    }
}

/// What stands in double quotes: always a text of the screen.
fn quotes(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_is_what_stands_in_brackets_at_the_end() {
        assert_eq!(split_clause("the code is new [RFC6238-5.2]"), ("the code is new", Some("RFC6238-5.2")));
        assert_eq!(split_clause("the code is new"), ("the code is new", None));
        assert_eq!(split_clause("[a] in front"), ("[a] in front", None));
        assert_eq!(split_clause("two [a] [b]"), ("two [a]", Some("b")));
    }

    #[test]
    fn quotes_are_the_screen_texts() {
        let text = r#"I tap "Next" on the screen "How do you want?""#;
        assert_eq!(quotes(text).collect::<Vec<_>>(), ["Next", "How do you want?"]);
        assert_eq!(quotes("none").count(), 0);
    }
}
