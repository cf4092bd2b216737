//! `rig clauses`, and the holes that it finds.

use std::{fs, os::unix::fs::symlink};

use serde_json::Value;

use crate::common::{Run, Said, command, root, suite_without_runs};

fn in_folder(folder: &std::path::Path, args: &[&str]) -> Said {
    command(args).current_dir(folder).output().unwrap().into()
}

fn holes(said: &Said) -> Vec<String> {
    let listed = said.json();
    let holes = listed["holes"].as_array().unwrap().iter();
    holes.map(|hole| hole.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_judging_scenario_has_its_place_and_its_instruments() {
    let suite = suite_without_runs();
    let listed = in_folder(suite.path(), &["clauses", "--format", "json", "S5.A.2"]).json();
    let [clause] = listed["clauses"].as_array().unwrap().as_slice() else { panic!("{listed}") };
    assert!(clause["quote"].as_str().unwrap().contains("temporary PIN code you receive"));
    let judged_in = clause["judged_in"].as_array().unwrap();
    assert_eq!(judged_in.len(), clause["scenarios"].as_array().unwrap().len());
    for scenario in judged_in {
        let text = fs::read_to_string(root().join(scenario["file"].as_str().unwrap())).unwrap();
        let line = text.lines().nth(scenario["line"].as_u64().unwrap() as usize - 1).unwrap();
        let name = scenario["name"].as_str().unwrap().split(": ").nth(1).unwrap();
        assert!(line.ends_with(name), "{line:?} is not {name:?}");
    }
    let used: Vec<&str> = clause["used"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(used, ["phone", "sms"]);
}

#[test]
fn the_newest_run_is_the_last_outcome() {
    let suite = suite_without_runs();
    let out = suite.path().join("runs/0001");
    let args = ["run", "--name", "^Three ways", "--out", out.to_str().unwrap()];
    assert_eq!(in_folder(suite.path(), &args).code, 0);
    let listed = in_folder(suite.path(), &["clauses", "S5.0.1", "S5.A.2", "--format", "json"]).json();
    assert_eq!(
        (&listed["clauses"][0]["outcome"], &listed["clauses"][1]["outcome"]),
        (&"pass".into(), &Value::Null)
    );
}

#[test]
fn a_clause_that_nobody_judges_and_a_scenario_that_did_not_run_are_holes() {
    let suite = suite_without_runs();
    fs::remove_file(suite.path().join("features")).unwrap();
    fs::create_dir(suite.path().join("features")).unwrap();
    for part in ["clauses.toml", "code-device"] {
        symlink(root().join("features").join(part), suite.path().join("features").join(part)).unwrap();
    }
    let run = Run::new(&["--name", "^Three ways"]);
    let args = ["clauses", "--check", "--run", run.path()];
    let said = in_folder(suite.path(), &[args.as_slice(), &["--format", "json"]].concat());
    assert_eq!(said.code, 3, "{}", said.stderr);
    let holes = holes(&said);
    assert!(holes.contains(&"S5.A.1 (must): no scenario judges it".to_owned()), "{holes:?}");
    let unrun = "features/code-device/block.feature:";
    assert!(holes.iter().any(|hole| hole.starts_with(unrun) && hole.contains("did not run in")), "{holes:?}");
    let activation = "features/code-device/activation.feature:10:";
    assert!(!holes.iter().any(|hole| hole.starts_with(activation)), "it ran: {holes:?}");

    let people = in_folder(suite.path(), &args);
    assert!(people.stdout.ends_with(&format!("{} holes\n", holes.len())), "{}", people.stdout);
    let without_check = in_folder(suite.path(), &["clauses"]);
    assert_eq!(without_check.code, 0, "a list is no check: {}", without_check.stderr);
}

#[test]
fn a_clause_that_is_not_in_the_register_is_refused() {
    let said = in_folder(&root(), &["clauses", "S9.X"]);
    assert_eq!((said.code, said.stderr.as_str()), (2, "rig: no clause \"S9.X\"; `rig clauses` lists all\n"));
}
