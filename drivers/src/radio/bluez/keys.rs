//! Keys of a Bluetooth adapter as a radio in a bench file.

use std::{num::NonZero, time::Duration};

use serde::Deserialize;
use toml::Spanned;
use uuid::Uuid;

use super::{Beacon, BlueZSettings};
use crate::{
    Result, bluetooth,
    radio::{Radio, ServiceData},
    registry::{Checked, ConfigError, DriverKeys, Feature, Open, Opening},
};

/// Keys of a Bluetooth adapter that listens and advertises.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlueZKeys {
    /// The address of this machine's adapter.
    adapter: Spanned<String>,
    /// The bench's beacon.
    beacon: Spanned<BeaconKeys>,
}

/// The beacon that is always on: it shows that the radio hears. Known by its address, or by its content.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BeaconKeys {
    /// The address that it keeps.
    address: Option<String>,
    /// The service that its adverts name.
    service: Option<Uuid>,
    /// The data of the service, in hexadecimal.
    #[serde(default)]
    data: String,
    /// The longest time between two of its adverts, in milliseconds.
    within_ms: NonZero<u32>,
}

impl BeaconKeys {
    fn beacon(&self) -> std::result::Result<Beacon, String> {
        match (&self.address, self.service) {
            (Some(address), None) if self.data.is_empty() => {
                bluetooth::parse_address(address).map(Beacon::Address)
            }
            (None, Some(service)) => {
                let data = hex::decode(&self.data).map_err(|_| {
                    format!("{:?} is no data; it is hexadecimal, two digits a byte", self.data)
                })?;
                Ok(Beacon::Content(ServiceData { service, data }))
            }
            _ => Err("a beacon is known by its `address`, or by `service` and `data`".into()),
        }
    }
}

impl BlueZKeys {
    fn settings(&self) -> Checked<BlueZSettings> {
        let adapter = bluetooth::written_address(&self.adapter)?;
        let beacon = self.beacon.get_ref();
        let within = Duration::from_millis(beacon.within_ms.get().into());
        let beacon = beacon.beacon().map_err(|message| ConfigError::new(&self.beacon, message))?;
        Ok(BlueZSettings { adapter, beacon, beacon_within: within })
    }
}

impl DriverKeys for BlueZKeys {
    const NAME: &'static str = "bluez";
    const FEATURE: Option<Feature> = Some(bluetooth::FEATURE);

    fn check(&self) -> Checked<()> {
        self.settings().map(drop)
    }
}

impl Open<dyn Radio> for BlueZKeys {
    #[cfg(feature = "bluetooth")]
    fn open(self, at: Opening<'_, dyn Radio>) -> Result<Box<dyn Radio>> {
        let settings = self.settings().map_err(|error| error.of(at.name))?;
        let limits = bluetooth::BluetoothLimits::default();
        Ok(Box::new(super::BlueZ::open(at.name, settings, limits, at.clock.clone())?))
    }

    #[cfg(not(feature = "bluetooth"))]
    fn open(self, at: Opening<'_, dyn Radio>) -> Result<Box<dyn Radio>> {
        Err(crate::registry::not_built::<Self>(at.name))
    }
}
