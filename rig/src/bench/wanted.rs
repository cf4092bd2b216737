//! How the instruments of a bench of real devices are reached, in their drivers' words: read from the bench file's
//! entries when it is checked, and again when they are opened.

use std::{ops::RangeInclusive, path::Path, time::Duration};

use drivers::{
    bluetooth::Address,
    camera::webcam::{Latency, Mode},
    light::Line,
    phone::gatt::{GattAddress, Which},
    power::Coil,
    radio::{Beacon, ServiceData, Settings},
    serial::Port,
};
use toml::Spanned;

use super::{
    apparatus::{BeaconEntry, LightEntry, MicrophoneEntry, RadioEntry, ScreenEntry},
    calibration::LatencyEntry,
    check::Fault,
    device::PowerEntry,
    file::{CameraEntry, PhoneEntry},
};

type Wanted<T> = Result<T, Fault>;

/// What a driver cannot do without.
fn needed<'e, T>(
    key: &str,
    value: &'e Option<Spanned<T>>,
    driver: &Spanned<String>,
) -> Wanted<&'e Spanned<T>> {
    value
        .as_ref()
        .ok_or_else(|| Fault::new(driver, format!("the driver {:?} needs `{key}`", driver.get_ref())))
}

/// A webcam's name or path, and its mode.
pub(super) fn webcam(entry: &CameraEntry) -> Wanted<(&str, Mode)> {
    let device = needed("device", &entry.device, &entry.driver)?;
    let size = needed("size", &entry.size, &entry.driver)?;
    let [width, height] = *size.get_ref();
    if width == 0 || height == 0 || width % 2 == 1 || height % 2 == 1 {
        let message = format!("{width} by {height} is no picture: both are even, as in [1280, 720]");
        return Err(Fault::new(size, message));
    }
    let rate = entry.rate_hz.map_or(DEFAULT_RATE_HZ, |rate| rate.get());
    Ok((device.get_ref(), Mode { width, height, rate }))
}

/// What a webcam is asked for where nothing is said.
const DEFAULT_RATE_HZ: u32 = 30;

/// A microphone's name or identifier, and its rate.
pub(super) fn sound_card(entry: &MicrophoneEntry) -> Wanted<(&str, u32)> {
    let device = needed("device", &entry.device, &entry.driver)?;
    let rate_hz = needed("rate_hz", &entry.rate_hz, &entry.driver)?;
    Ok((device.get_ref(), *rate_hz.get_ref()))
}

/// A phone with a test agent.
pub(super) fn gatt(entry: &PhoneEntry) -> Wanted<GattAddress> {
    let adapter = address(needed("adapter", &entry.adapter, &entry.driver)?)?;
    let phone = match (&entry.address, &entry.advertised) {
        (Some(phone), None) => Which::Address(address(phone)?),
        (None, Some(name)) => Which::Name(name.get_ref().clone()),
        _ => {
            let message = "a phone is found by `address` or by `advertised`: one of them belongs here";
            return Err(Fault::new(&entry.driver, message.into()));
        }
    };
    Ok(GattAddress { adapter, phone })
}

/// A Bluetooth adapter that listens and advertises.
pub(super) fn bluez(entry: &RadioEntry) -> Wanted<Settings> {
    let adapter = address(needed("adapter", &entry.adapter, &entry.driver)?)?;
    let written = needed("beacon", &entry.beacon, &entry.driver)?;
    let beacon = beacon(written.get_ref()).map_err(|message| Fault::new(written, message))?;
    let within = u64::from(written.get_ref().within_ms.get());
    Ok(Settings { adapter, beacon, beacon_within: Duration::from_millis(within) })
}

fn beacon(entry: &BeaconEntry) -> Result<Beacon, String> {
    match (&entry.address, entry.service) {
        (Some(address), None) if entry.data.is_empty() => parse_address(address).map(Beacon::Address),
        (None, Some(service)) => {
            let data = hex::decode(&entry.data)
                .map_err(|_| format!("{:?} is no data; it is hexadecimal, two digits a byte", entry.data))?;
            Ok(Beacon::Content(ServiceData { service, data }))
        }
        _ => Err("a beacon is known by its `address`, or by `service` and `data`".into()),
    }
}

/// A screen that is a picture file: the file, relative to the bench file, and its latency.
pub(super) fn picture_file(entry: &ScreenEntry) -> Wanted<(&Path, Duration)> {
    let file = needed("file", &entry.file, &entry.driver)?;
    let latency = needed("latency_ms", &entry.latency_ms, &entry.driver)?;
    Ok((file.get_ref(), Duration::from_millis((*latency.get_ref()).into())))
}

/// A light on a control line of a serial port.
pub(super) fn control_line(entry: &LightEntry) -> Wanted<(&Port, Line)> {
    let port = needed("port", &entry.port, &entry.driver)?;
    let line = needed("line", &entry.line, &entry.driver)?;
    Ok((&port.get_ref().0, *line.get_ref()))
}

/// A relay module in a device's supply: its port, its bits per second, and which relay of it.
pub(super) fn modbus(entry: &PowerEntry) -> Wanted<(&Port, u32, Coil)> {
    let port = needed("port", &entry.port, &entry.driver)?;
    let baud = needed("baud", &entry.baud, &entry.driver)?;
    let unit = needed("unit", &entry.unit, &entry.driver)?;
    if !UNITS.contains(unit.get_ref()) {
        let message = format!("{} is no address of a module; it is from 1 to 247", unit.get_ref());
        return Err(Fault::new(unit, message));
    }
    let address = *needed("coil", &entry.coil, &entry.driver)?.get_ref();
    let contact = *needed("contact", &entry.contact, &entry.driver)?.get_ref();
    Ok((&port.get_ref().0, baud.get_ref().get(), Coil { unit: *unit.get_ref(), address, contact }))
}

/// Addresses on a line (MODBUS over Serial Line V1.02, 2.2).
const UNITS: RangeInclusive<u8> = 1..=247;

/// How late the stamps of a webcam are.
pub(super) fn latency(written: &Spanned<LatencyEntry>) -> Wanted<Latency> {
    let LatencyEntry { ms, within_ms } = *written.get_ref();
    if !(ms.abs() <= MOST_LATE_MS && (0.0..=MOST_LATE_MS).contains(&within_ms)) {
        let message = format!(
            "{ms} ms within {within_ms} ms is no latency: both are {MOST_LATE_MS} ms at most, and the second one is no \
             less than 0"
        );
        return Err(Fault::new(written, message));
    }
    let within = Duration::from_secs_f64(within_ms / 1e3);
    Ok(Latency { late_ns: (ms * 1e6).round() as i64, within })
}

/// A camera that is later than this is of no use for anything.
const MOST_LATE_MS: f64 = 10_000.0;

fn address(written: &Spanned<String>) -> Wanted<Address> {
    parse_address(written.get_ref()).map_err(|message| Fault::new(written, message))
}

fn parse_address(text: &str) -> Result<Address, String> {
    let malformed = |_| format!("{text:?} is no Bluetooth address; it is written as 00:11:22:AA:BB:CC");
    text.parse().map_err(malformed)
}

/// The number of a chip.
pub(super) fn chip_id(written: &Spanned<String>) -> Wanted<u64> {
    let digits = written.get_ref();
    let bytes = hex::decode(digits).ok().and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
    bytes.map(u64::from_be_bytes).ok_or_else(|| {
        Fault::new(written, format!("{digits:?} is no chip's number; it has 16 hexadecimal digits"))
    })
}
