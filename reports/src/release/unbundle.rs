//! Bundles, read back: the archive, then what is signed in it.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::JOURNAL_FILE;

use super::{
    Certificate, Descriptor, Envelope, Manifest, PublicKey, Refused, Statement, TestReport, TestResult,
    names, predicate, read_archive,
};

/// A bundle that was read: what is not a run's.
#[derive(Clone, Debug, Default)]
pub struct Unbundled {
    /// Files with signatures of their own, by name.
    pub attestations: BTreeMap<String, Vec<u8>>,
    /// Time stamps on what is signed, by name.
    pub stamps: BTreeMap<String, Vec<u8>>,
    /// The hash of every file that is there.
    pub manifest: Manifest,
    /// The list of hashes, as the bundle has it.
    pub listed: Vec<u8>,
    /// The files outside of runs: tables, page, method, declarations, ledger.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Files in place of the record; only in a public bundle.
    pub public: BTreeMap<String, Vec<u8>>,
    /// The whole bundle, encrypted; only in a public one.
    pub sealed: Option<Vec<u8>>,
}

/// Signed statements, after the signatures were verified.
#[derive(Clone, Debug)]
pub struct SignedParts {
    /// The report.
    pub report: Statement<TestReport>,
    /// The same result, as the in-toto project's predicate has it.
    pub test_result: Statement<TestResult>,
    /// The certificate, where there is one.
    pub certificate: Option<Statement<Certificate>>,
    /// SHA-256 of the report's payload.
    pub report_sha256: String,
    /// The ids of the keys that signed the report: who tested it, then who reviewed it.
    pub signers: Vec<String>,
    /// The ids of the keys that signed the certificate.
    pub certifiers: Vec<String>,
}

/// Reads the bundle at `path`; see [`Unbundled::read`].
///
/// # Errors
/// [`Refused`], with the place.
pub fn read_bundle(
    path: &Path,
    keep: impl FnMut(&str, Vec<u8>) -> Result<(), Refused>,
) -> Result<Unbundled, Refused> {
    let place = path.display().to_string();
    let file = File::open(path).map_err(|error| Refused::new(&place, format!("cannot be read: {error}")))?;
    Unbundled::read(&place, BufReader::new(file), keep)
}

impl Unbundled {
    /// Reads the bundle called `place`, and hands each file of a run to `keep`.
    ///
    /// # Errors
    /// [`Refused`], with the place, where the archive is not one that [`write_bundle`] writes.
    pub fn read(
        place: &str,
        bundle: impl Read,
        mut keep: impl FnMut(&str, Vec<u8>) -> Result<(), Refused>,
    ) -> Result<Self, Refused> {
        let mut unbundled = Self::default();
        read_archive(place, bundle, |name, bytes| {
            if name.starts_with(names::ATTESTATIONS) && name.ends_with(names::STAMP) {
                unbundled.stamps.insert(name.to_owned(), bytes);
                return Ok(());
            }
            if name.starts_with(names::ATTESTATIONS) {
                unbundled.attestations.insert(name.to_owned(), bytes);
                return Ok(());
            }
            if name == names::MANIFEST {
                unbundled.listed = bytes;
                return Ok(());
            }
            if name == names::SEALED {
                unbundled.sealed = Some(bytes);
                return Ok(());
            }
            if name.starts_with(names::PUBLIC_FORM) {
                unbundled.public.insert(name.to_owned(), bytes);
                return Ok(());
            }
            unbundled.manifest.add(name, &bytes);
            if name.starts_with(names::RUNS) {
                return keep(name, bytes);
            }
            unbundled.files.insert(name.to_owned(), bytes);
            Ok(())
        })?;
        Ok(unbundled)
    }

    /// The signed statements. `key` finds a trusted key by its id, by the statement's predicate, the signature's place among those of
    /// its envelope, and the day that the statement tells.
    ///
    /// # Errors
    /// [`Refused`] at the first place that does not hold.
    pub fn signed(
        &self,
        mut key: impl FnMut(&str, &str, usize, &str) -> Result<PublicKey, String>,
    ) -> Result<SignedParts, Refused> {
        let known = [names::REPORT, names::TEST_RESULT, names::CERTIFICATE];
        if let Some(name) = self.attestations.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(Refused::new(name, "added: no bundle has such a file"));
        }
        let report = self.opened::<TestReport>(names::REPORT, predicate::REPORT)?;
        let day = report.statement.predicate.date.clone();
        report.verify(predicate::REPORT, &day, &mut key)?;
        let other = self.opened::<TestResult>(names::TEST_RESULT, predicate::TEST_RESULT)?;
        // Whoever may sign the one may sign the other.
        other.verify(predicate::REPORT, &day, &mut key)?;
        let signers = report.signers();
        if other.signers() != signers {
            return Err(Refused::new(names::TEST_RESULT, "it was signed by other keys than the report"));
        }
        let (mut certificate, mut certifiers) = (None, Vec::new());
        if self.attestations.contains_key(names::CERTIFICATE) {
            let opened = self.opened::<Certificate>(names::CERTIFICATE, predicate::CERTIFICATE)?;
            let day = opened.statement.predicate.date.clone();
            opened.verify(predicate::CERTIFICATE, &day, &mut key)?;
            certifiers = opened.signers();
            certificate = Some(opened.statement);
        }
        let parts = SignedParts {
            report_sha256: hex::encode(Sha256::digest(&report.payload)),
            report: report.statement,
            test_result: other.statement,
            certificate,
            signers,
            certifiers,
        };
        parts.agree()?;
        self.check_files(&parts.report.predicate)?;
        Ok(parts)
    }

    /// Whether it is the public form, which has no journal of any run.
    pub fn is_public(&self) -> bool {
        let is_journal = |name: &str| name.starts_with(names::RUNS) && name.ends_with(JOURNAL_FILE);
        !self.manifest.names().any(is_journal)
    }

    /// A statement, before anything is known of its signatures.
    fn opened<P: Serialize + DeserializeOwned>(
        &self,
        name: &'static str,
        predicate_type: &str,
    ) -> Result<Opened<P>, Refused> {
        let bytes = self.attestations.get(name).ok_or_else(|| Refused::new(name, "missing"))?;
        let envelope = Envelope::read(name, bytes)?;
        let payload = envelope.payload(name)?;
        let statement = Statement::read(name, &payload, predicate_type)?;
        Ok(Opened { name, envelope, payload, statement })
    }

    /// That the files are those that the report's manifest lists.
    fn check_files(&self, report: &TestReport) -> Result<(), Refused> {
        let added = |name: &str| Err(Refused::new(name, "added: only a public bundle has such a file"));
        match self.is_public() {
            true => {
                self.manifest.check_without(names::MANIFEST, &self.listed, names::RUNS)?;
                self.check_masked()?;
            }
            false => self.manifest.check(names::MANIFEST, &self.listed)?,
        }
        if !self.is_public() && self.sealed.is_some() {
            return added(names::SEALED);
        }
        if let Some(name) = self.public.keys().next().filter(|_| !self.is_public()) {
            return added(name);
        }
        if hex::encode(Sha256::digest(&self.listed)) != report.manifest_sha256 {
            return Err(Refused::new(names::MANIFEST, "not the manifest that was signed"));
        }
        Ok(())
    }

    /// That what takes the place of the record is what was signed with the report. A bundle of which nothing was masked has no list.
    fn check_masked(&self) -> Result<(), Refused> {
        let mut manifest = Manifest::default();
        self.public.iter().for_each(|(name, bytes)| manifest.add(name, bytes));
        match self.files.get(names::MASKED) {
            Some(listed) => manifest.check(names::MASKED, listed),
            None => match self.public.keys().next() {
                Some(name) => Err(Refused::new(name, "added: the report has no list of such files")),
                None => Ok(()),
            },
        }
    }
}

/// A statement in its envelope.
struct Opened<P> {
    name: &'static str,
    envelope: Envelope,
    payload: Vec<u8>,
    statement: Statement<P>,
}

impl<P> Opened<P> {
    /// That each signature holds, by the keys that `key` finds for a statement like `kind` of this day.
    fn verify(
        &self,
        kind: &str,
        day: &str,
        key: &mut impl FnMut(&str, &str, usize, &str) -> Result<PublicKey, String>,
    ) -> Result<(), Refused> {
        let mut number = 0..;
        self.envelope
            .verify(self.name, &self.payload, |id| key(id, kind, number.next().unwrap_or_default(), day))
    }

    /// The ids of the keys that signed it.
    fn signers(&self) -> Vec<String> {
        self.envelope.key_ids().map(str::to_owned).collect()
    }
}

impl SignedParts {
    /// That the statements are about one thing.
    fn agree(&self) -> Result<(), Refused> {
        let hash = &self.report_sha256;
        let other = |place, what| Err(Refused::new(place, what));
        let named = self.test_result.predicate.configuration.iter().find(|file| file.name == names::REPORT);
        if named.and_then(Descriptor::sha256) != Some(hash.as_str()) {
            return other(names::TEST_RESULT, "it belongs to another report");
        }
        if self.test_result.subject != self.report.subject
            || self.test_result.predicate.result != self.report.predicate.result
        {
            return other(names::TEST_RESULT, "it says something else than the report");
        }
        let Some(certificate) = &self.certificate else { return Ok(()) };
        if certificate.predicate.report_sha256 != *hash || certificate.subject != self.report.subject {
            return other(names::CERTIFICATE, "it belongs to another report");
        }
        Ok(())
    }
}
