//! Text that the grammar accepts and that reaches no scenario, where something was meant by it.

use crate::{
    dialect::{Dialect, STAR},
    grammar::{self, Scan},
    nearest::title_hint,
    token::{Kind, Token},
};

/// Text that would be left out in silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Its line.
    pub line: usize,
    /// Description of the lost text, and what is accepted instead.
    pub message: String,
}

/// The lines that would be left out in silence, in their order: keywords in a description, table rows and text blocks of no
/// step, text behind the last cell.
pub fn lost_text(scan: &Scan<'_>) -> Vec<Lost> {
    let mut lost: Vec<Lost> = Vec::new();
    let mut open = false;
    for token in &scan.tokens {
        let found = match token.kind {
            Kind::DocString => {
                open = !open;
                (!open && !token.text.is_empty())
                    .then(|| format!("{:?} behind the end of the text block belongs to nothing", token.text))
            }
            Kind::Other if !open => in_description(token, scan.dialect),
            Kind::Comment => ignored_language(token, scan.dialect),
            Kind::TableRow if !token.tail.is_empty() => {
                Some(format!("{:?} is in no cell: a row ends in |", token.tail))
            }
            Kind::Tags => nameless(token).then(|| "an @ without a name".to_owned()),
            _ => None,
        };
        let found = found.or_else(|| if open { None } else { odd_indent(token) });
        lost.extend(found.map(|message| Lost { line: token.line, message }));
    }
    lost
}

/// A line of a description that looks like a keyword, a row or a text block.
fn in_description(token: &Token<'_>, dialect: &Dialect) -> Option<String> {
    let text = token.raw.trim();
    if text.starts_with('|') {
        return Some("a table row of no step: the description has not ended".into());
    }
    if text.starts_with("\"\"\"") || text.starts_with("```") {
        return Some("a text block of no step: the description has not ended".into());
    }
    odd_space(text, dialect).or_else(|| title_hint(dialect, text))
}

/// A step keyword that another whitespace than a space follows.
fn odd_space(text: &str, dialect: &Dialect) -> Option<String> {
    let keywords = dialect.step_keywords().map(|(_, keyword)| keyword).chain([STAR]);
    let mut spaced = keywords.filter_map(|keyword| keyword.strip_suffix(' '));
    let odd = spaced.find_map(|keyword| {
        let next = text.strip_prefix(keyword)?.chars().next()?;
        (next.is_whitespace() && next != ' ').then_some((keyword, next))
    });
    odd.map(|(keyword, space)| {
        format!("no step: a space follows the keyword \"{keyword}\", not U+{:04X}", u32::from(space))
    })
}

/// Problem of a language line where none can stand.
fn ignored_language(token: &Token<'_>, dialect: &Dialect) -> Option<String> {
    let code = grammar::language(token.raw).filter(|code| *code != dialect.code)?;
    let known = Dialect::find(code)?;
    Some(format!("the language {} stands before tags and feature, not here", known.name))
}

/// Whether an `@` stands there that no name follows.
pub(crate) fn nameless(token: &Token<'_>) -> bool {
    let tags = token.raw.trim().strip_suffix(token.tail).unwrap_or(token.raw);
    tags.matches('@').count() > token.items.len()
}

/// A line that is indented with something else than spaces and tabs: other tools take it for a description.
fn odd_indent(token: &Token<'_>) -> Option<String> {
    if matches!(token.kind, Kind::Other | Kind::Empty | Kind::Comment) {
        return None;
    }
    let indent = token.raw.chars().take_while(|letter| letter.is_whitespace());
    let odd = indent.into_iter().find(|letter| !matches!(letter, ' ' | '\t'))?;
    Some(format!("the line is indented with U+{:04X}; accepted: spaces and tabs", u32::from(odd)))
}

/// The blocks that carry nothing: a feature or rule without a scenario, examples without a row, a file without a feature.
pub fn empty_blocks(scan: &Scan<'_>) -> Vec<Lost> {
    let mut lost = Vec::new();
    let kinds = [Kind::Feature, Kind::Rule, Kind::Scenario, Kind::Examples, Kind::TableRow];
    let tokens: Vec<_> = scan.tokens.iter().filter(|token| kinds.contains(&token.kind)).collect();
    if !tokens.iter().any(|token| token.kind == Kind::Feature) {
        lost.push(Lost { line: 1, message: "the file has no feature".into() });
    }
    for (place, token) in tokens.iter().enumerate() {
        let below = &tokens[place + 1..];
        let has_scenario = |end: Kind| {
            let own = below.iter().take_while(|token| token.kind != end);
            own.into_iter().any(|token| token.kind == Kind::Scenario)
        };
        let rows = || below.iter().take_while(|token| token.kind == Kind::TableRow).count();
        let message = match token.kind {
            Kind::Feature if !has_scenario(Kind::Eof) => "a feature without a scenario judges nothing",
            Kind::Rule if !has_scenario(Kind::Rule) => "a rule without a scenario judges nothing",
            Kind::Examples if rows() < 2 => {
                "examples without a row below their heading: none of it would run"
            }
            _ => continue,
        };
        lost.push(Lost { line: token.line, message: message.into() });
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan;

    /// Lost text in a scenario of one step with `lines` between its name and the step.
    fn told(lines: &str) -> Vec<(usize, String)> {
        let text = format!("Feature: F\n  Scenario: S\n{lines}\n    Given x\n");
        lost_text(&scan(&text)).into_iter().map(|lost| (lost.line, lost.message)).collect()
    }

    fn one(lines: &str, words: &str) {
        let told = told(lines);
        assert!(told.len() == 1 && told[0].1.contains(words), "{lines:?}: {told:?}");
    }

    #[test]
    fn what_looks_like_more_than_a_description_is_lost() {
        one("Then\u{a0}it is", "not U+00A0");
        one("*\tit is", "not U+0009");
        one("scenario: T", "did you mean \"Scenario:\"?");
        one("Scenaro Outline: T", "did you mean \"Scenario Outline:\"?");
        one("Background:", "cannot stand here");
        one("| a |", "a table row of no step");
        one("\"\"\"", "a text block of no step");
        one("# language: da", "stands before tags");
        for prose in
            ["Rule of thumb: three ways", "then it is so", "Role: a user", "# language: see page 3", ""]
        {
            assert_eq!(told(prose), [], "{prose}");
        }
    }

    #[test]
    fn what_belongs_to_nothing_is_lost() {
        one("Given t\n| a | b", "\"b\" is in no cell");
        one("Given t\n\"\"\"\n| a | b\n\"\"\" b", "\"b\" behind the end");
        one("Given t\n\n@ \nScenario: T", "an @ without a name");
        one("\u{a0} Given t", "indented with U+00A0");
    }

    #[test]
    fn what_has_nothing_in_it_is_told() {
        let of = |text| empty_blocks(&scan(text)).into_iter().map(|lost| lost.message).collect::<String>();
        assert!(
            of("Feature: F\nScenario: S\nGiven x\nExamples:\n| a |\n").contains("examples without a row")
        );
        assert!(of("Feature: F\n").contains("feature without a scenario"));
        assert!(of("Feature: F\nScenario: S\nGiven x\nRule: R\n").contains("rule without a scenario"));
        assert!(of("# nothing\n").contains("no feature"));
    }
}
