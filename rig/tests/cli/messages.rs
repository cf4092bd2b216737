//! A run as Cucumber Messages: every line has its place, nothing but a pass is green, and no code is told.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::Value;

use crate::common::{Run, rig};

const ONE: &str = "^The code on the display: One press yields one code";

/// The messages of a run with `args`, by kind, in order.
fn messages(args: &[&str]) -> (Run, Vec<(String, Value)>) {
    let run = Run::new(&[&["--seed", "1"][..], args].concat());
    let file = run.folder.join("messages.ndjson");
    let said = rig(&["report", run.path(), "--messages", file.to_str().unwrap()]);
    assert_eq!(said.code, run.said.code, "{}", said.stderr);
    let text = fs::read_to_string(file).unwrap();
    let line = |line: &str| {
        let value: BTreeMap<String, Value> = serde_json::from_str(line).unwrap();
        let mut parts = value.into_iter();
        let only = parts.next().unwrap();
        assert_eq!(parts.next(), None, "one message a line");
        only
    };
    (run, text.lines().map(line).collect())
}

fn of<'m>(messages: &'m [(String, Value)], kind: &str) -> Vec<&'m Value> {
    messages.iter().filter(|(of, _)| of == kind).map(|(_, message)| message).collect()
}

fn statuses(messages: &[(String, Value)]) -> Vec<&str> {
    let results = of(messages, "testStepFinished").into_iter();
    results.map(|step| step["testStepResult"]["status"].as_str().unwrap()).collect()
}

#[test]
fn every_message_refers_to_one_before_it_and_frames_are_inline() {
    let (_, all) = messages(&["features/code-device/code.feature", "--name", "^The code on the display"]);
    let mut known = BTreeSet::new();
    for (kind, message) in &all {
        let refers = ["testCaseId", "testCaseStartedId", "testStepId", "pickleId", "testRunStartedId"];
        for name in refers.iter().filter_map(|key| message[*key].as_str()) {
            assert!(known.contains(name), "{kind}: {name}");
        }
        let inner = ["steps", "testSteps"].iter().filter_map(|key| message[*key].as_array()).flatten();
        known.extend(inner.chain([message]).filter_map(|one| one["id"].as_str().map(str::to_owned)));
    }
    assert_eq!(all.first().unwrap().0, "meta");
    let (last, end) = all.last().unwrap();
    assert_eq!((last.as_str(), end["success"].as_bool()), ("testRunFinished", Some(true)));
    assert!(statuses(&all).iter().all(|status| *status == "PASSED"));
    let frames = of(&all, "attachment");
    assert!(!frames.is_empty());
    assert!(frames.iter().all(
        |frame| frame["mediaType"] == "image/jpeg" && frame["body"].as_str().unwrap().starts_with("/9j/")
    ));
    let (documents, sources) = (of(&all, "gherkinDocument"), of(&all, "source"));
    assert_eq!((documents.len(), sources.len()), (1, 1));
    let first = &documents[0]["feature"]["children"][0]["scenario"];
    let line = first["location"]["line"].as_u64().unwrap() as usize;
    let source = sources[0]["data"].as_str().unwrap().lines().nth(line - 1).unwrap();
    assert_eq!(source.trim(), format!("Scenario: {}", first["name"].as_str().unwrap()));
}

#[test]
fn an_error_is_not_green_and_an_attempt_that_gave_way_is_told() {
    let fault = ["--name", ONE, "--fault", "camera-covered@S5.C.8b#1"];
    let (run, all) = messages(&fault);
    assert_eq!(run.said.code, 4);
    assert!(statuses(&all).contains(&"PENDING") && !statuses(&all).contains(&"FAILED"));
    assert_eq!(all.last().unwrap().1["success"], false);
    let (run, all) = messages(&[&fault[..], &["--retries-on-error", "1"]].concat());
    assert_eq!(run.said.code, 0);
    let retried: Vec<_> =
        of(&all, "testCaseFinished").iter().map(|end| end["willBeRetried"] == true).collect();
    assert_eq!(retried, [true, false]);
    assert_eq!(of(&all, "testCaseStarted")[1]["attempt"], 1);
    assert!(statuses(&all).contains(&"PENDING"));
}

#[test]
fn a_fail_is_failed_with_its_reason_and_codes_are_masked() {
    let (run, all) = messages(&["--name", ONE, "--defect", "37-five-digits"]);
    assert_eq!(run.said.code, 1);
    let failed = of(&all, "testStepFinished").into_iter().map(|step| &step["testStepResult"]);
    let failed: Vec<&Value> = failed.filter(|result| result["status"] == "FAILED").collect();
    assert!(!failed.is_empty());
    for result in failed {
        let told = result["message"].as_str().unwrap();
        assert!(told.starts_with("fail: ") && told.contains('•'), "{told}");
    }
    // The morning page has the frames that decided, too.
    let runs = run.folder.parent().unwrap();
    let page = runs.join("morning.html");
    let files = ["--runs", runs.to_str().unwrap(), "--html", page.to_str().unwrap()];
    assert_eq!(rig(&[&["history"][..], &files].concat()).code, 0);
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("Whose fault: the product.") && page.contains("src=\"data:image/jpeg;base64,"));
}
