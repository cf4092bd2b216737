//! Time stamps (RFC 3161) of a bundle's statements. OpenSSL asks for them and checks them; without OpenSSL, or without an
//! authority in the trust file, a stamp is not checked, and that is said.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output},
};

use chrono::{NaiveDate, NaiveDateTime};
use reports::release::{Refused, names};

/// A stamp on a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// It holds: when it was made, in UTC, and by whose authority.
    At(NaiveDateTime, String),
    /// It was not checked, for this reason.
    Unchecked(String),
}

impl Stamp {
    /// The day of a stamp that holds.
    pub fn day(&self) -> Option<NaiveDate> {
        match self {
            Self::At(moment, _) => Some(moment.date()),
            Self::Unchecked(_) => None,
        }
    }
}

/// An authority that may stamp: its name, and the certificate that its own leads to, in PEM.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Its name.
    pub name: String,
    /// The certificate.
    pub certificate: String,
}

/// The file of a stamp on the statement in the file `statement`.
pub fn file_of(statement: &str) -> String {
    let stem = statement.strip_suffix(".dsse.json").unwrap_or(statement);
    format!("{stem}{}", names::STAMP)
}

/// The query for a stamp on `statement`, for an authority.
///
/// # Errors
/// Why OpenSSL did not write it.
pub fn query(statement: &[u8]) -> Result<Vec<u8>, String> {
    in_folder(|folder| {
        let data = put(folder, "data", statement)?;
        let out = openssl(&["-query", "-data", &data, "-sha256", "-cert"])?;
        told(&out).map(|()| out.stdout.clone())
    })
}

/// Checks the stamps on `statements`, by the name of the statement's file.
///
/// # Errors
/// [`Refused`] for a stamp on something else, or one that no authority of the trust file made.
pub fn check(
    statements: &BTreeMap<String, Vec<u8>>,
    stamps: &BTreeMap<String, Vec<u8>>,
    authorities: &[Authority],
) -> Result<BTreeMap<String, Stamp>, Refused> {
    let mut checked = BTreeMap::new();
    for (name, stamp) in stamps {
        let statement = statements.iter().find(|(statement, _)| file_of(statement) == *name);
        let (of, statement) = statement.ok_or_else(|| Refused::new(name, "added: a stamp on nothing"))?;
        let result = in_folder(|folder| one(folder, statement, stamp, authorities));
        checked.insert(of.clone(), result.map_err(|what| Refused::new(name, what))?);
    }
    Ok(checked)
}

fn one(folder: &Path, statement: &[u8], stamp: &[u8], authorities: &[Authority]) -> Result<Stamp, String> {
    if authorities.is_empty() {
        return Ok(Stamp::Unchecked("the trust file names no time-stamping authority".to_owned()));
    }
    let (data, reply) = (put(folder, "data", statement)?, put(folder, "reply", stamp)?);
    let Ok(text) = openssl(&["-reply", "-in", &reply, "-text"]) else {
        return Ok(Stamp::Unchecked("there is no OpenSSL on this machine".to_owned()));
    };
    told(&text)?;
    let moment = moment(&String::from_utf8_lossy(&text.stdout)).ok_or("its time cannot be read")?;
    // As of its own time: the authority's certificate may have ended since.
    let at = moment.and_utc().timestamp().to_string();
    let mut why = String::new();
    for authority in authorities {
        let trusted = put(folder, "trusted", authority.certificate.as_bytes())?;
        let verified =
            openssl(&["-verify", "-data", &data, "-in", &reply, "-CAfile", &trusted, "-attime", &at])?;
        match told(&verified) {
            Ok(()) => return Ok(Stamp::At(moment, authority.name.clone())),
            Err(error) => why = error,
        }
    }
    Err(format!("not a stamp on this statement by an authority of the trust file: {why}"))
}

/// The moment in what OpenSSL tells of a stamp.
fn moment(text: &str) -> Option<NaiveDateTime> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("Time stamp: "))?;
    let line = line.trim().trim_end_matches(" GMT");
    NaiveDateTime::parse_from_str(line, "%b %e %H:%M:%S%.f %Y").ok()
}

fn in_folder<T>(work: impl FnOnce(&Path) -> Result<T, String>) -> Result<T, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("a temporary folder: {error}"))?;
    work(folder.path())
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<String, String> {
    let path = folder.join(name);
    fs::write(&path, bytes).map_err(|error| format!("{name}: {error}"))?;
    Ok(path.display().to_string())
}

fn openssl(arguments: &[&str]) -> Result<Output, String> {
    let output = Command::new("openssl").arg("ts").args(arguments).output();
    output.map_err(|error| format!("openssl: {error}"))
}

/// The last thing that OpenSSL complained of.
fn told(output: &Output) -> Result<(), String> {
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().rev().find(|line| line.contains("error")).unwrap_or("it failed");
    Err(format!("openssl: {}", line.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_stamp_is_read() {
        let moment = |time: &str| moment(&format!("Version: 1\nTime stamp: {time}\nOrdering: yes\n"));
        let wanted = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap().and_hms_opt(2, 43, 59).unwrap();
        assert_eq!(moment("Dec  1 02:43:59 2026 GMT"), Some(wanted));
        assert_eq!(moment("Dec  1 02:43:59.25 2026 GMT").map(|one| one.date()), Some(wanted.date()));
        assert_eq!(moment("soon"), None);
    }

    #[test]
    fn a_stamp_that_nobody_can_check_is_told_as_such() {
        let statement = "attestations/report.dsse.json".to_owned();
        let stamps = [("attestations/report.tsr".to_owned(), b"x".to_vec())].into();
        let statements = [(statement.clone(), b"y".to_vec())].into();
        let checked = check(&statements, &stamps, &[]).unwrap();
        assert!(matches!(checked[&statement], Stamp::Unchecked(_)));
        assert!(check(&BTreeMap::new(), &stamps, &[]).unwrap_err().to_string().contains("on nothing"));
    }
}
