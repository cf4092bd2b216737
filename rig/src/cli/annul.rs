//! `rig annul`: withdraws a result, with a name and a reason. The journal stays unchanged.

use clap::Args;
use reports::{Amendment, Journal, Summary, amend};
use serde::Serialize;

use super::{CliError, Format, RunFolder, journal, print_json, print_line, report};
use crate::provenance::utc_now;

#[derive(Clone, Debug, Args)]
pub(super) struct AnnulArgs {
    /// The scenario whose results are withdrawn, by its name in the report; by default every one.
    #[arg(long, value_name = "NAME", required_unless_present = "clause")]
    scenario: Option<String>,
    /// The clause whose results are withdrawn; by default every one of the scenario.
    #[arg(long, value_name = "ID")]
    clause: Option<String>,
    /// Why: an instrument that was found bad later, a golden unit that failed at the end.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who withdraws it.
    #[arg(long, value_name = "NAME")]
    by: String,
    #[command(flatten)]
    folder: RunFolder,
}

/// Result of the command.
#[derive(Serialize)]
struct Annulled {
    annulled: usize,
    outcome: reports::Outcome,
    head: String,
}

/// `rig annul`.
pub(super) fn annul(args: &AnnulArgs) -> Result<u8, CliError> {
    let journal = journal::read(&args.folder.run)?;
    let amendment = Amendment::Annulled { scenario: args.scenario.clone(), clause: args.clause.clone() };
    let head = amend(&journal, amendment, &args.reason, &args.by, utc_now()).map_err(refused)?;
    let amended = Journal::read(&args.folder.run)?;
    let summary = Summary::new(&amended);
    report::write(&amended, &summary)?;
    let judgements = summary.scenarios.iter().flat_map(|scenario| &scenario.judgements);
    let annulled = judgements.filter(|judgement| judgement.annulled).count();
    let done = Annulled { annulled, outcome: summary.outcome, head };
    match args.folder.format.format {
        Format::Json => print_json(&done)?,
        Format::Human => {
            print_line(&format!("{}: {annulled} results are withdrawn in all", summary.outcome))?;
            print_line(&format!("head of the amendments {}", done.head))?;
        }
    }
    Ok(0)
}

/// A run that cannot be amended in this way is wrong usage.
pub(super) fn refused(error: reports::Error) -> CliError {
    match error {
        reports::Error::Amendment { .. } => CliError::Usage(error.to_string()),
        other => other.into(),
    }
}
