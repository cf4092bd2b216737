//! What the Bluetooth drivers share: a thread for their futures, time limits, and the adapter by its address.
//!
//! btleplug and bluer are async and speak to bluetoothd over D-Bus, where every call can hang. Here that ends:
//! each call has a time limit, all futures live on a thread of their own, and a watchdog gives that thread up
//! when it hangs. Above this, drivers block with a deadline on the bench clock, as all drivers do.

use std::time::Duration;

mod adapter;
mod failure;
mod list;
mod tasks;

pub(crate) use adapter::{find_adapter, needs_power};
pub(crate) use failure::{Failure, within};
pub(crate) use tasks::Tasks;

pub use list::{Found, adapters};

/// A Bluetooth address, as "00:11:22:AA:BB:CC" (Bluetooth Core Specification, volume 2, part B, section 1.2).
pub use btleplug::api::BDAddr as Address;

/// How long Bluetooth may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// One call of bluetoothd that does not wait for another device.
    pub call: Duration,
    /// To hear a phone that is in range and advertises.
    pub find: Duration,
    /// To connect to it and learn its services.
    pub connect: Duration,
}

impl Default for Limits {
    /// Generous: phones advertise up to every 1.3 s when saving power, and connecting is retried by the
    /// controller.
    fn default() -> Self {
        Self { call: Duration::from_secs(5), find: Duration::from_secs(10), connect: Duration::from_secs(15) }
    }
}
