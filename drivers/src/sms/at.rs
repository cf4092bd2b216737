//! A modem that obeys AT commands over a serial line (3GPP TS 27.005).
//!
//! New messages are looked for in the storage by listing it: when the modem announces one, from time to
//! time in case it does not, and once more before "nothing came" is said. So an announcement that gets
//! lost costs precision, never a message. What was read is deleted, because SIM cards hold few.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::{
    Modem, Sms,
    dialogue::{Answer, Dialogue, Direct, QUICK, STORAGE},
    parts::{Joiner, PATIENCE},
    pdu::{self, Content, Deliver},
};
use crate::{
    BenchTime, DriverError, Identity, Instrument, Reading, Result, SharedClock, Trouble, serial::SerialLine,
};

/// How often the storage is listed while the modem announces what comes.
const ANNOUNCED_PERIOD: Duration = Duration::from_secs(10);
/// How often it is listed where the modem does not.
const POLL_PERIOD: Duration = Duration::from_secs(2);

/// How messages are written and read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// As the network carries them.
    Pdu,
    /// As texts, in the character set "UCS2": in any other a text could not be told from result codes. The
    /// parts of a long message come one by one, because text mode does not tell which they are.
    Text,
}

/// A modem on a serial line.
///
/// Stamps: a message is stamped with its announcement; one that was found without, with the middle of the
/// time between the two listings that it came between. A call that is under way at its deadline ends when
/// its last command has been answered.
pub struct AtModem {
    name: String,
    number: String,
    clock: SharedClock,
    dialogue: Dialogue,
    mode: Mode,
    period: Duration,
    /// Whether the modem is set up as this driver left it; not after an error, since it may have been reset.
    ready: bool,
    /// When the storage was last listed: what is new came later.
    listed: BenchTime,
    /// Messages that were read and may not be deleted yet, by their place.
    read: BTreeMap<u16, String>,
    joiner: Joiner,
    come: VecDeque<Reading<Sms>>,
    /// Messages that came and cannot be told.
    lost: VecDeque<DriverError>,
    /// Texts that were sent to itself and have not come back.
    looping: Vec<String>,
}

impl AtModem {
    /// Opens the modem on `port`, whose SIM card has `number` (international, with `+`), and empties its
    /// storage: what is in it came before. An error of the instrument `name` where it does not answer
    /// ([`Trouble::NoAnswer`]), its SIM card is locked ([`Trouble::CannotSee`]), or it can do neither PDU mode
    /// nor text mode with UCS-2 ([`Trouble::Protocol`]).
    pub fn open(name: &str, number: &str, port: Box<dyn SerialLine>, clock: SharedClock) -> Result<Self> {
        let mut modem = Self {
            name: name.into(),
            number: number.into(),
            dialogue: Dialogue::new(name, port, clock.clone()),
            mode: Mode::Pdu,
            period: POLL_PERIOD,
            ready: false,
            listed: clock.now(),
            read: BTreeMap::new(),
            joiner: Joiner::default(),
            come: VecDeque::new(),
            lost: VecDeque::new(),
            looping: Vec::new(),
            clock,
        };
        modem.set_up()?;
        modem.empty()?;
        Ok(modem)
    }

    fn set_up(&mut self) -> Result<()> {
        self.dialogue.call()?;
        self.tell("ATE0")?;
        self.tell("AT+CMEE=1")?;
        self.sim_ready()?;
        self.mode = if self.tell("AT+CMGF=0")? { Mode::Pdu } else { Mode::Text };
        if self.mode == Mode::Text {
            self.dialogue.order("AT+CMGF=1", Answer::None, QUICK)?;
            self.dialogue.order("AT+CSCS=\"UCS2\"", Answer::None, QUICK)?;
        }
        // One storage for all, so that what is announced there is also listed there.
        let _ = self.tell("AT+CPMS=\"SM\",\"SM\",\"SM\"")? || self.tell("AT+CPMS=\"ME\",\"ME\",\"ME\"")?;
        let announces = self.tell("AT+CNMI=2,1,0,0,0")? || self.tell("AT+CNMI=1,1,0,0,0")?;
        self.period = if announces { ANNOUNCED_PERIOD } else { POLL_PERIOD };
        self.ready = true;
        Ok(())
    }

    /// Tells the modem something that it may refuse; whether it did not.
    fn tell(&mut self, command: &str) -> Result<bool> {
        self.dialogue.attempt(command, Answer::None, QUICK).map(|answer| answer.is_ok())
    }

    fn sim_ready(&mut self) -> Result<()> {
        let lines = self.dialogue.order("AT+CPIN?", Answer::Named("+CPIN:"), STORAGE)?;
        let state = lines.first().map_or("", |line| line.trim_start_matches("+CPIN:").trim());
        if state == "READY" {
            return Ok(());
        }
        Err(self.dialogue.error(Trouble::CannotSee, format!("the SIM card is not ready: {state:?}")))
    }

    fn registered(&mut self) -> Result<()> {
        const HOME: &str = "1";
        const ROAMING: &str = "5";
        let lines = self.dialogue.order("AT+CREG?", Answer::Named("+CREG:"), QUICK)?;
        // An answer has two values; the code that comes unasked has one.
        let state = lines.iter().find_map(|line| line.trim_start_matches("+CREG:").split(',').nth(1));
        match state.map(str::trim) {
            Some(HOME | ROAMING) => Ok(()),
            _ => Err(self
                .dialogue
                .error(Trouble::CannotSee, format!("not registered in a network: {state:?}"))),
        }
    }

    /// Deletes all that is stored.
    fn empty(&mut self) -> Result<()> {
        if self.dialogue.attempt("AT+CMGD=1,4", Answer::None, STORAGE)?.is_err() {
            for (index, _) in self.list()? {
                self.delete(index)?;
            }
        }
        self.listed = self.clock.now();
        Ok(())
    }

    fn delete(&mut self, index: u16) -> Result<()> {
        self.dialogue.order(&format!("AT+CMGD={index}"), Answer::None, STORAGE).map(drop)
    }

    /// Does `work` with a modem that is set up.
    fn work<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if !self.ready {
            self.dialogue.listen_until_silent()?;
            self.set_up()?;
        }
        let done = work(self);
        self.ready = done.is_ok();
        done
    }

    /// Takes what comes until `deadline`, or until `enough`.
    fn gather(&mut self, deadline: BenchTime, enough: impl Fn(&Self) -> bool) -> Result<()> {
        loop {
            self.collect()?;
            let now = self.clock.now();
            if enough(self) || now >= deadline {
                return Ok(());
            }
            self.dialogue.listen(deadline.min(now + self.period))?;
        }
    }

    /// Takes what is there: messages that were handed over, and what is stored.
    fn collect(&mut self) -> Result<()> {
        let began = self.clock.now();
        let mut announced = std::mem::take(&mut self.dialogue.announced);
        let stored = self.list()?;
        while let Some(Direct { header, body }) = self.dialogue.direct.pop_front() {
            let seen = body.clone().map(drop);
            self.accept(&header, 0, &body.value, seen);
        }
        let half = self.clock.now().since(self.listed) / 2;
        for (index, (header, body)) in stored {
            let announced = announced.remove(&index).or_else(|| self.dialogue.announced.remove(&index));
            if self.read.get(&index) != Some(&body) {
                let seen = announced.unwrap_or_else(|| Reading::new(self.listed + half, half, ()));
                self.accept(&header, 2, &body, seen);
                self.read.insert(index, body);
            }
        }
        self.listed = began;
        self.come.make_contiguous().sort_by_key(|message| message.at);
        while let Some((&index, _)) = self.read.first_key_value() {
            self.delete(index)?;
            self.read.remove(&index);
        }
        self.give_up();
        Ok(())
    }

    /// What is stored: by its place, what stands before it and the message.
    fn list(&mut self) -> Result<BTreeMap<u16, (String, String)>> {
        let command = if self.mode == Mode::Pdu { "AT+CMGL=4" } else { "AT+CMGL=\"ALL\"" };
        let lines = self.dialogue.order(command, Answer::Named("+CMGL:"), STORAGE)?;
        let mut stored = BTreeMap::new();
        let mut last = None;
        for line in lines {
            if let Some(header) = line.strip_prefix("+CMGL:") {
                last = header.split(',').next().and_then(|index| index.trim().parse().ok());
                stored.extend(last.map(|index| (index, (header.to_owned(), String::new()))));
            } else if let Some((_, body)) = last.take().and_then(|index| stored.get_mut(&index)) {
                *body = line;
            }
        }
        Ok(stored)
    }

    /// Takes a message, whose sender stands in field `sender` of its `header` in text mode.
    fn accept(&mut self, header: &str, sender: usize, body: &str, seen: Reading<()>) {
        let message = match self.mode {
            Mode::Pdu => pdu::deliver(body),
            Mode::Text => Ok(Some(Deliver {
                from: ucs2(header.split(',').nth(sender).unwrap_or_default().trim().trim_matches('"')),
                content: Content::Ucs2(hex::decode(body).unwrap_or_default()),
                part: None,
            })),
        };
        match message {
            Ok(None) => {}
            Ok(Some(message)) => {
                if let Some(whole) = self.joiner.take(message, seen) {
                    self.came(whole);
                }
            }
            Err(error) => self.lost.push_back(self.dialogue.error(Trouble::Protocol, error.0)),
        }
    }

    /// A whole message: one that was sent to itself is no news.
    fn came(&mut self, message: Reading<Sms>) {
        match self.looping.iter().position(|text| *text == message.value.text) {
            Some(place) => drop(self.looping.swap_remove(place)),
            None => self.come.push_back(message),
        }
    }

    fn give_up(&mut self) {
        for lost in self.joiner.give_up(self.clock.now()) {
            let detail = format!(
                "{} of {} parts of a message from {:?} came, the others not within {PATIENCE:?} or before the next",
                lost.came, lost.count, lost.from
            );
            self.lost.push_back(self.dialogue.error(Trouble::CannotSee, detail));
        }
    }

    fn send(&mut self, text: &str) -> Result<()> {
        if self.mode == Mode::Text {
            let command = format!("AT+CMGS=\"{}\"", to_ucs2(&self.number));
            return self.dialogue.send(&command, &to_ucs2(text));
        }
        let message = pdu::submit(&self.number, text)
            .map_err(|error| self.dialogue.error(Trouble::Unsupported, error.0))?;
        self.dialogue.send(&format!("AT+CMGS={}", message.length), &message.hex)
    }

    fn ask(&mut self, command: &str) -> Result<String> {
        let lines = self.dialogue.order(command, Answer::Plain, QUICK)?;
        Ok(lines.first().map(|line| line.trim_matches('"').to_owned()).unwrap_or_default())
    }
}

impl Instrument for AtModem {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        self.work(|modem| {
            let model = format!("{} {}", modem.ask("AT+CGMI")?, modem.ask("AT+CGMM")?);
            let serial = modem.ask("AT+CGSN")?;
            let mode = if modem.mode == Mode::Pdu { "PDU" } else { "text" };
            let detail = BTreeMap::from([
                ("number".into(), modem.number.clone()),
                ("message mode".into(), mode.into()),
            ]);
            Ok(Identity { driver: "AT modem".into(), model, serial, detail })
        })
    }

    /// The modem answers, its SIM card is ready, and it is registered in a network.
    fn check(&mut self) -> Result<()> {
        self.work(|modem| {
            modem.sim_ready()?;
            modem.registered()
        })
    }

    /// Nothing is held between calls.
    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Modem for AtModem {
    fn receive(&mut self, deadline: BenchTime) -> Result<Vec<Reading<Sms>>> {
        self.work(|modem| modem.gather(deadline, |modem| !modem.come.is_empty() || !modem.lost.is_empty()))?;
        match self.lost.pop_front() {
            Some(error) => Err(error),
            None => Ok(self.come.drain(..).collect()),
        }
    }

    fn loop_back(&mut self, deadline: BenchTime) -> Result<bool> {
        // No two are the same, so that an earlier one that comes late is not taken for this one.
        let text = format!("rig loop-back {:016x}", self.clock.now().as_nanos());
        self.looping.push(text.clone());
        self.work(|modem| {
            modem.send(&text)?;
            modem.gather(deadline, |modem| !modem.looping.contains(&text))
        })?;
        Ok(!self.looping.contains(&text))
    }
}

/// What text mode writes in the character set "UCS2".
fn ucs2(digits: &str) -> String {
    Content::Ucs2(hex::decode(digits).unwrap_or_default()).text()
}

fn to_ucs2(text: &str) -> String {
    hex::encode_upper(text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>())
}
