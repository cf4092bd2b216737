//! Scenarios as they run: backgrounds put before them, outlines expanded, with the JSON of Cucumber Messages.

use serde::Serialize;

use crate::ast::{
    DataTable, DocString, Document, Examples, FeatureChild, Id, KeywordType, Location, RuleChild, Scenario,
    Step, TableRow, Tag,
};

/// A scenario as it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pickle {
    /// Its id.
    pub id: Id,
    /// The scenario, and the row of the examples.
    pub ast_node_ids: Vec<Id>,
    /// Where the scenario stands; of an outline, the row.
    pub location: Location,
    /// Its name, parameters filled in.
    pub name: String,
    /// The code of its language.
    pub language: String,
    /// Its steps, those of the backgrounds first; empty if the scenario itself has none.
    pub steps: Vec<PickleStep>,
    /// The tags of feature, rule, scenario and examples.
    pub tags: Vec<PickleTag>,
}

/// A step as it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PickleStep {
    /// Its id.
    pub id: Id,
    /// The step, and the row of the examples.
    pub ast_node_ids: Vec<Id>,
    /// Its type, conjunctions resolved.
    #[serde(rename = "type")]
    pub step_type: StepType,
    /// Its text, parameters filled in.
    pub text: String,
    /// The argument below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub argument: Option<PickleArgument>,
}

/// Type of a step, conjunctions resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum StepType {
    /// `*`, or a conjunction after one: any step function can be meant.
    Unknown,
    /// Given.
    Context,
    /// When.
    Action,
    /// Then.
    Outcome,
}

/// The argument below a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PickleArgument {
    /// The text block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc_string: Option<PickleDocString>,
    /// The table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_table: Option<PickleTable>,
}

/// A text block, parameters filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PickleDocString {
    /// Its place, from 1, where the step has a table too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub argument_index: Option<u8>,
    /// The text behind the opening delimiter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Its text.
    pub content: String,
}

/// A table, parameters filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PickleTable {
    /// Its place, from 1, where the step has a text block too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub argument_index: Option<u8>,
    /// Its rows.
    pub rows: Vec<PickleRow>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PickleRow {
    /// Its cells.
    pub cells: Vec<PickleCell>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PickleCell {
    /// Its value.
    pub value: String,
}

/// A tag of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PickleTag {
    /// Its name, with the `@`.
    pub name: String,
    /// The tag in the document.
    pub ast_node_id: Id,
}

/// The scenarios of a document as they run, in the order of the file.
pub fn pickles(document: &Document) -> Vec<Pickle> {
    let Some(feature) = &document.feature else { return Vec::new() };
    let mut compiler =
        Compiler { language: &feature.language, next_id: first_free(document), pickles: Vec::new() };
    let tags: Vec<&Tag> = feature.tags.iter().collect();
    let mut before: Vec<&Step> = Vec::new();
    for child in &feature.children {
        match child {
            FeatureChild::Background(background) => before.extend(&background.steps),
            FeatureChild::Scenario(scenario) => compiler.scenario(scenario, &tags, &before),
            FeatureChild::Rule(rule) => {
                let tags: Vec<&Tag> = tags.iter().copied().chain(&rule.tags).collect();
                let mut before = before.clone();
                for child in &rule.children {
                    match child {
                        RuleChild::Background(background) => before.extend(&background.steps),
                        RuleChild::Scenario(scenario) => compiler.scenario(scenario, &tags, &before),
                    }
                }
            }
        }
    }
    compiler.pickles
}

/// The first id that no node of the document has: its nodes are numbered from 0 in the order in which they end, and the last one
/// to end is a child or a tag of the feature.
fn first_free(document: &Document) -> u32 {
    let Some(feature) = &document.feature else { return 0 };
    let child = feature.children.last().map(|child| match child {
        FeatureChild::Background(background) => background.id,
        FeatureChild::Scenario(scenario) => scenario.id,
        FeatureChild::Rule(rule) => rule.id,
    });
    let last = feature.tags.last().map(|tag| tag.id).or(child);
    last.map_or(0, |Id(last)| last + 1)
}

/// The columns of examples and one of its rows; both are empty for a plain scenario.
#[derive(Clone, Copy)]
struct Row<'d> {
    header: &'d TableRow,
    values: &'d TableRow,
}

struct Compiler<'d> {
    language: &'d str,
    next_id: u32,
    pickles: Vec<Pickle>,
}

impl Compiler<'_> {
    fn id(&mut self) -> Id {
        let id = Id(self.next_id);
        self.next_id += 1;
        id
    }

    fn scenario(&mut self, scenario: &Scenario, inherited: &[&Tag], before: &[&Step]) {
        let tags: Vec<&Tag> = inherited.iter().copied().chain(&scenario.tags).collect();
        if scenario.examples.is_empty() {
            self.pickle(scenario, &tags, before, None);
        }
        for Examples { table_header, table_body, tags: own, .. } in &scenario.examples {
            let tags: Vec<&Tag> = tags.iter().copied().chain(own).collect();
            for (header, values) in
                table_header.iter().flat_map(|header| table_body.iter().map(move |row| (header, row)))
            {
                self.pickle(scenario, &tags, before, Some(Row { header, values }));
            }
        }
    }

    fn pickle(&mut self, scenario: &Scenario, tags: &[&Tag], before: &[&Step], row: Option<Row<'_>>) {
        let steps = if scenario.steps.is_empty() { Vec::new() } else { self.steps(scenario, before, row) };
        let tag = |tag: &&Tag| PickleTag { name: tag.name.clone(), ast_node_id: tag.id };
        let pickle = Pickle {
            id: self.id(),
            ast_node_ids: std::iter::once(scenario.id).chain(row.map(|row| row.values.id)).collect(),
            location: row.map_or(scenario.location, |row| row.values.location),
            name: filled(&scenario.name, row),
            language: self.language.to_owned(),
            steps,
            tags: tags.iter().map(tag).collect(),
        };
        self.pickles.push(pickle);
    }

    /// Of the steps of a background, no parameter is filled in.
    fn steps(&mut self, scenario: &Scenario, before: &[&Step], row: Option<Row<'_>>) -> Vec<PickleStep> {
        let background = before.iter().map(|step| (*step, None));
        let own = scenario.steps.iter().map(|step| (step, row));
        let mut last = StepType::Unknown;
        let mut steps = Vec::with_capacity(before.len() + scenario.steps.len());
        for (step, row) in background.chain(own) {
            last = StepType::of(step.keyword_type).unwrap_or(last);
            steps.push(PickleStep {
                id: self.id(),
                ast_node_ids: std::iter::once(step.id).chain(row.map(|row| row.values.id)).collect(),
                step_type: last,
                text: filled(&step.text, row),
                argument: argument(step, row),
            });
        }
        steps
    }
}

impl StepType {
    /// Meaning of a keyword; `None` for a conjunction, which takes the type of the step before it.
    fn of(keyword: KeywordType) -> Option<Self> {
        match keyword {
            KeywordType::Unknown => Some(Self::Unknown),
            KeywordType::Context => Some(Self::Context),
            KeywordType::Action => Some(Self::Action),
            KeywordType::Outcome => Some(Self::Outcome),
            KeywordType::Conjunction => None,
        }
    }
}

fn argument(step: &Step, row: Option<Row<'_>>) -> Option<PickleArgument> {
    let both = step.doc_string.as_ref().zip(step.data_table.as_ref());
    let doc_string_first = both.map(|(text, table)| text.location < table.location);
    let place = |first: bool| if first { 1 } else { 2 };
    let doc_string = step.doc_string.as_ref().map(|DocString { media_type, content, .. }| PickleDocString {
        argument_index: doc_string_first.map(place),
        media_type: media_type.as_ref().map(|media_type| filled(media_type, row)),
        content: filled(content, row),
    });
    let data_table = step.data_table.as_ref().map(|DataTable { rows, .. }| PickleTable {
        argument_index: doc_string_first.map(|first| place(!first)),
        rows: rows.iter().map(|one| pickle_row(one, row)).collect(),
    });
    (doc_string.is_some() || data_table.is_some()).then_some(PickleArgument { doc_string, data_table })
}

fn pickle_row(one: &TableRow, row: Option<Row<'_>>) -> PickleRow {
    PickleRow { cells: one.cells.iter().map(|cell| PickleCell { value: filled(&cell.value, row) }).collect() }
}

/// `text` with each `<column>` replaced by the row's value, column by column.
fn filled(text: &str, row: Option<Row<'_>>) -> String {
    let Some(Row { header, values }) = row else { return text.to_owned() };
    let columns = header.cells.iter().zip(&values.cells);
    columns.fold(text.to_owned(), |text, (column, value)| {
        text.replace(&format!("<{}>", column.value), &value.value)
    })
}
