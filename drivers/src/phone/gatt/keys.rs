//! Keys of a phone with a test agent in a bench file.

use serde::Deserialize;
use toml::Spanned;

use super::{GattAddress, GattPeer};
use crate::{
    Result, bluetooth,
    phone::Phone,
    registry::{Checked, Claim, ConfigError, DriverKeys, Feature, Open, Opening},
};

/// Keys of a phone whose test agent is reached over Bluetooth.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GattKeys {
    /// The address of this machine's adapter.
    adapter: Spanned<String>,
    /// The phone's own address, where it keeps one.
    address: Option<Spanned<String>>,
    /// The name that the agent advertises, of a phone that changes its address.
    advertised: Option<Spanned<String>>,
}

impl GattKeys {
    fn place(&self) -> Checked<GattAddress> {
        let adapter = bluetooth::written_address(&self.adapter)?;
        let phone = match (&self.address, &self.advertised) {
            (Some(phone), None) => GattPeer::Address(bluetooth::written_address(phone)?),
            (None, Some(name)) => GattPeer::Name(name.get_ref().clone()),
            _ => {
                let message = "a phone is found by `address` or by `advertised`: one of them belongs here";
                return Err(ConfigError::of_driver(message));
            }
        };
        Ok(GattAddress { adapter, phone })
    }
}

impl DriverKeys for GattKeys {
    const NAME: &'static str = "gatt";
    const FEATURE: Option<Feature> = Some(bluetooth::FEATURE);

    fn check(&self) -> Checked<()> {
        self.place().map(drop)
    }

    fn claims(&self) -> Vec<Claim> {
        self.address.iter().chain(&self.advertised).map(|value| Claim::new("phone", value)).collect()
    }
}

impl Open<dyn Phone> for GattKeys {
    #[cfg(feature = "bluetooth")]
    fn open(self, at: Opening<'_, dyn Phone>) -> Result<Box<dyn Phone>> {
        use crate::phone::{AgentPhone, SessionTransport, gatt::Gatt};
        let place = self.place().map_err(|error| error.of(at.name))?;
        let gatt = Gatt::open(at.name, place, bluetooth::BluetoothLimits::default(), at.clock.clone())?;
        let transport = SessionTransport::new(at.name, Box::new(gatt), at.with.clone());
        Ok(Box::new(AgentPhone::new(at.name, Box::new(transport), at.clock.clone())))
    }

    #[cfg(not(feature = "bluetooth"))]
    fn open(self, at: Opening<'_, dyn Phone>) -> Result<Box<dyn Phone>> {
        Err(crate::registry::not_built::<Self>(at.name))
    }
}
