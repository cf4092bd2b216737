//! The finger: what presses a product's keys, and knows whether it touched them.

use std::{cell::RefCell, rc::Rc, time::Duration};

use serde::Deserialize;

use crate::{
    BenchTime, Instrument, Reading, Result,
    board::BoardLink,
    operator::OperatorKeys,
    registry::{Driver, Kind},
};

#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod link;
mod modbus;
mod operator;

pub use link::{LinkFinger, LinkFingerKeys};
pub use modbus::{ModbusFinger, ModbusFingerKeys, Sensor, Solenoid};
pub use operator::{OperatorFinger, in_words};

/// Every way to press keys.
pub const DRIVERS: &[Driver<dyn Finger>] =
    &[Driver::of::<LinkFingerKeys>(), Driver::of::<ModbusFingerKeys>(), Driver::of::<OperatorKeys>()];

impl Kind for dyn Finger {
    const DRIVER: &'static str = "driver of a finger";
    type With<'a> = OfDevice<'a>;
}

/// The device whose keys are pressed.
pub struct OfDevice<'a> {
    /// Its name.
    pub device: &'a str,
    /// Its end of the link protocol; `None` on a sealed device.
    pub board: Option<&'a Rc<RefCell<BoardLink>>>,
}

/// An actuator on the keys of one device.
pub trait Finger: Instrument {
    /// Presses `keys` one after the other without letting go, holds them for `hold`, then lets go. The
    /// reading is stamped with the moment of the first contact. An error where the device lacks one of them.
    ///
    /// # Errors
    ///
    /// `Unsupported` where the device lacks one of the keys, `CannotSee` where the contact cannot be sensed, else
    /// the error of the actuator.
    fn press(&mut self, keys: &[Key], hold: Duration) -> Result<Reading<Press>>;
}

/// A key of a code device. A code display has the button only; an audio code reader has all of them (H.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Key {
    /// The button that yields a code: on an audio code reader the red one, with a raised dot.
    Button,
    /// Says the code again.
    Repeat,
    /// Changes how fast it speaks.
    Speed,
    /// Changes how loud it speaks.
    Volume,
    /// Changes the language it speaks.
    Language,
}

impl Key {
    /// Every key that a device can have.
    pub const ALL: [Self; 5] = [Self::Button, Self::Repeat, Self::Speed, Self::Volume, Self::Language];
}

/// One press, as the actuator's own sensor saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    /// Whether contact was sensed on every key. A press without contact says nothing about the product.
    pub contact: bool,
    /// When the keys were let go.
    pub released: BenchTime,
    /// How far `released` may be off, to either side.
    pub released_uncertainty: Duration,
}
