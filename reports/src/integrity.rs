//! Integrity: whether a run's folder still holds the bytes that its journal says it kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
};

use crate::{
    CHAIN_FILE, Ended, Error, Event, Evidence, EvidenceStore, JOURNAL_FILE, Journal, Observation, Result,
    SEALED_FILE, Sealed, Secrets, journal::observations,
};

/// State of a file or a secret that the journal names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was deleted since its time was over, as an amendment says.
    Deleted,
    /// It is not there, and nothing says why.
    Missing,
    /// It is there, and is not what was kept.
    Changed,
    /// The line of the journal is not the one whose hash lies among the evidence.
    OtherLine,
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
            Kept::Deleted => write!(f, "{file}: deleted, as an amendment says"),
            Kept::Missing => write!(f, "{file}: missing"),
            Kept::Changed => write!(f, "{file}: not the bytes that were kept"),
            Kept::OtherLine => write!(f, "{file}: not the line whose hash is in {CHAIN_FILE}"),
        }
    }
}

/// The evidence of an observation, when a run is inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held<'b> {
    /// Its bytes, which are those that were kept.
    Bytes(&'b [u8]),
    /// It was deleted since its time was over.
    Deleted,
    /// It has none, it need not be there, or it is not what was kept.
    Nothing,
}

/// A look at all that a run kept. Each file is read once for each scenario.
pub struct Inspection<'j> {
    journal: &'j Journal,
    store: EvidenceStore,
    secrets: Secrets,
}

/// A transcript, and where the last part ends that an event names.
struct Transcript {
    bytes: Vec<u8>,
    end: u64,
}

impl Journal {
    /// Begins a look at all that the run kept.
    ///
    /// # Errors
    /// [`Error::Journal`] for a broken sealed file, [`Error::Io`] for an unreadable one.
    pub fn inspect(&self) -> Result<Inspection<'_>> {
        let secrets = Secrets::read(self.run_dir())?;
        Ok(Inspection { journal: self, store: EvidenceStore::new(self.run_dir()), secrets })
    }

    /// Every file of evidence and every secret that differs from the journal, each once, in the order of the
    /// journal.
    ///
    /// # Errors
    /// As [`inspect`](Self::inspect).
    pub fn findings(&self) -> Result<Vec<Finding>> {
        let inspection = self.inspect()?;
        let mut findings = inspection.lines();
        for index in 0..self.head().scenarios.len() {
            findings.extend(inspection.scenario(index, |_, _| {}));
        }
        Ok(once(findings))
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
        Err(Error::Evidence { file: Path::new(self.run_dir()).join(JOURNAL_FILE), what })
    }
}

/// `findings`, each file once.
pub(crate) fn once(mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut told = BTreeSet::new();
    findings.retain(|finding| told.insert(finding.file.clone()));
    findings
}

impl Inspection<'_> {
    /// The run's secrets.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The store, for evidence that other evidence names.
    pub fn store(&self) -> &EvidenceStore {
        &self.store
    }

    /// The first line of the journal whose hash differs from the one in the evidence. Every run that ended by itself or by a
    /// signal has this list.
    pub fn lines(&self) -> Vec<Finding> {
        let finding = |file: String, kept| vec![Finding { file, kept }];
        let ended = self.journal.entries().last().is_some_and(|entry| {
            matches!(entry.event, Event::RunFinished { ended: Ended::AllRun | Ended::Stopped(_), .. })
        });
        let Ok(list) = fs::read_to_string(self.journal.run_dir().join(CHAIN_FILE)) else {
            let deleted = self.journal.amendments().deleted().contains_key(CHAIN_FILE);
            return match (deleted, ended) {
                (true, _) => finding(CHAIN_FILE.to_owned(), Kept::Deleted),
                (false, true) => finding(CHAIN_FILE.to_owned(), Kept::Missing),
                (false, false) => Vec::new(),
            };
        };
        let (hashes, kept) = (self.journal.hashes(), list.split_terminator('\n'));
        let kept: Vec<&str> = kept.collect();
        // A run that was killed before its last line, whose hash is in the list.
        if !ended && kept.len() == hashes.len() + 1 && kept.starts_with(&as_strs(hashes)) {
            return Vec::new();
        }
        let same = hashes.iter().zip(&kept).take_while(|(hash, kept)| hash == kept).count();
        if same == hashes.len() && same == kept.len() && list.ends_with('\n') {
            return Vec::new();
        }
        finding(format!("{JOURNAL_FILE}:{}", same + 1), Kept::OtherLine)
    }

    /// The evidence and secrets of the scenario at `index` that differ from the journal. `look` gets each observation, in the
    /// order of their numbers, with its evidence.
    pub fn scenario(&self, index: usize, mut look: impl FnMut(&Observation, Held<'_>)) -> Vec<Finding> {
        let due = self.journal.due(index);
        let (mut transcripts, mut findings) = (BTreeMap::new(), Vec::new());
        for observation in observations(self.journal.scenario(index)) {
            let mut file = Vec::new();
            let held = match &observation.evidence {
                None => Ok(Held::Nothing),
                Some(evidence) if evidence.offset.is_some() => self.part(evidence, &mut transcripts),
                Some(evidence) => self.whole(evidence, &mut file),
            };
            let held = held.unwrap_or_else(|kept| {
                if due.contains(&observation.id) || kept == Kept::Changed {
                    let file = observation.evidence.as_ref().map(|evidence| evidence.file.clone());
                    findings.push(Finding { file: file.unwrap_or_default(), kept });
                }
                if kept == Kept::Deleted { Held::Deleted } else { Held::Nothing }
            });
            look(observation, held);
            findings.extend(observation.sealed.as_ref().and_then(|sealed| self.secret(sealed)));
        }
        findings.extend(self.longer(&transcripts));
        once(findings)
    }

    /// The bytes of `evidence`, which is the whole of a file.
    fn whole<'b>(&self, evidence: &Evidence, file: &'b mut Vec<u8>) -> Result<Held<'b>, Kept> {
        *file = self.store.file(evidence).map_err(|_| self.absent(evidence))?;
        evidence.part(file).map(Held::Bytes).ok_or(Kept::Changed)
    }

    /// The bytes of `evidence`, which is a part of a transcript.
    fn part<'b>(
        &self,
        evidence: &Evidence,
        transcripts: &'b mut BTreeMap<String, Option<Transcript>>,
    ) -> Result<Held<'b>, Kept> {
        let transcript = transcripts
            .entry(evidence.file.clone())
            .or_insert_with(|| self.store.file(evidence).ok().map(|bytes| Transcript { bytes, end: 0 }));
        let Some(transcript) = transcript else { return Err(self.absent(evidence)) };
        transcript.end = transcript.end.max(evidence.offset.unwrap_or(0).saturating_add(evidence.size));
        evidence.part(&transcript.bytes).map(Held::Bytes).ok_or(Kept::Changed)
    }

    /// State of a file that cannot be read.
    fn absent(&self, evidence: &Evidence) -> Kept {
        match self.journal.run_dir().join(&evidence.file).exists() {
            true => Kept::Changed,
            false if self.journal.amendments().deletion_of(evidence).is_some() => Kept::Deleted,
            false => Kept::Missing,
        }
    }

    /// The transcripts that go on behind the last part that an event names. A run that was cut short may have kept a
    /// part whose event was never written.
    fn longer(&self, transcripts: &BTreeMap<String, Option<Transcript>>) -> Vec<Finding> {
        let is_longer = |transcript: &Transcript| transcript.bytes.len() as u64 > transcript.end;
        let longer = transcripts.iter().filter(|(_, transcript)| transcript.as_ref().is_some_and(is_longer));
        let longer = longer.filter(|_| self.journal.incomplete().is_none());
        longer.map(|(file, _)| Finding { file: file.clone(), kept: Kept::Changed }).collect()
    }

    /// A finding for a secret that is missing.
    fn secret(&self, sealed: &Sealed) -> Option<Finding> {
        if self.secrets.get(sealed).is_some() {
            return None;
        }
        let deleted = self.journal.amendments().deleted().contains_key(SEALED_FILE);
        let kept = if deleted { Kept::Deleted } else { Kept::Missing };
        Some(Finding { file: format!("{SEALED_FILE}: {}", sealed.commitment), kept })
    }
}

fn as_strs(hashes: &[String]) -> Vec<&str> {
    hashes.iter().map(String::as_str).collect()
}
