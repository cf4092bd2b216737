//! Suggestions for misspelt words: the nearest word of a list, the keyword of another language.

use strsim::osa_distance;

use crate::{ast::KeywordType, dialect::Dialect, token::Kind};

/// The one of `known` that is nearest to `word`, if it is near: a third of the letters may differ, in case too.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.to_lowercase();
    let allowed = word.chars().count().div_ceil(3);
    let distances = known.into_iter().filter_map(|one| {
        let distance = within(&word, &one.to_lowercase(), allowed)?;
        Some((distance, one))
    });
    distances.min_by_key(|(distance, _)| *distance).map(|(_, one)| one)
}

/// How many letters are left out, added, replaced or swapped between two words, if not more than `allowed`.
fn within(one: &str, other: &str, allowed: usize) -> Option<usize> {
    let lengths = one.chars().count().abs_diff(other.chars().count());
    let distance = || osa_distance(one, other);
    (lengths <= allowed).then(distance).filter(|distance| *distance <= allowed)
}

/// Suggestion for a line that opens no block in this language: its keyword before the colon is misspelt or of
/// another language.
pub(crate) fn title_hint(dialect: &Dialect, text: &str) -> Option<String> {
    let (head, _) = text.split_once(':')?;
    let head = head.trim();
    if let Some((_, keyword)) = dialect.all_titles().find(|(_, keyword)| *keyword == head) {
        return Some(format!("\"{keyword}:\" cannot stand here"));
    }
    if let Some(keyword) = misspelt(head, dialect.all_titles().map(|(_, keyword)| keyword)) {
        return Some(format!("\"{head}:\" opens nothing; did you mean \"{keyword}:\"?"));
    }
    let english = Dialect::english();
    let (kind, _) = english.all_titles().find(|(_, keyword)| *keyword == head)?;
    let own = dialect.titles(kind).into_iter().flatten().map(|keyword| format!("\"{keyword}:\""));
    let own: Vec<_> = own.collect();
    Some(format!("\"{head}:\" is English; in {} it is {}", dialect.name, own.join(" or ")))
}

/// Suggestion for a line that is not valid where it stands; `None` if nothing is near.
pub fn hint(dialect: &Dialect, text: &str) -> Option<String> {
    title_hint(dialect, text).or_else(|| step_hint(dialect, text)).or_else(|| language_hint(dialect, text))
}

/// The step keyword that the first word may have been meant as.
fn step_hint(dialect: &Dialect, text: &str) -> Option<String> {
    if dialect.step_of(text).is_some() {
        return Some("a step stands below a scenario or a background".into());
    }
    let first = text.split(char::is_whitespace).next()?;
    let keywords = || dialect.step_keywords().map(|(_, keyword)| keyword.trim());
    if let Some(keyword) = keywords().find(|keyword| *keyword == first) {
        return Some(format!("a space follows the keyword \"{keyword}\", and the step's text"));
    }
    if let Some(keyword) = misspelt(first, keywords()) {
        return Some(format!("did you mean the keyword \"{keyword}\"?"));
    }
    let kind = step_kind(Dialect::english(), first)?;
    let own = dialect.step_keywords().filter(|(other, _)| *other == kind).map(|(_, keyword)| keyword.trim());
    let own: Vec<_> = own.collect();
    Some(format!("\"{first}\" is English; in {} it is {}", dialect.name, own.join(" or ")))
}

fn step_kind(dialect: &Dialect, word: &str) -> Option<KeywordType> {
    dialect.step_keywords().find(|(_, keyword)| keyword.trim() == word).map(|(kind, _)| kind)
}

/// The language whose keyword opens the line.
fn language_hint(dialect: &Dialect, text: &str) -> Option<String> {
    let opens = |other: &&Dialect| {
        Kind::TITLES.into_iter().any(|kind| other.title_of(kind, text).is_some())
            || other.step_of(text).is_some_and(|(_, kind)| kind != KeywordType::Unknown)
    };
    let other = Dialect::all().iter().filter(|other| other.code != dialect.code).find(opens)?;
    Some(format!(
        "the keyword is {}; \"# language: {}\" stands in the first line then",
        other.name, other.code
    ))
}

/// The keyword that `word` is a misspelling of: it differs in case only or, with six letters or more, in one
/// letter other than a final `s`.
fn misspelt<'k>(word: &str, keywords: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let lower = word.to_lowercase();
    let plural = |keyword: &str| lower.strip_suffix('s') == Some(keyword);
    let meant = |keyword: &&str| {
        let keyword = keyword.to_lowercase();
        let long = keyword.chars().count() >= 6;
        lower == keyword || long && !plural(&keyword) && within(&lower, &keyword, 1).is_some()
    };
    keywords.into_iter().find(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_near() {
        assert_eq!(nearest("@seald", ["@sealed", "@display"]), Some("@sealed"));
        assert_eq!(nearest("@DISPLAY", ["@sealed", "@display"]), Some("@display"));
        assert_eq!(nearest("@moon", ["@sealed", "@display"]), None);
    }

    #[test]
    fn a_keyword_of_another_language_is_told() {
        let (english, danish) = (Dialect::english(), Dialect::find("da").unwrap());
        let told = hint(danish, "Rule: den første").unwrap();
        assert_eq!(told, "\"Rule:\" is English; in Danish it is \"Regel:\"");
        assert!(hint(danish, "Given trin 5").unwrap().contains("Givet"));
        assert!(hint(english, "Egenskab: x").unwrap().contains("# language: da"));
        assert!(hint(english, "Scenaro: x").unwrap().contains("did you mean \"Scenario:\"?"));
        assert!(hint(english, "then it is").unwrap().contains("the keyword \"Then\""));
        assert!(hint(english, "Then").unwrap().contains("a space follows"));
        assert!(hint(english, "Then it is").unwrap().contains("stands below a scenario"));
        assert_eq!(hint(english, "Rule of thumb: three ways"), None);
        assert_eq!(hint(english, "Features: three ways"), None);
    }
}
