//! Devices plugged into this machine, ready to be pasted into a bench file.

use std::time::Duration;

use drivers::{
    bluetooth,
    camera::webcam::{Node, by_socket, nodes},
    probe,
    serial::{self, Present},
    supervised,
};
use serde::Serialize;

/// How long a kind of instrument may take to be listed.
const LIMIT: Duration = Duration::from_secs(30);

/// The answer of a library, which may hang; an error in words if there is none.
fn asked<T: Send + 'static>(ask: impl FnOnce() -> Result<T, String> + Send + 'static) -> Result<T, String> {
    supervised("doctor", LIMIT, ask).map_err(|why| why.to_string())?
}

/// All that there is, by kind.
#[derive(Serialize)]
pub(super) struct Inventory {
    serial_ports: Listing<Present>,
    debug_probes: Listing<probe::FoundProbe>,
    cameras: Listing<Camera>,
    microphones: Listing<Input>,
    bluetooth_adapters: Listing<bluetooth::FoundAdapter>,
}

/// Devices of one kind, or the reason for which they could not be listed.
#[derive(Serialize)]
#[serde(untagged)]
enum Listing<T> {
    Found(Vec<T>),
    Trouble { trouble: String },
}

/// A webcam and what it can be asked for.
#[derive(Serialize)]
struct Camera {
    #[serde(flatten)]
    node: Node,
    /// Identifier for a bench file: its name or, if another camera has the same, its socket.
    device: String,
    formats: Listing<String>,
}

/// A microphone.
#[derive(Serialize)]
struct Input {
    id: String,
    name: String,
}

impl<T> Listing<T> {
    fn of(found: Result<Vec<T>, String>) -> Self {
        match found {
            Ok(found) => Self::Found(found),
            Err(trouble) => Self::Trouble { trouble },
        }
    }
}

impl Inventory {
    /// Asks for everything, a kind after the other.
    pub fn take() -> Self {
        Self {
            serial_ports: Listing::of(asked(serial::ports)),
            debug_probes: Listing::of(asked(|| Ok(probe::probes()))),
            cameras: Listing::Found(cameras(nodes())),
            microphones: Listing::of(asked(inputs)),
            bluetooth_adapters: Listing::of(asked(adapters)),
        }
    }

    /// For people.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        section(&mut lines, "Serial ports", &self.serial_ports, port);
        section(&mut lines, "Debug probes", &self.debug_probes, |probe| {
            vec![pasted("selector", &probe.selector, &probe.model)]
        });
        section(&mut lines, "Cameras", &self.cameras, camera);
        section(&mut lines, "Microphones", &self.microphones, |input| {
            vec![pasted("device", &input.id, &input.name)]
        });
        section(&mut lines, "Bluetooth adapters", &self.bluetooth_adapters, |adapter| {
            let power = if adapter.powered { "" } else { ", powered off" };
            vec![pasted("adapter", &adapter.address, &format!("{}{power}", adapter.interface))]
        });
        lines
    }
}

fn cameras(nodes: Vec<Node>) -> Vec<Camera> {
    let names: Vec<String> = nodes.iter().map(|node| node.name.clone()).collect();
    let camera = |node: Node| {
        let is_alone = names.iter().filter(|name| **name == node.name).count() == 1;
        let path = || by_socket(&node.path).unwrap_or_else(|| node.path.clone()).display().to_string();
        let device = if is_alone { node.name.clone() } else { path() };
        Camera { device, formats: formats(&node), node }
    };
    nodes.into_iter().map(camera).collect()
}

#[cfg(feature = "camera")]
fn formats(node: &Node) -> Listing<String> {
    let path = node.path.clone();
    Listing::of(asked(move || {
        drivers::camera::webcam::formats("camera", &path)
            .map_err(|error| format!("{}: {}", error.trouble, error.detail))
    }))
}

#[cfg(not(feature = "camera"))]
fn formats(_: &Node) -> Listing<String> {
    Listing::Trouble { trouble: "this build cannot ask: build rig with --features camera".into() }
}

#[cfg(feature = "microphone")]
fn inputs() -> Result<Vec<Input>, String> {
    let inputs = drivers::microphone::inputs()?;
    Ok(inputs.into_iter().map(|(id, name)| Input { id, name }).collect())
}

#[cfg(not(feature = "microphone"))]
fn inputs() -> Result<Vec<Input>, String> {
    Err("this build cannot ask: build rig with --features microphone".into())
}

#[cfg(feature = "bluetooth")]
fn adapters() -> Result<Vec<bluetooth::FoundAdapter>, String> {
    let clock = std::sync::Arc::new(drivers::clock::RealClock::new(Duration::ZERO));
    bluetooth::adapters(bluetooth::BluetoothLimits::default(), clock).map_err(|error| error.detail)
}

#[cfg(not(feature = "bluetooth"))]
fn adapters() -> Result<Vec<bluetooth::FoundAdapter>, String> {
    Err("this build cannot ask: build rig with --features bluetooth".into())
}

/// A heading, and below it what `describe` makes of each that was found.
fn section<T>(
    lines: &mut Vec<String>,
    heading: &str,
    listing: &Listing<T>,
    describe: impl Fn(&T) -> Vec<String>,
) {
    lines.push(heading.to_owned());
    lines.extend(described(listing, describe).into_iter().map(|line| format!("  {line}")));
}

fn described<T>(listing: &Listing<T>, describe: impl Fn(&T) -> Vec<String>) -> Vec<String> {
    match listing {
        Listing::Found(found) if found.is_empty() => vec!["none".to_owned()],
        Listing::Found(found) => found.iter().flat_map(describe).collect(),
        Listing::Trouble { trouble } => vec![format!("cannot be listed: {trouble}")],
    }
}

fn port(port: &Present) -> Vec<String> {
    let Some(usb) = &port.usb else { return vec![format!("port = {}", quoted(&port.path))] };
    let mut keys = vec![format!("usb = {}", quoted(&usb.to_string()))];
    keys.extend(port.location.iter().map(|location| format!("location = {}", quoted(location))));
    keys.extend(port.interface.iter().map(|interface| format!("interface = {interface}")));
    let product = port.product.as_ref().map_or_else(String::new, |product| format!(", {product}"));
    vec![format!("port = {{ {} }}  # {}{product}", keys.join(", "), port.path)]
}

fn camera(camera: &Camera) -> Vec<String> {
    let Camera { node: Node { path, name, usb, .. }, device, formats } = camera;
    let usb = usb.as_ref().map_or_else(String::new, |usb| format!(", {usb}"));
    let path = path.display();
    let remark = match device == name {
        true => format!("{path}{usb}"),
        false => format!("{path}, {name}, as another one is called{usb}"),
    };
    let first = pasted("device", device, &remark);
    let formats = described(formats, |format| vec![format.clone()]);
    std::iter::once(first).chain(formats.into_iter().map(|format| format!("  # {format}"))).collect()
}

fn pasted(key: &str, value: &str, remark: &str) -> String {
    format!("{key} = {}  # {remark}", quoted(value))
}

/// As TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    /// A machine with nothing on it.
    fn bare() -> Inventory {
        Inventory {
            serial_ports: Listing::Found(vec![]),
            debug_probes: Listing::Found(vec![]),
            cameras: Listing::Found(cameras(vec![])),
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
        let camera = |path, name, device: &str, formats| Camera {
            node: node(path, name),
            device: device.into(),
            formats,
        };
        let formats = || Listing::Found(vec!["1280 by 720 at 30 a second, YUYV".to_owned()]);
        let busy = || Listing::Trouble { trouble: "in use".into() };
        Inventory {
            serial_ports: Listing::Found(vec![board, own]),
            debug_probes: Listing::Found(vec![probe::FoundProbe {
                selector: "0d28:0204:9904".into(),
                model: "BBC micro:bit CMSIS-DAP".into(),
            }]),
            cameras: Listing::Found(vec![
                camera("/dev/video10", "rig \"lab\" camera", "rig \"lab\" camera", formats()),
                camera("/dev/video0", "UVC Camera", "/dev/v4l/by-path/pci-usb-4.2-video-index0", busy()),
            ]),
            microphones: Listing::Found(vec![Input {
                id: "hw:CARD=U1,DEV=0".into(),
                name: "USB Audio".into(),
            }]),
            bluetooth_adapters: Listing::Found(vec![bluetooth::FoundAdapter {
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

    #[test]
    fn cameras_of_one_name_are_told_apart_by_their_paths() {
        let node = |path: &str| Node { path: path.into(), name: "a".into(), usb: None, location: None };
        let two = cameras(vec![node("/dev/video0"), node("/dev/video1")]);
        assert!(two.iter().all(|camera| camera.device.starts_with("/dev/")));
        assert_eq!(cameras(vec![node("/dev/video0")])[0].device, "a");
    }
}
