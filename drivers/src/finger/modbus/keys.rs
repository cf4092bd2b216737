//! Keys of a finger of solenoids in a bench file.

use std::{collections::BTreeSet, num::NonZero};

use serde::Deserialize;
use toml::Spanned;

use super::{ModbusFinger, Sensor, Solenoid};
use crate::{
    Result,
    finger::{Finger, Key, in_words},
    modbus,
    registry::{Checked, Claim, ConfigError, DriverKeys, Open, Opening},
    serial::{CLAIM, Port},
};

/// Keys of a finger of solenoids in a bench file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModbusFingerKeys {
    /// The serial port that the module is at.
    port: Spanned<Port>,
    /// Its bits per second.
    baud: NonZero<u32>,
    /// The module's address.
    unit: Spanned<u8>,
    /// Which relay presses which key of the device.
    keys: Spanned<Vec<Spanned<SolenoidKeys>>>,
}

/// The solenoid above one key: `{ key = "button", coil = 0, input = 0 }`, or a `counter` in place of the input.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SolenoidKeys {
    /// The key of the device.
    key: Key,
    /// The coil that pulls the solenoid above it, from 0.
    coil: u16,
    /// The discrete input that senses its contact.
    input: Option<u16>,
    /// The input register that counts its contacts, in place of an input.
    counter: Option<u16>,
}

impl SolenoidKeys {
    fn solenoid(self) -> Option<Solenoid> {
        let sensor = match (self.input, self.counter) {
            (Some(input), None) => Sensor::Input(input),
            (None, Some(counter)) => Sensor::Counter(counter),
            _ => return None,
        };
        Some(Solenoid { key: self.key, coil: self.coil, sensor })
    }
}

impl DriverKeys for ModbusFingerKeys {
    const NAME: &'static str = modbus::NAME;

    fn check(&self) -> Checked<()> {
        modbus::check_unit(&self.unit)?;
        if self.keys.get_ref().is_empty() {
            return Err(ConfigError::new(&self.keys, "no key; a finger presses one at least"));
        }
        let (mut keys, mut coils) = (BTreeSet::new(), BTreeSet::new());
        for written in self.keys.get_ref() {
            let one = *written.get_ref();
            if one.solenoid().is_none() {
                let message = "a contact is sensed by `input` or by `counter`: one of them belongs here";
                return Err(ConfigError::new(written, message));
            }
            if !keys.insert(one.key) {
                return Err(ConfigError::new(written, format!("{} is pressed twice", in_words(one.key))));
            }
            if !coils.insert(one.coil) {
                return Err(ConfigError::new(written, format!("the coil {} is used twice", one.coil)));
            }
        }
        Ok(())
    }

    fn claims(&self) -> Vec<Claim> {
        vec![Claim::new(CLAIM, &self.port)]
    }
}

impl Open<dyn Finger> for ModbusFingerKeys {
    fn open(self, at: Opening<'_, dyn Finger>) -> Result<Box<dyn Finger>> {
        let solenoids = self.keys.get_ref().iter().filter_map(|one| one.get_ref().solenoid()).collect();
        let (port, baud, unit) = (self.port.get_ref(), self.baud.get(), *self.unit.get_ref());
        Ok(Box::new(ModbusFinger::open(at.name, port, baud, unit, solenoids, at.clock.clone())?))
    }
}
