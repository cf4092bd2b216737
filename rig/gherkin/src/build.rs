//! From lines with their meaning to a document. The lines have passed the grammar: each stands where it can.

use std::{iter::Peekable, vec::IntoIter};

use crate::{
    ast::{
        Background, Comment, DataTable, DocString, Document, Examples, Feature, FeatureChild, Id, Location,
        Rule, RuleChild, Scenario, Step, TableCell, TableRow, Tag,
    },
    grammar::Scan,
    token::{Kind, Token},
};

/// The document of a file without errors.
pub(crate) fn document(scan: &Scan<'_>) -> Document {
    let is_comment = |token: &&Token<'_>| token.kind == Kind::Comment;
    let comment = |token: &Token<'_>| Comment {
        location: Location { line: token.line, column: Some(1) },
        text: token.text.clone(),
    };
    let comments = scan.tokens.iter().filter(is_comment).map(comment).collect();
    let meant = |token: &&Token<'_>| !matches!(token.kind, Kind::Comment | Kind::Empty);
    let tokens: Vec<_> = scan.tokens.iter().filter(meant).cloned().collect();
    let mut builder = Builder { tokens: tokens.into_iter().peekable(), next_id: 0 };
    builder.next_if(Kind::Language);
    Document { feature: builder.feature(scan.dialect.code), comments }
}

/// Takes the lines one by one, and numbers the nodes in the order in which they end.
struct Builder<'t> {
    tokens: Peekable<IntoIter<Token<'t>>>,
    next_id: u32,
}

impl<'t> Builder<'t> {
    fn id(&mut self) -> Id {
        let id = Id(self.next_id);
        self.next_id += 1;
        id
    }

    fn next_if(&mut self, kind: Kind) -> Option<Token<'t>> {
        self.tokens.next_if(|token| token.kind == kind)
    }

    fn all(&mut self, kind: Kind) -> Vec<Token<'t>> {
        std::iter::from_fn(|| self.next_if(kind)).collect()
    }

    /// Tags that belong to a block of `kind`, and the line that opens it; `None` before a block of another
    /// kind.
    fn opened(&mut self, kind: Kind) -> Option<(Vec<Token<'t>>, Token<'t>)> {
        let mut ahead = self.tokens.clone();
        while ahead.next_if(|token| token.kind == Kind::Tags).is_some() {}
        if ahead.peek()?.kind != kind {
            return None;
        }
        Some((self.all(Kind::Tags), self.next_if(kind)?))
    }

    fn feature(&mut self, language: &str) -> Option<Feature> {
        let (tags, line) = self.opened(Kind::Feature)?;
        let description = self.description();
        let mut children = Vec::new();
        children.extend(self.background().map(FeatureChild::Background));
        while let Some(scenario) = self.scenario() {
            children.push(FeatureChild::Scenario(scenario));
        }
        while let Some(rule) = self.rule() {
            children.push(FeatureChild::Rule(rule));
        }
        Some(Feature {
            location: line.location(),
            tags: self.tags(&tags),
            language: language.to_owned(),
            keyword: line.keyword.to_owned(),
            name: line.text,
            description,
            children,
        })
    }

    fn rule(&mut self) -> Option<Rule> {
        let (tags, line) = self.opened(Kind::Rule)?;
        let description = self.description();
        let mut children = Vec::new();
        children.extend(self.background().map(RuleChild::Background));
        while let Some(scenario) = self.scenario() {
            children.push(RuleChild::Scenario(scenario));
        }
        Some(Rule {
            location: line.location(),
            tags: self.tags(&tags),
            keyword: line.keyword.to_owned(),
            name: line.text,
            description,
            children,
            id: self.id(),
        })
    }

    fn background(&mut self) -> Option<Background> {
        let line = self.next_if(Kind::Background)?;
        Some(Background {
            location: line.location(),
            keyword: line.keyword.to_owned(),
            name: line.text,
            description: self.description(),
            steps: self.steps(),
            id: self.id(),
        })
    }

    fn scenario(&mut self) -> Option<Scenario> {
        let (tags, line) = self.opened(Kind::Scenario)?;
        let (description, steps) = (self.description(), self.steps());
        let examples = std::iter::from_fn(|| self.examples()).collect();
        Some(Scenario {
            location: line.location(),
            tags: self.tags(&tags),
            keyword: line.keyword.to_owned(),
            name: line.text,
            description,
            steps,
            examples,
            id: self.id(),
        })
    }

    fn examples(&mut self) -> Option<Examples> {
        let (tags, line) = self.opened(Kind::Examples)?;
        let description = self.description();
        let mut rows = self.rows().into_iter();
        Some(Examples {
            location: line.location(),
            tags: self.tags(&tags),
            keyword: line.keyword.to_owned(),
            name: line.text,
            description,
            table_header: rows.next(),
            table_body: rows.collect(),
            id: self.id(),
        })
    }

    /// The lines below a header, without blank ones at their end.
    fn description(&mut self) -> String {
        let mut lines: Vec<String> = self.all(Kind::Other).into_iter().map(|token| token.text).collect();
        while lines.last().is_some_and(|line| line.trim().is_empty()) {
            lines.pop();
        }
        lines.join("\n")
    }

    fn steps(&mut self) -> Vec<Step> {
        std::iter::from_fn(|| self.step()).collect()
    }

    fn step(&mut self) -> Option<Step> {
        let line = self.next_if(Kind::Step)?;
        let first = self.doc_string();
        let rows = self.rows();
        let doc_string = first.or_else(|| self.doc_string());
        let data_table = rows.first().map(|row| row.location).map(|location| DataTable { location, rows });
        Some(Step {
            location: line.location(),
            keyword: line.keyword.to_owned(),
            keyword_type: line.keyword_type,
            text: line.text,
            doc_string,
            data_table,
            id: self.id(),
        })
    }

    fn doc_string(&mut self) -> Option<DocString> {
        let opening = self.next_if(Kind::DocString)?;
        let lines: Vec<String> = self.all(Kind::Other).into_iter().map(|token| token.text).collect();
        self.next_if(Kind::DocString);
        Some(DocString {
            location: opening.location(),
            media_type: (!opening.text.is_empty()).then_some(opening.text),
            content: lines.join("\n"),
            delimiter: opening.keyword.to_owned(),
        })
    }

    fn rows(&mut self) -> Vec<TableRow> {
        let lines = self.all(Kind::TableRow);
        lines.into_iter().map(|line| self.row(&line)).collect()
    }

    fn row(&mut self, line: &Token<'_>) -> TableRow {
        let cells = line.items.iter().map(|item| TableCell {
            location: Location { line: line.line, column: Some(item.column) },
            value: item.value.clone(),
        });
        let cells = cells.collect();
        TableRow { location: line.location(), cells, id: self.id() }
    }

    fn tags(&mut self, lines: &[Token<'_>]) -> Vec<Tag> {
        let items = lines.iter().flat_map(|line| line.items.iter().map(move |item| (line.line, item)));
        items
            .map(|(line, item)| Tag {
                location: Location { line, column: Some(item.column) },
                name: item.value.clone(),
                id: self.id(),
            })
            .collect()
    }
}
