//! JUnit XML as CI servers take it: by the rules of two schemas, for runs in every state and with any
//! content.

use std::{collections::BTreeMap, fs};

use regex::Regex;

use crate::{common::Run, forge::forged};

/// An element: its name, the attributes that it must have, those that it may have, and what may stand in it.
type Rule = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// The attributes that an element must have, those that it may have, and the elements that may stand in it, in this order
/// where that matters: what Jenkins' schema (junit-10.xsd) and Ant's (JUnit.xsd) both allow.
const RULES: [Rule; 9] = [
    ("testsuites", &[], &[], &["testsuite"]),
    (
        "testsuite",
        &["name", "timestamp", "hostname", "tests", "failures", "errors", "time", "package", "id"],
        &["skipped"],
        &["properties", "testcase", "system-out", "system-err"],
    ),
    ("properties", &[], &[], &["property"]),
    ("property", &["name", "value"], &[], &[]),
    ("testcase", &["name", "classname", "time"], &[], &["skipped", "error", "failure"]),
    ("skipped", &[], &["type", "message"], &[]),
    ("error", &["type"], &["message"], &[]),
    ("failure", &["type"], &["message"], &[]),
    ("system-out", &[], &[], &[]),
];

fn rule(element: &str) -> (&'static [&'static str], &'static [&'static str], &'static [&'static str]) {
    let element = if element == "system-err" { "system-out" } else { element };
    let found = RULES.iter().find(|(name, ..)| *name == element);
    let (_, required, allowed, inside) = found.unwrap_or_else(|| panic!("no schema knows <{element}>"));
    (required, allowed, inside)
}

/// Checks `xml` against the rules, and returns the attributes of every `element` in it.
fn elements(xml: &str, element: &str) -> Vec<BTreeMap<String, String>> {
    let tag = Regex::new(r#"<(/?)([a-z-]+)((?:\s+[a-z]+="[^"<]*")*)\s*(/?)>"#).unwrap();
    let attribute = Regex::new(r#"([a-z]+)="([^"<]*)""#).unwrap();
    let mut open: Vec<(String, usize)> = Vec::new();
    let mut found = Vec::new();
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
    for captures in tag.captures_iter(body) {
        let (_, [closes, name, attributes, empty]) = captures.extract();
        if closes == "/" {
            assert_eq!(open.pop().unwrap().0, name);
            continue;
        }
        let pairs = attribute.captures_iter(attributes).map(|pair| (pair[1].to_owned(), pair[2].to_owned()));
        let attributes: BTreeMap<String, String> = pairs.collect();
        let (required, allowed, _) = rule(name);
        for name_of in required {
            assert!(attributes.contains_key(*name_of), "<{name}> without {name_of}");
        }
        let known = |one: &String| required.contains(&one.as_str()) || allowed.contains(&one.as_str());
        assert!(attributes.keys().all(known), "<{name}> with {attributes:?}");
        if let Some((parent, reached)) = open.last_mut() {
            let place = rule(parent).2.iter().position(|inside| *inside == name);
            let place = place.unwrap_or_else(|| panic!("<{name}> in <{parent}>"));
            assert!(place >= *reached, "<{name}> too late in <{parent}>");
            *reached = place;
        }
        if name == element {
            found.push(attributes);
        }
        if empty.is_empty() {
            open.push((name.to_owned(), 0));
        }
    }
    assert!(open.is_empty(), "{open:?}");
    let bad =
        |c: char| matches!(c, '\u{fffe}' | '\u{ffff}') || c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    assert!(!xml.contains(bad), "a character that XML forbids");
    found
}

#[test]
fn every_outcome_is_as_both_schemas_have_it() {
    let moment = Regex::new(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$").unwrap();
    for args in [
        &["--name", "^One press"] as &[&str],
        &["--name", "^One press", "--defect", "37-five-digits"],
        &["--name", "^One press", "--fault", "camera-covered@S5.C.8a"],
    ] {
        let run = Run::new(args);
        let xml = run.file("junit.xml");
        let suites = elements(&xml, "testsuite");
        for (place, suite) in suites.iter().enumerate() {
            assert!(moment.is_match(&suite["timestamp"]), "{suite:?}");
            assert_eq!(suite["id"], place.to_string());
            assert!(
                !suite["hostname"].is_empty() && suite["time"].parse::<f64>().unwrap() < 60.0,
                "{suite:?}"
            );
        }
        let properties = elements(&xml, "property");
        let clauses = properties.iter().filter(|property| property["name"].starts_with("clauses of "));
        assert!(clauses.clone().any(|property| property["value"].contains("S5.C.8")), "{properties:?}");
        assert!(properties.iter().any(|property| property["name"].starts_with("bench seconds of ")));
    }
}

#[test]
fn a_run_that_did_not_reach_its_end_is_never_green() {
    let run = Run::new(&["--name", "^One press|^Three ways", "--jobs", "1"]);
    let journal = run.folder.join("journal.jsonl");
    let chain = run.folder.join("evidence/chain.txt");
    let text = run.file("journal.jsonl");
    let lines: Vec<&str> = text.lines().collect();
    let stopped = text.replacen("\"ended\":\"all_run\"", "\"ended\":{\"stopped\":\"SIGTERM\"}", 1);
    let reported = |why: &str| {
        crate::common::rig(&["report", run.path()]);
        let errors = elements(&run.file("junit.xml"), "error");
        let said = errors.iter().find(|error| error["type"] == "incomplete").unwrap();
        assert!(said["message"].contains(why), "{said:?}");
    };
    // A run that is killed has no copy of its chain; one that a signal stopped has.
    fs::remove_file(&chain).unwrap();
    for (text, why) in [
        (
            lines[..lines.len() - 1].iter().map(|line| format!("{line}\n")).collect(),
            "the journal ends before",
        ),
        (lines[..3].iter().map(|line| format!("{line}\n")).collect(), "the journal ends before"),
        (text[..text.len() - 40].to_owned(), "the journal was cut short within line"),
    ] {
        fs::write(&journal, text).unwrap();
        reported(why);
    }
    forged(&stopped).put_in(&run.folder);
    reported("stopped by SIGTERM");
}

#[test]
fn a_character_that_xml_forbids_never_reaches_it() {
    let temporary = tempfile::tempdir().unwrap();
    let feature = temporary.path().join("own.feature");
    let text = "@phone @display\nFeature: Own try\n  Scenario: Three \u{fffe} \u{ffff} ways\n    \
                Given a code display that holds its test key and the right time\n    \
                And step 5 of the guide on the phone that scanned my passport\n    \
                Then the screen \"How do you want to authenticate with MitID?\" offers \"On this phone\" [S5.0.1]\n";
    fs::write(&feature, text).unwrap();
    let run = Run::new(&[feature.to_str().unwrap()]);
    assert_eq!(run.said.code, 0, "{}", run.said.stderr);
    let cases = elements(&run.file("junit.xml"), "testcase");
    assert!(cases[0]["name"].contains("Three \u{fffd} \u{fffd} ways"), "{cases:?}");
}
