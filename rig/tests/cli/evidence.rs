//! Evidence under a verdict: a run is judged again from raw evidence, and a changed record is detected.

use std::{collections::BTreeSet, fs};

use reports::{Amendment, DeletedFile, Event, amend};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    common::{Run, Said, command, rig},
    forge::forged,
};

fn judge(run: &Run) -> Said {
    rig(&["judge", run.path(), "--format", "json"])
}

/// Writes the journal of these lines with every hash recomputed, as a forger with write access would.
fn chain_again(run: &Run, lines: impl IntoIterator<Item = Value>) {
    let blank = "0".repeat(64);
    let text: String = lines
        .into_iter()
        .map(|line| format!("{{\"chain\":\"{blank}\",{}\n", &line.to_string()[1..]))
        .collect();
    forged(&text).put_in(&run.folder);
}

/// The lines of the journal, without their hashes.
fn lines(run: &Run) -> Vec<Value> {
    let plain = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        line.as_object_mut().unwrap().remove("chain");
        line
    };
    run.file("journal.jsonl").lines().map(plain).collect()
}

fn files(run: &Run) -> Vec<String> {
    let entries = fs::read_dir(run.folder.join("evidence")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_verdict_of_the_suite_rests_on_evidence_that_reads_the_same_again() {
    let run = Run::new(&[]);
    let journal = run.journal();
    let mut verdicts = 0;
    for (scenario, verdict, observations) in journal.verdicts() {
        verdicts += 1;
        let bare = observations.iter().find(|seen| seen.evidence.is_none());
        assert!(
            bare.is_none() && !observations.is_empty(),
            "{}: {} rests on {bare:?}",
            scenario.name,
            verdict.clause
        );
    }
    assert!(verdicts >= 401, "{verdicts}");
    let due: Vec<_> = (0..journal.head().scenarios.len()).map(|place| journal.due(place)).collect();
    let is_due = |scenario: Option<u32>, number| due[scenario.unwrap() as usize].contains(&number);
    let seen = journal.entries().iter().filter_map(|entry| match &entry.event {
        Event::Observed(seen) if seen.evidence.is_some() && is_due(entry.scenario, seen.id) => Some(seen),
        _ => None,
    });
    let kind = |quantity: &str| match quantity {
        "display" | "code_view" | "checkmark" | "back_label" | "qr_surroundings" => "image/png",
        "heard" => "audio/wav",
        _ => "application/json",
    };
    let mut number = 0;
    for seen in seen {
        number += 1;
        assert_eq!(seen.evidence.as_ref().unwrap().media_type, kind(&seen.quantity), "{}", seen.quantity);
    }
    assert_only_what_is_judged_is_kept(&run);
    // Nothing but the run's folder is at hand.
    let elsewhere = tempfile::tempdir().unwrap();
    let again: Said = command(&["judge", run.path(), "--format", "json", "--head", journal.chain_head()])
        .current_dir(elsewhere.path())
        .output()
        .unwrap()
        .into();
    let judged = again.json();
    assert_eq!((again.code, &judged["verdicts"]), (0, &verdicts.into()), "{}", again.stderr);
    assert_eq!((&judged["readings"], &judged["changed"]), (&number.into(), &json!([])));
    assert_eq!((&judged["differ"], &judged["broken"]), (&json!([]), &json!([])));
}

/// That no picture or sound is there but those that are judged, and what sounds are read with.
fn assert_only_what_is_judged_is_kept(run: &Run) {
    let journal = run.journal();
    let mut due = BTreeSet::new();
    let mut others = 0;
    for (place, (_, entries)) in journal.scenarios().enumerate() {
        let numbers = journal.due(place);
        for entry in entries {
            let Event::Observed(seen) = &entry.event else { continue };
            let Some(evidence) = seen.evidence.as_ref().filter(|evidence| evidence.offset.is_none()) else {
                continue;
            };
            match numbers.contains(&seen.id) {
                true => due.extend([evidence.file.clone()]),
                false => others += 1,
            }
        }
    }
    let pictures = files(run).into_iter().filter(|name| name.ends_with(".png"));
    for name in pictures {
        assert!(due.contains(&format!("evidence/{name}")), "{name} is kept, and no verdict rests on it");
    }
    assert!(others > 100, "{others}");
}

#[test]
fn evidence_that_is_missing_is_named_file_by_file() {
    let run = Run::new(&["--name", "^One press"]);
    let names = files(&run);
    fs::remove_dir_all(run.folder.join("evidence")).unwrap();
    let said = judge(&run);
    let judged = said.json();
    let broken: Vec<&str> = judged["broken"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!((said.code, broken.len()), (4, names.len()), "{broken:?}");
    assert!(names.iter().all(|name| broken.iter().any(|broken| broken.contains(name))), "{broken:?}");

    let report = rig(&["report", run.path(), "--format", "json"]);
    assert_eq!((report.code, &report.json()["outcome"]), (4, &"error".into()), "{}", report.stderr);
    assert!(names.iter().all(|name| report.stderr.contains(name)), "{}", report.stderr);
    assert!(run.file("junit.xml").contains("the record is not as it was written"), "nothing is green");

    let trusting = rig(&["judge", run.path(), "--trust-readings"]);
    assert_eq!(trusting.code, 0, "{}", trusting.stderr);
    assert!(trusting.stdout.contains("the recorded readings were trusted"), "{}", trusting.stdout);
}

#[test]
fn a_changed_byte_of_any_file_is_named() {
    let run = Run::new(&["--name", "^One press"]);
    for name in files(&run) {
        let file = run.folder.join("evidence").join(&name);
        let sound = fs::read(&file).unwrap();
        let mut changed = sound.clone();
        changed[sound.len() / 2] ^= 1;
        fs::write(&file, changed).unwrap();
        let said = rig(&["judge", run.path()]);
        assert!(said.code == 4 && said.stdout.contains(&name), "{name}: {}", said.stdout);
        assert!(said.stdout.starts_with("error: the record is not as it was written"), "{}", said.stdout);
        fs::write(&file, sound).unwrap();
    }
    assert_eq!(rig(&["judge", run.path()]).code, 0);
}

#[test]
fn a_sixth_digit_written_into_the_record_is_caught() {
    let run = Run::new(&["--name", "^One press", "--defect", "37-five-digits"]);
    assert_eq!((run.said.code, judge(&run).code), (1, 1));
    let forged = lines(&run).into_iter().map(|mut line| {
        if let Some(glyphs) = line["value"]["glyphs"].as_array_mut() {
            glyphs.iter_mut().filter(|glyph| *glyph == " ").for_each(|glyph| *glyph = "7".into());
        }
        if line["outcome"] == "fail" {
            line["outcome"] = "pass".into();
        }
        line
    });
    chain_again(&run, forged.collect::<Vec<_>>());
    let said = judge(&run);
    let judged = said.json();
    let outcomes = [&judged["outcome"], &judged["verdicts_outcome"]];
    assert_eq!((said.code, outcomes), (4, [&"error".into(), &"fail".into()]), "{}", said.stderr);
    let differ = judged["differ"].as_array().unwrap();
    assert!(!differ.is_empty() && differ.iter().all(|one| one["altered"] == true), "{differ:?}");
    let changed = judged["changed"].as_array().unwrap();
    let caught = |one: &&Value| one["clause"] == "S5.C.8b" && one["was"] == "pass" && one["is"] == "fail";
    assert!(changed.iter().any(|one| caught(&one)), "{changed:?}");
}

#[test]
fn no_part_of_a_reading_can_be_rewritten_beside_its_evidence() {
    // One after another: the first scenario's readings, which are judged, come first.
    let run = Run::new(&["--name", "^One press", "--jobs", "1"]);
    let sound = lines(&run);
    let head = run.journal().chain_head().to_owned();
    for (part, other) in [
        ("at_ns", json!(7)),
        ("uncertainty_ns", json!(7)),
        ("instrument", json!("another")),
        ("quantity", json!("another")),
        ("value", json!({"contact": false})),
    ] {
        for quantity in ["display", "contact", "screen"] {
            let mut forged = sound.clone();
            let Some(line) = forged.iter_mut().find(|line| line["quantity"] == quantity) else { continue };
            line[part] = other.clone();
            chain_again(&run, forged);
            let said = judge(&run);
            assert_eq!(said.code, 4, "{part} of {quantity}: {}", said.stdout);
            assert_eq!(said.json()["differ"].as_array().unwrap().len(), 1, "{part} of {quantity}");
        }
    }
    chain_again(&run, sound);
    let judged = |head: &str| rig(&["judge", run.path(), "--head", head]);
    let now = run.journal().chain_head().to_owned();
    assert_eq!((judged(&now).code, judged(&head).code == 0), (0, now == head));
    let other = judged(&"0".repeat(64));
    assert!(other.code == 4 && other.stdout.contains("its head is"), "{}", other.stdout);
}

#[test]
fn readings_of_other_readers_are_told() {
    let run = Run::new(&["--name", "^One press"]);
    let now = run.journal().head().readers.clone();
    assert_eq!(judge(&run).json()["readers"], json!({"recorded": now, "now": now}));
    assert!(!rig(&["judge", run.path()]).stdout.contains("readers"));
    let mut others = lines(&run);
    others[0]["readers"] = "0.0.9".into();
    chain_again(&run, others);
    let said = rig(&["judge", run.path()]);
    let words = format!("made by readers of 0.0.9, and again by readers of {now}");
    assert!(said.stdout.contains(&words), "{}", said.stdout);
}

#[test]
fn evidence_whose_time_was_over_leaves_verdicts_that_cannot_be_judged_again() {
    let run = Run::new(&["--name", "^One press"]);
    let deleted = files(&run).into_iter().map(|name| {
        let path = run.folder.join("evidence").join(&name);
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let (sha256, size) = (hex::encode(Sha256::digest(&bytes)), bytes.len() as u64);
        DeletedFile { file: format!("evidence/{name}"), sha256, size }
    });
    let deletion = Amendment::Deleted { files: deleted.collect() };
    amend(&run.journal(), deletion, "its time was over", "the lab", "2026-01-01T00:00:00Z".into()).unwrap();
    let said = judge(&run);
    let judged = said.json();
    assert_eq!((said.code, &judged["broken"]), (3, &json!([])), "{}", said.stdout);
    assert_eq!((&judged["verdicts"], judged["not_rereadable"].as_u64() > Some(0)), (&json!(0), true));
}
