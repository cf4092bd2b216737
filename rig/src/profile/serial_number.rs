//! The profile's part for serial numbers: their form, and where a device's chip keeps its own.

use regex::Regex;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny},
};

/// Serial numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SerialNumber {
    /// The form of every serial number. A text of another form does not count as one.
    #[serde(deserialize_with = "form")]
    pub pattern: Regex,
    /// One of them, for people.
    #[serde(rename = "example")]
    _example: IgnoredAny,
    /// Where in its memory a device's chip keeps its serial number: a 32-bit number, least significant byte first;
    /// [`NO_NUMBER`](Self::NO_NUMBER) where it keeps none.
    pub chip_address: u32,
}

impl SerialNumber {
    /// Value of an erased word.
    pub const NO_NUMBER: u32 = u32::MAX;
}

fn form<'de, D: Deserializer<'de>>(value: D) -> Result<Regex, D::Error> {
    Regex::new(&String::deserialize(value)?).map_err(D::Error::custom)
}
