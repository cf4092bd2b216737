//! Differences between two test reports: items, files, clauses, and figures beyond their uncertainty.

use std::{collections::BTreeMap, path::Path};

use reports::release::{
    Descriptor, Envelope, Refused, Statement, TestReport, TestTables, names, predicate, read_bundle,
};
use serde::Serialize;

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The item, the file, the clause or the figure.
    pub about: String,
    /// In the older report; empty where it is not there.
    pub was: String,
    /// In the newer one.
    pub is: String,
}

/// A report with its tables, as a bundle has them.
#[derive(Debug)]
pub struct ReadReport {
    statement: Statement<TestReport>,
    tables: TestTables,
}

/// Reads the report in the bundle at `path`. Nothing is verified.
///
/// # Errors
/// [`Refused`] where it cannot be read.
pub fn told(path: &Path) -> Result<ReadReport, Refused> {
    let bundle = read_bundle(path, |_, _| Ok(()))?;
    let missing = |name: &str| Refused::new(name, "missing");
    let envelope = bundle.attestations.get(names::REPORT).ok_or_else(|| missing(names::REPORT))?;
    let payload = Envelope::read(names::REPORT, envelope)?.payload(names::REPORT)?;
    let statement = Statement::read(names::REPORT, &payload, predicate::REPORT)?;
    let tables = bundle.files.get(names::TABLES).ok_or_else(|| missing(names::TABLES))?;
    let tables = serde_json::from_slice(tables).map_err(|error| Refused::new(names::TABLES, error))?;
    Ok(ReadReport { statement, tables })
}

/// The differences from `old` to `new`.
pub fn differences(old: &ReadReport, new: &ReadReport) -> Vec<Difference> {
    let parts = [
        pairs("item", &items(old), &items(new)),
        pairs("file", &files(old), &files(new)),
        pairs("version", &versions(old), &versions(new)),
        pairs("profile", &deviations(old), &deviations(new)),
        pairs("clause", &clauses(old), &clauses(new)),
        pairs("words of", &quotes(old), &quotes(new)),
        figures(old, new),
    ];
    parts.concat()
}

type Table = BTreeMap<String, String>;

/// The entries that differ.
fn pairs(kind: &str, old: &Table, new: &Table) -> Vec<Difference> {
    let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let text = |table: &Table, name: &String| table.get(name).cloned().unwrap_or_default();
    let all = names.into_iter().map(|name| Difference {
        about: format!("{kind} {name}"),
        was: text(old, name),
        is: text(new, name),
    });
    all.filter(|one| one.was != one.is).collect()
}

fn items(told: &ReadReport) -> Table {
    let hash = |item: &Descriptor| item.sha256().unwrap_or_default().to_owned();
    told.statement.subject.iter().map(|item| (item.name.clone(), hash(item))).collect()
}

fn files(told: &ReadReport) -> Table {
    told.tables.inputs.iter().map(|input| (input.name.clone(), input.sha256.clone())).collect()
}

fn versions(told: &ReadReport) -> Table {
    let word = |line: &String| line.split(' ').next().unwrap_or_default().to_owned();
    told.tables.versions.iter().map(|line| (word(line), line.clone())).collect()
}

fn deviations(told: &ReadReport) -> Table {
    told.tables.deviations.iter().map(|one| (one.key.clone(), one.value.clone())).collect()
}

fn clauses(told: &ReadReport) -> Table {
    told.tables.clauses.iter().map(|clause| (clause.id.clone(), clause.outcome.clone())).collect()
}

fn quotes(told: &ReadReport) -> Table {
    told.tables.clauses.iter().map(|clause| (clause.id.clone(), clause.quote.clone())).collect()
}

/// A figure over the runs of a report: the mean of its values, the largest of its uncertainties, its unit.
struct Mean {
    value: f64,
    uncertainty: f64,
    unit: String,
}

fn means(told: &ReadReport) -> BTreeMap<String, Mean> {
    let mut all: BTreeMap<String, Vec<(f64, f64, &str)>> = BTreeMap::new();
    for clause in &told.tables.clauses {
        for figure in &clause.figures {
            let one = &figure.measurement;
            let name = format!("{} of {} in {:?}", one.name, clause.id, figure.scenario);
            all.entry(name).or_default().push((one.value, one.uncertainty, &one.unit));
        }
    }
    let mean = |values: &Vec<(f64, f64, &str)>| Mean {
        value: values.iter().map(|one| one.0).sum::<f64>() / values.len() as f64,
        uncertainty: values.iter().map(|one| one.1).fold(0.0, f64::max),
        unit: values[0].2.to_owned(),
    };
    all.iter().map(|(name, values)| (name.clone(), mean(values))).collect()
}

/// Figures whose means lie further apart than both uncertainties together, added as squares.
fn figures(old: &ReadReport, new: &ReadReport) -> Vec<Difference> {
    let (old, new) = (means(old), means(new));
    let both = old.iter().filter_map(|(name, was)| Some((name, was, new.get(name)?)));
    let moved =
        both.filter(|(_, was, is)| (is.value - was.value).abs() > was.uncertainty.hypot(is.uncertainty));
    let text = |one: &Mean| format!("{:.3} {} ± {:.3} {}", one.value, one.unit, one.uncertainty, one.unit);
    let differences =
        moved.map(|(name, was, is)| Difference { about: name.clone(), was: text(was), is: text(is) });
    differences.collect()
}
