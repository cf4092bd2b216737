//! The sentences that one can write: the patterns of the step functions, made readable again.

use std::{path::Path, sync::LazyLock};

use cucumber::{
    codegen::{Parameter, StepConstructor as _, WorldInventory, inventory},
    gherkin,
    step::Location,
};
use regex::Regex;

use super::{Count, Device, Seconds, Where, hear::KeyNamed};
use crate::session::Scene;

/// A sentence that a step function takes.
#[derive(Debug)]
pub struct Sentence {
    /// Type of its keyword.
    pub kind: gherkin::StepType,
    /// As one writes it, parameters as `{name}`, alternatives as `one/other`, what can be left out in brackets.
    pub text: String,
    /// The file of the function, without folder and ending: `guide`.
    pub module: String,
    /// Its line there.
    pub line: u32,
    place: Location,
    pattern: Regex,
}

/// A parameter of sentences.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Its name, as in `{device}`.
    pub name: &'static str,
    /// Accepted values.
    pub meaning: &'static str,
    regex: &'static str,
}

const fn shape<P: Parameter>(meaning: &'static str) -> Shape {
    Shape { name: P::NAME, meaning, regex: P::REGEX }
}

/// The parameters, in the order in which `rig steps` explains them.
pub const SHAPES: [Shape; 5] = [
    shape::<Device>("my, a, an, the, another or the other, and then: code display, or audio code reader"),
    shape::<Where>("nothing, or: on the new phone, on the other phone, på den nye telefon"),
    shape::<KeyNamed>("repeat, speed, volume or language"),
    shape::<Count>("a number of four digits at most"),
    shape::<Seconds>("a number of seconds, as in 2.5"),
];

/// The instruments of each module of step functions, in the order in which `rig steps` lists them.
pub const GROUPS: [(&str, &[&str]); 11] = [
    ("What a scenario begins with", &["prepare"]),
    ("Phone", &["guide", "app", "password", "user_id", "login"]),
    ("Phone and SMS modem", &["pin"]),
    ("Two phones, a camera on them, a screen", &["copy", "copy_wait", "qr"]),
    ("Two phones and the radio", &["proximity"]),
    ("Code device: its button, and the camera on its display", &["look", "hotp_resync"]),
    ("Code device: its clock, by the test link", &["times"]),
    ("Code device: the camera on its back", &["label"]),
    ("Code device: the switch in its supply", &["power"]),
    ("Code device: the debug probe, and codes that follow a counter", &["board"]),
    ("Audio code reader: its keys, and the microphone", &["hear"]),
];

/// Placeholder for a screen text, in double quotes.
const QUOTE: &str = "\"text\"";

/// How the sentences of the functions end that read the table below the step; every other step has none.
const ANNOUNCE_TABLE: [&str; 2] = [" of these times", " of these codes"];

/// Every sentence, by module and line.
pub fn all() -> &'static [Sentence] {
    static ALL: LazyLock<Vec<Sentence>> = LazyLock::new(|| {
        use gherkin::StepType::{Given, Then, When};
        let mut all: Vec<Sentence> = Vec::new();
        for one in inventory::iter::<<Scene as WorldInventory>::Given> {
            let (place, pattern, _) = one.inner();
            all.push(Sentence::new(Given, &place, pattern()));
        }
        for one in inventory::iter::<<Scene as WorldInventory>::When> {
            let (place, pattern, _) = one.inner();
            all.push(Sentence::new(When, &place, pattern()));
        }
        for one in inventory::iter::<<Scene as WorldInventory>::Then> {
            let (place, pattern, _) = one.inner();
            all.push(Sentence::new(Then, &place, pattern()));
        }
        all.sort_by(|one, other| {
            (&one.module, one.line, &one.text).cmp(&(&other.module, other.line, &other.text))
        });
        all
    });
    &ALL
}

/// The sentence whose function stands at `place`.
pub fn at(place: Location) -> Option<&'static Sentence> {
    all().iter().find(|sentence| sentence.place == place)
}

impl Sentence {
    fn new(kind: gherkin::StepType, place: &Location, pattern: Regex) -> Self {
        let module = Path::new(place.path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self { kind, text: readable(pattern.as_str()), module, line: place.line, place: *place, pattern }
    }

    /// Its instrument, by its module.
    pub fn instrument(&self) -> &'static str {
        let own = |(_, modules): &&(&str, &[&str])| modules.contains(&self.module.as_str());
        GROUPS.iter().find(own).map_or("Others", |(instrument, _)| instrument)
    }

    /// Whether it takes `text`, whatever its keyword.
    pub fn takes(&self, text: &str) -> bool {
        self.pattern.is_match(text)
    }

    /// Whether its function reads the table below the step.
    pub fn takes_table(&self) -> bool {
        ANNOUNCE_TABLE.iter().any(|end| self.text.ends_with(end))
    }
}

/// The sentence that is nearest to `text`, if one is near.
pub fn nearest(text: &str) -> Option<&'static Sentence> {
    let text = generalised(text);
    let near = feature_file::nearest::nearest(&text, all().iter().map(|sentence| sentence.text.as_str()))?;
    all().iter().find(|sentence| sentence.text == near)
}

/// A step's text with parameters in place of what can stand for them.
fn generalised(text: &str) -> String {
    static QUOTED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("\"[^\"]*\"").expect("the pattern is a constant"));
    let mut text = QUOTED.replace_all(text, QUOTE).into_owned();
    for Shape { name, regex, .. } in SHAPES.into_iter().filter(|shape| shape.name != Where::NAME) {
        if let Ok(pattern) = Regex::new(&format!(r"\b(?:{regex})\b")) {
            text = pattern.replace_all(&text, format!("{{{name}}}")).into_owned();
        }
    }
    text
}

/// A pattern as the expression that it was made of.
fn readable(pattern: &str) -> String {
    static STRING: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"\(\?:"\(\?P<__\d+_0>.*?'\)"#).expect("the pattern is a constant"));
    static OPTIONAL: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\(\?:([^()|]*)\)\?").expect("the pattern is a constant"));
    static EITHER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\(\?:([^()]*)\)").expect("the pattern is a constant"));
    let mut text = STRING.replace_all(pattern, QUOTE).into_owned();
    for Shape { name, regex, .. } in SHAPES {
        text = text.replace(&format!("({regex})"), &format!("{{{name}}}"));
    }
    let text = OPTIONAL.replace_all(&text, "($1)");
    let text = EITHER.replace_all(&text, |found: &regex::Captures<'_>| found[1].replace('|', "/"));
    text.trim_matches(['^', '$']).replace('\\', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_reads_as_it_was_written() {
        for sentence in all() {
            assert!(!sentence.text.contains(['\\', '?', '|', '^', '$', '<']), "{}", sentence.text);
        }
        let has = |text: &str| all().iter().any(|sentence| sentence.text == text);
        assert!(has("I press the button on {device} and listen, {count} time(s)"));
        assert!(has("I tap \"text\" and then \"text\"{where}"));
    }

    #[test]
    fn every_sentence_has_a_place_of_its_own() {
        for sentence in all() {
            assert!(at(sentence.place).is_some_and(|found| std::ptr::eq(found, sentence)), "{sentence:?}");
        }
    }

    #[test]
    fn every_module_of_step_functions_has_its_instrument() {
        let without = all().iter().find(|sentence| sentence.instrument() == "Others");
        assert!(without.is_none(), "add the module to GROUPS: {without:?}");
    }

    /// Functions that read a table have the step as a parameter; as many sentences announce one.
    #[test]
    fn every_function_that_reads_a_table_announces_it() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/steps");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let others = files.filter(|file| !file.ends_with("sentences.rs"));
        let count = |file: std::path::PathBuf| {
            let text = std::fs::read_to_string(file).unwrap();
            text.matches(", step: &gherkin::Step)").count()
        };
        let functions: usize = others.map(count).sum();
        assert_eq!(all().iter().filter(|sentence| sentence.takes_table()).count(), functions);
    }

    #[test]
    fn a_near_miss_finds_its_sentence() {
        let near = |text| nearest(text).map(|sentence| sentence.text.as_str());
        assert_eq!(near("I pres the button on my code display"), Some("I press the button on {device}"));
        assert_eq!(near("I tap \"Next\" an then \"OK\""), Some("I tap \"text\" and then \"text\"{where}"));
        assert_eq!(near("the moon is full of cheese"), None);
    }
}
