//! Bundles, read back: the archive, then what is signed in it.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use sha2::{Digest, Sha256};

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
    /// The files that are no run's: tables, page, method, declarations, ledger.
    pub files: BTreeMap<String, Vec<u8>>,
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
            unbundled.manifest.add(name, &bytes);
            if name.starts_with(names::RUNS) {
                return keep(name, bytes);
            }
            unbundled.files.insert(name.to_owned(), bytes);
            Ok(())
        })?;
        Ok(unbundled)
    }

    /// What is signed. `key` finds a trusted key by its id, by the statement's predicate, the signature's place among those of
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
        let (envelope, unverified) = self.envelope(names::REPORT)?;
        let day =
            Statement::<TestReport>::read(names::REPORT, &unverified, predicate::REPORT)?.predicate.date;
        let mut verified = |name, envelope: &Envelope, kind: &str, day: &str| {
            let mut number = 0..;
            envelope.verified(name, |id| key(id, kind, number.next().unwrap_or_default(), day))
        };
        let payload = verified(names::REPORT, &envelope, predicate::REPORT, &day)?;
        let report = Statement::<TestReport>::read(names::REPORT, &payload, predicate::REPORT)?;
        let (other, _) = self.envelope(names::TEST_RESULT)?;
        let result = verified(names::TEST_RESULT, &other, predicate::REPORT, &day)?;
        let test_result = Statement::<TestResult>::read(names::TEST_RESULT, &result, predicate::TEST_RESULT)?;
        let mut parts = SignedParts {
            report,
            test_result,
            certificate: None,
            signers: envelope.key_ids().map(str::to_owned).collect(),
            certifiers: Vec::new(),
        };
        if other.key_ids().ne(parts.signers.iter().map(String::as_str)) {
            return Err(Refused::new(names::TEST_RESULT, "it was signed by other keys than the report"));
        }
        if self.attestations.contains_key(names::CERTIFICATE) {
            let (envelope, unverified) = self.envelope(names::CERTIFICATE)?;
            let kind = predicate::CERTIFICATE;
            let day = Statement::<Certificate>::read(names::CERTIFICATE, &unverified, kind)?.predicate.date;
            let payload = verified(names::CERTIFICATE, &envelope, kind, &day)?;
            parts.certificate = Some(Statement::read(names::CERTIFICATE, &payload, kind)?);
            parts.certifiers = envelope.key_ids().map(str::to_owned).collect();
        }
        parts.agree(&payload)?;
        self.check_files(&parts.report.predicate)?;
        Ok(parts)
    }

    /// Whether it is the public form, which has no file of any run.
    pub fn is_public(&self) -> bool {
        !self.manifest.names().any(|name| name.starts_with(names::RUNS))
    }

    /// An envelope, and its payload before anything is known of its signatures.
    fn envelope(&self, name: &str) -> Result<(Envelope, Vec<u8>), Refused> {
        let bytes = self.attestations.get(name).ok_or_else(|| Refused::new(name, "missing"))?;
        let envelope = Envelope::read(name, bytes)?;
        let payload = envelope.payload(name)?;
        Ok((envelope, payload))
    }

    /// That the files are those that the report's manifest lists.
    fn check_files(&self, report: &TestReport) -> Result<(), Refused> {
        match self.is_public() {
            true => self.manifest.check_without(names::MANIFEST, &self.listed, names::RUNS)?,
            false => self.manifest.check(names::MANIFEST, &self.listed)?,
        }
        if self.sealed.is_some() && !self.is_public() {
            return Err(Refused::new(names::SEALED, "added: only a public bundle has such a file"));
        }
        if hex::encode(Sha256::digest(&self.listed)) != report.manifest_sha256 {
            return Err(Refused::new(names::MANIFEST, "not the manifest that was signed"));
        }
        Ok(())
    }
}

impl SignedParts {
    /// That the statements are about one thing. `payload` is the report's.
    fn agree(&self, payload: &[u8]) -> Result<(), Refused> {
        let hash = hex::encode(Sha256::digest(payload));
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
        if certificate.predicate.report_sha256 != hash || certificate.subject != self.report.subject {
            return other(names::CERTIFICATE, "it belongs to another report");
        }
        Ok(())
    }
}
