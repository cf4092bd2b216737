//! `rig explore`: a sound product gives no lead, a defect gives one that `rig run` repeats.

use std::{fs, path::Path};

use serde_json::Value;

use crate::common::{Said, command, rig, suite_without_runs};

/// Walks of a quick subject; more by hand: `RIG_WALKS=2000 cargo test explore::`.
fn walks(few: u32) -> String {
    std::env::var("RIG_WALKS").unwrap_or_else(|_| few.to_string())
}

fn explore(suite: &Path, args: &[&str]) -> Said {
    let all = [&["explore", "--format", "json", "--out", "leads", "--budget", "86400"], args].concat();
    command(&all).current_dir(suite).output().unwrap().into()
}

#[test]
fn a_sound_product_gives_no_lead() {
    let suite = suite_without_runs();
    let said = explore(suite.path(), &["--walks", &walks(48), "--seed", "5"]);
    let line = said.json();
    assert_eq!(
        (said.code, &line["leads"], &line["undecided"]),
        (0, &Value::Array(vec![]), &Value::Array(vec![]))
    );
    assert_eq!(line["outcomes"]["pass"], line["walks"]);
    assert!(line["actions"]["taken"].as_u64() > Some(60), "{line}");
    assert_eq!(fs::read_dir(suite.path().join("leads")).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn a_defect_of_histories_gives_a_short_lead_that_a_run_repeats() {
    let suite = suite_without_runs();
    let defect = ["--defect", "27-resend-clears-failures"];
    let said = explore(suite.path(), &[&["--walks", "64", "--focus", "S5.A.2"], &defect[..]].concat());
    assert_eq!(said.code, 1, "{}", said.stderr);
    let line = said.json();
    let [lead] = line["leads"].as_array().unwrap().as_slice() else { panic!("{line}") };
    assert_eq!((&lead["clause"], &lead["repeats"]), (&"CIR2015-1502-2.3.1".into(), &true.into()));
    let actions = lead["actions"].as_array().unwrap();
    assert!(actions.len() <= 4 && actions.contains(&"resend".into()), "{actions:?}");

    let file = lead["file"].as_str().unwrap();
    let again = |with: &[&str]| -> Said {
        let args = [&["run", "--out", "again", file], with].concat();
        let said = command(&args).current_dir(suite.path()).output().unwrap().into();
        fs::remove_dir_all(suite.path().join("again")).unwrap();
        said
    };
    assert_eq!(again(&defect).code, 1);
    assert_eq!(again(&[]).code, 0, "the sound product passes the same feature");
}

#[test]
fn what_cannot_be_explored_is_refused() {
    let refused = |args: &[&str], words: &str| {
        let said = rig(&[&["explore"], args].concat());
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{}", said.stderr);
        assert!(said.stderr.contains(words), "{}", said.stderr);
    };
    refused(&["--focus", "S5.C.8x"], "has no such clause");
    refused(&["--focus", "RFC6238-4.2"], "no walk judges RFC6238-4.2");
    refused(&["--bench", "fixtures/benches/lab.toml"], "takes a simulated bench");
    refused(&["--defect", "no-such"], "rig defects");
}
