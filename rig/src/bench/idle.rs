//! Keys of a bench file that say nothing to the driver they stand beside: a mistake, not a remark.

use std::ops::Range;

use toml::Spanned;

use super::{
    accepted::names::{BLUEZ, CONTROL_LINE, GATT, MODBUS, PICTURE_FILE, SIMULATED, SOUND_CARD, WEBCAM},
    check::Fault,
    file::{BenchFile, Kind},
};

/// Where a key's value stands, if it is there.
type Place = Option<Range<usize>>;

fn place<T>(value: &Option<Spanned<T>>) -> Place {
    value.as_ref().map(Spanned::span)
}

/// An error for the first of `keys` that is there although the driver is not `whose`.
fn only(driver: &Spanned<String>, whose: &str, keys: &[(&str, Place)]) -> Result<(), Fault> {
    if driver.get_ref() == whose {
        return Ok(());
    }
    let mut there = keys.iter().filter_map(|(key, place)| Some((key, place.clone()?)));
    there.next().map_or(Ok(()), |(key, place)| {
        let message = format!("`{key}` is for the driver {whose:?}, this one is {:?}", driver.get_ref());
        Err(Fault::at(place, message))
    })
}

/// The first key of `file` that says nothing.
pub(super) fn check(file: &BenchFile) -> Result<(), Fault> {
    for camera in &file.cameras {
        let keys = [
            ("device", place(&camera.device)),
            ("size", place(&camera.size)),
            ("latency", place(&camera.latency)),
            ("locked", place(&camera.locked)),
        ];
        only(&camera.driver, WEBCAM, &keys)?;
        only(&camera.driver, SIMULATED, &[("conditions", place(&camera.conditions))])?;
    }
    for phone in &file.phones {
        let keys = [
            ("adapter", place(&phone.adapter)),
            ("address", place(&phone.address)),
            ("advertised", place(&phone.advertised)),
        ];
        only(&phone.driver, GATT, &keys)?;
    }
    if let Some(radio) = &file.radio {
        only(&radio.driver, BLUEZ, &[("adapter", place(&radio.adapter)), ("beacon", place(&radio.beacon))])?;
    }
    if let Some(screen) = &file.screen {
        let keys = [("file", place(&screen.file)), ("latency_ms", place(&screen.latency_ms))];
        only(&screen.driver, PICTURE_FILE, &keys)?;
    }
    if let Some(light) = &file.light {
        only(&light.driver, CONTROL_LINE, &[("port", place(&light.port)), ("line", place(&light.line))])?;
    }
    for power in file.devices.iter().filter_map(|device| device.power.as_ref()) {
        let keys = [
            ("port", place(&power.port)),
            ("baud", place(&power.baud)),
            ("unit", place(&power.unit)),
            ("coil", place(&power.coil)),
            ("contact", place(&power.contact)),
        ];
        only(&power.driver, MODBUS, &keys)?;
    }
    if let Some(ear) = &file.microphone {
        only(&ear.driver, SOUND_CARD, &[("device", place(&ear.device)), ("rate_hz", place(&ear.rate_hz))])?;
        only(&ear.driver, SIMULATED, &[("room", place(&ear.room))])?;
    }
    of_kind(file)
}

/// Keys that are for real devices whatever the driver.
fn of_kind(file: &BenchFile) -> Result<(), Fault> {
    if *file.kind.get_ref() == Kind::Hardware {
        return Ok(());
    }
    let chips = file.devices.iter().map(|device| ("chip_id", place(&device.chip_id)));
    let others = [("source", place(&file.clock.source)), ("environment", place(&file.environment))];
    let there = chips.chain(others).find_map(|(key, place)| Some((key, place?)));
    there.map_or(Ok(()), |(key, place)| {
        Err(Fault::at(place, format!("`{key}` is for a bench of real devices, this one is simulated")))
    })
}
