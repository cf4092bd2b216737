//! Changes by a new suite for kept runs, and the suite as others take it.

use std::{fs, os::unix::fs::symlink, process::Command};

use reports::release::{Envelope, PublicKey, SigningSecret};
use serde_json::Value;

use super::{Desk, run};
use crate::common::{Said, command, rig, root};

fn about<'v>(impact: &'v Value, about: &str) -> Option<&'v str> {
    let suite = impact["suite"].as_array().unwrap();
    suite.iter().find(|one| one["about"] == about).map(|one| one["what"].as_str().unwrap())
}

#[test]
fn a_new_suite_tells_what_to_test_again() {
    let (desk, run) = (Desk::new(), run());
    let same = rig(&["impact", "--format", "json", run.path()]).json();
    assert_eq!(same["verdicts"], Value::Array(Vec::new()), "this rig judges as this rig did");
    assert_eq!(about(&same, "the register"), None);
    assert!(about(&same, "clause S5.C.8b").is_none() && same["runs"][0]["readings_otherwise"] == 0);

    let suite = tempfile::tempdir().unwrap();
    symlink(root().join("fixtures"), suite.path().join("fixtures")).unwrap();
    let copied =
        Command::new("cp").arg("-r").arg(root().join("features")).arg(suite.path()).status().unwrap();
    assert!(copied.success());
    let register = suite.path().join("features/clauses.toml");
    let text = fs::read_to_string(&register).unwrap();
    let quote =
        text.lines().skip_while(|line| *line != "id = \"S5.C.8b\"").find(|line| line.starts_with("quote"));
    let quote = quote.unwrap();
    fs::write(&register, text.replacen(quote, "quote = \"The code has some digits.\"", 1)).unwrap();
    let (key, out) = (desk.text("body.pem"), desk.text("impact.dsse.json"));
    let mut new = command(&["impact", "--format", "json", "--key", &key, "--out", &out, run.path()]);
    let said: Said = new.current_dir(suite.path()).output().unwrap().into();
    assert_eq!(said.code, 1, "{}", said.stderr);
    let told = said.json();
    assert_eq!(about(&told, "clause S5.C.8b"), Some("other words"), "{told}");
    assert!(about(&told, "the register").unwrap().starts_with("another file"));
    assert!(told["test_again"].as_array().unwrap().contains(&"S5.C.8b".into()));

    // The record is signed by the key that was given, and says the same.
    let envelope = Envelope::read("impact", &fs::read(out).unwrap()).unwrap();
    let public = SigningSecret::of_seed([3; 32]).public();
    let payload = envelope.verified("impact", |_| Ok::<PublicKey, String>(public.clone())).unwrap();
    let statement: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(statement["predicate"], told);
    assert_eq!(statement["subject"][0]["digest"]["sha256"], told["runs"][0]["head"]);
}

#[test]
fn the_suite_is_exported_as_test_cases() {
    let told = rig(&["cases", "--format", "json"]).json();
    let cases = told["cases"].as_array().unwrap();
    assert!(cases.len() > 100, "{}", cases.len());
    for case in cases {
        for part in ["purpose", "expected", "instruments"] {
            assert!(!case[part].as_array().unwrap().is_empty(), "{part} of {}", case["id"]);
        }
    }
    let display = cases
        .iter()
        .find(|case| case["id"].as_str().unwrap().ends_with("One press yields one code, in time"));
    let display = display.unwrap();
    assert!(display["ics"].as_array().unwrap().contains(&"code_display".into()), "{display}");
    assert!(display["purpose"].to_string().contains("S5.C."), "{display}");
    let ics = told["ics"].as_array().unwrap();
    let lacking = ics.iter().filter(|item| item["supported"] == false);
    assert!(
        lacking.clone().all(|item| item["reason"].as_str().is_some_and(|why| !why.is_empty())),
        "{ics:?}"
    );
    assert!(ics.iter().any(|item| item["item"] == "app" && item["supported"] == true));
}
