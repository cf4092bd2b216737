//! Keys of a sound card in a bench file.

use serde::Deserialize;

use crate::{
    Result,
    microphone::Microphone,
    registry::{DriverKeys, Feature, Open, Opening},
};

/// Keys of a sound card in a bench file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(feature = "microphone"), expect(dead_code, reason = "read where there is a driver"))]
pub struct SoundCardKeys {
    /// The device's identifier, or its name.
    device: String,
    /// Samples a second.
    rate_hz: u32,
}

/// The cargo feature of sound cards.
pub(super) const FEATURE: Feature = Feature { name: "microphone", built: cfg!(feature = "microphone") };

impl DriverKeys for SoundCardKeys {
    const NAME: &'static str = "cpal";
    const FEATURE: Option<Feature> = Some(FEATURE);
}

impl Open<dyn Microphone> for SoundCardKeys {
    #[cfg(feature = "microphone")]
    fn open(self, at: Opening<'_, dyn Microphone>) -> Result<Box<dyn Microphone>> {
        let card = super::open(at.name, &self.device, self.rate_hz, at.with, at.clock.clone())?;
        Ok(Box::new(card))
    }

    #[cfg(not(feature = "microphone"))]
    fn open(self, at: Opening<'_, dyn Microphone>) -> Result<Box<dyn Microphone>> {
        Err(crate::registry::not_built::<Self>(at.name))
    }
}
