//! A signal ends a run before the next step: the bench is made safe, the journal holds the judged steps, and
//! steps that were not reached never pass.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use reports::{Journal, Outcome, Summary};

use crate::common::command;

#[test]
fn a_terminated_run_keeps_what_it_judged() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let mut run = command(&["run", "--jobs", "1", "--format", "json", "--out", folder.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut progress = BufReader::new(run.stderr.take().unwrap());
    let mut first = String::new();
    progress.read_line(&mut first).unwrap();
    assert!(first.starts_with("pass"), "{first}");
    let sent = Command::new("sh").args(["-c", &format!("kill -TERM {}", run.id())]).status().unwrap();
    assert!(sent.success());
    let mut rest = String::new();
    progress.read_to_string(&mut rest).unwrap();
    let mut stdout = String::new();
    run.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(3), "{rest}");
    assert!(rest.contains("rig: stopping before the next step"), "{rest}");

    let last: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&last["outcome"], &last["complete"]), (&"not_run".into(), &false.into()));
    assert!(last["counts"]["not_run"].as_u64().unwrap() > 0);

    let journal = Journal::read(&folder).unwrap();
    assert!(journal.incomplete().is_some());
    let summary = Summary::new(&journal);
    assert_eq!(summary.scenarios[0].outcome, Outcome::Pass, "what was judged counts");
    assert!(summary.scenarios.last().unwrap().outcome == Outcome::NotRun);
    assert!(folder.join("report.html").is_file() && folder.join("junit.xml").is_file());
}
