//! A module with relays and inputs on a serial line that speaks Modbus (MODBUS Application Protocol V1.1b3;
//! over Serial Line V1.02, RTU), with the quirks of cheap modules and adapters.
//!
//! - Many RS-485 adapters echo the request. The driver detects an echo by a read request, whose answer
//!   differs from the request, and ignores it from then on. The answer to a request to write is the request
//!   again: on a line that echoes it must come twice, and a request to read must be answered after it.
//! - Bytes outside of any answer, such as noise when the line's driver switches, are skipped; so are frames
//!   of other modules, and answers to other requests.
//! - Reading twice, or setting a coil twice, does no harm. So a request whose answer is missing or broken is
//!   repeated.

use std::{ops::RangeInclusive, time::Duration};

use rmodbus::{ErrorKind as ModbusErrorKind, ModbusProto, client::ModbusRequest};
use toml::Spanned;

use crate::{
    DriverError, ErrorKind, Identity, Reading, Result, SharedClock,
    registry::{Checked, ConfigError},
    serial::{Port, SerialLine, SerialPortLine},
};

mod frames;
#[cfg(test)]
pub(crate) mod scripted;
#[cfg(test)]
mod tests;

use frames::{Found, count, find, without};

/// The name of the drivers that speak it.
pub(crate) const NAME: &str = "modbus";
/// Addresses on a line (MODBUS over Serial Line V1.02, 2.2).
const UNITS: RangeInclusive<u8> = 1..=247;
/// How long a module may take to answer.
pub(crate) const ANSWER: Duration = Duration::from_millis(500);
/// How often a request is sent at most.
const TRIES: u32 = 2;
/// How long a line is silent after an answer that came too late.
const QUIET: Duration = Duration::from_millis(200);
/// How long a module that is busy is left in peace, and how often.
const BUSY_PAUSE: Duration = Duration::from_millis(100);
const BUSY_TRIES: u32 = 10;
/// The most bytes before an answer that are not perhaps an echo that was garbled.
const NOISE: usize = 2;
/// The most bytes that are kept of what came: an answer, its echo, and what a busy bus says in between.
const MOST: usize = 1_024;
/// Between two frames is silence: three and a half characters of eleven bits, and no less than this (Serial Line V1.02,
/// 2.5.1.1).
const LEAST_SILENCE: Duration = Duration::from_micros(1_750);

/// Whether the line brings back what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Echo {
    Unknown,
    Absent,
    Present,
}

/// Checks the address of a module in a bench file.
pub(crate) fn check_unit(unit: &Spanned<u8>) -> Checked<()> {
    if UNITS.contains(unit.get_ref()) {
        return Ok(());
    }
    let message = format!("{} is no address of a module; it is from 1 to 247", unit.get_ref());
    Err(ConfigError::new(unit, message))
}

/// A module at one address of a line.
pub(crate) struct Module {
    name: String,
    line: Box<dyn SerialLine>,
    unit: u8,
    silence: Duration,
    echo: Echo,
    /// Whether a late answer may still arrive.
    unsettled: bool,
    clock: SharedClock,
}

/// A request to a module.
struct Asked {
    request: ModbusRequest,
    frame: Vec<u8>,
    /// The place in words, for errors.
    place: String,
}

/// Result of a request.
enum Outcome {
    /// An answer, which holds this.
    Answered(Vec<u8>),
    /// An exception with this code.
    Exception(u8),
    /// No answer; these bytes arrived instead, if any.
    Nothing(Vec<u8>),
}

impl Module {
    /// The module with the address `unit` at `port`. Errors as of [`SerialPortLine::open_port`].
    pub fn open(name: &str, port: &Port, baud: u32, unit: u8, clock: SharedClock) -> Result<Self> {
        let line = SerialPortLine::open_port(name, port, baud, clock.clone())?;
        Ok(Self::new(name, Box::new(line), baud, unit, clock))
    }

    /// The module with the address `unit` on `line`.
    pub fn new(name: &str, line: Box<dyn SerialLine>, baud: u32, unit: u8, clock: SharedClock) -> Self {
        let silence = silence(baud);
        Self { name: name.into(), line, unit, silence, echo: Echo::Unknown, unsettled: false, clock }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn unit(&self) -> u8 {
        self.unit
    }

    /// Who is at the line.
    pub fn line_identity(&mut self) -> Result<Identity> {
        self.line.identity()
    }

    /// Whether the coil at `address` is energised.
    pub fn coil(&mut self, address: u16) -> Result<Reading<bool>> {
        let asked = self.asked(format!("coil {address}"), |request, frame| {
            request.generate_get_coils(address, 1, frame)
        })?;
        Ok(self.read(&asked)?.map(|data| data[0] & 1 == 1))
    }

    /// Whether the discrete input at `address` is closed.
    pub fn input(&mut self, address: u16) -> Result<Reading<bool>> {
        let asked = self.asked(format!("input {address}"), |request, frame| {
            request.generate_get_discretes(address, 1, frame)
        })?;
        Ok(self.read(&asked)?.map(|data| data[0] & 1 == 1))
    }

    /// Value of the input register at `address`.
    pub fn register(&mut self, address: u16) -> Result<Reading<u16>> {
        let asked = self.asked(format!("register {address}"), |request, frame| {
            request.generate_get_inputs(address, 1, frame)
        })?;
        Ok(self.read(&asked)?.map(|data| u16::from_be_bytes([data[0], data[1]])))
    }

    /// Energises the coil at `address`, or not; stamped with the moment at which the module did so.
    pub fn set_coil(&mut self, address: u16, on: bool) -> Result<Reading<()>> {
        let asked = self.asked(format!("coil {address}"), |request, frame| {
            request.generate_set_coil(address, on, frame)
        })?;
        if self.echo == Echo::Unknown {
            self.coil(address)?;
        }
        let copies = match self.echo {
            Echo::Absent => 1,
            Echo::Present => 2,
            Echo::Unknown => {
                return Err(self.trouble(
                    &asked,
                    ErrorKind::Protocol,
                    "the line is too noisy to tell its echo",
                ));
            }
        };
        let set = self.ask(&asked, |came, asked| {
            let rest = without(came, &asked.frame);
            match find(&asked.request, &rest, 0) {
                Some(Found::Exception(code)) => Some(Outcome::Exception(code)),
                _ => (count(came, &asked.frame) >= copies).then(|| Outcome::Answered(Vec::new())),
            }
        })?;
        if copies > 1 {
            // A doubled echo must not count as a module.
            self.coil(address)?;
        }
        Ok(set.map(drop))
    }

    fn asked(
        &self,
        place: String,
        generate: impl FnOnce(&mut ModbusRequest, &mut Vec<u8>) -> std::result::Result<(), ModbusErrorKind>,
    ) -> Result<Asked> {
        let (mut request, mut frame) = (ModbusRequest::new(self.unit, ModbusProto::Rtu), Vec::new());
        let generated = generate(&mut request, &mut frame);
        let asked = Asked { request, frame, place };
        match generated {
            Ok(()) => Ok(asked),
            Err(error) => Err(self.trouble(&asked, ErrorKind::Unsupported, &error.to_string())),
        }
    }

    /// Asks for what can be read, and learns from the answer whether the line echoes.
    fn read(&mut self, asked: &Asked) -> Result<Reading<Vec<u8>>> {
        let bytes = if asked.request.func.byte() <= 2 { 1 } else { 2 };
        let mut before = None;
        let answer = self.ask(asked, |came, asked| {
            let rest = without(came, &asked.frame);
            match find(&asked.request, &rest, bytes)? {
                Found::Exception(code) => Some(Outcome::Exception(code)),
                Found::Answer { data, at } => {
                    before = Some((rest.len() < came.len(), at));
                    Some(Outcome::Answered(data))
                }
            }
        })?;
        self.echo = match before {
            Some((true, _)) => Echo::Present,
            Some((false, noise)) if noise <= NOISE => Echo::Absent,
            _ => Echo::Unknown,
        };
        Ok(answer)
    }

    /// Sends what is `asked` until `judge` finds an answer in what came.
    fn ask(
        &mut self,
        asked: &Asked,
        mut judge: impl FnMut(&[u8], &Asked) -> Option<Outcome>,
    ) -> Result<Reading<Vec<u8>>> {
        const ACKNOWLEDGE: u8 = 5;
        const BUSY: u8 = 6;
        let (mut tries, mut busy) = (0, 0);
        loop {
            self.settle()?;
            let before = self.clock.now();
            let came = match self.exchange(asked, &mut judge)? {
                Outcome::Answered(data) => {
                    let half = self.clock.now().since(before) / 2;
                    return Ok(Reading::new(before + half, half, data));
                }
                Outcome::Exception(ACKNOWLEDGE | BUSY) if busy < BUSY_TRIES => {
                    busy += 1;
                    self.clock.wait_until(self.clock.now() + BUSY_PAUSE)?;
                    continue;
                }
                Outcome::Exception(code) => {
                    let why = ModbusErrorKind::from_modbus_error(code).to_string();
                    return Err(self.trouble(asked, ErrorKind::Protocol, &why));
                }
                Outcome::Nothing(came) => came,
            };
            self.unsettled = true;
            tries += 1;
            if tries >= TRIES {
                return Err(self.nothing(asked, &came));
            }
        }
    }

    fn exchange(
        &mut self,
        asked: &Asked,
        judge: &mut impl FnMut(&[u8], &Asked) -> Option<Outcome>,
    ) -> Result<Outcome> {
        let deadline = self.clock.now() + ANSWER;
        self.line.write(&asked.frame, deadline)?;
        let mut came = Vec::new();
        loop {
            if let Some(outcome) = judge(&came, asked) {
                return Ok(outcome);
            }
            let more = self.line.read(deadline)?;
            came.extend(more.value.iter().take(MOST.saturating_sub(came.len())));
            if more.value.is_empty() || self.clock.now() > deadline {
                return Ok(Outcome::Nothing(came));
            }
        }
    }

    /// Leaves the silence between two frames, and throws away what came too late.
    fn settle(&mut self) -> Result<()> {
        if std::mem::take(&mut self.unsettled) {
            let longest = self.clock.now() + ANSWER;
            let quiet = |module: &Self| longest.min(module.clock.now() + QUIET);
            while !self.line.read(quiet(self))?.value.is_empty() && self.clock.now() < longest {}
        }
        self.clock.wait_until(self.clock.now() + self.silence)?;
        self.line.discard_input()
    }

    /// The error of a request without an answer. `came` are the bytes that arrived instead; a request that
    /// came back unchanged is the adapter's echo.
    fn nothing(&mut self, asked: &Asked, came: &[u8]) -> DriverError {
        let rest = without(came, &asked.frame);
        if rest.len() < came.len() {
            self.echo = Echo::Present;
        } else if self.echo == Echo::Absent {
            self.echo = Echo::Unknown;
        }
        let unit = self.unit;
        if !rest.is_empty() {
            let why = format!("no answer, but {}", hex::encode(&rest));
            return self.trouble(asked, ErrorKind::Protocol, &why);
        }
        let echo = if came.is_empty() { "" } else { "; what was sent came back, by the adapter's echo" };
        let detail = format!("the module with address {unit} does not answer within {ANSWER:?}{echo}");
        DriverError::new(&self.name, ErrorKind::NoAnswer, detail)
    }

    fn trouble(&self, asked: &Asked, trouble: ErrorKind, why: &str) -> DriverError {
        let detail = format!("Modbus, address {}, {}: {why}", self.unit, asked.place);
        DriverError::new(&self.name, trouble, detail)
    }
}

/// The silence between two frames at `baud` bits per second.
fn silence(baud: u32) -> Duration {
    const BITS: f64 = 3.5 * 11.0;
    Duration::from_secs_f64(BITS / f64::from(baud.max(1))).max(LEAST_SILENCE)
}
