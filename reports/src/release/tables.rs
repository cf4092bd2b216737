//! The tables of a report, made of its runs.

use std::collections::BTreeSet;

use super::{ClauseRow, FigureRow, Subject, TestTables, names};
use crate::{
    ClauseInfo, ClauseStatus, ClauseSummary, Journal, Summary, Verdict, journal::observations_of,
    mask::masked,
};

/// Words of a clause that no outcome stands for.
pub(super) const REPORTED: &str = "reported";
pub(super) const NOT_APPLICABLE: &str = "not applicable";

/// The tables of report `number` over `runs`, of which there is at least one; all are of one suite and product.
///
/// # Panics
/// Without a run.
pub fn tables_of(number: &str, subjects: &[Subject], runs: &[(Journal, Summary)]) -> TestTables {
    let (first, summary) = &runs[0];
    let head = first.head();
    let readers = if head.readers.is_empty() { "of an unknown version" } else { &head.readers };
    let revision = summary.record.origin.revision.as_deref().unwrap_or("unknown");
    TestTables {
        report: number.to_owned(),
        subjects: subjects.to_vec(),
        inputs: head.inputs.clone(),
        versions: vec![
            format!("rig {}, revision {revision}", head.rig),
            format!("readers {readers}"),
            format!("profile {}", head.profile),
            format!("bench {}", head.bench),
            format!("environment: {}", head.environment),
        ],
        clauses: head.clauses.iter().map(|info| row(info, runs)).collect(),
        deviations: head.deviations.clone(),
        not_applicable: head.not_applicable.clone(),
        not_equipped: head.not_equipped.clone(),
    }
}

/// A clause of the register over all runs.
fn row(info: &ClauseInfo, runs: &[(Journal, Summary)]) -> ClauseRow {
    let of_run = |summary: &Summary| summary.clauses.iter().find(|clause| clause.id == info.id).cloned();
    let of_runs: Vec<Option<ClauseSummary>> = runs.iter().map(|(_, summary)| of_run(summary)).collect();
    // A run that judges it weighs more than one that does not, and the worse outcome more than the better.
    let weight =
        |clause: &&ClauseSummary| (clause.outcome.judged(), clause.outcome == ClauseStatus::Reported);
    let decided = of_runs.iter().flatten().max_by_key(weight);
    let word = |clause: Option<&ClauseSummary>| {
        clause.map_or(ClauseStatus::Uncovered, |clause| clause.outcome).word().to_owned()
    };
    let verdicts = || {
        (1..).zip(runs).flat_map(|(number, (journal, _))| {
            let of_clause = journal.verdicts().filter(|(_, verdict, _)| verdict.clause == info.id);
            of_clause.map(move |(scenario, verdict, _)| (number, scenario.name.as_str(), verdict))
        })
    };
    ClauseRow {
        id: info.id.clone(),
        level: info.level,
        basis: info.basis,
        quote: info.quote.clone(),
        source: info.source.clone(),
        note: info.note.clone(),
        outcome: word(decided),
        by_run: of_runs.iter().map(|clause| word(clause.as_ref())).collect(),
        reason: decided.map(|clause| masked(&clause.reason).into_owned()).unwrap_or_default(),
        figures: verdicts().flat_map(|(run, scenario, verdict)| figures(run, scenario, verdict)).collect(),
        evidence: evidence(&info.id, runs),
    }
}

fn figures<'v>(run: usize, scenario: &'v str, verdict: &'v Verdict) -> impl Iterator<Item = FigureRow> + 'v {
    verdict.measurements.iter().map(move |measurement| FigureRow {
        run,
        scenario: scenario.to_owned(),
        measurement: measurement.clone(),
    })
}

/// The files that verdicts on `clause` rest on, each once.
fn evidence(clause: &str, runs: &[(Journal, Summary)]) -> Vec<String> {
    let mut files = BTreeSet::new();
    for (number, (journal, _)) in (1..).zip(runs) {
        for (_, entries) in journal.scenarios() {
            for verdict in crate::journal::verdicts(entries).filter(|verdict| verdict.clause == clause) {
                let seen = observations_of(verdict, entries).into_iter();
                let kept = seen.filter_map(|observation| observation.evidence.as_ref());
                files.extend(kept.map(|evidence| format!("{}{number}/{}", names::RUNS, evidence.file)));
            }
        }
    }
    files.into_iter().collect()
}
