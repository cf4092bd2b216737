//! Features of the product. For a missing one the profile gives the reason: an unset one is an error, rather
//! than a no.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Something that a product may have, under its name in `[has]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// An app on the phone one was identified on (the guide's part 1).
    App,
    /// A copy of the app to another phone by QR code (part 2).
    AppOnAnotherPhone,
    /// A code display (part 3).
    CodeDisplay,
    /// An audio code reader (part 3).
    AudioReader,
    /// A chip (part 3).
    Chip,
    /// A choice of biometrics (part 1 item 4).
    Biometrics,
    /// Notifications (part 1 item 5).
    Notifications,
    /// Code devices whose codes follow a counter (RFC 4226).
    EventBased,
    /// Code devices that speak the link protocol of test devices.
    TestLink,
    /// Code devices as they are sold: with neither link nor probe.
    Sealed,
    /// A change of the user ID within the app.
    UserIdChange,
    /// Keys of an audio code reader that work without its button being held.
    SingleKeys,
}

impl Feature {
    /// Every feature, with its name in `[has]` and the words for people.
    const TABLE: [(Self, &str, &str); 12] = [
        (Self::App, "app", "app"),
        (Self::AppOnAnotherPhone, "app_on_another_phone", "app on another phone"),
        (Self::CodeDisplay, "code_display", "code display"),
        (Self::AudioReader, "audio_reader", "audio code reader"),
        (Self::Chip, "chip", "chip"),
        (Self::Biometrics, "biometrics", "biometrics"),
        (Self::Notifications, "notifications", "notifications"),
        (Self::EventBased, "event_based", "event-based device"),
        (Self::TestLink, "test_link", "test link"),
        (Self::Sealed, "sealed", "sealed device"),
        (Self::UserIdChange, "user_id_change", "change of the user ID"),
        (Self::SingleKeys, "single_keys", "keys that work alone"),
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::TABLE.into_iter().map(|(feature, ..)| feature)
    }

    /// The name in `[has]`.
    pub fn name(self) -> &'static str {
        Self::TABLE.iter().find(|(feature, ..)| *feature == self).map_or("", |(_, name, _)| name)
    }

    /// The words for people.
    pub fn words(self) -> &'static str {
        Self::TABLE.iter().find(|(feature, ..)| *feature == self).map_or("", |(.., words)| words)
    }
}

/// Features of a product: all of them, except those named here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "BTreeMap<Feature, Answer>")]
pub struct Has {
    lacking: BTreeMap<Feature, String>,
}

impl Has {
    /// Why the product lacks `feature`; `None` if it has it.
    pub fn lacks(&self, feature: Feature) -> Option<&str> {
        self.lacking.get(&feature).map(String::as_str)
    }
}

impl TryFrom<BTreeMap<Feature, Answer>> for Has {
    type Error = String;
    fn try_from(answers: BTreeMap<Feature, Answer>) -> Result<Self, String> {
        let unset = Feature::TABLE.iter().find(|(feature, ..)| !answers.contains_key(feature));
        if let Some((_, name, _)) = unset {
            return Err(format!("`{name}` is not set, and unset is never no; it is {ANSWERS}"));
        }
        let lacking = answers.into_iter().filter_map(|(feature, answer)| Some((feature, answer.no?)));
        Ok(Self { lacking: lacking.collect() })
    }
}

/// Value of one feature in `[has]`: yes, or no and why.
#[derive(Deserialize)]
#[serde(try_from = "AnswerValue")]
struct Answer {
    no: Option<String>,
}

/// Accepted values.
const ANSWERS: &str = "`true` or `{ no = \"the reason\" }`";

#[derive(Deserialize)]
#[serde(untagged, expecting = "not an answer; it is `true` or `{ no = \"the reason\" }`")]
enum AnswerValue {
    Yes(bool),
    No(No),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct No {
    no: String,
}

impl TryFrom<AnswerValue> for Answer {
    type Error = String;
    fn try_from(written: AnswerValue) -> Result<Self, String> {
        match written {
            AnswerValue::Yes(true) => Ok(Self { no: None }),
            AnswerValue::No(No { no }) if !no.trim().is_empty() => Ok(Self { no: Some(no) }),
            AnswerValue::Yes(false) | AnswerValue::No(_) => {
                Err(format!("a no without its reason; it is {ANSWERS}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A table in which the product has everything, except for `changes`.
    fn table(changes: &[(&str, &str)]) -> String {
        let line = |(_, name, _): &(Feature, &str, &str)| {
            let answer = changes.iter().find(|(changed, _)| changed == name).map_or("true", |(_, to)| to);
            if answer.is_empty() { String::new() } else { format!("{name} = {answer}\n") }
        };
        Feature::TABLE.iter().map(line).collect()
    }

    #[test]
    fn a_no_has_its_reason() {
        let has: Has = toml::from_str(&table(&[("chip", "{ no = \"not sold here\" }")])).unwrap();
        assert_eq!(has.lacks(Feature::Chip), Some("not sold here"));
        assert_eq!(has.lacks(Feature::App), None);
    }

    #[test]
    fn what_is_unset_unknown_or_a_bare_no_is_an_error() {
        for (changes, words) in [
            (("chip", ""), "`chip` is not set, and unset is never no"),
            (("chip", "false"), "a no without its reason; it is `true` or"),
            (("chip", "{ no = \" \" }"), "a no without its reason"),
            (("chip", "{ no = \"x\", since = 1 }"), "not an answer; it is `true` or"),
            (("chip", "\"no\""), "not an answer"),
            (("chip", "true\nship = true"), "unknown variant `ship`, expected one of `app`"),
        ] {
            let error = toml::from_str::<Has>(&table(&[changes])).unwrap_err();
            assert!(error.message().contains(words), "{changes:?}: {error}");
        }
    }

    #[test]
    fn names_are_those_that_serde_reads() {
        for (feature, name, words) in Feature::TABLE {
            let read: Feature = serde_json::from_value(name.into()).unwrap();
            assert_eq!((read, feature.words()), (feature, words));
        }
    }

    proptest! {
        #[test]
        fn any_answer_is_one_or_an_error(answer in "true|false|[0-9]{1,3}|\\{( ?[a-z]{2} ?= ?\"[ a-z]*\",?)*\\}") {
            let _ = toml::from_str::<Has>(&table(&[("chip", &answer)]));
        }
    }
}
