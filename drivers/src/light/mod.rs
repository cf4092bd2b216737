//! A light in the cameras' view that the rig switches: how long after a thing a camera shows it is measured by that.

use crate::{Instrument, Reading, Result};

#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod control_line;

pub use control_line::{ControlLine, Line};

/// A light. Making it safe switches it off.
pub trait Light: Instrument {
    /// Switches it; one that is so already stays so. The reading is stamped with the moment from which on it is so.
    ///
    /// # Errors
    ///
    /// The light cannot be switched: its line is gone.
    fn shine(&mut self, on: bool) -> Result<Reading<()>>;
}
