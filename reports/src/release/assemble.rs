//! Bundles: written of the folders of runs, signed again, and published.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{
    ArchiveWriter, Envelope, METHOD, Manifest, Refused, RunRow, Statement, Subject, TestReport, TestResult,
    TestTables, names, page, predicate, read_archive, tables,
};
use crate::{AMENDMENTS_FILE, Access, Error, JOURNAL_FILE, Journal, Result, SEALED_FILE, Summary};

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
    let simulated = runs.iter().any(|(journal, _)| journal.head().simulated);
    let rows = (1..).zip(runs).map(|(number, (journal, summary))| RunRow::new(number, journal, summary));
    let mut report = TestReport::of(issue, simulated, rows.collect(), &tables);
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
    for (name, envelope) in statements(&report, &tables, sign)? {
        files.insert(name.to_owned(), Source::Bytes(envelope.to_bytes()));
    }
    let path = folder.join(&report.file);
    let failed = |path: &Path, error| Error::io(path)(error);
    write_whole(&path, failed, |archive| {
        files.iter().try_for_each(|(name, source)| {
            archive.add(name, &source.bytes()?).map_err(|error| failed(&path, error))
        })
    })?;
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

/// Both statements of a report, in their envelopes.
fn statements(
    report: &TestReport,
    tables: &TestTables,
    mut sign: impl FnMut(&[u8]) -> Result<Envelope>,
) -> Result<[(&'static str, Envelope); 2]> {
    let subject = tables.descriptors(report.simulated);
    let payload = Statement::new(subject.clone(), predicate::REPORT, report.clone()).to_bytes();
    let other = TestResult::of(report, &hex::encode(Sha256::digest(&payload)), tables);
    let other = Statement::new(subject, predicate::TEST_RESULT, other).to_bytes();
    Ok([(names::REPORT, sign(&payload)?), (names::TEST_RESULT, sign(&other)?)])
}

/// Writes the archive at `path` with what `fill` adds; it is whole or not there.
fn write_whole<E>(
    path: &Path,
    failed: impl Fn(&Path, io::Error) -> E,
    fill: impl FnOnce(&mut ArchiveWriter<BufWriter<File>>) -> Result<(), E>,
) -> Result<(), E> {
    let part = path.with_extension("part");
    let written = (|| {
        let out =
            Access::PRIVATE.open_file(&part, OpenOptions::new().write(true).create(true).truncate(true));
        let mut archive = ArchiveWriter::new(BufWriter::new(out.map_err(|error| failed(&part, error))?));
        fill(&mut archive)?;
        archive.finish().map_err(|error| failed(&part, error))?;
        fs::rename(&part, path).map_err(|error| failed(path, error))
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

/// Writes a bundle of these files to `path`.
///
/// # Errors
/// [`Refused`] where it cannot be written.
pub fn write_files(path: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Refused> {
    let refused = |path: &Path, error: io::Error| Refused::new(&path.display().to_string(), error);
    write_whole(path, refused, |archive| {
        files
            .iter()
            .try_for_each(|(name, bytes)| archive.add(name, bytes).map_err(|error| refused(path, error)))
    })
}

/// Reads the bundle at `from`, and writes to `to` what `each` adds for each of its files.
fn rewrite(
    from: &Path,
    to: &Path,
    mut each: impl FnMut(&mut ArchiveWriter<BufWriter<File>>, &str, Vec<u8>) -> io::Result<()>,
) -> Result<(), Refused> {
    let refused = |path: &Path, error: io::Error| Refused::new(&path.display().to_string(), error);
    write_whole(to, refused, |archive| {
        let file = File::open(from).map_err(|error| refused(from, error))?;
        read_archive(&from.display().to_string(), BufReader::new(file), |name, bytes| {
            each(archive, name, bytes).map_err(|error| refused(to, error))
        })
    })
}
