//! Files of `tests/features`, each of which was once misread.

use std::fs;

use serde_json::Value;

use crate::common::{Run, Said, assert_refused, refused_run, rig, root};

/// A file of `tests/features`, as an argument.
fn file(name: &str) -> String {
    root().join("rig/tests/features").join(name).with_extension("feature").to_str().unwrap().to_owned()
}

#[test]
fn what_is_well_written_runs_and_passes() {
    for name in [
        "byte-order-mark",
        "character-that-xml-forbids",
        "comment-about-a-language",
        "comment-above-the-language",
        "danish-description-begins-with-a-keyword",
        "danish-rule",
        "danish-rules",
        "description-begins-with-rule",
        "description-begins-with-scenarios",
        "language-without-a-space",
        "rows-between-comments",
        "star",
    ] {
        let run = Run::new(&[&file(name)]);
        assert_eq!(run.said.code, 0, "{name}: {}{}", run.said.stderr, run.said.stdout);
    }
}

#[test]
fn a_line_that_judges_and_is_no_step_is_refused() {
    let lower = file("judging-line-in-lower-case");
    assert_refused(&refused_run(&[&lower]), &format!("{lower}:8"), &["[S5.0.1]", "the keyword \"Then\""]);
    let space = file("judging-line-after-a-no-break-space");
    assert_refused(&refused_run(&[&space]), &format!("{space}:8"), &["U+00A0", "spaces and tabs"]);
}

#[test]
fn english_keywords_in_a_danish_file_are_refused_with_the_danish_ones() {
    let file = file("danish-file-with-english-rules");
    assert_refused(&refused_run(&[&file]), &format!("{file}:4"), &["\"Rule:\" is English", "\"Regel:\""]);
}

#[test]
fn rows_have_the_lines_of_their_rows_in_list_journal_and_reports() {
    let file = file("rows-between-comments");
    let listed = rig(&["list", "--format", "json", &file]).json();
    let lines = |scenarios: &Value| {
        let all = scenarios.as_array().unwrap().iter();
        all.map(|scenario| scenario["line"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(lines(&listed["scenarios"]), [13, 15]);
    let run = Run::new(&[&file]);
    let journal = run.file("journal.jsonl");
    let report = run.file("report.html");
    for line in ["13", "15"] {
        assert!(journal.contains(&format!("\"line\":{line}")), "{journal}");
        assert!(report.contains(&format!("rows-between-comments.feature:{line}")), "{line}");
    }
}

#[test]
fn rules_bring_their_names_scenarios_and_lines() {
    let listed = rig(&["run", "--list", &file("danish-rules")]);
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    assert!(listed.stdout.contains("danish-rules.feature:5: To regler: en"), "{}", listed.stdout);
    assert!(listed.stdout.contains("danish-rules.feature:11: To regler: to"), "{}", listed.stdout);
}

/// A feature of one scenario with these lines.
fn scenario(lines: &str) -> String {
    let given = "    Given a code display that holds its test key and the right time\n";
    format!("@phone @display\nFeature: F\n  Scenario: S\n{given}{lines}")
}

/// Output of `rig run` for `text`, and the path of its file.
fn refused(text: &str) -> (Said, String) {
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("bad.feature");
    fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    (refused_run(&[file]), file.to_owned())
}

#[test]
fn what_would_be_left_out_in_silence_is_refused() {
    let judged = "    Then no code is displayed [S5.C.8a]\n";
    for (text, line, words) in [
        (scenario("    | a |\n").replace("Given", "given"), 4, &["sentence of the suite", "\"Given\""]),
        (scenario(&format!("      | a |\n{judged}")), 4, &["the step reads no table", "left out"]),
        (
            scenario(&format!("      \"\"\"\n      a\n      \"\"\"\n{judged}")),
            4,
            &["reads a text block", "left out"],
        ),
        (
            scenario("    Then the code has exactly 6 digits at each of these times [S5.C.8b]\n"),
            5,
            &["reads a table", "below"],
        ),
        (
            scenario(&judged.replace("    Then", "    *")).replace("no code", "nothing"),
            5,
            &["undefined step", "nothing is displayed"],
        ),
        (
            scenario(judged).replace("Scenario: S", "Scenario: S [S5.C.8a]"),
            3,
            &["the name ends in [S5.C.8a]", "only a step"],
        ),
        (
            scenario(judged).replace("Feature: F", "Feature: F\n  As in [S5.C.8a]."),
            3,
            &["ends in [S5.C.8a]", "not a step"],
        ),
        (scenario(&format!("{judged}\n  Rule: R\n")), 7, &["a rule without a scenario", ""]),
        (scenario(&format!("{judged}\n    Examples:\n      | a |\n")), 7, &["examples without a row", ""]),
        (
            scenario(&format!("{judged}\n    Examples:\n      | a | b\n      | 1 |\n")),
            8,
            &["\"b\" is in no cell", ""],
        ),
        ("@phone\nFeature: F\n  Nothing more.\n".to_owned(), 2, &["a feature without a scenario", ""]),
        ("# nothing\n".to_owned(), 1, &["no feature", ""]),
        (scenario(judged).replace("Then", "Than"), 5, &["cannot stand here", "a step"]),
        (scenario(judged).replace("Then", "So"), 5, &["broken Gherkin", "a step"]),
        (format!("# language: da\n{}", scenario(judged)), 3, &["English", "Egenskab"]),
        (format!("@phone\nEgenskab: F\n\n{judged}"), 2, &["Danish", "# language: da"]),
        (
            scenario(&judged.replace("no code is", "no cod is")),
            5,
            &["undefined step", "did you mean \"Then no code is displayed\"?"],
        ),
        (scenario(&judged.replace("Then", "When")), 5, &["undefined step", "it is a Then"]),
    ] {
        let (said, file) = refused(&text);
        assert_refused(&said, &format!("{file}:{line}"), words);
    }
}

#[test]
fn in_a_folder_every_feature_file_is_read_or_refused() {
    let temporary = tempfile::tempdir().unwrap();
    fs::copy(file("star"), temporary.path().join("STAR.Feature")).unwrap();
    let folder = temporary.path().to_str().unwrap();
    let listed = rig(&["list", folder]);
    assert!(listed.code == 0 && listed.stdout.contains("STAR.Feature:3: "), "{}", listed.stderr);
    let markdown = temporary.path().join("more.feature.md");
    fs::write(&markdown, "# Feature: F\n").unwrap();
    assert_refused(&rig(&["list", folder]), markdown.to_str().unwrap(), &["Markdown", ".feature"]);
}

#[test]
fn a_star_judges_as_what_it_is() {
    let (said, file) = refused(&scenario("    * no code is displayed\n"));
    assert_refused(&said, &format!("{file}:5"), &["a Then judges: it names its clause"]);
}

#[test]
fn a_tag_or_name_that_matches_nothing_suggests_the_nearest() {
    for (args, words) in [
        (["--tags", "@seald"], "did you mean @sealed?"),
        (["--tags", "display"], "did you mean @display?"),
        (["--name", "Leading zeroes are digits"], "did you mean \"Leading zeros are digits\"?"),
        (["--name", "^Thre ways"], "did you mean \"Three ways"),
    ] {
        let said = refused_run(&args);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{args:?}: {}", said.stderr);
        assert!(said.stderr.contains(words), "{args:?}: {}", said.stderr);
    }
    let said = rig(&["list", "--tags", "not @seald"]);
    assert_eq!(
        (said.code, said.stderr.as_str()),
        (0, "rig: no scenario has the tag @seald; did you mean @sealed?\n")
    );
}

#[test]
fn the_empty_tag_expression_selects_everything() {
    let all = rig(&["list"]).stdout;
    assert_eq!(rig(&["list", "--tags", ""]).stdout, all);
    let some = rig(&["list", "--tags", "@reader and not (@sealed or @probe)"]);
    assert!(some.code == 0 && some.stdout.len() < all.len(), "{}", some.stderr);
}

#[test]
fn fmt_lays_out_once_keeps_comments_and_checks() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("untidy.feature");
    let untidy = fs::read_to_string(file("rows-between-comments"))
        .unwrap()
        .replace("    Given", "  Given")
        .replace("| way |", "|way|");
    fs::write(&path, &untidy).unwrap();
    let arg = path.to_str().unwrap();
    let checked = rig(&["fmt", "--check", arg]);
    assert_eq!((checked.code, checked.stdout.trim()), (3, arg), "{}", checked.stderr);
    assert_eq!(fs::read_to_string(&path).unwrap(), untidy);
    assert_eq!(rig(&["fmt", arg]).code, 0);
    let tidy = fs::read_to_string(&path).unwrap();
    assert!(tidy.contains("\n    Given") && tidy.contains("# this one first"), "{tidy}");
    let again = rig(&["fmt", "--check", arg]);
    assert_eq!((again.code, again.stdout.as_str()), (0, ""));
    fs::write(&path, "Feature: F\n  Scenario: S\n    Given x\n  Than y\n").unwrap();
    assert_refused(&rig(&["fmt", arg]), &format!("{arg}:4"), &["broken Gherkin"]);
}

#[test]
fn the_suite_is_laid_out_and_lint_finds_no_error_in_it() {
    let checked = rig(&["fmt", "--check"]);
    assert_eq!((checked.code, checked.stdout.as_str()), (0, ""), "{}", checked.stderr);
    let linted = rig(&["lint"]);
    assert_eq!((linted.code, linted.stderr.as_str()), (0, ""), "{}", linted.stdout);
}

#[test]
fn lint_tells_everything_at_once() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("odd.feature");
    let text = scenario(
        "    Then no cod is displayed [S5.C.8a]\n\n  @night\n  Scenario: T\n    then I rest [S5.C.8a]\n    # Then no code is displayed [S5.C.8a]\n",
    );
    fs::write(&path, text).unwrap();
    let arg = path.to_str().unwrap();
    let told = |args: &[&str]| rig(&[&["lint"], args].concat());
    let said = told(&[arg]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    let found = told(&["--format", "json", arg]).json();
    let lines: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["line"].as_u64().unwrap(), one["level"].as_str().unwrap()))
        .collect();
    assert_eq!(lines, [(5, "error"), (7, "warning"), (8, "error"), (9, "error"), (10, "warning")], "{found}");
}
