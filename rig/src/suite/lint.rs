//! Warnings about feature files that `rig run` accepts: unknown tags, steps in comments, unused columns and
//! step functions.

use std::{collections::BTreeSet, path::Path};

use feature_file::{Examples, Kind, Scan, Scenario, Token, nearest::nearest};

use super::{
    applies,
    features::{self, split_clause},
    matching, needs,
    plan::PlannedScenario,
    uses,
};
use crate::{bad_input::BadInput, steps::sentences};

/// The warnings about `text`, the text of `file`.
pub fn warnings(file: &Path, text: &str) -> Vec<BadInput> {
    let scan = feature_file::scan(text);
    let mut warnings: Vec<BadInput> = Vec::new();
    for token in &scan.tokens {
        let told = match token.kind {
            Kind::Tags => unknown_tags(token),
            Kind::Comment => commented_step(&scan, token).into_iter().collect(),
            _ => Vec::new(),
        };
        warnings.extend(told.into_iter().map(|message| BadInput::in_line(file, token.line, message)));
    }
    let document = scan.document();
    for scenario in document.feature.iter().flat_map(features::scenarios) {
        warnings.extend(unused_columns(file, scenario));
    }
    warnings
}

/// Every tag that means something to the rig, with its `@`.
pub fn known_tags() -> BTreeSet<String> {
    let needs = needs::ACCEPTED.split(", ").map(|tag| tag.trim().to_owned());
    let uses = uses::SideEffect::TABLE.iter().map(|(_, tag, ..)| format!("@{tag}"));
    let applies = applies::BY_TAG.iter().map(|(tag, _)| format!("@{tag}"));
    needs.chain(uses).chain(applies).collect()
}

fn unknown_tags(token: &Token<'_>) -> Vec<String> {
    let known = known_tags();
    let unknown = token.items.iter().map(|item| item.value.as_str()).filter(|tag| !known.contains(*tag));
    let told = |tag: &str| match nearest(tag, known.iter().map(String::as_str)) {
        Some(near) => format!("unknown tag {tag}; did you mean {near}?"),
        None => format!("unknown tag {tag}: it selects scenarios, and says nothing of the bench"),
    };
    unknown.map(told).collect()
}

/// Problem of a step in a comment.
fn commented_step(scan: &Scan<'_>, token: &Token<'_>) -> Option<String> {
    let text = token.text.trim().trim_start_matches('#').trim();
    let mut keywords = scan.dialect.step_keywords().map(|(_, keyword)| keyword);
    let rest = keywords.find_map(|keyword| text.strip_prefix(keyword))?;
    let (sentence, clause) = split_clause(rest.trim());
    (clause.is_some() || matching::is_known(sentence)).then(|| "a step in a comment does not run".to_owned())
}

/// The columns of examples that no step and no name uses.
fn unused_columns(file: &Path, scenario: &Scenario) -> Vec<BadInput> {
    let used = |column: &str| {
        let parameter = format!("<{column}>");
        let cells = |step: &feature_file::Step| {
            let rows = step.data_table.iter().flat_map(|table| &table.rows);
            rows.flat_map(|row| &row.cells).any(|cell| cell.value.contains(&parameter))
        };
        scenario.name.contains(&parameter)
            || scenario.steps.iter().any(|step| step.text.contains(&parameter) || cells(step))
    };
    let headers = scenario.examples.iter().filter_map(|Examples { table_header, .. }| table_header.as_ref());
    let unused = headers.flat_map(|header| &header.cells).filter(|cell| !used(&cell.value));
    let told = |cell: &feature_file::TableCell| {
        BadInput::in_line(file, cell.location.line, format!("no step uses the column <{}>", cell.value))
    };
    unused.map(told).collect()
}

/// The step functions that no step of `planned` uses. `root` is the suite's folder, where the program's source may lie too.
pub fn unused_functions(planned: &[PlannedScenario], root: &Path) -> Vec<BadInput> {
    let steps = planned.iter().flat_map(|one| &one.steps);
    let used: Vec<_> = steps.filter_map(|step| step.matched.sentence()).map(std::ptr::from_ref).collect();
    let unused = sentences::all().iter().filter(|one| !used.contains(&std::ptr::from_ref(*one)));
    let told = |sentence: &sentences::Sentence| {
        let file = root.join("rig/src/steps").join(format!("{}.rs", sentence.module));
        let message =
            format!("no step of the suite is \"{} {}\"", matching::keyword(sentence.kind), sentence.text);
        BadInput::in_line(&file, sentence.line as usize, message)
    };
    unused.map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_comments_and_columns_are_looked_at() {
        let text = "@phone @displya @night\nFeature: F\n  # Then no code is displayed [S5.C.8a]\n  # prose\n  \
                    Scenario Outline: S\n    When nobody presses the button\n    Examples:\n      | a |\n      | 1 |\n";
        let told: Vec<_> = warnings(Path::new("f.feature"), text).iter().map(BadInput::to_string).collect();
        assert_eq!(
            told,
            [
                "f.feature:1: unknown tag @displya; did you mean @display?",
                "f.feature:1: unknown tag @night: it selects scenarios, and says nothing of the bench",
                "f.feature:3: a step in a comment does not run",
                "f.feature:8: no step uses the column <a>",
            ]
        );
    }

    #[test]
    fn the_tags_that_mean_something_are_known() {
        let known = known_tags();
        assert!(
            ["@phone", "@label", "@uses-lock", "@copy"].iter().all(|tag| known.contains(*tag)),
            "{known:?}"
        );
    }
}
