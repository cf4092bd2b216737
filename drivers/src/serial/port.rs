//! A serial port of this machine, through `serialport`.
//!
//! The port is polled with a zero time limit and all waiting is left to the bench clock, so that the same
//! code serves a USB cable in real time and a pseudo-terminal in virtual time.

use std::{
    io::{self, Read, Write},
    num::NonZero,
    time::Duration,
};

use serde::Deserialize;
use serialport::{ClearBuffer, SerialPort, TTYPort};
use toml::Spanned;

use super::{CLAIM, Port, Present, SerialLine, default_baud, ports};
use crate::{
    BenchTime, DriverError, ErrorKind, Identity, Instrument, Raw, Reading, Result, SharedClock,
    registry::{Claim, DriverKeys, Open, Opening},
};

/// Keys of a serial port in a bench file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PortKeys {
    /// The port.
    port: Spanned<Port>,
    /// Bits per second.
    #[serde(default = "default_baud")]
    baud: NonZero<u32>,
}

impl PortKeys {
    /// No other instrument has the port.
    pub(crate) fn claims(&self) -> Vec<Claim> {
        vec![Claim::new(CLAIM, &self.port)]
    }

    /// Opens the port for the instrument `name`.
    pub(crate) fn open(&self, name: &str, clock: SharedClock) -> Result<SerialPortLine> {
        SerialPortLine::open_port(name, self.port.get_ref(), self.baud.get(), clock)
    }
}

/// Keys of a serial line on a port.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct SerialPortKeys(PortKeys);

impl DriverKeys for SerialPortKeys {
    const NAME: &'static str = "serialport";

    fn claims(&self) -> Vec<Claim> {
        self.0.claims()
    }
}

impl Open<dyn SerialLine> for SerialPortKeys {
    fn open(self, at: Opening<'_, dyn SerialLine>) -> Result<Box<dyn SerialLine>> {
        Ok(Box::new(self.0.open(at.name, at.clock.clone())?))
    }
}

/// A serial port of this machine, held exclusively while it is open.
pub struct SerialPortLine {
    name: String,
    port: TTYPort,
    /// The USB device behind it, where it was chosen by that.
    usb: Option<Present>,
    /// How surely a byte's moment is known: the byte's own length, and one period of polling.
    uncertainty: Duration,
    clock: SharedClock,
}

/// The most bytes that one read returns: a whole answer of a board, many times over.
const READ_SIZE: usize = 4096;

impl SerialPortLine {
    /// Opens `path` at `baud` bits per second, 8N1. [`ErrorKind::NotFound`] where the port is missing or may
    /// not be opened, [`ErrorKind::InUse`] where another program holds it.
    pub fn open(name: &str, path: &str, baud: u32, clock: SharedClock) -> Result<Self> {
        let port = serialport::new(path, baud)
            .timeout(Duration::ZERO)
            .open_native()
            .map_err(|error| open_error(name, path, &error))?;
        let uncertainty = Duration::from_secs(BITS_OF_A_BYTE) / baud.max(1) + Duration::from_millis(1);
        Ok(Self { name: name.into(), port, usb: None, uncertainty, clock })
    }

    /// Opens the port that `which` says. A port of a USB device is that device's, or it is
    /// [`ErrorKind::WrongDevice`] or [`ErrorKind::NotFound`].
    pub fn open_port(name: &str, which: &Port, baud: u32, clock: SharedClock) -> Result<Self> {
        let usb = match which {
            Port::Path(path) => return Self::open(name, path, baud, clock),
            Port::Usb(usb) => usb,
        };
        let found = || {
            let ports = ports().map_err(|why| DriverError::new(name, ErrorKind::NotFound, why))?;
            usb.find(name, &ports).cloned()
        };
        let port = found()?;
        let line = Self::open(name, &port.path, baud, clock)?;
        // A path may have become another device's since it was looked up; now that it is open, it stays what it is.
        match found()? {
            still if still == port => Ok(Self { usb: Some(port), ..line }),
            other => {
                let detail = format!("it moved from {} to {} while it was opened", port.path, other.path);
                Err(DriverError::new(name, ErrorKind::Unplugged, detail))
            }
        }
    }

    /// The bare port, for access to its control lines.
    pub(crate) fn into_port(self) -> TTYPort {
        self.port
    }

    fn error(&self, error: &io::Error) -> DriverError {
        DriverError::new(&self.name, ErrorKind::Unplugged, error.to_string())
    }
}

impl Instrument for SerialPortLine {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        let baud = self.port.baud_rate().map_err(|error| self.error(&error.into()))?;
        let identity = Identity {
            driver: "serialport".into(),
            model: format!("serial port, {baud} baud"),
            ..Identity::default()
        };
        let Some(Present { path, usb: Some(usb), location, .. }) = &self.usb else { return Ok(identity) };
        let mut detail = vec![("port", path.clone()), ("usb", usb.to_string())];
        detail.extend(location.iter().map(|location| ("location", location.clone())));
        Ok(Identity {
            serial: usb.serial.clone().unwrap_or_default(),
            detail: detail.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            ..identity
        })
    }

    fn check(&mut self) -> Result<()> {
        self.port.bytes_to_read().map(|_| ()).map_err(|error| self.error(&error.into()))
    }

    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}

impl SerialLine for SerialPortLine {
    fn write(&mut self, bytes: &[u8], deadline: BenchTime) -> Result<()> {
        let clock = self.clock.clone();
        let mut left = bytes;
        let all = clock.wait(deadline, &mut || {
            match some(self.port.write(left)) {
                Ok(taken) => left = &left[taken..],
                Err(error) => return Err(self.error(&error)),
            }
            Ok(left.is_empty())
        })?;
        if all {
            return Ok(());
        }
        let detail = format!("{} of {} bytes not taken", left.len(), bytes.len());
        Err(DriverError::new(&self.name, ErrorKind::NoAnswer, detail))
    }

    fn read(&mut self, deadline: BenchTime) -> Result<Reading<Vec<u8>>> {
        let clock = self.clock.clone();
        let mut buffer = [0; READ_SIZE];
        let mut count = 0;
        clock.wait(deadline, &mut || {
            count = match self.port.read(&mut buffer) {
                // A line that is ready but has nothing to say has hung up.
                Ok(0) => return Err(self.error(&io::ErrorKind::UnexpectedEof.into())),
                result => some(result).map_err(|error| self.error(&error))?,
            };
            Ok(count > 0)
        })?;
        let bytes = buffer[..count].to_vec();
        let raw = Raw { media_type: "application/octet-stream", bytes: bytes.clone() };
        Ok(Reading { at: clock.now(), uncertainty: self.uncertainty, value: bytes, raw: Some(raw) })
    }

    fn discard_input(&mut self) -> Result<()> {
        self.port.clear(ClearBuffer::Input).map_err(|error| self.error(&error.into()))
    }
}

/// 8N1: a start bit, eight of data, a stop bit.
const BITS_OF_A_BYTE: u64 = 10;

/// Maps a time-out to zero bytes: silence is not an error.
fn some(result: io::Result<usize>) -> io::Result<usize> {
    match result {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
            ) =>
        {
            Ok(0)
        }
        other => other,
    }
}

fn open_error(name: &str, path: &str, error: &serialport::Error) -> DriverError {
    use io::ErrorKind::{NotFound, PermissionDenied};
    let (trouble, hint) = match error.kind() {
        serialport::ErrorKind::Io(NotFound) => (ErrorKind::NotFound, ""),
        serialport::ErrorKind::Io(PermissionDenied) => {
            (ErrorKind::NotFound, "; members of the group dialout may open it")
        }
        _ if std::path::Path::new(path).exists() => (ErrorKind::InUse, ""),
        _ => (ErrorKind::NotFound, ""),
    };
    DriverError::new(name, trouble, format!("{path}: {error}{hint}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{clock::RealClock, serial::contract};

    /// A pseudo-terminal: the far end, and the line under test opened by path as any port is.
    fn pair() -> (TTYPort, SerialPortLine) {
        let (mut far, near) = TTYPort::pair().unwrap();
        far.set_timeout(Duration::from_millis(200)).unwrap();
        let path = near.name().unwrap();
        drop(near);
        let clock = Arc::new(RealClock::new(Duration::ZERO));
        (far, SerialPortLine::open("line", &path, 115_200, clock).unwrap())
    }

    #[test]
    fn keeps_the_contract() {
        let (far, mut line) = pair();
        contract::keeps(&mut line, Arc::new(RealClock::new(Duration::ZERO)), &mut Far(Some(far)));
    }

    struct Far(Option<TTYPort>);

    impl contract::FarEnd for Far {
        fn send(&mut self, bytes: &[u8]) {
            self.0.as_mut().unwrap().write_all(bytes).unwrap();
        }
        fn receive(&mut self, count: usize) -> Vec<u8> {
            let mut bytes = vec![0; count];
            self.0.as_mut().unwrap().read_exact(&mut bytes).unwrap();
            bytes
        }
        fn hang_up(&mut self) {
            self.0 = None;
        }
    }

    #[test]
    fn a_port_that_is_not_there_is_not_found() {
        let clock = Arc::new(RealClock::new(Duration::ZERO));
        let error = SerialPortLine::open("line", "/dev/ttyNOSUCH7", 115_200, clock).err().unwrap();
        assert_eq!(error.trouble, ErrorKind::NotFound);
        assert!(error.to_string().contains("/dev/ttyNOSUCH7"), "{error}");
    }

    #[test]
    fn a_port_that_may_not_be_opened_is_not_in_use() {
        let denied = serialport::ErrorKind::Io(io::ErrorKind::PermissionDenied);
        let error = open_error("line", "/dev/null", &serialport::Error::new(denied, "Permission denied"));
        assert_eq!(error.trouble, ErrorKind::NotFound);
        assert!(
            error.detail.ends_with("Permission denied; members of the group dialout may open it"),
            "{error}"
        );
    }

    #[test]
    fn a_port_that_is_held_is_in_use() {
        let (_far, line) = pair();
        let clock = Arc::new(RealClock::new(Duration::ZERO));
        let path = line.port.name().unwrap();
        let error = SerialPortLine::open("second", &path, 115_200, clock).err().unwrap();
        assert_eq!(error.trouble, ErrorKind::InUse);
    }
}
