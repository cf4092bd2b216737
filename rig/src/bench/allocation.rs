//! The allocation of a scenario: which of the bench file's entries it gets, on every kind of bench.

use super::{Bench, DeviceKind, MicrophoneEntry, ModemEntry, NamedEntry};
use crate::suite::Needs;

/// The entries that a scenario gets.
pub(super) struct Allocation<'b> {
    /// Code devices, by their place in the bench file, displays first.
    pub devices: Vec<usize>,
    /// Phones, likewise.
    pub phones: Vec<usize>,
    pub modem: Option<&'b ModemEntry>,
    pub radio: Option<&'b NamedEntry>,
    pub screen: Option<&'b NamedEntry>,
    pub holder: Option<&'b NamedEntry>,
    pub microphone: Option<&'b MicrophoneEntry>,
}

impl Bench {
    /// The allocation of a scenario with `needs`.
    pub(super) fn allocate(&self, needs: &Needs) -> Allocation<'_> {
        Allocation {
            devices: self.devices_for(needs),
            phones: self.phones_for(needs),
            modem: self.modem.as_ref().filter(|_| needs.sms),
            radio: self.radio.as_ref().filter(|_| needs.radio),
            screen: self.screen.as_ref().filter(|_| needs.screen),
            holder: self.holder.as_ref().filter(|_| needs.holder),
            microphone: self.microphone.as_ref().filter(|_| needs.readers > 0),
        }
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
        let fitting = |kind| {
            let places = 0..self.devices.len();
            places.filter(move |&place| needs.accepts(kind, &self.offer(&self.devices[place])))
        };
        let displays = fitting(DeviceKind::CodeDisplay).take(needs.displays);
        displays.chain(fitting(DeviceKind::AudioReader).take(needs.readers)).collect()
    }
}
