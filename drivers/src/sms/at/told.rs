//! Decodes a received message, or explains why it cannot be decoded.

use super::{
    super::{
        Mode, Sms,
        assemble::{Kind, Message},
        pdu::{self, Content, Deliver},
        text,
    },
    AtModem,
};
use crate::{ErrorKind, Reading};

impl AtModem {
    /// Takes a message that came. One that can't be decoded is told without its bytes: they may hold a temporary PIN.
    pub(super) fn accept(&mut self, message: &Message, seen: Reading<()>) {
        // One whose first line was not understood may be one that was told, or is told once more.
        let twice = |(there, headless): &(Vec<String>, bool)| {
            *there == message.lines && (*headless || message.is_headless())
        };
        if self.told.iter().any(twice) {
            return;
        }
        self.told.push_back((message.lines.clone(), message.is_headless()));
        self.told.drain(..self.told.len().saturating_sub(REMEMBERED));
        match self.read(message) {
            Ok(None) => {}
            Ok(Some(deliver)) => {
                if let Some(whole) = self.joiner.take(deliver, seen) {
                    self.came(whole);
                }
            }
            Err(why) => {
                let detail =
                    format!("{why}; its {} bytes are not told, for they may hold a secret", message.size());
                self.lost.push_back(self.dialogue.error(ErrorKind::Protocol, detail));
            }
        }
    }

    /// Decodes `message`. `None` for a status report or a message that was written here.
    fn read(&self, message: &Message) -> Result<Option<Deliver>, &'static str> {
        let Message { kind, values, lines, fits } = message;
        if *kind == Kind::Listed && text::is_own(values) {
            return Ok(None);
        }
        if self.dialogue.mode == Mode::Text {
            let told = text::read(*kind, values, lines)?;
            return Ok(told.map(|told| Deliver {
                from: told.from,
                content: Content::Ucs2(told.text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
                part: None,
            }));
        }
        let [body] = &lines[..] else {
            return Err(if lines.is_empty() { "a message was listed without its text" } else { GARBLED });
        };
        let length = values.last().and_then(|field| field.number());
        if length.is_some() && !fits {
            return Err(GARBLED);
        }
        pdu::deliver_of(body, length).map_err(|error| error.0)
    }

    /// Takes a whole message, unless it is a loop-back message.
    fn came(&mut self, message: Reading<Sms>) {
        match self.looping.iter().position(|text| *text == message.value.text) {
            Some(place) => drop(self.looping.swap_remove(place)),
            None => self.come.push_back(message),
        }
    }
}

/// How many messages are remembered that were told.
const REMEMBERED: usize = 32;

const GARBLED: &str = "a message has not the length that its first line tells";
