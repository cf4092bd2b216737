//! What a bench file says of the bench's own errors: they stand in the budget of whatever it measures of a QR code.

use serde::{Deserialize, Deserializer};

/// Largest errors of a bench, each to either side.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UncertaintyEntry {
    /// The rate of the bench's clock, in parts per million.
    #[serde(deserialize_with = "largest")]
    pub clock_ppm: f64,
    /// How far a phone's panel is from its usual delay, in seconds.
    #[serde(deserialize_with = "largest")]
    pub panel_s: f64,
    /// The longest time from a code's issue by the service until it shows, in seconds.
    #[serde(deserialize_with = "largest")]
    pub issuance_s: f64,
    /// The coverage factor of expanded uncertainties, at least 1.
    #[serde(deserialize_with = "coverage")]
    pub coverage: f64,
}

fn largest<'de, D: Deserializer<'de>>(value: D) -> Result<f64, D::Error> {
    at_least(0.0, f64::deserialize(value)?)
}

fn coverage<'de, D: Deserializer<'de>>(value: D) -> Result<f64, D::Error> {
    at_least(1.0, f64::deserialize(value)?)
}

fn at_least<E: serde::de::Error>(least: f64, value: f64) -> Result<f64, E> {
    if value.is_finite() && value >= least {
        return Ok(value);
    }
    Err(E::custom(format!("a figure of at least {least} belongs here, found {value}")))
}
