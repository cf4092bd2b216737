//! `rig prove`, on parts of the suite: the status of each defect, and the files of the proof. CI proves the
//! whole suite.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Said, command, root, suite_without_runs};

/// A suite of these features alone.
fn suite_of(features: &[&str]) -> TempDir {
    let suite = suite_without_runs();
    let folder = suite.path().join("features");
    fs::remove_file(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    for part in [&["clauses.toml"], features].concat() {
        symlink(root().join("features").join(part), folder.join(part.rsplit('/').next().unwrap())).unwrap();
    }
    suite
}

fn prove(suite: &Path, args: &[&str]) -> Said {
    let all = [&["prove", "--format", "json", "--out", "proof"], args].concat();
    command(&all).current_dir(suite).output().unwrap().into()
}

fn refused(said: &Said, words: &str) {
    assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{}", said.stderr);
    assert!(said.stderr.contains(words), "expected {words:?}: {}", said.stderr);
}

/// Name and result of each defect.
fn results(line: &Value) -> Vec<(&str, &str)> {
    let defects = line["defects"].as_array().unwrap().iter();
    defects.map(|one| (one["name"].as_str().unwrap(), one["result"].as_str().unwrap())).collect()
}

#[test]
fn what_is_caught_leaves_a_page_and_what_is_not_leaves_its_run() {
    let suite = suite_of(&["this-phone/temporary-pin.feature"]);
    let said = prove(suite.path(), &["--defect", "23", "--defect", "24", "--defect", "36", "--defect", "25"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let line = said.json();
    assert_eq!(
        results(&line),
        [
            ("23-temporary-pin-unchecked", "caught"),
            ("24-six-digit-temporary-pin", "caught"),
            ("25-temporary-pin-reusable", "caught"),
            ("36-leading-zero-dropped", "not_reached")
        ]
    );
    assert_eq!((&line["sound_runs"], &line["false_alarms"]), (&1.into(), &0.into()));
    assert!(said.stderr.contains("not reached    36-leading-zero-dropped"), "{}", said.stderr);

    let proof = suite.path().join("proof");
    assert_eq!(fs::metadata(&proof).unwrap().permissions().mode() & 0o777, 0o700);
    let mut kept: Vec<_> = fs::read_dir(&proof).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    kept.sort();
    assert_eq!(kept, ["36-leading-zero-dropped", "proof.html", "proof.json"]);
    assert_eq!(fs::read_to_string(proof.join("proof.json")).unwrap(), said.stdout);
}

#[test]
fn the_matrix_names_who_sees_what_of_every_scenario_on_every_defect() {
    let suite = suite_of(&["this-phone/activation.feature"]);
    let said = prove(suite.path(), &["--defect", "31", "--defect", "24", "--matrix", "--jitter", "2"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let line = said.json();
    assert_eq!(
        results(&line),
        [("24-six-digit-temporary-pin", "missed"), ("31-opens-without-pin", "caught")],
        "that a temporary PIN has eight digits is seen elsewhere"
    );
    let scenarios = line["scenarios"].as_array().unwrap();
    let caught: u64 = scenarios.iter().map(|one| one["catches"].as_u64().unwrap()).sum();
    assert!(caught >= 1, "{line}");
    let runs = line["scenario_runs"].as_u64().unwrap();
    assert_eq!(
        runs,
        3 * scenarios.len() as u64,
        "every scenario on every defect, and once on the sound product"
    );
}

#[test]
fn the_same_seed_proves_the_same_with_as_many_workers_as_there_are() {
    let suite = suite_of(&["this-phone/personal-pin.feature"]);
    let defects = |jobs| {
        let out = format!("proof-{jobs}");
        let args =
            ["prove", "--format", "json", "--out", &out, "--jobs", jobs, "--defect", "28", "--defect", "29"];
        let said: Said = command(&args).current_dir(suite.path()).output().unwrap().into();
        said.json()["defects"].clone()
    };
    assert_eq!(defects("1"), defects("3"));
}

#[test]
fn wrong_usage_is_told_and_nothing_is_made() {
    let suite = suite_of(&["this-phone/activation.feature"]);
    for (args, words) in [
        (["--defect", "nonsense"], "no defect \"nonsense\""),
        (["--seeds", "0"], "--seeds"),
        (["--jitter", "-1"], "--jitter"),
        (["--jitter", "much"], "a number from 0 to 10"),
    ] {
        refused(&prove(suite.path(), &args), words);
        assert!(!suite.path().join("proof").exists(), "{args:?}");
    }
    fs::create_dir(suite.path().join("proof")).unwrap();
    fs::write(suite.path().join("proof/mine.txt"), "mine").unwrap();
    refused(&prove(suite.path(), &[]), "not empty");
}

#[test]
#[cfg(all(feature = "bluetooth", feature = "camera", feature = "microphone"))]
fn a_bench_of_real_devices_proves_nothing() {
    let said = crate::common::rig(&["prove", "--bench", "fixtures/benches/lab.toml"]);
    let told =
        "rig: fixtures/benches/lab.toml: --bench takes a simulated bench; this one is made of real devices\n";
    assert_eq!((said.code, said.stderr.as_str()), (2, told));
}
