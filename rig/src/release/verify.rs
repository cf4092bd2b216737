//! Whether a bundle is what it says: offline, with the trust file and the bundle alone.

use std::{
    collections::BTreeMap,
    fs,
    io::{Seek, Write},
    path::{Path, PathBuf},
    process::Command,
};

use reports::{
    Event, Evidence, Journal, Kept, Summary,
    release::{Manifest, Refused, RunRow, SignedParts, TestTables, names, predicate, read_bundle, tables_of},
};
use serde::Serialize;
use tempfile::TempDir;

use super::{
    stamp::{self, Stamp},
    trust::Trust,
};
use crate::judging::{self, Terms};

/// A bundle whose signatures and files hold.
#[derive(Debug)]
pub struct Verified {
    /// The signed statements.
    pub parts: SignedParts,
    /// The result by clause.
    pub tables: TestTables,
    /// The files that are no run's.
    pub files: BTreeMap<String, Vec<u8>>,
    /// How many files the manifest lists.
    pub listed: usize,
    /// Each run, looked at; none in a public bundle.
    pub runs: Vec<RunChecked>,
    /// How many files of the record a public bundle leaves out.
    pub left_out: usize,
    /// Time stamps, by the file of the statement.
    pub stamps: BTreeMap<String, Stamp>,
}

/// A run of a bundle, looked at.
#[derive(Debug, Default, Serialize)]
pub struct RunChecked {
    /// Its folder in the bundle.
    pub folder: String,
    /// Verdicts that were judged again.
    pub verdicts: usize,
    /// Readings that were made again; `None` where that was left out.
    pub readings: Option<usize>,
    /// Readings that a newer reader makes otherwise; no verdict hangs on them.
    pub read_otherwise: usize,
    /// Verdicts that cannot be judged again, since their evidence was deleted when its time was over.
    pub not_reread: usize,
}

/// A bundle after its archive was read: the files of its runs lie in a folder of their own.
struct Unpacked {
    folder: TempDir,
    parts: SignedParts,
    manifest: Manifest,
    files: BTreeMap<String, Vec<u8>>,
    attestations: BTreeMap<String, Vec<u8>>,
    sealed: Option<Vec<u8>>,
    stamps: BTreeMap<String, Stamp>,
    /// Files of the record that a public bundle leaves out.
    left_out: usize,
}

/// Verifies the bundle at `path`. With `fast`, frames and sounds are not read again: their hashes are compared, and verdicts
/// are taken as they are recorded.
///
/// # Errors
/// [`Refused`], with the first place that does not hold.
pub fn verify(path: &Path, trust: &Trust, fast: bool) -> Result<Verified, Refused> {
    let unpacked = unpack(path, trust, fast)?;
    check_name(path, &unpacked)?;
    if unpacked.left_out > 0 {
        return of_public(unpacked);
    }
    let report = &unpacked.parts.report.predicate;
    let (mut checked, mut runs) = (Vec::new(), Vec::new());
    for row in &report.runs {
        let (journal, summary) = run(&unpacked, row)?;
        checked.push(match fast {
            true => hashes(&unpacked, row, &journal)?,
            false => again(row, &journal)?,
        });
        runs.push((journal, summary));
    }
    if runs.is_empty() {
        return Err(Refused::new(names::REPORT, "it rests on no run"));
    }
    let tables = same_result(&unpacked, &runs)?;
    let listed = unpacked.manifest.names().count();
    let Unpacked { parts, files, stamps, .. } = unpacked;
    Ok(Verified { parts, tables, files, listed, runs: checked, left_out: 0, stamps })
}

/// Verifies the public bundle at `path`, then the whole one that is sealed in it, which the program `age` decrypts with the
/// key in the file `identity`.
///
/// # Errors
/// As [`verify`]; also where it is no bundle of the same statements.
pub fn verify_sealed(path: &Path, trust: &Trust, fast: bool, identity: &Path) -> Result<Verified, Refused> {
    let public = unpack(path, trust, true)?;
    check_name(path, &public)?;
    let refused = |what: String| Refused::new(names::SEALED, what);
    let sealed = public.sealed.as_ref().ok_or_else(|| refused("missing: nothing is sealed in it".into()))?;
    let folder = tempfile::tempdir().map_err(|error| refused(error.to_string()))?;
    let whole = folder.path().join(signed_name(&public.parts));
    fs::write(&whole, open_sealed(sealed, identity).map_err(refused)?)
        .map_err(|error| refused(error.to_string()))?;
    if unpack(&whole, trust, true)?.attestations != public.attestations {
        return Err(refused("the bundle in it has other statements".to_owned()));
    }
    verify(&whole, trust, fast)
}

/// Decrypts with the program `age` and with the key in `identity`.
fn open_sealed(sealed: &[u8], identity: &Path) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("age: {error}");
    let mut file = tempfile::tempfile().map_err(failed)?;
    file.write_all(sealed).and_then(|()| file.rewind()).map_err(failed)?;
    let mut age = Command::new("age");
    let output = age.arg("--decrypt").arg("--identity").arg(identity).stdin(file).output().map_err(failed)?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(format!("age: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}

/// Verification of a public bundle: its statements and its tables agree.
fn of_public(unpacked: Unpacked) -> Result<Verified, Refused> {
    let refused = |what: &str| Refused::new(names::TABLES, what);
    let report = &unpacked.parts.report.predicate;
    let tables = told_tables(&unpacked)?;
    if tables.report != report.number
        || tables.counts() != report.counts
        || tables.result_of(report.outcome) != report.result
    {
        return Err(refused("it says something else than the report"));
    }
    let listed = unpacked.manifest.names().count();
    let Unpacked { parts, files, left_out, stamps, .. } = unpacked;
    Ok(Verified { parts, tables, files, listed, runs: Vec::new(), left_out, stamps })
}

/// Reads the archive, verifies what is signed, and lays the files of runs into a folder.
fn unpack(path: &Path, trust: &Trust, fast: bool) -> Result<Unpacked, Refused> {
    let folder = tempfile::Builder::new().prefix("rig-verify-").tempdir();
    let folder = folder.map_err(|error| Refused::new("a temporary folder", error))?;
    let unbundled = read_bundle(path, |name, bytes| {
        // With `fast` their hashes are all that is looked at.
        let is_seen = name.ends_with(".png") || name.ends_with(".wav");
        if fast && is_seen {
            return Ok(());
        }
        put(&folder.path().join(name), &bytes).map_err(|error| Refused::new(name, error))
    })?;
    let stamps = stamp::check(&unbundled.attestations, &unbundled.stamps, trust.authorities())?;
    let parts = unbundled.signed(|id, kind, number, date| {
        let statement = if kind == predicate::CERTIFICATE { names::CERTIFICATE } else { names::REPORT };
        trust.key(id, kind, number, date, stamps.get(statement).and_then(Stamp::day))
    })?;
    let listed = unbundled.listed.iter().filter(|byte| **byte == b'\n').count();
    Ok(Unpacked {
        folder,
        parts,
        left_out: listed - unbundled.manifest.names().count().min(listed),
        manifest: unbundled.manifest,
        files: unbundled.files,
        attestations: unbundled.attestations,
        sealed: unbundled.sealed,
        stamps,
    })
}

fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

/// The name that the last statement gives the bundle's file.
fn signed_name(parts: &SignedParts) -> &str {
    let certificate = parts.certificate.as_ref().map(|certificate| &certificate.predicate.file);
    certificate.unwrap_or(&parts.report.predicate.file)
}

/// That the bundle's file is called what its last statement says: another product's bundle cannot take its name.
fn check_name(path: &Path, unpacked: &Unpacked) -> Result<(), Refused> {
    let mut wanted = signed_name(&unpacked.parts).to_owned();
    if unpacked.left_out > 0 {
        let stem = wanted.strip_suffix(names::EXTENSION).unwrap_or(&wanted);
        wanted = format!("{stem}{}{}", names::PUBLIC, names::EXTENSION);
    }
    let name = path.file_name().unwrap_or_default();
    if name == wanted.as_str() {
        return Ok(());
    }
    let what = format!("the bundle is called {wanted}, as it was signed; this file was renamed");
    Err(Refused::new(&path.display().to_string(), what))
}

/// The run of `row`, read, with the outcome that was signed.
fn run(unpacked: &Unpacked, row: &RunRow) -> Result<(Journal, Summary), Refused> {
    let refused = |what: String| Refused::new(&row.folder, what);
    let journal = Journal::read(&unpacked.folder.path().join(&row.folder));
    let journal = journal.map_err(|error| refused(inside(unpacked, &error.to_string())))?;
    journal.check_head(&row.head).map_err(|error| refused(inside(unpacked, &error.to_string())))?;
    let amended = journal.amendments();
    if (!amended.all().is_empty()).then(|| amended.head()) != row.amended.as_deref() {
        return Err(refused("it was amended after it was signed".to_owned()));
    }
    let summary = Summary::new(&journal);
    if summary.outcome != row.outcome {
        return Err(refused(format!("its outcome is {}, and not {}", summary.outcome, row.outcome)));
    }
    Ok((journal, summary))
}

/// A message without the temporary folder's name.
fn inside(unpacked: &Unpacked, message: &str) -> String {
    message.replace(&format!("{}/", unpacked.folder.path().display()), "")
}

/// Reads and judges a run again.
fn again(row: &RunRow, journal: &Journal) -> Result<RunChecked, Refused> {
    let refused = |what: String| Refused::new(&row.folder, what);
    let inspection = journal.inspect().map_err(|error| refused(error.to_string()))?;
    let judged = judging::again(journal, &inspection, &Terms::default());
    let judged = judged.map_err(|error| refused(error.to_string()))?;
    if let Some(broken) = judged.broken.first() {
        return Err(refused(broken.clone()));
    }
    if let Some(one) = judged.differ.iter().find(|one| one.altered) {
        return Err(refused(format!(
            "observation {} of {:?} is not what its evidence shows",
            one.observation, one.scenario
        )));
    }
    if let Some(one) = judged.changed.first() {
        return Err(refused(format!(
            "the verdict on {} in {:?} was {}, and is {}: {}",
            one.clause, one.scenario, one.was, one.is, one.reason
        )));
    }
    Ok(RunChecked {
        folder: row.folder.clone(),
        verdicts: judged.verdicts,
        readings: judged.readings,
        read_otherwise: judged.differ.len(),
        not_reread: judged.not_rereadable,
    })
}

/// Compares the hashes that the journal has of its evidence with those of the bundle's files.
fn hashes(unpacked: &Unpacked, row: &RunRow, journal: &Journal) -> Result<RunChecked, Refused> {
    let inspection = journal.inspect().map_err(|error| Refused::new(&row.folder, error))?;
    if let Some(finding) = inspection.lines().iter().find(|finding| finding.kept != Kept::Deleted) {
        return Err(Refused::new(&row.folder, finding));
    }
    let mut transcripts = BTreeMap::new();
    for index in 0..journal.head().scenarios.len() {
        let due = journal.due(index);
        for entry in journal.scenario(index) {
            let Event::Observed(observation) = &entry.event else { continue };
            let Some(evidence) = observation.evidence.as_ref().filter(|_| due.contains(&observation.id))
            else {
                continue;
            };
            let name = format!("{}{}", row.folder, evidence.file);
            let is_kept = match evidence.offset {
                None => unpacked.manifest.get(&name) == Some(evidence.sha256.as_str()),
                Some(_) => part_is_kept(unpacked.folder.path().join(&name), evidence, &mut transcripts),
            };
            if !is_kept && journal.amendments().deletion_of(evidence).is_none() {
                return Err(Refused::new(&name, "missing, or not what the journal says"));
            }
        }
    }
    Ok(RunChecked { folder: row.folder.clone(), ..RunChecked::default() })
}

fn part_is_kept(file: PathBuf, evidence: &Evidence, read: &mut BTreeMap<PathBuf, Vec<u8>>) -> bool {
    let bytes = read.entry(file).or_insert_with_key(|file| fs::read(file).unwrap_or_default());
    evidence.part(bytes).is_some()
}

/// The result by clause, as the bundle has it.
fn told_tables(unpacked: &Unpacked) -> Result<TestTables, Refused> {
    let told = unpacked.files.get(names::TABLES).ok_or_else(|| Refused::new(names::TABLES, "missing"))?;
    serde_json::from_slice(told).map_err(|error| Refused::new(names::TABLES, error))
}

/// The result by clause, after it was made again of the runs and found the same.
fn same_result(unpacked: &Unpacked, runs: &[(Journal, Summary)]) -> Result<TestTables, Refused> {
    let refused = |what: String| Refused::new(names::TABLES, what);
    let report = &unpacked.parts.report.predicate;
    let told = told_tables(unpacked)?;
    let made = tables_of(&report.number, &told.subjects, runs);
    if told.report != report.number {
        return Err(refused("it belongs to another report".to_owned()));
    }
    let pairs = told.clauses.iter().zip(&made.clauses);
    let other = pairs.clone().find(|(told, made)| {
        (&told.id, &told.outcome, &told.by_run) != (&made.id, &made.outcome, &made.by_run)
            || told.figures != made.figures
    });
    if let Some((told, _)) = other {
        return Err(refused(format!("it says something else of {} than the runs do", told.id)));
    }
    if told.clauses.len() != made.clauses.len() || report.result != made.result_of(report.outcome) {
        return Err(refused("it says something else than the runs do".to_owned()));
    }
    Ok(told)
}
