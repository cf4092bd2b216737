//! Lines with their meaning.

use std::fmt;

use crate::ast::{KeywordType, Location};

/// Kind of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The end of the file.
    Eof,
    /// A blank line.
    Empty,
    /// A comment.
    Comment,
    /// The line that names the language.
    Language,
    /// Tags.
    Tags,
    /// The line that opens a feature.
    Feature,
    /// The line that opens a rule.
    Rule,
    /// The line that opens a background.
    Background,
    /// The line that opens a scenario or an outline.
    Scenario,
    /// The line that opens examples.
    Examples,
    /// A step.
    Step,
    /// The first or last line of a text block.
    DocString,
    /// A row of a table.
    TableRow,
    /// A line of a description or of a text block.
    Other,
}

impl Kind {
    /// The kinds of line that open a block.
    pub const TITLES: [Self; 5] =
        [Self::Feature, Self::Rule, Self::Background, Self::Scenario, Self::Examples];

    /// Its name in the published grammar.
    pub fn grammar_name(self) -> &'static str {
        match self {
            Self::Eof => "#EOF",
            Self::Empty => "#Empty",
            Self::Comment => "#Comment",
            Self::Language => "#Language",
            Self::Tags => "#TagLine",
            Self::Feature => "#FeatureLine",
            Self::Rule => "#RuleLine",
            Self::Background => "#BackgroundLine",
            Self::Scenario => "#ScenarioLine",
            Self::Examples => "#ExamplesLine",
            Self::Step => "#StepLine",
            Self::DocString => "#DocStringSeparator",
            Self::TableRow => "#TableRow",
            Self::Other => "#Other",
        }
    }
}

/// In words, for an error.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Eof => "the end of the file",
            Self::Empty => "a blank line",
            Self::Comment => "a comment",
            Self::Language => "the language",
            Self::Tags => "tags",
            Self::Feature => "a feature",
            Self::Rule => "a rule",
            Self::Background => "a background",
            Self::Scenario => "a scenario",
            Self::Examples => "examples",
            Self::Step => "a step",
            Self::DocString => "\"\"\" or ```",
            Self::TableRow => "a table row",
            Self::Other => "text",
        })
    }
}

/// A line with its meaning.
#[derive(Clone, Debug)]
pub struct Token<'t> {
    /// Its kind.
    pub kind: Kind,
    /// Its number, from 1.
    pub line: usize,
    /// The column of its first character that is not whitespace, from 1.
    pub column: usize,
    /// The whole line, without its end.
    pub raw: &'t str,
    /// The keyword, or the delimiter of a text block.
    pub keyword: &'t str,
    /// Meaning of a step's keyword.
    pub keyword_type: KeywordType,
    /// The text after the keyword; the whole text of other lines, the code of a language.
    pub text: String,
    /// The tags, or the cells of a row.
    pub items: Vec<Item<'t>>,
    /// The text behind the last cell of a row, or the comment behind tags.
    pub tail: &'t str,
}

impl Token<'_> {
    /// Where it stands.
    pub fn location(&self) -> Location {
        Location { line: self.line, column: Some(self.column) }
    }

    /// Whether it is a blank line, in a description too.
    pub fn is_blank(&self) -> bool {
        matches!(self.kind, Kind::Empty | Kind::Other) && self.raw.trim().is_empty()
    }
}

/// A tag, or a cell of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<'t> {
    /// Where it begins, from 1.
    pub column: usize,
    /// The raw text, trimmed.
    pub raw: &'t str,
    /// Its value, escapes resolved.
    pub value: String,
}
