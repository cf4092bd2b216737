//! A bench of real devices. The bench file says which device is meant; a driver that finds another one says so, and never
//! takes the next best.
//!
//! Instruments are opened for each scenario anew, as on the simulated bench, and let go at its end: what was unplugged
//! meanwhile, and came back under another name, is found again.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use drivers::{
    DriverError, ErrorKind, Result, SharedClock, Utc,
    clock::{Chrony, RealClock, UtcSource},
};

use super::{
    Bench, CameraEntry, ClockSource, DeviceAtBench, Instruments, OpenSingles, Optics, PhoneAtBench,
    SharedCamera, View, ViewEntry,
};
use crate::suite::Needs;

mod device;
mod open;
mod restore;

pub(super) use open::open as open_by_name;

/// Opens what `needs` asks for of the bench, once its test environment is set up anew for a scenario that acts in it;
/// the first instrument that cannot be opened is the error.
pub(super) fn open(bench: &Bench, needs: &Needs) -> Result<Instruments> {
    if let Some(restore) = bench.restore().filter(|_| needs.phones > 0) {
        restore::restore(restore)?;
    }
    let clock = clock(bench);
    let mut cameras = Cameras::new(bench, clock.clone());
    let allocation = bench.allocate(needs);
    let devices = allocation.devices.into_iter();
    let devices =
        devices.map(|place| device(bench, place, needs, &mut cameras, &clock)).collect::<Result<_>>()?;
    let phones = allocation.phones.into_iter();
    let phones =
        phones.map(|place| phone(bench, place, needs, &mut cameras, &clock)).collect::<Result<_>>()?;
    Ok(Instruments {
        devices,
        phones,
        singles: OpenSingles::open(bench, needs, &clock)?,
        clock,
        faults: None,
        reached: None,
    })
}

/// The bench's light, and how its cameras are opened.
pub(super) fn optics(bench: &Bench) -> Result<Optics<'_>> {
    let clock = clock(bench);
    let light = bench.singles.light.as_ref().map(|entry| bench.light(entry, &clock)).transpose()?;
    let of_cameras = clock.clone();
    let open = move |entry: &CameraEntry| open::camera(bench, entry.name.get_ref(), &of_cameras);
    Ok(Optics { clock, open: Box::new(open), light })
}

/// Current time by the bench's clock.
pub fn utc(bench: &Bench) -> Result<Utc> {
    clock(bench).utc()
}

/// The clock of one scenario.
fn clock(bench: &Bench) -> SharedClock {
    let most = bench.utc_uncertainty;
    let source = match bench.clock_source {
        ClockSource::Stated => UtcSource::Stated(most),
        ClockSource::Chrony => UtcSource::Chrony(Chrony::new(most)),
    };
    Arc::new(RealClock::with_source(source))
}

/// The device at `place` of the bench file.
fn device<'b>(
    bench: &'b Bench,
    place: usize,
    needs: &Needs,
    cameras: &mut Cameras<'b>,
    clock: &SharedClock,
) -> Result<DeviceAtBench> {
    let entry = &bench.devices[place];
    let link = entry.link.as_ref().map(|_| device::link(bench, entry, clock)).transpose()?;
    let (board, chip) = link.unzip();
    let board = board.map(|board| Rc::new(RefCell::new(board)));
    let probe = entry.probe.as_ref().filter(|_| needs.probe);
    let back = entry.back_for(needs);
    let power = entry.power.as_ref().filter(|_| needs.power);
    Ok(DeviceAtBench {
        entry: entry.clone(),
        finger: device::finger(bench, entry, board.as_ref(), clock)?,
        board,
        camera: cameras.open(entry.view.camera.get_ref())?,
        region: *entry.view.region.get_ref(),
        reader: entry.reader(),
        back: back.map(|back| cameras.view(back)).transpose()?,
        probe: probe.map(|_| device::probe(bench, entry, chip, clock)).transpose()?,
        power: power.map(|_| device::power(bench, entry, clock)).transpose()?,
    })
}

/// The phone at `place` of the bench file.
fn phone<'b>(
    bench: &'b Bench,
    place: usize,
    needs: &Needs,
    cameras: &mut Cameras<'b>,
    clock: &SharedClock,
) -> Result<PhoneAtBench> {
    let entry = &bench.phones[place];
    let view = entry.view_for(needs);
    Ok(PhoneAtBench {
        phone: open::phone(bench, entry.name.get_ref(), clock)?,
        user: entry.user.get_ref().clone(),
        view: view.map(|view| cameras.view(view)).transpose()?,
    })
}

/// The cameras of one scenario, each opened when it is first needed, and shared by what it sees.
struct Cameras<'b> {
    bench: &'b Bench,
    clock: SharedClock,
    open: BTreeMap<&'b str, SharedCamera>,
}

impl<'b> Cameras<'b> {
    fn new(bench: &'b Bench, clock: SharedClock) -> Self {
        Self { bench, clock, open: BTreeMap::new() }
    }

    fn open(&mut self, name: &'b str) -> Result<SharedCamera> {
        if let Some(camera) = self.open.get(name) {
            return Ok(camera.clone());
        }
        let camera: SharedCamera = Rc::new(RefCell::new(open::camera(self.bench, name, &self.clock)?));
        self.open.insert(name, camera.clone());
        Ok(camera)
    }

    fn view(&mut self, entry: &'b ViewEntry) -> Result<View> {
        let name = entry.camera.get_ref();
        let camera = self.open(name)?;
        let control = self.bench.cameras.iter().find(|camera| camera.name.get_ref() == name);
        let control = control.and_then(|camera| camera.control.clone());
        let control = control.ok_or_else(|| unchecked(name, "no printed code in its view"))?;
        Ok(View { camera, region: *entry.region.get_ref(), control })
    }
}

/// An error that the check of the bench file should have prevented.
fn unchecked(instrument: &str, why: impl Into<String>) -> DriverError {
    DriverError::new(instrument, ErrorKind::Unsupported, why)
}
