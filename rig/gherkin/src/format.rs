//! The layout of a feature file: indentation, aligned tables, blank lines between blocks. Comments stay in
//! place.

use crate::{
    error::ParseError,
    grammar::{Scan, scan},
    lost,
    token::{Item, Kind, Token},
};

/// How far a level is indented.
const LEVEL: usize = 2;

/// Lays out a feature file. Its scenarios stay the same, and formatting twice changes nothing.
///
/// # Errors
///
/// The syntax errors of a file that cannot be read.
pub fn format(text: &str) -> Result<String, Vec<ParseError>> {
    let scan = scan(text);
    if !scan.errors.is_empty() {
        return Err(scan.errors);
    }
    let mut printer = Printer::default();
    for place in 0..scan.tokens.len() {
        printer.token(&scan, place);
    }
    Ok(printer.finish())
}

/// Formatted lines, and the position in the feature.
#[derive(Default)]
struct Printer {
    out: Vec<String>,
    /// The indentation of the block that is open, and of what stands in it.
    block: usize,
    in_rule: bool,
    /// The indentation that the open description and the open text block had before.
    description: Option<usize>,
    doc_string: Option<usize>,
    /// The widths of the columns of the table that is open.
    widths: Option<Vec<usize>>,
}

impl Printer {
    fn token(&mut self, scan: &Scan<'_>, place: usize) {
        let token = &scan.tokens[place];
        if let Some(indent) = self.doc_string.filter(|_| token.kind == Kind::Other) {
            return self.push_raw(self.argument(), crate::line::without_indent(token.raw, indent));
        }
        if token.is_blank() {
            return self.blank();
        }
        let rest = &scan.tokens[place + 1..];
        match token.kind {
            Kind::Comment => self.comment(token, rest),
            Kind::Other => self.prose(token, rest),
            Kind::Language => self.push(0, &format!("# language: {}", token.text)),
            Kind::Tags => self.tags(token, rest),
            Kind::Step => self.push(self.block + LEVEL, &format!("{}{}", token.keyword, token.text)),
            Kind::DocString => self.delimiter(token),
            Kind::TableRow => self.row(token, rest),
            _ => self.title(token),
        }
        if !matches!(token.kind, Kind::TableRow | Kind::Comment) {
            self.widths = None;
        }
        if token.kind != Kind::Other && token.kind != Kind::Comment {
            self.description = None;
        }
    }

    fn title(&mut self, token: &Token<'_>) {
        self.in_rule |= token.kind == Kind::Rule;
        let indent = self.level(token.kind);
        self.separate(token.kind);
        self.push(indent, &format!("{}: {}", token.keyword, token.text));
        self.block = indent;
    }

    /// How far a block of this kind is indented.
    fn level(&self, kind: Kind) -> usize {
        match kind {
            Kind::Feature => 0,
            Kind::Rule => LEVEL,
            Kind::Examples => {
                if self.in_rule {
                    3 * LEVEL
                } else {
                    2 * LEVEL
                }
            }
            _ => {
                if self.in_rule {
                    2 * LEVEL
                } else {
                    LEVEL
                }
            }
        }
    }

    /// A blank line before a block, unless its tags or a comment stand there.
    fn separate(&mut self, kind: Kind) {
        let attached = |line: &String| line.trim_start().starts_with(['@', '#']) || line.is_empty();
        if kind != Kind::Feature && self.out.last().is_some_and(|last| !attached(last)) {
            self.out.push(String::new());
        }
    }

    fn tags(&mut self, token: &Token<'_>, rest: &[Token<'_>]) {
        let kind = opens(rest).unwrap_or(Kind::Feature);
        let indent = self.level(kind);
        self.separate(kind);
        if lost::nameless(token) {
            return self.push(indent, token.raw.trim());
        }
        let names: Vec<_> = token.items.iter().map(|item| item.raw).chain([token.tail]).collect();
        self.push(indent, names.join(" ").trim());
    }

    /// A comment is indented as what follows it, and stands with a block that follows.
    fn comment(&mut self, token: &Token<'_>, rest: &[Token<'_>]) {
        let next = rest.iter().find(|token| !token.is_blank() && token.kind != Kind::Comment);
        let indent = match next.map(|next| next.kind) {
            Some(Kind::Step) => self.block + LEVEL,
            Some(Kind::TableRow | Kind::DocString) => self.argument(),
            Some(Kind::Other) => self.block + LEVEL,
            Some(Kind::Tags) => self.level(opens(rest).unwrap_or(Kind::Feature)),
            Some(kind @ (Kind::Rule | Kind::Background | Kind::Scenario | Kind::Examples)) => {
                self.level(kind)
            }
            _ => 0,
        };
        if let Some(kind) =
            next.map(|next| next.kind).filter(|kind| Kind::TITLES.contains(kind) || *kind == Kind::Tags)
        {
            self.separate(kind);
        }
        self.push(indent, token.raw.trim());
    }

    /// Lines of a description keep their indentation against each other.
    fn prose(&mut self, token: &Token<'_>, rest: &[Token<'_>]) {
        let before = *self.description.get_or_insert_with(|| {
            let own = rest.iter().take_while(|next| matches!(next.kind, Kind::Other | Kind::Comment));
            let lines = own.filter(|next| next.kind == Kind::Other && !next.is_blank());
            lines.map(|next| next.column).min().unwrap_or(token.column).min(token.column) - 1
        });
        self.push_raw(self.block + LEVEL, crate::line::without_indent(token.raw, before).trim_end());
    }

    fn delimiter(&mut self, token: &Token<'_>) {
        self.push(self.argument(), token.raw.trim());
        self.doc_string = if self.doc_string.is_some() { None } else { Some(token.column - 1) };
    }

    fn row(&mut self, token: &Token<'_>, rest: &[Token<'_>]) {
        let widths = self.widths.take().unwrap_or_else(|| widths(token, rest));
        let cells = token.items.iter().zip(&widths).map(|(item, width)| cell(item, *width));
        let row = format!("|{}{}", cells.collect::<String>(), if token.tail.is_empty() { "" } else { " " });
        self.push(self.argument(), &format!("{row}{}", token.tail));
        self.widths = Some(widths);
    }

    /// The indentation of tables and text blocks.
    fn argument(&self) -> usize {
        let examples = self.block == self.level(Kind::Examples);
        self.block + if examples { LEVEL } else { 2 * LEVEL }
    }

    fn push(&mut self, indent: usize, text: &str) {
        self.push_raw(indent, text.trim_end());
    }

    fn push_raw(&mut self, indent: usize, text: &str) {
        let indent = if text.is_empty() { 0 } else { indent };
        self.out.push(format!("{:indent$}{text}", ""));
    }

    /// A blank line, one at a time, none at the begin or below tags.
    fn blank(&mut self) {
        let kept = |line: &String| !line.is_empty() && !line.trim_start().starts_with('@');
        if self.out.last().is_some_and(kept) {
            self.out.push(String::new());
        }
    }

    fn finish(mut self) -> String {
        while self.out.last().is_some_and(String::is_empty) {
            self.out.pop();
        }
        self.out.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
    }
}

/// The kind of block that opens next.
fn opens(rest: &[Token<'_>]) -> Option<Kind> {
    rest.iter().map(|token| token.kind).find(|kind| Kind::TITLES.contains(kind))
}

/// The widths of the columns of the table that begins with `first`.
fn widths(first: &Token<'_>, rest: &[Token<'_>]) -> Vec<usize> {
    let own = |token: &&Token<'_>| matches!(token.kind, Kind::TableRow | Kind::Comment | Kind::Empty);
    let rows = rest.iter().take_while(own).filter(|token| token.kind == Kind::TableRow);
    let mut widths = vec![0; first.items.len()];
    for row in std::iter::once(first).chain(rows) {
        for (width, item) in widths.iter_mut().zip(&row.items) {
            *width = (*width).max(item.raw.chars().count());
        }
    }
    widths
}

fn cell(item: &Item<'_>, width: usize) -> String {
    let space = width.saturating_sub(item.raw.chars().count());
    format!(" {}{:space$} |", item.raw, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNTIDY: &str = "\u{feff}# language: en
@a   @b #why

Feature:  F
 What
   it is


 about.
Background:
  Given  x
# on the scenario
@c
  Scenario Outline: S <n>
  Given <n>
   | a|bb |
   # longer
   |ccc| d\\|e|
   Then y
\"\"\"xml
<a>
  \\\"\"\"

\"\"\"
Examples: of it
|n|
|1|
  Rule: R
  Scenario: T
  * z
";

    const TIDY: &str = "# language: en
@a @b #why
Feature: F
  What
    it is

  about.

  Background:
    Given x

  # on the scenario
  @c
  Scenario Outline: S <n>
    Given <n>
      | a   | bb   |
      # longer
      | ccc | d\\|e |
    Then y
      \"\"\"xml
      <a>
        \\\"\"\"

      \"\"\"

    Examples: of it
      | n |
      | 1 |

  Rule: R

    Scenario: T
      * z
";

    #[test]
    fn a_file_is_laid_out_once_and_for_all() {
        let tidy = format(UNTIDY).unwrap();
        assert_eq!(tidy, TIDY);
        assert_eq!(format(&tidy).unwrap(), TIDY);
    }
}
