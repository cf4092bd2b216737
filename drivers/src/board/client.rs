//! The rig's end of the link protocol: one request, one answer, known by its number.

use std::time::Duration;

use link::{
    board::{Key, Refusal, Request, Response},
    frame::{self, BOARD_FRAME, Decoder, Direction, Frame},
};

use crate::{
    BenchTime, DriverError, ErrorKind, Identity, Instrument, Raw, Reading, Result, SharedClock,
    serial::SerialLine,
};

/// How long a board may take to answer: twice what `LINK.md` allows it.
const TIME_LIMIT: Duration = Duration::from_millis(500);

/// How often a request is sent that may be sent twice without harm.
const TRIES: u32 = 3;

/// A board on a serial line.
pub struct BoardLink {
    name: String,
    line: Box<dyn SerialLine>,
    clock: SharedClock,
    next_id: u8,
}

/// A board's answer to a request. A refusal is data: a released firmware refuses test commands by design.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// It did as asked.
    Obeyed(T),
    /// It did not, and says why.
    Refused(Refusal),
}

impl<T> Answer<T> {
    /// The value, unless the board refused.
    pub fn obeyed(self) -> Option<T> {
        match self {
            Self::Obeyed(value) => Some(value),
            Self::Refused(_) => None,
        }
    }
}

/// Who a board is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardIdentity {
    /// Make and model.
    pub model: String,
    /// The firmware's version.
    pub firmware: String,
    /// The chip's own number.
    pub chip: u64,
    /// Whether test commands (all but the identity) are obeyed.
    pub test_commands: bool,
}

/// Counters of a board, and its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    /// Presses since the last reset or provisioning.
    pub presses: u32,
    /// Codes shown since the last reset or provisioning.
    pub codes: u32,
    /// Damaged frames since the last reset.
    pub bad_frames: u32,
    /// Seconds since 1970-01-01T00:00:00Z; 0 where the clock was not set since the last reset.
    pub unix: u64,
    /// The counter of the next code, on a board whose codes follow one (RFC 4226).
    pub counter: Option<u64>,
}

impl BoardLink {
    /// The board `name` at the other end of `line`.
    pub fn new(name: impl Into<String>, line: Box<dyn SerialLine>, clock: SharedClock) -> Self {
        Self { name: name.into(), line, clock, next_id: 0 }
    }

    /// Asks who the board is.
    ///
    /// # Errors
    ///
    /// The board does not answer (`NoAnswer`), answers otherwise than its protocol allows, or its line is gone. A
    /// refusal is data.
    pub fn ask_identity(&mut self) -> Result<Reading<Answer<BoardIdentity>>> {
        self.ask(&Request::Identity, TRIES, |response| match response {
            Response::Identity { model, firmware, chip, test_commands } => {
                Some(BoardIdentity { model: model.into(), firmware: firmware.into(), chip, test_commands })
            }
            _ => None,
        })
    }

    /// Has the board act as if its button were pressed. Sent once: after an error it may have been pressed or not.
    ///
    /// # Errors
    ///
    /// The board does not answer (`NoAnswer`), answers otherwise than its protocol allows, or its line is gone. A
    /// refusal is data.
    pub fn press(&mut self) -> Result<Reading<Answer<()>>> {
        self.ask(&Request::Press, 1, done)
    }

    /// The display content that the board reports: six characters, a space for a dark digit.
    ///
    /// # Errors
    ///
    /// The board does not answer (`NoAnswer`), answers otherwise than its protocol allows, or its line is gone. A
    /// refusal is data.
    pub fn display(&mut self) -> Result<Reading<Answer<String>>> {
        self.ask(&Request::Display, TRIES, |response| match response {
            Response::Display { text } => Some(text.to_owned()),
            _ => None,
        })
    }

    /// Gives the board a test key of 16 to 32 bytes (it refuses others), and with a `counter` has its codes follow
    /// that (RFC 4226) instead of the time (RFC 6238). The key is never logged.
    ///
    /// # Errors
    ///
    /// The board does not answer (`NoAnswer`), answers otherwise than its protocol allows, or its line is gone. A
    /// refusal is data.
    pub fn provision(&mut self, key: &[u8], counter: Option<u64>) -> Result<Reading<Answer<()>>> {
        self.ask(&Request::Provision { key: Key(key), counter }, TRIES, done)
    }

    /// Sets the board's clock to `unix` seconds since 1970-01-01T00:00:00Z, as of the moment of the reading.
    ///
    /// # Errors
    ///
    /// The board does not answer (`NoAnswer`), answers otherwise than its protocol allows, or its line is gone. A
    /// refusal is data.
    pub fn set_clock(&mut self, unix: u64) -> Result<Reading<Answer<()>>> {
        self.ask(&Request::SetClock { unix }, TRIES, done)
    }

    /// The board's counters.
    ///
    /// # Errors
    ///
    /// The board does not answer (`NoAnswer`), answers otherwise than its protocol allows, or its line is gone. A
    /// refusal is data.
    pub fn counters(&mut self) -> Result<Reading<Answer<Counters>>> {
        self.ask(&Request::Counters, TRIES, |response| match response {
            Response::Counters { presses, codes, bad_frames, unix, counter } => {
                Some(Counters { presses, codes, bad_frames, unix, counter })
            }
            _ => None,
        })
    }

    /// Sends `request` up to `tries` times until it is answered; `expected` picks its own answer's contents.
    fn ask<T>(
        &mut self,
        request: &Request<'_>,
        tries: u32,
        expected: impl FnOnce(Response<'_>) -> Option<T>,
    ) -> Result<Reading<Answer<T>>> {
        for _ in 0..tries {
            if let Some(body) = self.exchange(request)? {
                return self.interpret(request, body, expected);
            }
        }
        let detail = format!("{request:?}: silence for {} ms, sent {tries} times", TIME_LIMIT.as_millis());
        Err(self.trouble(ErrorKind::NoAnswer, detail))
    }

    /// Sends `request` once. The answer's body, stamped with the middle of the round trip; `None` where no
    /// whole answer came in time.
    fn exchange(&mut self, request: &Request<'_>) -> Result<Option<Reading<Vec<u8>>>> {
        let id = self.next_id;
        self.next_id = id.wrapping_add(1);
        // The delimiter in front ends whatever noise the line has carried.
        let mut wire = [0; 1 + BOARD_FRAME];
        let length = frame::encode(Direction::Request, id, request, &mut wire[1..])
            .map_err(|error| self.trouble(ErrorKind::Unsupported, format!("{request:?}: {error}")))?;

        self.line.discard_input()?;
        let mut decoder = Decoder::<BOARD_FRAME>::new();
        let sent = self.clock.now();
        let deadline = sent + TIME_LIMIT;
        self.line.write(&wire[..=length], deadline)?;
        loop {
            let received = self.line.read(deadline)?;
            for &byte in &received.value {
                if let Some(Frame { direction: Direction::Answer, id: echoed, body }) = decoder.push(byte)
                    && echoed == id
                {
                    return Ok(Some(between(sent, &received, body.to_vec())));
                }
            }
            if received.value.is_empty() || self.clock.now() >= deadline {
                return Ok(None);
            }
        }
    }

    fn interpret<T>(
        &self,
        request: &Request<'_>,
        body: Reading<Vec<u8>>,
        expected: impl FnOnce(Response<'_>) -> Option<T>,
    ) -> Result<Reading<Answer<T>>> {
        let Reading { at, uncertainty, value: bytes, .. } = body;
        let frame = Frame { direction: Direction::Answer, id: 0, body: &bytes };
        let answer = match frame.message() {
            Ok(Response::Refused { reason }) => Some(Answer::Refused(reason)),
            Ok(response) => expected(response).map(Answer::Obeyed),
            Err(_) => None,
        };
        let value = answer.ok_or_else(|| {
            self.trouble(ErrorKind::Protocol, format!("{request:?}: not an answer to it: {bytes:02x?}"))
        })?;
        Ok(Reading { at, uncertainty, value, raw: Some(Raw { media_type: "application/cbor", bytes }) })
    }

    fn trouble(&self, trouble: ErrorKind, detail: String) -> DriverError {
        DriverError::new(&self.name, trouble, detail)
    }
}

/// A chip's own number, as bench files and journals have it.
pub fn chip_id(chip: u64) -> String {
    format!("{chip:016x}")
}

/// The answer to requests that ask for nothing.
fn done(response: Response<'_>) -> Option<()> {
    (response == Response::Done).then_some(())
}

/// A reading that the board took at some moment between `sent` and the arrival of the answer.
fn between<T>(sent: BenchTime, received: &Reading<Vec<u8>>, value: T) -> Reading<T> {
    let half = received.at.since(sent) / 2;
    Reading::new(sent + half, half + received.uncertainty, value)
}

impl Instrument for BoardLink {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        let Answer::Obeyed(board) = self.ask_identity()?.value else {
            return Err(self.trouble(ErrorKind::Protocol, "refuses to say who it is".into()));
        };
        // Includes the socket of its cable, if the line knows it.
        let mut detail = self.line.identity()?.detail;
        detail.insert("firmware".into(), board.firmware);
        let obeyed = if board.test_commands { "enabled" } else { "disabled" };
        detail.insert("test commands".into(), obeyed.into());
        Ok(Identity { driver: "link".into(), model: board.model, serial: chip_id(board.chip), detail })
    }

    fn check(&mut self) -> Result<()> {
        self.identity().map(|_| ())
    }

    /// A press by link is over when it is answered: there is nothing to let go of.
    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}
