//! SMS: messages that reach a number of the bench.

use crate::{
    BenchTime, Instrument, Reading, Result,
    registry::{Driver, Kind},
};

mod assemble;
mod at;
#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod dialogue;
mod fields;
mod lines;
mod parts;
mod pdu;
mod text;
mod words;

pub use at::{AtModem, AtModemKeys};

/// Every way to reach a modem.
pub const DRIVERS: &[Driver<dyn Modem>] = &[Driver::of::<AtModemKeys>()];

impl Kind for dyn Modem {
    const DRIVER: &'static str = "driver of a modem";
    /// The number of its SIM card.
    type With<'a> = &'a str;
}

/// How messages are written and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// As the network carries them.
    Pdu,
    /// As texts, in the character set "UCS2": in any other a text could not be told from result codes. The
    /// parts of a long message come one by one, because text mode does not tell which they are.
    Text,
}

/// A message. `Debug` does not tell what it reads: it may hold a temporary PIN.
#[derive(Clone, PartialEq, Eq)]
pub struct Sms {
    /// Who it is from, as the network says: a number, or a name.
    pub from: String,
    /// Its text, all parts joined.
    pub text: String,
}

impl std::fmt::Debug for Sms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} characters from {:?}", self.text.chars().count(), self.from)
    }
}

/// A modem with a SIM card.
pub trait Modem: Instrument {
    /// Messages that came since the last call, oldest first, each stamped with the moment at which all of it
    /// was there; waits until `deadline` for one. Empty where none came: silence is data. The readings
    /// hold no raw bytes. A message that came and cannot be told, because parts of it stayed away or it is
    /// no text, is an error, once; what else came is told by the next call.
    ///
    /// # Errors
    ///
    /// The modem failed. A message that cannot be read, or of which parts stayed away, is an error once.
    fn receive(&mut self, deadline: BenchTime) -> Result<Vec<Reading<Sms>>>;

    /// The positive control: sends a message to its own number and waits until `deadline` for it. `Ok(false)`
    /// where it did not come. What came meanwhile is kept for [`receive`](Self::receive).
    ///
    /// # Errors
    ///
    /// The modem failed or refused to send. A missing message is data.
    fn loop_back(&mut self, deadline: BenchTime) -> Result<bool>;
}
