//! `rig report`: makes the reports of a run's journal again.

use std::{fs, path::PathBuf};

use clap::Args;
use reports::{Access, Finding, Journal, Kept, Summary};

use super::{CliError, Format, RunFolder, journal, judge, print_line};
use crate::remark::remark;

#[derive(Clone, Debug, Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    of: RunFolder,
    /// Write the run as Cucumber Messages to this file, too: lines of JSON, as Cucumber's HTML formatter reads them.
    #[arg(long, value_name = "FILE")]
    messages: Option<PathBuf>,
}

/// The reports of a run, in its folder.
pub(super) const HTML_FILE: &str = "report.html";
pub(super) const JUNIT_FILE: &str = "junit.xml";
const SUMMARY_FILE: &str = "summary.json";

/// `rig report`. Exits as the run did, unless the run's folder no longer holds what the journal says: then no report of it
/// passes. Neither does one whose evidence was deleted by an amendment.
pub(super) fn report(args: &ReportArgs) -> Result<u8, CliError> {
    let ReportArgs { of: args, messages } = args;
    let journal = journal::read(&args.run)?;
    let mut summary = Summary::new(&journal);
    let findings = journal.findings().map_err(|error| judge::unsealed(&journal, error))?;
    let (deleted, broken): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| finding.kept == Kept::Deleted);
    summary.evidence_deleted(deleted.len());
    summary.broken(&broken);
    broken.iter().for_each(|finding| remark(format!("rig: {finding}")));
    write(&journal, &summary)?;
    if let Some(file) = messages {
        // As private as the run: pictures show what displays showed.
        Access::of(journal.run_dir()).write(file, reports::messages(&journal, &summary).as_bytes())?;
    }
    match args.format.format {
        Format::Json => print_line(&summary.to_json())?,
        Format::Human => {
            for file in [HTML_FILE, JUNIT_FILE, SUMMARY_FILE] {
                print_line(&args.run.join(file).display().to_string())?;
            }
        }
    }
    journal::unless_torn(&journal, summary.outcome.exit_code())
}

/// Writes every report of a run into its folder: those for machines first, for which there is room on a full disk.
pub(super) fn write(journal: &Journal, summary: &Summary) -> Result<(), CliError> {
    let access = Access::of(journal.run_dir());
    let put = |file: &str, text: &str| {
        let path: PathBuf = journal.run_dir().join(file);
        access.write(&path, text.as_bytes()).map_err(|error| {
            // Half a report is none.
            let _ = fs::remove_file(&path);
            CliError::from(error)
        })
    };
    put(JUNIT_FILE, &reports::junit(journal, summary)?)?;
    put(SUMMARY_FILE, &(summary.to_json() + "\n"))?;
    put(HTML_FILE, &reports::html(journal, summary))
}
