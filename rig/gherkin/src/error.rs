//! Errors of a feature file.

use std::fmt;

use crate::{ast::Location, token::Kind};

/// A syntax error and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Where.
    pub location: Location,
    /// The problem.
    pub problem: Problem,
}

/// A problem of a feature file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A line that cannot stand there.
    UnexpectedLine {
        /// The line, without whitespace around it.
        got: String,
        /// Kinds of line that are valid there.
        expected: Vec<Kind>,
    },
    /// The file ends too early.
    UnexpectedEnd {
        /// Kinds of line that are valid there.
        expected: Vec<Kind>,
    },
    /// A language that is not known.
    UnknownLanguage(String),
    /// A tag with a space in it.
    TagWithSpace,
    /// A row with more or fewer cells than the first of its table.
    CellCount,
}

impl std::error::Error for ParseError {}

/// The problem and the accepted alternatives, in one line; the caller adds the position.
impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            Problem::UnexpectedLine { got, expected } => {
                write!(f, "{got:?} cannot stand here; accepted: {}", words(expected))
            }
            Problem::UnexpectedEnd { expected } => {
                write!(f, "the file ends too early; accepted: {}", words(expected))
            }
            Problem::UnknownLanguage(code) => {
                let known: Vec<_> = crate::Dialect::all().iter().map(|dialect| dialect.code).collect();
                write!(f, "unknown language {code:?}; accepted: {}", known.join(", "))
            }
            Problem::TagWithSpace => f.write_str("a tag contains no space; each begins with its own @"),
            Problem::CellCount => f.write_str("the row has not as many cells as the first row of its table"),
        }
    }
}

/// Kinds of line that are valid at a position, the most telling first.
fn words(expected: &[Kind]) -> String {
    let telling = expected.iter().filter(|kind| !matches!(kind, Kind::Eof | Kind::Comment | Kind::Empty));
    telling.map(Kind::to_string).collect::<Vec<_>>().join(", ")
}
