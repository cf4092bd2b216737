//! Meaning is bound: a sentence judges the clause that its check serves, the figures are the clause's, a profile keeps
//! within the register's ranges, and what a step needs was given before. All else is refused while planning.

use std::fs;

use crate::{
    common::{Run, assert_refused, refused_run, side_by_side},
    table::{BENCH, PROFILE, Table},
};

const HEAD: &str = "@phone @display\nFeature: F\n  Scenario: S\n";
const GIVEN: &str = "    Given a code display that holds its test key and the right time\n";
const WATCHED: &str = "    When I press the button on my code display and watch it\n";

/// That a feature is refused in this line with these words.
fn refused(feature: &str, line: usize, words: &[&str]) {
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("bad.feature");
    fs::write(&file, feature).unwrap();
    let file = file.to_str().unwrap();
    assert_refused(&refused_run(&[file]), &format!("{file}:{line}"), words);
}

#[test]
fn a_sentence_judges_only_the_clauses_that_its_check_serves() {
    for (then, words) in [
        ("the code has exactly 6 digits [H.3]", &["does not serve H.3", "it serves S5.C.8b"]),
        ("the press yields exactly one code, in time [S5.C.8b]", &["does not serve S5.C.8b", "S5.C.8a"]),
        ("the code has exactly 6 digits [S5.B.5b]", &["does not serve S5.B.5b", "S5.C.8b"]),
    ] {
        refused(&format!("{HEAD}{GIVEN}{WATCHED}    Then {then}\n"), 6, words);
    }
    let step_5 = "    Given step 5 of the guide on the phone that scanned my passport\n";
    let question = "\"How do you want to authenticate with MitID?\"";
    for (then, words) in [
        (format!("{question} is shown [S5.C.4]"), &["does not serve S5.C.4", "“Order MitID”"] as &[&str]),
        (format!("{question} is shown [S5.B.5b]"), &["does not serve S5.B.5b", "serves S5.0.1, S5.A.1"]),
        ("\"OK\" is shown [S5.A.1]".to_owned(), &["no text in this step", "S5.A.1"]),
    ] {
        refused(&format!("{HEAD}{step_5}    Then {then}\n"), 5, words);
    }
    refused(
        &format!("{HEAD}{GIVEN}    When I press the button on my code display [S5.C.8a]\n"),
        5,
        &["this step judges nothing", "S5.C.8a"],
    );
}

#[test]
fn a_sentence_states_the_figure_of_its_clause() {
    refused(
        &format!("{HEAD}{GIVEN}{WATCHED}    Then the code has exactly 7 digits [S5.C.8b]\n"),
        6,
        &["the sentence states 7 digit", "S5.C.8b states 6 digit"],
    );
    let copy = "@copy @two-phones @camera @radio @holder @screen\nFeature: F\n  Scenario: S\n    \
                Given a QR code shown on the old phone\n    When I watch the QR code until it is gone\n";
    refused(
        &format!("{copy}    Then it was shown for 2 minutes [S5.B.5b]\n"),
        6,
        &["the sentence states 2 min", "S5.B.5b states 3 min"],
    );
    refused(
        &format!(
            "{HEAD}{GIVEN}    When I press the button every 12 seconds for 150 seconds\n    \
             Then the code changes at least every 5 minutes [SP800-63B-3.1.4]\n"
        ),
        6,
        &["the sentence states 5 min", "at most 2 min"],
    );
}

#[test]
fn a_vector_is_one_that_the_standard_publishes() {
    let vectors = |step: &str, rows: &str| {
        format!(
            "{HEAD}    Given the code display holds the key of the RFC vectors\n    \
             Then {step}\n      | unix time | code |\n      | 31 | 287082 |\n{rows}"
        )
    };
    let at_times = "the display shows the published code at each of these times [RFC4226-5.3]";
    for (row, words) in [
        ("| 1 | 75522x |", "the code is \"75522x\"; RFC4226-5.3 publishes \"755224\""),
        ("| 1 | 755225 |", "the code is \"755225\"; RFC4226-5.3 publishes \"755224\""),
        ("| 301 | 755224 |", "RFC4226-5.3 publishes no code for this row"),
        ("| 1x | 755224 |", "\"1x\" is no Unix time"),
    ] {
        refused(&vectors(at_times, &format!("      {row}\n")), 8, &[words]);
    }
}

#[test]
fn what_a_step_needs_is_given_by_one_before_it() {
    for (steps, line, words) in [
        ("    Then no code is displayed [S5.C.8a]\n", 4, "needs the display watched while nobody presses"),
        ("    Then I am logged in [S5.C.9]\n", 4, "needs something done on the phone"),
        (
            "    When nobody presses the button\n    Then the code has exactly 6 digits [S5.C.8b]\n",
            5,
            "needs a code read off the display",
        ),
        (
            "    Given step 5 of the guide on the phone that scanned my passport\n    Then I am blocked [H.3]\n",
            5,
            "needs a login",
        ),
        (
            "    When I enter the code displayed\n    Then I am blocked [H.3]\n",
            4,
            "needs a code that was read",
        ),
        (
            "    When I log in with the code kept\n    Then I am blocked [H.3]\n",
            4,
            "needs a code that was kept",
        ),
    ] {
        refused(&format!("{HEAD}{steps}"), line, &[words, "no step before it gives that"]);
    }
}

#[test]
fn a_step_uses_what_the_tags_bring_in_any_language() {
    for (tags, then) in [
        ("@phone", "Når jeg åbner appen på den nye telefon\n    Så beder appen om min PIN-kode [S5.A.3b]"),
        (
            "@phone",
            "Givet trin 5 i vejledningen på den telefon, der scannede mit pas\n    Så er appen klar til brug på den nye telefon [S5.A.0]",
        ),
    ] {
        let feature = format!("# language: da\n{tags}\nEgenskab: E\n  Scenarie: S\n    {then}\n");
        let line = if then.starts_with("Når") { 5 } else { 6 };
        refused(&feature, line, &["there is no other phone in this scenario", "@two-phones"]);
    }
    let step_5 = "    Given step 5 of the guide on the phone that scanned my passport\n";
    for (step, tag) in [
        ("Then a temporary PIN code comes by SMS [H.1]", "@sms"),
        ("When I press the button on my audio code reader", "@reader"),
        ("When I press the button on the other code display", "@two-displays"),
        ("When I flash the board with its firmware and verify it", "@probe"),
        ("When I read the serial number on the back of my code display", "@label"),
        ("When a stranger advertises as the old phone would", "@radio"),
    ] {
        refused(&format!("{HEAD}{step_5}    {step}\n"), 5, &["there is no", tag]);
    }
}

#[test]
fn a_profile_cannot_widen_what_the_guide_and_the_standards_state() {
    let table = [
        ("valid_s = 180", "valid_s = 120", "only 180 is accepted (S5.B.5b)"),
        ("qr_shown_s = [178.0, 182.0]", "qr_shown_s = [118.0, 122.0]", "`qr.valid_s = 180`"),
        ("qr_accepted_s = [178.0, 182.0]", "qr_accepted_s = [100.0, 300.0]", "departs from it by 2 at most"),
        ("window_past = 1 ", "window_past = 100 ", "0 to 1 is accepted (RFC6238-5.2)"),
        ("window_future = 1", "window_future = 9", "0 to 1 is accepted (lab)"),
        (
            "digits = 6            # S5.C.8b",
            "digits = 8            # S5.C.8b",
            "only 6 is accepted (S5.C.8b)",
        ),
        ("wrong_codes = 3", "wrong_codes = 4", "only 3 is accepted (H.3)"),
        ("final_wrong_codes = 9", "final_wrong_codes = 101", "1 to 100 is accepted (SP800-63B-3.2.2)"),
        ("min_key_bits = 128", "min_key_bits = 64", "128 to 512 is accepted (RFC4226-4)"),
        ("lifetime_s = 600", "lifetime_s = 601", "60 to 600 is accepted (SP800-63B-3.1.3)"),
        (
            "speech_dba = [65.0, 100.0]",
            "speech_dba = [50.0, 100.0]",
            "65 to 120 is accepted (EN301549-5.1.3)",
        ),
    ];
    side_by_side(&table, |(from, to, words)| {
        let table = Table::new();
        let line = table.spoil(PROFILE, from, to);
        let place = format!("{}/../{PROFILE}:{line}", table.path("benches"));
        assert_refused(&table.run(), &place, &[words]);
    });
}

#[test]
fn a_departure_from_a_default_is_told_in_head_line_page_and_text() {
    let table = Table::new();
    table.spoil(PROFILE, "duration_s = 600", "duration_s = 60");
    let run =
        Run::new(&["--bench", &table.path(BENCH), "--name", "No press, no code", "--tags", "not @sealed"]);
    assert_eq!(run.said.code, 0, "{}", run.said.stderr);
    let told = &run.last()["deviations"];
    assert_eq!((&told[0]["key"], &told[0]["value"]), (&"lock.duration_s".into(), &"60".into()));
    assert_eq!(told.as_array().unwrap().len(), 1, "{told}");
    assert_eq!(run.journal().head().deviations.len(), 1);
    let words = "lock.duration_s = 60 (default 600, lab";
    assert!(run.file("report.html").contains(words));
}

#[test]
fn where_the_guide_alone_decides_the_labs_words_leave_their_clauses_open() {
    let table = Table::new();
    table.spoil(PROFILE, "judge_by = \"all\"", "judge_by = \"guide\"");
    let run = Run::new(&["--bench", &table.path(BENCH), "--name", "items 1 to 6"]);
    assert_eq!(run.said.code, 3, "{}", run.said.stderr);
    // A title of the guide's; a heading of the lab's.
    assert_eq!((run.clause("S5.A.6").as_str(), run.clause("S5.A.4").as_str()), ("pass", "inconclusive"));
    let ended = run.journal();
    let ended: Vec<_> =
        ended.verdicts().map(|(_, verdict, _)| (verdict.outcome, verdict.reason.clone())).collect();
    assert!(ended.iter().all(|(outcome, _)| *outcome != reports::Outcome::Fail), "{ended:?}");
    assert!(
        ended.iter().any(|(_, reason)| reason.contains("undecided: “Do you want to use biometrics?”")),
        "{ended:?}"
    );
}

#[test]
fn a_defect_is_never_the_benchs_fault() {
    let defects = ["47-frozen-code", "111", "38", "37-five-digits"];
    side_by_side(&defects, |defect| {
        let alone = "The code.s changes keep time over hours";
        let run = Run::new(&["--defect", defect, "--name", alone, "--jobs", "1"]);
        assert!(matches!(run.said.code, 0 | 1 | 3), "{defect}: {}\n{}", run.said.code, run.said.stderr);
        assert_eq!(run.last()["counts"]["error"], 0, "{defect}");
    });
}

/// The scenarios of a feature's text, each with one of its steps left out: all that can be made so.
fn without_a_step(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let is_step =
        |line: &str| ["Given ", "When ", "Then ", "And "].iter().any(|word| line.trim().starts_with(word));
    let cells = |line: &str| line.trim().starts_with('|');
    let left_out = (0..lines.len())
        .filter(|place| is_step(lines[*place]) && !lines.get(place + 1).is_some_and(|next| cells(next)));
    left_out
        .map(|left_out| {
            let kept = lines.iter().enumerate().filter(|(place, _)| *place != left_out);
            kept.map(|(_, line)| format!("{line}\n")).collect()
        })
        .collect()
}

#[test]
fn a_scenario_without_one_of_its_steps_is_refused_or_judged_and_no_error() {
    let features = ["this-phone/choices", "code-device/owner", "code-device/block", "sealed/code-display"];
    let mut variants = Vec::new();
    for feature in features {
        let text =
            fs::read_to_string(crate::common::root().join(format!("features/{feature}.feature"))).unwrap();
        // Every fifth of them: a choice that is the same each time.
        variants.extend(without_a_step(&text).into_iter().step_by(5));
    }
    assert!(variants.len() > 10, "{}", variants.len());
    side_by_side(&variants, |variant| {
        let temporary = tempfile::tempdir().unwrap();
        let file = temporary.path().join("variant.feature");
        fs::write(&file, variant).unwrap();
        let run = Run::new(&["--jobs", "1", file.to_str().unwrap()]);
        assert!(matches!(run.said.code, 0..=3), "{}\n{variant}\n{}", run.said.code, run.said.stderr);
    });
}
