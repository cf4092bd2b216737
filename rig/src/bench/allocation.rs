//! The allocation of a scenario: which of the bench file's entries it gets, on every kind of bench.

use super::{Bench, DeviceKind};
use crate::suite::Needs;

/// The products that a scenario gets. It gets each single instrument that it needs.
pub(super) struct Allocation {
    /// Code devices, by their place in the bench file, displays first.
    pub devices: Vec<usize>,
    /// Phones, likewise.
    pub phones: Vec<usize>,
}

impl Bench {
    /// The allocation of a scenario with `needs`.
    pub(super) fn allocate(&self, needs: &Needs) -> Allocation {
        Allocation { devices: self.devices_for(needs), phones: self.phones_for(needs) }
    }

    /// The phones that a scenario gets, by their place in the bench file: those whose person can have no
    /// more apps first where it asks for one, last where it does not.
    pub(super) fn phones_for(&self, needs: &Needs) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.phones.len()).collect();
        places.sort_by_key(|&place| self.is_full(&self.phones[place]) != needs.all_apps);
        places.truncate(needs.phones);
        places
    }

    /// The code devices that a scenario gets, by their place in the bench file: displays first, then readers.
    fn devices_for(&self, needs: &Needs) -> Vec<usize> {
        let in_turn = |kind, wanted| {
            let mut fitting: Vec<usize> = self.fitting(needs, kind).collect();
            let turn = needs.turn.checked_rem(fitting.len()).unwrap_or(0);
            fitting.rotate_left(turn);
            fitting.into_iter().take(wanted)
        };
        let displays = in_turn(DeviceKind::CodeDisplay, needs.displays);
        displays.chain(in_turn(DeviceKind::AudioReader, needs.readers)).collect()
    }

    /// The devices of a kind that meet `needs`.
    fn fitting(&self, needs: &Needs, kind: DeviceKind) -> impl Iterator<Item = usize> {
        (0..self.devices.len()).filter(move |&place| needs.accepts(kind, &self.offer(&self.devices[place])))
    }

    /// In how many ways a scenario with `needs` can get devices. One with a phone gets the same each time: the device's owner
    /// is whom the phone is for.
    pub fn turns(&self, needs: &Needs) -> usize {
        if needs.phones > 0 {
            return 1;
        }
        let kinds = [(needs.displays, DeviceKind::CodeDisplay), (needs.readers, DeviceKind::AudioReader)];
        let fitting = kinds.into_iter().filter(|(wanted, _)| *wanted > 0);
        fitting.map(|(_, kind)| self.fitting(needs, kind).count()).max().unwrap_or(1).max(1)
    }
}
