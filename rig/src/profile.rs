//! The lab's settings for everything that the documentation leaves open: limits, windows and the screen
//! texts.

use std::{
    collections::BTreeMap,
    num::{NonZeroU8, NonZeroU64},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, de::IgnoredAny};

mod apps;
pub(crate) mod environment;
mod has;
mod limits;
mod reader_keys;
mod serial_number;
mod words;

use apps::Sms;
pub use apps::{Apps, Ble, CopyRules, Message, Pin, Qr, TemporaryPinRules, UserId};
pub use environment::{Environment, Restore};
pub use has::{Feature, Has};
pub use limits::ProfileLimits;
pub use reader_keys::ReaderKeys;
pub use serial_number::SerialNumber;
pub use words::{JudgeBy, TextSources};

use crate::{
    bad_input::BadInput,
    oracle::{
        otp::{self, Algorithm, Digits},
        window::Window,
    },
};

/// A product's profile, in one language.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name and version, for reports.
    pub title: String,
    /// Features of the product.
    pub has: Has,
    /// The test environment that a hardware bench may act in.
    pub environment: Option<Environment>,
    /// One-time codes.
    pub totp: TotpRules,
    /// Codes of event-based devices.
    pub hotp: Hotp,
    /// Blocking after wrong codes.
    pub lock: Lock,
    /// Passwords.
    pub password: Password,
    /// Serial numbers.
    pub serial_number: SerialNumber,
    /// How long a code display shows a code, in seconds.
    pub code_shown_s: f64,
    /// How long an audio code reader may take to read a code aloud.
    pub code_spoken: Duration,
    /// The languages that an audio code reader speaks, in the order of its key; delivered in the first.
    pub speech_languages: Vec<String>,
    /// The keys of an audio code reader, by function.
    pub reader_keys: ReaderKeys,
    /// User IDs.
    pub user_id: UserId,
    /// The copy of an app that is active.
    pub copy: CopyRules,
    /// Temporary PINs.
    pub temporary_pin: TemporaryPinRules,
    /// Personal PINs.
    pub pin: Pin,
    /// Apps of one person.
    pub apps: Apps,
    /// QR codes.
    pub qr: Qr,
    /// Radio parameters.
    pub ble: Ble,
    /// The message with a temporary PIN, in the language of the screens.
    pub sms: Message,
    /// Limits of measurements.
    pub limits: ProfileLimits,
    /// Whose words the texts of the screens are.
    pub words: TextSources,
    /// The guide's English words, and what the screen reads in the bench's language.
    texts: BTreeMap<String, String>,
    /// For each language what its screens read, and the guide's English words for that.
    english: BTreeMap<String, BTreeMap<String, String>>,
    /// The guide's English words by their ids.
    ids: BTreeMap<String, String>,
    /// The file that it was read from, and its text.
    file: PathBuf,
    source: String,
}

/// A profile as it is written, in every language that it has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileFile {
    name: String,
    version: String,
    has: Has,
    environment: Option<Environment>,
    totp: TotpRules,
    hotp: Hotp,
    lock: Lock,
    /// How long a session lasts: for the reference product. No documented step waits for its end, so the rig
    /// judges nothing by it.
    #[serde(rename = "session")]
    _session: IgnoredAny,
    password: Password,
    serial_number: SerialNumber,
    code: Code,
    reader_keys: ReaderKeys,
    user_id: UserId,
    copy: CopyRules,
    temporary_pin: TemporaryPinRules,
    pin: Pin,
    apps: Apps,
    qr: Qr,
    ble: Ble,
    sms: Sms,
    limits: ProfileLimits,
    words: TextSources,
    texts: BTreeMap<String, BTreeMap<String, String>>,
    /// The file that it was read from, and its text.
    #[serde(skip)]
    file: PathBuf,
    #[serde(skip)]
    source: String,
}

/// One-time codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotpRules {
    /// The time step, in seconds.
    pub step_s: NonZeroU64,
    /// Digits of a code.
    pub digits: Digits,
    /// The hash under the HMAC.
    pub hash: Algorithm,
    /// How many steps late a code is still accepted.
    pub window_past: u8,
    /// How many steps early a code is already accepted.
    pub window_future: u8,
    /// How many steps of a clock's drift the service keeps, to either side (RFC 6238 section 6).
    pub drift_steps: u8,
    /// The shortest key allowed, in bits.
    pub min_key_bits: u32,
}

impl TotpRules {
    /// The parameters of the codes, as the oracle computes them.
    pub fn formula(&self) -> otp::Totp {
        otp::Totp { algorithm: self.hash, digits: self.digits, step_s: self.step_s, t0_s: 0 }
    }

    /// How far off a code may be.
    pub fn window(&self) -> Window {
        Window { past: self.window_past, future: self.window_future }
    }
}

/// Codes of event-based devices (RFC 4226).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hotp {
    /// Of how many counters, from the next one on, a code may be.
    pub look_ahead: u8,
}

/// Blocking after wrong codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// How many wrong codes block.
    pub wrong_codes: u32,
    /// For how long the reference product blocks: the rig goes by `limits.block_s`.
    #[serde(rename = "duration_s")]
    _duration_s: IgnoredAny,
    /// How many wrong codes in a row block for good (H.4).
    pub final_wrong_codes: u32,
}

/// Passwords.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    /// The fewest characters.
    pub min_chars: usize,
    /// The most characters.
    pub max_chars: usize,
    /// Words that no password may contain.
    pub forbidden_words: Vec<String>,
    /// Rows of keys that no password may contain.
    pub keyboard_rows: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    shown_s: f64,
    spoken_s: NonZeroU8,
    languages: Vec<String>,
}

impl ProfileFile {
    /// Reads `file`.
    pub fn load(file: &Path) -> Result<Self, BadInput> {
        let text = BadInput::read(file)?;
        let read = toml::from_str(&text).map_err(|error| BadInput::of_toml(file, &text, &error));
        read.map(|profile: Self| Self { file: file.to_owned(), source: text, ..profile })
    }

    /// The profile with the texts of `language`; the error names the languages that there are.
    pub fn in_language(self, language: &str) -> Result<Profile, String> {
        Ok(Profile {
            texts: texts(&self.texts, language)?,
            english: english(&self.texts),
            ids: self.texts.get("en").cloned().unwrap_or_default(),
            file: self.file,
            source: self.source,
            title: format!("{} {}", self.name, self.version),
            has: self.has,
            environment: self.environment,
            totp: self.totp,
            hotp: self.hotp,
            lock: self.lock,
            password: self.password,
            serial_number: self.serial_number,
            code_shown_s: self.code.shown_s,
            speech_languages: self.code.languages,
            code_spoken: Duration::from_secs(self.code.spoken_s.get().into()),
            reader_keys: self.reader_keys,
            user_id: self.user_id,
            copy: self.copy,
            temporary_pin: self.temporary_pin,
            pin: self.pin,
            apps: self.apps,
            qr: self.qr,
            ble: self.ble,
            sms: self.sms.in_language(language)?,
            limits: self.limits,
            words: self.words,
        })
    }
}

impl Password {
    /// The rule that `password` breaks, for a person with one of the user IDs `users` (H.5).
    pub fn broken_by<'u>(&self, password: &str, users: impl IntoIterator<Item = &'u str>) -> Option<String> {
        let (lower, chars) = (password.to_lowercase(), password.chars().count());
        let contains = |words: &[String]| words.iter().any(|word| lower.contains(&word.to_lowercase()));
        if chars < self.min_chars || chars > self.max_chars {
            Some(format!("a password has {} to {} characters", self.min_chars, self.max_chars))
        } else if users.into_iter().any(|user| lower.contains(&user.to_lowercase())) {
            Some("a password has no user ID in it".into())
        } else if password.split(|char: char| !char.is_ascii_digit()).any(|digits| digits.len() >= 10) {
            Some("a password has no ten digits in a row".into())
        } else if contains(&self.forbidden_words) || contains(&self.keyboard_rows) {
            Some("a password has no word in it that everybody uses, and no row of keys".into())
        } else {
            None
        }
    }
}

impl Profile {
    /// Every screen text, in the bench's language.
    pub fn screen_texts(&self) -> impl Iterator<Item = &String> {
        self.texts.values()
    }

    /// The guide's English words for all screen texts.
    pub fn quotes(&self) -> impl Iterator<Item = &String> {
        self.texts.keys()
    }

    /// Whether a text of the screens, in the bench's language, is the guide's own words.
    pub fn is_guides(&self, text: &str) -> bool {
        let quotes = self.texts.iter().filter(|(_, read)| *read == text).map(|(quote, _)| quote);
        quotes.flat_map(|quote| self.ids(quote)).any(|id| self.words.guide.contains(id))
    }

    /// The file that it was read from.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Its text, as it was read.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The ids of a text of the screens in the guide's English: more than one where several places share the words.
    pub fn ids<'p>(&'p self, quote: &'p str) -> impl Iterator<Item = &'p str> {
        self.ids.iter().filter(move |(_, text)| *text == quote).map(|(id, _)| id.as_str())
    }

    /// The guide's English words with this id.
    pub fn with_id(&self, id: &str) -> Option<&str> {
        self.ids.get(id).map(String::as_str)
    }

    /// The screen text that the guide quotes as `quote`. An error for a quote that the profile does not know.
    pub fn known_text(&self, quote: &str) -> Result<&str, String> {
        let known = self.texts.get(quote).map(String::as_str);
        known.ok_or_else(|| {
            format!("the profile has no screen text {quote:?}; quotes are texts of [texts.en]")
        })
    }

    /// The guide's English words for `quote`, a text of the screens in `language`.
    pub fn english(&self, language: &str, quote: &str) -> Result<&str, String> {
        let texts = self.english.get(language).ok_or_else(|| {
            let there: Vec<_> = self.english.keys().map(String::as_str).collect();
            format!("the profile has no texts in language {language:?}; there are: {}", there.join(", "))
        })?;
        texts.get(quote).map(String::as_str).ok_or_else(|| {
            format!("the profile has no screen text {quote:?}; quotes are texts of [texts.{language}]")
        })
    }
}

/// For each language the map from its words to the English ones, by the ids that both share.
fn english(all: &BTreeMap<String, BTreeMap<String, String>>) -> BTreeMap<String, BTreeMap<String, String>> {
    let quotes = |texts: &BTreeMap<String, String>| {
        let known =
            texts.iter().filter_map(|(id, text)| Some((text.clone(), all.get("en")?.get(id)?.clone())));
        known.collect()
    };
    all.iter().map(|(language, texts)| (language.clone(), quotes(texts))).collect()
}

/// The map from the English words to those of `language`, by the ids that both share.
fn texts(
    all: &BTreeMap<String, BTreeMap<String, String>>,
    language: &str,
) -> Result<BTreeMap<String, String>, String> {
    let of = |language: &str| {
        let known: Vec<_> = all.keys().map(String::as_str).collect();
        all.get(language)
            .ok_or_else(|| format!("no texts in language {language:?}; there are: {}", known.join(", ")))
    };
    let (english, chosen) = (of("en")?, of(language)?);
    english
        .iter()
        .map(|(id, quote)| match chosen.get(id) {
            Some(text) => Ok((quote.clone(), text.clone())),
            None => Err(format!("[texts.{language}] lacks {id:?}")),
        })
        .collect()
}
