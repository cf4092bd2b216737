//! The profile's part for apps: PINs, QR codes, radio, messages.

use std::time::Duration;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny},
};
use uuid::Uuid;

/// User IDs (H.5).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserId {
    /// The fewest characters.
    pub min_chars: usize,
    /// The most characters.
    pub max_chars: usize,
    /// Signs that one may hold beside letters, digits and space: for the reference product.
    #[serde(rename = "signs")]
    _signs: IgnoredAny,
}

/// The copy of an app that is active (H.12).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyRules {
    /// The wait before its QR code shows, in seconds.
    pub wait_s: u64,
}

/// Temporary PINs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemporaryPinRules {
    /// Its digits.
    pub digits: usize,
    /// How many wrong ones end the activation.
    pub wrong_tries: u32,
    /// Lifetime in seconds.
    pub lifetime_s: u64,
    /// How often a new one can be asked for.
    pub resends: u32,
}

/// Personal PINs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Its digits.
    pub digits: usize,
    /// How many wrong ones block the app.
    pub wrong_tries: u32,
    /// PINs that are refused when one is created.
    pub forbidden: Vec<String>,
}

/// Apps of one person.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apps {
    /// How many can be active at most.
    pub max: u32,
}

/// QR codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qr {
    /// Prefix of every payload.
    pub prefix: String,
    /// How many characters of the payload the codes of one session share, from its begin on; 0 where a session has one code.
    pub session_chars: usize,
    #[serde(rename = "valid_s")]
    _valid_s: IgnoredAny,
    #[serde(rename = "checkmark_s")]
    _checkmark_s: IgnoredAny,
}

/// Radio parameters.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ble {
    /// The service whose data the old phone advertises.
    pub service: Uuid,
    /// How many bytes of it.
    pub data_bytes: usize,
    /// From one advert to the next, in milliseconds.
    pub period_ms: u64,
    /// For how long one value of the data is good, in seconds.
    pub rotation_s: u64,
    /// For how long a new phone listens after the scan, in seconds.
    pub patience_s: u64,
    #[serde(rename = "min_rssi_dbm")]
    _min_rssi_dbm: IgnoredAny,
}

/// The message with a temporary PIN.
#[derive(Clone, Debug)]
pub struct Message {
    /// Who it is from.
    pub sender: String,
    /// Text before the temporary PIN.
    before: String,
    /// Text behind it.
    after: String,
}

/// The messages as they are written: one for each language.
#[derive(Deserialize)]
pub(super) struct Sms {
    sender: String,
    #[serde(flatten, deserialize_with = "patterns")]
    texts: std::collections::BTreeMap<String, String>,
}

/// Where the temporary PIN stands in a message.
const PLACE: &str = "{pin}";

fn patterns<'de, D: Deserializer<'de>>(
    value: D,
) -> Result<std::collections::BTreeMap<String, String>, D::Error> {
    let texts = std::collections::BTreeMap::<String, String>::deserialize(value)?;
    match texts.values().find(|text| text.matches(PLACE).count() != 1) {
        Some(bad) => Err(D::Error::custom(format!("a message says {PLACE} once, found {bad:?}"))),
        None => Ok(texts),
    }
}

impl Sms {
    pub fn in_language(&self, language: &str) -> Result<Message, String> {
        let text = self.texts.get(language).ok_or_else(|| format!("[sms] lacks {language:?}"))?;
        let (before, after) = text.split_once(PLACE).unwrap_or((text, ""));
        Ok(Message { sender: self.sender.clone(), before: before.into(), after: after.into() })
    }
}

impl Message {
    /// The temporary PIN in a message `text`: everything in its place. `None` for another message.
    pub fn pin_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        text.strip_prefix(self.before.as_str())?.strip_suffix(self.after.as_str())
    }
}

impl Qr {
    /// Whether a code with `payload` is of the session that showed `first`.
    pub fn is_of_session(&self, payload: &str, first: &str) -> bool {
        let mut both = payload.chars().zip(first.chars()).take(self.session_chars);
        let long = payload.chars().count().min(first.chars().count()) >= self.session_chars;
        payload == first || self.session_chars > 0 && long && both.all(|(one, other)| one == other)
    }
}

impl Ble {
    /// From one value of the data to the next.
    pub fn rotation(&self) -> Duration {
        Duration::from_secs(self.rotation_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Message {
        let texts = [("en".to_owned(), text.to_owned())].into();
        Sms { sender: "MitID".into(), texts }.in_language("en").unwrap()
    }

    #[test]
    fn a_pin_is_what_stands_in_its_place() {
        let message = message("Your PIN is {pin}.");
        assert_eq!(message.pin_in("Your PIN is 12345678."), Some("12345678"));
        assert_eq!(message.pin_in("Your PIN is 12 34."), Some("12 34"));
        assert_eq!(message.pin_in("Your bill is 12."), None);
    }
}
