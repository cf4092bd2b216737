//! Observers of a run: none can stop, delay or spoil the record, even with standard error closed or blocked.

use std::{
    fs::{self, OpenOptions},
    io::{Read, Write},
    process::{Command, Stdio},
};

use reports::{Journal, Outcome, Summary};
use tempfile::TempDir;

use crate::common::{command, rig, root};

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

#[test]
fn a_full_disk_is_the_reason_in_the_record() {
    let temporary = TempDir::new().unwrap();
    let disk = temporary.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let script = "mount -t tmpfs -o size=3m none \"$1\" && \
                  { \"$2\" run --out \"$1/run\"; code=$?; cp \"$1/run/journal.jsonl\" \"$3\"; exit $code; }";
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
}
