//! Observations of a code device as a thing: the label on its back, the number in its chip.

use serde::{Deserialize, Serialize};

use crate::keys::KeyId;

/// A camera's reading of the label on a device's back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackLabel {
    /// The serial number, in the form that the profile gives serial numbers.
    pub serial_number: Option<String>,
    /// Why it is missing.
    pub refused: Option<String>,
    /// The positive control: the printed code beside the device was read in the same frame.
    pub control: bool,
}

/// The serial number that a device's chip holds, as a debug probe read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChipSerial {
    /// The number; `None` if the chip holds none.
    pub number: Option<u32>,
}

/// A key that codes are checked with: its bytes are in the run's sealed file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedKey {
    /// Its name in the bench's keys.
    pub id: KeyId,
}
