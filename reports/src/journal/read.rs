//! Reading: lines become entries, and a journal that was cut short stays readable.

use std::{fs, path::Path};

use serde::Deserialize;

use super::{JOURNAL_FILE, Journal, merge::Merge};
use crate::{Entry, Error, FORMAT, Result};

impl Journal {
    /// Reads the journal of the run in `run_dir`.
    ///
    /// A last line that was cut short is left out, and the journal reads as [incomplete](Self::incomplete).
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be read; [`Error::Journal`], with file and line, for anything
    /// that a rig does not write: another format, a line that is no event, a gap in the numbering, an
    /// event that the plan does not know.
    pub fn read(run_dir: &Path) -> Result<Self> {
        let path = run_dir.join(JOURNAL_FILE);
        let bytes = fs::read(&path).map_err(Error::io(&path))?;
        parse(&bytes)
            .map(|merge| merge.into_journal(run_dir.to_owned()))
            .map_err(|(line, what)| Error::Journal { file: path, line, what })
    }
}

/// The entries in `bytes`, or the line (from 1) that is wrong and how.
fn parse(bytes: &[u8]) -> Result<Merge, (usize, String)> {
    let mut lines = bytes.split_inclusive(|&byte| byte == b'\n').enumerate();
    let (_, first) = lines.next().ok_or((1, "empty: a journal begins with the run's head".to_owned()))?;
    let head = check_format(first).and_then(|()| entry(first)).map_err(|what| (1, what))?;
    let mut merge = Merge::new(head).map_err(|what| (1, what))?;
    for (index, line) in lines {
        match entry(line) {
            Ok(entry) => merge.add(entry).map_err(|what| (index + 1, what))?,
            // Only the last line can be without a line feed: the write that was under way.
            Err(_) if !line.ends_with(b"\n") => merge.tear(index + 1),
            Err(what) => return Err((index + 1, what)),
        }
    }
    Ok(merge)
}

fn entry(line: &[u8]) -> Result<Entry, String> {
    serde_json::from_slice(line.trim_ascii_end()).map_err(|error| {
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        format!("not an event: {what} (column {})", error.column())
    })
}

/// Looks at nothing but the format's number, because the rest may have another shape in another format.
fn check_format(line: &[u8]) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    match serde_json::from_slice(line) {
        Ok(Format { format: FORMAT }) => Ok(()),
        Ok(Format { format }) => Err(format!("journal format {format}; this rig reads format {FORMAT}")),
        Err(_) => Err("not a run's head: no journal, or cut within its first line".to_owned()),
    }
}
