//! Asks bluetoothd for the adapters of this machine.

use std::{sync::Arc, time::Duration};

use btleplug::{
    api::{Central, CentralState, Manager as _},
    platform::{Adapter, Manager},
};

use super::{BluetoothLimits, Failure, FoundAdapter, Tasks, within};
use crate::{Result, clock::RealClock};

/// The adapters of this machine. An error of "bluetooth" where bluetoothd is missing.
pub(super) fn adapters() -> Result<Vec<FoundAdapter>> {
    let (limits, clock) = (BluetoothLimits::default(), Arc::new(RealClock::new(Duration::ZERO)));
    let listing = async move {
        let all = async { Manager::new().await?.adapters().await };
        let mut found = Vec::new();
        for adapter in within(limits.call, "listing Bluetooth adapters", all).await? {
            found.extend(describe(&adapter, limits).await?);
        }
        found.sort();
        Ok(found)
    };
    Tasks::new("bluetooth", clock).run(4 * limits.call, listing)
}

/// None for an adapter without an address.
async fn describe(
    adapter: &Adapter,
    limits: BluetoothLimits,
) -> std::result::Result<Option<FoundAdapter>, Failure> {
    let asking = "asking an adapter who it is";
    let Some(address) = within(limits.call, asking, adapter.adapter_address()).await? else {
        return Ok(None);
    };
    let name = within(limits.call, asking, adapter.adapter_info()).await?;
    let state = within(limits.call, asking, adapter.adapter_state()).await?;
    Ok(Some(FoundAdapter {
        address: address.to_string(),
        interface: name.split(' ').next().unwrap_or_default().to_owned(),
        powered: state == CentralState::PoweredOn,
    }))
}
