//! The finger: what presses a product's button, and knows whether it touched it.

use std::time::Duration;

use crate::{BenchTime, Instrument, Reading, Result};

pub mod contract;
mod link;

pub use link::LinkFinger;

/// An actuator on one button.
pub trait Finger: Instrument {
    /// Presses for `hold`, then lets go. The reading is stamped with the moment of contact.
    fn press(&mut self, hold: Duration) -> Result<Reading<Press>>;
}

/// One press, as the actuator's own sensor saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    /// Whether contact was sensed. A press without contact says nothing about the product.
    pub contact: bool,
    /// When the button was let go.
    pub released: BenchTime,
}
