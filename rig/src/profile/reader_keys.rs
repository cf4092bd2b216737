//! Which keys of an audio code reader do what (H.8): alone, or held together.

use drivers::finger::Key;
use serde::{Deserialize, Deserializer, de::Error as _};

/// The keys for each function, as the names of the bench's keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReaderKeys {
    repeat: Presses,
    speed: Presses,
    volume: Presses,
    language: Presses,
}

/// Presses that take turns: one that turns up and one that turns down, or a single one that goes through all levels. Each
/// is the keys that are held together, as in "button+repeat".
#[derive(Clone, Debug)]
struct Presses(Vec<Vec<Key>>);

/// What joins keys that are held together.
const TOGETHER: char = '+';

impl ReaderKeys {
    /// The keys to hold together for a function, named after the bench's key for it: at the first press, the second, and so on.
    pub fn for_press(&self, function: Key, press: usize) -> &[Key] {
        let Presses(presses) = match function {
            Key::Repeat => &self.repeat,
            Key::Speed => &self.speed,
            Key::Volume => &self.volume,
            Key::Language => &self.language,
            Key::Button => return &[Key::Button],
        };
        &presses[press % presses.len()]
    }
}

impl<'de> Deserialize<'de> for Presses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Vec::<String>::deserialize(deserializer)?;
        if written.is_empty() {
            return Err(D::Error::custom(ACCEPTED));
        }
        let presses = written.iter().map(|press| press.split(TOGETHER).map(key).collect::<Option<Vec<_>>>());
        let presses: Option<Vec<_>> = presses.collect();
        presses.map(Self).ok_or_else(|| D::Error::custom(format!("{ACCEPTED}, found {written:?}")))
    }
}

/// What a list of presses consists of.
const ACCEPTED: &str =
    "presses are keys held together, as in [\"button+repeat\"], of button, repeat, speed, volume, language";

fn key(name: &str) -> Option<Key> {
    Some(match name {
        "button" => Key::Button,
        "repeat" => Key::Repeat,
        "speed" => Key::Speed,
        "volume" => Key::Volume,
        "language" => Key::Language,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = r#"
repeat = ["button+repeat"]
speed = ["speed"]
volume = ["button+volume", "volume"]
language = ["language"]
"#;

    #[test]
    fn presses_take_turns() {
        let keys: ReaderKeys = toml::from_str(WRITTEN).unwrap();
        assert_eq!(keys.for_press(Key::Repeat, 5), [Key::Button, Key::Repeat]);
        assert_eq!(keys.for_press(Key::Volume, 0), [Key::Button, Key::Volume]);
        assert_eq!(keys.for_press(Key::Volume, 1), [Key::Volume]);
        assert_eq!(keys.for_press(Key::Volume, 2), [Key::Button, Key::Volume]);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for bad in ["[]", "[\"button+zero\"]", "[\"\"]"] {
            let written = WRITTEN.replace("[\"language\"]", bad);
            let error = toml::from_str::<ReaderKeys>(&written).unwrap_err();
            assert!(error.message().contains("held together"), "{bad}: {error}");
        }
    }
}
