//! USB devices by what they say of themselves, as bench files and probe-rs write it.

use std::{fmt, fs, path::Path, str::FromStr};

use serde::{Serialize, Serializer};

/// A USB device: "VID:PID:SERIAL", numbers in hexadecimal; without the serial number, any of its make.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UsbId {
    /// The vendor's number.
    pub vendor: u16,
    /// The product's number.
    pub product: u16,
    /// The serial number, if it has one or if it matters.
    pub serial: Option<String>,
}

impl UsbId {
    /// Whether `device` is the one, or one of those, that are meant.
    pub fn means(&self, device: &Self) -> bool {
        let serial = self.serial.is_none() || self.serial == device.serial;
        (self.vendor, self.product) == (device.vendor, device.product) && serial
    }

    /// The device whose folder in sysfs this is.
    pub(crate) fn of_sysfs(folder: &Path) -> Option<Self> {
        let read = |file: &str| Some(fs::read_to_string(folder.join(file)).ok()?.trim().to_owned());
        let number = |file: &str| u16::from_str_radix(&read(file)?, 16).ok();
        let serial = read("serial").filter(|serial| !serial.is_empty());
        Some(Self { vendor: number("idVendor")?, product: number("idProduct")?, serial })
    }
}

impl fmt::Display for UsbId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}:{:04x}", self.vendor, self.product)?;
        self.serial.as_ref().map_or(Ok(()), |serial| write!(f, ":{serial}"))
    }
}

impl Serialize for UsbId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for UsbId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || {
            format!(
                "{text:?} is no USB device; it is VID:PID or VID:PID:SERIAL, as in 0d28:0204:9904360254994e45"
            )
        };
        let number = |part: Option<&str>| {
            let digits =
                part.filter(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
            digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()).ok_or_else(form)
        };
        let mut parts = text.splitn(3, ':');
        let (vendor, product) = (number(parts.next())?, number(parts.next())?);
        let serial = match parts.next() {
            Some("") => return Err(form()),
            serial => serial.map(str::to_owned),
        };
        Ok(Self { vendor, product, serial })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_device_or_any_of_its_make_is_meant() {
        let parse = |text: &str| text.parse::<UsbId>().unwrap();
        let device = parse("0d28:0204:9904");
        assert!(parse("0D28:0204").means(&device) && device.means(&device));
        for other in ["0d28:0204:9905", "0d28:0205", "0d29:0204:9904"] {
            assert!(!parse(other).means(&device), "{other}");
        }
        assert!(!device.means(&parse("0d28:0204")), "a device that does not tell its serial number");
        assert_eq!(parse("1209:0001:a:b c").serial.as_deref(), Some("a:b c"));
    }

    #[test]
    fn what_is_no_device_is_refused() {
        for text in ["", "0d28", "0d28:", "0d28:204", "0d28:0204:", "+d28:0204", "0d28-0204", "00d28:0204"] {
            assert!(text.parse::<UsbId>().unwrap_err().contains("VID:PID:SERIAL"), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(vendor: u16, product: u16, serial in proptest::option::of(".+")) {
            let id = UsbId { vendor, product, serial };
            prop_assert_eq!(id.to_string().parse::<UsbId>(), Ok(id));
        }

        #[test]
        fn any_text_is_a_device_or_refused(text: String) {
            let _ = text.parse::<UsbId>();
        }
    }
}
