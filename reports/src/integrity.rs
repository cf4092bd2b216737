//! Integrity: whether a run's folder still holds the bytes that its journal says it kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
};

use crate::{Error, Event, Evidence, EvidenceStore, Journal, Result, Sealed, Secrets};

/// State of a file or a secret that the journal names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is there, byte for byte.
    Sound,
    /// It was deleted since its time was over, as an amendment says.
    Deleted,
    /// It is not there, and nothing says why.
    Missing,
    /// It is there, and is not what was kept.
    Changed,
}

/// A file or a secret that is not as the journal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, relative to the run's folder.
    pub file: String,
    /// Its state.
    pub kept: Kept,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = &self.file;
        match self.kept {
            Kept::Sound => write!(f, "{file}: as it was kept"),
            Kept::Deleted => write!(f, "{file}: deleted, as an amendment says"),
            Kept::Missing => write!(f, "{file}: missing"),
            Kept::Changed => write!(f, "{file}: not the bytes that were kept"),
        }
    }
}

impl Journal {
    /// State of the bytes of `evidence`.
    pub fn kept(&self, evidence: &Evidence) -> Kept {
        match EvidenceStore::new(self.run_dir()).read(evidence) {
            Ok(_) => Kept::Sound,
            Err(_) if self.run_dir().join(&evidence.file).exists() => Kept::Changed,
            Err(_) if self.amendments().deletion_of(evidence).is_some() => Kept::Deleted,
            Err(_) => Kept::Missing,
        }
    }

    /// Every file of evidence and every secret that differs from the journal, each once, in the order of the
    /// journal.
    ///
    /// # Errors
    /// [`Error::Journal`] for a broken sealed file, [`Error::Io`] for an unreadable one.
    pub fn findings(&self) -> Result<Vec<Finding>> {
        let secrets = Secrets::read(self.run_dir())?;
        let (mut seen, mut ends, mut findings) = (BTreeSet::new(), BTreeMap::new(), Vec::new());
        for entry in self.entries() {
            let Event::Observed(observation) = &entry.event else { continue };
            if let Some(evidence) = &observation.evidence {
                if let Some(offset) = evidence.offset {
                    let end: &mut u64 = ends.entry(evidence.file.as_str()).or_default();
                    *end = (*end).max(offset.saturating_add(evidence.size));
                }
                if seen.insert((&evidence.file, evidence.offset)) {
                    findings.push(Finding { file: evidence.file.clone(), kept: self.kept(evidence) });
                }
            }
            if let Some(sealed) = &observation.sealed {
                findings.push(self.kept_secret(&secrets, sealed));
            }
        }
        findings.extend(self.longer_than(&ends));
        let mut told = BTreeSet::new();
        findings.retain(|finding| finding.kept != Kept::Sound && told.insert(finding.file.clone()));
        Ok(findings)
    }

    /// The transcripts that go on behind the last part that an event names. A run that was cut short may have kept a
    /// part whose event was never written.
    fn longer_than(&self, ends: &BTreeMap<&str, u64>) -> Vec<Finding> {
        let is_longer = |(file, end): &(&&str, &u64)| {
            self.run_dir().join(file).metadata().is_ok_and(|found| found.len() > **end)
        };
        let longer = ends.iter().filter(|_| self.incomplete().is_none()).filter(is_longer);
        longer.map(|(file, _)| Finding { file: (*file).to_owned(), kept: Kept::Changed }).collect()
    }

    fn kept_secret(&self, secrets: &Secrets, sealed: &Sealed) -> Finding {
        let deleted = self.amendments().deleted().contains_key(crate::SEALED_FILE);
        let kept = match secrets.get(sealed) {
            Some(_) => Kept::Sound,
            None if deleted => Kept::Deleted,
            None => Kept::Missing,
        };
        Finding { file: format!("{}: {}", crate::SEALED_FILE, sealed.commitment), kept }
    }

    /// That the journal's last hash is `head`, as the run printed it.
    ///
    /// # Errors
    /// [`Error::Evidence`] where it is another.
    pub fn check_head(&self, head: &str) -> Result<()> {
        if head.eq_ignore_ascii_case(self.chain_head()) {
            return Ok(());
        }
        let what = format!(
            "its head is {}, not {head}: another record, or one that was written anew",
            self.chain_head()
        );
        Err(Error::Evidence { file: Path::new(self.run_dir()).join(crate::JOURNAL_FILE), what })
    }
}
