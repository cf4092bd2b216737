//! Secrets that must not leave a run: PINs, passwords, keys and the messages that temporary PINs come in.
//! Searched in every file of the run's folder and in all output of the run.

use std::{
    fs,
    path::{Path, PathBuf},
};

use regex::bytes::Regex;

use crate::common::Run;

/// Secrets of the bench file and the keys' file, and the words around a temporary PIN.
const SECRETS: [(&str, &str); 5] = [
    ("the test PIN", r"\b482915\b"),
    ("the test password", "zB7-kRw2-mXt9"),
    ("the bench key", r"(?i)8d1f60c2a97be354|\b141, ?31, ?96, ?194\b"),
    ("a temporary PIN's message", "temporary PIN code for MitID is"),
    ("eight digits alone, as a temporary PIN has", r#"["“>]\d{8}["”<]"#),
];

/// Every file below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn assert_keeps_secrets(args: &[&str]) {
    let run = Run::new(&[args, &["features/this-phone", "features/another-phone"]].concat());
    let mut told: Vec<(String, Vec<u8>)> = files(&run.folder)
        .into_iter()
        // The run's sealed file, which the owner alone may read, is where secrets are.
        .filter(|file| file.file_name().is_some_and(|name| name != reports::SEALED_FILE))
        .map(|file| (file.display().to_string(), fs::read(file).unwrap()))
        .collect();
    for file in ["journal.jsonl", "summary.json", "junit.xml", "report.html"] {
        assert!(told.iter().any(|(name, _)| name.ends_with(file)), "no {file}: {}", run.said.stderr);
    }
    told.push(("standard output".into(), run.said.stdout.into()));
    told.push(("standard error".into(), run.said.stderr.into()));
    for (what, pattern) in SECRETS {
        let secret = Regex::new(pattern).unwrap();
        for (name, bytes) in &told {
            // Pictures are exempt: a text in one was on the screen.
            let found = secret.find(bytes).filter(|_| !name.ends_with(".png"));
            assert!(found.is_none(), "{args:?}: {what} is in {name}: {:?}", found.map(|found| found.range()));
        }
    }
}

#[test]
fn a_sound_run_keeps_its_secrets() {
    assert_keeps_secrets(&[]);
}

#[test]
fn a_failure_is_told_without_secrets() {
    let broken = ["28-temporary-pin-kept", "29-wrong-repeat", "23-temporary-pin-unchecked"];
    assert_keeps_secrets(&broken.map(|defect| ["--defect", defect]).concat());
}

#[test]
fn a_broken_bench_is_told_without_secrets() {
    assert_keeps_secrets(&["--fault", "phone-lost@S5.A.2", "--fault", "modem-silent@S5.B.13"]);
}

#[test]
fn messages_of_others_are_counted_and_nothing_of_them_is_kept() {
    // The first message that reaches the number of the simulated bench is an advertisement.
    let advertisement = "Half price today only";
    let run = Run::new(&["--name", "^A new one takes"]);
    assert_eq!(run.said.code, 0, "{}", run.said.stderr);
    for pattern in [advertisement.to_owned(), hex::encode(advertisement)] {
        let pattern = Regex::new(&pattern).unwrap();
        for file in files(&run.folder) {
            assert!(!pattern.is_match(&fs::read(&file).unwrap()), "it is in {}", file.display());
        }
    }
    let journal = run.journal();
    let counts: Vec<u64> = (journal.entries().iter())
        .filter_map(|entry| match &entry.event {
            reports::Event::Observed(seen) if seen.quantity == "other_messages" => {
                seen.value["count"].as_u64()
            }
            _ => None,
        })
        .collect();
    assert_eq!(counts, [1]);
}
