//! The webcams of this machine, for people who write a bench file.

use serde::Serialize;

use super::{Node, by_socket, nodes};
use crate::registry::{Listing, PluggedIn, pasted};

/// A webcam and what it can be asked for.
#[derive(Debug, Serialize)]
pub struct FoundCamera {
    /// The device.
    #[serde(flatten)]
    pub node: Node,
    /// Identifier for a bench file: its name or, if another camera has the same, its socket.
    pub device: String,
    /// Its formats that the driver reads.
    pub formats: Listing<String>,
}

impl PluggedIn for FoundCamera {
    fn lines(&self) -> Vec<String> {
        let Self { node: Node { path, name, usb, .. }, device, formats } = self;
        let usb = usb.as_ref().map_or_else(String::new, |usb| format!(", {usb}"));
        let path = path.display();
        let remark = match device == name {
            true => format!("{path}{usb}"),
            false => format!("{path}, {name}, as another one is called{usb}"),
        };
        let formats = formats.lines().into_iter().map(|format| format!("  # {format}"));
        std::iter::once(pasted("device", device, &remark)).chain(formats).collect()
    }
}

/// All of them.
pub fn list() -> Listing<FoundCamera> {
    Listing::Found(described(nodes()))
}

fn described(nodes: Vec<Node>) -> Vec<FoundCamera> {
    let names: Vec<String> = nodes.iter().map(|node| node.name.clone()).collect();
    let camera = |node: Node| {
        let is_alone = names.iter().filter(|name| **name == node.name).count() == 1;
        let path = || by_socket(&node.path).unwrap_or_else(|| node.path.clone()).display().to_string();
        let device = if is_alone { node.name.clone() } else { path() };
        FoundCamera { device, formats: formats(&node), node }
    };
    nodes.into_iter().map(camera).collect()
}

#[cfg(feature = "camera")]
fn formats(node: &Node) -> Listing<String> {
    let path = node.path.clone();
    Listing::of(move || {
        super::formats("camera", &path).map_err(|error| format!("{}: {}", error.trouble, error.detail))
    })
}

#[cfg(not(feature = "camera"))]
fn formats(_: &Node) -> Listing<String> {
    Listing::without(super::keys::FEATURE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cameras_of_one_name_are_told_apart_by_their_paths() {
        let node = |path: &str| Node { path: path.into(), name: "a".into(), usb: None, location: None };
        let two = described(vec![node("/dev/video0"), node("/dev/video1")]);
        assert!(two.iter().all(|camera| camera.device.starts_with("/dev/")));
        assert_eq!(described(vec![node("/dev/video0")])[0].device, "a");
    }
}
