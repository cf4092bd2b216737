//! Summaries: the worst wins, over what was planned, and nothing that did not run is a pass.

use reports::{Access, ClauseStatus, Journal, JournalWriter, Outcome, Summary};
use tempfile::TempDir;

use crate::{
    sample,
    scribe::{self, Scribe},
};

#[test]
fn the_worst_over_clauses_and_scenarios_is_the_run() {
    let folder = TempDir::new().unwrap();
    let summary = Summary::new(&sample::run(folder.path()));
    assert_eq!(summary.outcome, Outcome::Fail);
    assert!(summary.complete);
    let standing = |id: &str| summary.clauses.iter().find(|clause| clause.id == id).unwrap().outcome;
    assert_eq!(standing("S5.C.8b"), ClauseStatus::Judged(Outcome::Fail));
    assert_eq!(standing("S5.C.7"), ClauseStatus::Judged(Outcome::Error));
    assert_eq!(standing("S5.C.9"), ClauseStatus::Judged(Outcome::NotRun));
    assert_eq!(standing("RFC6238-5.2"), ClauseStatus::Judged(Outcome::Inconclusive));
    assert_eq!(standing("H.3"), ClauseStatus::Judged(Outcome::Pass));
    assert_eq!(standing("EN301549-5.1.3"), ClauseStatus::NotApplicable);
    assert_eq!(standing("S5.N.2"), ClauseStatus::Uncovered);
}

/// The summary of a run of the sample's plan in which only the first scenario runs, as `run` says.
fn first_scenario(run: impl FnOnce(Scribe)) -> Summary {
    let folder = TempDir::new().unwrap();
    let writer = JournalWriter::create(folder.path(), Access::PRIVATE).unwrap();
    let mut plan = sample::plan();
    plan.scenarios.truncate(1);
    scribe::head(&writer, &plan);
    run(Scribe::begin(&writer, 0));
    scribe::end(&writer, Outcome::Pass);
    Summary::new(&Journal::read(folder.path()).unwrap())
}

fn clause(summary: &Summary, id: &str) -> (ClauseStatus, String) {
    let clause = summary.clauses.iter().find(|clause| clause.id == id).unwrap();
    (clause.outcome, clause.reason.clone())
}

#[test]
fn an_error_falls_on_the_clause_that_the_step_names_and_the_rest_is_not_run() {
    let summary = first_scenario(|s| {
        s.walk(0..1);
        s.step(1, Outcome::Error, Some("phone: unplugged"), |_| {});
        s.finish(Outcome::Error);
    });
    assert_eq!(summary.outcome, Outcome::Error);
    let error = (ClauseStatus::Judged(Outcome::Error), "phone: unplugged".to_owned());
    assert_eq!(clause(&summary, "S5.C.1"), error);
    let not_run = (ClauseStatus::Judged(Outcome::NotRun), "not reached: step 2 came to error".to_owned());
    assert_eq!(clause(&summary, "S5.C.9"), not_run);
}

#[test]
fn an_error_where_no_clause_is_named_still_counts_for_the_run() {
    let summary = first_scenario(|s| {
        s.step(0, Outcome::Error, Some("phone: unplugged"), |_| {});
        s.finish(Outcome::Error);
    });
    assert_eq!(summary.counts.error, 0);
    assert_eq!(summary.outcome, Outcome::Error);
    assert!(reports::text(&summary, false).contains("step by step: phone: unplugged"));
}

#[test]
fn a_clause_of_level_info_changes_nothing_whatever_is_found() {
    for found in Outcome::ALL {
        let summary = first_scenario(|s| {
            s.walk(0..1);
            for step in 1..10 {
                let clause = sample::plan().scenarios[0].steps[step as usize].clause.clone();
                s.step(step, Outcome::Pass, None, |s| {
                    clause.iter().for_each(|id| s.judge(step, id, Outcome::Pass, "kept", &[], vec![]));
                });
            }
            s.step(10, Outcome::Pass, None, |s| {
                s.judge(10, "ISO18004", found, "3.1 modules", &[], vec![]);
            });
            s.finish(Outcome::Pass);
        });
        assert_eq!((summary.outcome, summary.scenarios[0].outcome), (Outcome::Pass, Outcome::Pass));
        assert_eq!(clause(&summary, "ISO18004"), (ClauseStatus::Reported, "3.1 modules".to_owned()));
        assert_eq!(summary.counts.reported, 1);
    }
}

#[test]
fn a_bench_that_fails_while_it_reports_is_an_error_all_the_same() {
    let summary = first_scenario(|s| {
        s.walk(0..10);
        s.step(10, Outcome::Error, Some("camera: unplugged"), |s| {
            s.judge(10, "ISO18004", Outcome::Pass, "4.2 modules", &[], vec![]);
        });
        s.finish(Outcome::Error);
    });
    assert_eq!(summary.outcome, Outcome::Error);
    assert_eq!(clause(&summary, "ISO18004").0, ClauseStatus::Judged(Outcome::Error));
}

#[test]
fn a_report_that_was_not_reached_is_not_run() {
    let summary = first_scenario(|s| {
        s.walk(0..1);
        s.finish(Outcome::Pass);
    });
    assert_eq!(clause(&summary, "ISO18004").0, ClauseStatus::Judged(Outcome::NotRun));
    assert_eq!(summary.counts.reported, 0);
}

#[test]
fn a_judging_step_that_ends_without_a_verdict_is_not_a_pass() {
    let summary = first_scenario(|s| {
        s.walk(0..11);
        s.finish(Outcome::Pass);
    });
    let not_run = (ClauseStatus::Judged(Outcome::NotRun), "the step ended without judging it".to_owned());
    assert_eq!(clause(&summary, "S5.C.1"), not_run);
    assert_eq!(summary.outcome, Outcome::NotRun);
}

#[test]
fn a_clause_that_failed_stays_failed_however_often_it_is_tried_again() {
    let summary = first_scenario(|s| {
        s.walk(0..1);
        for outcome in [Outcome::Fail, Outcome::Pass, Outcome::Error] {
            s.step(1, outcome, None, |s| {
                if outcome != Outcome::Error {
                    s.judge(1, "S5.C.1", outcome, outcome.word(), &[], vec![]);
                }
            });
        }
        s.finish(Outcome::Error);
    });
    assert_eq!(clause(&summary, "S5.C.1"), (ClauseStatus::Judged(Outcome::Fail), "fail".to_owned()));
}

#[test]
fn a_verdict_on_another_clause_does_not_blame_the_one_that_the_step_names() {
    let summary = first_scenario(|s| {
        s.walk(0..1);
        s.step(1, Outcome::Fail, None, |s| {
            s.judge(1, "S5.C.1", Outcome::Pass, "offered", &[], vec![]);
            s.judge(1, "S5.N.2", Outcome::Fail, "the backup is gone", &[], vec![]);
        });
        s.finish(Outcome::Fail);
    });
    assert_eq!(clause(&summary, "S5.C.1").0, ClauseStatus::Judged(Outcome::Pass));
    assert_eq!(
        clause(&summary, "S5.N.2"),
        (ClauseStatus::Judged(Outcome::Fail), "the backup is gone".to_owned())
    );
}

#[test]
fn a_scenario_that_never_ended_leaves_the_journal_incomplete() {
    let summary = first_scenario(|s| s.walk(0..1));
    assert!(!summary.complete);
    assert_eq!(summary.scenarios[0].outcome, Outcome::NotRun);
    assert!(summary.incomplete.unwrap().ends_with("began and never ended"));
}

#[test]
fn a_fail_that_names_no_clause_fails_the_run() {
    let summary = first_scenario(|s| {
        s.step(0, Outcome::Fail, Some("the question does not show"), |_| {});
        s.finish(Outcome::Fail);
    });
    assert_eq!((summary.outcome, summary.counts.fail), (Outcome::Fail, 0));
    assert_eq!(summary.headline(), "A scenario failed in a step that names no clause.");
}

#[test]
fn what_the_runner_wrote_at_the_end_is_not_lost() {
    let folder = TempDir::new().unwrap();
    let writer = JournalWriter::create(folder.path(), Access::PRIVATE).unwrap();
    let mut plan = sample::plan();
    plan.scenarios.clear();
    scribe::head(&writer, &plan);
    scribe::end(&writer, Outcome::Error);
    assert_eq!(Summary::new(&Journal::read(folder.path()).unwrap()).outcome, Outcome::Error);
}
