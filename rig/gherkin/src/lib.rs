//! Gherkin feature files, by the published grammar (`gherkin.berp` of cucumber/gherkin, version 42).
//!
//! [`parse`] gives a [`Document`] or every syntax error with its line; [`pickles`] expands it into the scenarios that
//! run, both with the ids and places of Cucumber Messages. [`scan`] gives the lines with their meaning, which the
//! [formatter](format) and the search for [lost text](lost_text) work on. [`TagExpression`] selects scenarios.
//!
//! Markdown features (`.feature.md`) are another syntax and are not read.

mod ast;
mod build;
mod dialect;
mod dialects;
mod error;
mod format;
mod grammar;
mod line;
mod lost;
pub mod nearest;
mod pickle;
mod tags;
mod token;

pub use ast::{
    Background, Comment, DataTable, DocString, Document, Examples, Feature, FeatureChild, Id, KeywordType,
    Location, Rule, RuleChild, Scenario, Step, TableCell, TableRow, Tag,
};
pub use dialect::Dialect;
pub use error::{ParseError, Problem};
pub use format::format;
pub use grammar::{Scan, scan};
pub use lost::{Lost, empty_blocks, lost_text};
pub use pickle::{
    Pickle, PickleArgument, PickleCell, PickleDocString, PickleRow, PickleStep, PickleTable, PickleTag,
    StepType, pickles,
};
pub use tags::{TagExpression, TagExpressionError};
pub use token::{Item, Kind, Token};

/// Reads a feature file. A byte order mark at its begin is skipped.
///
/// # Errors
///
/// Every syntax error, in the order of the lines, ten at most.
pub fn parse(text: &str) -> Result<Document, Vec<ParseError>> {
    let scan = scan(text);
    if scan.errors.is_empty() { Ok(scan.document()) } else { Err(scan.errors) }
}
