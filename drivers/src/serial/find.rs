//! Selects a serial port of this machine: by its path, or by the USB device behind it.
//!
//! Paths change as devices come and go, and two boards of one make look alike: a port that is named by its
//! device but belongs to another one is the wrong device, at any path.

use std::path::Path;

use serde::Serialize;
use serialport::{SerialPortInfo, SerialPortType};

use crate::{
    DriverError, ErrorKind, Result,
    registry::{Listing, PluggedIn, quoted},
    usb::UsbId,
};

/// A serial port as a bench file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Port {
    /// The port with this path, with any device behind it.
    Path(String),
    /// The port of this USB device, at any path.
    Usb(UsbPort),
}

/// A serial port of a USB device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbPort {
    /// The device.
    pub device: UsbId,
    /// The socket that it is plugged into, as the kernel names it ("1-4.2": bus, then the ports on the way);
    /// `None` for any.
    pub location: Option<String>,
    /// The number of the interface, for a device with several serial ports.
    pub interface: Option<u8>,
}

/// A serial port of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Present {
    /// Its path.
    pub path: String,
    /// The USB device behind it, if it is one.
    pub usb: Option<UsbId>,
    /// The socket that this device is plugged into.
    pub location: Option<String>,
    /// The number of its interface.
    pub interface: Option<u8>,
    /// Product name that the device reports.
    pub product: Option<String>,
}

impl PluggedIn for Present {
    fn lines(&self) -> Vec<String> {
        let Some(usb) = &self.usb else { return vec![format!("port = {}", quoted(&self.path))] };
        let mut keys = vec![format!("usb = {}", quoted(&usb.to_string()))];
        keys.extend(self.location.iter().map(|location| format!("location = {}", quoted(location))));
        keys.extend(self.interface.iter().map(|interface| format!("interface = {interface}")));
        let product = self.product.as_ref().map_or_else(String::new, |product| format!(", {product}"));
        vec![format!("port = {{ {} }}  # {}{product}", keys.join(", "), self.path)]
    }
}

/// The serial ports of this machine, for people who write a bench file.
pub fn list() -> Listing<Present> {
    Listing::of(ports)
}

/// Folder in which the kernel lists serial ports; the library panics if it is missing.
const LISTED_IN: &str = "/sys/class/tty";

/// The serial ports of this machine, by path. An error in words where they cannot be listed.
pub fn ports() -> std::result::Result<Vec<Present>, String> {
    if !Path::new(LISTED_IN).is_dir() {
        return Err(format!("there is no {LISTED_IN}"));
    }
    let found = serialport::available_ports().map_err(|error| error.to_string())?;
    let mut ports: Vec<Present> = found.into_iter().map(Present::from).collect();
    ports.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(ports)
}

impl From<SerialPortInfo> for Present {
    fn from(found: SerialPortInfo) -> Self {
        let path = found.port_name;
        let SerialPortType::UsbPort(usb) = found.port_type else {
            return Self { path, usb: None, location: None, interface: None, product: None };
        };
        let serial = usb.serial_number.filter(|serial| !serial.is_empty());
        Self {
            path,
            usb: Some(UsbId { vendor: usb.vid, product: usb.pid, serial }),
            location: usb.location.map(|location| location.to_string()),
            interface: usb.interface,
            product: usb.product,
        }
    }
}

impl UsbPort {
    /// The one of `ports` that this selects, for the instrument `name`. [`ErrorKind::WrongDevice`] if another
    /// device is plugged in there, or the device elsewhere; [`ErrorKind::NotFound`] if it matches none, or more
    /// than one.
    pub fn find<'p>(&self, name: &str, ports: &'p [Present]) -> Result<&'p Present> {
        let error = |trouble, detail: String| Err(DriverError::new(name, trouble, detail));
        let meant: Vec<&Present> = ports.iter().filter(|port| self.is(port)).collect();
        match meant.as_slice() {
            [port] => Ok(port),
            [] => match ports.iter().find_map(|port| self.instead(port)) {
                Some(wrong) => error(ErrorKind::WrongDevice, wrong),
                None => error(
                    ErrorKind::NotFound,
                    format!("no serial port of {self}; there are: {}", in_words(ports)),
                ),
            },
            several => {
                let paths: Vec<_> = several.iter().map(|port| port.path.as_str()).collect();
                let more = "say more of it: serial number, location, interface";
                error(ErrorKind::NotFound, format!("{} are all ports of {self}; {more}", paths.join(", ")))
            }
        }
    }

    fn is(&self, port: &Present) -> bool {
        let device = port.usb.as_ref().is_some_and(|usb| self.device.means(usb));
        let interface = self.interface.is_none() || self.interface == port.interface;
        device && interface && self.is_there(port)
    }

    fn is_there(&self, port: &Present) -> bool {
        self.location.is_none() || self.location == port.location
    }

    /// The mismatch of `port`: the right place with another device, or the device in another place.
    fn instead(&self, port: &Present) -> Option<String> {
        let (place, usb) = (self.location.as_ref()?, port.usb.as_ref()?);
        if self.is_there(port) {
            return (!self.device.means(usb)).then(|| format!("in {place} is {usb}, not {}", self.device));
        }
        let known = self.device.serial.is_some() && self.device.means(usb);
        known.then(|| {
            format!("{usb} is in {}, not in {place}", port.location.as_deref().unwrap_or("no socket"))
        })
    }
}

impl std::fmt::Display for UsbPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.device)?;
        self.location.as_ref().map_or(Ok(()), |location| write!(f, " in {location}"))?;
        self.interface.map_or(Ok(()), |interface| write!(f, ", interface {interface}"))
    }
}

fn in_words(ports: &[Present]) -> String {
    let one = |port: &Present| match &port.usb {
        Some(usb) => format!("{} ({usb})", port.path),
        None => port.path.clone(),
    };
    let all: Vec<_> = ports.iter().map(one).collect();
    if all.is_empty() { "none".into() } else { all.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(path: &str, usb: &str, location: &str, interface: u8) -> Present {
        Present {
            path: path.into(),
            usb: Some(usb.parse().unwrap()),
            location: Some(location.into()),
            interface: Some(interface),
            product: None,
        }
    }

    /// Two boards of one make, a modem with two ports, and the machine's own port.
    fn table() -> Vec<Present> {
        vec![
            port("/dev/ttyACM0", "0d28:0204:9904a", "1-4.1", 1),
            port("/dev/ttyACM1", "0d28:0204:9904b", "1-4.2", 1),
            Present { usb: None, location: None, interface: None, ..port("/dev/ttyS0", "0000:0000", "", 0) },
            port("/dev/ttyUSB0", "12d1:1506", "1-3", 0),
            port("/dev/ttyUSB1", "12d1:1506", "1-3", 2),
        ]
    }

    fn find(usb: &str, location: Option<&str>, interface: Option<u8>) -> Result<String> {
        let meant =
            UsbPort { device: usb.parse().unwrap(), location: location.map(str::to_owned), interface };
        meant.find("board/serial", &table()).map(|port| port.path.clone())
    }

    fn refused(usb: &str, location: Option<&str>, interface: Option<u8>) -> (ErrorKind, String) {
        let error = find(usb, location, interface).unwrap_err();
        assert_eq!(error.instrument, "board/serial");
        (error.trouble, error.detail)
    }

    #[test]
    fn two_boards_of_one_make_are_told_apart_by_serial_number_or_by_socket() {
        assert_eq!(find("0d28:0204:9904b", None, None).unwrap(), "/dev/ttyACM1");
        assert_eq!(find("0d28:0204", Some("1-4.1"), None).unwrap(), "/dev/ttyACM0");
        assert_eq!(find("0d28:0204:9904a", Some("1-4.1"), Some(1)).unwrap(), "/dev/ttyACM0");
        let (trouble, detail) = refused("0d28:0204", None, None);
        assert_eq!(trouble, ErrorKind::NotFound);
        assert!(detail.starts_with("/dev/ttyACM0, /dev/ttyACM1 are all ports of 0d28:0204;"), "{detail}");
    }

    #[test]
    fn boards_that_were_swapped_are_the_wrong_device() {
        let (trouble, detail) = refused("0d28:0204:9904a", Some("1-4.2"), None);
        assert_eq!(trouble, ErrorKind::WrongDevice);
        assert_eq!(detail, "0d28:0204:9904a is in 1-4.1, not in 1-4.2");
        let (trouble, detail) = refused("0d28:0204:9904c", Some("1-4.2"), None);
        assert_eq!(
            (trouble, &*detail),
            (ErrorKind::WrongDevice, "in 1-4.2 is 0d28:0204:9904b, not 0d28:0204:9904c")
        );
    }

    #[test]
    fn one_of_several_ports_of_a_device_is_told_by_its_interface() {
        assert_eq!(find("12d1:1506", None, Some(2)).unwrap(), "/dev/ttyUSB1");
        assert!(refused("12d1:1506", None, None).1.contains("interface"));
        assert_eq!(refused("12d1:1506", None, Some(3)).0, ErrorKind::NotFound);
    }

    #[test]
    fn a_device_that_is_not_there_is_told_with_those_that_are() {
        let (trouble, detail) = refused("1209:0001", None, None);
        assert_eq!(trouble, ErrorKind::NotFound);
        assert!(detail.contains("no serial port of 1209:0001; there are: /dev/ttyACM0 (0d28:0204:9904a), "));
        assert!(detail.contains("/dev/ttyS0, "), "{detail}");
        let meant = UsbPort { device: "1209:0001".parse().unwrap(), location: None, interface: None };
        assert!(meant.find("x", &[]).unwrap_err().detail.ends_with("there are: none"));
    }

    #[test]
    fn this_machines_ports_are_listed_by_path() {
        let ports = ports().unwrap();
        assert!(ports.is_sorted_by_key(|port| &port.path));
        assert!(ports.iter().all(|port| port.path.starts_with("/dev/")));
    }
}
