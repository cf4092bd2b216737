//! The shapes of the JSON that programs read: stable from here on, key by key.

use serde_json::{Map, Value};

use crate::common::{Run, Said, command, rig, suite_without_runs};

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

/// Asserts that `value` is an object with exactly these keys, in any order.
fn assert_keys(value: &Value, keys: &[&str]) {
    let mut found: Vec<&str> = object(value).keys().map(String::as_str).collect();
    let mut keys = keys.to_vec();
    found.sort_unstable();
    keys.sort_unstable();
    assert_eq!(found, keys);
}

fn assert_texts(value: &Value) {
    assert!(list(value).iter().all(Value::is_string), "{value}");
}

const LEVELS: [&str; 4] = ["must", "should", "profile", "info"];
const OUTCOMES: [&str; 7] =
    ["pass", "not_run", "inconclusive", "error", "fail", "reported", "not_applicable"];

fn assert_one_of(value: &Value, words: &[&str]) {
    assert!(value.as_str().is_some_and(|word| words.contains(&word)), "{value} is none of {words:?}");
}

#[test]
fn the_last_line_of_a_run() {
    let run = Run::new(&["--name", "^(Three ways|One press)", "--defect", "37-five-digits"]);
    let last = run.last();
    let keys = [
        "outcome",
        "counts",
        "complete",
        "clauses",
        "not_applicable",
        "not_equipped",
        "run",
        "virtual_s",
        "wall_s",
        "digest",
        "deviations",
        "head",
        "incomplete",
        "record",
    ];
    assert_keys(&last, &keys);
    assert_eq!((&last["outcome"], &last["complete"]), (&"fail".into(), &true.into()));
    assert_keys(&last["counts"], &OUTCOMES);
    assert!(object(&last["counts"]).values().all(Value::is_u64));
    for clause in list(&last["clauses"]) {
        assert_keys(clause, &["id", "level", "basis", "outcome", "reason", "scenarios"]);
        assert!(clause["reason"].is_string());
        assert_one_of(&clause["level"], &LEVELS);
        assert_texts(&clause["scenarios"]);
        match list(&clause["scenarios"]) {
            [] => assert!(clause["outcome"].is_null()),
            _ => assert_one_of(&clause["outcome"], &OUTCOMES),
        }
    }
    assert_eq!(last["run"], run.path());
    assert!(last["virtual_s"].as_f64().unwrap() > 0.0 && last["wall_s"].is_f64());
    let digest = last["digest"].as_str().unwrap();
    assert!(digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{digest}");
}

#[test]
fn clauses() {
    let suite = suite_without_runs();
    let output = command(&["clauses", "--format", "json"]).current_dir(suite.path()).output().unwrap();
    let listed = Said::from(output).json();
    assert_keys(&listed, &["clauses", "holes"]);
    assert_texts(&listed["holes"]);
    for clause in list(&listed["clauses"]) {
        assert_keys(
            clause,
            &[
                "id",
                "level",
                "quote",
                "source",
                "note",
                "scenarios",
                "judged_in",
                "instruments",
                "used",
                "outcome",
                "not_applicable",
            ],
        );
        assert_texts(&clause["used"]);
        for scenario in list(&clause["judged_in"]) {
            assert_scenario(scenario);
        }
        assert!(clause["id"].is_string() && clause["outcome"].is_null());
        assert_one_of(&clause["level"], &LEVELS);
        assert_texts(&clause["scenarios"]);
        assert_texts(&clause["instruments"]);
    }
}

fn assert_scenario(scenario: &Value) {
    assert_keys(scenario, &["name", "file", "line", "instruments", "uses"]);
    assert_texts(&scenario["instruments"]);
    assert_texts(&scenario["uses"]);
}

#[test]
fn the_plan_of_a_run() {
    let plan = rig(&["run", "--list", "--name", "^Three ways", "--format", "json"]).json();
    assert_keys(&plan, &["scenarios", "not_applicable", "not_equipped"]);
    let [scenario] = list(&plan["scenarios"]) else { panic!("{plan}") };
    assert_keys(scenario, &["name", "file", "line", "instruments", "uses", "seconds"]);
    assert!(scenario["seconds"].is_u64());
    for left_out in ["not_applicable", "not_equipped"] {
        assert_eq!(list(&plan[left_out]).len(), 0);
    }
}

#[test]
fn defects() {
    let listed = rig(&["defects", "--format", "json"]).json();
    assert_keys(&listed, &["defects"]);
    for defect in list(&listed["defects"]) {
        assert_keys(defect, &["number", "name", "clauses", "component", "text"]);
        assert!(defect["number"].is_u64() && defect["text"].is_string());
        let number = format!("{}-", defect["number"]);
        assert!(defect["name"].as_str().unwrap().starts_with(&number), "{defect}");
        assert_texts(&defect["clauses"]);
        assert_one_of(&defect["component"], &["app", "service", "firmware", "hardware", "radio"]);
    }
}

#[test]
fn faults() {
    let listed = rig(&["faults", "--format", "json"]).json();
    assert_keys(&listed, &["faults"]);
    for fault in list(&listed["faults"]) {
        assert_keys(fault, &["name", "instrument", "text"]);
    }
}

#[test]
fn look() {
    let frames = ["frames/0", "frames/1", "phones/code", "phones/checkmark"]
        .map(|frame| format!("fixtures/recordings/{frame}.png"));
    let lines =
        rig(&["look", "--format", "json", &frames[0], &frames[1], &frames[2], &frames[3]]).json_lines();
    assert_eq!(lines.len(), frames.len(), "one line an image");
    for (line, file) in lines.iter().zip(frames) {
        assert_keys(line, &["file", "ms", "readers_ms", "found", "refused"]);
        assert_keys(&line["readers_ms"], &["digits", "qr", "checkmark"]);
        assert_eq!(line["file"], file);
        assert!(line["ms"].as_f64().unwrap() >= 0.0);
        assert!(line["refused"].is_string() || line["refused"].is_null());
        for found in list(&line["found"]) {
            assert_keys(found, &["kind", "text", "confidence", "corners"]);
            assert_one_of(&found["kind"], &["qr", "digits", "checkmark"]);
            assert!((0.0..=1.0).contains(&found["confidence"].as_f64().unwrap()));
            let corners = list(&found["corners"]);
            assert_eq!(corners.len(), 4);
            assert!(corners.iter().all(|corner| list(corner).iter().filter(|x| x.is_f64()).count() == 2));
        }
    }
    assert!(lines[0]["found"] == serde_json::json!([]) && lines[0]["refused"].is_string());
    assert!(lines[1]["found"][0]["text"] == "081804" && lines[1]["refused"].is_null());
    assert_eq!(lines[2]["found"][0]["text"], "https://example.test/a?t=recorded");
    assert_eq!(lines[3]["found"][0]["kind"], "checkmark");
}

#[test]
fn judge_and_report() {
    let run = Run::new(&["--name", "^Three ways"]);
    let judged = rig(&["judge", run.path(), "--format", "json"]).json();
    let keys = [
        "verdicts",
        "verdicts_outcome",
        "changed",
        "outcome",
        "incomplete",
        "readers",
        "readings",
        "differ",
        "broken",
        "not_rereadable",
    ];
    assert_keys(&judged, &keys);
    assert_eq!(rig(&["report", run.path(), "--format", "json"]).json(), run.last());
}
