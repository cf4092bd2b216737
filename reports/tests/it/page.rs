//! The HTML page, checked for what must stand on it and for what must not.

use std::{fs, path::Path};

use reports::{Journal, Outcome, Summary, html};
use tempfile::TempDir;

use crate::sample;

/// The sample run's page, also left in the target folder for people to look at.
fn page(folder: &Path) -> String {
    let page = html_of(&sample::run(folder));
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("sample.html"), &page).unwrap();
    page
}

fn html_of(journal: &Journal) -> String {
    html(journal, &Summary::new(journal))
}

#[test]
fn it_says_the_verdict_the_bench_and_who_made_it() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path());
    for words in [
        "The product breaks 1 clause.",
        "says nothing of a real product",
        "not connected with the MitID service",
        "36-leading-zero-dropped",
        "serial-cut@S5.C.7",
        "no scenario of this run judges it",
        "the product has no speech output",
        "29.970 s ± 0.067 s (k = 2)",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn it_is_whole_without_scripts_or_the_network() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path());
    for foreign in ["<script", "<link", "http://", "https://", "url(", "@import"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.len() < 5_000_000);
}
