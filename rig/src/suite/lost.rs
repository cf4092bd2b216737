//! Lines of a feature file that would be left out in silence: what no scenario carries, though it names a clause, is a
//! sentence of the suite, or looks like a keyword.

use std::path::Path;

use feature_file::{Kind, ParseError, Problem, Scan, Token, nearest};

use super::{features::split_clause, matching};
use crate::bad_input::BadInput;

/// All problems of a file that are found before its steps are matched, in the order of the lines.
pub fn problems(file: &Path, scan: &Scan<'_>) -> Vec<BadInput> {
    let at = |line, message| BadInput::in_line(file, line, message);
    let mut problems: Vec<_> =
        scan.errors.iter().map(|error| at(error.location.line, broken(scan, error))).collect();
    problems.extend(feature_file::lost_text(scan).into_iter().map(|lost| at(lost.line, lost.message)));
    let mut in_doc_string = false;
    for token in &scan.tokens {
        in_doc_string ^= token.kind == Kind::DocString;
        if !in_doc_string && !problems.iter().any(|known| known.line == Some(token.line)) {
            problems.extend(unjudged(scan, token).map(|message| at(token.line, message)));
        }
    }
    if problems.is_empty() {
        let empty = feature_file::empty_blocks(scan).into_iter();
        problems.extend(empty.map(|lost| at(lost.line, lost.message)));
    }
    problems.sort_by_key(|problem| problem.line);
    problems
}

/// A syntax error, and what may have been meant.
pub fn broken(scan: &Scan<'_>, error: &ParseError) -> String {
    let hint = match &error.problem {
        Problem::UnexpectedLine { got, .. } => nearest::hint(scan.dialect, got),
        _ => None,
    };
    let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("broken Gherkin: {error}{hint}")
}

/// A name or a line of a description that names a clause or is a step without its keyword.
fn unjudged(scan: &Scan<'_>, token: &Token<'_>) -> Option<String> {
    let text = token.text.trim();
    let named = clause_at_end(text);
    match token.kind {
        Kind::Feature | Kind::Rule | Kind::Background | Kind::Scenario | Kind::Examples => named.map(|clause| {
            format!("the name ends in [{clause}], which judges nothing: only a step names a clause, at its end")
        }),
        Kind::Other => {
            let why = named.map(|clause| format!("the line ends in [{clause}] and is not a step"));
            let why = why.or_else(|| is_sentence(text).then(|| "the line is a sentence of the suite and no step".into()))?;
            let hint = nearest::hint(scan.dialect, text);
            let hint = hint.unwrap_or_else(|| "a step begins with its keyword, and stands in a scenario".into());
            Some(format!("{why}: it would be left out ({hint})"))
        }
        _ => None,
    }
}

/// The clause at the end of a text, before punctuation and whitespace.
fn clause_at_end(text: &str) -> Option<&str> {
    let marks = |letter: char| !letter.is_alphanumeric() && !matches!(letter, '[' | ']');
    split_clause(text.trim_end_matches(marks)).1.or_else(|| {
        // Nothing but the clause.
        let id = text.trim_matches(marks).strip_prefix('[')?.strip_suffix(']')?;
        (!id.is_empty() && !id.contains(|letter: char| letter.is_whitespace() || "[]".contains(letter)))
            .then_some(id)
    })
}

/// Whether a text is what some step function takes, with or without a first word or mark before it.
fn is_sentence(text: &str) -> bool {
    let (text, _) = split_clause(text);
    let rest = text.split_once(char::is_whitespace).map(|(_, rest)| rest.trim());
    [Some(text), rest].into_iter().flatten().any(matching::is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Problems of a file with `lines` in the description of its scenario.
    fn told(lines: &str) -> Vec<String> {
        let text =
            format!("Feature: F\n  Scenario: S\n{lines}\n    Given my app is activated on this phone\n");
        let problems = problems(Path::new("f.feature"), &feature_file::scan(&text));
        problems.iter().map(BadInput::to_string).collect()
    }

    #[test]
    fn a_description_that_judges_is_refused() {
        for (line, words) in [
            ("then no code is displayed [S5.C.8a]", "ends in [S5.C.8a] and is not a step"),
            (
                "\u{a0}\u{200b}Then no code is displayed [S5.C.8a] .\u{a0}",
                "ends in [S5.C.8a] and is not a step",
            ),
            ("Than the moon is full [S5.C.8a]", "ends in [S5.C.8a]"),
            ("[S5.C.8a]", "ends in [S5.C.8a]"),
            ("when nobody presses the button", "sentence of the suite"),
            ("- nobody presses the button", "sentence of the suite"),
            ("nobody presses the button", "sentence of the suite"),
        ] {
            let told = told(line);
            assert!(
                told.len() == 1 && told[0].starts_with("f.feature:3: ") && told[0].contains(words),
                "{line}: {told:?}"
            );
        }
        assert!(told("then the moon is full").is_empty() && told("as in [1] of the guide").is_empty());
    }

    #[test]
    fn a_name_that_judges_is_refused() {
        let text = "Feature: F [S5.A.1]\n  Rule: R [x]\n    Scenario: S [S5.A.2]\n      Given x [S5.A.3]\n";
        let problems = problems(Path::new("f.feature"), &feature_file::scan(text));
        assert_eq!(problems.iter().map(|problem| problem.line.unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    }
}
