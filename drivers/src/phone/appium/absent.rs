//! The driver's name and feature in a build without it: a bench file that names it is told the feature.

use serde::Deserialize;

use crate::{
    Result,
    phone::Phone,
    registry::{self, DriverKeys, Feature, Open, Opening},
};

/// Keys of a phone behind an Appium server, none of which is read.
#[derive(Debug, Deserialize)]
pub struct AbsentAppium {}

impl DriverKeys for AbsentAppium {
    const NAME: &'static str = super::NAME;
    const FEATURE: Option<Feature> = Some(super::FEATURE);
}

impl Open<dyn Phone> for AbsentAppium {
    fn open(self, at: Opening<'_, dyn Phone>) -> Result<Box<dyn Phone>> {
        Err(registry::not_built::<Self>(at.name))
    }
}
