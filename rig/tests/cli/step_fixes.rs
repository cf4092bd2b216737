//! `rig step`: expectations that are wrong are fixed for the session, and written as a patch.

use std::{
    fs,
    io::{Read, Write},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use tempfile::TempDir;

use crate::common::{command, root};

const PROFILE: &str = "fixtures/profiles/mitid.toml";
const BENCH: &str = "fixtures/benches/simulated.toml";

/// A session whose answers are read before the next line is typed.
struct Session {
    rig: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Session {
    /// A session in the suite's folder, at its first prompt.
    fn new(suite: &Path, args: &[&str]) -> Self {
        let out = suite.join("run");
        let mut step = command(&["step", "--seed", "1", "--out", out.to_str().unwrap()]);
        step.args(args).current_dir(suite).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut rig = step.spawn().unwrap();
        let (input, output) = (rig.stdin.take().unwrap(), rig.stdout.take().unwrap());
        let mut session = Self { rig, input, output };
        session.said();
        session
    }

    /// What is said until the next prompt, or the end.
    fn said(&mut self) -> String {
        let (mut said, mut byte) = (Vec::new(), [0]);
        while self.output.read(&mut byte).unwrap() > 0 {
            said.push(byte[0]);
            if said.ends_with(b"(rig) ") {
                break;
            }
        }
        String::from_utf8(said).unwrap()
    }

    fn ask(&mut self, line: &str) -> String {
        writeln!(self.input, "{line}").unwrap();
        self.said()
    }

    fn end(mut self) -> i32 {
        self.ask("continue");
        drop(self.input);
        self.rig.wait().unwrap().code().unwrap()
    }
}

/// A copy of the suite whose bench and profile can be written to.
fn suite() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    symlink(root().join("features"), folder.path().join("features")).unwrap();
    fs::create_dir(folder.path().join("fixtures")).unwrap();
    for entry in fs::read_dir(root().join("fixtures")).unwrap() {
        let path = entry.unwrap().path();
        let to = folder.path().join("fixtures").join(path.file_name().unwrap());
        if path.ends_with("benches") || path.ends_with("profiles") {
            fs::create_dir(&to).unwrap();
            for file in
                fs::read_dir(&path).unwrap().map(|file| file.unwrap().path()).filter(|file| file.is_file())
            {
                fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
            }
        } else {
            symlink(&path, &to).unwrap();
        }
    }
    folder
}

/// The file after git has applied the session's patch to the suite.
fn patched(suite: &Path, file: &str) -> String {
    let patch: PathBuf = suite.join("run/fixes.patch");
    let git = |check: &[&str]| {
        let mut git = Command::new("git");
        git.args(["apply", "--verbose"])
            .args(check)
            .arg(&patch)
            .current_dir(suite)
            .env("GIT_DIR", "/nonexistent");
        let done = git.output().unwrap();
        assert!(
            done.status.success(),
            "{}{}",
            String::from_utf8_lossy(&done.stderr),
            fs::read_to_string(&patch).unwrap()
        );
    };
    git(&["--check"]);
    git(&[]);
    fs::read_to_string(suite.join(file)).unwrap()
}

#[test]
fn a_text_of_another_version_is_taken_for_the_session_and_written_as_a_patch() {
    let suite = suite();
    let profile = suite.path().join(PROFILE);
    let before = fs::read_to_string(&profile).unwrap();
    let other = before
        .replace("\"unlock.title\" = \"Enter your PIN code\"", "\"unlock.title\" = \"Type your PIN code\"");
    assert_ne!(before, other);
    let mut session = Session::new(suite.path(), &["The app does not open without the PIN code"]);
    // The product is of another version from here on; the rig has read its profile.
    fs::write(&profile, &other).unwrap();
    session.ask("restart");
    fs::write(&profile, &before).unwrap();
    let said = session.ask("continue");
    assert!(said.contains("fail: the screen reads “Type your PIN code"), "{said}");
    let said = session.ask("fix");
    for words in [
        "1: a phone shows \"Type your PIN code\", where \"Enter your PIN code\" is expected",
        "fixtures/profiles/mitid.toml:",
        "    - \"unlock.title\" = \"Enter your PIN code\"",
        "    + \"unlock.title\" = \"Type your PIN code\"",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(session.ask("fix 2").contains("there is no fix 2"));
    let said = session.ask("fix 1");
    assert!(said.contains("fixes.patch") && said.contains("it would be pass"), "{said}");
    let said = session.ask("repeat");
    assert!(said.contains("pass"), "{said}");
    assert_eq!(fs::read_to_string(&profile).unwrap(), before, "nothing is merged");
    let record = fs::read_to_string(suite.path().join("run").join(reports::JOURNAL_FILE)).unwrap();
    assert!(record.contains("expectation changed by hand: "), "the record tells of it");
    // What failed stays failed.
    assert_eq!(session.end(), 1);
    assert_eq!(patched(suite.path(), PROFILE), other);
}

#[test]
fn a_region_that_moved_is_found_again_and_written_as_a_patch() {
    let suite = suite();
    let bench = suite.path().join(BENCH);
    let whole = fs::read_to_string(&bench).unwrap();
    let region = "view = { camera = \"camera\", region = [0, 0, 1280, 360] }";
    let moved = whole.replacen(region, "view = { camera = \"camera\", region = [0, 0, 300, 100] }", 1);
    assert_ne!(whole, moved);
    fs::write(&bench, &moved).unwrap();
    let mut session = Session::new(suite.path(), &["One press yields one code, in time"]);
    let said = session.ask("continue");
    assert!(said.contains("error: "), "{said}");
    let said = session.ask("fix");
    assert!(said.contains("camera: the label of display-1 is not in its region"), "{said}");
    let said = session.ask("fix 1");
    assert!(said.contains("fixes.patch") && said.contains("display-1: "), "{said}");
    assert!(session.ask("fix").contains("everything is where the profile and the bench file have it"));
    // The next attempt begins with what was taken.
    session.ask("restart");
    let said = session.ask("continue");
    assert!(said.contains("pass             2  S5.C.8a S5.C.8b"), "{said}");
    drop(session);
    let patched = patched(suite.path(), BENCH);
    assert_ne!(patched, moved);
    assert!(!patched.contains("[0, 0, 300, 100]"), "{patched}");
}
