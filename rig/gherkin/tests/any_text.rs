//! Any text: reading it gives a document or errors with their lines, and formatting changes no scenario.

// clippy.toml lets tests unwrap; the helpers that they share are not test functions themselves.
#![allow(clippy::unwrap_used, clippy::panic)]

use feature_file::{Pickle, TagExpression, empty_blocks, format, lost_text, nearest, parse, pickles, scan};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Lines as they stand in feature files, right and wrong, in several languages.
fn line() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Feature: F",
        "Rule: R",
        "Background:",
        "Scenario: S <a>",
        "Scenario Outline: O",
        "Examples:",
        "Example: e",
        "Given a <b>",
        "When  b",
        "Then c [S5.C.8b]",
        "And d",
        "But e",
        "* f",
        "| a | b |",
        "| 1 | 2 |",
        "| \\| | \\n",
        "| a |",
        "|",
        "\"\"\"",
        "\"\"\"xml",
        "```",
        "\\\"\\\"\\\"",
        "@a @b",
        "@a@b #c",
        "@ d",
        "@a b",
        "# comment",
        "# language: da",
        "#language:no",
        "",
        "   ",
        "some text",
        "  indented",
        "Egenskab: E",
        "Regel: R",
        "Scenarie: S",
        "Givet a",
        "Så b",
        "Rule of thumb: x",
        "then x",
        "Then\u{a0}x",
    ]);
    let indent = prop::sample::select(vec!["", "  ", "      ", "\t", "\u{a0}"]);
    let text = prop_oneof![8 => known.prop_map(str::to_owned), 1 => "\\PC{0,30}", 1 => "[|\\\\@#\"` :<>*a\\t]{0,20}"];
    (indent, text).prop_map(|(indent, text)| format!("{indent}{text}"))
}

fn file() -> impl Strategy<Value = String> {
    let lines = prop::collection::vec(line(), 0..25);
    let end = prop::sample::select(vec!["\n", "\r\n"]);
    let text = (lines, end).prop_map(|(lines, end)| lines.join(end));
    // Half of them begin well, so that the lines below get far.
    let begin = prop::sample::select(vec!["", "Feature: F\nScenario: S\nGiven x\n"]);
    (begin, text).prop_map(|(begin, text)| format!("{begin}{text}"))
}

/// Pickles without ids and places: what would run.
fn run(pickles: &[Pickle]) -> Vec<Value> {
    let mut all = json!(pickles);
    strip(&mut all);
    all.as_array().unwrap().clone()
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !["location", "id", "astNodeIds", "astNodeId"].contains(&name.as_str()));
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_text_is_a_document_or_errors_in_its_lines(text in prop_oneof![3 => file(), 1 => "(?s).{0,200}"]) {
        let lines = text.lines().count();
        match parse(&text) {
            Ok(document) => prop_assert!(pickles(&document).iter().all(|pickle| pickle.location.line <= lines)),
            Err(errors) => {
                prop_assert!(!errors.is_empty() && errors.len() <= 10);
                prop_assert!(errors.iter().all(|error| (1..=lines + 1).contains(&error.location.line)));
                prop_assert!(errors.is_sorted_by_key(|error| error.location.line), "{:?}", errors);
            }
        }
        let scan = scan(&text);
        empty_blocks(&scan);
        prop_assert!(lost_text(&scan).iter().all(|lost| !lost.message.contains('\n')));
        for line in text.lines() {
            nearest::hint(scan.dialect, line);
        }
    }

    #[test]
    fn a_laid_out_file_has_the_same_scenarios_and_is_laid_out_already(text in file()) {
        if let Ok(document) = parse(&text) {
            let tidy = format(&text).unwrap();
            let again = parse(&tidy);
            prop_assert!(again.is_ok(), "{:?}\n{}", again, tidy);
            let again = again.unwrap();
            prop_assert_eq!(run(&pickles(&again)), run(&pickles(&document)), "{}", tidy);
            let comments = |document: &feature_file::Document| {
                document.comments.iter().map(|comment| comment.text.trim().to_owned()).collect::<Vec<_>>()
            };
            prop_assert_eq!(comments(&again), comments(&document), "{}", tidy);
            let lost = |text: &str| lost_text(&scan(text)).into_iter().map(|lost| lost.message).collect::<Vec<_>>();
            let odd = |messages: Vec<String>| messages.into_iter().filter(|told| !told.contains("is indented with")).collect::<Vec<_>>();
            prop_assert_eq!(odd(lost(&tidy)), odd(lost(&text)), "{}", tidy);
            prop_assert_eq!(format(&tidy).unwrap(), tidy);
        }
    }

    #[test]
    fn any_text_is_a_tag_expression_or_an_error(text in "[@a-c()\\\\ ]{0,20}|(@a|and|or|not|\\(|\\)| ){0,12}|\\PC{0,20}") {
        if let Ok(expression) = text.parse::<TagExpression>() {
            expression.matches(&["@a"]);
            prop_assert_eq!(expression.to_string().parse::<TagExpression>().unwrap(), expression);
        }
    }
}
