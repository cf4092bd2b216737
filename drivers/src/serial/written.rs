//! A serial port in a bench file: `"/dev/ttyS0"`, or `{ usb = "VID:PID:SERIAL", location = "1-4.2", interface = 1 }`.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, value::MapAccessDeserializer},
};

use super::{Port, UsbPort};

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.write_str(path),
            Self::Usb(usb) => usb.fmt(f),
        }
    }
}

/// The table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UsbTable {
    usb: String,
    location: Option<String>,
    interface: Option<u8>,
}

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = Port;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path, or { usb = \"VID:PID:SERIAL\" }, with a location and an interface where needed")
    }

    fn visit_str<E: de::Error>(self, path: &str) -> Result<Port, E> {
        Ok(Port::Path(path.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Port, A::Error> {
        let UsbTable { usb, location, interface } = UsbTable::deserialize(MapAccessDeserializer::new(map))?;
        let device = usb.parse().map_err(de::Error::custom)?;
        if let Some(bad) = location.as_ref().filter(|location| !is_location(location)) {
            return Err(de::Error::custom(format!(
                "{bad:?} is no USB socket; it is bus-port.port, as in 1-4.2"
            )));
        }
        Ok(Port::Usb(UsbPort { device, location, interface }))
    }
}

/// Whether the kernel would name a socket so.
fn is_location(text: &str) -> bool {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-').is_some_and(|(bus, ports)| number(bus) && ports.split('.').all(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Line {
        port: Port,
    }

    fn parse(port: &str) -> Result<Port, String> {
        let line = toml::from_str::<Line>(&format!("port = {port}"));
        line.map(|line| line.port).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_port_is_a_path_or_a_usb_device() {
        assert_eq!(parse("\"/dev/ttyS0\""), Ok(Port::Path("/dev/ttyS0".into())));
        let device = "0d28:0204:9904".parse().unwrap();
        let usb = UsbPort { device, location: Some("1-4.2".into()), interface: Some(1) };
        let written = "{ usb = \"0d28:0204:9904\", location = \"1-4.2\", interface = 1 }";
        assert_eq!(parse(written), Ok(Port::Usb(usb)));
    }

    #[test]
    fn what_is_no_port_is_refused_with_what_would_be() {
        for (written, words) in [
            ("5", "expected a path, or { usb ="),
            ("{}", "missing field `usb`"),
            ("{ usb = \"0d28\" }", "\"0d28\" is no USB device; it is VID:PID"),
            ("{ usb = \"0d28:0204\", location = \"4.2\" }", "no USB socket; it is bus-port.port"),
            ("{ usb = \"0d28:0204\", location = \"1-\" }", "no USB socket"),
            ("{ usb = \"0d28:0204\", socket = \"1-4\" }", "unknown field `socket`"),
            ("{ usb = \"0d28:0204\", interface = 256 }", "invalid value"),
        ] {
            let refused = parse(written).unwrap_err();
            assert!(refused.contains(words), "{written}: {refused}");
        }
    }
}
