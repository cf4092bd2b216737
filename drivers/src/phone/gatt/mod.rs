//! Phones reached over Bluetooth LE: their addresses, and, with the cargo feature `bluetooth`, the driver.

use uuid::{Uuid, uuid};

use crate::bluetooth::Address;

#[cfg(feature = "bluetooth")]
mod connection;
#[cfg(feature = "bluetooth")]
mod driver;
mod keys;

#[cfg(feature = "bluetooth")]
pub use driver::Gatt;
pub use keys::GattKeys;

/// The test agent's service, which it also advertises.
pub const SERVICE: Uuid = uuid!("b3c60001-7a52-4f0d-8e1b-9d2f6c5a4e10");
/// The characteristic that the rig writes requests to, with response.
pub const REQUEST: Uuid = uuid!("b3c60002-7a52-4f0d-8e1b-9d2f6c5a4e10");
/// The characteristic that notifies of answers.
pub const ANSWER: Uuid = uuid!("b3c60003-7a52-4f0d-8e1b-9d2f6c5a4e10");

/// Address of a phone: the adapter, and the phone in its range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GattAddress {
    /// The address of this machine's adapter.
    pub adapter: Address,
    /// Which of the phones in range.
    pub phone: GattPeer,
}

/// Which phone is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GattPeer {
    /// The one with this address: a phone that keeps its address, or is paired.
    Address(Address),
    /// The phone that advertises [`SERVICE`] under this name: for phones that change their address.
    Name(String),
}
