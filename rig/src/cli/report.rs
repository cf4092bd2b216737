//! `rig report`: makes the reports of a run's journal again.

use std::path::PathBuf;

use reports::{Access, Journal, Summary};

use super::{CliError, Format, RunFolder, journal, print_line};

/// The reports of a run, in its folder.
pub(super) const HTML_FILE: &str = "report.html";
const JUNIT_FILE: &str = "junit.xml";
const SUMMARY_FILE: &str = "summary.json";

/// `rig report`. Exits with the code of the run.
pub(super) fn report(args: &RunFolder) -> Result<u8, CliError> {
    let journal = journal::read(&args.run)?;
    let summary = Summary::new(&journal);
    write(&journal, &summary)?;
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

/// Writes every report of a run into its folder.
pub(super) fn write(journal: &Journal, summary: &Summary) -> Result<(), CliError> {
    let access = Access::of(journal.run_dir());
    let put = |file: &str, text: &str| {
        let path: PathBuf = journal.run_dir().join(file);
        access.write(&path, text.as_bytes()).map_err(CliError::from)
    };
    put(HTML_FILE, &reports::html(journal, summary))?;
    put(JUNIT_FILE, &reports::junit(journal, summary)?)?;
    put(SUMMARY_FILE, &(summary.to_json() + "\n"))
}
