//! Starting the binary, and reading what it left.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Mutex,
    thread,
};

use reports::Journal;
use serde_json::Value;
use tempfile::TempDir;

/// The suite's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// The binary with `args`, in the suite's folder.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rig"));
    command.args(args).current_dir(root()).env_remove("RUST_BACKTRACE").env("COLUMNS", "100");
    command
}

/// A folder with the suite in it and without runs.
pub fn suite_without_runs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["features", "fixtures"] {
        symlink(root().join(part), folder.path().join(part)).unwrap();
    }
    folder
}

/// Exit code and output of the binary.
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Said {
    /// Every line of standard output as JSON: there must be nothing else in it.
    pub fn json_lines(&self) -> Vec<Value> {
        let line = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(line).collect()
    }

    /// The only line of standard output, as JSON.
    pub fn json(&self) -> Value {
        let [only] = <[Value; 1]>::try_from(self.json_lines()).unwrap();
        only
    }
}

/// Runs the binary with `args` to its end.
pub fn rig(args: &[&str]) -> Said {
    command(args).output().unwrap().into()
}

/// A run of the suite, its folder, and what it said.
pub struct Run {
    pub said: Said,
    pub folder: PathBuf,
    /// Ends the folder's life with the run's.
    _temporary: TempDir,
}

impl Run {
    /// `rig run --format json` with `args`, into a folder of its own.
    pub fn new(args: &[&str]) -> Self {
        Self::in_suite(&root(), args)
    }

    /// As [`new`](Self::new), of the suite in this folder.
    pub fn in_suite(suite: &Path, args: &[&str]) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("run");
        let mut all = vec!["run", "--format", "json", "--out", folder.to_str().unwrap()];
        all.extend(args);
        let said = command(&all).current_dir(suite).output().unwrap().into();
        Self { said, folder, _temporary: temporary }
    }

    /// The line that ended the run.
    pub fn last(&self) -> Value {
        assert!(!self.said.stdout.is_empty(), "nothing on standard output:\n{}", self.said.stderr);
        self.said.json()
    }

    /// Outcome of clause `id`, as a word.
    pub fn clause(&self, id: &str) -> String {
        let last = self.last();
        let clause = last["clauses"].as_array().unwrap().iter().find(|clause| clause["id"] == id);
        clause.unwrap_or_else(|| panic!("no clause {id}"))["outcome"].as_str().unwrap_or("null").to_owned()
    }

    /// The run's journal, read by the library that reports are made with.
    pub fn journal(&self) -> Journal {
        Journal::read(&self.folder).unwrap()
    }

    /// The run's folder, as an argument.
    pub fn path(&self) -> &str {
        self.folder.to_str().unwrap()
    }

    /// The run's JUnit XML as a reader takes it that wants a zone in moments, where Ant's schema forbids one.
    pub fn junit(&self) -> quick_junit::Report {
        let xml = self.file("junit.xml").replace("\" hostname=", "Z\" hostname=");
        quick_junit::Report::deserialize_from_str(&xml).unwrap()
    }

    /// A file of the run's folder.
    pub fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// That `said` is the one answer to bad input: exit code 2, nothing on standard output, and one line that
/// begins with `place` ("FILE:LINE") and has all of `words` in it.
pub fn assert_refused(said: &Said, place: &str, words: &[&str]) {
    let told = &said.stderr;
    assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{told}");
    assert_eq!(told.lines().count(), 1, "not one line:\n{told}");
    assert!(told.starts_with(&format!("rig: {place}: ")), "expected {place}: {told}");
    for word in words {
        assert!(told.contains(word), "expected {word:?}: {told}");
    }
}

/// `rig run --format json` with `args` and an `--out` that must not come into being.
pub fn refused_run(args: &[&str]) -> Said {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let said = rig(&[&["run", "--format", "json", "--out", folder.to_str().unwrap()], args].concat());
    assert!(!folder.exists(), "a run's folder was made: {}", said.stderr);
    said
}

/// Calls `check` on each of `all`, as many at a time as there are cores; what fails in one fails the test.
pub fn side_by_side<T: Sync>(all: &[T], check: impl Fn(&T) + Sync) {
    let left = Mutex::new(all.iter());
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let next = left.lock().unwrap().next();
                    let Some(one) = next else { break };
                    check(one);
                }
            });
        }
    });
}
