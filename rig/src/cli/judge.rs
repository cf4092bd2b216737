//! `rig judge`: the oracle judges an old journal again, offline, with nothing but what stands in it.

use std::{collections::BTreeSet, path::PathBuf};

use clap::Args;
use reports::{Journal, Outcome, Summary, Verdict};
use serde::Serialize;

use super::{CliError, Format, RunFolder, journal, place::Place, print_json, print_line};
use crate::{
    bench::Bench,
    oracle::{self, Check, Context},
};

#[derive(Serialize)]
struct Judged {
    verdicts: usize,
    changed: Vec<Changed>,
    outcome: Outcome,
}

/// A verdict that reads differently today.
#[derive(Serialize)]
struct Changed {
    scenario: String,
    clause: String,
    step: u32,
    was: Outcome,
    is: Outcome,
    reason: String,
}

#[derive(Clone, Debug, Args)]
pub(super) struct JudgeArgs {
    /// The bench file of the run, whose keys the codes are checked with; the simulated bench where none is
    /// named.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    #[command(flatten)]
    folder: RunFolder,
}

/// `rig judge`.
pub(super) fn judge(args: &JudgeArgs) -> Result<u8, CliError> {
    let journal = journal::read(&args.folder.run)?;
    let bench = match &args.bench {
        Some(file) => Bench::load(file)?,
        None => Bench::load(&Place::find()?.simulated_bench())?,
    };
    let context = Context { keys: &bench.keys };
    let clauses = journal.head().clauses.iter().filter(|clause| clause.is_reported());
    let reported: BTreeSet<&str> = clauses.map(|clause| clause.id.as_str()).collect();
    let mut judged = Judged { verdicts: 0, changed: Vec::new(), outcome: unjudged(&journal) };
    for (scenario, verdict, observations) in journal.verdicts() {
        let again = oracle::judge(&check_of(verdict)?, &observations, &context);
        judged.verdicts += 1;
        if !reported.contains(verdict.clause.as_str()) {
            judged.outcome = judged.outcome.max(again.outcome);
        }
        if again.outcome != verdict.outcome {
            judged.changed.push(Changed {
                scenario: scenario.name.clone(),
                clause: verdict.clause.clone(),
                step: verdict.step,
                was: verdict.outcome,
                is: again.outcome,
                reason: again.reason,
            });
        }
    }
    print(&judged, args.folder.format.format)?;
    journal::unless_torn(&journal, judged.outcome.exit_code())
}

/// What the run came to where no verdict says so, which judging again does not mend: the bench failed, or
/// something planned was not reached.
fn unjudged(journal: &Journal) -> Outcome {
    let summary = Summary::new(journal);
    let clauses = summary.clauses.iter().filter_map(|clause| clause.outcome.judged());
    let outcomes = clauses.chain(summary.scenarios.iter().map(|scenario| scenario.outcome));
    let cut_short = summary.incomplete.as_ref().map(|_| Outcome::NotRun);
    let left =
        outcomes.filter(|outcome| matches!(outcome, Outcome::NotRun | Outcome::Error)).chain(cut_short);
    left.max().unwrap_or(Outcome::Pass)
}

fn check_of(verdict: &Verdict) -> Result<Check, CliError> {
    serde_json::from_value(verdict.check.clone()).map_err(|error| {
        CliError::Usage(format!("the journal's check of {} is not one of this rig: {error}", verdict.clause))
    })
}

fn print(judged: &Judged, format: Format) -> Result<(), CliError> {
    if format == Format::Json {
        return print_json(judged);
    }
    for changed in &judged.changed {
        let Changed { scenario, clause, was, is, reason, .. } = changed;
        print_line(&format!("{clause}: was {was}, is {is}: {reason} ({scenario})"))?;
    }
    let (verdicts, changed) = (judged.verdicts, judged.changed.len());
    print_line(&format!("{}: {verdicts} verdicts judged again, {changed} changed", judged.outcome))
}
