//! Feature files: found, read, and expanded into scenarios, each with its place.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use cucumber::gherkin;
use feature_file::{Feature, FeatureChild, Id, Pickle, PickleStep, RuleChild, Scenario, Step, StepType};
use regex::Regex;

use super::lost;
pub use super::lost::broken;
use crate::bad_input::BadInput;

/// A parsed scenario, outlines expanded.
#[derive(Clone, Debug)]
pub struct WrittenScenario {
    /// The feature's file, by the path that found it.
    pub file: PathBuf,
    /// The language that it is written in, as in `# language: da`.
    pub language: String,
    /// Feature and scenario, and a number where several are named so: unique in what was read.
    pub name: String,
    /// Its own name, without the feature's.
    pub title: String,
    /// Its line; of an outline, the line of the row.
    pub line: usize,
    /// The line of the scenario or of the outline itself.
    pub heading: usize,
    /// The tags of feature, rule, scenario and examples, without `@`.
    pub tags: Vec<String>,
    /// Background and scenario steps.
    pub steps: Vec<WrittenStep>,
}

/// A parsed step, parameters filled in.
#[derive(Clone, Debug)]
pub struct WrittenStep {
    /// As cucumber knows it, its text without the clause. Its type counts only where `any` is false.
    pub step: gherkin::Step,
    /// The clause in brackets at its end.
    pub clause: Option<String>,
    /// Whether it takes whichever function matches: `*`, or an And after one.
    pub any: bool,
    /// The lines of the rows of its table.
    pub rows: Vec<usize>,
}

impl WrittenScenario {
    /// The clauses that its steps name, each once, in their order.
    pub fn clauses(&self) -> Vec<String> {
        let mut clauses = Vec::new();
        for clause in self.steps.iter().filter_map(|written| written.clause.as_ref()) {
            if !clauses.contains(clause) {
                clauses.push(clause.clone());
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
pub fn read(paths: &[PathBuf]) -> Result<Vec<WrittenScenario>, BadInput> {
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

/// Every scenario of these feature files, in their order and the order of lines.
pub fn read_files(files: &[PathBuf]) -> Result<Vec<WrittenScenario>, BadInput> {
    let mut written = Vec::new();
    for file in files {
        let text = BadInput::read(file)?;
        let (scenarios, problems) = examine(file, &text);
        if let Some(first) = problems.into_iter().next() {
            return Err(first);
        }
        written.extend(scenarios);
    }
    super::names::unique(&written)?;
    number_namesakes(&mut written);
    Ok(written)
}

/// Numbers the second and further scenarios of a name, before any selection, so that each keeps its name.
fn number_namesakes(written: &mut [WrittenScenario]) {
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
        let name = below.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if name.ends_with(".feature.md") {
            return Err(BadInput::new(&below, "Markdown features are not read; accepted: .feature"));
        }
        if below.is_dir() || name.ends_with(".feature") {
            find(&below, files)?;
        }
    }
    Ok(())
}

/// The scenarios of `text`, the text of `file`, and everything that is wrong with it in the order of the
/// lines: syntax, and text that would be left out in silence. After a syntax error the scenarios are empty.
pub fn examine(file: &Path, text: &str) -> (Vec<WrittenScenario>, Vec<BadInput>) {
    let scan = feature_file::scan(text);
    let mut problems = lost::problems(file, &scan);
    let document = scan.document();
    let Some(feature) = document.feature.as_ref().filter(|_| scan.errors.is_empty()) else {
        return (Vec::new(), problems);
    };
    problems.extend(scenarios(feature).flat_map(|scenario| unknown_columns(file, scenario)));
    problems.sort_by_key(|problem| problem.line);
    let steps: HashMap<Id, &Step> = steps(feature).map(|step| (step.id, step)).collect();
    let pickles = feature_file::pickles(&document);
    (pickles.iter().map(|pickle| written(file, feature, pickle, &steps)).collect(), problems)
}

/// Every scenario of a feature, those of its rules too.
pub(super) fn scenarios(feature: &Feature) -> impl Iterator<Item = &Scenario> {
    feature.children.iter().flat_map(|child| match child {
        FeatureChild::Scenario(scenario) => vec![scenario],
        FeatureChild::Background(_) => Vec::new(),
        FeatureChild::Rule(rule) => rule
            .children
            .iter()
            .filter_map(|child| match child {
                RuleChild::Scenario(scenario) => Some(scenario),
                RuleChild::Background(_) => None,
            })
            .collect(),
    })
}

/// Every step of a feature, those of backgrounds too.
fn steps(feature: &Feature) -> impl Iterator<Item = &Step> {
    let backgrounds = feature.children.iter().flat_map(|child| match child {
        FeatureChild::Background(background) => vec![background],
        FeatureChild::Scenario(_) => Vec::new(),
        FeatureChild::Rule(rule) => rule
            .children
            .iter()
            .filter_map(|child| match child {
                RuleChild::Background(background) => Some(background),
                RuleChild::Scenario(_) => None,
            })
            .collect(),
    });
    let before = backgrounds.flat_map(|background| &background.steps);
    before.chain(scenarios(feature).flat_map(|scenario| &scenario.steps))
}

/// The parameters `<name>` in the steps of an outline that no column of its examples is called by.
fn unknown_columns(file: &Path, scenario: &Scenario) -> Vec<BadInput> {
    static PARAMETER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("<([^<>]+)>").expect("the pattern is a constant"));
    let mut unknown = Vec::new();
    for header in scenario.examples.iter().filter_map(|examples| examples.table_header.as_ref()) {
        for step in &scenario.steps {
            let missing = PARAMETER
                .captures_iter(&step.text)
                .find(|found| !header.cells.iter().any(|cell| cell.value == found[1]));
            unknown.extend(missing.map(|found| {
                BadInput::in_line(
                    file,
                    step.location.line,
                    format!("no column of the examples is called {}", &found[0]),
                )
            }));
        }
    }
    unknown
}

fn written(file: &Path, feature: &Feature, pickle: &Pickle, steps: &HashMap<Id, &Step>) -> WrittenScenario {
    let tag = |name: &str| name.strip_prefix('@').unwrap_or(name).to_owned();
    let heading = scenarios(feature).find(|one| pickle.ast_node_ids.first() == Some(&one.id));
    let source = |step: &PickleStep| step.ast_node_ids.first().and_then(|id| steps.get(id)).copied();
    WrittenScenario {
        file: file.to_path_buf(),
        language: pickle.language.clone(),
        name: format!("{}: {}", feature.name, pickle.name),
        title: pickle.name.clone(),
        line: pickle.location.line,
        heading: heading.map_or(pickle.location.line, |one| one.location.line),
        tags: pickle.tags.iter().map(|one| tag(&one.name)).collect(),
        steps: pickle.steps.iter().filter_map(|step| Some(written_step(step, source(step)?))).collect(),
    }
}

/// A step as cucumber knows it.
fn written_step(step: &PickleStep, source: &Step) -> WrittenStep {
    let ty = match step.step_type {
        StepType::Unknown | StepType::Context => gherkin::StepType::Given,
        StepType::Action => gherkin::StepType::When,
        StepType::Outcome => gherkin::StepType::Then,
    };
    let argument = step.argument.as_ref();
    let table = argument.and_then(|argument| argument.data_table.as_ref());
    let doc_string = argument.and_then(|argument| argument.doc_string.as_ref());
    let (text, clause) = split_clause(&step.text);
    let row = |row: &feature_file::PickleRow| row.cells.iter().map(|cell| cell.value.clone()).collect();
    let step_of_cucumber = gherkin::Step {
        keyword: source.keyword.trim().to_owned(),
        ty,
        value: text.to_owned(),
        docstring: doc_string.map(|text| text.content.clone()),
        table: table.map(|table| gherkin::Table {
            rows: table.rows.iter().map(row).collect(),
            span: gherkin::Span::default(),
            position: gherkin::LineCol::default(),
        }),
        span: gherkin::Span::default(),
        position: gherkin::LineCol {
            line: source.location.line,
            col: source.location.column.unwrap_or_default(),
        },
    };
    let rows = source.data_table.iter().flat_map(|table| &table.rows).map(|row| row.location.line).collect();
    let any = step.step_type == StepType::Unknown;
    WrittenStep { step: step_of_cucumber, clause: clause.map(str::to_owned), any, rows }
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
    fn rows_have_their_own_lines_and_steps_theirs() {
        let text = "@a\nFeature: F\n  Background:\n    * x\n  Rule: R\n    @b\n    Scenario Outline: S <n>\n      \
                    Then y <n> [C]\n      And z\n\n      @c\n      Examples:\n        | n |\n        # one\n        | 1 |\n\n        | 2 |\n";
        let (written, problems) = examine(Path::new("f.feature"), text);
        assert_eq!(problems, []);
        let places: Vec<_> = written.iter().map(|one| (one.line, one.name.as_str())).collect();
        assert_eq!(places, [(15, "F: S 1"), (17, "F: S 2")]);
        assert_eq!(written[1].tags, ["a", "b", "c"]);
        let steps = written[1].steps.iter().map(|one| {
            let gherkin::Step { keyword, value, position, ty, .. } = &one.step;
            (keyword.as_str(), value.as_str(), one.clause.as_deref(), position.line, *ty, one.any)
        });
        use gherkin::StepType::{Given, Then};
        let wanted = [
            ("*", "x", None, 4, Given, true),
            ("Then", "y 2", Some("C"), 8, Then, false),
            ("And", "z", None, 9, Then, false),
        ];
        assert_eq!(steps.collect::<Vec<_>>(), wanted);
    }
}
