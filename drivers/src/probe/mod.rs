//! Debug probes: what a board's chip is, what is in its memory, what its firmware logs.

use crate::{
    Instrument, Reading, Result,
    registry::{Driver, Kind},
};

mod limited;
mod probe_rs;
mod trouble;

pub use limited::{LimitedProbe, ProbeLimits};
pub use probe_rs::{FoundProbe, ProbeRs, ProbeRsKeys, list};

/// Every way to reach a debug probe.
pub const DRIVERS: &[Driver<dyn Probe>] = &[Driver::of::<ProbeRsKeys>()];

impl Kind for dyn Probe {
    const DRIVER: &'static str = "driver of a probe";
    type With<'a> = ();
}

/// A debug probe on one board.
pub trait Probe: Instrument {
    /// Erases what it must, writes `image` to address 0 of the flash, and reads it back.
    ///
    /// # Errors
    ///
    /// The probe or the chip failed, or what was read back differs from `image` (`Protocol`).
    fn flash(&mut self, image: &[u8]) -> Result<()>;

    /// `length` bytes from `address`.
    ///
    /// # Errors
    ///
    /// The probe or the chip failed, or no memory answers at `address`.
    fn read_memory(&mut self, address: u32, length: usize) -> Result<Reading<Vec<u8>>>;

    /// Log of the firmware over RTT, channel 0, since the last call; empty if it logged nothing.
    ///
    /// # Errors
    ///
    /// The probe or the chip failed.
    fn log(&mut self) -> Result<Reading<String>>;

    /// Resets the board and lets it run.
    ///
    /// # Errors
    ///
    /// The probe or the chip failed.
    fn reset(&mut self) -> Result<()>;

    /// The chip's own number; `None` where the driver cannot read it.
    fn chip_id(&mut self) -> Result<Option<u64>> {
        Ok(None)
    }
}
