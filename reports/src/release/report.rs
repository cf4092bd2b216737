//! The test report: what a laboratory signs about runs, and the tables by clause that stand beside it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Descriptor, Issue, TestResult, names, statement::SIMULATED_LINE, tables};
use crate::{Basis, Counts, Deviation, Input, Journal, LeftOut, Level, Measurement, Outcome, Summary};

/// The method, as every bundle carries it.
pub const METHOD: &str = include_str!("../../METHOD.md");
/// Its version, as its text tells.
pub const METHOD_VERSION: &str = "1";
/// The rule that figures are judged by, in a sentence; the method tells it in full.
pub const DECISION_RULE: &str = "Guard band as wide as the expanded uncertainty (k = 2, about 95 %): inside of the limits by more \
                                 is a pass, outside by more is a fail, between is inconclusive (JCGM 106, ILAC-G8).";

/// A tested item: a part of the product, by name and hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// "firmware of the code display 1.4".
    pub name: String,
    /// SHA-256 of the part.
    pub sha256: String,
    /// Who says that this is its hash, where the laboratory did not compute it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_by: Option<String>,
}

/// The predicate of a test report. What it says of clauses stands in [`TestTables`], which the manifest holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestReport {
    /// Kind of the bundle, in a sentence.
    pub first_line: String,
    /// The report's unique number.
    pub number: String,
    /// The name of the bundle's file.
    pub file: String,
    /// The day of issue, as the signer says it.
    pub date: String,
    /// Whether the product and the bench were simulated.
    pub simulated: bool,
    /// PASSED, WARNED or FAILED, by the rules of the method.
    pub result: String,
    /// The worst outcome of all.
    pub outcome: Outcome,
    /// The laboratory.
    pub laboratory: String,
    /// The client.
    pub client: String,
    /// The method, with its version.
    pub method: Descriptor,
    /// The decision rule that was agreed.
    pub decision_rule: String,
    /// The runs, in the order of their numbers.
    pub runs: Vec<RunRow>,
    /// Number of clauses by outcome, over all runs.
    pub counts: Counts,
    /// SHA-256 of the manifest.
    pub manifest_sha256: String,
}

/// A run that a report rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRow {
    /// Its folder in the bundle.
    pub folder: String,
    /// The hash of its journal's last line.
    pub head: String,
    /// Its digest.
    pub digest: String,
    /// When it began, by the host's clock.
    pub begun: String,
    /// When it ended; empty for one that was cut short.
    pub ended: String,
    /// Who ran it.
    pub operator: String,
    /// Its outcome.
    pub outcome: Outcome,
    /// Why it does not reach its end, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
    /// The hash of the last amendment's line; none without amendments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended: Option<String>,
    /// Defects that the reference product was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defects: Vec<String>,
    /// Faults that the bench was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
}

/// The result by clause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestTables {
    /// The report's number.
    pub report: String,
    /// The tested items.
    pub subjects: Vec<Subject>,
    /// The suite, the register, the bench, the profile and the images.
    pub inputs: Vec<Input>,
    /// The versions of rig, readers and profile.
    pub versions: Vec<String>,
    /// Every clause of the register.
    pub clauses: Vec<ClauseRow>,
    /// The profile's values that are not the register's defaults.
    pub deviations: Vec<Deviation>,
    /// Scenarios that do not apply to the product.
    pub not_applicable: Vec<LeftOut>,
    /// Scenarios that the bench lacks instruments for.
    pub not_equipped: Vec<LeftOut>,
}

/// One clause over all runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseRow {
    /// The clause.
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// The authority behind it.
    pub basis: Basis,
    /// The words of the source.
    pub quote: String,
    /// The document, and the place in it.
    pub source: String,
    /// A note of the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The worst over the runs, as a word.
    pub outcome: String,
    /// The outcome in each run.
    pub by_run: Vec<String>,
    /// Why, of the run that decided; codes are masked.
    pub reason: String,
    /// The figures that it was judged by.
    pub figures: Vec<FigureRow>,
    /// The files that its verdicts rest on.
    pub evidence: Vec<String>,
}

/// A figure of a clause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureRow {
    /// The run's number.
    pub run: usize,
    /// The scenario.
    pub scenario: String,
    /// The figure, with its uncertainty and limits.
    pub measurement: Measurement,
}

impl Subject {
    /// The item as a statement names it.
    fn descriptor(&self, simulated: bool) -> Descriptor {
        let mark = if simulated { "SIMULATED " } else { "" };
        let mut subject = Descriptor::new(&format!("{mark}{}", self.name), &self.sha256);
        if let Some(declared_by) = &self.declared_by {
            subject.annotations.insert("declared_by".to_owned(), declared_by.clone().into());
        }
        subject
    }
}

impl RunRow {
    /// The folder of run `number`, from 1, in a bundle.
    pub fn folder_of(number: usize) -> String {
        format!("{}{number}/", names::RUNS)
    }

    /// The row of run `number`, from 1.
    pub fn new(number: usize, journal: &Journal, summary: &Summary) -> Self {
        let head = journal.head();
        Self {
            folder: Self::folder_of(number),
            head: summary.head.clone(),
            digest: summary.digest.clone(),
            begun: journal.begun().unwrap_or_default().to_owned(),
            ended: journal.ended().unwrap_or_default().to_owned(),
            operator: summary.record.origin.operator.clone(),
            outcome: summary.outcome,
            incomplete: summary.incomplete.clone(),
            amended: (!journal.amendments().all().is_empty()).then(|| journal.amendments().head().to_owned()),
            defects: head.defects.clone(),
            faults: head.faults.clone(),
        }
    }
}

impl TestReport {
    /// The report that `issue` is of the runs in `rows`, without the manifest's hash.
    pub fn of(issue: &Issue, simulated: bool, rows: Vec<RunRow>, tables: &TestTables) -> Self {
        let outcome = Outcome::worst(rows.iter().map(|row| row.outcome));
        let (result, counts) = (tables.result_of(outcome), tables.counts());
        let mark = if simulated { names::SIMULATED } else { "" };
        let mut method = Descriptor::new(names::METHOD, &hex::encode(Sha256::digest(METHOD)));
        method.annotations.insert("version".to_owned(), METHOD_VERSION.into());
        Self {
            first_line: first_line(simulated, result, outcome, &counts),
            number: issue.number.clone(),
            file: format!("{}{mark}{}", issue.number, names::EXTENSION),
            date: issue.date.clone(),
            simulated,
            result: result.to_owned(),
            outcome,
            laboratory: issue.laboratory.clone(),
            client: issue.client.clone(),
            method,
            decision_rule: DECISION_RULE.to_owned(),
            runs: rows,
            counts,
            manifest_sha256: String::new(),
        }
    }
}

impl TestResult {
    /// The same result as `report`, whose payload has this hash, in the in-toto project's words.
    pub fn of(report: &TestReport, payload_sha256: &str, tables: &TestTables) -> Self {
        let inputs = tables.inputs.iter().map(|input| Descriptor::new(&input.name, &input.sha256));
        let mut manifest = Descriptor::new(names::MANIFEST, &report.manifest_sha256);
        manifest.annotations.insert("simulated".to_owned(), report.simulated.into());
        manifest.annotations.insert("report".to_owned(), report.number.clone().into());
        let others = [report.method.clone(), manifest, Descriptor::new(names::REPORT, payload_sha256)];
        Self {
            result: report.result.clone(),
            configuration: inputs.chain(others).collect(),
            passed_tests: tables.ids(Outcome::Pass, &[Level::Must, Level::Should, Level::Profile]),
            warned_tests: tables.ids(Outcome::Fail, &[Level::Should]),
            failed_tests: tables.ids(Outcome::Fail, &[Level::Must, Level::Profile]),
        }
    }
}

impl TestTables {
    /// The tested items, as a statement names them.
    pub fn descriptors(&self, simulated: bool) -> Vec<Descriptor> {
        self.subjects.iter().map(|part| part.descriptor(simulated)).collect()
    }

    /// The clauses with this outcome, as a word, at one of these levels.
    fn ids(&self, outcome: Outcome, levels: &[Level]) -> Vec<String> {
        let rows = self.clauses.iter();
        let rows = rows.filter(|row| row.outcome == outcome.word() && levels.contains(&row.level));
        rows.map(|row| row.id.clone()).collect()
    }

    /// PASSED, WARNED or FAILED, as the method says: FAILED where a clause of level must or profile is broken, or anything
    /// planned is not decided; WARNED where only clauses of level should are broken.
    pub fn result_of(&self, outcome: Outcome) -> &'static str {
        let broken = |levels: &[Level]| !self.ids(Outcome::Fail, levels).is_empty();
        let undecided = [Outcome::NotRun, Outcome::Inconclusive, Outcome::Error];
        let is_undecided = |row: &ClauseRow| undecided.iter().any(|outcome| row.outcome == outcome.word());
        match outcome {
            Outcome::Pass => "PASSED",
            Outcome::Fail if broken(&[Level::Must, Level::Profile]) => "FAILED",
            Outcome::Fail if broken(&[Level::Should]) && !self.clauses.iter().any(is_undecided) => "WARNED",
            _ => "FAILED",
        }
    }

    /// Number of clauses by outcome.
    pub fn counts(&self) -> Counts {
        let of = |word: &str| self.clauses.iter().filter(|row| row.outcome == word).count();
        Counts {
            pass: of(Outcome::Pass.word()),
            not_run: of(Outcome::NotRun.word()),
            inconclusive: of(Outcome::Inconclusive.word()),
            error: of(Outcome::Error.word()),
            fail: of(Outcome::Fail.word()),
            reported: of(tables::REPORTED),
            not_applicable: of(tables::NOT_APPLICABLE),
        }
    }
}

/// The first line of a report.
fn first_line(simulated: bool, result: &str, outcome: Outcome, counts: &Counts) -> String {
    let place = if simulated { SIMULATED_LINE } else { "" };
    let clauses = |count: usize| if count == 1 { "1 clause".to_owned() } else { format!("{count} clauses") };
    let kept = match outcome {
        Outcome::Pass => format!("the product keeps {}, all that were planned", clauses(counts.pass)),
        Outcome::Fail if counts.fail > 0 => format!("the product breaks {}", clauses(counts.fail)),
        Outcome::Fail => "a scenario failed in a step that names no clause".to_owned(),
        _ => "not everything that was planned is decided".to_owned(),
    };
    format!("{place}TEST REPORT, not a certificate. Result {result}, outcome {outcome}: {kept}.")
}
