//! Binds the steps of a scenario to the register: its clause is one that its check serves, its figures are
//! the clause's, and its evidence was given before. All of it is known before anything is opened.

use std::collections::BTreeSet;

use super::{
    figures,
    needs::Needs,
    plan::PlannedStep,
    register::{Clause, Register, Vector},
};
use crate::{
    profile::Profile,
    session::{Evidence, Judges, Means, Row, Rows},
};

/// The bound steps of a scenario.
pub struct Bound<'p> {
    needs: &'p Needs,
    register: &'p Register,
    profile: &'p Profile,
    /// Evidence that they have given.
    given: BTreeSet<Evidence>,
}

/// Texts that stand on many screens, and so tell nothing of a clause.
const EVERYWHERE: [&str; 2] = ["button.", "dialog."];

/// A line of the feature's file, and what is wrong there.
type Refused = (usize, String);

impl<'p> Bound<'p> {
    /// Before the first step.
    pub fn new(needs: &'p Needs, register: &'p Register, profile: &'p Profile) -> Self {
        Self { needs, register, profile, given: BTreeSet::new() }
    }

    /// Binds the next step, whose table has its rows in these lines, or says what is wrong with it.
    pub fn step(&mut self, step: &PlannedStep, means: &Means, rows: &[usize]) -> Result<(), Refused> {
        let line = step.line();
        let here = |message| (line, message);
        means.uses.iter().try_for_each(|instrument| self.needs.allow(*instrument)).map_err(here)?;
        if let Some(missing) = means.needs.iter().find(|evidence| !self.given.contains(evidence)) {
            let what = missing.words();
            return Err(here(format!("the step needs {what}, and no step before it gives that")));
        }
        let clause = step.clause.as_deref().and_then(|id| self.register.get(id));
        if let Some(clause) = clause {
            self.serves(clause, &means.judges).map_err(here)?;
            figures::compare(&clause.id, &clause.figures, &means.states).map_err(here)?;
        }
        if let Some(table) = &means.table {
            let line_of = |row: usize| rows.get(row).copied().unwrap_or(line);
            self.table(clause, table, line_of)?;
        }
        self.give(&means.gives);
        Ok(())
    }

    /// An error where what judges does not serve `clause`.
    fn serves(&self, clause: &Clause, judges: &Judges) -> Result<(), String> {
        match judges {
            Judges::Nothing => Err(format!("this step judges nothing, and so does not serve {}", clause.id)),
            Judges::By(clauses) if clauses.contains(&clause.id.as_str()) => Ok(()),
            Judges::By(clauses) => {
                Err(format!("this step does not serve {}; it serves {}", clause.id, clauses.join(", ")))
            }
            Judges::Screen(texts) => self.tells(clause, texts),
        }
    }

    /// An error if a screen text is not among those of `clause`.
    fn tells(&self, clause: &Clause, texts: &[String]) -> Result<(), String> {
        let mut told = false;
        for text in texts {
            let ids: Vec<&str> = self.profile.ids(text).collect();
            if ids.iter().any(|id| clause.texts.iter().any(|known| known == id)) {
                told = true;
            } else if !ids.iter().any(|id| EVERYWHERE.iter().any(|begins| id.starts_with(begins))) {
                return Err(self.other_clause(clause, text, &ids));
            }
        }
        if told { Ok(()) } else { Err(format!("no text in this step is one that {} is told by", clause.id)) }
    }

    fn other_clause(&self, clause: &Clause, text: &str, ids: &[&str]) -> String {
        let tells = |other: &&Clause| ids.iter().any(|id| other.texts.iter().any(|known| known == id));
        let serves: Vec<&str> = self.register.iter().filter(tells).map(|other| other.id.as_str()).collect();
        let serves = if serves.is_empty() { "no clause".to_owned() } else { serves.join(", ") };
        let known: Vec<String> =
            clause.texts.iter().filter_map(|id| self.profile.with_id(id)).map(quoted).collect();
        let known = if known.is_empty() { "no screen".to_owned() } else { known.join(", ") };
        format!(
            "this step does not serve {}, which {known} tells of; {} serves {serves}",
            clause.id,
            quoted(text)
        )
    }

    /// An error where a table cannot be read, or names a code that its clause does not.
    fn table(
        &self,
        clause: Option<&Clause>,
        table: &Rows,
        line_of: impl Fn(usize) -> usize,
    ) -> Result<(), Refused> {
        let rows = table.as_ref().map_err(|(row, message)| (line_of(*row), message.clone()))?;
        let Some(clause) = clause else { return Ok(()) };
        for (number, row) in (1..).zip(rows) {
            self.published(clause, row).map_err(|message| (line_of(number), message))?;
        }
        Ok(())
    }

    /// An error where a row is not one of the clause's published codes.
    fn published(&self, clause: &Clause, row: &Row) -> Result<(), String> {
        let (counter, unix_s, code) = match row {
            Row::Time(_) => return Ok(()),
            Row::CodeOf(counter, code) => (*counter, None, code),
            Row::CodeAt(unix_s, code) => (*unix_s / self.profile.totp.step_s.get(), Some(*unix_s), code),
        };
        let of_row = |vector: &&Vector| {
            vector.unix_s.is_some_and(|at| Some(at) == unix_s) || vector.counter == Some(counter)
        };
        match clause.vectors.iter().find(of_row) {
            Some(vector) if vector.code == *code => Ok(()),
            Some(vector) => Err(format!("the code is {code:?}; {} publishes {:?}", clause.id, vector.code)),
            None => Err(format!("{} publishes no code for this row", clause.id)),
        }
    }

    /// Keeps what a step gives. What was seen last takes the place of what was seen before.
    fn give(&mut self, gives: &[Evidence]) {
        for slot in [Evidence::is_last_seen, Evidence::is_key] {
            if gives.iter().any(|evidence| slot(*evidence)) {
                self.given.retain(|evidence| !slot(*evidence));
            }
        }
        for evidence in gives {
            if !self.given.insert(*evidence) {
                self.given.extend(evidence.second());
            }
        }
    }
}

fn quoted(text: &str) -> String {
    format!("“{text}”")
}
