//! The parts of a feature file, with the names and the JSON of Cucumber Messages (`GherkinDocument`).

use serde::{Serialize, Serializer};

/// A place in a file: line and column from 1, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column; none at the end of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

/// The id of a node: unique in its document and the document's pickles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u32);

/// Cucumber Messages have ids as strings.
impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A feature file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    /// The feature; none in a file of comments and blank lines only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<Feature>,
    /// Every comment.
    pub comments: Vec<Comment>,
}

/// A comment line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comment {
    /// Where the line begins.
    pub location: Location,
    /// The whole line.
    pub text: String,
}

/// A feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Feature {
    /// Where its keyword stands.
    pub location: Location,
    /// Its own tags.
    pub tags: Vec<Tag>,
    /// The code of its language, as in `da`.
    pub language: String,
    /// Its keyword, without the colon.
    pub keyword: String,
    /// Its name.
    pub name: String,
    /// The lines below its name.
    pub description: String,
    /// Background, scenarios and rules, in their order.
    pub children: Vec<FeatureChild>,
}

/// A part of a feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FeatureChild {
    /// Steps before each scenario.
    Background(Background),
    /// A scenario or an outline.
    Scenario(Scenario),
    /// A rule.
    Rule(Rule),
}

/// A rule: a group of scenarios.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Where its keyword stands.
    pub location: Location,
    /// Its own tags.
    pub tags: Vec<Tag>,
    /// Its keyword, without the colon.
    pub keyword: String,
    /// Its name.
    pub name: String,
    /// The lines below its name.
    pub description: String,
    /// Background and scenarios, in their order.
    pub children: Vec<RuleChild>,
    /// Its id.
    pub id: Id,
}

/// A part of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RuleChild {
    /// Steps before each scenario of the rule.
    Background(Background),
    /// A scenario or an outline.
    Scenario(Scenario),
}

/// Steps that run before each scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Background {
    /// Where its keyword stands.
    pub location: Location,
    /// Its keyword, without the colon.
    pub keyword: String,
    /// Its name.
    pub name: String,
    /// The lines below its name.
    pub description: String,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Its id.
    pub id: Id,
}

/// A scenario; an outline if it has examples.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scenario {
    /// Where its keyword stands.
    pub location: Location,
    /// Its own tags.
    pub tags: Vec<Tag>,
    /// Its keyword, without the colon.
    pub keyword: String,
    /// Its name.
    pub name: String,
    /// The lines below its name.
    pub description: String,
    /// Its steps.
    pub steps: Vec<Step>,
    /// The tables that it is expanded with.
    pub examples: Vec<Examples>,
    /// Its id.
    pub id: Id,
}

/// A table that an outline is expanded with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Examples {
    /// Where its keyword stands.
    pub location: Location,
    /// Its own tags.
    pub tags: Vec<Tag>,
    /// Its keyword, without the colon.
    pub keyword: String,
    /// Its name.
    pub name: String,
    /// The lines below its name.
    pub description: String,
    /// The names of the columns; `None` without a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_header: Option<TableRow>,
    /// The rows below the names.
    pub table_body: Vec<TableRow>,
    /// Its id.
    pub id: Id,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Where its keyword stands.
    pub location: Location,
    /// Its keyword with the space after it, where the language has one.
    pub keyword: String,
    /// Meaning of the keyword.
    pub keyword_type: KeywordType,
    /// Its text.
    pub text: String,
    /// The text block below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc_string: Option<DocString>,
    /// The table below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_table: Option<DataTable>,
    /// Its id.
    pub id: Id,
}

/// Meaning of a step's keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum KeywordType {
    /// `*`, or a keyword that has several meanings in its language.
    Unknown,
    /// Given.
    Context,
    /// When.
    Action,
    /// Then.
    Outcome,
    /// And, But.
    Conjunction,
}

/// A text block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocString {
    /// Where it opens.
    pub location: Location,
    /// The text behind the opening delimiter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Its text, without the indentation of its delimiter.
    pub content: String,
    /// `"""` or three backticks.
    pub delimiter: String,
}

/// A table below a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataTable {
    /// Where its first row stands.
    pub location: Location,
    /// Its rows, all of one length.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableRow {
    /// Where its first `|` stands.
    pub location: Location,
    /// Its cells.
    pub cells: Vec<TableCell>,
    /// Its id.
    pub id: Id,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableCell {
    /// Where its value begins.
    pub location: Location,
    /// Its value, escapes resolved.
    pub value: String,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tag {
    /// Where its `@` stands.
    pub location: Location,
    /// Its name, with the `@`.
    pub name: String,
    /// Its id.
    pub id: Id,
}
