//! How the instruments of a bench of real devices are opened: each by its driver, which the registry of its kind knows.

use std::{cell::RefCell, rc::Rc};

use drivers::{
    Identity, Instrument, Result, SharedClock,
    board::BoardLink,
    camera::{self, Camera},
    holder::{self, Holder},
    light::{self, Light},
    microphone::{self, Microphone, Tone},
    phone::{self, Phone},
    radio::{self, Radio},
    registry::{self, Driver, Opening},
    screen::{self, Screen},
    sms::{self, Modem},
};

use super::{clock, device, unchecked};
use crate::bench::{Bench, DeviceEntry, InstrumentKind, InstrumentRef, MicrophoneEntry, ModemEntry};

/// Opens the instrument `name` with one of `drivers`.
pub(super) fn open<'a, K: registry::Kind + ?Sized>(
    bench: &'a Bench,
    drivers: &[Driver<K>],
    name: &'a str,
    clock: &'a SharedClock,
    with: K::With<'a>,
) -> Result<Box<K>> {
    let listed = bench.listed(name).ok_or_else(|| no_such(name))?;
    registry::open(drivers, &listed.settings, Opening { name, clock, folder: &bench.folder, with })
}

fn no_such(name: &str) -> drivers::DriverError {
    unchecked(name, "the bench file has no such instrument")
}

pub(super) fn camera(bench: &Bench, name: &str, clock: &SharedClock) -> Result<Box<dyn Camera>> {
    open(bench, camera::DRIVERS, name, clock, ())
}

pub(super) fn phone(bench: &Bench, name: &str, clock: &SharedClock) -> Result<Box<dyn Phone>> {
    open(bench, phone::DRIVERS, name, clock, &bench.bench_key)
}

pub(super) fn modem(bench: &Bench, entry: &ModemEntry, clock: &SharedClock) -> Result<Box<dyn Modem>> {
    open(bench, sms::DRIVERS, entry.name.get_ref(), clock, entry.number.get_ref())
}

pub(super) fn radio(bench: &Bench, name: &str, clock: &SharedClock) -> Result<Box<dyn Radio>> {
    open(bench, radio::DRIVERS, name, clock, ())
}

pub(super) fn screen(bench: &Bench, name: &str, clock: &SharedClock) -> Result<Box<dyn Screen>> {
    open(bench, screen::DRIVERS, name, clock, ())
}

pub(super) fn light(bench: &Bench, name: &str, clock: &SharedClock) -> Result<Box<dyn Light>> {
    open(bench, light::DRIVERS, name, clock, ())
}

pub(super) fn holder(bench: &Bench, name: &str, clock: &SharedClock) -> Result<Box<dyn Holder>> {
    open(bench, holder::DRIVERS, name, clock, ())
}

pub(super) fn microphone(
    bench: &Bench,
    entry: &MicrophoneEntry,
    clock: &SharedClock,
) -> Result<Box<dyn Microphone>> {
    let tone = Tone { hz: entry.tone.hz, least_dbfs: entry.tone.least_dbfs };
    open(bench, microphone::DRIVERS, entry.name.get_ref(), clock, tone)
}

impl InstrumentRef {
    /// Opens the instrument alone, asks for its identity, has it prove that it could see or act, and leaves it safe. Blocks
    /// while its driver does.
    ///
    /// # Errors
    /// The first error of the driver.
    pub fn try_out(&self, bench: &Bench) -> Result<Identity> {
        let mut instrument = self.open(bench, &clock(bench))?;
        let identity = instrument.identity();
        let checked = identity.and_then(|identity| instrument.check().map(|()| identity));
        let safe = instrument.make_safe();
        checked.and_then(|identity| safe.map(|()| identity))
    }

    fn open(&self, bench: &Bench, clock: &SharedClock) -> Result<Box<dyn Instrument>> {
        let (name, gone) = (self.name.as_str(), || no_such(&self.name));
        Ok(match self.kind {
            InstrumentKind::Camera => camera(bench, name, clock)?,
            InstrumentKind::Link => Box::new(self.link(bench, clock)?.ok_or_else(gone)?.0),
            InstrumentKind::Finger => {
                let board = self.link(bench, clock)?.map(|(board, _)| Rc::new(RefCell::new(board)));
                device::finger(bench, self.device(bench)?, board.as_ref(), clock)?
            }
            InstrumentKind::Probe => {
                // A link that is in trouble says so for itself.
                let linked = self.link(bench, clock).ok().flatten().map(|(_, chip)| chip);
                device::probe(bench, self.device(bench)?, linked, clock)?
            }
            InstrumentKind::Power => device::power(bench, self.device(bench)?, clock)?,
            InstrumentKind::Phone => phone(bench, name, clock)?,
            InstrumentKind::Modem => modem(bench, bench.modem.as_ref().ok_or_else(gone)?, clock)?,
            InstrumentKind::Radio => radio(bench, name, clock)?,
            InstrumentKind::Screen => screen(bench, name, clock)?,
            InstrumentKind::Light => light(bench, name, clock)?,
            InstrumentKind::Holder => holder(bench, name, clock)?,
            InstrumentKind::Microphone => {
                microphone(bench, bench.microphone.as_ref().ok_or_else(gone)?, clock)?
            }
        })
    }

    /// The device that the instrument belongs to.
    fn device<'b>(&self, bench: &'b Bench) -> Result<&'b DeviceEntry> {
        bench.devices.get(self.index).ok_or_else(|| no_such(&self.name))
    }

    fn link(&self, bench: &Bench, clock: &SharedClock) -> Result<Option<(BoardLink, u64)>> {
        let entry = self.device(bench)?;
        entry.link.as_ref().map(|_| device::link(bench, entry, clock)).transpose()
    }
}
