//! All instruments of a bench file in one list, and the kinds that there are.

use drivers::{
    camera, finger, holder, light, microphone, phone, power, probe, radio,
    registry::{Claim, ConfigError, Driver, DriverInfo, Kind as DriverKind, Settings, Via, fields},
    screen, serial, sms,
};
use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    device::{FingerEntry, LinkEntry, PowerEntry, ProbeEntry},
    file::{CameraEntry, Kind, PhoneEntry},
    shared::{MicrophoneEntry, ModemEntry, NamedEntry},
    simulated::drivers as simulated,
};

/// The kinds of instruments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstrumentKind {
    /// Sees products.
    Camera,
    /// A device's end of the link protocol.
    Link,
    /// Presses a device's keys.
    Finger,
    /// Debugs a device.
    Probe,
    /// Switches a device's supply.
    Power,
    /// A phone, which is reached by a driver as instruments are.
    Phone,
    /// Receives SMS.
    Modem,
    /// Hears adverts.
    Radio,
    /// Shows codes to phones.
    Screen,
    /// Lights the cameras' view.
    Light,
    /// Turns and carries phones.
    Holder,
    /// Hears audio code readers.
    Microphone,
}

/// Which instrument of a bench is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstrumentRef {
    /// Its name, as the bench file and journals have it.
    pub name: String,
    /// Its kind.
    pub kind: InstrumentKind,
    /// The place of its entry, or of its device's, in the bench file.
    pub index: usize,
}

/// One instrument of a bench file.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Which one it is.
    pub at: InstrumentRef,
    /// Its driver, and the driver's keys.
    pub settings: Settings,
    /// How the driver reaches it.
    pub via: Via,
    /// Resources that no other instrument may use.
    pub(super) claims: Vec<Claim>,
}

/// One kind of instrument in a bench file.
struct Row {
    kind: InstrumentKind,
    /// The table that it stands in, or that its device stands in.
    table: &'static str,
    /// Its key in the device's table, and the end of its name.
    part: Option<(&'static str, &'static str)>,
    /// The words for its driver in errors.
    driver: &'static str,
    /// Its drivers on a bench of real devices.
    hardware: fn() -> Vec<DriverInfo>,
    /// Its drivers on a simulated bench.
    simulated: &'static [DriverInfo],
    /// The keys that it has whatever its driver.
    common: fn() -> &'static [&'static str],
}

const DEVICE: &str = "device";

/// Every kind of instrument: one line each.
const ROWS: [Row; 12] = [
    row::<dyn camera::Camera, CameraEntry>(
        InstrumentKind::Camera,
        "camera",
        || infos(camera::DRIVERS),
        simulated::CAMERAS,
    ),
    part::<dyn serial::SerialLine, LinkEntry>(
        InstrumentKind::Link,
        ("link", "serial"),
        || infos(serial::DRIVERS),
        simulated::LINKS,
    ),
    part::<dyn finger::Finger, FingerEntry>(
        InstrumentKind::Finger,
        ("finger", "finger"),
        || infos(finger::DRIVERS),
        simulated::FINGERS,
    ),
    part::<dyn probe::Probe, ProbeEntry>(
        InstrumentKind::Probe,
        ("probe", "probe"),
        || infos(probe::DRIVERS),
        simulated::PROBES,
    ),
    part::<dyn power::PowerSwitch, PowerEntry>(
        InstrumentKind::Power,
        ("power", "power"),
        || infos(power::DRIVERS),
        simulated::ANY,
    ),
    row::<dyn phone::Phone, PhoneEntry>(
        InstrumentKind::Phone,
        "phone",
        || infos(phone::DRIVERS),
        simulated::PHONES,
    ),
    row::<dyn sms::Modem, ModemEntry>(
        InstrumentKind::Modem,
        "modem",
        || infos(sms::DRIVERS),
        simulated::MODEMS,
    ),
    row::<dyn radio::Radio, NamedEntry>(
        InstrumentKind::Radio,
        "radio",
        || infos(radio::DRIVERS),
        simulated::ANY,
    ),
    row::<dyn screen::Screen, NamedEntry>(
        InstrumentKind::Screen,
        "screen",
        || infos(screen::DRIVERS),
        simulated::ANY,
    ),
    row::<dyn light::Light, NamedEntry>(
        InstrumentKind::Light,
        "light",
        || infos(light::DRIVERS),
        simulated::ANY,
    ),
    row::<dyn holder::Holder, NamedEntry>(
        InstrumentKind::Holder,
        "holder",
        || infos(holder::DRIVERS),
        simulated::ANY,
    ),
    row::<dyn microphone::Microphone, MicrophoneEntry>(
        InstrumentKind::Microphone,
        "microphone",
        || infos(microphone::DRIVERS),
        simulated::MICROPHONES,
    ),
];

const fn row<K: DriverKind + ?Sized, E: DeserializeOwned>(
    kind: InstrumentKind,
    table: &'static str,
    hardware: fn() -> Vec<DriverInfo>,
    simulated: &'static [DriverInfo],
) -> Row {
    Row { kind, table, part: None, driver: K::DRIVER, hardware, simulated, common: fields::<E> }
}

/// An instrument that belongs to a device.
const fn part<K: DriverKind + ?Sized, E: DeserializeOwned>(
    kind: InstrumentKind,
    part: (&'static str, &'static str),
    hardware: fn() -> Vec<DriverInfo>,
    simulated: &'static [DriverInfo],
) -> Row {
    Row { part: Some(part), ..row::<K, E>(kind, DEVICE, hardware, simulated) }
}

fn infos<K: DriverKind + ?Sized>(drivers: &[Driver<K>]) -> Vec<DriverInfo> {
    drivers.iter().map(|driver| driver.info).collect()
}

/// The name of a device's own instrument: in journals, and wherever the bench fails.
pub(super) fn part_name(device: &str, kind: InstrumentKind) -> String {
    let row = ROWS.iter().find(|row| row.kind == kind);
    let end = row.and_then(|row| row.part).map_or("", |(_, end)| end);
    format!("{device}/{end}")
}

/// Lists the instruments in the bench file `root`: cameras, what belongs to each device, phones, and all others.
///
/// # Errors
/// The first driver that is unknown on a bench of this kind, and the first key that its driver does not have or refuses. What
/// has no name or no driver is left out: reading the file as a whole tells that.
pub(super) fn list(root: &DeTable<'_>, on: Kind) -> Result<Vec<Listed>, ConfigError> {
    let mut tables: Vec<&str> = ROWS.iter().map(|row| row.table).collect();
    tables.dedup();
    let mut all = Vec::new();
    for name in tables {
        for (index, table) in entries(root, name).into_iter().enumerate() {
            for row in ROWS.iter().filter(|row| row.table == name) {
                all.extend(row.listed(table, index, on)?);
            }
        }
    }
    Ok(all)
}

/// The tables of this name: one, or an array of them.
fn entries<'t, 'i>(root: &'t DeTable<'i>, name: &str) -> Vec<&'t DeTable<'i>> {
    match root.get(name).map(Spanned::get_ref) {
        Some(DeValue::Table(table)) => vec![table],
        Some(DeValue::Array(tables)) => tables.iter().filter_map(|one| one.get_ref().as_table()).collect(),
        _ => Vec::new(),
    }
}

impl Row {
    /// The instrument of this kind in a bench file's `table`, if there is one.
    fn listed(&self, table: &DeTable<'_>, index: usize, on: Kind) -> Result<Option<Listed>, ConfigError> {
        let name = table.get("name").and_then(|name| name.get_ref().as_str());
        let own = match self.part {
            None => Some(table),
            Some((key, _)) => table.get(key).and_then(|part| part.get_ref().as_table()),
        };
        let common = (self.common)();
        let settings = own.and_then(|own| Settings::split(own, common));
        let Some(settings) = settings else { return Ok(None) };
        let accepted = match on {
            Kind::Simulated => self.simulated.to_vec(),
            Kind::Hardware => (self.hardware)(),
        };
        let driver = settings.driver_among(self.driver, &accepted, common)?;
        let claims = (driver.check)(&settings)?;
        let Some(name) = name else { return Ok(None) };
        let name = self.part.map_or_else(|| name.to_owned(), |_| part_name(name, self.kind));
        let at = InstrumentRef { name, kind: self.kind, index };
        Ok(Some(Listed { at, settings, via: driver.via, claims }))
    }
}

/// The first thing that two of the instruments claim.
pub(super) fn check_claims(listed: &[Listed]) -> Result<(), ConfigError> {
    let mut seen: Vec<&Claim> = Vec::new();
    for claim in listed.iter().flat_map(|one| &one.claims) {
        if seen.iter().any(|other| other.is_for_same(claim)) {
            let message = format!("the {} \"{}\" is used twice", claim.what, claim.value);
            return Err(ConfigError::at(claim.span.clone(), message));
        }
        seen.push(claim);
    }
    Ok(())
}
