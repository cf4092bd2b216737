//! A relay in a device's supply that is switched over a serial line, by Modbus (MODBUS Application Protocol V1.1b3; over
//! Serial Line V1.02, RTU): one coil of a module. A module answers each request, so one that is not there is an error.

use std::time::Duration;

use rmodbus::{ErrorKind, ModbusProto, client::ModbusRequest, guess_response_frame_len};
use serde::Deserialize;

use super::PowerSwitch;
use crate::{
    BenchTime, DriverError, Identity, Instrument, Reading, Result, SharedClock, Trouble,
    serial::{Port, SerialLine, SerialPortLine},
};

/// The contact of a relay that a supply goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contact {
    /// The device has power while the coil is off, and so without the module.
    NormallyClosed,
    /// The device has power while the coil is on.
    NormallyOpen,
}

/// Where the relay of one device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coil {
    /// The module's address on the line, from 1 to 247.
    pub unit: u8,
    /// The coil's address in the module: the first one is 0.
    pub address: u16,
    /// The contact that the supply goes through.
    pub contact: Contact,
}

/// A relay of a Modbus module.
pub struct ModbusRelay {
    name: String,
    line: Box<dyn SerialLine>,
    coil: Coil,
    silence: Duration,
    clock: SharedClock,
}

/// How long a module may take to answer.
const ANSWER: Duration = Duration::from_millis(500);
/// Between two frames is silence: three and a half characters of eleven bits, and no less than this (Serial Line V1.02,
/// 2.5.1.1).
const LEAST_SILENCE: Duration = Duration::from_micros(1_750);
/// A small relay takes this long at most until its contact is where it belongs.
const ARMATURE: Duration = Duration::from_millis(15);

impl ModbusRelay {
    /// The relay `coil` of the module at `port`. Errors as of [`SerialPortLine::open_port`].
    pub fn open(name: &str, port: &Port, baud: u32, coil: Coil, clock: SharedClock) -> Result<Self> {
        let line = SerialPortLine::open_port(name, port, baud, clock.clone())?;
        Ok(Self::new(name, Box::new(line), baud, coil, clock))
    }

    fn new(name: &str, line: Box<dyn SerialLine>, baud: u32, coil: Coil, clock: SharedClock) -> Self {
        Self { name: name.into(), line, coil, silence: silence(baud), clock }
    }

    fn request(&self) -> ModbusRequest {
        ModbusRequest::new(self.coil.unit, ModbusProto::Rtu)
    }

    /// Sends the frame `asked`, and returns the one that came of it; a frame that is none is [`Trouble::Protocol`].
    fn ask(&mut self, asked: &[u8]) -> Result<Vec<u8>> {
        self.clock.wait_until(self.clock.now() + self.silence)?;
        self.line.discard_input()?;
        let deadline = self.clock.now() + ANSWER;
        self.line.write(asked, deadline)?;
        self.answer(deadline)
    }

    fn answer(&mut self, deadline: BenchTime) -> Result<Vec<u8>> {
        let mut answer = Vec::new();
        loop {
            match guess_response_frame_len(&answer, ModbusProto::Rtu) {
                Ok(length) if answer.len() >= length.into() => {
                    answer.truncate(length.into());
                    return Ok(answer);
                }
                // Too little of it to tell.
                Ok(_) | Err(ErrorKind::OOB) => (),
                Err(error) => return Err(self.refused(error)),
            }
            let came = self.line.read(deadline)?.value;
            if came.is_empty() {
                let Coil { unit, .. } = self.coil;
                let detail = format!("the module with address {unit} does not answer within {ANSWER:?}");
                return Err(DriverError::new(&self.name, Trouble::NoAnswer, detail));
            }
            answer.extend(came);
        }
    }

    /// `result`, with what the library says of a frame, or the module in it, as [`Trouble::Protocol`].
    fn understood<T>(&self, result: std::result::Result<T, ErrorKind>) -> Result<T> {
        result.map_err(|error| self.refused(error))
    }

    fn refused(&self, error: ErrorKind) -> DriverError {
        let Coil { unit, address, .. } = self.coil;
        let detail = format!("Modbus, address {unit}, coil {address}: {error}");
        DriverError::new(&self.name, Trouble::Protocol, detail)
    }
}

impl Instrument for ModbusRelay {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        let line = self.line.identity()?;
        let Coil { unit, address, .. } = self.coil;
        let model = format!("Modbus relay, address {unit}, coil {address}");
        Ok(Identity { driver: "modbus".into(), model, ..line })
    }

    /// The module tells how its coil is. That the contact follows shows in the display that goes dark.
    fn check(&mut self) -> Result<()> {
        let (mut request, mut asked, mut coils) = (self.request(), Vec::new(), Vec::new());
        self.understood(request.generate_get_coils(self.coil.address, 1, &mut asked))?;
        let answer = self.ask(&asked)?;
        self.understood(request.parse_bool(&answer, &mut coils))?;
        if coils.len() == 1 { Ok(()) } else { Err(self.refused(ErrorKind::FrameBroken)) }
    }

    fn make_safe(&mut self) -> Result<()> {
        self.switch(true).map(drop)
    }
}

impl PowerSwitch for ModbusRelay {
    /// The module answers with the request's own bytes once the coil is as was asked for.
    fn switch(&mut self, on: bool) -> Result<Reading<()>> {
        let Coil { address, contact, .. } = self.coil;
        let energised = on == (contact == Contact::NormallyOpen);
        let before = self.clock.now();
        let (mut request, mut asked) = (self.request(), Vec::new());
        self.understood(request.generate_set_coil(address, energised, &mut asked))?;
        let answer = self.ask(&asked)?;
        self.understood(request.parse_ok(&answer))?;
        if answer != asked {
            return Err(self.refused(ErrorKind::FrameBroken));
        }
        let half = self.clock.now().since(before) / 2;
        Ok(Reading::new(before + half, half + ARMATURE, ()))
    }
}

/// The silence between two frames at `baud` bits per second.
fn silence(baud: u32) -> Duration {
    const BITS: f64 = 3.5 * 11.0;
    Duration::from_secs_f64(BITS / f64::from(baud.max(1))).max(LEAST_SILENCE)
}

#[cfg(test)]
mod tests;
