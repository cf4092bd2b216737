//! `rig lint`: everything that is wrong or odd in feature files, all at once.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::{CliError, Format, FormatArgs, place::SuiteArgs, print_json, print_line, run};
use crate::{
    bad_input::BadInput,
    bench::Bench,
    suite::{
        PlannedScenario, Register,
        features::{self, WrittenScenario},
        lint,
    },
};

#[derive(Clone, Debug, Args)]
pub(super) struct LintArgs {
    /// The bench file whose profile has the texts of the screens; by default the simulated bench.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    format: FormatArgs,
    /// Feature files or folders of them; by default the whole suite, and step functions that it does not use.
    paths: Vec<PathBuf>,
}

/// A finding.
#[derive(Debug, Serialize)]
struct Finding {
    file: String,
    line: usize,
    /// `error` where `rig run` refuses the file, else `warning`.
    level: &'static str,
    message: String,
}

const ERROR: &str = "error";
const WARNING: &str = "warning";

/// `rig lint`.
pub(super) fn lint(args: &LintArgs) -> Result<u8, CliError> {
    let place = args.suite.find()?;
    let register = Register::load(&place.register())?;
    let bench = Bench::load(args.bench.as_deref().unwrap_or(&place.usual_bench()))?;
    let whole = args.paths.is_empty();
    let files = run::feature_files(&args.paths, &place)?;
    let (mut errors, mut warnings, mut planned) = (Vec::new(), Vec::new(), Vec::new());
    for file in &files {
        let text = BadInput::read(file)?;
        warnings.extend(lint::warnings(file, &text));
        let (written, problems) = features::examine(file, &text);
        errors.extend(problems);
        let plan = |one: &WrittenScenario| PlannedScenario::new(one, place.root(), &register, &bench.profile);
        for resolved in written.iter().map(plan) {
            match resolved {
                Ok(scenario) => planned.push(scenario),
                Err(problem) => errors.push(problem),
            }
        }
    }
    if whole && errors.is_empty() {
        warnings.extend(lint::unused_functions(&planned, place.root()));
    }
    let code = if errors.is_empty() { if warnings.is_empty() { 0 } else { 3 } } else { 2 };
    print(&findings(errors, warnings), files.len(), args.format.format)?;
    Ok(code)
}

/// By file and line, each once: the rows of an outline share their steps, the scenarios of a feature its background.
fn findings(errors: Vec<BadInput>, warnings: Vec<BadInput>) -> Vec<Finding> {
    let mut all: Vec<_> = errors.into_iter().map(|one| (ERROR, one)).collect();
    all.extend(warnings.into_iter().map(|one| (WARNING, one)));
    let place = |one: &BadInput| (one.file.clone(), one.line, one.message.clone());
    all.sort_by_key(|(level, one)| (place(one), *level));
    all.dedup_by_key(|(_, one)| place(one));
    let finding = |(level, one): (&'static str, BadInput)| Finding {
        file: one.file.display().to_string(),
        line: one.line.unwrap_or(1),
        level,
        message: one.message,
    };
    all.into_iter().map(finding).collect()
}

fn print(findings: &[Finding], files: usize, format: Format) -> Result<(), CliError> {
    if format == Format::Json {
        return print_json(&findings);
    }
    for Finding { file, line, level, message } in findings {
        print_line(&format!("{file}:{line}: {level}: {message}"))?;
    }
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (errors, warnings) = (counted(count(ERROR), ERROR), counted(count(WARNING), WARNING));
    print_line(&format!("{}: {errors}, {warnings}", counted(files, "file")))
}

/// A number of things, in words: `1 file`, `2 files`.
fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
