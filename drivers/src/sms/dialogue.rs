//! Commands to a modem and their answers (V.250; 3GPP TS 27.007, 27.005), told apart from what a modem says
//! unasked: a new message, a ring, the state of the network. Such codes may come between any two lines, and an answer is
//! told from them by its shape.

use std::{collections::BTreeMap, time::Duration};

use super::{
    Mode,
    assemble::{Assembler, Kind, Message, looks_like_body},
    fields::{self, after},
    lines::Lines,
    words::{self, Final},
};
use crate::{BenchTime, DriverError, ErrorKind, Reading, Result, SharedClock, serial::SerialLine};

/// How long a command may take that only sets or tells something; slow modems take seconds.
pub(super) const QUICK: Duration = Duration::from_secs(5);
/// How long a command may take that works on the SIM card.
pub(super) const STORAGE: Duration = Duration::from_secs(20);
/// How long the network may take to accept a message.
pub(super) const NETWORK: Duration = Duration::from_secs(60);

/// How long to wait before a busy SIM card is asked again.
const BUSY_PAUSE: Duration = Duration::from_millis(500);
/// How long a modem is silent when it has said all that it had to say.
const SILENCE: Duration = Duration::from_secs(2);
/// How long after a refusal in a maker's words a standard result code may still follow.
const SETTLE: Duration = Duration::from_millis(200);

/// Shape of an answer's lines.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    /// The answer is only a result code.
    None,
    /// Lines without a name before them, as the command of this name gives; some modems put the name there.
    Plain(&'static str),
    /// One line of this shape. Without it, a result code is another command's.
    Shape(fn(&str) -> bool),
    /// Messages of the storage, or none.
    Listing,
}

/// Where a message was announced: the storage's name, which may be left out, and the place in it.
pub(super) type Slot = (String, u16);

/// Result of a command: the lines of its answer, or the code of its refusal.
pub(super) type Outcome = std::result::Result<Vec<String>, String>;

/// The talk with a modem.
pub(super) struct Dialogue {
    name: String,
    lines: Lines,
    clock: SharedClock,
    /// How messages are written and read.
    pub mode: Mode,
    /// Whether result codes may be digits: until one was a word.
    digits: bool,
    /// Where new messages were announced, and when.
    pub announced: BTreeMap<Slot, Reading<()>>,
    /// Whether the modem said something that calls for a look into its storage.
    pub hinted: bool,
    /// Whether the modem said that it has started anew.
    pub restarted: bool,
    /// First lines and bodies of messages.
    assembler: Assembler,
}

/// Meaning of a line.
enum Meaning {
    /// A final result code.
    Final(Final),
    /// A line of the answer.
    Answer(String),
    /// A line of a message.
    Message,
    /// Something without the shape of an unsolicited code, and of no use.
    Unknown(String),
    /// Nothing for the command.
    Unasked,
}

impl Dialogue {
    pub fn new(name: &str, port: Box<dyn SerialLine>, clock: SharedClock) -> Self {
        Self {
            name: name.into(),
            lines: Lines::new(port),
            clock,
            mode: Mode::Pdu,
            digits: true,
            announced: BTreeMap::new(),
            hinted: false,
            restarted: false,
            assembler: Assembler::default(),
        }
    }

    pub fn error(&self, trouble: ErrorKind, detail: impl Into<String>) -> DriverError {
        DriverError::new(&self.name, trouble, detail)
    }

    /// Calls the modem until it answers, whatever it was doing: it may wait for the text of a message that nobody will
    /// finish, send an answer that nobody waits for any more, or keep its result codes to itself (`ATQ1`).
    pub fn call(&mut self) -> Result<()> {
        const END_OF_TEXT: &str = "\u{1b}\r";
        const CALLS: [&str; 3] = ["AT", "ATQ0", "AT"];
        self.digits = true;
        for (call, command) in CALLS.into_iter().enumerate() {
            match self.once(command, Answer::None, QUICK) {
                Ok(_) if call == 0 => return Ok(()),
                Ok(_) => return self.listen_until_silent(),
                Err(error) if error.trouble == ErrorKind::NoAnswer && call + 1 < CALLS.len() => {
                    self.lines.write(END_OF_TEXT, self.clock.now() + QUICK)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Tells the modem something that it may refuse, or not know at all; whether it did it.
    pub fn tell(&mut self, command: &str) -> Result<bool> {
        match self.attempt(command, Answer::None, QUICK) {
            Err(error) if error.trouble == ErrorKind::NoAnswer && self.is_alive()? => Ok(false),
            outcome => outcome.map(|outcome| outcome.is_ok()),
        }
    }

    /// Sends `command` and returns the lines of its answer; a refusal is an error. A busy SIM card is asked
    /// again until `limit` has passed.
    pub fn order(&mut self, command: &str, answer: Answer, limit: Duration) -> Result<Vec<String>> {
        let outcome = self.attempt_unless_busy(command, answer, limit)?;
        outcome.map_err(|refused| self.error(ErrorKind::Protocol, format!("{command}: {refused}")))
    }

    /// Sends `command`, and again until `limit` has passed where the SIM card is busy.
    pub fn attempt_unless_busy(&mut self, command: &str, answer: Answer, limit: Duration) -> Result<Outcome> {
        let deadline = self.clock.now() + limit;
        loop {
            match self.attempt(command, answer, limit)? {
                Err(code) if words::is_busy(&code) && self.clock.now() < deadline => {
                    self.clock.wait_until(self.clock.now() + BUSY_PAUSE)?;
                }
                outcome => return Ok(outcome),
            }
        }
    }

    /// Sends `command`, which does no harm twice: once more where its answer got lost on the line, or is a refusal in words
    /// that are not known, and may have been garbled.
    pub fn attempt(&mut self, command: &str, answer: Answer, limit: Duration) -> Result<Outcome> {
        match self.once(command, answer, limit) {
            Err(error) if error.trouble == ErrorKind::NoAnswer && self.is_alive()? => {
                self.once(command, answer, limit)
            }
            Ok(Err(code)) if words::final_code(&code, false).is_none() => {
                self.listen_until_silent()?;
                self.once(command, answer, limit)
            }
            outcome => outcome,
        }
    }

    /// Sends `command`.
    pub fn once(&mut self, command: &str, answer: Answer, limit: Duration) -> Result<Outcome> {
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
        let sent = Answer::Shape(|line| after(line, "+CMGS").is_some());
        match self.answer(command, sent, deadline)? {
            Ok(_) => Ok(()),
            Err(refused) => Err(self.error(ErrorKind::Protocol, format!("{command}: {refused}"))),
        }
    }

    /// Listens until `deadline`, or until the modem tells of a message.
    pub fn listen(&mut self, deadline: BenchTime) -> Result<()> {
        self.assembler.listing = false;
        while self.announced.is_empty() && self.assembler.done.is_empty() && !self.hinted {
            // A message that is handed over line by line is over when nothing more of it comes.
            let waits = self.assembler.waits();
            let limit = if waits { deadline.min(self.clock.now() + SETTLE) } else { deadline };
            match self.lines.next(limit)? {
                Some(line) => drop(self.understand(&line, "", Answer::None)),
                None if waits => self.assembler.close(|kind| kind == Kind::Direct),
                None => break,
            }
        }
        self.hinted = false;
        Ok(())
    }

    /// Messages that were handed over by now.
    pub fn handed_over(&mut self) -> Result<Vec<Reading<Message>>> {
        while self.assembler.waits() {
            match self.lines.next(self.clock.now() + SETTLE)? {
                Some(line) => drop(self.understand(&line, "", Answer::None)),
                None => self.assembler.close(|kind| kind != Kind::Listed),
            }
        }
        Ok(self.assembler.done.extract_if(.., |message| message.value.kind == Kind::Direct).collect())
    }

    /// Messages that were listed by the last command.
    pub fn listed(&mut self) -> Vec<Message> {
        self.assembler.close(|kind| kind == Kind::Listed);
        let listed = self.assembler.done.extract_if(.., |message| message.value.kind == Kind::Listed);
        listed.map(|message| message.value).collect()
    }

    /// Takes what has come by now: what belongs to no command, or to one that was given up.
    fn listen_to_the_rest(&mut self) -> Result<()> {
        let now = self.clock.now();
        while let Some(line) = self.lines.next(now)? {
            self.understand(&line, "", Answer::None);
        }
        self.assembler.done.retain(|message| message.value.kind == Kind::Direct);
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

    /// Whether the modem still answers, after a command that it did not answer.
    fn is_alive(&mut self) -> Result<bool> {
        self.listen_until_silent()?;
        match self.once("AT", Answer::None, QUICK) {
            Err(error) if error.trouble == ErrorKind::NoAnswer => Ok(false),
            outcome => outcome.map(|_| true),
        }
    }

    fn answer(&mut self, command: &str, answer: Answer, deadline: BenchTime) -> Result<Outcome> {
        self.assembler.listing = matches!(answer, Answer::Listing);
        let mut came = Came::default();
        let mut limit = deadline;
        while let Some(line) = self.lines.next(limit.min(deadline))? {
            let more = line.at + SILENCE;
            match self.understand(&line, command, answer) {
                Meaning::Final(Final::Done) if came.lacks_its_line(answer) => {
                    (came.early, limit) = (true, more)
                }
                Meaning::Final(Final::Done) => return Ok(Ok(came.lines)),
                Meaning::Final(Final::Refused(code)) => return Ok(Err(code)),
                Meaning::Final(Final::RefusedInWords(code)) => {
                    self.settle()?;
                    return Ok(Err(code));
                }
                Meaning::Answer(line) => {
                    came.lines.push(line);
                    limit = more;
                    if came.early {
                        return Ok(Ok(came.lines));
                    }
                }
                Meaning::Message if matches!(answer, Answer::Listing) => (came.listed, limit) = (true, more),
                Meaning::Unknown(words) if matches!(answer, Answer::None) => {
                    came.words.get_or_insert(words);
                    limit = more;
                }
                Meaning::Message | Meaning::Unknown(_) | Meaning::Unasked => {}
            }
        }
        came.outcome().ok_or_else(|| self.error(ErrorKind::NoAnswer, format!("no answer to {command}")))
    }

    /// Lets a result code pass that belongs to the command that was just refused.
    fn settle(&mut self) -> Result<()> {
        let until = self.clock.now() + SETTLE;
        while let Some(line) = self.lines.next(until)? {
            self.understand(&line, "", Answer::None);
        }
        Ok(())
    }

    fn prompt(&mut self, command: &str, deadline: BenchTime) -> Result<()> {
        const ESCAPE: &str = "\u{1b}";
        while let Some(line) = self.lines.next(deadline)? {
            if line.value.trim_start().starts_with('>') {
                return Ok(());
            }
            if let Meaning::Final(Final::Refused(code) | Final::RefusedInWords(code)) =
                self.understand(&line, command, Answer::None)
            {
                return Err(self.error(ErrorKind::Protocol, format!("{command}: {code}")));
            }
        }
        // It may be there for all that, and wait.
        self.lines.write(ESCAPE, self.clock.now() + QUICK)?;
        Err(self.error(ErrorKind::NoAnswer, format!("no prompt after {command}")))
    }

    /// Meaning of `line` while `command` is under way. Keeps announcements of new messages.
    fn understand(&mut self, line: &Reading<String>, command: &str, answer: Answer) -> Meaning {
        if self.assembler.fits(self.mode, line) {
            return Meaning::Message;
        }
        let text = line.value.trim_matches(|c: char| c.is_whitespace() || c.is_control());
        if text == command {
            return Meaning::Unasked; // Its echo.
        }
        if let Some(code) = words::final_code(text, self.digits) {
            self.digits &= text != "OK";
            return Meaning::Final(code);
        }
        if let Some((kind, values)) = Kind::of(text) {
            self.assembler.begin(self.mode, kind, values, line.clone().map(drop));
            return if kind == Kind::Listed { Meaning::Message } else { Meaning::Unasked };
        }
        if let Some(place) = after(text, "+CMTI") {
            self.announced(place, line);
            return Meaning::Unasked;
        }
        self.restarted |= words::is_start(text);
        self.hinted |= words::is_hint(text);
        if self.assembler.takes(self.mode, line) {
            return Meaning::Message;
        }
        if looks_like_body(text) {
            // Of a message whose first line got lost: no answer, and in no error.
            return Meaning::Unasked;
        }
        match answer {
            Answer::Plain(name) if after(text, name).is_some() || !words::is_unsolicited(text) => {
                Meaning::Answer(text.into())
            }
            Answer::Shape(fits) if fits(text) => Meaning::Answer(text.into()),
            _ if words::is_unsolicited(text) || is_echo(text) || words::may_hold_a_secret(text) => {
                Meaning::Unasked
            }
            _ => Meaning::Unknown(text.into()),
        }
    }

    /// A message was announced: `"SM",3`. What can't be read calls for a look all the same.
    fn announced(&mut self, place: &str, line: &Reading<String>) {
        let values = fields::split(place);
        match values.last().and_then(fields::Field::number) {
            Some(index) => {
                let storage = if values.len() > 1 { values[0].text.clone() } else { String::new() };
                self.announced.entry((storage, index)).or_insert_with(|| line.clone().map(drop));
            }
            None => self.hinted = true,
        }
    }
}

/// Received part of an answer.
#[derive(Default)]
struct Came {
    lines: Vec<String>,
    /// Whether messages were listed.
    listed: bool,
    /// Whether a result code came before the line that it belongs to, or without it.
    early: bool,
    /// Words other than a known unsolicited result code, so perhaps a refusal.
    words: Option<String>,
}

impl Came {
    fn lacks_its_line(&self, answer: Answer) -> bool {
        self.lines.is_empty() && matches!(answer, Answer::Plain(_) | Answer::Shape(_))
    }

    /// Result of a command after which a modem has fallen silent without a result code: a whole answer counts
    /// as success, and unexplained words as a refusal.
    fn outcome(self) -> Option<Outcome> {
        if self.early || self.listed || !self.lines.is_empty() {
            Some(Ok(self.lines))
        } else {
            self.words.map(Err)
        }
    }
}

/// Whether `line` is the echo of some command, or of what was written at a prompt.
fn is_echo(line: &str) -> bool {
    line.starts_with('>') || line.get(..2).is_some_and(|two| two.eq_ignore_ascii_case("AT"))
}
