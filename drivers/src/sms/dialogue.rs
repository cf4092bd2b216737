//! Commands to a modem and their answers (V.250; 3GPP TS 27.007, 27.005), told apart from what a modem says
//! unasked: a new message, a ring, the state of the network. Such codes may come between any two lines.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::lines::Lines;
use crate::{BenchTime, DriverError, Reading, Result, SharedClock, Trouble, serial::SerialLine};

/// How long a command may take that only sets or tells something; slow modems take seconds.
pub(super) const QUICK: Duration = Duration::from_secs(5);
/// How long a command may take that works on the SIM card.
pub(super) const STORAGE: Duration = Duration::from_secs(20);
/// How long the network may take to accept a message.
pub(super) const NETWORK: Duration = Duration::from_secs(60);

/// How long to wait before a busy SIM card is asked again.
const BUSY_PAUSE: Duration = Duration::from_millis(500);
/// How often a modem that does not answer is called.
const CALLS: usize = 3;
/// How long a modem is silent when it has said all that it had to say.
const SILENCE: Duration = Duration::from_secs(2);

/// What the lines of an answer look like.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    /// The answer is only a result code.
    None,
    /// Lines without a name before them, as `+CGMI` gives.
    Plain,
    /// Lines that begin so, and lines in hexadecimal below them.
    Named(&'static str),
}

/// Something that the modem handed over without storing it: what stood in its first line, and the message.
pub(super) struct Direct {
    pub header: String,
    pub body: Reading<String>,
}

/// The talk with a modem.
pub(super) struct Dialogue {
    name: String,
    lines: Lines,
    clock: SharedClock,
    /// Where in the storage new messages were announced, and when.
    pub announced: BTreeMap<u16, Reading<()>>,
    /// Messages that were handed over.
    pub direct: VecDeque<Direct>,
    /// The first line of one whose second line has not come yet.
    header: Option<String>,
}

/// What a line means.
enum Meaning {
    /// The command was done.
    Done,
    /// It was refused, with this code.
    Refused(String),
    /// A line of the answer.
    Answer,
    /// Nothing for the command.
    Unasked,
}

impl Dialogue {
    pub fn new(name: &str, port: Box<dyn SerialLine>, clock: SharedClock) -> Self {
        Self {
            name: name.into(),
            lines: Lines::new(port),
            clock,
            announced: BTreeMap::new(),
            direct: VecDeque::new(),
            header: None,
        }
    }

    pub fn error(&self, trouble: Trouble, detail: impl Into<String>) -> DriverError {
        DriverError::new(&self.name, trouble, detail)
    }

    /// Calls the modem until it answers, whatever it was doing: it may wait for the text of a message that
    /// nobody will finish, or send an answer that nobody waits for any more.
    pub fn call(&mut self) -> Result<()> {
        const END_OF_TEXT: &str = "\u{1b}\r";
        for call in 0..CALLS {
            match self.attempt("AT", Answer::None, QUICK) {
                Ok(_) if call == 0 => return Ok(()),
                Ok(_) => return self.listen_until_silent(),
                Err(error) if error.trouble == Trouble::NoAnswer && call + 1 < CALLS => {
                    self.lines.write(END_OF_TEXT, self.clock.now() + QUICK)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Sends `command` and returns the lines of its answer; a refusal is an error. A busy SIM card is asked
    /// again until `limit` has passed.
    pub fn order(&mut self, command: &str, answer: Answer, limit: Duration) -> Result<Vec<String>> {
        let deadline = self.clock.now() + limit;
        loop {
            let refused = match self.attempt(command, answer, limit)? {
                Ok(lines) => return Ok(lines),
                Err(code) => code,
            };
            if !is_busy(&refused) || self.clock.now() >= deadline {
                return Err(self.error(Trouble::Protocol, format!("{command}: {refused}")));
            }
            self.clock.wait_until(self.clock.now() + BUSY_PAUSE)?;
        }
    }

    /// Sends `command`: the lines of its answer, or the code of its refusal.
    pub fn attempt(
        &mut self,
        command: &str,
        answer: Answer,
        limit: Duration,
    ) -> Result<std::result::Result<Vec<String>, String>> {
        self.listen_to_the_rest()?;
        let deadline = self.clock.now() + limit;
        self.lines.write(&format!("{command}\r"), deadline)?;
        self.answer(command, answer, deadline)
    }

    /// Sends a message: `command` announces it, `payload` is written at the prompt. The payload is in no
    /// error.
    pub fn send(&mut self, command: &str, payload: &str) -> Result<()> {
        self.listen_to_the_rest()?;
        let deadline = self.clock.now() + NETWORK;
        self.lines.write(&format!("{command}\r"), deadline)?;
        self.prompt(command, self.clock.now() + QUICK)?;
        self.lines.write(&format!("{payload}\u{1a}"), deadline)?;
        match self.answer(command, Answer::Named("+CMGS:"), deadline)? {
            Ok(_) => Ok(()),
            Err(refused) => Err(self.error(Trouble::Protocol, format!("{command}: {refused}"))),
        }
    }

    /// Listens until `deadline`, or until the modem tells of a message.
    pub fn listen(&mut self, deadline: BenchTime) -> Result<()> {
        while self.announced.is_empty() && self.direct.is_empty() {
            let Some(line) = self.lines.next(deadline)? else { break };
            self.understand(&line, "", Answer::None);
        }
        Ok(())
    }

    /// Takes what has come by now: what belongs to no command, or to one that was given up.
    fn listen_to_the_rest(&mut self) -> Result<()> {
        let now = self.clock.now();
        while let Some(line) = self.lines.next(now)? {
            self.understand(&line, "", Answer::None);
        }
        Ok(())
    }

    /// Lets late answers pass: the next one to come belongs to the next command.
    pub fn listen_until_silent(&mut self) -> Result<()> {
        let longest = self.clock.now() + QUICK;
        while let Some(line) = self.lines.next(longest.min(self.clock.now() + SILENCE))? {
            self.understand(&line, "", Answer::None);
        }
        Ok(())
    }

    fn answer(
        &mut self,
        command: &str,
        answer: Answer,
        deadline: BenchTime,
    ) -> Result<std::result::Result<Vec<String>, String>> {
        let mut lines = Vec::new();
        while let Some(line) = self.lines.next(deadline)? {
            match self.understand(&line, command, answer) {
                Meaning::Done => return Ok(Ok(lines)),
                Meaning::Refused(code) => return Ok(Err(code)),
                Meaning::Answer => lines.push(line.value),
                Meaning::Unasked => {}
            }
        }
        Err(self.silent(command))
    }

    fn prompt(&mut self, command: &str, deadline: BenchTime) -> Result<()> {
        while let Some(line) = self.lines.next(deadline)? {
            if line.value == ">" {
                return Ok(());
            }
            if let Meaning::Refused(code) = self.understand(&line, command, Answer::None) {
                return Err(self.error(Trouble::Protocol, format!("{command}: {code}")));
            }
        }
        Err(self.silent(command))
    }

    fn silent(&self, command: &str) -> DriverError {
        self.error(Trouble::NoAnswer, format!("no answer to {command}"))
    }

    /// What `line` means while `command` is under way. Keeps what it tells of new messages.
    fn understand(&mut self, line: &Reading<String>, command: &str, answer: Answer) -> Meaning {
        let text = line.value.as_str();
        if let Some(place) = text.strip_prefix("+CMTI:") {
            let index = place.rsplit(',').next().and_then(|index| index.trim().parse().ok());
            self.announced.extend(index.map(|index| (index, line.clone().map(drop))));
            return Meaning::Unasked;
        }
        if let Some(header) = text.strip_prefix("+CMT:") {
            self.header = Some(header.trim().into());
            return Meaning::Unasked;
        }
        let hexadecimal = hex::decode(text).is_ok();
        if let Some(header) = self.header.take_if(|_| hexadecimal) {
            self.direct.push_back(Direct { header, body: line.clone() });
            return Meaning::Unasked;
        }
        match (text, answer) {
            ("OK", _) => Meaning::Done,
            ("ERROR", _) => Meaning::Refused(text.into()),
            _ if text.starts_with("+CMS ERROR") || text.starts_with("+CME ERROR") => {
                Meaning::Refused(text.into())
            }
            (_, Answer::Plain) if text != command && !is_unsolicited(text) => Meaning::Answer,
            (_, Answer::Named(name)) if text.starts_with(name) || hexadecimal => Meaning::Answer,
            _ => Meaning::Unasked,
        }
    }
}

/// Codes that modems send unasked and that are no answer without a name: calls, and names with the marks
/// that makers put before them.
fn is_unsolicited(line: &str) -> bool {
    const OF_CALLS: [&str; 5] = ["RING", "NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE"];
    OF_CALLS.contains(&line) || line.starts_with(['+', '^', '*', '%', '#', '$'])
}

/// The SIM card is busy: TS 27.007 section 9.2.1 and TS 27.005 section 3.2.5.
fn is_busy(code: &str) -> bool {
    code == "+CME ERROR: 14" || code == "+CMS ERROR: 314"
}
