//! The same suite in the product's other language: what is judged is the profile's, not English.

use crate::{
    common::{Run, assert_refused, refused_run},
    table::{BENCH, Table},
};

#[test]
fn every_feature_passes_on_a_danish_bench() {
    let table = Table::new();
    table.spoil(BENCH, "language = \"en\"", "language = \"da\"");
    let run = Run::new(&["--bench", &table.path(BENCH)]);
    assert_eq!(run.said.code, 0, "{}", run.said.stderr);
    assert!(run.file("journal.jsonl").contains("Opret en personlig PIN-kode"), "the screens were not Danish");
}

#[test]
fn a_danish_feature_passes_on_an_english_bench() {
    let run = Run::new(&["features/denne-telefon"]);
    assert_eq!(run.said.code, 0, "{}", run.said.stderr);
    assert_eq!(run.clause("S5.A.6"), "pass");
    let journal = run.file("journal.jsonl");
    assert!(journal.contains("Create a personal PIN code"), "the screens were not English");
    let head = run.journal().head().clone();
    let step = &head.scenarios[0].steps[7];
    assert_eq!(step.keyword, "Så");
    assert_eq!(step.text, "vises \"Din MitID app er nu aktiveret og klar til brug.\"", "as it is written");
}

#[test]
fn a_quote_in_another_language_than_the_features_is_refused() {
    for (feature, line, words) in [
        (
            "# language: da\n@phone\nEgenskab: E\n  Scenarie: S\n    Så vises \"Next\" [S5.A.1]\n",
            5,
            "quotes are texts of [texts.da]",
        ),
        (
            "# language: de\n@phone\nFunktionalität: F\n  Szenario: S\n    Dann vises \"Next\" [S5.A.1]\n",
            5,
            "there are: da, en",
        ),
    ] {
        let temporary = tempfile::tempdir().unwrap();
        let file = temporary.path().join("words.feature");
        std::fs::write(&file, feature).unwrap();
        let file = file.to_str().unwrap();
        assert_refused(&refused_run(&[file]), &format!("{file}:{line}"), &[words]);
    }
}
