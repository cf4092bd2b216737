//! A light in the cameras' view that the rig switches: how long after a thing a camera shows it is measured by that.

use crate::{
    Instrument, Reading, Result,
    registry::{Driver, Kind},
};

#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod control_line;

pub use control_line::{ControlLine, ControlLineKeys, Line};

/// Every way to switch a light.
pub const DRIVERS: &[Driver<dyn Light>] = &[Driver::of::<ControlLineKeys>()];

impl Kind for dyn Light {
    const DRIVER: &'static str = "driver of a light";
    type With<'a> = ();
}

/// A light. Making it safe switches it off.
pub trait Light: Instrument {
    /// Switches it; one that is so already stays so. The reading is stamped with the moment from which on it is so.
    ///
    /// # Errors
    ///
    /// The light cannot be switched: its line is gone.
    fn shine(&mut self, on: bool) -> Result<Reading<()>>;
}
