//! A modem that obeys AT commands over a serial line (3GPP TS 27.005).
//!
//! New messages are looked for in the storages by listing them: when the modem announces one, from time to
//! time in case it does not, and once more before "nothing came" is said. So an announcement that gets lost
//! costs precision, never a message. What was read is deleted, because SIM cards hold few; nothing else is.
//!
//! ModemManager was considered as a second driver, for labs that have it, and rejected: it takes the modem's
//! port for its own, and its `Added` signal comes after it has read and parsed the message, by D-Bus and
//! without the moment at which the modem announced it (`Timestamp` is the service centre's, to the second).
//! And `zbus` is a dependency of tests only.

mod identity;
mod listing;
mod setup;
mod storage;
mod told;

use std::{collections::VecDeque, time::Duration};

use serde::Deserialize;
use storage::Storages;

use super::{
    Mode, Modem, Sms,
    dialogue::Dialogue,
    parts::{Joiner, PATIENCE},
    pdu, text,
};
use crate::{
    BenchTime, DriverError, ErrorKind, Identity, Instrument, Reading, Result, SharedClock,
    registry::{Claim, DriverKeys, Open, Opening},
    serial::{PortKeys, SerialLine},
};

/// Keys of a modem with AT commands in a bench file.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct AtModemKeys(PortKeys);

impl DriverKeys for AtModemKeys {
    const NAME: &'static str = "at";

    fn claims(&self) -> Vec<Claim> {
        self.0.claims()
    }
}

impl Open<dyn Modem> for AtModemKeys {
    fn open(self, at: Opening<'_, dyn Modem>) -> Result<Box<dyn Modem>> {
        let line = self.0.open(at.name, at.clock.clone())?;
        Ok(Box::new(AtModem::open(at.name, at.with, Box::new(line), at.clock.clone())?))
    }
}

/// How often the storages are listed while the modem announces what comes.
const ANNOUNCED_PERIOD: Duration = Duration::from_secs(10);
/// How often they are listed where the modem does not.
const POLL_PERIOD: Duration = Duration::from_secs(2);
/// How often they are listed while a message that was announced was not found.
const MISSING_PERIOD: Duration = Duration::from_millis(500);

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
    period: Duration,
    /// Whether messages that are handed over must be acknowledged (`AT+CSMS=1`).
    acknowledges: bool,
    /// Whether the modem is set up as this driver left it; not after an error, since it may have been reset.
    ready: bool,
    storages: Storages,
    joiner: Joiner,
    come: VecDeque<Reading<Sms>>,
    /// The lines of the last messages, and whether they came without their first line.
    told: VecDeque<(Vec<String>, bool)>,
    /// Messages that came and cannot be told.
    lost: VecDeque<DriverError>,
    /// Texts that were sent to itself and have not come back.
    looping: Vec<String>,
}

impl AtModem {
    /// Opens the modem on `port`, whose SIM card has `number` (international, with `+`), and empties the
    /// storage that messages go to: what is in it came before. An error of the instrument `name` where it does not answer
    /// ([`ErrorKind::NoAnswer`]), its SIM card is locked ([`ErrorKind::CannotSee`]), or it can do neither PDU mode
    /// nor text mode with UCS-2 ([`ErrorKind::Protocol`]).
    pub fn open(name: &str, number: &str, port: Box<dyn SerialLine>, clock: SharedClock) -> Result<Self> {
        let mut modem = Self {
            name: name.into(),
            number: number.into(),
            dialogue: Dialogue::new(name, port, clock.clone()),
            period: POLL_PERIOD,
            acknowledges: false,
            ready: false,
            storages: Storages::default(),
            joiner: Joiner::default(),
            come: VecDeque::new(),
            told: VecDeque::new(),
            lost: VecDeque::new(),
            looping: Vec::new(),
            clock,
        };
        modem.set_up()?;
        modem.empty()?;
        Ok(modem)
    }

    /// Does `work` with a modem that is set up.
    fn work<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if !self.ready {
            self.dialogue.listen_until_silent()?;
        }
        if !self.ready || self.dialogue.restarted {
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
            let period = if self.storages.misses_any() { MISSING_PERIOD } else { self.period };
            self.dialogue.listen(deadline.min(now + period))?;
        }
    }

    /// Takes what is there: what is stored, and messages that were handed over.
    fn collect(&mut self) -> Result<()> {
        self.look_into_storages()?;
        self.take_what_was_handed_over()?;
        self.come.make_contiguous().sort_by_key(|message| message.at);
        self.give_up();
        Ok(())
    }

    fn take_what_was_handed_over(&mut self) -> Result<()> {
        for message in self.dialogue.handed_over()? {
            let seen = message.clone().map(drop);
            self.accept(&message.value, seen);
            if self.acknowledges {
                self.dialogue.tell("AT+CNMA")?;
            }
        }
        Ok(())
    }

    fn give_up(&mut self) {
        for lost in self.joiner.give_up(self.clock.now()) {
            let detail = format!(
                "{} of {} parts of a message came, the others not within {PATIENCE:?} or before the next",
                lost.came, lost.count
            );
            self.lost.push_back(self.dialogue.error(ErrorKind::CannotSee, detail));
        }
    }

    fn send(&mut self, text: &str) -> Result<()> {
        if self.dialogue.mode == Mode::Text {
            let command = format!("AT+CMGS=\"{}\"", text::to_ucs2(&self.number));
            return self.dialogue.send(&command, &text::to_ucs2(text));
        }
        let message = pdu::submit(&self.number, text)
            .map_err(|error| self.dialogue.error(ErrorKind::Unsupported, error.0))?;
        self.dialogue.send(&format!("AT+CMGS={}", message.length), &message.hex)
    }
}

impl Instrument for AtModem {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        self.work(Self::who_it_is)
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
