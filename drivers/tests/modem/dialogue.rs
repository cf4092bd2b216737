//! Dialogues of makers' modems, from `dialogues/`: what each answers otherwise than most, what it says unasked, and what is
//! right.

use std::{path::Path, time::Duration};

use serde::Deserialize;

use super::peer::{Event, Peer, Stored};

/// A dialogue file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialogue {
    pub family: String,
    /// Where its facts are from.
    pub source: Vec<String>,
    /// Unsolicited lines.
    pub unasked: Vec<String>,
    #[serde(default)]
    unknown: Vec<String>,
    #[serde(default)]
    storages: Vec<String>,
    #[serde(default)]
    digits: bool,
    #[serde(default)]
    quiet: bool,
    #[serde(default)]
    text_mode: bool,
    answers: Vec<Vec<String>>,
    pub right: Right,
    #[serde(rename = "message")]
    messages: Vec<Message>,
}

/// The values that the driver must report.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Right {
    pub model: String,
    pub serial: String,
    pub messages: Vec<(String, String)>,
}

/// A message that is stored, or handed over in what the modem says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    #[serde(default)]
    storage: String,
    #[serde(default)]
    index: u16,
    #[serde(default)]
    header: String,
    #[serde(default)]
    below: Vec<String>,
    announced: Option<String>,
    #[serde(default)]
    says: Vec<String>,
}

impl Dialogue {
    /// All of them.
    pub fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/modem/dialogues");
        let mut files: Vec<_> = folder.read_dir().unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| Self::read(file)).collect()
    }

    fn read(file: &Path) -> Self {
        let text = std::fs::read_to_string(file).unwrap();
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    /// Whether messages are handed over, and so cannot be read twice.
    pub fn is_direct(&self) -> bool {
        self.messages.iter().any(|message| !message.says.is_empty())
    }

    /// The modem.
    pub fn peer(&self) -> Peer {
        let mut peer =
            Peer { digits: self.digits, quiet: self.quiet, text_mode: self.text_mode, ..Peer::new() };
        if !self.unknown.is_empty() {
            peer.unknown = self.unknown.clone();
        }
        if let Some(first) = self.storages.first() {
            peer.storages = self.storages.iter().map(|name| (name.clone(), Default::default())).collect();
            peer.selected = first.clone();
        }
        for answer in &self.answers {
            let (command, lines) = answer.split_first().unwrap();
            peer.answers.insert(command.clone(), lines.to_vec());
        }
        let moments = (1..).map(Duration::from_secs);
        peer.events = moments.zip(self.messages.iter().map(Message::event)).collect();
        peer
    }
}

impl Message {
    fn event(&self) -> Event {
        if !self.says.is_empty() {
            return Event::Says(self.says.clone());
        }
        Event::Stores {
            storage: self.storage.clone(),
            index: self.index,
            message: Stored { header: self.header.clone(), below: self.below.clone() },
            announced: self.announced.clone(),
        }
    }
}
