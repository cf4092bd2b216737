//! The statements of a report, made again of the records of its runs: a signer cannot say of them what they do not say.

use std::{collections::BTreeMap, path::Path};

use reports::{
    Journal, Summary,
    release::{
        Certificate, Issue, Refused, RunRow, SignedParts, Subject, TestReport, TestResult, TestTables, names,
        tables_of,
    },
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    product::{self, Product},
    repetitions,
};

/// The longest value that a message repeats.
const LONGEST: usize = 80;

/// Compares the row of run `number` in the report with the one that the run's record gives.
pub(super) fn check_row(
    told: &RunRow,
    number: usize,
    journal: &Journal,
    summary: &Summary,
) -> Result<(), Refused> {
    same(names::REPORT, &format!("runs[{}]", number - 1), told, &RunRow::new(number, journal, summary))
}

/// Compares the report, its tables and the in-toto project's form of it with those that the runs give.
pub(super) fn check(
    parts: &SignedParts,
    told: &TestTables,
    files: &BTreeMap<String, Vec<u8>>,
    runs: &[(Journal, Summary)],
) -> Result<(), Refused> {
    if let Some((place, what)) = repetitions::first_other(runs) {
        let folder = RunRow::folder_of(place + 1);
        return Err(Refused::new(
            &folder,
            format!("another {what} than in the first run; a report is of repetitions"),
        ));
    }
    let report = &parts.report.predicate;
    let (client, subjects) = tested(files, runs)?;
    same(names::TABLES, "", told, &tables_of(&report.number, &subjects, runs))?;
    same(names::REPORT, "client", &report.client, &client)?;
    let simulated = runs.iter().any(|(journal, _)| journal.head().simulated);
    let rows = (1..).zip(runs).map(|(number, (journal, summary))| RunRow::new(number, journal, summary));
    agree(parts, told, files, simulated, rows.collect())
}

/// As [`check`], of a public bundle, which has no record: what is signed agrees with itself.
pub(super) fn check_public(
    parts: &SignedParts,
    told: &TestTables,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<(), Refused> {
    let report = &parts.report.predicate;
    same(names::TABLES, "report", &told.report, &report.number)?;
    let is_marked = |name: &str| name.starts_with("SIMULATED ");
    let simulated = parts.report.subject.iter().any(|subject| is_marked(&subject.name));
    let rows = (1..).zip(&report.runs);
    let rows = rows.map(|(number, row)| RunRow { folder: RunRow::folder_of(number), ..row.clone() });
    agree(parts, told, files, simulated, rows.collect())
}

fn agree(
    parts: &SignedParts,
    tables: &TestTables,
    files: &BTreeMap<String, Vec<u8>>,
    simulated: bool,
    rows: Vec<RunRow>,
) -> Result<(), Refused> {
    let told = &parts.report.predicate;
    let method = files.get(names::METHOD).ok_or_else(|| Refused::new(names::METHOD, "missing"))?;
    if told.method.sha256() != Some(hex::encode(Sha256::digest(method)).as_str()) {
        return Err(Refused::new(names::METHOD, "not the method that the report names"));
    }
    let issue = Issue {
        number: told.number.clone(),
        date: told.date.clone(),
        laboratory: told.laboratory.clone(),
        client: told.client.clone(),
        subjects: Vec::new(),
        files: BTreeMap::new(),
    };
    let made = TestReport {
        // The method in the bundle may be an older one than that of this program.
        method: told.method.clone(),
        decision_rule: told.decision_rule.clone(),
        manifest_sha256: told.manifest_sha256.clone(),
        ..TestReport::of(&issue, simulated, rows, tables)
    };
    same(names::REPORT, "", told, &made)?;
    same(names::REPORT, "subject", &parts.report.subject, &tables.descriptors(simulated))?;
    let made = TestResult::of(told, &parts.report_sha256, tables);
    same(names::TEST_RESULT, "", &parts.test_result.predicate, &made)?;
    let Some(certificate) = parts.certificate.as_ref().map(|one| &one.predicate) else { return Ok(()) };
    let made = Certificate::of(told, &parts.report_sha256, &certificate.date, &certificate.body);
    same(names::CERTIFICATE, "", certificate, &made)
}

/// The client and the tested items: as the product's declaration in the bundle tells them, or those of a simulated bench.
fn tested(
    files: &BTreeMap<String, Vec<u8>>,
    runs: &[(Journal, Summary)],
) -> Result<(String, Vec<Subject>), Refused> {
    let place = product::FILE;
    if let Some(bytes) = files.get(place) {
        let text = std::str::from_utf8(bytes).map_err(|error| Refused::new(place, error))?;
        let product = Product::parse(Path::new(place), text);
        let product = product.map_err(|bad| Refused::new(&bad.file.display().to_string(), bad.message))?;
        return Ok((product.client.clone(), product.subjects()));
    }
    match runs {
        [(journal, _), ..] if journal.head().simulated => Ok(product::of_simulated(journal)),
        _ => Err(Refused::new(place, "missing: it says what was tested")),
    }
}

/// Compares what stands at `at` in the file `place` with what it is by the record.
fn same(place: &str, at: &str, told: &impl Serialize, made: &impl Serialize) -> Result<(), Refused> {
    let value = |one: Result<Value, serde_json::Error>| one.map_err(|error| Refused::new(place, error));
    let (told, made) = (value(serde_json::to_value(told))?, value(serde_json::to_value(made))?);
    match difference(at, &told, &made) {
        None => Ok(()),
        Some((at, told, made)) => {
            let what = format!("{at} is {}, and by the record {}", short(told), short(made));
            Err(Refused::new(place, what))
        }
    }
}

/// The first place where two values differ, and both values there.
fn difference<'v>(at: &str, told: &'v Value, made: &'v Value) -> Option<(String, &'v Value, &'v Value)> {
    let inside = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    match (told, made) {
        (told, made) if told == made => None,
        (Value::Object(told), Value::Object(made)) => {
            let mut keys: Vec<&String> = told.keys().chain(made.keys()).collect();
            keys.sort();
            keys.iter().find_map(|key| {
                let part = |of: &'v serde_json::Map<String, Value>| of.get(*key).unwrap_or(&Value::Null);
                difference(&inside(key), part(told), part(made))
            })
        }
        (Value::Array(told), Value::Array(made)) if told.len() == made.len() => {
            told.iter().zip(made).enumerate().find_map(|(place, (told, made))| {
                let id = made.get("id").and_then(Value::as_str).map_or(place.to_string(), str::to_owned);
                difference(&format!("{at}[{id}]"), told, made)
            })
        }
        _ => Some((at.to_owned(), told, made)),
    }
}

/// A value for a message.
fn short(value: &Value) -> String {
    match value {
        Value::Null => "missing".to_owned(),
        Value::Array(all) => format!("a list of {}", all.len()),
        other => {
            let text = other.to_string();
            match text.char_indices().nth(LONGEST) {
                None => text,
                Some((end, _)) => format!("{}…", &text[..end]),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_named_by_its_keys() {
        let told = |told: Value, made: Value| same("f", "", &told, &made).unwrap_err().what;
        let (a, b) = (json!({"x": [{"id": "S1", "y": 1}]}), json!({"x": [{"id": "S1", "y": 2}]}));
        assert!(same("f", "", &a, &a).is_ok());
        assert_eq!(told(a.clone(), b), "x[S1].y is 1, and by the record 2");
        assert_eq!(told(a.clone(), json!({"x": []})), "x is a list of 1, and by the record a list of 0");
        assert_eq!(told(json!({}), a), "x is missing, and by the record a list of 1");
        assert!(told(json!("ø".repeat(200)), json!(0)).contains('…'));
    }
}
