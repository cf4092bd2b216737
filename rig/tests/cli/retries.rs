//! Errors that are tried again: nothing that failed is hidden, and every attempt is told.

use serde_json::Value;

use crate::common::Run;

const ONE: &str = "^The code on the display: One press yields one code";

fn faulty(fault: &str, more: &[&str]) -> Run {
    let base = ["--seed", "1", "--name", ONE, "--fault", fault];
    Run::new(&[&base, more].concat())
}

#[test]
fn an_error_and_then_a_pass_is_a_pass_of_second_attempt_and_every_attempt_is_told() {
    let fault = "camera-covered@S5.C.8b#1";
    let once = faulty(fault, &[]);
    assert_eq!((once.said.code, once.last()["outcome"].as_str()), (4, Some("error")));
    let run = faulty(fault, &["--retries-on-error", "1"]);
    assert_eq!(run.said.code, 0, "{}", run.said.stderr);
    let retried = &run.last()["retried"][0];
    assert_eq!(retried["grade"], "second attempt");
    let attempts: Vec<&str> =
        retried["attempts"].as_array().unwrap().iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    assert_eq!(attempts, ["error", "pass"]);
    assert_eq!(retried["attempts"][1]["isolation"], "restored");
    for file in ["report.html", "junit.xml"] {
        assert!(run.file(file).contains("second attempt"), "{file}");
    }
    let judged = crate::common::rig(&["judge", run.path()]);
    assert_eq!(judged.code, 0, "{}{}", judged.stdout, judged.stderr);
}

#[test]
fn an_error_in_every_attempt_stays_an_error() {
    let run = faulty("camera-covered@S5.C.8b", &["--retries-on-error", "2"]);
    assert_eq!(run.said.code, 4);
    assert_eq!(run.last()["retried"][0]["attempts"].as_array().unwrap().len(), 3);
}

#[test]
fn what_failed_is_not_tried_again() {
    let args =
        ["--seed", "1", "--name", ONE, "--defect", "37-five-digits", "--retries-on-error", "2", "--fault"];
    let run = Run::new(&[&args[..], &["camera-covered@S5.C.8b#2"]].concat());
    assert_eq!((run.said.code, run.last()["retried"].clone()), (1, Value::Null));
}

#[test]
fn one_fail_of_many_repetitions_is_a_fail_and_the_rate_is_told() {
    let args = ["--seed", "1", "--name", ONE, "--repeat", "3"];
    let sound = Run::new(&args);
    assert_eq!((sound.said.code, sound.last()["flaky"].clone()), (0, Value::Null));
    assert_eq!(sound.journal().head().scenarios.len(), 3);
    let until = Run::new(&[
        "--seed",
        "1",
        "--name",
        ONE,
        "--defect",
        "37-five-digits",
        "--until-fail",
        "--jobs",
        "1",
    ]);
    assert_eq!(until.said.code, 1);
    let incomplete = until.last()["incomplete"].as_str().unwrap().to_owned();
    assert!(incomplete.contains("the first fail"), "{incomplete}");
}

#[test]
fn an_instrument_that_fails_three_times_in_a_row_is_quarantined_by_name() {
    let args = ["--seed", "1", "--name", ONE, "--repeat", "5", "--jobs", "1", "--quarantine-after", "3"];
    let run = Run::new(&[&args[..], &["--fault", "camera-covered@S5.C.8b"]].concat());
    assert_eq!(run.said.code, 4);
    assert!(
        run.said.stderr.contains("is quarantined; scenarios that need it are not run"),
        "{}",
        run.said.stderr
    );
    let summary = reports::Summary::new(&run.journal());
    let outcomes: Vec<String> = summary.scenarios.iter().map(|one| one.outcome.to_string()).collect();
    assert_eq!(outcomes, ["error", "error", "error", "not run", "not run"]);
    let reason = summary.scenarios[4].reason.clone().unwrap();
    assert!(reason.contains("is quarantined: it failed in 3 scenarios in a row"), "{reason}");
}
