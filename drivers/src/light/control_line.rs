//! A light on a control line of a serial port: a light-emitting diode and its resistor between RTS or DTR and ground, on
//! any adapter that brings these lines out.

use std::{fmt, time::Duration};

use serde::Deserialize;
use serialport::SerialPort;
use toml::Spanned;

use super::Light;
use crate::{
    DriverError, ErrorKind, Identity, Instrument, Reading, Result, SharedClock,
    registry::{Claim, DriverKeys, Open, Opening},
    serial::{CLAIM, Port, SerialPortLine},
};

/// Keys of a light on a control line in a bench file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlLineKeys {
    /// The serial port.
    port: Spanned<Port>,
    /// Which of the port's lines the light is on.
    line: Line,
}

impl DriverKeys for ControlLineKeys {
    const NAME: &'static str = "control-line";

    fn claims(&self) -> Vec<Claim> {
        vec![Claim::new(CLAIM, &self.port)]
    }
}

impl Open<dyn Light> for ControlLineKeys {
    fn open(self, at: Opening<'_, dyn Light>) -> Result<Box<dyn Light>> {
        Ok(Box::new(ControlLine::open(at.name, self.port.get_ref(), self.line, at.clock.clone())?))
    }
}

/// A control line that a computer sets (ITU-T V.24, circuits 105 and 108/2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// Request to send.
    Rts,
    /// Data terminal ready.
    Dtr,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rts => "RTS",
            Self::Dtr => "DTR",
        })
    }
}

/// Sets a line of an open port.
type Set = Box<dyn FnMut(bool) -> std::result::Result<(), String>>;

/// A light on a control line.
pub struct ControlLine {
    name: String,
    line: Line,
    identity: Identity,
    set: Set,
    clock: SharedClock,
}

/// Opening a port sets its lines, so that the rate of what is not sent does not matter.
const ANY_BAUD: u32 = 9_600;

impl ControlLine {
    /// The light on `line` of `port`, dark. Errors as of [`SerialPortLine::open_port`], and [`ErrorKind::Unsupported`] for a
    /// port without such a line.
    pub fn open(name: &str, port: &Port, line: Line, clock: SharedClock) -> Result<Self> {
        let mut opened = SerialPortLine::open_port(name, port, ANY_BAUD, clock.clone())?;
        let identity = opened.identity()?;
        let mut port = opened.into_port();
        let set = move |on| {
            let set = match line {
                Line::Rts => port.write_request_to_send(on),
                Line::Dtr => port.write_data_terminal_ready(on),
            };
            set.map_err(|error| error.to_string())
        };
        Self::new(name, line, identity, Box::new(set), clock)
    }

    fn new(name: &str, line: Line, port: Identity, set: Set, clock: SharedClock) -> Result<Self> {
        let identity = Identity {
            driver: "control-line".into(),
            model: format!("light on {line} of a {}", port.model),
            ..port
        };
        let mut light = Self { name: name.into(), line, identity, set, clock };
        light.shine(false)?;
        Ok(light)
    }
}

impl Instrument for ControlLine {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        Ok(self.identity.clone())
    }

    /// A line tells nothing of what hangs on it: that it shines is for a camera to see.
    fn check(&mut self) -> Result<()> {
        Ok(())
    }

    fn make_safe(&mut self) -> Result<()> {
        self.shine(false).map(drop)
    }
}

impl Light for ControlLine {
    /// It was switched while the system was asked to.
    fn shine(&mut self, on: bool) -> Result<Reading<()>> {
        let before = self.clock.now();
        (self.set)(on).map_err(|why| {
            let detail = format!("{} cannot be set: {why}", self.line);
            DriverError::new(&self.name, ErrorKind::Unsupported, detail)
        })?;
        let half = self.clock.now().since(before) / 2;
        Ok(Reading::new(before + half, half.max(LEAST), ()))
    }
}

/// Least uncertainty of switching: a USB host polls every millisecond.
const LEAST: Duration = Duration::from_millis(1);

#[cfg(test)]
mod tests {
    use std::{cell::Cell, rc::Rc, sync::Arc};

    use serialport::TTYPort;

    use super::*;
    use crate::{clock::RealClock, light::contract};

    fn clock() -> SharedClock {
        Arc::new(RealClock::new(Duration::ZERO))
    }

    #[test]
    fn keeps_the_contract() {
        let shines = Rc::new(Cell::new(true));
        let lamp = shines.clone();
        let set = move |on| {
            lamp.set(on);
            Ok(())
        };
        let port = Identity { model: "serial port".into(), ..Identity::default() };
        let mut light = ControlLine::new("light", Line::Rts, port, Box::new(set), clock()).unwrap();
        assert!(!shines.get(), "opened, it is dark");
        contract::keeps(&mut light, &clock(), &|| shines.get());
        assert_eq!(light.identity().unwrap().model, "light on RTS of a serial port");
    }

    #[test]
    fn a_port_without_control_lines_is_refused() {
        let (_far, near) = TTYPort::pair().unwrap();
        let path = near.name().unwrap();
        drop(near);
        for line in [Line::Rts, Line::Dtr] {
            let refused = ControlLine::open("light", &Port::Path(path.clone()), line, clock()).err().unwrap();
            assert_eq!(refused.trouble, ErrorKind::Unsupported, "{refused}");
            assert!(refused.detail.starts_with(&format!("{line} cannot be set: ")), "{refused}");
        }
        let nowhere = ControlLine::open("light", &Port::Path("/dev/ttyNOSUCH".into()), Line::Rts, clock());
        assert_eq!(nowhere.err().unwrap().trouble, ErrorKind::NotFound);
    }
}
