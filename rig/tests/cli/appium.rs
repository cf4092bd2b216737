//! Phones behind Appium servers on the simulated bench: in both forms of page sources, the outcomes are those of the test agent.

use std::{collections::BTreeMap, fs};

use crate::{
    common::{Run, assert_refused, root},
    table::{BENCH, Table},
};

const FILES: [&str; 2] = ["appium-uiautomator2.toml", "appium-xcuitest.toml"];

#[test]
fn the_bench_files_differ_from_the_simulated_bench_in_their_phones_only() {
    let read = |file: &str| fs::read_to_string(root().join("fixtures/benches").join(file)).unwrap();
    let from_kind = |text: &str| text[text.find("kind = ").unwrap()..].to_owned();
    let plain = from_kind(&read("simulated.toml"));
    for file in FILES {
        let text = from_kind(&read(file));
        let lines = text
            .lines()
            .filter(|line| !["url = ", "app = ", "capabilities = "].iter().any(|key| line.starts_with(key)));
        let lines: Vec<_> = lines.map(|line| line.replace("\"appium\"", "\"memory\"")).collect();
        assert_eq!(lines, plain.lines().collect::<Vec<_>>(), "{file}");
    }
}

#[test]
fn a_scenario_has_the_clauses_and_outcomes_of_the_agent() {
    let outcomes = |bench: &str| -> BTreeMap<String, String> {
        let bench = format!("fixtures/benches/{bench}");
        let run = Run::new(&["--bench", &bench, "--name", "^The documented way", "features/this-phone"]);
        assert_eq!(run.said.code, 0, "{bench}: {}", run.said.stderr);
        let last = run.last();
        let clauses = last["clauses"].as_array().unwrap().iter();
        let judged = clauses.filter(|clause| clause["outcome"].is_string());
        judged.map(|clause| (clause["id"].to_string(), clause["outcome"].to_string())).collect()
    };
    let agent = outcomes("simulated.toml");
    assert!(!agent.is_empty());
    for file in FILES {
        assert_eq!(outcomes(file), agent, "{file}");
    }
}

#[test]
fn keys_that_are_wrong_are_named_with_their_line() {
    let right =
        "url = \"simulated\"\napp = \"dk.mitid.app\"\ncapabilities = { automationName = \"XCUITest\" }";
    for (from, to, words) in [
        ("\"simulated\"", "\"http://127.0.0.1:4723\"", ["unknown Appium server", "accepted: simulated"]),
        ("\"dk.mitid.app\"", "\"dk.other\"", ["unknown app", "accepted: dk.mitid.app"]),
        ("\"XCUITest\"", "\"Espresso\"", ["`automationName` is \"Espresso\"", "UiAutomator2, XCUITest"]),
        (
            "automationName",
            "noReset = false, automationName",
            ["`noReset` = false", "would change what is judged"],
        ),
        ("app = ", "apk = ", ["unknown field `apk`", "`app`"]),
    ] {
        let table = Table::new();
        table.spoil(BENCH, "driver = \"memory\"", &format!("driver = \"appium\"\n{right}"));
        let line = table.spoil(BENCH, right, &right.replace(from, to));
        assert_refused(&table.run(), &format!("{}:{line}", table.path(BENCH)), &words);
    }
}
