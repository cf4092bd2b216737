//! The bench's own errors by its bench file: they enter the uncertainty budget of every measurement of a QR
//! code.

use serde::Deserialize;

use super::figure::{coverage, largest};

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
    /// The coverage factor of expanded uncertainties, at least 1; or 0.95, for the one that covers so much by each budget's shape.
    #[serde(deserialize_with = "coverage")]
    pub coverage: f64,
}
