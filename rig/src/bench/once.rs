//! What may stand in a bench file once: names, and what real instruments are found by. Where two entries are one thing,
//! one product would be judged by what another one does.

use std::{collections::BTreeSet, fmt};

use toml::Spanned;

use super::{
    check::Fault,
    file::{BenchFile, Kind},
};

/// The first thing that stands there twice.
pub(super) fn check(file: &BenchFile) -> Result<(), Fault> {
    once("name", names(file), Clone::clone)?;
    once("serial number", file.devices.iter().map(|device| &device.serial_number), Clone::clone)?;
    // A simulated bench makes a port and a probe for each device that has one.
    if *file.kind.get_ref() == Kind::Simulated {
        return Ok(());
    }
    let links = file.devices.iter().filter_map(|device| Some(&device.link.as_ref()?.port));
    let modem = file.modem.as_ref().map(|modem| &modem.port);
    let light = file.light.as_ref().and_then(|light| light.port.as_ref());
    let relays = file.devices.iter().filter_map(|device| device.power.as_ref()?.port.as_ref());
    once("serial port", links.chain(relays).chain(modem).chain(light), ToString::to_string)?;
    let probes = file.devices.iter().filter_map(|device| Some(&device.probe.as_ref()?.selector));
    once("probe", probes, Clone::clone)?;
    once("camera", file.cameras.iter().filter_map(|camera| camera.device.as_ref()), Clone::clone)?;
    let addresses = file.phones.iter().filter_map(|phone| phone.address.as_ref());
    once("phone", addresses, |address| address.to_ascii_uppercase())?;
    once("phone", file.phones.iter().filter_map(|phone| phone.advertised.as_ref()), Clone::clone)
}

fn names(file: &BenchFile) -> impl Iterator<Item = &Spanned<String>> {
    let cameras = file.cameras.iter().map(|camera| &camera.name);
    let devices = file.devices.iter().map(|device| &device.name);
    let phones = file.phones.iter().map(|phone| &phone.name);
    let singles = [
        file.modem.as_ref().map(|modem| &modem.name),
        file.radio.as_ref().map(|radio| &radio.name),
        file.screen.as_ref().map(|screen| &screen.name),
        file.light.as_ref().map(|light| &light.name),
        file.holder.as_ref().map(|holder| &holder.name),
        file.microphone.as_ref().map(|microphone| &microphone.name),
    ];
    cameras.chain(devices).chain(phones).chain(singles.into_iter().flatten())
}

/// Values are the same where `key` makes the same of them.
fn once<'f, T: fmt::Display + 'f>(
    what: &str,
    values: impl Iterator<Item = &'f Spanned<T>>,
    key: impl Fn(&T) -> String,
) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for value in values {
        if !seen.insert(key(value.get_ref())) {
            return Err(Fault::new(value, format!("the {what} \"{}\" is used twice", value.get_ref())));
        }
    }
    Ok(())
}
