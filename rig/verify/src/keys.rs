//! Test keys: the secrets shared with boards under test. They have ids, and only the ids are shown,
//! logged and written into journals; the bytes are wiped when dropped.

use std::{collections::BTreeMap, fmt, path::Path};

use serde::{Deserialize, Serialize};
use toml::Spanned;
use zeroize::Zeroizing;

use crate::bad_input::BadInput;

/// The name of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub String);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for KeyId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// The bytes of a key: wiped when dropped, never shown.
#[derive(Clone)]
pub struct Key(Zeroizing<Vec<u8>>);

impl Key {
    /// A key of these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes, for an HMAC or for provisioning a board; not for showing.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The keys that a bench knows, by id.
#[derive(Clone, Debug, Default)]
pub struct KeyRing(BTreeMap<KeyId, Key>);

/// How a key is written, for error messages.
const FORM: &str = "a key is written as NAME = { hex = \"…\" } or NAME = { ascii = \"…\" }";

impl KeyRing {
    /// Reads the keys in `file`.
    pub fn load(file: &Path) -> Result<Self, BadInput> {
        Self::parse(file, &Zeroizing::new(BadInput::read(file)?))
    }

    /// Checks `source`, the text of `file`. No error repeats what stands in it but the name of a key.
    pub fn parse(file: &Path, source: &str) -> Result<Self, BadInput> {
        let entries: BTreeMap<KeyId, Spanned<KeyEntry>> = toml::from_str(source).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            BadInput::at(file, source, offset, format!("not a key; {FORM}"))
        })?;
        let mut ring = Self::default();
        for (id, entry) in entries {
            let offset = entry.span().start;
            let key = entry
                .into_inner()
                .key()
                .map_err(|message| BadInput::at(file, source, offset, format!("key `{id}`: {message}")))?;
            ring.insert(id, key);
        }
        Ok(ring)
    }

    /// Adds a key; one of the same id is replaced.
    pub fn insert(&mut self, id: KeyId, key: Key) {
        self.0.insert(id, key);
    }

    /// The ids of all keys.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|id| id.0.as_str())
    }

    /// The key with this id.
    pub fn get(&self, id: &KeyId) -> Option<&Key> {
        self.0.get(id)
    }
}

/// A key as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyEntry {
    hex: Option<Zeroizing<String>>,
    ascii: Option<Zeroizing<String>>,
}

impl KeyEntry {
    fn key(self) -> Result<Key, String> {
        let key = match (self.hex, self.ascii) {
            (Some(hex), None) => from_hex(&hex).ok_or("`hex` takes an even number of hexadecimal digits")?,
            (None, Some(ascii)) if ascii.is_ascii() => Key::new(ascii.as_bytes()),
            (None, Some(_)) => return Err("`ascii` takes ASCII characters only".into()),
            _ => return Err(FORM.into()),
        };
        if key.expose().is_empty() { Err("is empty".into()) } else { Ok(key) }
    }
}

/// The key that `digits` write, two to a byte.
fn from_hex(digits: &str) -> Option<Key> {
    // As long as it will be, so that no grown-out copy of the secret stays behind.
    let mut key = Key::new(vec![0; digits.len() / 2]);
    hex::decode_to_slice(digits, &mut key.0).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(source: &str) -> Result<KeyRing, BadInput> {
        KeyRing::parse(Path::new("keys.toml"), source)
    }

    #[test]
    fn keys_are_written_in_hex_or_ascii() {
        let ring = parse("a = { hex = \"00fF31\" }\n[b]\nascii = \"12\"\n").unwrap();
        assert_eq!(ring.get(&"a".into()).unwrap().expose(), [0x00, 0xff, 0x31]);
        assert_eq!(ring.get(&"b".into()).unwrap().expose(), b"12");
        assert!(ring.get(&"c".into()).is_none());
    }

    #[test]
    fn nothing_shows_the_bytes() {
        let ring = parse("a = { ascii = \"topsecret\" }").unwrap();
        assert_eq!(format!("{ring:?}"), "KeyRing({KeyId(\"a\"): Key(…)})");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_never_with_the_secret() {
        for (source, line, words) in [
            ("\na = { hex = \"c0ffeg\" }", 2, "key `a`: `hex` takes an even number"),
            ("\na = { hex = \"c0ffee0\" }", 2, "key `a`: `hex` takes an even number"),
            ("\na = { ascii = \"c0ffeé\" }", 2, "key `a`: `ascii` takes ASCII"),
            ("\na = { hex = \"c0ffee\", ascii = \"c0ffee\" }", 2, "key `a`: a key is written as"),
            ("\na = { hex = \"\" }", 2, "key `a`: is empty"),
            ("\n\na = \"c0ffee\"", 3, "not a key; a key is written as"),
            ("\n\na = { base32 = \"c0ffee\" }", 3, "not a key; a key is written as"),
            ("a = { hex = \"c0ffee", 1, "not a key; a key is written as"),
        ] {
            let error = parse(source).unwrap_err().to_string();
            assert!(error.starts_with(&format!("keys.toml:{line}: ")) && error.contains(words), "{error}");
            assert!(!error.contains("c0ffe"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn hex_is_read_as_written(bytes in proptest::collection::vec(any::<u8>(), 1..64)) {
            let key = from_hex(&hex::encode(&bytes)).unwrap();
            prop_assert_eq!(key.expose(), bytes);
        }

        #[test]
        fn any_text_is_a_ring_or_an_error(source in "\\PC*|[a-c] = \\{ (hex|ascii) = \"\\PC*\" \\}") {
            let _ = parse(&source);
        }
    }
}
