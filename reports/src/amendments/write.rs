//! Writing amendments: one at a time, on the disk before anything is deleted.

use std::{fs::OpenOptions, io::Write};

use super::{AMENDMENTS_FILE, Amended, Amendment, read::check};
use crate::{Access, Error, Journal, Result, journal::chain::Chain};

/// Amends the run of `journal`: `amendment`, for this reason, by this person, at this time. The hash of the file's last
/// line, which holds to it.
///
/// # Errors
/// [`Error::Amendment`] where the run has not what it is about, reason or name are missing, or the file was cut short;
/// [`Error::Io`] where it cannot be written.
pub fn amend(journal: &Journal, amendment: Amendment, reason: &str, by: &str, utc: String) -> Result<String> {
    let refused = |what: String| Error::Amendment { run: journal.run_dir().to_owned(), what };
    check(&amendment, journal.head()).map_err(refused)?;
    if reason.trim().is_empty() || by.trim().is_empty() {
        return Err(refused("a reason and a name are wanted".to_owned()));
    }
    let before = journal.amendments();
    if let Some(line) = before.torn() {
        return Err(refused(format!(
            "{AMENDMENTS_FILE} was cut short within line {line}: mend or remove that line"
        )));
    }
    let seq = u32::try_from(before.all().len()).map_err(|error| refused(error.to_string()))?;
    let amended = Amended { seq, utc, by: by.to_owned(), reason: reason.to_owned(), amendment };
    let object = serde_json::to_string(&amended).expect("strings and numbers become JSON");
    let mut chain = Chain::anchored(before.head());
    let line = chain.link(&object);
    let path = journal.run_dir().join(AMENDMENTS_FILE);
    let access = Access::of(journal.run_dir());
    let mut file = access.open(&path, OpenOptions::new().append(true).create(true))?;
    file.write_all(&line).and_then(|()| file.sync_all()).map_err(Error::io(&path))?;
    Ok(chain.head().to_owned())
}
