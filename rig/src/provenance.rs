//! Where a run comes from: the files that it was made with, the program, the machine, and who ran it.

use std::{
    env,
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::OnceLock,
    thread,
    time::SystemTime,
};

use chrono::{DateTime, SecondsFormat, Utc};
use reports::{Input, InputKind, Origin};
use sha2::{Digest, Sha256};

use crate::{bad_input::BadInput, bench::Bench, retention::DEFAULT_CLASS};

/// Where a run comes from.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// How long its evidence is to be kept, by the name of a class.
    pub class: String,
    /// The files that it was made with.
    pub inputs: Vec<Input>,
    /// Who ran it, where, with what.
    pub origin: Origin,
}

impl Default for Provenance {
    fn default() -> Self {
        Self { class: DEFAULT_CLASS.to_owned(), inputs: Vec::new(), origin: Origin::default() }
    }
}

/// The files of a run, before they are hashed.
#[derive(Clone, Copy, Debug)]
pub struct Files<'f> {
    /// The suite's folder, which names are relative to.
    pub root: &'f Path,
    /// The feature files.
    pub features: &'f [PathBuf],
    /// The register of clauses.
    pub register: &'f Path,
    /// The bench file.
    pub bench: &'f Path,
}

impl Provenance {
    /// The provenance of a run with `files` on `bench`, by `operator` where one is named.
    ///
    /// # Errors
    /// [`BadInput`] for a file that cannot be read.
    pub fn new(files: &Files, bench: &Bench, operator: Option<&str>) -> Result<Self, BadInput> {
        let mut inputs = suite(files.root, files.features, files.register)?.to_vec();
        inputs.push(input(InputKind::Bench, files.root, files.bench)?);
        inputs.push(input(InputKind::Profile, files.root, &bench.profile_file)?);
        for (name, image) in bench.firmware()? {
            let sha256 = hex::encode(Sha256::digest(&*image));
            inputs.push(Input { kind: InputKind::Firmware, name, sha256 });
        }
        Ok(Self { inputs, origin: origin(operator), ..Self::default() })
    }
}

/// The suite in `root`: its feature files, and its register.
///
/// # Errors
/// [`BadInput`] for a file that cannot be read.
pub fn suite(root: &Path, features: &[PathBuf], register: &Path) -> Result<[Input; 2], BadInput> {
    Ok([feature_files(root, features)?, input(InputKind::Register, root, register)?])
}

fn input(kind: InputKind, root: &Path, path: &Path) -> Result<Input, BadInput> {
    Ok(Input { kind, name: name(root, path), sha256: hex::encode(Sha256::digest(bytes(path)?)) })
}

/// All feature files as one: the hash of the lines that `sha256sum` writes of them, in the order of their paths.
fn feature_files(root: &Path, features: &[PathBuf]) -> Result<Input, BadInput> {
    let mut lines = Vec::new();
    for path in features {
        let sha256 = hex::encode(Sha256::digest(bytes(path)?));
        lines.push((name(root, path), sha256));
    }
    lines.sort();
    let list: String = lines.iter().map(|(name, sha256)| format!("{sha256}  {name}\n")).collect();
    let name = format!("{} feature files", lines.len());
    Ok(Input { kind: InputKind::Suite, name, sha256: hex::encode(Sha256::digest(list)) })
}

fn bytes(path: &Path) -> Result<Vec<u8>, BadInput> {
    fs::read(path).map_err(|error| BadInput::new(path, format!("cannot be read: {error}")))
}

/// The path of `file` below `root`; its last part where it lies elsewhere, for the rest is the machine's.
pub(crate) fn name(root: &Path, file: &Path) -> String {
    let below = || {
        let here = if root.as_os_str().is_empty() { Path::new(".") } else { root };
        let (root, file) = (here.canonicalize().ok()?, file.canonicalize().ok()?);
        Some(file.strip_prefix(root).ok()?.display().to_string())
    };
    below().unwrap_or_else(|| file.file_name().unwrap_or(file.as_os_str()).display().to_string())
}

fn origin(operator: Option<&str>) -> Origin {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    Origin {
        revision: Some(env!("RIG_REVISION")).filter(|revision| !revision.is_empty()).map(str::to_owned),
        program_sha256: program_sha256().map(str::to_owned),
        host: host.trim().to_owned(),
        operator: operator.map_or_else(login, str::to_owned),
        arguments: env::args_os().skip(1).map(|argument| argument.display().to_string()).collect(),
        by_hand: false,
    }
}

/// The name of the user whom this process belongs to; its number where it has none.
pub(crate) fn login() -> String {
    let Ok(uid) = fs::metadata("/proc/self").map(|process| process.uid()) else { return "unknown".into() };
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid)).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| format!("user {uid}"))
}

/// The date and time now, as records have it.
pub fn utc_now() -> String {
    DateTime::<Utc>::from(SystemTime::now()).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Begins to hash the program beside what else is done: it is large.
pub fn hash_program() {
    // Where no thread can be had, it is hashed when it is asked for.
    drop(thread::Builder::new().name("program hash".into()).spawn(program_sha256));
}

/// SHA-256 of the running program, computed once; `None` if its file cannot be read.
fn program_sha256() -> Option<&'static str> {
    static HASH: OnceLock<Option<String>> = OnceLock::new();
    let hash = || hash_file(Path::new("/proc/self/exe")).map(hex::encode).ok();
    HASH.get_or_init(hash).as_deref()
}

fn hash_file(path: &Path) -> io::Result<impl AsRef<[u8]>> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hash.finalize()),
            read => hash.update(&piece[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suite_is_hashed_as_sha256sum_lists_it() {
        let folder = tempfile::tempdir().unwrap();
        let features = ["b.feature", "a.feature"].map(|name| folder.path().join(name));
        features.iter().for_each(|path| fs::write(path, "abc").unwrap());
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let list = format!("{abc}  a.feature\n{abc}  b.feature\n");
        let suite = feature_files(folder.path(), &features).unwrap();
        assert_eq!(suite.sha256, hex::encode(Sha256::digest(list)));
        assert_eq!(suite.name, "2 feature files");
    }

    #[test]
    fn a_file_elsewhere_is_named_without_its_folder() {
        let (root, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(root.path().join("benches")).unwrap();
        for (path, wanted) in [
            (root.path().join("benches/x.toml"), "benches/x.toml"),
            (elsewhere.path().join("x.toml"), "x.toml"),
        ] {
            fs::write(&path, "").unwrap();
            assert_eq!(name(root.path(), &path), wanted);
            assert_eq!(name(&root.path().join("benches/.."), &path), wanted);
            assert_eq!(
                name(Path::new(""), Path::new("src/lib.rs")),
                "src/lib.rs",
                "the current folder is the root"
            );
        }
    }

    #[test]
    fn the_program_machine_and_user_are_known() {
        let origin = origin(None);
        assert_eq!(origin.program_sha256.unwrap().len(), 64);
        assert!(!origin.host.is_empty() && !origin.operator.is_empty());
        assert_eq!(super::origin(Some("night shift")).operator, "night shift");
    }

    #[test]
    fn the_time_is_utc_to_the_millisecond() {
        let now = utc_now();
        assert!(now.ends_with('Z') && now.len() == "2026-11-30T22:15:04.250Z".len(), "{now}");
    }
}
