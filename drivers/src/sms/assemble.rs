//! Messages out of lines: a first line that announces one, and the line or lines that it reads, whatever comes between.
//!
//! In PDU mode a first line tells how many octets follow, and a body belongs to the newest first line that it fits: so a
//! status report that is pushed between a message and its first line takes nothing away. In text mode what follows belongs
//! to the newest first line.

use super::{
    Mode,
    fields::{self, Field},
    pdu, text,
    words::is_unsolicited,
};
use crate::Reading;

/// Kind of a message, by its first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A message in the storage (`+CMGL`).
    Listed,
    /// A message that is handed over (`+CMT`).
    Direct,
    /// A status report that is handed over (`+CDS`).
    Report,
    /// A cell broadcast (`+CBM`).
    Broadcast,
}

impl Kind {
    /// The kind that `line` announces, and the values behind its name.
    pub fn of(line: &str) -> Option<(Self, &str)> {
        let kinds = [
            ("+CMGL", Self::Listed),
            ("+CMT", Self::Direct),
            ("+CDS", Self::Report),
            ("+CBM", Self::Broadcast),
        ];
        kinds.into_iter().find_map(|(name, kind)| Some((kind, fields::after(line, name)?)))
    }
}

/// A message as it stood on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub kind: Kind,
    /// The values of its first line.
    pub values: Vec<Field>,
    /// The lines below; empty if they did not arrive.
    pub lines: Vec<String>,
    /// Whether what came has the length that the first line tells.
    pub fits: bool,
}

impl Message {
    /// How many bytes came: octets where the lines are hexadecimal, otherwise characters.
    pub fn size(&self) -> usize {
        let sizes = self.lines.iter().map(|line| pdu::octets(line).map_or(line.len(), |octets| octets.len()));
        sizes.sum()
    }

    /// Whether its first line was not understood.
    pub fn is_headless(&self) -> bool {
        self.values.is_empty()
    }

    /// How many octets (PDU mode) or characters (text mode) the first line tells of.
    fn length(&self, mode: Mode) -> Option<usize> {
        match mode {
            Mode::Pdu => self.values.last()?.number(),
            Mode::Text => text::length(self.kind, &self.values),
        }
    }
}

/// Shorter lines of hexadecimal cannot be a message: they are a number, or a word of an answer.
const LEAST_BODY: usize = 20;

/// Puts first lines and bodies together.
#[derive(Default)]
pub(super) struct Assembler {
    /// First lines whose message is not complete yet, oldest first.
    open: Vec<Reading<Message>>,
    /// Messages that are complete.
    pub done: Vec<Reading<Message>>,
    /// Whether a listing is under way.
    pub listing: bool,
}

impl Assembler {
    /// Takes a first line.
    pub fn begin(&mut self, mode: Mode, kind: Kind, values: &str, seen: Reading<()>) {
        if mode == Mode::Text {
            self.close(|kind| kind != Kind::Listed);
        }
        let values = fields::split(values);
        let message = Message { kind, values, lines: Vec::new(), fits: false };
        // In text mode a report has all its values in one line.
        if mode == Mode::Pdu || kind != Kind::Report {
            self.open.push(seen.map(|()| message));
        }
    }

    /// Takes `line` if it is as long as a first line says, and complete; whether it was taken.
    pub fn fits(&mut self, mode: Mode, line: &Reading<String>) -> bool {
        let fit = |message: &Message| match (mode, message.length(mode)) {
            (Mode::Pdu, Some(length)) => pdu::has_length(&line.value, length),
            (Mode::Text, Some(length)) => {
                let lines = [&message.lines[..], std::slice::from_ref(&line.value)].concat();
                text::has_length(&lines, length)
                    && (pdu::octets(&line.value).is_some() || !is_unsolicited(line.value.trim()))
            }
            (_, None) => false,
        };
        let Some(place) = self.open.iter().rposition(|message| fit(&message.value)) else { return false };
        self.complete(mode, place, line, true);
        true
    }

    /// Takes `line` if it may belong to a message though no length says so; whether it was taken.
    pub fn takes(&mut self, mode: Mode, line: &Reading<String>) -> bool {
        let Some(place) = self.open.len().checked_sub(1) else { return self.takes_alone(mode, line) };
        let newest = &mut self.open[place];
        let is_hex = pdu::octets(&line.value).is_some();
        match mode {
            Mode::Pdu if is_hex && newest.value.length(mode).is_none() => {
                self.complete(mode, place, line, false)
            }
            // Cut or garbled: kept, to be told if nothing better comes.
            Mode::Pdu if looks_like_body(&line.value) => newest.value.lines.push(line.value.clone()),
            Mode::Pdu => return false,
            Mode::Text if is_unsolicited(line.value.trim()) => return false,
            Mode::Text if newest.value.kind == Kind::Broadcast => self.complete(mode, place, line, false),
            Mode::Text
                if newest.value.kind == Kind::Direct && is_hex && newest.value.length(mode).is_none() =>
            {
                self.complete(mode, place, line, false);
            }
            Mode::Text => {
                newest.value.lines.push(line.value.clone());
                (newest.at, newest.uncertainty) = (line.at, line.uncertainty);
            }
        }
        true
    }

    /// Takes a whole message whose first line was not understood; while messages are listed, it is listed again.
    fn takes_alone(&mut self, mode: Mode, line: &Reading<String>) -> bool {
        if mode == Mode::Pdu && !self.listing && matches!(pdu::deliver(&line.value), Ok(Some(_))) {
            let lines = vec![line.value.clone()];
            let message = Message { kind: Kind::Direct, values: Vec::new(), lines, fits: false };
            self.done.push(line.clone().map(|_| message));
            return true;
        }
        false
    }

    fn complete(&mut self, mode: Mode, place: usize, line: &Reading<String>, fits: bool) {
        let mut message = self.open.remove(place);
        if mode == Mode::Pdu {
            message.value.lines.clear(); // What was garbled before was not this one.
        }
        message.value.lines.push(line.value.clone());
        message.value.fits = fits;
        (message.at, message.uncertainty) = (line.at, line.uncertainty);
        self.done.push(message);
    }

    /// Ends the messages whose kind `which` holds for, with what came of them.
    pub fn close(&mut self, which: impl Fn(Kind) -> bool) {
        let ended = self.open.extract_if(.., |message| which(message.value.kind));
        self.done.extend(ended);
    }

    /// Whether a message that is handed over is not complete yet.
    pub fn waits(&self) -> bool {
        self.open.iter().any(|message| message.value.kind == Kind::Direct)
    }
}

/// Whether `line` may be the body of a message: hexadecimal, though a character of it may be wrong or missing.
pub(super) fn looks_like_body(line: &str) -> bool {
    let right = line.chars().filter(char::is_ascii_hexdigit).count();
    line.len() >= LEAST_BODY && right + 2 >= line.chars().count()
}
