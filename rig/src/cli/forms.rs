//! `rig clauses --forms`: which clauses a bench of each form can judge, and why not the others.

use std::collections::BTreeMap;

use reports::Level;
use serde::Serialize;

use super::{CliError, Format, clauses::word, print_json, print_line};
use crate::suite::{
    Capacity, Plan, Register,
    forms::{Coverage, FORMS},
};

/// A clause by forms.
#[derive(Serialize)]
struct Line {
    id: String,
    level: Level,
    /// How many scenarios judge it, by form.
    judged: BTreeMap<&'static str, usize>,
    /// What the scenarios lack that would judge it, by form.
    lacking: BTreeMap<&'static str, Vec<String>>,
}

/// Prints the table.
pub(super) fn print(
    register: &Register,
    plan: &Plan,
    bench: &Capacity,
    format: Format,
) -> Result<u8, CliError> {
    let lines: Vec<Line> =
        register.iter().map(|clause| Line::new(&clause.id, clause.level, plan, bench)).collect();
    match format {
        Format::Json => print_json(&lines)?,
        Format::Human => print_table(&lines)?,
    }
    Ok(0)
}

impl Line {
    fn new(clause: &str, level: Level, plan: &Plan, bench: &Capacity) -> Self {
        let (mut judged, mut lacking) = (BTreeMap::new(), BTreeMap::new());
        for form in &FORMS {
            match form.coverage(clause, plan, bench) {
                Coverage::Judged(count) => {
                    judged.insert(form.name, count);
                }
                Coverage::Not(reasons) => {
                    lacking.insert(form.name, reasons.into_iter().collect());
                }
                Coverage::Nowhere => {
                    lacking.insert(form.name, vec!["no scenario judges it".to_owned()]);
                }
            }
        }
        Self { id: clause.to_owned(), level, judged, lacking }
    }

    fn print(&self) -> Result<(), CliError> {
        let cell = |name| self.judged.get(name).map_or("-".to_owned(), usize::to_string);
        let cells: String = FORMS.iter().map(|form| format!(" {:>7}", cell(form.name))).collect();
        print_line(&format!("{:20} {:7}{cells}", self.id, word(self.level)))
    }
}

/// How many scenarios judge each clause on a bench of each form, and why none does.
fn print_table(lines: &[Line]) -> Result<(), CliError> {
    for form in &FORMS {
        print_line(&format!("{:8} {}", form.name, form.words))?;
    }
    let heads: String = FORMS.iter().map(|form| format!(" {:>7}", form.name)).collect();
    print_line(&format!("\n{:20} {:7}{heads}", "clause", "level"))?;
    lines.iter().try_for_each(Line::print)?;
    for form in &FORMS {
        print_line(&format!("\nnot judged with {}:", form.words))?;
        for line in lines {
            if let Some(reasons) = line.lacking.get(form.name) {
                print_line(&format!("  {}: {}", line.id, reasons.join("; ")))?;
            }
        }
    }
    Ok(())
}
