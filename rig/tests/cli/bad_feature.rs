//! Invalid feature files: found while the run is planned, before an instrument is touched.

use std::fs;

use crate::common::{assert_refused, refused_run};

const HEAD: &str = "@phone @display\nFeature: F\n  Scenario: S\n";
const GIVEN: &str = "    Given a code display that holds its test key and the right time\n";

#[test]
fn a_feature_that_is_wrong_is_named_with_its_line() {
    let judged =
        format!("{GIVEN}    When nobody presses the button\n    Then no code is displayed [S5.C.8a]\n");
    for (feature, line, words) in [
        (
            format!("{HEAD}{GIVEN}    When the moon is full [S5.C.8a]\n"),
            5,
            &["undefined step", "the moon is full"],
        ),
        (
            format!("{HEAD}{GIVEN}    Then no code is displayed [S9.X]\n"),
            5,
            &["unknown clause \"S9.X\"", "clauses.toml"],
        ),
        (
            format!("{HEAD}{judged}    When 99999999999 time steps go by\n"),
            7,
            &["undefined step", "99999999999"],
        ),
        (
            format!("{HEAD}{GIVEN}    Then the screen \"Nope\" offers \"On this phone\" [S5.0.1]\n"),
            5,
            &["no screen text \"Nope\"", "[texts.en]"],
        ),
        (
            format!("{HEAD}{judged}    When I open the scanner of the new phone\n"),
            7,
            &["there is no other phone", "@two-phones"],
        ),
        (
            format!("@phone @label\nFeature: F\n  Scenario: S\n{judged}"),
            3,
            &["@label", "@display or @reader"],
        ),
        (
            format!("{HEAD}{judged}  Scenario: S\n{judged}"),
            7,
            &["a scenario is named \"F: S\" already", "names are unique"],
        ),
        (format!("{HEAD}{GIVEN}"), 3, &["no step of this scenario names a clause", "[S5.C.8b]"]),
        (HEAD.to_owned(), 3, &["without steps", ""]),
        (
            format!("{HEAD}{GIVEN}    Then no code is displayed\n"),
            5,
            &["a Then judges: it names its clause", "[S5.C.8b]"],
        ),
        (
            format!("@uses-phone {HEAD}{judged}"),
            3,
            &["unknown tag @uses-phone", "accepted: @uses-device, @uses-app, @uses-lock, @uses-block"],
        ),
        (
            format!(
                "@sealed {HEAD}    Given my code display is activated\n    Then I am blocked [RFC4226-4]\n"
            ),
            5,
            &["RFC4226-4 cannot be seen on a sealed product", ""],
        ),
        (
            format!("Feature: F\n  Scenario: S\n{judged}"),
            2,
            &["tags name no instrument", "@phone, @two-phones"],
        ),
        (
            format!("@phone @camera @all-apps\nFeature: F\n  Scenario: S\n{judged}"),
            3,
            &["@camera and @all-apps do not go together", ""],
        ),
        (format!("@display @all-apps\nFeature: F\n  Scenario: S\n{judged}"), 3, &["need a phone", "@phone"]),
        (format!("@phone @probe\nFeature: F\n  Scenario: S\n{judged}"), 3, &["probe", "@display"]),
        (
            format!("@phone @display\nFeature: F\n  Scenario S\n{judged}"),
            4,
            &["sentence of the suite", "below a scenario"],
        ),
        ("no gherkin\n".to_owned(), 1, &["broken Gherkin", "a feature"]),
        (format!("# language: xx\n{HEAD}{judged}"), 1, &["unknown language \"xx\"", ""]),
        (
            format!(
                "@display\nFeature: F\n\n  Scenario Outline: S\n    Given <b>\n{judged}\n    Examples:\n      | a |\n      | 1 |\n"
            ),
            5,
            &["<b>", ""],
        ),
    ] {
        let temporary = tempfile::tempdir().unwrap();
        let file = temporary.path().join("bad.feature");
        fs::write(&file, &feature).unwrap();
        let file = file.to_str().unwrap();
        assert_refused(&refused_run(&[file]), &format!("{file}:{line}"), words);
    }
}

#[test]
fn a_path_that_cannot_be_read_is_named() {
    assert_refused(&refused_run(&["no/such.feature"]), "no/such.feature", &["cannot be read"]);
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("binary.feature");
    fs::write(&file, b"\xff\xfe").unwrap();
    let file = file.to_str().unwrap();
    assert_refused(&refused_run(&[file]), file, &["UTF-8"]);
}

#[test]
fn what_a_scenario_uses_up_and_does_not_declare_is_not_used_up() {
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("greedy.feature");
    let steps =
        "    Given my app is activated on this phone\n    Then the app asks for my PIN code [S5.A.3b]\n";
    fs::write(&file, format!("@phone @sms\nFeature: F\n  Scenario: S\n{steps}")).unwrap();
    let run = crate::common::Run::new(&[file.to_str().unwrap()]);
    assert_eq!(run.said.code, 4, "{}", run.said.stderr);
    assert!(
        run.said.stderr.contains("the scenario has to declare that with @uses-app"),
        "{}",
        run.said.stderr
    );
}

#[test]
fn a_table_that_would_judge_nothing_is_refused() {
    for (rows, line, words) in [
        ("      | unix time |\n", 6, "a heading and no rows"),
        ("", 5, "the step reads a table: it stands below the step"),
        ("      | unix time |\n      | 59 |\n      | noon |\n", 8, "\"noon\" is no Unix time"),
        ("      | unix time | code |\n      | 59 | 287082 |\n", 7, "1 columns are accepted, found 2"),
    ] {
        let temporary = tempfile::tempdir().unwrap();
        let file = temporary.path().join("empty.feature");
        let step = "    Then the code has exactly 6 digits at each of these times [S5.C.8b]\n";
        fs::write(&file, format!("{HEAD}{GIVEN}{step}{rows}")).unwrap();
        let file = file.to_str().unwrap();
        assert_refused(&refused_run(&[file]), &format!("{file}:{line}"), &[words]);
    }
}
