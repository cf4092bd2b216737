//! Serial lines: bytes to and from a board or a modem.

use std::num::NonZero;

use crate::{
    BenchTime, Instrument, Reading, Result,
    registry::{Driver, Kind},
};

#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod find;
mod port;
mod written;

pub use find::{Port, Present, UsbPort, list, ports};
pub(crate) use port::PortKeys;
pub use port::{SerialPortKeys, SerialPortLine};

/// Every way to reach a serial line.
pub const DRIVERS: &[Driver<dyn SerialLine>] = &[Driver::of::<SerialPortKeys>()];

impl Kind for dyn SerialLine {
    const DRIVER: &'static str = "driver of a link";
    type With<'a> = ();
}

/// Kind of claim for a port.
pub(crate) const CLAIM: &str = "serial port";

/// Bits per second where a bench file names none.
fn default_baud() -> NonZero<u32> {
    const { NonZero::new(115_200).expect("is not zero") }
}

/// A serial line. Hang-up and silence are told apart: a line that is gone is `ErrorKind::Unplugged`, a line
/// on which nothing came is an empty reading.
pub trait SerialLine: Instrument {
    /// Writes all of `bytes`; `ErrorKind::NoAnswer` where the other end takes none until `deadline`.
    ///
    /// # Errors
    ///
    /// `NoAnswer` where the other end takes no bytes until `deadline`, `Unplugged` where the line hung up.
    fn write(&mut self, bytes: &[u8], deadline: BenchTime) -> Result<()>;

    /// Waits until `deadline` for bytes and returns what came as soon as anything did, stamped with the
    /// moment it was seen; empty when the line was silent.
    ///
    /// # Errors
    ///
    /// `Unplugged` where the line hung up. Silence is data.
    fn read(&mut self, deadline: BenchTime) -> Result<Reading<Vec<u8>>>;

    /// Throws away what came and was not read: an answer that came too late.
    ///
    /// # Errors
    ///
    /// `Unplugged` where the line hung up.
    fn discard_input(&mut self) -> Result<()>;
}
