//! The command line: what people and night jobs type, stable from here on.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{
    bad_input::BadInput,
    remark::{flush, remark},
    runner::FaultAt,
};

mod annul;
mod attach;
mod calibrate;
mod campaign;
mod cases;
mod catalogue;
mod clauses;
mod countersign;
mod dap;
mod diff;
mod doctor;
mod embedded;
mod events;
mod explore;
mod fmt;
mod forms;
mod history;
mod holder;
mod impact;
mod init;
mod issue;
mod journal;
mod judge;
mod key;
mod lint;
mod list;
mod listen;
mod look;
mod manual;
mod night;
mod order;
mod page;
mod place;
mod progress;
mod prove;
mod publish;
mod report;
mod resume;
mod retain;
mod run;
mod selection;
mod signal;
mod stamp;
mod step;
mod stepping;
mod steps;
mod typed;
mod verify;

/// Hardware-in-the-loop test rig and conformance suite for the devices and apps that people prove who they
/// are with. Independent of the real service: without hardware it runs on a simulated bench.
#[derive(Debug, Parser)]
#[command(name = "rig", version, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  pass: every planned clause was judged, and kept
  1  fail: a clause was broken
  2  wrong usage, or a file that cannot be used
  3  inconclusive, or something planned was not run
  4  the bench or the rig failed";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the suite on a bench.
    Run(run::RunArgs),
    /// Finish a run that did not reach its end: killed, out of disk space, stopped.
    Resume(resume::ResumeArgs),
    /// Step through scenarios: stop before a step, look, try, go on. The record is not a verdict.
    Step(step::StepArgs),
    /// Arm a break in a run that is under way, and step through it from there.
    Attach(attach::AttachArgs),
    /// Step through scenarios from an editor, by the Debug Adapter Protocol.
    Dap(dap::DapArgs),
    /// Step through scenarios on a page, or open a finished run there.
    Page(page::PageArgs),
    /// List what `rig run` would run, what it holds and uses up, and what is left out and why.
    List(list::ListArgs),
    /// List the sentences that steps can be, by instrument.
    Steps(steps::StepsArgs),
    /// Look for everything that is wrong or odd in feature files: exit code 2 for errors, 3 for warnings alone.
    Lint(lint::LintArgs),
    /// Lay out feature files in one way.
    Fmt(fmt::FmtArgs),
    /// List the clauses with the scenarios that judge them and their latest outcomes; or the holes of the suite.
    Clauses(clauses::ClausesArgs),
    /// Export the suite as structured test cases, with the product's implementation conformance statement (ICS).
    Cases(cases::CasesArgs),
    /// List the defects that the reference product can be given.
    Defects(FormatArgs),
    /// Prove the suite: run it on the sound product and on each defect.
    Prove(prove::ProveArgs),
    /// Walk through a model of the documentation where the suite does not go, judge each walk, and make what fails short.
    Explore(explore::ExploreArgs),
    /// List the faults that the simulated bench can be given.
    Faults(FormatArgs),
    /// Judge a run again from its evidence, offline.
    Judge(judge::JudgeArgs),
    /// Plan a night on one or more benches, check whether it can begin, and run it.
    Night(night::NightArgs),
    /// Tell what the runs of a folder say together: what is new, flaky, stale; the morning page.
    History(history::HistoryArgs),
    /// Make a run's reports again from its journal.
    Report(report::ReportArgs),
    /// Withdraw a result of a run, for a reason.
    Annul(annul::AnnulArgs),
    /// Delete the evidence of runs whose time is over, and keep its hashes.
    Retain(retain::RetainArgs),
    /// Run the repetitions that a test report rests on, with a ledger of every attempt.
    Campaign(campaign::CampaignArgs),
    /// Make and show keys that sign reports.
    Key(key::KeyArgs),
    /// Sign a test report of runs: one bundle with the whole record.
    Issue(issue::IssueArgs),
    /// Review a test report, and sign it as well.
    Review(countersign::ReviewArgs),
    /// Certify the product of a test report, if everything that binds it is passed.
    Certify(countersign::CertifyArgs),
    /// Ask for a time stamp on a bundle, or put one into it.
    Stamp(stamp::StampArgs),
    /// Verify a bundle offline: signatures, files, readings, verdicts.
    Verify(verify::VerifyArgs),
    /// Write the public form of a bundle: without the record of its runs, and so without a secret.
    Publish(publish::PublishArgs),
    /// Tell what changed between two bundles: items, files, clauses, figures.
    Diff(diff::DiffArgs),
    /// Judge kept runs again with this rig, compare them with a new suite and profile, and name the clauses to test again.
    Impact(impact::ImpactArgs),
    /// List what is plugged in, in a bench file's words; or check each instrument of a bench file.
    Doctor(doctor::DoctorArgs),
    /// Find the printed marks of a bench in its cameras' pictures, as lines for its bench file.
    Calibrate(calibrate::CalibrateArgs),
    /// Read displays, QR codes and checkmarks in pictures.
    Look(look::LookArgs),
    /// Find spoken digits in sounds.
    Listen(listen::ListenArgs),
    /// Write a copy of the suite to change, and the beginning of a bench file.
    Init(init::InitArgs),
    /// Print completions for a shell.
    Completions(manual::CompletionsArgs),
    /// Write the man pages.
    Man(manual::ManArgs),
}

#[derive(Clone, Copy, Debug, Args)]
struct FormatArgs {
    /// For people, or for programs.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Debug, Args)]
struct RunFolder {
    /// The run's folder.
    run: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text.
    Human,
    /// JSON, and nothing but JSON, on standard output.
    Json,
}

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
enum CliError {
    /// An invalid input file.
    #[error(transparent)]
    BadInput(#[from] BadInput),
    /// The command was used wrongly.
    #[error("{0}")]
    Usage(String),
    /// The rig failed.
    #[error("{0}")]
    Failed(String),
}

/// Errors of writing a run's folder; those of reading one are handled in [`journal`].
impl From<reports::Error> for CliError {
    fn from(error: reports::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl CliError {
    fn exit_code(&self) -> u8 {
        match self {
            Self::BadInput(_) | Self::Usage(_) => 2,
            Self::Failed(_) => 4,
        }
    }
}

/// Runs the command line and tells how to exit.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Run(args) => run::run(&args),
        Command::Resume(args) => resume::resume(&args, run_args),
        Command::Step(args) => step::step(&args),
        Command::Attach(args) => attach::attach(&args),
        Command::Dap(args) => dap::dap(args),
        Command::Page(args) => page::page(&args),
        Command::List(args) => list::list(&args),
        Command::Steps(args) => steps::steps(&args),
        Command::Lint(args) => lint::lint(&args),
        Command::Fmt(args) => fmt::fmt(&args),
        Command::Clauses(args) => clauses::clauses(&args),
        Command::Cases(args) => cases::cases(&args),
        Command::Defects(args) => catalogue::defects(args.format),
        Command::Prove(args) => prove::prove(&args),
        Command::Explore(args) => explore::explore(&args),
        Command::Faults(args) => catalogue::faults(args.format),
        Command::Judge(args) => judge::judge(&args),
        Command::Night(args) => night::night(&args),
        Command::History(args) => history::history(&args),
        Command::Report(args) => report::report(&args),
        Command::Annul(args) => annul::annul(&args),
        Command::Retain(args) => retain::retain(&args),
        Command::Campaign(args) => campaign::campaign(&args),
        Command::Key(args) => key::key(&args),
        Command::Issue(args) => issue::issue(&args),
        Command::Review(args) => countersign::review(&args),
        Command::Certify(args) => countersign::certify(&args),
        Command::Stamp(args) => stamp::stamp(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::Publish(args) => publish::publish(&args),
        Command::Diff(args) => diff::diff(&args),
        Command::Impact(args) => impact::impact(&args),
        Command::Doctor(args) => doctor::doctor(&args),
        Command::Calibrate(args) => calibrate::calibrate(&args),
        Command::Look(args) => look::look(&args),
        Command::Listen(args) => listen::listen(&args),
        Command::Init(args) => init::init(&args),
        Command::Completions(args) => manual::completions(&args),
        Command::Man(args) => manual::man(&args),
    };
    exit(result)
}

/// How to exit after a command.
fn exit(result: Result<u8, CliError>) -> ExitCode {
    let code = result.unwrap_or_else(|error| {
        remark(format!("rig: {error}"));
        error.exit_code()
    });
    flush();
    ExitCode::from(code)
}

/// The arguments of a run, as its record has them.
fn run_args(arguments: &[String]) -> Result<run::RunArgs, CliError> {
    let words = ["rig"].into_iter().chain(arguments.iter().map(String::as_str));
    match Cli::try_parse_from(words) {
        Ok(Cli { command: Command::Run(args) }) => Ok(args),
        Ok(_) => Err(CliError::Usage("the record is not that of `rig run`".to_owned())),
        Err(error) => {
            Err(CliError::Usage(format!("the record's arguments are not those of this rig: {error}")))
        }
    }
}

/// Prints one line of JSON.
fn print_json(value: &impl serde::Serialize) -> Result<(), CliError> {
    let line = serde_json::to_string(value).map_err(|error| CliError::Failed(error.to_string()))?;
    print_line(&line)
}

/// Prints one line; ignores a reader that has gone away (`rig clauses | head`).
fn print_line(line: &str) -> Result<(), CliError> {
    use std::io::{ErrorKind, Write};
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CliError::Failed(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// A fault as the command line takes it.
fn parse_fault(text: &str) -> Result<FaultAt, String> {
    text.parse()
}
