//! Whether a bundle is what it says: offline, with the trust file and the bundle alone.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use reports::{
    Event, Evidence, Journal, Kept, Summary,
    release::{
        Manifest, Refused, RunRow, SignedParts, TestTables,
        age::{self, Identity},
        names, predicate, read_bundle,
    },
};
use serde::Serialize;
use tempfile::TempDir;

use super::{
    public::{self, PublicForm},
    remade, repetitions, rules,
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
    /// The files outside of runs.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The signed statements in their envelopes, by file.
    pub attestations: BTreeMap<String, Vec<u8>>,
    /// Time stamps as they stand in the bundle, by file.
    pub stamp_files: BTreeMap<String, Vec<u8>>,
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
    /// Readings that a public bundle masks: they are not made again.
    pub masked: usize,
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
    stamp_files: BTreeMap<String, Vec<u8>>,
    /// In a public bundle, what takes the place of the record.
    public: BTreeMap<String, Vec<u8>>,
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
        return of_public(unpacked, fast);
    }
    whole_bundle(unpacked, fast, false)
}

/// Verification of a whole bundle. With `masks`, its public form is made again, too.
fn whole_bundle(unpacked: Unpacked, fast: bool, masks: bool) -> Result<Verified, Refused> {
    let report = &unpacked.parts.report.predicate;
    check_folders(&unpacked)?;
    let (mut checked, mut runs) = (Vec::new(), Vec::new());
    for (number, row) in (1..).zip(&report.runs) {
        let (journal, summary) = run(&unpacked, row)?;
        remade::check_row(row, number, &journal, &summary)?;
        checked.push(match fast {
            true => hashes(&unpacked, row, &journal)?,
            false => again(row, &journal)?,
        });
        runs.push((journal, summary));
    }
    let tables = told_tables(&unpacked)?;
    remade::check(&unpacked.parts, &tables, &unpacked.files, &runs)?;
    // Newer readers may find labels elsewhere.
    let is_ours = runs.iter().all(|(journal, _)| journal.head().readers == readers::VERSION);
    if masks && is_ours && !fast {
        let form = PublicForm::of(runs.iter().map(|(journal, _)| journal));
        form.map_err(|error| Refused::new(names::RUNS, inside(&unpacked, &error.to_string())))?
            .check(unpacked.files.get(names::MASKED))?;
    }
    allowed(unpacked.verified(tables, checked))
}

/// That the rules of certification allow for the certificate, where there is one.
fn allowed(verified: Verified) -> Result<Verified, Refused> {
    let bars = if verified.parts.certificate.is_some() { rules::bars(&verified) } else { Vec::new() };
    match bars.first() {
        None => Ok(verified),
        Some(bar) => Err(Refused::new(names::CERTIFICATE, format!("barred by the method: {bar}"))),
    }
}

/// That the report names the folder of each run in the bundle, and no other.
fn check_folders(unpacked: &Unpacked) -> Result<(), Refused> {
    let report = &unpacked.parts.report.predicate;
    if report.runs.is_empty() {
        return Err(Refused::new(names::REPORT, "it rests on no run"));
    }
    for (number, row) in (1..).zip(&report.runs) {
        let folder = RunRow::folder_of(number);
        if row.folder != folder {
            let what =
                format!("runs[{}].folder is {:?}, and run {number} lies in {folder}", number - 1, row.folder);
            return Err(Refused::new(names::REPORT, what));
        }
    }
    let is_named = |name: &&str| report.runs.iter().any(|row| name.starts_with(&row.folder));
    let mut files = unpacked.manifest.names().filter(|name| name.starts_with(names::RUNS));
    match files.find(|name| !is_named(name)) {
        None => Ok(()),
        Some(name) => Err(Refused::new(name, "of a run that the report does not name")),
    }
}

/// Verifies the public bundle at `path`, then the whole one that is sealed in it for `identity`.
///
/// # Errors
/// As [`verify`]; also where its statements are others, or its record gives other masked files.
pub fn verify_sealed(
    path: &Path,
    trust: &Trust,
    fast: bool,
    identity: &Identity,
) -> Result<Verified, Refused> {
    let public = unpack(path, trust, true)?;
    check_name(path, &public)?;
    let refused = |what: String| Refused::new(names::SEALED, what);
    let sealed = public.sealed.as_ref().ok_or_else(|| refused("missing: nothing is sealed in it".into()))?;
    let folder = tempfile::tempdir().map_err(|error| refused(error.to_string()))?;
    let whole = folder.path().join(signed_name(&public.parts));
    fs::write(&whole, age::open(sealed, identity).map_err(refused)?)
        .map_err(|error| refused(error.to_string()))?;
    let unpacked = unpack(&whole, trust, fast)?;
    if unpacked.attestations != public.attestations {
        return Err(refused("the bundle in it has other statements".to_owned()));
    }
    check_name(&whole, &unpacked)?;
    whole_bundle(unpacked, fast, true)
}

/// Verification of a public bundle: its statements and its tables agree, and what is not masked is read again.
fn of_public(unpacked: Unpacked, fast: bool) -> Result<Verified, Refused> {
    let tables = told_tables(&unpacked)?;
    remade::check_public(&unpacked.parts, &tables, &unpacked.files)?;
    let mut runs = Vec::new();
    for (number, row) in (1..).zip(&unpacked.parts.report.predicate.runs) {
        let Some(list) = unpacked.public.get(&public::list_of(number)) else { continue };
        let folder = unpacked.folder.path().join(RunRow::folder_of(number));
        let reread = public::reread(number, list, &folder, fast)?;
        runs.push(RunChecked {
            folder: row.folder.clone(),
            readings: (!fast).then_some(reread.readings),
            read_otherwise: reread.otherwise,
            masked: reread.masked,
            ..RunChecked::default()
        });
    }
    allowed(unpacked.verified(tables, runs))
}

impl Unpacked {
    fn verified(self, tables: TestTables, runs: Vec<RunChecked>) -> Verified {
        let listed = self.manifest.names().count();
        let Self { parts, files, attestations, stamp_files, left_out, stamps, .. } = self;
        Verified { parts, tables, files, attestations, stamp_files, listed, runs, left_out, stamps }
    }
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
        stamp_files: unbundled.stamps,
        public: unbundled.public,
        sealed: unbundled.sealed,
        stamps,
    })
}

/// Writes a file, and makes the folders above it.
pub(super) fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
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

/// The run of `row`, read: the record that the report names by its head.
fn run(unpacked: &Unpacked, row: &RunRow) -> Result<(Journal, Summary), Refused> {
    let refused = |what: String| Refused::new(&row.folder, what);
    let journal = Journal::read(&unpacked.folder.path().join(&row.folder));
    let journal = journal.map_err(|error| refused(inside(unpacked, &error.to_string())))?;
    journal.check_head(&row.head).map_err(|error| refused(inside(unpacked, &error.to_string())))?;
    if repetitions::is_by_hand(&journal) {
        return Err(refused("a person stepped through it by hand: it is not a verdict".to_owned()));
    }
    let summary = Summary::new(&journal);
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
        masked: 0,
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
