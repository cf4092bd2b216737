//! Shared by the Bluetooth drivers: a thread for their futures, time limits, and the adapter by its address. All that
//! speaks to BlueZ needs the cargo feature `bluetooth`; addresses and limits are there without it.
//!
//! btleplug and bluer are async and speak to bluetoothd over D-Bus, where every call can hang. Here that ends:
//! each call has a time limit, all futures live on a thread of their own, and a watchdog gives that thread up
//! when it hangs. Above this, drivers block with a deadline on the bench clock, as all drivers do.

use std::time::Duration;

use toml::Spanned;

use crate::registry::{ConfigError, Feature};

#[cfg(feature = "bluetooth")]
mod adapter;
mod address;
#[cfg(feature = "bluetooth")]
mod asking;
#[cfg(feature = "bluetooth")]
mod failure;
mod list;
#[cfg(feature = "bluetooth")]
mod tasks;

#[cfg(feature = "bluetooth")]
pub(crate) use adapter::{find_adapter, needs_power};
#[cfg(feature = "bluetooth")]
pub(crate) use failure::{Failure, within};
#[cfg(feature = "bluetooth")]
pub(crate) use tasks::Tasks;

pub use address::{Address, NoAddress};
pub use list::{FoundAdapter, list};

/// The cargo feature of all that speaks to BlueZ.
pub(crate) const FEATURE: Feature = Feature { name: "bluetooth", built: cfg!(feature = "bluetooth") };

/// The address in a bench file.
pub(crate) fn written_address(written: &Spanned<String>) -> Result<Address, ConfigError> {
    parse_address(written.get_ref()).map_err(|message| ConfigError::new(written, message))
}

pub(crate) fn parse_address(text: &str) -> Result<Address, String> {
    let malformed = |_| format!("{text:?} is no Bluetooth address; it is written as 00:11:22:AA:BB:CC");
    text.parse().map_err(malformed)
}

/// How long Bluetooth may take.
#[derive(Clone, Copy, Debug)]
pub struct BluetoothLimits {
    /// One call of bluetoothd that does not wait for another device.
    pub call: Duration,
    /// To hear a phone that is in range and advertises.
    pub find: Duration,
    /// To connect to it and learn its services.
    pub connect: Duration,
}

impl Default for BluetoothLimits {
    /// Generous: phones advertise up to every 1.3 s when saving power, and connecting is retried by the
    /// controller.
    fn default() -> Self {
        Self { call: Duration::from_secs(5), find: Duration::from_secs(10), connect: Duration::from_secs(15) }
    }
}
