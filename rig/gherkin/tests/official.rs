//! The official test data of cucumber/gherkin: every good file gives the document and the pickles of the reference, every
//! bad one the reference's errors, word by word.

// clippy.toml lets tests unwrap; the helpers that they share are not test functions themselves.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use feature_file::{Kind, ParseError, Problem, parse, pickles};
use serde_json::{Value, json};

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official").join(folder);
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|file| file.extension().is_some_and(|ext| ext == "feature")).collect();
    files.sort();
    files
}

/// The lines of the JSON file beside `feature`, without the file that they were made from.
fn beside(feature: &Path, what: &str) -> Vec<Value> {
    let text = fs::read_to_string(format!("{}.{what}.ndjson", feature.display())).unwrap();
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &mut lines {
        for message in line.as_object_mut().unwrap().values_mut() {
            message.as_object_mut().unwrap().remove("uri");
        }
    }
    lines
}

#[test]
fn every_good_file_gives_the_reference_document_and_pickles() {
    let files = files("good");
    assert_eq!(files.len(), 50);
    for file in files {
        let document = parse(&fs::read_to_string(&file).unwrap())
            .unwrap_or_else(|errors| panic!("{}: {errors:?}", file.display()));
        let wanted = beside(&file, "ast");
        assert_eq!(json!({ "gherkinDocument": document }), wanted[0], "{}", file.display());
        let found: Vec<Value> = pickles(&document).iter().map(|pickle| json!({ "pickle": pickle })).collect();
        assert_eq!(found, beside(&file, "pickles"), "{}", file.display());
    }
}

#[test]
fn every_bad_file_gives_the_reference_errors() {
    let files = files("bad");
    assert_eq!(files.len(), 12);
    for file in files {
        let errors = parse(&fs::read_to_string(&file).unwrap()).unwrap_err();
        let told: Vec<String> = errors.iter().map(official).collect();
        let message = |error: &Value| error["parseError"]["message"].as_str().unwrap().to_owned();
        let wanted: Vec<String> = beside_errors(&file).iter().map(message).collect();
        assert_eq!(told, wanted, "{}", file.display());
        assert!(errors.iter().all(|error| !error.to_string().contains('\n')), "{errors:?}");
    }
}

fn beside_errors(feature: &Path) -> Vec<Value> {
    let text = fs::read_to_string(format!("{}.errors.ndjson", feature.display())).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// An error in the words of the reference.
fn official(error: &ParseError) -> String {
    let names = |kinds: &[Kind]| kinds.iter().map(|kind| kind.grammar_name()).collect::<Vec<_>>().join(", ");
    let message = match &error.problem {
        Problem::UnexpectedLine { got, expected } => format!("expected: {}, got '{got}'", names(expected)),
        Problem::UnexpectedEnd { expected } => {
            format!("unexpected end of file, expected: {}", names(expected))
        }
        Problem::UnknownLanguage(code) => format!("Language not supported: {code}"),
        Problem::TagWithSpace => "A tag may not contain whitespace".to_owned(),
        Problem::CellCount => "inconsistent cell count within the table".to_owned(),
    };
    format!("({}:{}): {message}", error.location.line, error.location.column.unwrap_or(0))
}
