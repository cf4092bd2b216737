//! `rig resume`: finishes a run that did not reach its end.

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use reports::{InputKind, Journal, RunStarted};

use super::{
    CliError, journal,
    run::{self, Prepared, RunArgs},
    signal,
};
use crate::{
    provenance,
    recorder::Sink,
    remark::remark,
    runner::{self, RunConfig, StepController},
};

#[derive(Clone, Debug, Args)]
pub(super) struct ResumeArgs {
    /// The run's folder.
    run: PathBuf,
    /// Who resumes it, for the record; by default the login.
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,
}

/// `rig resume`. What ended stays as it is; a scenario that was under way begins anew, unless something had failed in it. The
/// arguments are those of the run; its files must be the same.
pub(super) fn resume(
    args: &ResumeArgs,
    of_run: impl Fn(&[String]) -> Result<RunArgs, CliError>,
) -> Result<u8, CliError> {
    provenance::hash_program();
    let past = journal::read(&args.run)?;
    let unfinished = past.unfinished();
    if past.incomplete().is_none() || unfinished.is_empty() && past.ended().is_some() {
        let message =
            format!("{}: nothing is left of this run; `rig report` makes its reports", args.run.display());
        return Err(CliError::Usage(message));
    }
    let origin = past.origin().cloned().unwrap_or_default();
    if origin.by_hand {
        return Err(CliError::Usage(format!("{}: was stepped through by hand", args.run.display())));
    }
    let run_args = of_run(&origin.arguments)?;
    let place = run_args.suite().find()?;
    let prepared = Prepared::new(&run_args, &place)?;
    let stop = signal::stop()?;
    run_args.stop_in_time(&stop)?;
    let _locks = prepared.lock(&run_args, &stop)?;
    let (config, clauses) = prepared.config(&run_args, &place)?;
    check_same(&past, &config, &config.head(clauses))?;
    let operator = args.operator.clone().unwrap_or_else(provenance::login);
    let (observers, events) = run::observers(&run_args, &config.plan)?;
    let sink =
        Sink::resume(&past, &operator, observers).map_err(|error| CliError::Usage(error.to_string()))?;
    let sink = Arc::new(run_args.steered(sink, &stop));
    remark(format!("rig: {} of {} scenarios are left", unfinished.len(), config.plan.scenarios.len()));
    let controller: Arc<dyn StepController> = Arc::new(stop);
    runner::resume(&config, &past, &sink, &controller)?;
    run_args.conclude(&args.run, &sink, events)
}

/// An error where anything is not as it was when the run began: its verdicts would not belong together.
fn check_same(past: &Journal, config: &RunConfig, head: &RunStarted) -> Result<(), CliError> {
    let before = past.head();
    let origin = past.origin();
    let differs = before.inputs.iter().zip(&head.inputs).find(|(before, now)| before != now);
    let what = if before.inputs.len() != head.inputs.len() {
        Some("the files that it was made with".to_owned())
    } else if let Some((input, _)) = differs {
        Some(format!("the {}, {},", kind(input.kind), input.name))
    } else if origin.is_some_and(|origin| origin.program_sha256 != config.provenance.origin.program_sha256) {
        Some("rig itself".to_owned())
    } else if before != head {
        Some("the plan".to_owned())
    } else {
        None
    };
    let refused = |what| {
        let run = past.run_dir().display();
        CliError::Usage(format!("{run}: {what} is not the same as when the run began; begin a new run"))
    };
    what.map_or(Ok(()), |what| Err(refused(what)))
}

fn kind(kind: InputKind) -> &'static str {
    match kind {
        InputKind::Suite => "suite",
        InputKind::Register => "register",
        InputKind::Bench => "bench file",
        InputKind::Profile => "profile",
        InputKind::Firmware => "firmware",
    }
}
