//! Drivers of a code device on real hardware, and the proof that it is the device that the bench file names.

use std::{cell::RefCell, rc::Rc};

use drivers::{
    DriverError, ErrorKind, Result, SharedClock,
    board::{Answer, BoardLink, chip_id},
    finger::{self, Finger, OfDevice},
    power::{self, PowerSwitch},
    probe::{self, Probe},
    serial,
};

use super::open::open;
use crate::bench::{Bench, device::DeviceEntry, finger_name, link_name, power_name, probe_name};

/// The board at the other end of the serial line, and its chip's number. [`ErrorKind::WrongDevice`] if the
/// number differs from the bench file.
pub(super) fn link(bench: &Bench, entry: &DeviceEntry, clock: &SharedClock) -> Result<(BoardLink, u64)> {
    let name = link_name(entry.name.get_ref());
    let line = open(bench, serial::DRIVERS, &name, clock, ())?;
    let mut board = BoardLink::new(name.clone(), line, clock.clone());
    let Answer::Obeyed(identity) = board.ask_identity()?.value else {
        return Err(DriverError::new(name, ErrorKind::Protocol, "the board refuses to say who it is"));
    };
    if let Some(written) = entry.chip().map_err(|error| error.of(&name))? {
        same_chip(&name, identity.chip, written, "the bench file's")?;
    }
    Ok((board, identity.chip))
}

/// The probe on the device whose chip has told its number by link. [`ErrorKind::WrongDevice`] where the probe is on
/// another one.
pub(super) fn probe(
    bench: &Bench,
    entry: &DeviceEntry,
    linked: Option<u64>,
    clock: &SharedClock,
) -> Result<Box<dyn Probe>> {
    let name = probe_name(entry.name.get_ref());
    let mut opened = open(bench, probe::DRIVERS, &name, clock, ())?;
    if let (Some(linked), Some(probed)) = (linked, opened.chip_id()?) {
        same_chip(&name, probed, linked, "that of the device's link")?;
    }
    Ok(opened)
}

fn same_chip(instrument: &str, told: u64, expected: u64, whose: &str) -> Result<()> {
    if told == expected {
        return Ok(());
    }
    let detail = format!("its chip is {}, {whose} is {}", chip_id(told), chip_id(expected));
    Err(DriverError::new(instrument, ErrorKind::WrongDevice, detail))
}

/// The finger on the keys of the device.
pub(super) fn finger(
    bench: &Bench,
    entry: &DeviceEntry,
    board: Option<&Rc<RefCell<BoardLink>>>,
    clock: &SharedClock,
) -> Result<Box<dyn Finger>> {
    let device = entry.name.get_ref();
    open(bench, finger::DRIVERS, &finger_name(device), clock, OfDevice { device, board })
}

/// The switch of the device's supply.
pub(super) fn power(bench: &Bench, entry: &DeviceEntry, clock: &SharedClock) -> Result<Box<dyn PowerSwitch>> {
    open(bench, power::DRIVERS, &power_name(entry.name.get_ref()), clock, ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_chip_is_the_wrong_device() {
        assert_eq!(same_chip("board/probe", 7, 7, "x"), Ok(()));
        let error = same_chip("board/probe", 0x12, 0x34, "that of the device's link").unwrap_err();
        assert_eq!((error.instrument.as_str(), error.trouble), ("board/probe", ErrorKind::WrongDevice));
        let told = "its chip is 0000000000000012, that of the device's link is 0000000000000034";
        assert_eq!(error.detail, told);
    }
}
