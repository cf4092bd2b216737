//! Figures of a bench file that have a range: what is outside is refused where it stands, before it can make a judgement
//! that nothing could have failed or passed.

use serde::{Deserialize, Deserializer, de::Error};

use crate::oracle::decision::COVERAGE;

/// A largest error: 0 or more.
pub(super) fn largest<'de, D: Deserializer<'de>>(value: D) -> Result<f64, D::Error> {
    within(value, "of at least 0", |value| value >= 0.0)
}

/// A coverage factor, 1 or more, or the share of cases that is to be covered.
pub(super) fn coverage<'de, D: Deserializer<'de>>(value: D) -> Result<f64, D::Error> {
    within(value, "of at least 1, or 0.95", |value| value >= 1.0 || value == COVERAGE)
}

/// A level in dBFS, of which full scale is 0: 0 or less.
pub(super) fn level<'de, D: Deserializer<'de>>(value: D) -> Result<f64, D::Error> {
    within(value, "of at most 0", |value| value <= 0.0)
}

/// Any finite figure: a microphone may be overdriven by 94 dB(A).
pub(super) fn finite<'de, D: Deserializer<'de>>(value: D) -> Result<f64, D::Error> {
    within(value, "that is finite", |_| true)
}

/// A positive figure, such as a frequency or a tolerated distance.
pub(super) fn above_zero<'de, D: Deserializer<'de>>(value: D) -> Result<f64, D::Error> {
    within(value, "above 0", |value| value > 0.0)
}

fn within<'de, D: Deserializer<'de>>(
    value: D,
    range: &str,
    is_within: impl Fn(f64) -> bool,
) -> Result<f64, D::Error> {
    let value = f64::deserialize(value)?;
    if value.is_finite() && is_within(value) {
        return Ok(value);
    }
    Err(D::Error::custom(format!("a figure {range} belongs here, found {value}")))
}
