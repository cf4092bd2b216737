//! The ledger of a product: every attempt to test it, in the order in which they were begun. Lines are only added, and each
//! holds to all before it, so that nobody repeats a test until it passes without its being seen.

use std::{fs::OpenOptions, io::Write, path::Path};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Refused, Subject};
use crate::{Access, Error, Outcome, Result, journal::chain::Chain};

/// A ledger that was read and found whole.
#[derive(Clone, Debug)]
pub struct Ledger {
    lines: Vec<LedgerLine>,
    chain: Chain,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// Its number, from 0.
    pub seq: u32,
    /// When it was written, by the host's clock, in UTC.
    pub utc: String,
    /// The product, by [`product_hash`].
    pub product: String,
    /// The event.
    #[serde(flatten)]
    pub event: LedgerEvent,
}

/// Content of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum LedgerEvent {
    /// An attempt began.
    Begun {
        /// Its number, from 1.
        attempt: u32,
        /// The repetition that it is for, from 1.
        repetition: u32,
        /// Who runs it.
        operator: String,
        /// Why the repetition is done once more; none for its first attempt.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// It ended, or was found to have ended.
    Ended {
        /// Its number.
        attempt: u32,
        /// Its outcome.
        outcome: Outcome,
        /// The hash of its journal's last line; empty where there is none.
        head: String,
        /// Why it does not reach its end, where it does not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        incomplete: Option<String>,
    },
}

/// An attempt, as a ledger has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its number, from 1.
    pub number: u32,
    /// The repetition that it is for, from 1.
    pub repetition: u32,
    /// Its outcome, and its journal's head; `None` for one whose end is not told.
    pub ended: Option<(Outcome, String)>,
    /// Whether it reached its end.
    pub complete: bool,
}

/// The hash that stands for a product: SHA-256 over the lines that `sha256sum` would write of its parts, in their order.
pub fn product_hash(subjects: &[Subject]) -> String {
    let mut lines: Vec<String> =
        subjects.iter().map(|part| format!("{}  {}\n", part.sha256, part.name)).collect();
    lines.sort();
    hex::encode(Sha256::digest(lines.concat()))
}

impl Ledger {
    /// A ledger without a line.
    pub fn empty() -> Self {
        Self { lines: Vec::new(), chain: Chain::start() }
    }

    /// Reads the ledger in `bytes`, the file `place`.
    ///
    /// # Errors
    /// [`Refused`], with the line, where one is missing, added, changed or cut short.
    pub fn read(place: &str, bytes: &[u8]) -> Result<Self, Refused> {
        let mut ledger = Self::empty();
        for (line, number) in bytes.split_inclusive(|byte| *byte == b'\n').zip(1..) {
            let refused = |what: String| Refused::new(&format!("{place}:{number}"), what);
            let line =
                line.strip_suffix(b"\n").ok_or_else(|| refused("cut short within this line".into()))?;
            ledger.chain.check(line).map_err(refused)?;
            let line: LedgerLine = serde_json::from_slice(line)
                .map_err(|error| refused(format!("no line of a ledger: {error}")))?;
            if line.seq as usize != ledger.lines.len() {
                return Err(refused(format!("line {} is missing", ledger.lines.len())));
            }
            ledger.lines.push(line);
        }
        Ok(ledger)
    }

    /// Adds a line, and writes it to the end of `path` before it counts.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written.
    pub fn append(&mut self, path: &Path, utc: String, product: &str, event: LedgerEvent) -> Result<()> {
        let seq = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        let line = LedgerLine { seq, utc, product: product.to_owned(), event };
        let mut chain = self.chain.clone();
        let bytes = chain.link(&serde_json::to_string(&line).expect("strings and numbers become JSON"));
        let mut file = Access::PRIVATE.open(path, OpenOptions::new().append(true).create(true))?;
        file.write_all(&bytes).and_then(|()| file.sync_data()).map_err(Error::io(path))?;
        self.chain = chain;
        self.lines.push(line);
        Ok(())
    }

    /// Its lines.
    pub fn lines(&self) -> &[LedgerLine] {
        &self.lines
    }

    /// The number of the first line that is of another product.
    pub fn line_of_another(&self, product: &str) -> Option<u32> {
        self.lines.iter().find(|line| line.product != product).map(|line| line.seq)
    }

    /// Whether it tells of the end of the run with this head.
    pub fn tells_of(&self, head: &str) -> bool {
        self.attempts().iter().any(|one| one.ended.as_ref().is_some_and(|(_, told)| told == head))
    }

    /// The attempts, in the order in which they were begun.
    pub fn attempts(&self) -> Vec<Attempt> {
        let mut attempts: Vec<Attempt> = Vec::new();
        for line in &self.lines {
            match &line.event {
                LedgerEvent::Begun { attempt, repetition, .. } => attempts.push(Attempt {
                    number: *attempt,
                    repetition: *repetition,
                    ended: None,
                    complete: false,
                }),
                LedgerEvent::Ended { attempt, outcome, head, incomplete } => {
                    if let Some(begun) = attempts.iter_mut().find(|begun| begun.number == *attempt) {
                        begun.ended = Some((*outcome, head.clone()));
                        begun.complete = incomplete.is_none();
                    }
                }
            }
        }
        attempts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.jsonl");
        let mut ledger = Ledger::empty();
        for attempt in 1..=2 {
            let begun =
                LedgerEvent::Begun { attempt, repetition: 1, operator: "the lab".into(), reason: None };
            ledger.append(&path, "2026-12-01T00:00:00Z".into(), "p", begun).unwrap();
            let ended =
                LedgerEvent::Ended { attempt, outcome: Outcome::Error, head: "h".into(), incomplete: None };
            ledger.append(&path, "2026-12-01T00:00:01Z".into(), "p", ended).unwrap();
        }
        (folder, path)
    }

    #[test]
    fn attempts_come_back_in_their_order() {
        let (_folder, path) = written();
        let ledger = Ledger::read("ledger.jsonl", &std::fs::read(&path).unwrap()).unwrap();
        let numbers: Vec<_> = ledger.attempts().iter().map(|one| (one.number, one.repetition)).collect();
        assert_eq!(numbers, [(1, 1), (2, 1)]);
        assert_eq!(ledger.attempts()[1].ended, Some((Outcome::Error, "h".to_owned())));
    }

    #[test]
    fn no_line_is_left_out_changed_or_moved_unseen() {
        let (_folder, path) = written();
        let text = std::fs::read_to_string(&path).unwrap();
        for bit in 0..text.len() * 8 {
            let mut flipped = text.clone().into_bytes();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(Ledger::read("l", &flipped).is_err(), "bit {bit}");
        }
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for gone in 0..3 {
            let mut fewer = lines.clone();
            fewer.remove(gone);
            assert!(Ledger::read("l", fewer.concat().as_bytes()).is_err(), "line {gone}");
        }
    }

    #[test]
    fn a_products_hash_hangs_on_each_part() {
        let part = |name: &str, sha256: &str| Subject {
            name: name.into(),
            sha256: sha256.into(),
            declared_by: None,
        };
        let (a, b) = (part("app", "1"), part("image", "2"));
        assert_eq!(product_hash(&[a.clone(), b.clone()]), product_hash(&[b.clone(), a.clone()]));
        assert_ne!(product_hash(std::slice::from_ref(&a)), product_hash(&[a.clone(), b]));
    }
}
