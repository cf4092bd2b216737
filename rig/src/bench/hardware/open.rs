//! How the instruments of a bench of real devices are opened: each by its driver, which the registry of its kind knows.

use std::{cell::RefCell, rc::Rc};

use drivers::{
    Identity, Instrument, Result, SharedClock,
    board::BoardLink,
    camera::{self, Camera},
    phone::{self, Phone},
    registry::{self, Driver, Opening},
};

use super::{clock, device, unchecked};
use crate::bench::{Bench, DeviceEntry, InstrumentKind, InstrumentRef};

/// Opens the instrument `name` with one of `drivers`.
pub(in crate::bench) fn open<'a, K: registry::Kind + ?Sized>(
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
            InstrumentKind::Single(kind) => bench.open_single(kind, clock)?.ok_or_else(gone)?,
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
