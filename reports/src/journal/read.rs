//! Reading: lines become entries, and a journal that was cut short stays readable.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    ops::Range,
    path::Path,
};

use serde::Deserialize;

use super::{
    JOURNAL_FILE, Journal,
    chain::Chain,
    digest::after_host,
    merge::{Line, Merge},
};
use crate::{Amendments, Entry, Error, FORMAT, Result};

impl Journal {
    /// Reads the journal of the run in `run_dir`.
    ///
    /// A last line that was cut short is left out, and the journal reads as [incomplete](Self::incomplete).
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be read; [`Error::Journal`], with file and line, for anything that
    /// a rig does not write: another format, a line that breaks the chain or does not parse, a gap in the
    /// numbering, an event that the plan does not know.
    pub fn read(run_dir: &Path) -> Result<Self> {
        let path = run_dir.join(JOURNAL_FILE);
        let bytes = fs::read(&path).map_err(Error::io(&path))?;
        let merge = parse(&bytes).map_err(|(line, what)| Error::Journal { file: path, line, what })?;
        let amendments = Amendments::read(run_dir, merge.head(), merge.chain_head())?;
        Ok(merge.into_journal(run_dir.to_owned(), amendments))
    }
}

/// The entries in these bytes of the file `journal`: whole lines of a journal that is still being written.
/// The chain is not checked.
///
/// # Errors
/// [`Error::Io`] where the file cannot be read, [`Error::Journal`] where a line does not parse as an event.
pub fn read_entries(journal: &Path, bytes: Range<u64>) -> Result<Vec<Entry>> {
    let mut text = Vec::new();
    let mut file = File::open(journal).map_err(Error::io(journal))?;
    file.seek(SeekFrom::Start(bytes.start)).map_err(Error::io(journal))?;
    file.take(bytes.end.saturating_sub(bytes.start)).read_to_end(&mut text).map_err(Error::io(journal))?;
    let refused = |what| Error::Journal { file: journal.to_owned(), line: 1, what };
    text.split_inclusive(|&byte| byte == b'\n').map(|line| event(line).map_err(refused)).collect()
}

/// The entries in `bytes`, or the line (from 1) that is wrong and how.
fn parse(bytes: &[u8]) -> Result<Merge, (usize, String)> {
    let mut lines = (1..).zip(bytes.split_inclusive(|&byte| byte == b'\n'));
    let (_, first) = lines.next().ok_or((1, "empty: a journal begins with the run's head".to_owned()))?;
    let mut chain = Chain::start();
    let head = check_format(first).and_then(|()| line(&mut chain, first)).map_err(|what| (1, what))?;
    let mut merge = Merge::new(head).map_err(|what| (1, what))?;
    merge.chain(chain.head());
    for (number, text) in lines {
        // Only the last line can be without a line feed: the write that was under way.
        if !text.ends_with(b"\n") {
            merge.tear(number);
            break;
        }
        line(&mut chain, text).and_then(|line| merge.add(line)).map_err(|what| (number, what))?;
        merge.chain(chain.head());
    }
    Ok(merge)
}

fn line(chain: &mut Chain, line: &[u8]) -> Result<Line, String> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    chain.check(line)?;
    let entry = event(line)?;
    let rest = str::from_utf8(line).ok().and_then(after_host);
    let rest = rest.ok_or("not a line of a journal: the member `host` does not come first")?;
    Ok(Line { entry, rest: rest.to_owned() })
}

/// The event that a line says, whatever its hash is.
fn event(line: &[u8]) -> Result<Entry, String> {
    serde_json::from_slice(line).map_err(|error| {
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
    if !line.ends_with(b"\n") {
        return Err("not a run's head: no journal, or cut within its first line".to_owned());
    }
    match serde_json::from_slice(line) {
        Ok(Format { format: FORMAT }) => Ok(()),
        Ok(Format { format }) => Err(format!("journal format {format}; this rig reads format {FORMAT}")),
        Err(_) => Err("not a run's head: no journal, or cut within its first line".to_owned()),
    }
}
