//! A relay in a device's supply, switched over a serial line by Modbus: one coil of a module. A module
//! answers each request, so a missing one is an error.

use std::{num::NonZero, time::Duration};

use serde::Deserialize;
use toml::Spanned;

use super::PowerSwitch;
use crate::{
    Identity, Instrument, Reading, Result, SharedClock,
    modbus::{self, Module},
    registry::{Checked, Claim, DriverKeys, Open, Opening},
    serial::{CLAIM, Port},
};

/// Keys of a relay in a bench file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModbusRelayKeys {
    /// The serial port that the module is at.
    port: Spanned<Port>,
    /// Its bits per second.
    baud: NonZero<u32>,
    /// The module's address.
    unit: Spanned<u8>,
    /// The relay's place in the module, from 0.
    coil: u16,
    /// The contact of the relay that the supply goes through.
    contact: Contact,
}

impl DriverKeys for ModbusRelayKeys {
    const NAME: &'static str = modbus::NAME;

    fn check(&self) -> Checked<()> {
        modbus::check_unit(&self.unit)
    }

    fn claims(&self) -> Vec<Claim> {
        vec![Claim::new(CLAIM, &self.port)]
    }
}

impl Open<dyn PowerSwitch> for ModbusRelayKeys {
    fn open(self, at: Opening<'_, dyn PowerSwitch>) -> Result<Box<dyn PowerSwitch>> {
        let coil = Coil { unit: *self.unit.get_ref(), address: self.coil, contact: self.contact };
        let (port, baud) = (self.port.get_ref(), self.baud.get());
        Ok(Box::new(ModbusRelay::open(at.name, port, baud, coil, at.clock.clone())?))
    }
}

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
    module: Module,
    coil: Coil,
}

/// A small relay takes this long at most until its contact is where it belongs.
const ARMATURE: Duration = Duration::from_millis(15);

impl ModbusRelay {
    /// The relay `coil` of the module at `port`. Errors as of
    /// [`SerialPortLine::open_port`](crate::serial::SerialPortLine::open_port).
    pub fn open(name: &str, port: &Port, baud: u32, coil: Coil, clock: SharedClock) -> Result<Self> {
        Ok(Self { module: Module::open(name, port, baud, coil.unit, clock)?, coil })
    }
}

impl Instrument for ModbusRelay {
    fn name(&self) -> &str {
        self.module.name()
    }

    fn identity(&mut self) -> Result<Identity> {
        let line = self.module.line_identity()?;
        let Coil { unit, address, .. } = self.coil;
        let model = format!("Modbus relay, address {unit}, coil {address}");
        Ok(Identity { driver: modbus::NAME.into(), model, ..line })
    }

    /// The module tells how its coil is. That the contact follows shows in the display that goes dark.
    fn check(&mut self) -> Result<()> {
        self.module.coil(self.coil.address).map(drop)
    }

    fn make_safe(&mut self) -> Result<()> {
        self.switch(true).map(drop)
    }
}

impl PowerSwitch for ModbusRelay {
    fn switch(&mut self, on: bool) -> Result<Reading<()>> {
        let Coil { address, contact, .. } = self.coil;
        let set = self.module.set_coil(address, on == (contact == Contact::NormallyOpen))?;
        Ok(Reading { uncertainty: set.uncertainty + ARMATURE, ..set })
    }
}

#[cfg(test)]
mod tests;
