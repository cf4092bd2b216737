//! Reports of the sample run, compared whole.

use reports::{Journal, Summary, junit, text};
use tempfile::TempDir;

use crate::sample;

/// The sample run and its summary, with a folder name and a digest that are the same everywhere.
fn summed_up(folder: &TempDir) -> (Journal, Summary) {
    let journal = sample::run(folder.path());
    let digest = "0123456789abcdef".repeat(4);
    let summary = Summary {
        run: "runs/sample".to_owned(),
        digest,
        head: "fedcba9876543210".repeat(4),
        ..Summary::new(&journal)
    };
    (journal, summary)
}

#[test]
fn the_line_that_ends_a_run_is_as_documented() {
    let folder = TempDir::new().unwrap();
    let line: serde_json::Value = serde_json::from_str(&summed_up(&folder).1.to_json()).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&line).unwrap());
}

#[test]
fn the_keys_of_the_line_stand_in_their_order() {
    let folder = TempDir::new().unwrap();
    let line = summed_up(&folder).1.to_json();
    let keys = ["outcome", "counts", "complete", "clauses", "run", "virtual_s", "wall_s", "digest", "record"];
    let places: Vec<_> = keys.iter().map(|key| line.find(&format!("\"{key}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn plain_text() {
    let folder = TempDir::new().unwrap();
    insta::assert_snapshot!(text(&summed_up(&folder).1, false));
}

#[test]
fn colors_add_nothing_but_color() {
    let folder = TempDir::new().unwrap();
    let (_, summary) = summed_up(&folder);
    let mut colored = text(&summary, true);
    assert!(colored.contains("\x1b[1;31mFAIL\x1b[0m"));
    for code in [31, 32, 33, 35, 36] {
        colored = colored.replace(&format!("\x1b[1;{code}m"), "");
    }
    assert_eq!(colored.replace("\x1b[0m", ""), text(&summary, false));
}

#[test]
fn a_reason_cannot_drive_the_terminal() {
    let folder = TempDir::new().unwrap();
    let (_, mut summary) = summed_up(&folder);
    summary.clauses[5].reason = "\x1b]0;owned\x07".to_owned();
    assert!(!text(&summary, false).contains(['\x1b', '\x07']));
}

#[test]
fn junit_xml() {
    let folder = TempDir::new().unwrap();
    let (journal, summary) = summed_up(&folder);
    insta::assert_snapshot!(junit(&journal, &summary).unwrap());
}
