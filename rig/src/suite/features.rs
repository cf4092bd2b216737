//! Gherkin files: found, parsed, and expanded into scenarios, each with its place.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use cucumber::{feature::Ext as _, gherkin};
use regex::Regex;

use crate::bad_input::BadInput;

/// A scenario as it is written, outlines expanded.
#[derive(Clone, Debug)]
pub struct Written {
    /// The feature's file, as it was found.
    pub file: PathBuf,
    /// The language that it is written in, as in `# language: da`.
    pub language: String,
    /// Feature and scenario, and a number where several are named so: unique in what was read.
    pub name: String,
    /// The feature's and the scenario's tags, without `@`.
    pub tags: Vec<String>,
    /// Background and scenario steps.
    pub steps: Vec<gherkin::Step>,
    /// The scenario itself.
    pub scenario: gherkin::Scenario,
}

impl Written {
    /// The clauses that its steps name, each once, in their order.
    pub fn clauses(&self) -> Vec<String> {
        let mut clauses = Vec::new();
        for clause in self.steps.iter().filter_map(|step| split_clause(&step.value).1) {
            if !clauses.iter().any(|known| known == clause) {
                clauses.push(clause.to_owned());
            }
        }
        clauses
    }
}

/// A step's text, and the clause in brackets at its end.
pub fn split_clause(value: &str) -> (&str, Option<&str>) {
    static CLAUSE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(.*\S)\s*\[([^\[\]\s]+)\]$").expect("the pattern is a constant"));
    match CLAUSE.captures(value).map(|found| found.extract()) {
        Some((_, [text, id])) => (text, Some(id)),
        None => (value, None),
    }
}

/// Every scenario of the feature files at or below `paths`, in the order of their paths and lines.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Written>, BadInput> {
    read_files(&files(paths)?)
}

/// The feature files at or below `paths`, each once, in the order of their paths.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, BadInput> {
    let mut files = Vec::new();
    for path in paths {
        find(path, &mut files)?;
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// Every scenario of these feature files, in their order and that of its lines.
pub fn read_files(files: &[PathBuf]) -> Result<Vec<Written>, BadInput> {
    let mut written = Vec::new();
    for file in files {
        read_file(file, &mut written)?;
    }
    number_namesakes(&mut written);
    Ok(written)
}

/// Numbers the second and further scenarios of a name, before any selection, so that each keeps its name.
fn number_namesakes(written: &mut [Written]) {
    let mut counts = BTreeMap::<String, u32>::new();
    for scenario in written {
        let count = counts.entry(scenario.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            scenario.name = format!("{} #{count}", scenario.name);
        }
    }
}

fn find(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), BadInput> {
    let unreadable = |error: std::io::Error| BadInput::new(path, format!("cannot be read: {error}"));
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let below = entry.map_err(unreadable)?.path();
        if below.is_dir() || below.extension().is_some_and(|extension| extension == "feature") {
            find(&below, files)?;
        }
    }
    Ok(())
}

fn read_file(file: &Path, written: &mut Vec<Written>) -> Result<(), BadInput> {
    let text = BadInput::read(file)?;
    let language = language(&text);
    let feature = parse(file, &text, language)?;
    let background = feature.background.iter().flat_map(|background| &background.steps);
    let outside: Vec<gherkin::Step> = background.cloned().collect();
    let add = |scenario: &gherkin::Scenario, inherited: &[String], before: &[gherkin::Step]| Written {
        file: file.to_path_buf(),
        language: language.to_owned(),
        name: format!("{}: {}", feature.name, scenario.name),
        tags: inherited.iter().chain(&scenario.tags).cloned().collect(),
        steps: before.iter().chain(&scenario.steps).cloned().collect(),
        scenario: scenario.clone(),
    };
    written.extend(feature.scenarios.iter().map(|scenario| add(scenario, &feature.tags, &outside)));
    for rule in &feature.rules {
        let tags: Vec<String> = feature.tags.iter().chain(&rule.tags).cloned().collect();
        let inside = rule.background.iter().flat_map(|background| &background.steps);
        let before: Vec<gherkin::Step> = outside.iter().chain(inside).cloned().collect();
        written.extend(rule.scenarios.iter().map(|scenario| add(scenario, &tags, &before)));
    }
    Ok(())
}

/// The language that a feature's text names, English where it names none.
fn language(text: &str) -> &str {
    text.lines().find_map(|line| line.trim().strip_prefix("# language:")).map_or("en", str::trim)
}

fn parse(file: &Path, text: &str, language: &str) -> Result<gherkin::Feature, BadInput> {
    let environment = gherkin::GherkinEnv::new(language)
        .map_err(|_| BadInput::in_line(file, 1, format!("unknown language {language:?}")))?;
    let feature =
        gherkin::Feature::parse(text, environment).map_err(|error| broken(file, &error.to_string()))?;
    feature.expand_examples().map_err(|error| {
        let line = error.pos.line;
        BadInput::in_line(file, line, format!("no column of the examples is called <{}>", error.name))
    })
}

/// The parser keeps the place of an error to itself but for its message, "Error at LINE:COLUMN: …", whose
/// rest is a set in no order.
fn broken(file: &Path, message: &str) -> BadInput {
    let place = message.strip_prefix("Error at ").and_then(|rest| {
        let mut numbers = rest.splitn(3, ':').map(str::parse::<usize>);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    });
    match place {
        Some((line, column)) => {
            BadInput::in_line(file, line, format!("broken Gherkin: not understood from column {column} on"))
        }
        None => BadInput::new(file, format!("broken Gherkin: {message}")),
    }
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
}
