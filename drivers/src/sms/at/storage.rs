//! Where messages are stored: what is listed, told and deleted (TS 27.005 sections 3.2.2, 3.4.2 and 3.5.4).
//!
//! A serial line has no checksum. So what is new is listed twice, and believed where it was the same twice. Only what was
//! read like this is deleted, and a deletion whose answer got lost is repeated only where the same message is still there:
//! another one may have taken its place.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    super::{
        Mode,
        assemble::Message,
        dialogue::{Answer, QUICK, STORAGE, Slot},
        text,
    },
    AtModem,
    listing::{Stored, Surely, is_same, names_in},
};
use crate::{BenchTime, ErrorKind, Reading, Result};

/// For how long an announcement may come late or twice after its message was read.
const LATE: Duration = Duration::from_secs(60);
/// How often a message that was announced is looked for.
const MOST_LOOKS: u32 = 4;

/// State of the storages.
#[derive(Default)]
pub(super) struct Storages {
    /// Their names. The first is the one that messages are to go to; it has no name where the modem has but one.
    names: Vec<String>,
    /// The one that listings are of.
    selected: Option<String>,
    /// Messages that need not be told: those that were, and those of before in other storages than the first.
    known: BTreeMap<Slot, Message>,
    /// Those of them that are to be deleted.
    due: BTreeSet<Slot>,
    /// Announcements whose message was not read yet, and how often it was looked for.
    announced: BTreeMap<Slot, (Reading<()>, u32)>,
    /// When a place was last read.
    read: BTreeMap<Slot, BenchTime>,
    /// When a storage was last listed: what is new came later.
    listed: BTreeMap<String, BenchTime>,
}

impl Storages {
    /// Whether a message was announced and not found.
    pub fn misses_any(&self) -> bool {
        !self.announced.is_empty()
    }

    /// Whether the message at `slot` was seen before. The storage "MT" is the union of all others: messages
    /// move up in it when another one is deleted, which does not make them new.
    fn knows(&self, slot: &Slot, message: &Message) -> bool {
        match self.known.get(slot) {
            Some(known) if is_same(known, message) => true,
            _ if slot.0 == "MT" => self.known.values().any(|known| known.lines == message.lines),
            _ => false,
        }
    }
}

impl AtModem {
    /// Asks for one storage for all that comes, and finds out which others there are.
    pub(super) fn choose_storages(&mut self) -> Result<()> {
        let told = self.dialogue.attempt("AT+CPMS=?", Answer::Plain("+CPMS"), QUICK)?.unwrap_or_default();
        let others = names_in(&told.join(" "));
        let mut candidates: Vec<String> = ["SM", "ME", "MT"].map(str::to_owned).into();
        candidates.extend(others.iter().filter(|name| !["SM", "ME", "MT"].contains(&name.as_str())).cloned());
        self.storages.selected = None;
        let mut first = String::new();
        for name in candidates {
            if self.dialogue.tell(&format!("AT+CPMS=\"{name}\",\"{name}\",\"{name}\""))? {
                self.storages.selected = Some(name.clone());
                first = name;
                break;
            }
        }
        let before = std::mem::take(&mut self.storages.names).into_iter().skip(1);
        let mut names = vec![first];
        for name in others.into_iter().chain(before) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        self.storages.names = names;
        Ok(())
    }

    /// Deletes what the first storage holds, and notes what the others hold: all that came before.
    pub(super) fn empty(&mut self) -> Result<()> {
        for (place, storage) in self.storages.names.clone().into_iter().enumerate() {
            if self.select(&storage)?.is_err() {
                self.storages.names.retain(|name| *name != storage);
                continue;
            }
            let began = self.clock.now();
            let stored = match self.read_surely(&storage) {
                // A storage that refuses to be listed is reported when messages are requested.
                Err(error) if error.trouble == ErrorKind::Protocol => continue,
                stored => stored?.sure,
            };
            for (index, message) in stored {
                let slot = (storage.clone(), index);
                if place == 0 && !text::is_own(&message.values) {
                    self.storages.due.insert(slot.clone());
                    self.storages.read.insert(slot.clone(), began);
                }
                self.storages.known.insert(slot.clone(), message);
                self.delete(&slot)?;
            }
            self.storages.listed.insert(storage, began);
        }
        Ok(())
    }

    /// Looks into the storages where something was announced; where nothing was, into all.
    pub(super) fn look_into_storages(&mut self) -> Result<()> {
        self.note_announcements();
        let announced: BTreeSet<String> = self.storages.announced.keys().map(|slot| slot.0.clone()).collect();
        let mut names = self.storages.names.clone();
        names.retain(|name| announced.is_empty() || announced.contains(name));
        names.extend(announced.into_iter().filter(|name| !self.storages.names.contains(name)));
        for storage in names {
            match self.select(&storage)? {
                Ok(()) => self.look_into(&storage)?,
                Err(refused) => self.cannot_open(&storage, &refused),
            }
        }
        self.miss_what_is_not_there();
        Ok(())
    }

    fn note_announcements(&mut self) {
        let first = self.storages.names.first().cloned().unwrap_or_default();
        for ((storage, index), seen) in std::mem::take(&mut self.dialogue.announced) {
            // A modem that has but one storage, or leaves its name out, means the first.
            let named = !storage.is_empty() && !first.is_empty();
            let slot = (if named { storage } else { first.clone() }, index);
            self.storages.announced.entry(slot).or_insert((seen, 0));
        }
    }

    fn cannot_open(&mut self, storage: &str, refused: &str) {
        let gone = self.storages.announced.extract_if(.., |slot, _| slot.0 == storage).count();
        if gone > 0 {
            let detail = format!(
                "a message was announced in the storage {storage:?}, which cannot be read: {refused}"
            );
            self.lost.push_back(self.dialogue.error(ErrorKind::Protocol, detail));
        }
        self.storages.names.retain(|name| name != storage);
    }

    /// Has listings be of `storage`; the refusal where the modem does not.
    fn select(&mut self, storage: &str) -> Result<std::result::Result<(), String>> {
        if storage.is_empty() || self.storages.selected.as_deref() == Some(storage) {
            return Ok(Ok(()));
        }
        let all = format!("AT+CPMS=\"{storage}\",\"{storage}\",\"{storage}\"");
        let mut refused = String::new();
        for command in [format!("AT+CPMS=\"{storage}\""), all] {
            match self.dialogue.attempt(&command, Answer::None, QUICK)? {
                Ok(_) => {
                    self.storages.selected = Some(storage.into());
                    return Ok(Ok(()));
                }
                Err(code) => refused = format!("{command}: {code}"),
            }
        }
        Ok(Err(refused))
    }

    /// Tells what is new in `storage`, which is selected, and deletes it.
    fn look_into(&mut self, storage: &str) -> Result<()> {
        let began = self.clock.now();
        let seen_before = self.storages.names.iter().any(|name| name == storage);
        let Surely { sure, fleeting } = self.read_surely(storage)?;
        self.note_announcements();
        let since = self.storages.listed.insert(storage.into(), began);
        let half = since.map(|since| self.clock.now().since(since) / 2);
        for (index, message) in &sure {
            let slot = (storage.to_owned(), *index);
            let announced = self.storages.announced.remove(&slot);
            if self.storages.knows(&slot, message) || text::is_own(&message.values) {
                continue;
            }
            // In a storage that nobody has looked into before, only what was announced is new.
            if seen_before || announced.is_some() {
                let seen = announced.map(|(seen, _)| seen).or_else(|| {
                    let (since, half) = since.zip(half)?;
                    Some(Reading::new(since + half, half, ()))
                });
                self.accept(message, seen.unwrap_or_else(|| Reading::new(began, Duration::ZERO, ())));
                self.storages.due.insert(slot.clone());
                self.storages.read.insert(slot.clone(), began);
            }
            self.storages.known.insert(slot, message.clone());
        }
        self.tell_fleeting(storage, fleeting);
        if !seen_before {
            self.storages.names.push(storage.into());
        }
        for index in sure.into_keys() {
            self.delete(&(storage.to_owned(), index))?;
        }
        Ok(())
    }

    /// Tells what was listed once and then was gone, if it was announced.
    fn tell_fleeting(&mut self, storage: &str, fleeting: Stored) {
        for (index, message) in fleeting {
            let slot = (storage.to_owned(), index);
            if let Some((seen, _)) = self.storages.announced.remove(&slot) {
                self.storages.read.insert(slot.clone(), seen.at);
                self.accept(&message, seen);
                self.storages.due.insert(slot.clone());
                self.storages.known.insert(slot, message);
            }
        }
    }

    /// Gives up announcements that came late or twice, and those whose message was looked for in vain.
    fn miss_what_is_not_there(&mut self) {
        let now = self.clock.now();
        self.storages.read.retain(|_, at| now.since(*at) < LATE);
        let read = &self.storages.read;
        self.storages.announced.retain(|slot, _| !read.contains_key(slot));
        self.storages.announced.values_mut().for_each(|(_, looks)| *looks += 1);
        let gone: Vec<_> =
            self.storages.announced.extract_if(.., |_, (_, looks)| *looks >= MOST_LOOKS).collect();
        for ((storage, index), _) in gone {
            let detail = format!(
                "a message was announced at place {index} of the storage {storage:?}, and is not there"
            );
            self.lost.push_back(self.dialogue.error(ErrorKind::Lost, detail));
        }
    }

    /// Deletes the message at `slot`, which was read, where that is to be.
    fn delete(&mut self, slot: &Slot) -> Result<()> {
        if !self.storages.due.contains(slot) {
            return Ok(());
        }
        match self.dialogue.once(&format!("AT+CMGD={}", slot.1), Answer::None, STORAGE) {
            Ok(Ok(_)) => {
                self.storages.due.remove(slot);
                self.storages.known.remove(slot);
            }
            // It stays, and is not told again.
            Ok(Err(_)) => drop(self.storages.due.remove(slot)),
            // The next listing tells whether it is still there.
            Err(error) if error.trouble == ErrorKind::NoAnswer => self.dialogue.listen_until_silent()?,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Content of the selected storage, read until two listings agree on everything new.
    fn read_surely(&mut self, storage: &str) -> Result<Surely> {
        let first = self.list()?;
        let slot = |index: u16| (storage.to_owned(), index);
        let is_known = |(index, message): (&u16, &Message)| self.storages.knows(&slot(*index), message);
        let places = self.storages.due.iter().filter(|slot| slot.0 == storage);
        if first.iter().all(is_known) && places.clone().all(|slot| first.contains_key(&slot.1)) {
            return Ok(Surely { sure: first, fleeting: Stored::new() });
        }
        let second = self.list()?;
        let agree = first.len() == second.len()
            && first
                .iter()
                .all(|(index, message)| second.get(index).is_some_and(|again| is_same(again, message)));
        let third = if agree { Stored::new() } else { self.list()? };
        let surely = Surely::of([first, second, third]);
        // A message due for deletion that is gone has been deleted.
        let gone: Vec<Slot> = self
            .storages
            .due
            .iter()
            .filter(|slot| slot.0 == storage && !surely.was_seen(slot.1))
            .cloned()
            .collect();
        for slot in gone {
            self.storages.due.remove(&slot);
            self.storages.known.remove(&slot);
        }
        Ok(surely)
    }

    /// Content of the selected storage, by one listing.
    fn list(&mut self) -> Result<Stored> {
        const EMPTY: [&str; 2] = ["+CMS ERROR: 321", "+CMS ERROR: invalid memory index"];
        let commands: &[&str] = match self.dialogue.mode {
            Mode::Pdu => &["AT+CMGL=4"],
            // Where the character set counts for what is asked, too; and where all modes have numbers.
            Mode::Text => &["AT+CMGL=\"ALL\"", "AT+CMGL=\"0041004C004C\"", "AT+CMGL=4"],
        };
        let mut refused = None;
        for command in commands {
            match self.dialogue.attempt_unless_busy(command, Answer::Listing, STORAGE)? {
                Ok(_) => return Ok(self.listed()),
                Err(code) if EMPTY.iter().any(|empty| empty.eq_ignore_ascii_case(&code)) => {
                    return Ok(Stored::new());
                }
                Err(code) => {
                    refused.get_or_insert(format!("{command}: {code}"));
                }
            }
        }
        Err(self.dialogue.error(ErrorKind::Protocol, refused.unwrap_or_default()))
    }

    fn listed(&mut self) -> Stored {
        let place = |message: &Message| message.values.first().and_then(|field| field.number());
        self.dialogue.listed().into_iter().filter_map(|message| Some((place(&message)?, message))).collect()
    }
}
