//! What must hold for a bench file as a whole: names used once, everything referred to is there, every
//! driver known, with what it cannot do without. Whether a device is there is seen when it is opened.

use std::{collections::BTreeSet, ops::Range, path::Path};

use drivers::{phone::BenchKey, probe::check_selector};
use toml::Spanned;

use super::{
    accepted::{Accepted, driver, known, names as drivers_named},
    apparatus::PersonEntry,
    device::DeviceEntry,
    file::{BenchFile, CameraEntry, Kind, ViewEntry},
    idle, names, once,
    port::PortEntry,
    simulated, wanted,
};
use crate::{
    bad_input::BadInput,
    keys::{Key, KeyRing},
    profile::{Password, Pin},
};

/// Something wrong at a place of the file.
#[derive(Debug)]
pub(super) struct Fault {
    span: Range<usize>,
    message: String,
}

impl Fault {
    pub fn new<T>(at: &Spanned<T>, message: String) -> Self {
        Self::at(at.span(), message)
    }

    pub fn at(span: Range<usize>, message: String) -> Self {
        Self { span, message }
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// As an error that names file and line.
    pub fn in_file(self, path: &Path, text: &str) -> BadInput {
        BadInput::at(path, text, self.span.start, self.message)
    }
}

/// The first file that `file` names and that is not in `folder`.
pub(super) fn check_files(file: &BenchFile, folder: &Path) -> Result<(), Fault> {
    let probes = file.devices.iter().filter_map(|device| device.probe.as_ref());
    for named in [&file.profile, &file.keys].into_iter().chain(probes.map(|probe| &probe.firmware)) {
        let there = folder.join(named.get_ref());
        if !there.is_file() {
            return Err(Fault::new(named, format!("there is no file {}", there.display())));
        }
    }
    Ok(())
}

/// The first thing that is wrong with the instruments and the products.
pub(super) fn check(file: &BenchFile, keys: &KeyRing) -> Result<(), Fault> {
    let kind = *file.kind.get_ref();
    once::check(file)?;
    let accepted = Accepted::on(kind);
    for link in file.devices.iter().filter_map(|device| device.link.as_ref()) {
        check_port(&link.port, &accepted)?;
    }
    for camera in &file.cameras {
        driver("camera driver", &camera.driver, accepted.cameras)?;
        if let (Kind::Simulated, Some(conditions)) = (kind, &camera.conditions) {
            simulated::conditions(conditions.get_ref()).map_err(|message| Fault::new(conditions, message))?;
        }
    }
    let cameras = names(file.cameras.iter().map(|camera| &camera.name));
    let keys = keys.ids().collect();
    for device in &file.devices {
        check_device(device, &accepted, &cameras, &keys)?;
        if let Some(back) = &device.back {
            check_view(back, &cameras)?;
            has_control(back, &file.cameras)?;
        }
    }
    one_of("key", &file.serial_numbers.foreign_key, &keys)?;
    let people = names(file.people.iter().map(|person| &person.user));
    for phone in &file.phones {
        driver("phone driver", &phone.driver, accepted.phones)?;
        one_of("person", &phone.user, &people)?;
        if let Some(view) = &phone.view {
            check_view(view, &cameras)?;
            has_control(view, &file.cameras)?;
        }
    }
    check_apparatus(file, &accepted)?;
    idle::check(file)?;
    check_reach(file)
}

/// What drivers of real devices cannot do without.
fn check_reach(file: &BenchFile) -> Result<(), Fault> {
    use drivers_named::{BLUEZ, CONTROL_LINE, GATT, MODBUS, PICTURE_FILE, SOUND_CARD, WEBCAM};
    let is = |driver: &Spanned<String>, name: &str| driver.get_ref() == name;
    for camera in file.cameras.iter().filter(|one| is(&one.driver, WEBCAM)) {
        wanted::webcam(camera)?;
        camera.latency.as_ref().map_or(Ok(()), |latency| wanted::latency(latency).map(drop))?;
    }
    if let Some(light) = file.light.as_ref().filter(|one| is(&one.driver, CONTROL_LINE)) {
        wanted::control_line(light)?;
    }
    for phone in file.phones.iter().filter(|one| is(&one.driver, GATT)) {
        wanted::gatt(phone)?;
    }
    for chip_id in file.devices.iter().filter_map(|device| device.chip_id.as_ref()) {
        wanted::chip_id(chip_id)?;
    }
    let switches = file.devices.iter().filter_map(|device| device.power.as_ref());
    for power in switches.filter(|one| is(&one.driver, MODBUS)) {
        wanted::modbus(power)?;
    }
    if let Some(radio) = file.radio.as_ref().filter(|one| is(&one.driver, BLUEZ)) {
        wanted::bluez(radio)?;
    }
    if let Some(screen) = file.screen.as_ref().filter(|one| is(&one.driver, PICTURE_FILE)) {
        wanted::picture_file(screen)?;
    }
    if let Some(microphone) = file.microphone.as_ref().filter(|one| is(&one.driver, SOUND_CARD)) {
        wanted::sound_card(microphone)?;
    }
    Ok(())
}

fn check_apparatus(file: &BenchFile, accepted: &Accepted) -> Result<(), Fault> {
    let numbers = file.people.iter().map(|person| &person.number);
    for number in numbers.chain(file.modem.iter().map(|modem| &modem.number)) {
        is_number(number)?;
    }
    if let Some(modem) = &file.modem {
        let elsewhere = |person: &&PersonEntry| person.number.get_ref() != modem.number.get_ref();
        if let Some(person) = file.people.iter().find(elsewhere) {
            let message = format!("no modem has this number; the modem's is {:?}", modem.number.get_ref());
            return Err(Fault::new(&person.number, message));
        }
        driver("driver of a modem", &modem.driver, &[drivers_named::AT])?;
        check_port(&modem.port, accepted)?;
    }
    let drivers = [
        ("driver of a radio", file.radio.as_ref().map(|radio| &radio.driver), accepted.radios),
        ("driver of a screen", file.screen.as_ref().map(|screen| &screen.driver), accepted.screens),
        ("driver of a light", file.light.as_ref().map(|light| &light.driver), accepted.lights),
        ("driver of a holder", file.holder.as_ref().map(|holder| &holder.driver), accepted.holders),
        ("driver of a microphone", file.microphone.as_ref().map(|ear| &ear.driver), accepted.microphones),
    ];
    for (what, named, accepted) in drivers {
        named.map_or(Ok(()), |named| driver(what, named, accepted))?;
    }
    Ok(())
}

/// A number as E.164 has it: a plus and up to 15 digits.
fn is_number(number: &Spanned<String>) -> Result<(), Fault> {
    let digits = number.get_ref().strip_prefix('+').unwrap_or_default();
    if (3..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(Fault::new(number, format!("{:?} is no number; it is a plus and 3 to 15 digits", number.get_ref())))
}

/// What a camera looks for codes on needs a printed one beside it: without it, nothing seen says nothing.
fn has_control(view: &ViewEntry, cameras: &[CameraEntry]) -> Result<(), Fault> {
    let camera = cameras.iter().find(|camera| camera.name.get_ref() == view.camera.get_ref());
    match camera.and_then(|camera| camera.control.as_ref()) {
        Some(_) => Ok(()),
        None => {
            let message = format!("the camera {:?} has no `control` in its view", view.camera.get_ref());
            Err(Fault::new(&view.camera, message))
        }
    }
}

fn check_device(
    device: &DeviceEntry,
    accepted: &Accepted,
    cameras: &BTreeSet<&str>,
    keys: &BTreeSet<&str>,
) -> Result<(), Fault> {
    driver("driver of a finger", &device.finger.driver, accepted.fingers)?;
    match &device.link {
        Some(link) => driver("driver of a link", &link.driver, &[drivers_named::SERIAL_PORT])?,
        None => check_sealed(device)?,
    }
    if let Some(power) = &device.power {
        driver("driver of a power switch", &power.driver, accepted.switches)?;
    }
    if let Some(probe) = &device.probe {
        driver("driver of a probe", &probe.driver, &[drivers_named::PROBE_RS])?;
        let selector = probe.selector.get_ref();
        match accepted.probes {
            Some(probes) => known("probe of a simulated bench", &probe.selector, selector, probes)?,
            None => check_selector(selector).map_err(|message| Fault::new(&probe.selector, message))?,
        }
    }
    check_view(&device.view, cameras)?;
    check_keys(device, accepted, keys)
}

/// Nothing but finger, camera and microphone reaches a sealed device.
fn check_sealed(device: &DeviceEntry) -> Result<(), Fault> {
    if let Some(probe) = &device.probe {
        return Err(Fault::new(
            &probe.selector,
            "a device without a link is sealed: no probe gets in".into(),
        ));
    }
    if device.finger.driver.get_ref() == drivers_named::LINK {
        return Err(Fault::new(&device.finger.driver, "this device has no link to press it by".into()));
    }
    Ok(())
}

/// A device has the lab's key or its factory's. The latter only the simulator needs, which stands in for the
/// factory.
fn check_keys(device: &DeviceEntry, accepted: &Accepted, keys: &BTreeSet<&str>) -> Result<(), Fault> {
    match (&device.key, &device.factory_key) {
        (Some(key), _) if device.is_sealed() => {
            Err(Fault::new(key, "the lab gives no key to a sealed device, which has no `link`".into()))
        }
        (Some(_), Some(key)) => Err(Fault::new(key, "a device has one key: `key` or `factory_key`".into())),
        (Some(key), None) => one_of("key", key, keys),
        (None, Some(key)) if accepted.factory => one_of("key", key, keys),
        (None, Some(key)) => Err(Fault::new(key, "only a simulated bench makes its devices itself".into())),
        (None, None) if accepted.factory => {
            let message = format!("{:?} has neither `key` nor `factory_key`", device.name.get_ref());
            Err(Fault::new(&device.name, message))
        }
        (None, None) => Ok(()),
    }
}

fn check_view(view: &ViewEntry, cameras: &BTreeSet<&str>) -> Result<(), Fault> {
    one_of("camera", &view.camera, cameras)?;
    let region = view.region.get_ref();
    if region.width == 0 || region.height == 0 {
        return Err(Fault::new(&view.region, "a region without pixels; it is x, y, width, height".into()));
    }
    Ok(())
}

/// The key that phones' test agents obey.
pub(super) fn bench_key(file: &BenchFile, keys: &KeyRing) -> Result<BenchKey, Fault> {
    one_of("key", &file.bench_key, &keys.ids().collect())?;
    let key = keys.get(&file.bench_key.get_ref().as_str().into()).map_or(&[][..], Key::expose);
    BenchKey::new(key).map_err(|error| Fault::new(&file.bench_key, error.to_string()))
}

/// A test password that breaks the product's rules would make the product look broken. Not repeated here.
pub(super) fn check_password(file: &BenchFile, rules: &Password) -> Result<(), Fault> {
    let owners = file.devices.iter().map(|device| device.owner.get_ref().as_str());
    let users = owners.chain(file.phones.iter().map(|phone| phone.user.get_ref().as_str()));
    match rules.broken_by(file.test_password.get_ref(), users) {
        None => Ok(()),
        Some(rule) => Err(Fault::new(&file.test_password, format!("`test_password` is refused: {rule}"))),
    }
}

/// A test PIN that the product must refuse would make the product look broken. Not repeated here.
pub(super) fn check_pin(file: &BenchFile, rules: &Pin) -> Result<(), Fault> {
    let pin = file.test_pin.get_ref();
    if pin.len() != rules.digits || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::new(
            &file.test_pin,
            format!("`test_pin` is refused: it has {} digits", rules.digits),
        ));
    }
    if rules.forbidden.contains(pin) {
        return Err(Fault::new(&file.test_pin, "`test_pin` is refused: the profile forbids it".into()));
    }
    Ok(())
}

fn one_of(what: &str, value: &Spanned<String>, there: &BTreeSet<&str>) -> Result<(), Fault> {
    if there.contains(value.get_ref().as_str()) {
        return Ok(());
    }
    let there = match there.iter().copied().collect::<Vec<_>>().as_slice() {
        [] => "there are none".to_owned(),
        some => format!("there are: {}", some.join(", ")),
    };
    Err(Fault::new(value, format!("there is no {what} {:?}; {there}", value.get_ref())))
}

/// The simulated bench makes its serial ports; elsewhere any may be named, and is looked for when it is opened.
fn check_port(port: &Spanned<PortEntry>, accepted: &Accepted) -> Result<(), Fault> {
    let Some(ports) = accepted.ports else { return Ok(()) };
    known("port of a simulated bench", port, port.get_ref().path().unwrap_or("of a USB device"), ports)
}
