//! This machine's Bluetooth adapters: which is meant is said by its address, since their order changes
//! from one start of the machine to the next.

use btleplug::{
    api::{Central, CentralState, Manager as _},
    platform::{Adapter, Manager},
};

use super::{Address, BluetoothLimits, Failure, within};
use crate::ErrorKind;

/// The adapter with this address. [`ErrorKind::NotFound`] lists the present ones.
pub(crate) async fn find_adapter(address: Address, limits: BluetoothLimits) -> Result<Adapter, Failure> {
    let adapters =
        within(limits.call, "listing Bluetooth adapters", async { Manager::new().await?.adapters().await });
    let adapters = adapters.await.map_err(|failure| match failure.trouble {
        ErrorKind::Unplugged => Failure::new(ErrorKind::NotFound, failure.detail),
        _ => failure,
    })?;
    let mut others = Vec::new();
    for adapter in adapters {
        // An adapter that vanishes during the query counts as absent.
        let there = within(limits.call, "asking an adapter for its address", adapter.adapter_address()).await;
        match there.ok().flatten() {
            Some(there) if Address::from(there.into_inner()) == address => return Ok(adapter),
            Some(other) => others.push(other.to_string()),
            None => {}
        }
    }
    let there = if others.is_empty() { "none".into() } else { others.join(", ") };
    Err(Failure::new(ErrorKind::NotFound, format!("no Bluetooth adapter {address}; there is {there}")))
}

/// [`ErrorKind::CannotSee`] where `adapter` is powered off. Starting a scan would switch it on, which is the
/// lab's to decide.
pub(crate) async fn needs_power(adapter: &Adapter, limits: BluetoothLimits) -> Result<(), Failure> {
    match within(limits.call, "asking the adapter for its state", adapter.adapter_state()).await? {
        CentralState::PoweredOn => Ok(()),
        _ => Err(Failure::new(ErrorKind::CannotSee, "the Bluetooth adapter is powered off")),
    }
}
