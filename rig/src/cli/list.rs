//! Scenarios as commands list them: where each stands, what it holds and what it uses up.

use std::path::PathBuf;

use clap::Args;
use reports::{ClauseStatus, LeftOut};
use serde::Serialize;

use super::{
    CliError, Format, FormatArgs, place::SuiteArgs, print_json, print_line, run, selection::Selection,
};
use crate::{
    bench::Bench,
    night::Times,
    suite::{Plan, PlannedScenario, Register, SideEffect},
};

#[derive(Clone, Debug, Args)]
pub(super) struct ListArgs {
    /// The bench file; by default the simulated bench.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    #[command(flatten)]
    selection: Selection,
    /// List scenarios that need what the bench has not as left out, and why.
    #[arg(long)]
    as_equipped: bool,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    format: FormatArgs,
    /// Feature files or folders of them; by default the whole suite.
    paths: Vec<PathBuf>,
}

/// `rig list`: as `rig run --list`.
pub(super) fn list(args: &ListArgs) -> Result<u8, CliError> {
    let place = args.suite.find()?;
    let register = Register::load(&place.register())?;
    let bench = Bench::load(args.bench.as_deref().unwrap_or(&place.usual_bench()))?;
    let files = run::feature_files(&args.paths, &place)?;
    let plan = run::plan(&files, &args.selection, args.as_equipped, &place, &register, &bench)?;
    print(&plan, &Times::load(&place.times())?, args.format.format).map(|()| 0)
}

/// A scenario, listed.
#[derive(Serialize)]
pub(super) struct Listed {
    pub name: String,
    pub file: String,
    pub line: usize,
    /// The kinds of instrument that it holds, in the register's words.
    pub instruments: Vec<&'static str>,
    /// Devices and identities that it uses up, and how each is restored.
    pub uses: Vec<String>,
    /// Bench time in seconds, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
}

impl From<&PlannedScenario> for Listed {
    fn from(scenario: &PlannedScenario) -> Self {
        Self {
            name: scenario.name.clone(),
            file: scenario.file.clone(),
            line: scenario.line,
            instruments: scenario.instruments(),
            uses: scenario.uses.iter().map(SideEffect::to_string).collect(),
            seconds: None,
        }
    }
}

#[derive(Serialize)]
struct Whole<'p> {
    scenarios: Vec<Listed>,
    not_applicable: &'p [LeftOut],
    not_equipped: &'p [LeftOut],
}

/// Prints the plan of a run, in its order, and what is left out.
pub(super) fn print(plan: &Plan, times: &Times, format: Format) -> Result<(), CliError> {
    let whole = Whole {
        scenarios: plan
            .scenarios
            .iter()
            .map(|one| Listed { seconds: times.of(&one.name), ..one.into() })
            .collect(),
        not_applicable: &plan.not_applicable,
        not_equipped: &plan.not_equipped,
    };
    if format == Format::Json {
        return print_json(&whole);
    }
    for Listed { name, file, line, instruments, uses, seconds } in &whole.scenarios {
        print_line(&format!("{file}:{line}: {name}"))?;
        print_line(&format!("    through {}", instruments.join(", ")))?;
        if let Some(seconds) = seconds {
            print_line(&format!("    takes {seconds} s of bench time"))?;
        }
        uses.iter().try_for_each(|used| print_line(&format!("    uses up: {used}")))?;
    }
    for (why, scenarios) in [
        (ClauseStatus::NotApplicable.word(), whole.not_applicable),
        (reports::NOT_EQUIPPED, whole.not_equipped),
    ] {
        for LeftOut { name, file, line, reason, .. } in scenarios {
            print_line(&format!("{file}:{line}: {name}"))?;
            print_line(&format!("    {why}: {reason}"))?;
        }
    }
    Ok(())
}
