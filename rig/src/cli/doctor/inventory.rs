//! Devices plugged into this machine, ready to be pasted into a bench file: each driver lists its own.

use drivers::{
    bluetooth::{self, FoundAdapter},
    camera::webcam::{self, FoundCamera},
    microphone::{self, FoundMicrophone},
    probe::{self, FoundProbe},
    registry::{Listing, PluggedIn},
    serial::{self, Present},
};
use serde::Serialize;

/// All that there is, by kind.
#[derive(Serialize)]
pub(super) struct Inventory {
    serial_ports: Listing<Present>,
    debug_probes: Listing<FoundProbe>,
    cameras: Listing<FoundCamera>,
    microphones: Listing<FoundMicrophone>,
    bluetooth_adapters: Listing<FoundAdapter>,
}

impl Inventory {
    /// Asks for everything, a kind after the other.
    pub fn take() -> Self {
        Self {
            serial_ports: serial::list(),
            debug_probes: probe::list(),
            cameras: webcam::list(),
            microphones: microphone::list(),
            bluetooth_adapters: bluetooth::list(),
        }
    }

    /// For people.
    pub fn lines(&self) -> Vec<String> {
        [
            section("Serial ports", &self.serial_ports),
            section("Debug probes", &self.debug_probes),
            section("Cameras", &self.cameras),
            section("Microphones", &self.microphones),
            section("Bluetooth adapters", &self.bluetooth_adapters),
        ]
        .concat()
    }
}

/// A heading, and below it all that was found.
fn section<T: PluggedIn>(heading: &str, listing: &Listing<T>) -> Vec<String> {
    let found = listing.lines().into_iter().map(|line| format!("  {line}"));
    std::iter::once(heading.to_owned()).chain(found).collect()
}

#[cfg(test)]
mod tests {
    use drivers::camera::webcam::Node;
    use insta::assert_snapshot;

    use super::*;

    /// A machine with nothing on it.
    fn bare() -> Inventory {
        Inventory {
            serial_ports: Listing::Found(vec![]),
            debug_probes: Listing::Found(vec![]),
            cameras: Listing::Found(vec![]),
            microphones: Listing::Found(vec![]),
            bluetooth_adapters: Listing::Trouble { trouble: "listing Bluetooth adapters: no bus".into() },
        }
    }

    fn lab() -> Inventory {
        let usb = |text: &str| Some(text.parse().unwrap());
        let board = Present {
            path: "/dev/ttyACM0".into(),
            usb: usb("0d28:0204:9904"),
            location: Some("1-4.2".into()),
            interface: Some(1),
            product: Some("BBC micro:bit CMSIS-DAP".into()),
        };
        let own =
            Present { path: "/dev/ttyS0".into(), usb: None, location: None, interface: None, product: None };
        let node =
            |path: &str, name: &str| Node { path: path.into(), name: name.into(), usb: None, location: None };
        let camera = |path, name, device: &str, formats| FoundCamera {
            node: node(path, name),
            device: device.into(),
            formats,
        };
        let formats = || Listing::Found(vec!["1280 by 720 at 30 a second, YUYV".to_owned()]);
        let busy = || Listing::Trouble { trouble: "in use".into() };
        Inventory {
            serial_ports: Listing::Found(vec![board, own]),
            debug_probes: Listing::Found(vec![FoundProbe {
                selector: "0d28:0204:9904".into(),
                model: "BBC micro:bit CMSIS-DAP".into(),
            }]),
            cameras: Listing::Found(vec![
                camera("/dev/video10", "rig \"lab\" camera", "rig \"lab\" camera", formats()),
                camera("/dev/video0", "UVC Camera", "/dev/v4l/by-path/pci-usb-4.2-video-index0", busy()),
            ]),
            microphones: Listing::Found(vec![FoundMicrophone {
                id: "hw:CARD=U1,DEV=0".into(),
                name: "USB Audio".into(),
            }]),
            bluetooth_adapters: Listing::Found(vec![FoundAdapter {
                address: "00:11:22:33:44:55".into(),
                interface: "hci0".into(),
                powered: false,
            }]),
        }
    }

    #[test]
    fn a_bare_machine_for_people_and_programs() {
        assert_snapshot!("bare", bare().lines().join("\n"));
        assert_snapshot!("bare_json", serde_json::to_string(&bare()).unwrap());
    }

    #[test]
    fn a_lab_for_people_and_programs() {
        assert_snapshot!("lab", lab().lines().join("\n"));
        assert_snapshot!("lab_json", serde_json::to_string(&lab()).unwrap());
    }

    #[test]
    fn what_is_listed_can_be_pasted() {
        for line in lab().lines().iter().filter(|line| line.contains(" = ")) {
            toml::from_str::<toml::Table>(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
    }
}
