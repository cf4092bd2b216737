//! The BLE radio: adverts heard, with time and strength, and adverts of its own.

use uuid::Uuid;

use crate::{
    BenchTime, Instrument, Reading, Result,
    registry::{Driver, Kind},
};

mod bluez;
#[cfg(any(test, feature = "testing"))]
pub mod contract;

#[cfg(feature = "bluetooth")]
pub use bluez::BlueZ;
pub use bluez::{Beacon, BlueZKeys, BlueZSettings};

/// Every way to reach a radio.
pub const DRIVERS: &[Driver<dyn Radio>] = &[Driver::of::<BlueZKeys>()];

impl Kind for dyn Radio {
    const DRIVER: &'static str = "driver of a radio";
    type With<'a> = ();
}

/// Content of an advert: data of a service (Bluetooth Core Specification, Supplement, part A section 1.11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceData {
    /// The service.
    pub service: Uuid,
    /// Its data.
    pub data: Vec<u8>,
}

/// An advert that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advert {
    /// The sender's address, which a phone changes as it likes.
    pub address: String,
    /// How strong it came in, in dBm.
    pub rssi_dbm: i16,
    /// Its content.
    pub content: ServiceData,
}

/// A radio that listens all the time, and that can advertise. Its [`check`](Instrument::check) is the positive
/// control: the bench's beacon, which is always on, was heard within the last seconds.
pub trait Radio: Instrument {
    /// The adverts with service data heard from the moment `from` on, oldest first, the bench's beacon and
    /// the radio's own left out.
    ///
    /// # Errors
    ///
    /// The adapter is gone or switched off, or it has not listened since `from` (`CannotSee`).
    fn heard(&mut self, from: BenchTime) -> Result<Vec<Reading<Advert>>>;

    /// Advertises `content` until told otherwise; `None` stops.
    ///
    /// # Errors
    ///
    /// The adapter is gone, or refuses the advert.
    fn advertise(&mut self, content: Option<&ServiceData>) -> Result<()>;
}
