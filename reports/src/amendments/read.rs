//! Reading amendments: chained onto the journal that they are about.

use std::{fs, io::ErrorKind, path::Path};

use super::{AMENDMENTS_FILE, Amended, Amendment, Amendments};
use crate::{Error, Result, RunStarted, journal::chain::Chain};

impl Amendments {
    /// Reads the amendments of the run in `run_dir`, whose journal has this head and this last hash.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be read; [`Error::Journal`], with file and line, for a line that
    /// breaks the chain, does not parse as an amendment, or is about something that the run has not.
    pub(crate) fn read(run_dir: &Path, run: &RunStarted, journal: &str) -> Result<Self> {
        let path = run_dir.join(AMENDMENTS_FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(Error::io(&path)(error)),
        };
        let mut chain = Chain::anchored(journal);
        let mut amendments = Self::default();
        for (line, number) in text.split_inclusive(|&byte| byte == b'\n').zip(1..) {
            let Some(line) = line.strip_suffix(b"\n") else {
                amendments.torn = Some(number);
                break;
            };
            let refused = |what| Error::Journal { file: path.clone(), line: number, what };
            chain.check(line).map_err(refused)?;
            let amended = amended(line, run, amendments.all.len()).map_err(refused)?;
            amendments.all.push(amended);
        }
        chain.head().clone_into(&mut amendments.head);
        Ok(amendments)
    }
}

/// The amendment that `line` says, as number `count` of a run's.
fn amended(line: &[u8], run: &RunStarted, count: usize) -> Result<Amended, String> {
    let amended: Amended =
        serde_json::from_slice(line).map_err(|error| format!("not an amendment: {error}"))?;
    if amended.seq as usize != count {
        return Err(format!("amendment {count} is missing: found amendment {}", amended.seq));
    }
    check(&amended.amendment, run)?;
    Ok(amended)
}

/// That the run has what the amendment is about.
pub(super) fn check(amendment: &Amendment, run: &RunStarted) -> Result<(), String> {
    let Amendment::Annulled { scenario, clause } = amendment else { return Ok(()) };
    if scenario.is_none() && clause.is_none() {
        return Err("an annulment names a scenario, a clause, or both".to_owned());
    }
    let planned = run.scenarios.iter().filter(|info| scenario.as_ref().is_none_or(|name| *name == info.name));
    let mut planned = planned.peekable();
    if planned.peek().is_none() {
        let name = scenario.as_deref().unwrap_or_default();
        return Err(format!("no scenario \"{name}\" is in the run's plan"));
    }
    let Some(id) = clause else { return Ok(()) };
    let judges = planned.any(|info| info.steps.iter().any(|step| step.clause.as_ref() == Some(id)));
    if judges { Ok(()) } else { Err(format!("no such scenario of the run judges {id}")) }
}
