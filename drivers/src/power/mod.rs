//! Power switches: what takes a device's supply away, and gives it back.

use crate::{
    Instrument, Reading, Result,
    registry::{Driver, Kind},
};

#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod modbus;

pub use modbus::{Coil, Contact, ModbusRelay, ModbusRelayKeys};

/// Every way to reach a power switch.
pub const DRIVERS: &[Driver<dyn PowerSwitch>] = &[Driver::of::<ModbusRelayKeys>()];

impl Kind for dyn PowerSwitch {
    const DRIVER: &'static str = "driver of a power switch";
    type With<'a> = ();
}

/// The supply of one device. Making it safe switches it on.
pub trait PowerSwitch: Instrument {
    /// Switches the supply on or off; a switch that stands so already does nothing. The reading is stamped with
    /// the moment from which on it is so.
    ///
    /// # Errors
    ///
    /// `NoAnswer` or `Protocol` where the relay does not confirm, `Unplugged` where its line is gone.
    fn switch(&mut self, on: bool) -> Result<Reading<()>>;
}
