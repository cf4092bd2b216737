//! Journals that were cut short or spoilt: what stands in them is kept, and never reads better than it was.

use std::fs;

use serde_json::Value;

use crate::common::{Run, assert_refused, rig};

/// A run of two scenarios, with one clause each, and its journal's text.
fn run() -> (Run, String) {
    let run = Run::new(&["--jobs", "1", "--name", "^(Three ways|The code is the one)"]);
    assert_eq!(run.said.code, 0, "{}", run.said.stderr);
    let journal = run.file("journal.jsonl");
    (run, journal)
}

fn outcome<'v>(summary: &'v Value, id: &str) -> &'v Value {
    let clauses = summary["clauses"].as_array().unwrap();
    &clauses.iter().find(|clause| clause["id"] == id).unwrap()["outcome"]
}

#[test]
fn a_journal_cut_within_a_line_is_reported_as_far_as_it_goes() {
    let (run, journal) = run();
    let file = run.folder.join("journal.jsonl");
    let second = journal.lines().position(|line| line.contains(",\"scenario\":1,\"seq\":")).unwrap();
    let keep = journal.lines().take(second + 2).map(|line| line.len() + 1).sum::<usize>() - 10;
    fs::write(&file, &journal[..keep]).unwrap();
    // A run that is killed leaves neither a page nor a copy of its chain.
    for file in ["report.html", "evidence/chain.txt"] {
        fs::remove_file(run.folder.join(file)).unwrap();
    }

    let said = rig(&["report", run.path(), "--format", "json"]);
    let place = format!("rig: {}:{}: ", file.display(), second + 2);
    assert!(said.stderr.starts_with(&place) && said.stderr.contains("cut short"), "{}", said.stderr);
    assert_eq!((said.code, said.stderr.lines().count()), (2, 1));
    let summary = said.json();
    assert_eq!((&summary["outcome"], &summary["complete"]), (&"not_run".into(), &false.into()));
    assert_eq!(outcome(&summary, "S5.0.1"), "pass", "what was judged is not lost");
    assert_eq!(outcome(&summary, "RFC6238-3"), "not_run", "what was not judged is no pass");
    assert!(run.folder.join("report.html").is_file());

    let said = rig(&["judge", run.path(), "--format", "json"]);
    assert_eq!((said.code, &said.json()["outcome"]), (2, &"not_run".into()));
    assert!(said.stderr.starts_with(&place), "{}", said.stderr);
}

#[test]
fn a_journal_that_ends_before_the_run_is_not_run_to_its_end() {
    let (run, journal) = run();
    let whole: Vec<&str> = journal.lines().collect();
    fs::write(run.folder.join("journal.jsonl"), whole[..whole.len() - 1].join("\n") + "\n").unwrap();
    for command in ["report", "judge"] {
        let said = rig(&[command, run.path(), "--format", "json"]);
        assert_eq!((said.code, &said.json()["outcome"]), (3, &"not_run".into()), "{command}");
    }
    let listed = rig(&["clauses", "--run", run.path(), "--format", "json"]).json();
    assert_eq!(outcome(&listed, "S5.0.1"), "pass");
}

#[test]
fn a_journal_that_is_none_is_named_with_its_line() {
    let (run, journal) = run();
    let file = run.folder.join("journal.jsonl");
    let lines: Vec<&str> = journal.lines().collect();
    let without = |gone: usize| {
        let kept = lines.iter().enumerate().filter(|(index, _)| *index != gone);
        kept.map(|(_, line)| format!("{line}\n")).collect::<String>()
    };
    let changed = 1 + lines.iter().position(|line| line.contains("\"outcome\":\"pass\"")).unwrap();
    for (text, line, word) in [
        (journal.replacen(lines[4], "garbage", 1), 5, "its hash is missing"),
        (
            journal.replacen("\"outcome\":\"pass\"", "\"outcome\":\"fail\"", 1),
            changed,
            "the chain breaks here",
        ),
        (without(0), 1, "not a run's head"),
        (without(4), 5, "the chain breaks here"),
        (journal.replacen("\"format\":2", "\"format\":1", 1), 1, "journal format 1; this rig reads format 2"),
        (journal[..20].to_owned(), 1, "cut within its first line"),
        (String::new(), 1, "empty"),
    ] {
        fs::write(&file, text).unwrap();
        for command in [&["report"] as &[&str], &["judge"], &["clauses", "--run"]] {
            let said = rig(&[command, &[run.path(), "--format", "json"]].concat());
            assert_refused(&said, &format!("{}:{line}", file.display()), &[word]);
        }
    }
}

#[test]
fn a_folder_without_a_journal_is_named() {
    for command in ["report", "judge"] {
        assert_refused(&rig(&[command, "no/such/run"]), "no/such/run/journal.jsonl", &["cannot be read"]);
        assert_refused(&rig(&[command, "Cargo.toml"]), "Cargo.toml/journal.jsonl", &["cannot be read"]);
    }
}
