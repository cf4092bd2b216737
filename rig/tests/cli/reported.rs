//! Clauses of level info: found out, reported, never judged.

use std::fs;

use crate::common::{Run, rig};

/// A feature whose first Then fails, with this clause.
fn feature(clause: &str, text: &str) -> String {
    format!(
        "@phone\nFeature: F\n  Scenario: S\n    \
         Given step 5 of the guide on the phone that scanned my passport\n    \
         Then the screen \"Activate MitID chip\" reads \"{text}\" [{clause}]\n    \
         Then the screen \"How do you want to authenticate with MitID?\" offers \"On this phone\" [S5.0.1]\n"
    )
}

fn run(clause: &str, text: &str) -> Run {
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("report.feature");
    fs::write(&file, feature(clause, text)).unwrap();
    Run::new(&[file.to_str().unwrap()])
}

#[test]
fn what_is_found_about_it_changes_no_outcome() {
    let run = run("H.10", "A MitID chip is a FIDO key that is used over USB, NFC or Bluetooth.");
    let last = run.last();
    assert_eq!((run.said.code, &last["outcome"]), (0, &"pass".into()), "{}", run.said.stderr);
    assert_eq!((run.clause("H.10").as_str(), run.clause("S5.0.1").as_str()), ("reported", "pass"));
    assert_eq!((&last["counts"]["reported"], &last["counts"]["pass"]), (&1.into(), &1.into()));
    let clauses = last["clauses"].as_array().unwrap();
    let found = clauses.iter().find(|clause| clause["id"] == "H.10").unwrap();
    assert!(found["reason"].as_str().unwrap().contains("How do you want to authenticate"), "{found}");

    let text = rig(&["report", run.path()]);
    assert_eq!(text.code, 0, "{}", text.stderr);
    assert!(run.file("junit.xml").contains("reported      Then the screen"));
    assert!(run.file("report.html").contains(">i reported</span>"));
    let judged = rig(&["judge", run.path(), "--format", "json"]);
    assert_eq!((judged.code, &judged.json()["outcome"]), (0, &"pass".into()));
}

#[test]
fn the_same_about_a_clause_that_is_judged_is_a_fail() {
    let run = run("S5.C.5b", "A MitID chip has a guide of its own. Follow it to activate your chip.");
    assert_eq!((run.said.code, run.clause("S5.C.5b").as_str()), (1, "fail"), "{}", run.said.stderr);
}
