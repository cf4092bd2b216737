//! Summaries: the worst wins, over what was planned, and nothing that did not run is a pass.

use reports::{Outcome, Standing, Summary};
use tempfile::TempDir;

use crate::sample;

#[test]
fn the_worst_over_clauses_and_scenarios_is_the_run() {
    let folder = TempDir::new().unwrap();
    let summary = Summary::new(&sample::run(folder.path()));
    assert_eq!(summary.outcome, Outcome::Fail);
    assert!(summary.complete);
    let standing = |id: &str| summary.clauses.iter().find(|clause| clause.id == id).unwrap().outcome;
    assert_eq!(standing("S5.C.8b"), Standing::Judged(Outcome::Fail));
    assert_eq!(standing("S5.C.7"), Standing::Judged(Outcome::Error));
    assert_eq!(standing("S5.C.9"), Standing::Judged(Outcome::NotRun));
    assert_eq!(standing("RFC6238-5.2"), Standing::Judged(Outcome::Inconclusive));
    assert_eq!(standing("H.3"), Standing::Judged(Outcome::Pass));
    assert_eq!(standing("EN301549-5.1.3"), Standing::NotApplicable);
    assert_eq!(standing("S5.N.2"), Standing::Uncovered);
}
