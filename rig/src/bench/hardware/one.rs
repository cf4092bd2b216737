//! One instrument of a bench of real devices by itself, for whoever sets a bench up.

use std::{cell::RefCell, rc::Rc};

use drivers::{Identity, Instrument, Result, SharedClock, board::BoardLink};

use super::{apparatus, clock, device, unchecked};
use crate::bench::{Bench, DeviceEntry, finger_name, link_name, power_name, probe_name};

/// An instrument of a bench.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct One {
    /// Its name, as the bench file and journals have it.
    pub name: String,
    which: Which,
}

/// Of several, by their place in the bench file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Camera(usize),
    Link(usize),
    Finger(usize),
    Probe(usize),
    Power(usize),
    Phone(usize),
    Modem,
    Radio,
    Screen,
    Light,
    Holder,
    Microphone,
}

impl One {
    /// All instruments of `bench`.
    pub fn all(bench: &Bench) -> Vec<Self> {
        let mut all = Vec::new();
        let mut add = |name: &str, which| all.push(Self { name: name.to_owned(), which });
        for (place, camera) in bench.cameras.iter().enumerate() {
            add(camera.name.get_ref(), Which::Camera(place));
        }
        for (place, device) in bench.devices.iter().enumerate() {
            let name = device.name.get_ref();
            device.link.iter().for_each(|_| add(&link_name(name), Which::Link(place)));
            add(&finger_name(name), Which::Finger(place));
            device.probe.iter().for_each(|_| add(&probe_name(name), Which::Probe(place)));
            device.power.iter().for_each(|_| add(&power_name(name), Which::Power(place)));
        }
        for (place, phone) in bench.phones.iter().enumerate() {
            add(phone.name.get_ref(), Which::Phone(place));
        }
        bench.modem.iter().for_each(|one| add(one.name.get_ref(), Which::Modem));
        bench.radio.iter().for_each(|one| add(one.name.get_ref(), Which::Radio));
        bench.screen.iter().for_each(|one| add(one.name.get_ref(), Which::Screen));
        bench.light.iter().for_each(|one| add(one.name.get_ref(), Which::Light));
        bench.holder.iter().for_each(|one| add(one.name.get_ref(), Which::Holder));
        bench.microphone.iter().for_each(|one| add(one.name.get_ref(), Which::Microphone));
        all
    }

    /// Opens it, asks who it is, has it prove that it could see or act, and leaves it safe. Blocks for as long as its
    /// driver does.
    pub fn try_out(&self, bench: &Bench) -> Result<Identity> {
        let mut instrument = self.open(bench, &clock(bench))?;
        let identity = instrument.identity();
        let checked = identity.and_then(|identity| instrument.check().map(|()| identity));
        let safe = instrument.make_safe();
        checked.and_then(|identity| safe.map(|()| identity))
    }

    fn open(&self, bench: &Bench, clock: &SharedClock) -> Result<Box<dyn Instrument>> {
        let gone = || unchecked(&self.name, "the bench file has no such instrument");
        Ok(match self.which {
            Which::Camera(place) => Box::new(apparatus::camera(&bench.cameras[place], clock)?),
            Which::Link(place) => Box::new(link(&bench.devices[place], clock)?.ok_or_else(gone)?.0),
            Which::Finger(place) => {
                let entry = &bench.devices[place];
                let board = link(entry, clock)?.map(|(board, _)| Rc::new(RefCell::new(board)));
                device::finger(entry, board.as_ref(), clock)?
            }
            Which::Probe(place) => {
                let entry = &bench.devices[place];
                // A link that is in trouble says so for itself.
                let linked = link(entry, clock).ok().flatten().map(|(_, chip)| chip);
                device::probe(entry, entry.probe.as_ref().ok_or_else(gone)?, linked, clock)?
            }
            Which::Power(place) => {
                let entry = &bench.devices[place];
                device::power(entry, entry.power.as_ref().ok_or_else(gone)?, clock)?
            }
            Which::Phone(place) => apparatus::phone(bench, &bench.phones[place], clock)?,
            Which::Modem => apparatus::modem(bench.modem.as_ref().ok_or_else(gone)?, clock)?,
            Which::Radio => apparatus::radio(bench.radio.as_ref().ok_or_else(gone)?, clock)?,
            Which::Screen => apparatus::screen(bench, bench.screen.as_ref().ok_or_else(gone)?, clock)?,
            Which::Light => apparatus::light(bench.light.as_ref().ok_or_else(gone)?, clock)?,
            Which::Holder => apparatus::holder(bench.holder.as_ref().ok_or_else(gone)?, clock),
            Which::Microphone => {
                Box::new(apparatus::microphone(bench.microphone.as_ref().ok_or_else(gone)?, clock)?)
            }
        })
    }
}

fn link(entry: &DeviceEntry, clock: &SharedClock) -> Result<Option<(BoardLink, u64)>> {
    entry.link.as_ref().map(|link| device::link(entry, link, clock)).transpose()
}
