//! `rig step`: the debugger at the terminal.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use insta::{Settings, assert_snapshot};
use reports::{Journal, Outcome, Summary};

use crate::common::{Run, Said, command, rig, root};

/// A session on a pseudo-terminal: what it showed, with the code that the program ended with.
pub fn session(folder: &Path, args: &[&str], lines: &[&str]) -> Said {
    let out = folder.to_str().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/type_lines.py");
    let mut python = Command::new("python3");
    python.arg(script).arg(lines.join("\n")).arg(env!("CARGO_BIN_EXE_rig"));
    python.args(["step", "--seed", "1", "--operator", "tester", "--out", out]).args(args);
    // Lines are edited only where a terminal can; where they are kept is the test's own.
    python.env("TERM", "dumb").env("XDG_STATE_HOME", folder.parent().unwrap());
    python.current_dir(root()).output().unwrap().into()
}

/// As [`session`], with the lines in a pipe.
pub fn piped(folder: &Path, args: &[&str], lines: &str) -> Said {
    let mut step = command(&["step", "--seed", "1", "--out", folder.to_str().unwrap()]);
    let step = step.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut step = step.spawn().unwrap();
    // A session that ends early closes the pipe.
    let _ = step.stdin.take().unwrap().write_all(lines.as_bytes());
    step.wait_with_output().unwrap().into()
}

/// Compares what a session showed until its summary with the golden one.
fn golden(name: &str, folder: &Path, said: &Said) {
    let shown = said.stdout.replace(folder.to_str().unwrap(), "OUT");
    let summary = shown.rfind("(rig) ").unwrap();
    let end = shown[summary..].find('\n').map_or(shown.len(), |end| summary + end + 1);
    let mut settings = Settings::clone_current();
    settings.add_filter("evidence/[0-9a-f]{64}", "evidence/[sha256]");
    settings.add_filter("MITID-COPY:[A-Za-z0-9_-]+", "MITID-COPY:[payload]");
    settings.bind(|| assert_snapshot!(name, &shown[..end]));
}

#[test]
fn the_expiry_of_a_code_is_seen_taken_back_and_passed() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let lines = [
        "look",
        "back 2",
        "look",
        "repeat",
        "advance 3 min",
        "look",
        "screens",
        "back 2",
        "look",
        "next",
        "judge",
        "next",
        "why",
        "next",
        "next",
    ];
    let said = session(&folder, &["--break", "S5.B.5b", "It is shown for 3 minutes"], &lines);
    golden("step_expiry", &folder, &said);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("stepped through by hand: not a verdict"), "{}", said.stdout);
    let journal = Journal::read(&folder).unwrap();
    assert!(journal.origin().unwrap().by_hand);
    let file = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert!(file("report.html").contains("Not a verdict. "));
    assert!(file("junit.xml").contains("name=\"not-a-verdict\" value=\"stepped through by hand\""));
    let pictures = std::fs::read_dir(folder.join("looks")).unwrap().count();
    assert_eq!(pictures, 4);
}

#[test]
fn a_defect_is_found_from_its_failure_to_the_two_frames_that_prove_it() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let lines = ["why", "frames", "note the code goes early", "next"];
    let said = session(&folder, &["--defect", "2", "--break", "fail", "It is shown for 3 minutes"], &lines);
    golden("step_defect", &folder, &said);
    assert_eq!(said.code, 1, "{}", said.stdout);
    let frames: Vec<_> = said.stdout.lines().filter(|line| line.contains("code_view")).collect();
    assert!(frames.len() >= 2, "{}", said.stdout);
    for frame in frames {
        let file = frame.split_whitespace().last().unwrap();
        assert!(folder.join(file).is_file(), "{frame}");
    }
}

#[test]
fn stepping_through_by_next_gives_the_digest_of_an_ordinary_run() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let suite = "features/this-phone/temporary-pin.feature";
    let ordinary = Run::new(&["--seed", "1", suite]);
    let said = piped(&folder, &[suite], &"next\n".repeat(1000));
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{}", said.stdout);
    let (ordinary, stepped) = (ordinary.journal(), Journal::read(&folder).unwrap());
    assert_eq!(stepped.digest(), ordinary.digest());
}

#[test]
fn going_to_another_step_leaves_the_bench_as_it_is() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let lines = "next\nnext\ngoto 3\ngoto 2\nback 2\ngoto 9\ngoto 4\nbreak 9 if qr.age > 1 s\nbreak fail if time > 1 s\ndelete 9\nstop\n";
    let said = piped(&folder, &["It is shown for 3 minutes"], lines);
    assert_eq!(said.code, 3, "{}", said.stdout);
    let said = said.stdout;
    for words in [
        "step 3 of 4",
        "the scenario has 4 steps",
        "breakpoint 3: line 9 if qr.age > 1 s",
        "a condition goes with a line, a clause, a tag or words of a step, not with fail",
        "there is no breakpoint 9",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let summary = Summary::new(&Journal::read(&folder).unwrap());
    let outcomes: Vec<_> = summary.scenarios[0].steps.iter().map(|step| step.outcome).collect();
    assert_eq!(outcomes, [Outcome::Pass, Outcome::NotRun, Outcome::NotRun, Outcome::NotRun]);
    let times: Vec<_> = said.lines().filter(|line| line.ends_with("step 2 of 4")).collect();
    let [first, gone_to, taken_back] = times[..] else { panic!("{said}") };
    assert!(first == taken_back && first != gone_to, "goto leaves the bench as it is, back does not: {said}");
}

#[test]
fn a_skipped_step_is_not_run_and_the_end_of_the_input_stops_the_run() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let said = piped(&folder, &["It is shown for 3 minutes"], "next\nskip\n");
    assert_eq!(said.code, 3, "{}", said.stdout);
    let summary = Summary::new(&Journal::read(&folder).unwrap());
    assert_eq!(summary.scenarios[0].steps[1].outcome, Outcome::NotRun);
    assert_eq!(summary.scenarios[0].steps[1].reason.as_deref(), Some("skipped by hand"));
    assert!(summary.incomplete.is_some_and(|why| why.contains("the end of the debugger's input")));
}

#[test]
fn faults_and_defects_are_brought_in_and_taken_out() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let lines = "next\ninject camera-covered\nlook\nmend camera-covered\nadvance 1 s\nlook\ndefect 2\nnext\nnext\nnext\n";
    let said = piped(&folder, &["It is shown for 3 minutes"], lines);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(said.stdout.contains("camera-covered injected"), "{}", said.stdout);
    assert!(said.stdout.contains("camera-covered cleared"), "{}", said.stdout);
    let journal = std::fs::read_to_string(folder.join(reports::JOURNAL_FILE)).unwrap();
    assert!(journal.contains("defects given by hand: 2-"), "the record tells of it");
}

#[test]
fn a_place_that_is_not_there_is_refused_before_the_bench_is_opened() {
    for (args, words) in [
        (&["step", "--break", "S9.Z.1"] as &[&str], "no line, clause, tag or step of the plan"),
        (&["step", "no such scenario"], "no scenario has that in its name"),
        (&["step", "--break", "qr.years > 3"], "a condition names one of: time, qr.age"),
        (&["step", "--break", "qr.age > 3 years"], "unknown unit \"years\""),
        (&["step", "features/another-phone/qr-code.feature:1"], "none stands on that line"),
    ] {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("run");
        let said = rig(&[args, &["--out", folder.to_str().unwrap()]].concat());
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{args:?}: {}", said.stderr);
        assert!(said.stderr.contains(words), "{args:?}: {}", said.stderr);
        assert!(!folder.exists(), "{args:?}");
    }
}
