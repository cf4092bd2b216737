//! The check of the label on a device's back against what else knows the device's serial number.

use std::fmt;

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{CheckResult, Stop};
use crate::oracle::observed::{self, BackLabel, ChipSerial, Sighting};

/// The label on a device's back carries the serial number of that device. Takes the `back_label`s of two
/// reads and, where a debug probe is on the device, as many `chip_serial`s.
///
/// The chip's number is the device's own: a label that differs from it is wrong, if a second read of both
/// confirms it. The bench file's number is the lab's: a difference may mean an error in the file or another
/// device, so the product is not blamed.
///
/// Serves S5.C.7.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelCarriesNumber {
    /// The serial number that the bench file gives the device.
    pub expected: String,
}

impl LabelCarriesNumber {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let labels = observed::some::<BackLabel>(seen)?;
        let chips = observed::all::<ChipSerial>(seen)?;
        let Some(label) = Read::agreed("label", labels.iter().filter_map(readable))? else {
            return Ok(unread(&labels));
        };
        let number = |chip: &Sighting<ChipSerial>| Some((chip.at_ns, chip.value.number?));
        let chip = Read::agreed("chip", chips.iter().filter_map(number))?;
        let (said, expected) = (&label.value, &self.expected);
        let as_expected = said == expected;
        let Some(chip) = chip else {
            let none = if chips.is_empty() { "" } else { "; the chip holds none" };
            return Ok(if as_expected {
                CheckResult::pass(format!("the label says {said}, as the bench file does{none}"))
            } else {
                let reason = format!("the label says {said}, the bench file {expected}");
                CheckResult::inconclusive(format!("{reason}, and nothing else says which is right{none}"))
            });
        };
        if said.parse() != Ok(chip.value) {
            let words = format!("the label says {said}, the chip holds {}", chip.value);
            return Ok(if label.confirmed && chip.confirmed {
                CheckResult::fail(format!("{words}; a second read of both confirms it"))
            } else {
                CheckResult::inconclusive(format!("{words}; no second read of both confirms it"))
            });
        }
        Ok(if as_expected {
            CheckResult::pass(format!("the label says {said}, and so do the chip and the bench file"))
        } else {
            let reason = format!("label and chip say {said}, the bench file {expected}");
            CheckResult::inconclusive(format!("{reason}: it is wrong, or another device lies there"))
        })
    }
}

/// Consensus of several reads of the same thing.
struct Read<T> {
    value: T,
    /// Whether two of them say it.
    confirmed: bool,
}

impl<T: PartialEq + fmt::Display> Read<T> {
    /// `None` without reads; reads that contradict each other end the check.
    fn agreed(what: &str, mut reads: impl Iterator<Item = (u64, T)>) -> Result<Option<Self>, CheckResult> {
        let Some((first_at, value)) = reads.next() else { return Ok(None) };
        let mut confirmed = false;
        for (at, other) in reads {
            if other != value {
                let words = format!("two reads of the {what} disagree, {value} and {other}");
                return Err(CheckResult::inconclusive(words));
            }
            // The same frame read twice confirms nothing.
            confirmed |= at != first_at;
        }
        Ok(Some(Self { value, confirmed }))
    }
}

/// When a label was read, and its number, where the camera could see.
fn readable(label: &Sighting<BackLabel>) -> Option<(u64, String)> {
    let BackLabel { serial_number, refused: None, control: true } = &label.value else { return None };
    Some((label.at_ns, serial_number.clone()?))
}

/// The judgement of a label that was not read: the camera saw, but a device without a readable label may as well
/// lie badly.
fn unread(labels: &[Sighting<BackLabel>]) -> CheckResult {
    let why = labels.iter().rev().find_map(|label| match &label.value {
        BackLabel { control: false, .. } => Some("the printed control code was not read"),
        BackLabel { refused, .. } => refused.as_deref(),
    });
    CheckResult::inconclusive(format!("the label was not read: {}", why.unwrap_or("it has no code")))
}
