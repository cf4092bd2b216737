//! All instruments of a bench file in one list, and the kinds that there are.

use drivers::{
    camera, finger, phone, power, probe,
    registry::{Claim, ConfigError, Driver, DriverInfo, Kind as DriverKind, Settings, Via, fields},
    serial,
};
use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    device::{FingerEntry, LinkEntry, PowerEntry, ProbeEntry},
    file::{CameraEntry, Kind, PhoneEntry},
    simulated::drivers as simulated,
    single,
};
use crate::suite::Single;

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
    /// One that serves all products.
    Single(Single),
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
pub(super) struct Row {
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

/// The kinds of instruments that a bench can have several of: one line each. The others are in `single.rs`.
const ROWS: [Row; 6] = [
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
];

pub(super) const fn row<K: DriverKind + ?Sized, E: DeserializeOwned>(
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

pub(super) fn infos<K: DriverKind + ?Sized>(drivers: &[Driver<K>]) -> Vec<DriverInfo> {
    drivers.iter().map(|driver| driver.info).collect()
}

/// The name of a device's own instrument: in journals, and wherever the bench fails.
pub(super) fn part_name(device: &str, kind: InstrumentKind) -> String {
    let row = rows().find(|row| row.kind == kind);
    let end = row.and_then(|row| row.part).map_or("", |(_, end)| end);
    format!("{device}/{end}")
}

/// Every kind of instrument.
fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().chain(single::ROWS)
}

/// Lists the instruments in the bench file `root`: cameras, what belongs to each device, phones, and all others.
///
/// # Errors
/// The first driver that is unknown on a bench of this kind, and the first key that its driver does not have or refuses. What
/// has no name or no driver is left out: reading the file as a whole tells that.
pub(super) fn list(root: &DeTable<'_>, on: Kind) -> Result<Vec<Listed>, ConfigError> {
    let mut tables: Vec<&str> = rows().map(|row| row.table).collect();
    tables.dedup();
    let mut all = Vec::new();
    for name in tables {
        for (index, table) in entries(root, name).into_iter().enumerate() {
            for row in rows().filter(|row| row.table == name) {
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
