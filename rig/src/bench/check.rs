//! Checks of a bench file as a whole: unique names, no dangling references, known drivers with their required
//! keys. Whether a device is present shows when it is opened.

use std::{collections::BTreeSet, path::Path};

use drivers::{
    phone::BenchKey,
    registry::{ConfigError, Via},
};
use toml::Spanned;

use super::{
    Kind,
    device::DeviceEntry,
    file::{BenchFile, CameraEntry, ViewEntry},
    finger_name, listed, names,
    shared::PersonEntry,
};
use crate::{
    keys::{Key, KeyRing},
    profile::{Password, Pin},
};

/// The first file that `file` names and that is not in `folder`.
pub(super) fn check_files(file: &BenchFile, folder: &Path) -> Result<(), ConfigError> {
    let probes = file.devices.iter().filter_map(|device| device.probe.as_ref());
    for named in [&file.profile, &file.keys].into_iter().chain(probes.map(|probe| &probe.firmware)) {
        let there = folder.join(named.get_ref());
        if !there.is_file() {
            return Err(ConfigError::new(named, format!("there is no file {}", there.display())));
        }
    }
    Ok(())
}

/// The first thing that is wrong with the instruments and the products.
pub(super) fn check(file: &BenchFile, keys: &KeyRing) -> Result<(), ConfigError> {
    check_unique(file)?;
    listed::check_claims(&file.instruments)?;
    let cameras = names(file.cameras.iter().map(|camera| &camera.name));
    let keys = keys.ids().collect();
    for device in &file.devices {
        check_device(device, file, &cameras, &keys)?;
        if let Some(back) = &device.back {
            check_view(back, &cameras)?;
            has_control(back, &file.cameras)?;
        }
    }
    one_of("key", &file.serial_numbers.foreign_key, &keys)?;
    let people = names(file.people.iter().map(|person| &person.user));
    for phone in &file.phones {
        one_of("person", &phone.user, &people)?;
        if let Some(view) = &phone.view {
            check_view(view, &cameras)?;
            has_control(view, &file.cameras)?;
        }
    }
    check_numbers(file)?;
    check_kind(file)
}

/// Names and serial numbers, of which each stands in the file once.
fn check_unique(file: &BenchFile) -> Result<(), ConfigError> {
    let cameras = file.cameras.iter().map(|camera| &camera.name);
    let devices = file.devices.iter().map(|device| &device.name);
    let phones = file.phones.iter().map(|phone| &phone.name);
    let singles = file.singles.named().map(|(_, name)| name);
    once("name", cameras.chain(devices).chain(phones).chain(singles))?;
    once("serial number", file.devices.iter().map(|device| &device.serial_number))
}

fn once<'f>(what: &str, values: impl Iterator<Item = &'f Spanned<String>>) -> Result<(), ConfigError> {
    let mut seen = BTreeSet::new();
    for value in values {
        if !seen.insert(value.get_ref()) {
            let message = format!("the {what} \"{}\" is used twice", value.get_ref());
            return Err(ConfigError::new(value, message));
        }
    }
    Ok(())
}

/// Keys that are for real devices, whatever the driver.
fn check_kind(file: &BenchFile) -> Result<(), ConfigError> {
    file.devices.iter().try_for_each(|device| device.chip().map(drop))?;
    if *file.kind.get_ref() == Kind::Hardware {
        return Ok(());
    }
    let chips = file.devices.iter().filter_map(|device| Some(("chip_id", device.chip_id.as_ref()?.span())));
    let source = file.clock.source.as_ref().map(|source| ("source", source.span()));
    let environment = file.environment.as_ref().map(|environment| ("environment", environment.span()));
    match chips.chain(source).chain(environment).next() {
        None => Ok(()),
        Some((key, span)) => {
            let message = format!("`{key}` is for a bench of real devices, this one is simulated");
            Err(ConfigError::at(span, message))
        }
    }
}

/// The numbers of people and modem.
fn check_numbers(file: &BenchFile) -> Result<(), ConfigError> {
    let numbers = file.people.iter().map(|person| &person.number);
    for number in numbers.chain(file.singles.modem.iter().map(|modem| &modem.number)) {
        is_number(number)?;
    }
    let Some(modem) = &file.singles.modem else { return Ok(()) };
    let elsewhere = |person: &&PersonEntry| person.number.get_ref() != modem.number.get_ref();
    match file.people.iter().find(elsewhere) {
        None => Ok(()),
        Some(person) => {
            let message = format!("no modem has this number; the modem's is {:?}", modem.number.get_ref());
            Err(ConfigError::new(&person.number, message))
        }
    }
}

/// A number as E.164 has it: a plus and up to 15 digits.
fn is_number(number: &Spanned<String>) -> Result<(), ConfigError> {
    let digits = number.get_ref().strip_prefix('+').unwrap_or_default();
    if (3..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(ConfigError::new(
        number,
        format!("{:?} is no number; it is a plus and 3 to 15 digits", number.get_ref()),
    ))
}

/// A camera that looks for codes needs a printed one beside them as its positive control: without it, the
/// absence of a code proves nothing.
fn has_control(view: &ViewEntry, cameras: &[CameraEntry]) -> Result<(), ConfigError> {
    let camera = cameras.iter().find(|camera| camera.name.get_ref() == view.camera.get_ref());
    match camera.and_then(|camera| camera.control.as_ref()) {
        Some(_) => Ok(()),
        None => {
            let message = format!("the camera {:?} has no `control` in its view", view.camera.get_ref());
            Err(ConfigError::new(&view.camera, message))
        }
    }
}

fn check_device(
    device: &DeviceEntry,
    file: &BenchFile,
    cameras: &BTreeSet<&str>,
    keys: &BTreeSet<&str>,
) -> Result<(), ConfigError> {
    if device.is_sealed() {
        check_sealed(device, file)?;
    }
    check_view(&device.view, cameras)?;
    check_keys(device, *file.kind.get_ref(), keys)
}

/// Nothing but finger, camera and microphone reaches a sealed device.
fn check_sealed(device: &DeviceEntry, file: &BenchFile) -> Result<(), ConfigError> {
    if let Some(probe) = &device.probe {
        let message = "a device without a link is sealed: no probe gets in";
        return Err(ConfigError::new(&probe.driver, message));
    }
    let finger = finger_name(device.name.get_ref());
    if file.instruments.iter().any(|one| one.at.name == finger && one.via == Via::Link) {
        let message = "this device has no link to press it by";
        return Err(ConfigError::new(&device.finger.driver, message));
    }
    Ok(())
}

/// A device has the lab's key or its factory's. The latter only the simulator needs, which stands in for the
/// factory.
fn check_keys(device: &DeviceEntry, kind: Kind, keys: &BTreeSet<&str>) -> Result<(), ConfigError> {
    let makes_devices = kind == Kind::Simulated;
    match (&device.key, &device.factory_key) {
        (Some(key), _) if device.is_sealed() => {
            Err(ConfigError::new(key, "the lab gives no key to a sealed device, which has no `link`"))
        }
        (Some(_), Some(key)) => Err(ConfigError::new(key, "a device has one key: `key` or `factory_key`")),
        (Some(key), None) => one_of("key", key, keys),
        (None, Some(key)) if makes_devices => one_of("key", key, keys),
        (None, Some(key)) => Err(ConfigError::new(key, "only a simulated bench makes its devices itself")),
        (None, None) if makes_devices => {
            let message = format!("{:?} has neither `key` nor `factory_key`", device.name.get_ref());
            Err(ConfigError::new(&device.name, message))
        }
        (None, None) => Ok(()),
    }
}

fn check_view(view: &ViewEntry, cameras: &BTreeSet<&str>) -> Result<(), ConfigError> {
    one_of("camera", &view.camera, cameras)?;
    let region = view.region.get_ref();
    if region.width == 0 || region.height == 0 {
        return Err(ConfigError::new(&view.region, "a region without pixels; it is x, y, width, height"));
    }
    Ok(())
}

/// The key that phones' test agents obey.
pub(super) fn bench_key(file: &BenchFile, keys: &KeyRing) -> Result<BenchKey, ConfigError> {
    one_of("key", &file.bench_key, &keys.ids().collect())?;
    let key = keys.get(&file.bench_key.get_ref().as_str().into()).map_or(&[][..], Key::expose);
    BenchKey::new(key).map_err(|error| ConfigError::new(&file.bench_key, error.to_string()))
}

/// A test password that breaks the product's rules would make the product look broken. Not repeated here.
pub(super) fn check_password(file: &BenchFile, rules: &Password) -> Result<(), ConfigError> {
    let owners = file.devices.iter().map(|device| device.owner.get_ref().as_str());
    let users = owners.chain(file.phones.iter().map(|phone| phone.user.get_ref().as_str()));
    match rules.broken_by(file.test_password.get_ref(), users) {
        None => Ok(()),
        Some(rule) => {
            Err(ConfigError::new(&file.test_password, format!("`test_password` is refused: {rule}")))
        }
    }
}

/// A test PIN that the product must refuse would make the product look broken. Not repeated here.
pub(super) fn check_pin(file: &BenchFile, rules: &Pin) -> Result<(), ConfigError> {
    let pin = file.test_pin.get_ref();
    if pin.len() != rules.digits || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ConfigError::new(
            &file.test_pin,
            format!("`test_pin` is refused: it has {} digits", rules.digits),
        ));
    }
    if rules.forbidden.contains(pin) {
        return Err(ConfigError::new(&file.test_pin, "`test_pin` is refused: the profile forbids it"));
    }
    Ok(())
}

fn one_of(what: &str, value: &Spanned<String>, there: &BTreeSet<&str>) -> Result<(), ConfigError> {
    if there.contains(value.get_ref().as_str()) {
        return Ok(());
    }
    let there = match there.iter().copied().collect::<Vec<_>>().as_slice() {
        [] => "there are none".to_owned(),
        some => format!("there are: {}", some.join(", ")),
    };
    Err(ConfigError::new(value, format!("there is no {what} {:?}; {there}", value.get_ref())))
}
