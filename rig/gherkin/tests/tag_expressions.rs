//! The official test data of cucumber/tag-expressions: what is true, what is written how, what is an error in which words.

// clippy.toml lets tests unwrap; the helpers that they share are not test functions themselves.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{fs, path::Path};

use feature_file::TagExpression;

/// The lines `KEY: VALUE` of a YAML file of the test data, list markers left out. Values are in single quotes, lists of
/// them in brackets, or plain.
fn entries(file: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official/tag-expressions").join(file);
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter_map(|line| line.trim_start_matches([' ', '-']).split_once(": "));
    lines.map(|(key, value)| (key.to_owned(), value.trim().to_owned())).collect()
}

/// A value without its quotes.
fn text(value: &str) -> String {
    value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(value).replace("''", "'")
}

#[test]
fn evaluations() {
    let (mut expression, mut variables, mut checked) = (String::new(), Vec::new(), 0);
    for (key, value) in entries("evaluations.yml") {
        match key.as_str() {
            "expression" => expression = text(&value),
            "variables" => {
                let list = value.trim_matches(['[', ']']);
                variables = list.split(", ").filter(|one| !one.is_empty()).map(text).collect::<Vec<_>>();
            }
            "result" => {
                let parsed: TagExpression = expression.parse().unwrap();
                assert_eq!(parsed.matches(&variables), value == "true", "{expression} with {variables:?}");
                checked += 1;
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(checked, 26);
}

#[test]
fn parsing() {
    let entries = entries("parsing.yml");
    let (pairs, rest) = entries.as_chunks::<2>();
    assert_eq!((pairs.len(), rest.len()), (23, 0));
    for [(_, expression), (key, formatted)] in pairs {
        assert_eq!(key, "formatted");
        let parsed: TagExpression = text(expression).parse().unwrap();
        assert_eq!(parsed.to_string(), text(formatted), "{expression}");
        assert_eq!(parsed.to_string().parse::<TagExpression>().unwrap(), parsed, "{expression}");
    }
}

#[test]
fn errors() {
    let entries = entries("errors.yml");
    let (pairs, rest) = entries.as_chunks::<2>();
    assert_eq!((pairs.len(), rest.len()), (15, 0));
    for [(_, expression), (key, error)] in pairs {
        assert_eq!(key, "error");
        let told = text(expression).parse::<TagExpression>().unwrap_err();
        assert_eq!(told.to_string(), text(error));
    }
}
