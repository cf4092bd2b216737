//! Keywords by language.

use crate::{ast::KeywordType, dialects::DIALECTS, token::Kind};

/// The keywords of a language.
#[derive(Debug)]
pub struct Dialect {
    /// Its code, as in `# language: da`.
    pub code: &'static str,
    /// Its name in English.
    pub name: &'static str,
    /// Keywords of a feature.
    pub feature: &'static [&'static str],
    /// Keywords of a rule.
    pub rule: &'static [&'static str],
    /// Keywords of a background.
    pub background: &'static [&'static str],
    /// Keywords of a scenario.
    pub scenario: &'static [&'static str],
    /// Keywords of a scenario outline.
    pub outline: &'static [&'static str],
    /// Keywords of examples.
    pub examples: &'static [&'static str],
    /// Keywords of context, each with the space after it where the language has one; so the others below.
    pub given: &'static [&'static str],
    /// Keywords of an action.
    pub when: &'static [&'static str],
    /// Keywords of an outcome.
    pub then: &'static [&'static str],
    /// Keywords that continue.
    pub and: &'static [&'static str],
    /// Keywords that continue with a contrast.
    pub but: &'static [&'static str],
}

/// The step keyword of every language that takes any step function.
pub(crate) const STAR: &str = "* ";

impl Dialect {
    /// Every language that is known, in the order of the codes.
    pub fn all() -> &'static [Self] {
        DIALECTS
    }

    /// The language with this code.
    pub fn find(code: &str) -> Option<&'static Self> {
        DIALECTS.iter().find(|dialect| dialect.code == code)
    }

    /// English, the language of a file that names none.
    pub fn english() -> &'static Self {
        Self::find("en").expect("the table has English")
    }

    /// The keywords that open a block of this kind.
    pub fn titles(&self, kind: Kind) -> [&'static [&'static str]; 2] {
        match kind {
            Kind::Feature => [self.feature, &[]],
            Kind::Rule => [self.rule, &[]],
            Kind::Background => [self.background, &[]],
            Kind::Scenario => [self.scenario, self.outline],
            Kind::Examples => [self.examples, &[]],
            _ => [&[], &[]],
        }
    }

    /// Every keyword that opens a block, with its kind.
    pub fn all_titles(&self) -> impl Iterator<Item = (Kind, &'static str)> {
        Kind::TITLES
            .into_iter()
            .flat_map(|kind| self.titles(kind).into_iter().flatten().map(move |keyword| (kind, *keyword)))
    }

    /// Every step keyword but `*`, with what it stands for.
    pub fn step_keywords(&self) -> impl Iterator<Item = (KeywordType, &'static str)> {
        [
            (KeywordType::Context, self.given),
            (KeywordType::Action, self.when),
            (KeywordType::Outcome, self.then),
            (KeywordType::Conjunction, self.and),
            (KeywordType::Conjunction, self.but),
        ]
        .into_iter()
        .flat_map(|(kind, keywords)| keywords.iter().map(move |keyword| (kind, *keyword)))
    }

    /// The keyword that opens a block of this kind at the begin of `text`, before its colon.
    pub(crate) fn title_of(&self, kind: Kind, text: &str) -> Option<&'static str> {
        let opens = |keyword: &&str| text.strip_prefix(*keyword).is_some_and(|rest| rest.starts_with(':'));
        self.titles(kind).into_iter().flatten().copied().find(opens)
    }

    /// The longest step keyword at the begin of `text`, and what it stands for.
    pub(crate) fn step_of(&self, text: &str) -> Option<(&'static str, KeywordType)> {
        if text.starts_with(STAR) {
            return Some((STAR, KeywordType::Unknown));
        }
        let found = self.step_keywords().filter(|(_, keyword)| text.starts_with(keyword));
        let (kind, longest) = found.max_by_key(|(_, keyword)| keyword.len())?;
        let several = self.step_keywords().any(|(other, keyword)| keyword == longest && other != kind);
        Some((longest, if several { KeywordType::Unknown } else { kind }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_ends_in_its_colon() {
        let english = Dialect::english();
        assert_eq!(english.title_of(Kind::Rule, "Rule: x"), Some("Rule"));
        assert_eq!(english.title_of(Kind::Rule, "Rule of thumb: x"), None);
        assert_eq!(english.title_of(Kind::Scenario, "Scenario Outline: x"), Some("Scenario Outline"));
    }

    #[test]
    fn the_longest_step_keyword_counts_and_one_of_several_meanings_is_unknown() {
        let haitian = Dialect::find("ht").unwrap();
        assert_eq!(haitian.step_of("Le sa a there"), Some(("Le sa a ", KeywordType::Outcome)));
        assert_eq!(haitian.step_of("Le there"), Some(("Le ", KeywordType::Action)));
        assert_eq!(haitian.step_of("* there"), Some((STAR, KeywordType::Unknown)));
        let twice = Dialect { given: &["So "], when: &["So "], ..*DIALECTS.first().unwrap() };
        assert_eq!(twice.step_of("So it is"), Some(("So ", KeywordType::Unknown)));
    }

    #[test]
    fn the_table_is_sorted_and_whole() {
        assert!(DIALECTS.is_sorted_by(|one, next| one.code < next.code));
        for dialect in DIALECTS {
            for kind in Kind::TITLES {
                assert!(!dialect.titles(kind)[0].is_empty(), "{}: {kind:?}", dialect.code);
            }
            assert!(dialect.step_keywords().all(|(_, keyword)| !keyword.trim().is_empty()));
        }
    }
}
