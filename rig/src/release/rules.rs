//! The rules of certification, as the method has them: what bars a certificate.

use std::collections::BTreeSet;

use reports::{
    Level, Outcome,
    release::{ClauseRow, RunRow, SignedParts, TestTables},
};

/// How many repetitions of the suite a certificate rests on.
pub const REPETITIONS: usize = 3;

/// A reason why there can be no certificate.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Bar {
    /// The clause, the run or the file that it is about.
    pub about: String,
    /// What is wrong or missing.
    pub why: String,
}

impl Bar {
    fn new(about: &str, why: impl Into<String>) -> Self {
        Self { about: about.to_owned(), why: why.into() }
    }
}

/// Everything that bars a certificate over a report, at once.
pub fn bars(parts: &SignedParts, tables: &TestTables) -> Vec<Bar> {
    let report = &parts.report.predicate;
    let mut bars = Vec::new();
    if report.runs.len() < REPETITIONS {
        let why = format!("{} repetitions; the method asks for {REPETITIONS}", report.runs.len());
        bars.push(Bar::new("runs", why));
    }
    let digests: BTreeSet<&str> = report.runs.iter().map(|run| run.digest.as_str()).collect();
    if digests.len() < report.runs.len() {
        bars.push(Bar::new("runs", "two of them are one and the same run"));
    }
    bars.extend(report.runs.iter().filter_map(bar_of_run));
    bars.extend(tables.clauses.iter().filter_map(bar_of_clause));
    if bars.is_empty() && report.result == "FAILED" {
        bars.push(Bar::new("report", format!("its result is {}", report.result)));
    }
    if parts.signers.len() < 2 {
        bars.push(Bar::new("report", "nobody reviewed it: a second signature, of another key, is missing"));
    }
    bars
}

fn bar_of_run(run: &RunRow) -> Option<Bar> {
    let bar = |why: String| Some(Bar::new(&run.folder, why));
    if let Some(why) = &run.incomplete {
        return bar(format!("incomplete: {why}"));
    }
    if !run.faults.is_empty() {
        return bar(format!("the bench was given faults: {}", run.faults.join(", ")));
    }
    None
}

/// A clause of level must or profile passes in every run; one of level should may be broken, and is reported. What is not
/// decided bars at every level. A clause that no scenario judges bars where it is a must.
fn bar_of_clause(clause: &ClauseRow) -> Option<Bar> {
    let binding = matches!(clause.level, Level::Must | Level::Profile);
    let [pass, not_run, inconclusive, error, fail] = Outcome::ALL.map(Outcome::word);
    let is_bar = |word: &&String| match word.as_str() {
        word if word == pass => false,
        word if word == fail => binding,
        word if [not_run, inconclusive, error].contains(&word) => true,
        "uncovered" => clause.level == Level::Must,
        _ => false,
    };
    let (number, word) = (1..).zip(&clause.by_run).find(|(_, word)| is_bar(word))?;
    let reason = if clause.reason.is_empty() { "no scenario judged it" } else { &clause.reason };
    Some(Bar::new(&clause.id, format!("{word} in run {number}: {reason}")))
}
