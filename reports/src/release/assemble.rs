//! Bundles: written of the folders of runs, signed again, and published.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{
    ArchiveWriter, DECISION_RULE, Descriptor, Envelope, METHOD, METHOD_VERSION, Manifest, Refused, RunRow,
    Statement, Subject, TestReport, TestResult, TestTables, names, page, predicate, read_archive, report,
    tables,
};
use crate::{
    AMENDMENTS_FILE, Access, Error, JOURNAL_FILE, Journal, Level, Outcome, Result, SEALED_FILE, Summary,
};

/// Content of a report that is not in the runs.
#[derive(Clone, Debug)]
pub struct Issue {
    /// The report's unique number.
    pub number: String,
    /// The day of issue, as YYYY-MM-DD.
    pub date: String,
    /// The laboratory that issues it.
    pub laboratory: String,
    /// The client.
    pub client: String,
    /// The tested items.
    pub subjects: Vec<Subject>,
    /// Files that go with it, by name: declarations and ledgers.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// A file that goes into a bundle.
enum Source {
    Bytes(Vec<u8>),
    File(PathBuf),
}

impl Source {
    fn bytes(&self) -> Result<std::borrow::Cow<'_, [u8]>> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.into()),
            Self::File(path) => fs::read(path).map(Into::into).map_err(Error::io(path)),
        }
    }
}

/// Writes the bundle of `runs` into `folder`, signed by `sign`, which gets the bytes of each statement. Tells its path, and
/// the report.
///
/// # Errors
/// [`Error::Io`] where a file cannot be read or written, and whatever `sign` refuses.
pub fn write_bundle(
    folder: &Path,
    issue: &Issue,
    runs: &[(Journal, Summary)],
    sign: impl FnMut(&[u8]) -> Result<Envelope>,
) -> Result<(PathBuf, TestReport)> {
    let mut files = BTreeMap::new();
    for (number, (journal, _)) in (1..).zip(runs) {
        run_files(&format!("{}{number}/", names::RUNS), journal.run_dir(), &mut files)?;
    }
    let tables = tables::tables_of(&issue.number, &issue.subjects, runs);
    let mut report = test_report(issue, runs, &tables);
    let json = serde_json::to_vec(&tables).expect("tables hold strings and finite numbers only");
    let own = [
        (names::TABLES, json),
        (names::METHOD, METHOD.as_bytes().to_vec()),
        (names::PAGE, page::page(&report, &tables).into_bytes()),
    ];
    let own = own.into_iter().map(|(name, bytes)| (name.to_owned(), bytes));
    let own = own.chain(issue.files.iter().map(|(name, bytes)| (name.clone(), bytes.clone())));
    files.extend(own.map(|(name, bytes)| (name, Source::Bytes(bytes))));
    let mut manifest = Manifest::default();
    for (name, source) in &files {
        manifest.add(name, &source.bytes()?);
    }
    let manifest = manifest.to_text().into_bytes();
    report.manifest_sha256 = hex::encode(Sha256::digest(&manifest));
    files.insert(names::MANIFEST.to_owned(), Source::Bytes(manifest));
    for (name, envelope) in statements(issue, &report, &tables, sign)? {
        files.insert(name.to_owned(), Source::Bytes(envelope.to_bytes()));
    }
    let path = folder.join(&report.file);
    write_archive(&path, &files)?;
    Ok((path, report))
}

/// The record of the run in `folder`: its journal, what was said of it later, its secrets, its evidence.
fn run_files(prefix: &str, folder: &Path, files: &mut BTreeMap<String, Source>) -> Result<()> {
    for name in [JOURNAL_FILE, AMENDMENTS_FILE, SEALED_FILE] {
        let path = folder.join(name);
        if path.is_file() {
            files.insert(format!("{prefix}{name}"), Source::File(path));
        }
    }
    let evidence = folder.join("evidence");
    let entries = match fs::read_dir(&evidence) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io(&evidence)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(Error::io(&evidence))?;
        if let Ok(name) = entry.file_name().into_string()
            && entry.path().is_file()
        {
            files.insert(format!("{prefix}evidence/{name}"), Source::File(entry.path()));
        }
    }
    Ok(())
}

/// The report, without the manifest's hash.
fn test_report(issue: &Issue, runs: &[(Journal, Summary)], tables: &TestTables) -> TestReport {
    let simulated = runs.iter().any(|(journal, _)| journal.head().simulated);
    let outcome = tables::outcome(runs);
    let (result, counts) = (tables.result_of(outcome), tables.counts());
    let mark = if simulated { names::SIMULATED } else { "" };
    let rows = (1..).zip(runs).map(|(number, (journal, summary))| RunRow::new(number, journal, summary));
    let mut method = Descriptor::new(names::METHOD, &hex::encode(Sha256::digest(METHOD)));
    method.annotations.insert("version".to_owned(), METHOD_VERSION.into());
    TestReport {
        first_line: report::first_line(simulated, result, outcome, &counts),
        number: issue.number.clone(),
        file: format!("{}{mark}{}", issue.number, names::EXTENSION),
        date: issue.date.clone(),
        simulated,
        result: result.to_owned(),
        outcome,
        laboratory: issue.laboratory.clone(),
        client: issue.client.clone(),
        method,
        decision_rule: DECISION_RULE.to_owned(),
        runs: rows.collect(),
        counts,
        manifest_sha256: String::new(),
    }
}

/// Both statements of a report, in their envelopes.
fn statements(
    issue: &Issue,
    report: &TestReport,
    tables: &TestTables,
    mut sign: impl FnMut(&[u8]) -> Result<Envelope>,
) -> Result<[(&'static str, Envelope); 2]> {
    let subject: Vec<Descriptor> =
        issue.subjects.iter().map(|part| subject(part, report.simulated)).collect();
    let payload = Statement::new(subject.clone(), predicate::REPORT, report.clone()).to_bytes();
    let mut configuration: Vec<Descriptor> =
        tables.inputs.iter().map(|input| Descriptor::new(&input.name, &input.sha256)).collect();
    let mut manifest = Descriptor::new(names::MANIFEST, &report.manifest_sha256);
    manifest.annotations.insert("simulated".to_owned(), report.simulated.into());
    manifest.annotations.insert("report".to_owned(), report.number.clone().into());
    configuration.extend([
        report.method.clone(),
        manifest,
        Descriptor::new(names::REPORT, &hex::encode(Sha256::digest(&payload))),
    ]);
    let test_result = TestResult {
        result: report.result.clone(),
        configuration,
        passed_tests: tables.ids(Outcome::Pass, &[Level::Must, Level::Should, Level::Profile]),
        warned_tests: tables.ids(Outcome::Fail, &[Level::Should]),
        failed_tests: tables.ids(Outcome::Fail, &[Level::Must, Level::Profile]),
    };
    let other = Statement::new(subject, predicate::TEST_RESULT, test_result).to_bytes();
    Ok([(names::REPORT, sign(&payload)?), (names::TEST_RESULT, sign(&other)?)])
}

fn subject(part: &Subject, simulated: bool) -> Descriptor {
    let mark = if simulated { "SIMULATED " } else { "" };
    let mut subject = Descriptor::new(&format!("{mark}{}", part.name), &part.sha256);
    if let Some(declared_by) = &part.declared_by {
        subject.annotations.insert("declared_by".to_owned(), declared_by.clone().into());
    }
    subject
}

/// Writes `files` to `path`, which is whole or not there.
fn write_archive(path: &Path, files: &BTreeMap<String, Source>) -> Result<()> {
    let part = path.with_extension("part");
    let written = (|| {
        let file = Access::PRIVATE.open(&part, OpenOptions::new().write(true).create(true).truncate(true))?;
        let mut archive = ArchiveWriter::new(BufWriter::new(file));
        for (name, source) in files {
            archive.add(name, &source.bytes()?).map_err(Error::io(&part))?;
        }
        archive.finish().map_err(Error::io(&part))?;
        fs::rename(&part, path).map_err(Error::io(path))
    })();
    if written.is_err() {
        // Half a bundle is none.
        let _ = fs::remove_file(&part);
    }
    written
}

/// Writes the bundle at `from` again to `to`, with these attestations instead of its own.
///
/// # Errors
/// [`Refused`] where one of them cannot be read or written.
pub fn sign_bundle(from: &Path, to: &Path, attestations: &BTreeMap<String, Vec<u8>>) -> Result<(), Refused> {
    let mut left = attestations.iter();
    rewrite(from, to, |archive, name, bytes| {
        if name.starts_with(names::ATTESTATIONS) {
            return Ok(());
        }
        // Their names come before those of all other files.
        for (name, bytes) in left.by_ref() {
            archive.add(name, bytes)?;
        }
        archive.add(name, &bytes)
    })
}

/// Writes the public form of the bundle at `from` to `to`: without the record of any run, and with the whole bundle encrypted
/// for somebody's key, where it is given.
///
/// # Errors
/// [`Refused`] where one of them cannot be read or written.
pub fn publish_bundle(from: &Path, to: &Path, sealed: Option<Vec<u8>>) -> Result<(), Refused> {
    let mut sealed = sealed;
    rewrite(from, to, |archive, name, bytes| {
        if !name.starts_with(names::RUNS) {
            return archive.add(name, &bytes);
        }
        // Its name comes behind those of all runs.
        match sealed.take() {
            Some(sealed) => archive.add(names::SEALED, &sealed),
            None => Ok(()),
        }
    })
}

/// Reads the bundle at `from`, and writes to `to` what `each` adds for each of its files.
fn rewrite(
    from: &Path,
    to: &Path,
    mut each: impl FnMut(&mut ArchiveWriter<BufWriter<File>>, &str, Vec<u8>) -> io::Result<()>,
) -> Result<(), Refused> {
    let (place, part) = (from.display().to_string(), to.with_extension("part"));
    let refused = |error: &dyn std::fmt::Display| Refused::new(&part.display().to_string(), error);
    let written = (|| {
        let out = Access::PRIVATE.open(&part, OpenOptions::new().write(true).create(true).truncate(true));
        let mut archive = ArchiveWriter::new(BufWriter::new(out.map_err(|error| refused(&error))?));
        let file = File::open(from).map_err(|error| Refused::new(&place, error))?;
        read_archive(&place, BufReader::new(file), |name, bytes| {
            each(&mut archive, name, bytes).map_err(|error| refused(&error))
        })?;
        archive.finish().map_err(|error| refused(&error))?;
        fs::rename(&part, to).map_err(|error| refused(&error))
    })();
    if written.is_err() {
        // Half a bundle is none.
        let _ = fs::remove_file(&part);
    }
    written
}
