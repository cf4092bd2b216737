//! What reaches a code device of a bench of real devices, and the proof that it is the one that the bench file names.

use std::{cell::RefCell, rc::Rc};

use drivers::{
    DriverError, ErrorKind, Result, SharedClock,
    board::{Answer, BoardLink, chip_id},
    finger::{Finger, LinkFinger, OperatorFinger},
    operator::Terminal,
    power::{ModbusRelay, PowerSwitch},
    probe::{LimitedProbe, Limits, Probe},
    serial::SerialPortLine,
};

use super::{as_wanted, unchecked, wanted};
use crate::bench::{
    accepted::names::OPERATOR,
    device::{DeviceEntry, LinkEntry, PowerEntry, ProbeEntry},
    finger_name, link_name, power_name, probe_name,
};

/// The board at the other end of the serial line, and its chip's number. [`ErrorKind::WrongDevice`] where that is not
/// what the bench file says.
pub(super) fn link(entry: &DeviceEntry, link: &LinkEntry, clock: &SharedClock) -> Result<(BoardLink, u64)> {
    let name = link_name(entry.name.get_ref());
    let line = SerialPortLine::open_port(&name, &link.port.get_ref().0, link.baud.get(), clock.clone())?;
    let mut board = BoardLink::new(name.clone(), Box::new(line), clock.clone());
    let Answer::Obeyed(identity) = board.ask_identity()?.value else {
        return Err(DriverError::new(name, ErrorKind::Protocol, "the board refuses to say who it is"));
    };
    if let Some(written) = &entry.chip_id {
        same_chip(&name, identity.chip, as_wanted(&name, wanted::chip_id(written))?, "the bench file's")?;
    }
    Ok((board, identity.chip))
}

/// The probe on the device whose chip has told its number by link. [`ErrorKind::WrongDevice`] where the probe is on
/// another one.
pub(super) fn probe(
    entry: &DeviceEntry,
    probe: &ProbeEntry,
    linked: Option<u64>,
    clock: &SharedClock,
) -> Result<Box<dyn Probe>> {
    let name = probe_name(entry.name.get_ref());
    let (selector, limits) = (probe.selector.get_ref(), Limits::default());
    let mut opened = LimitedProbe::open(&name, selector, &probe.chip, limits, clock.clone())?;
    if let (Some(linked), Some(probed)) = (linked, opened.chip_id()?) {
        same_chip(&name, probed, linked, "that of the device's link")?;
    }
    Ok(Box::new(opened))
}

fn same_chip(instrument: &str, told: u64, expected: u64, whose: &str) -> Result<()> {
    if told == expected {
        return Ok(());
    }
    let detail = format!("its chip is {}, {whose} is {}", chip_id(told), chip_id(expected));
    Err(DriverError::new(instrument, ErrorKind::WrongDevice, detail))
}

/// What presses the keys of the device.
pub(super) fn finger(
    entry: &DeviceEntry,
    board: Option<&Rc<RefCell<BoardLink>>>,
    clock: &SharedClock,
) -> Result<Box<dyn Finger>> {
    let device = entry.name.get_ref();
    let name = finger_name(device);
    match (entry.finger.driver.get_ref().as_str(), board) {
        (OPERATOR, _) => Ok(Box::new(OperatorFinger::new(name, device, Box::new(Terminal), clock.clone()))),
        (_, Some(board)) => Ok(Box::new(LinkFinger::new(name, board.clone()))),
        (_, None) => Err(unchecked(&name, "the device has no link to press it by")),
    }
}

/// What switches the device's supply.
pub(super) fn power(
    entry: &DeviceEntry,
    power: &PowerEntry,
    clock: &SharedClock,
) -> Result<Box<dyn PowerSwitch>> {
    let name = power_name(entry.name.get_ref());
    let (port, baud, coil) = as_wanted(&name, wanted::modbus(power))?;
    Ok(Box::new(ModbusRelay::open(&name, port, baud, coil, clock.clone())?))
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
