//! The register of clauses, read from `features/clauses.toml` and checked before anything else begins, so
//! that a judging step cannot name an unknown clause.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    path::{Path, PathBuf},
};

use reports::{Basis, ClauseInfo, Level};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{
    figures::{FigureEntry, Figures},
    settings::{Setting, SettingEntry},
};
use crate::bad_input::BadInput;

/// A kind of instrument that a clause can be seen through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeenBy {
    /// The screen of a phone, and hands for it.
    Phone,
    /// A camera on a screen or a display.
    Camera,
    /// An SMS modem.
    Sms,
    /// A Bluetooth Low Energy radio.
    Ble,
    /// A board's serial link.
    Board,
    /// A debug probe.
    Probe,
    /// A microphone.
    Microphone,
    /// An actuator with sensed contact.
    Finger,
    /// The service, as a login shows it or an adapter tells it.
    Service,
    /// A web browser.
    Browser,
}

impl SeenBy {
    /// Its word in the register and in journals.
    pub fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Camera => "camera",
            Self::Sms => "sms",
            Self::Ble => "ble",
            Self::Board => "board",
            Self::Probe => "probe",
            Self::Microphone => "microphone",
            Self::Finger => "finger",
            Self::Service => "service",
            Self::Browser => "browser",
        }
    }
}

/// One clause of the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// Its stable name, "S5.C.8b".
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// The guide's own words; for help pages and standards a short statement of the requirement.
    pub quote: String,
    /// The document and the place in it.
    pub source: String,
    /// The kinds of instrument it can be seen through.
    pub instruments: Vec<SeenBy>,
    /// Whether any of it can be seen on a sealed product, with neither link nor probe.
    pub sealed: bool,
    /// Whether a rejection that it is judged by is inferred: the guide shows happy paths only.
    pub inferred: bool,
    /// A note for readers of a report; says which parts were inferred.
    pub note: Option<String>,
    /// The figures that it states, by name.
    pub figures: Figures,
    /// The published codes that it states.
    pub vectors: Vec<Vector>,
    /// The texts of screens, by their ids in profiles, that a sentence may look for in its name.
    pub texts: Vec<String>,
}

/// A code that a standard publishes for its test key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// The counter it is of, or the number of the time step.
    pub counter: Option<u64>,
    /// The time it is of, in seconds since 1970.
    pub unix_s: Option<u64>,
    /// The code.
    pub code: String,
}

/// The beginning of the source of every clause that the guide states.
const GUIDE: &str = "MitID user guide";

impl Clause {
    /// The authority behind the clause.
    pub fn basis(&self) -> Basis {
        match self.level {
            _ if self.inferred => Basis::Inferred,
            Level::Profile => Basis::Lab,
            _ if self.source.starts_with(GUIDE) => Basis::Stated,
            _ => Basis::Standard,
        }
    }

    /// The clause as a journal has it. Whether it applies to a product is the profile's to say.
    pub fn info(&self) -> ClauseInfo {
        ClauseInfo {
            id: self.id.clone(),
            level: self.level,
            basis: self.basis(),
            quote: self.quote.clone(),
            source: self.source.clone(),
            instruments: self.instruments.iter().map(|kind| kind.word().to_owned()).collect(),
            note: self.note.clone(),
            not_applicable: None,
        }
    }
}

/// All clauses, in the order of the documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Register {
    file: PathBuf,
    settings: Vec<Setting>,
    clauses: Vec<Clause>,
    places: HashMap<String, usize>,
}

impl Register {
    /// Reads and checks the register in `file`.
    pub fn load(file: &Path) -> Result<Self, BadInput> {
        Self::parse(file, &BadInput::read(file)?)
    }

    /// Checks `source`, the text of `file`. The first thing that is wrong is the error.
    pub fn parse(file: &Path, source: &str) -> Result<Self, BadInput> {
        let RegisterFile { clause: entries, setting: settings } =
            toml::from_str(source).map_err(|error| BadInput::of_toml(file, source, &error))?;
        let mut register =
            Self { file: file.to_owned(), settings: Vec::new(), clauses: Vec::new(), places: HashMap::new() };
        for entry in entries {
            let offset = entry.id.span().start;
            let clause =
                entry.check().map_err(|(offset, message)| BadInput::at(file, source, offset, message))?;
            match register.places.entry(clause.id.clone()) {
                Entry::Vacant(place) => place.insert(register.clauses.len()),
                Entry::Occupied(_) => {
                    let message = format!("clause `{}` stands here a second time; ids are unique", clause.id);
                    return Err(BadInput::at(file, source, offset, message));
                }
            };
            register.clauses.push(clause);
        }
        for entry in settings {
            let setting = entry
                .check(&register)
                .map_err(|(offset, message)| BadInput::at(file, source, offset, message))?;
            register.settings.push(setting);
        }
        Ok(register)
    }

    /// The clause with this id.
    pub fn get(&self, id: &str) -> Option<&Clause> {
        self.places.get(id).map(|place| &self.clauses[*place])
    }

    /// The file it was read from.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Settings that a profile may change.
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The setting with this key of the profile.
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key() == key)
    }

    /// All clauses, in the order of the documents.
    pub fn iter(&self) -> std::slice::Iter<'_, Clause> {
        self.clauses.iter()
    }

    /// All clauses as a journal's head has them.
    pub fn infos(&self) -> Vec<ClauseInfo> {
        self.iter().map(Clause::info).collect()
    }
}

impl<'r> IntoIterator for &'r Register {
    type Item = &'r Clause;
    type IntoIter = std::slice::Iter<'r, Clause>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegisterFile {
    clause: Vec<ClauseEntry>,
    #[serde(default)]
    setting: Vec<SettingEntry>,
}

/// An entry as written, with places for error messages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseEntry {
    id: Spanned<String>,
    level: Level,
    quote: Spanned<String>,
    source: Spanned<String>,
    instruments: Spanned<Vec<SeenBy>>,
    sealed: bool,
    #[serde(default)]
    inferred: bool,
    note: Option<Spanned<String>>,
    #[serde(default)]
    figures: BTreeMap<String, FigureEntry>,
    #[serde(default)]
    vectors: Vec<Vector>,
    #[serde(default)]
    texts: Vec<String>,
}

impl ClauseEntry {
    /// The clause, or the byte offset and the message of what is wrong.
    fn check(self) -> Result<Clause, (usize, String)> {
        let id_at = self.id.span().start;
        for (key, text) in [("id", &self.id), ("quote", &self.quote), ("source", &self.source)]
            .into_iter()
            .chain(self.note.as_ref().map(|note| ("note", note)))
        {
            if text.get_ref().trim().is_empty() {
                return Err((text.span().start, format!("`{key}` is empty; it takes words")));
            }
        }
        let id = self.id.into_inner();
        if id.contains(|c: char| c.is_whitespace() || c == '[' || c == ']') {
            return Err((id_at, format!("`id = \"{id}\"` takes neither spaces nor brackets")));
        }
        if self.instruments.get_ref().is_empty() {
            let message = format!("clause `{id}` can be seen through nothing; name at least one instrument");
            return Err((self.instruments.span().start, message));
        }
        if self.inferred && self.note.is_none() {
            return Err((id_at, format!("clause `{id}` is inferred; its `note` says what was inferred")));
        }
        let figures = self.figures.into_iter().map(|(name, figure)| Ok((name.clone(), figure.check(&name)?)));
        let figures = figures.collect::<Result<Figures, String>>();
        if self.vectors.iter().any(|vector| vector.counter.is_some() == vector.unix_s.is_some()) {
            let message = format!("clause `{id}`: a vector takes one of `counter` and `unix_s`");
            return Err((id_at, message));
        }
        Ok(Clause {
            figures: figures.map_err(|message| (id_at, format!("clause `{id}`: {message}")))?,
            vectors: self.vectors,
            texts: self.texts,
            id,
            level: self.level,
            quote: self.quote.into_inner(),
            source: self.source.into_inner(),
            instruments: self.instruments.into_inner(),
            sealed: self.sealed,
            inferred: self.inferred,
            note: self.note.map(Spanned::into_inner),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = r#"
[[clause]]
id = "S5.C.8b"
level = "must"
quote = "6-digit"
source = "guide"
instruments = ["camera", "board"]
sealed = true
"#;

    fn parse(source: &str) -> Result<Register, BadInput> {
        Register::parse(Path::new("clauses.toml"), source)
    }

    fn refused(source: &str) -> String {
        parse(source).unwrap_err().to_string()
    }

    #[test]
    fn the_suites_own_register_holds() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../features/clauses.toml");
        let register = Register::load(&file).unwrap();
        assert_eq!(register.iter().count(), 76);
        assert_eq!(register.get("S5.B.17").unwrap().level, Level::Must);
        assert!(!register.get("RFC4226-4").unwrap().sealed);
        assert!(register.get("S5.C.8").is_none());
        let must_come_from_the_guide =
            register.iter().all(|c| (c.level == Level::Must) <= c.source.starts_with("MitID user guide"));
        assert!(must_come_from_the_guide);
    }

    #[test]
    fn clauses_keep_their_order_and_become_infos() {
        let register = parse(&(GOOD.to_owned() + &GOOD.replace("8b", "8a"))).unwrap();
        let ids: Vec<_> = register.infos().into_iter().map(|info| info.id).collect();
        assert_eq!(ids, ["S5.C.8b", "S5.C.8a"]);
        assert_eq!(register.get("S5.C.8b").unwrap().info().instruments, ["camera", "board"]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_with_what_is_accepted() {
        for (from, to, line, words) in [
            ("level", "levle", 4, "unknown field `levle`, expected one of `id`, `level`"),
            ("\"must\"", "\"shall\"", 4, "expected one of `must`, `should`, `profile`, `info`"),
            ("\"board\"", "\"scope\"", 7, "expected one of `phone`, `camera`"),
            ("\"6-digit\"", "\" \"", 5, "`quote` is empty"),
            ("[\"camera\", \"board\"]", "[]", 7, "at least one instrument"),
            ("S5.C.8b", "S5 C", 3, "neither spaces nor brackets"),
            ("sealed = true", "sealed = true\ninferred = true", 3, "its `note` says what"),
            ("sealed = true", "sealed = 1", 8, "expected a boolean"),
            ("sealed = true", "", 2, "missing field `sealed`"),
        ] {
            let error = refused(&GOOD.replace(from, to));
            assert!(error.starts_with(&format!("clauses.toml:{line}: ")) && error.contains(words), "{error}");
        }
    }

    #[test]
    fn an_id_stands_once() {
        let error = refused(&(GOOD.to_owned() + GOOD));
        assert_eq!(error, "clauses.toml:11: clause `S5.C.8b` stands here a second time; ids are unique");
    }

    proptest! {
        #[test]
        fn any_text_is_a_register_or_an_error(source in "\\PC*|(\\[\\[clause\\]\\]\n(id|level|quote) = \"[a-z ]*\"\n)*") {
            let _ = parse(&source);
        }
    }
}
