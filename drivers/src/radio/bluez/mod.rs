//! A Bluetooth adapter of this machine as a radio: its settings, and, with the cargo feature `bluetooth`, the
//! driver.

use std::time::Duration;

use super::ServiceData;
use crate::bluetooth::Address;

#[cfg(feature = "bluetooth")]
mod driver;
mod keys;
#[cfg(feature = "bluetooth")]
mod listen;
#[cfg(feature = "bluetooth")]
mod log;

#[cfg(feature = "bluetooth")]
pub use driver::BlueZ;
pub use keys::BlueZKeys;

/// Identifies the bench's beacon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beacon {
    /// Its permanent address, with any content.
    Address(Address),
    /// Content of its adverts, at any address.
    Content(ServiceData),
}

/// A radio as the bench file describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlueZSettings {
    /// The address of this machine's adapter.
    pub adapter: Address,
    /// The bench's beacon.
    pub beacon: Beacon,
    /// The longest time between two adverts of the beacon.
    pub beacon_within: Duration,
}
