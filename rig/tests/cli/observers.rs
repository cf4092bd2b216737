//! Observers of a run: none can stop, delay or spoil the record, even with standard error closed or blocked.

use std::{
    fs::{self, OpenOptions},
    io::{Read, Write},
    process::{Command, Stdio},
};

use reports::{Journal, Outcome, Summary};
use serde_json::Value;
use tempfile::TempDir;

use crate::common::{command, refused_run, rig, root};

/// Some short scenarios, one of which fails with the defect.
const ARGS: [&str; 4] = ["--name", "^Three ways|^One press", "--defect", "37-five-digits"];

/// A run into a new folder with standard error at `stderr`: it ends as the run did, and its record is sound.
fn assert_goes_on(stderr: Stdio) {
    let temporary = TempDir::new().unwrap();
    let folder = temporary.path().join("run");
    let out = folder.to_str().unwrap();
    let args = [&["run", "--format", "json", "--out", out], &ARGS[..]].concat();
    let ran = command(&args).stderr(stderr).output().unwrap();
    assert_eq!(ran.status.code(), Some(1), "the code is the run's");
    let journal = Journal::read(&folder).unwrap();
    assert_eq!((journal.incomplete(), Summary::new(&journal).outcome), (None, Outcome::Fail));
    assert_eq!(rig(&["report", out]).code, 1);
    assert!(folder.join("report.html").is_file());
}

#[test]
fn standard_error_on_a_full_disk() {
    assert_goes_on(OpenOptions::new().write(true).open("/dev/full").unwrap().into());
}

#[test]
fn standard_error_without_a_reader() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_goes_on(writer.into());
}

#[test]
fn standard_error_that_nobody_reads() {
    let (mut reader, mut writer) = std::io::pipe().unwrap();
    // As much as a pipe takes: what writes one byte more waits for ever.
    writer.write_all(&[b'.'; 1 << 16]).unwrap();
    assert_goes_on(writer.into());
    let mut byte = [0];
    reader.read_exact(&mut byte).unwrap();
}

/// `rig run --events TARGET`, with standard output at `stdout`: its exit code, and the journal of its record, which is sound.
fn run_with_events(target: &str, stdout: Stdio) -> (i32, Journal, TempDir) {
    let temporary = TempDir::new().unwrap();
    let folder = temporary.path().join("run");
    let out = folder.to_str().unwrap();
    let args = [&["run", "--format", "json", "--out", out, "--events", target], &ARGS[..]].concat();
    let ran = command(&args).stdout(stdout).stderr(Stdio::null()).status().unwrap();
    let journal = Journal::read(&folder).unwrap();
    assert_eq!((journal.incomplete(), Summary::new(&journal).outcome), (None, Outcome::Fail));
    assert_eq!(journal.findings().unwrap(), []);
    (ran.code().unwrap(), journal, temporary)
}

/// That `text` has every event of the journal as a line, in the order of writing, without readings and codes.
fn assert_all_events(text: &str, journal: &Journal) {
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), journal.entries().len());
    assert_eq!(
        (&events[0]["event"], &events[events.len() - 1]["event"]),
        (&"run_started".into(), &"run_finished".into())
    );
    let verdicts = events.iter().filter(|event| event["event"] == "judged").count();
    assert_eq!(verdicts, journal.verdicts().count());
    let seen = events.iter().find(|event| event["quantity"] == "display").unwrap();
    assert!(seen.get("value").is_none() && seen["evidence"]["sha256"].is_string(), "{seen}");
    assert!(text.contains("“•••••_”") && !text.contains("glyphs"), "codes stay in the run's folder");
}

#[test]
fn events_come_as_lines_of_json() {
    let temporary = TempDir::new().unwrap();
    let file = temporary.path().join("events.jsonl");
    let (code, journal, _folder) = run_with_events(file.to_str().unwrap(), Stdio::null());
    assert_eq!(code, 1);
    assert_all_events(&fs::read_to_string(file).unwrap(), &journal);

    let (mut reader, writer) = std::io::pipe().unwrap();
    let heard = std::thread::spawn(move || {
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        text
    });
    let (code, journal, _folder) = run_with_events("-", writer.into());
    let text = heard.join().unwrap();
    let (events, summary) = text.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(code, 1);
    assert_all_events(events, &journal);
    assert!(summary.starts_with("{\"outcome\":\"fail\""), "the summary is the last line: {summary}");
}

#[test]
fn readers_of_events_cannot_hurt_the_record() {
    assert_eq!(run_with_events("/dev/full", Stdio::null()).0, 1, "a full disk");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(run_with_events("-", writer.into()).0, 1, "a reader that is gone");
    // A pipe that nobody opens, and one that somebody opens and does not read.
    for is_opened in [false, true] {
        let temporary = TempDir::new().unwrap();
        let pipe = temporary.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = is_opened.then(|| OpenOptions::new().read(true).write(true).open(&pipe).unwrap());
        assert_eq!(run_with_events(pipe.to_str().unwrap(), Stdio::null()).0, 1, "opened: {is_opened}");
        drop(reader);
    }
}

#[test]
fn events_that_nowhere_can_go_are_refused_before_the_run() {
    let said = refused_run(&["--events", "no/such/folder/events"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.starts_with("rig: no/such/folder/events: events cannot be written there"),
        "{}",
        said.stderr
    );
    let said = rig(&["run", "--events", "-"]);
    assert!(said.code == 2 && said.stderr.contains("wants --format json"), "{}", said.stderr);
}

#[test]
fn a_full_disk_is_the_reason_in_the_record() {
    let temporary = TempDir::new().unwrap();
    let disk = temporary.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let script = "mount -t tmpfs -o size=3m none \"$1\" && \
                  { \"$2\" run --out \"$1/run\"; code=$?; cd \"$1/run\"; \
                  cp journal.jsonl junit.xml summary.json \"$3\"; exit $code; }";
    let kept = temporary.path().join("kept");
    fs::create_dir(&kept).unwrap();
    let ran = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(&disk)
        .arg(env!("CARGO_BIN_EXE_rig"))
        .arg(&kept)
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(4), "{said}");
    let journal = Journal::read(&kept).unwrap();
    assert_eq!(journal.incomplete(), Some("the disk was full"), "{said}");
    assert_eq!(Summary::new(&journal).outcome, Outcome::Error);
    let told: Vec<&str> = said.lines().filter(|line| line.starts_with("rig: ")).collect();
    assert!(matches!(told[..], [told] if told.starts_with("rig: the disk is full: ")), "{said}");
    let file = |name: &str| fs::read_to_string(kept.join(name)).unwrap();
    assert!(file("junit.xml").trim_end().ends_with("</testsuites>"));
    assert!(file("summary.json").contains("\"incomplete\":\"the disk was full\""));
}
