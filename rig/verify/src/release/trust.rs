//! The trust file of somebody who verifies: whose keys count, for what, and from when until when.

use std::path::Path;

use chrono::NaiveDate;
use reports::release::{PublicKey, predicate};
use serde::Deserialize;

use super::{lab::FileDay, stamp::Authority};
use crate::bad_input::BadInput;

/// Keys that are trusted. Nothing in a bundle adds to them.
#[derive(Clone, Debug)]
pub struct Trust {
    keys: Vec<TrustedKey>,
    authorities: Vec<Authority>,
}

/// One key.
#[derive(Clone, Debug)]
struct TrustedKey {
    name: String,
    may: Vec<Duty>,
    from: NaiveDate,
    until: NaiveDate,
    revoked: Option<NaiveDate>,
    public: PublicKey,
}

/// Statements that a key may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Test reports, as who tested.
    Issue,
    /// Test reports, as who reviewed them.
    Review,
    /// Certificates.
    Certify,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    key: Vec<toml::Spanned<Entry>>,
    #[serde(default)]
    authority: Vec<AuthorityEntry>,
}

/// An `[[authority]]` that makes time stamps.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthorityEntry {
    name: String,
    certificate: String,
}

/// A `[[key]]`. Days are written as "2026-12-01"; both ends count.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    may: Vec<Duty>,
    from: FileDay,
    until: FileDay,
    revoked: Option<FileDay>,
    public: String,
}

/// A day, written as YYYY-MM-DD.
///
/// # Errors
/// Accepted values.
pub fn day(text: &str) -> Result<NaiveDate, String> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    // chrono takes a month of one digit, too.
    let day = day.filter(|day| day.to_string() == text);
    day.ok_or_else(|| format!("{text:?} is not a day; a day is written as \"2026-12-31\""))
}

impl Duty {
    /// The duty of the signature at place `number` of a statement of this type.
    fn of(predicate: &str, number: usize) -> Self {
        match (predicate, number) {
            (predicate::CERTIFICATE, _) => Self::Certify,
            (_, 0) => Self::Issue,
            _ => Self::Review,
        }
    }

    /// The duty in words.
    fn words(self) -> &'static str {
        match self {
            Self::Issue => "issue test reports",
            Self::Review => "review test reports",
            Self::Certify => "certify",
        }
    }
}

impl Trust {
    /// Reads a trust file.
    ///
    /// # Errors
    /// [`BadInput`] with the line, and what is accepted.
    pub fn load(file: &Path) -> Result<Self, BadInput> {
        let text = BadInput::read(file)?;
        let parsed: File = toml::from_str(&text).map_err(|error| BadInput::of_toml(file, &text, &error))?;
        let mut keys: Vec<TrustedKey> = Vec::new();
        for entry in parsed.key {
            let refused = |what: String| BadInput::at(file, &text, entry.span().start, what);
            let Entry { name, may, from, until, revoked, public } = entry.get_ref();
            let public =
                PublicKey::from_pem(public).map_err(|what| refused(format!("key of {name}: {what}")))?;
            if keys.iter().any(|known| known.public == public) {
                return Err(refused(format!("the key of {name} stands in it twice")));
            }
            keys.push(TrustedKey {
                name: name.clone(),
                may: may.clone(),
                from: from.0,
                until: until.0,
                revoked: revoked.map(|day| day.0),
                public,
            });
        }
        let authority = |AuthorityEntry { name, certificate }| Authority { name, certificate };
        Ok(Self { keys, authorities: parsed.authority.into_iter().map(authority).collect() })
    }

    /// Who may make time stamps.
    pub fn authorities(&self) -> &[Authority] {
        &self.authorities
    }

    /// The key called `id`, for the signature at place `number` of a statement of type `predicate` from `date`. Where a time
    /// stamp holds, its day counts instead of the one that the statement tells.
    ///
    /// # Errors
    /// Why it does not count.
    pub fn key(
        &self,
        id: &str,
        predicate: &str,
        number: usize,
        date: &str,
        stamped: Option<NaiveDate>,
    ) -> Result<PublicKey, String> {
        let key = self.keys.iter().find(|key| key.public.id() == id);
        let key = key.ok_or_else(|| format!("key {id} signed it, which the trust file does not name"))?;
        let (name, duty, told) = (&key.name, Duty::of(predicate, number), day(date)?);
        let date = stamped.unwrap_or(told);
        if !key.may.contains(&duty) {
            return Err(format!("it is signed by {name}, who may not {}", duty.words()));
        }
        if date < key.from || date > key.until {
            let (from, until) = (key.from, key.until);
            return Err(format!(
                "it is signed on {date} by {name}, whose key counts from {from} until {until}"
            ));
        }
        if let Some(revoked) = key.revoked.filter(|revoked| stamped.is_none_or(|stamped| stamped >= *revoked))
        {
            return Err(format!(
                "it is signed by {name}, whose key was revoked on {revoked}; that it was signed before needs a time stamp"
            ));
        }
        Ok(key.public.clone())
    }

    /// The name of the key called `id`.
    pub fn name(&self, id: &str) -> &str {
        self.keys.iter().find(|key| key.public.id() == id).map_or("unknown", |key| &key.name)
    }
}

#[cfg(test)]
mod tests {
    use reports::release::SigningSecret;

    use super::*;

    fn trust(keys: &str) -> Result<Trust, BadInput> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("trust.toml");
        std::fs::write(&file, keys).unwrap();
        Trust::load(&file)
    }

    fn entry(seed: u8, more: &str) -> String {
        let pem = SigningSecret::of_seed([seed; 32]).public().to_pem();
        format!(
            "[[key]]\nname = \"the lab\"\nmay = [\"issue\", \"review\"]\nfrom = \"2026-01-01\"\nuntil = \"2026-12-31\"\n\
             {more}public = \"\"\"\n{pem}\"\"\"\n"
        )
    }

    #[test]
    fn a_key_counts_for_its_duties_in_its_time() {
        let public = SigningSecret::of_seed([1; 32]).public();
        let trust = trust(&entry(1, "")).unwrap();
        let key = |predicate, number, date| trust.key(&public.id(), predicate, number, date, None);
        for day in ["2026-01-01", "2026-12-31"] {
            assert_eq!(key(predicate::REPORT, 0, day).unwrap(), public);
        }
        for day in ["2025-12-31", "2027-01-01", "2026-1-1", "yesterday", ""] {
            assert!(key(predicate::REPORT, 0, day).is_err(), "{day}");
        }
        assert!(key(predicate::REPORT, 1, "2026-06-01").is_ok());
        assert!(key(predicate::CERTIFICATE, 0, "2026-06-01").unwrap_err().contains("may not certify"));
        assert!(trust.key("00", predicate::REPORT, 0, "2026-06-01", None).is_err());
    }

    #[test]
    fn a_revoked_key_needs_a_stamp() {
        let trust = trust(&entry(1, "revoked = \"2026-07-01\"\n")).unwrap();
        let id = SigningSecret::of_seed([1; 32]).public().id();
        for day in ["2026-06-01", "2026-08-01"] {
            let refused = trust.key(&id, predicate::REPORT, 0, day, None).unwrap_err();
            assert!(refused.contains("time stamp"), "{refused}");
        }
        let stamped = |stamp| trust.key(&id, predicate::REPORT, 0, "2026-06-01", Some(day(stamp).unwrap()));
        assert!(stamped("2026-06-30").is_ok() && stamped("2026-07-01").is_err());
        assert!(stamped("2027-01-01").is_err(), "the stamp's day counts");
    }

    #[test]
    fn a_bad_file_is_told_with_its_line() {
        for (text, line, word) in [
            (entry(1, "").replace("2026-12-31", "31/12/2026"), 5, "day"),
            (entry(1, "").replace("\"review\"", "\"drive\""), 3, "drive"),
            (entry(1, "") + &entry(1, ""), 11, "twice"),
            (entry(1, "hue = 1\n"), 6, "hue"),
            (entry(1, "").replace("PUBLIC", "PRIVATE"), 1, "not an Ed25519 public key"),
        ] {
            let bad = trust(&text).unwrap_err();
            assert!(bad.to_string().contains(word), "{bad}");
            assert_eq!(bad.line, Some(line), "{bad}");
        }
    }
}
