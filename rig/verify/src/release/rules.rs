//! The rules of certification, as the method has them: what bars a certificate.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use reports::{
    Level, Outcome,
    release::{ClauseRow, Ledger, RunRow, TestReport, TestTables, names, product_hash},
};

use super::{
    lab::{self, Items},
    trust::day,
    verify::Verified,
};

/// How many repetitions of the suite a certificate rests on.
pub const REPETITIONS: usize = 3;

/// A reason why there can be no certificate.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[error("{about}: {why}")]
pub struct Bar {
    /// The clause, the run or the file that it is about.
    pub about: String,
    /// The violated or missing item.
    pub why: String,
}

impl Bar {
    fn new(about: &str, why: impl Into<String>) -> Self {
        Self { about: about.to_owned(), why: why.into() }
    }
}

/// Everything that bars a certificate over a report, at once.
pub fn bars(verified: &Verified) -> Vec<Bar> {
    let Verified { parts, tables, files, .. } = verified;
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
    bars.extend(bars_of_ledger(report, files, &product_hash(&tables.subjects)));
    if !report.simulated {
        bars.extend(bars_of_lab(report, files));
    }
    if parts.signers.len() < 2 {
        bars.push(Bar::new("report", "nobody reviewed it: a second signature, of another key, is missing"));
    }
    if parts.certifiers.iter().any(|id| parts.signers.contains(id)) {
        bars.push(Bar::new(
            "certificate",
            "its key has signed the report, too; a report is certified by another body",
        ));
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

/// Clauses that bind the product and are broken.
pub fn broken(tables: &TestTables) -> impl Iterator<Item = Bar> {
    let rows = tables.clauses.iter().filter(|row| row.outcome == Outcome::Fail.word());
    rows.filter_map(bar_of_clause)
}

/// The ledger tells of every attempt on this product: each run is one of them, each has its end, and none failed unless the
/// report's own result allows for it.
fn bars_of_ledger(report: &TestReport, files: &BTreeMap<String, Vec<u8>>, product: &str) -> Vec<Bar> {
    let bar = |why: String| vec![Bar::new(names::LEDGER, why)];
    let Some(bytes) = files.get(names::LEDGER) else {
        return bar("missing: it tells of every attempt on this product".to_owned());
    };
    let ledger = match Ledger::read(names::LEDGER, bytes) {
        Ok(ledger) => ledger,
        Err(refused) => return bar(refused.to_string()),
    };
    if ledger.line_of_another(product).is_some() {
        return bar("it is of another product".to_owned());
    }
    let attempts = ledger.attempts();
    let mut bars = Vec::new();
    let untold = report.runs.iter().filter(|run| !ledger.tells_of(&run.head));
    bars.extend(untold.flat_map(|run| bar(format!("it does not tell of {}", run.folder))));
    for attempt in &attempts {
        let in_report = |head: &str| report.runs.iter().any(|run| run.head == head);
        let number = attempt.number;
        match &attempt.ended {
            None => bars.extend(bar(format!("attempt {number} has no end"))),
            // A run of the report is judged with it.
            Some((_, head)) if in_report(head) => {}
            Some((Outcome::Fail, _)) => bars.extend(bar(format!("attempt {number} failed"))),
            Some(_) => {
                let again = attempts.iter().filter(|other| other.repetition == attempt.repetition).count();
                if again > 2 {
                    bars.extend(bar(format!("repetition {} was tried {again} times", attempt.repetition)));
                }
            }
        }
    }
    bars
}

/// Documents that a laboratory has to hand in with a report of a real product.
fn bars_of_lab(report: &TestReport, files: &BTreeMap<String, Vec<u8>>) -> Vec<Bar> {
    let wanted = ["product.toml", "people.toml", "instruments.toml", "items.toml"];
    let missing = wanted.into_iter().filter(|name| !files.contains_key(*name));
    let mut bars: Vec<Bar> = missing.map(|name| Bar::new(name, "missing")).collect();
    let items = files.get("items.toml").and_then(|bytes| std::str::from_utf8(bytes).ok());
    if let (Some(text), Ok(today)) = (items, day(&report.date)) {
        match lab::parse::<Items>(Path::new("items.toml"), text) {
            Ok(items) => {
                let missing = items.missing(REPETITIONS, today);
                bars.extend(missing.into_iter().map(|why| Bar::new("items.toml", why)));
            }
            Err(bad) => bars.push(Bar::new("items.toml", bad.to_string())),
        }
    }
    bars
}
