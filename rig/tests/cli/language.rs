//! The same suite in the product's other language: what is judged is the profile's, not English.

use crate::{
    common::Run,
    table::{BENCH, Table},
};

#[test]
fn the_phones_pass_in_danish() {
    let table = Table::new();
    table.spoil(BENCH, "language = \"en\"", "language = \"da\"");
    let phones = ["features/this-phone", "features/another-phone"];
    let run = Run::new(&[&["--bench", &table.path(BENCH)], phones.as_slice()].concat());
    assert_eq!(run.said.code, 0, "{}", run.said.stderr);
    assert!(run.file("journal.jsonl").contains("Opret en personlig PIN-kode"), "the screens were not Danish");
}
