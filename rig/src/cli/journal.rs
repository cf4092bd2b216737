//! Reads journals for commands: incomplete ones too, which never count as complete.

use std::path::Path;

use reports::{Error, JOURNAL_FILE, Journal};

use super::CliError;
use crate::bad_input::BadInput;

/// The journal of the run in `run`. An unreadable or broken journal is bad input.
pub(super) fn read(run: &Path) -> Result<Journal, CliError> {
    let journal = Journal::read(run).map_err(|error| match error {
        Error::Journal { file, line, what } => BadInput::in_line(&file, line, what),
        Error::Io { path, source } => BadInput::new(&path, format!("cannot be read: {source}")),
        other => BadInput::new(&run.join(JOURNAL_FILE), other.to_string()),
    })?;
    Ok(journal)
}

/// `code`, unless the journal was cut within a line. Asked when the work is done, so that what stands before
/// the cut is not lost: the file is damaged all the same.
pub(super) fn unless_torn(journal: &Journal, code: u8) -> Result<u8, CliError> {
    match journal.torn() {
        None => Ok(code),
        Some(line) => {
            let what = "the journal was cut short within this line; what stands before it was taken";
            Err(BadInput::in_line(&journal.run_dir().join(JOURNAL_FILE), line, what).into())
        }
    }
}
