//! This machine's webcams, as the kernel lists them: a camera is named by what it calls itself, or by a path.
//!
//! Read from sysfs, since the library's own listing panics on files in `/dev` that it does not know.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::usb::UsbId;

/// A webcam of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Its path: `/dev/video0`.
    pub path: PathBuf,
    /// Name that the device reports.
    pub name: String,
    /// The USB device that it is, if it is one.
    pub usb: Option<UsbId>,
    /// The socket that this device is plugged into, as the kernel names it.
    pub location: Option<String>,
}

/// The webcams of this machine, by number.
pub fn nodes() -> Vec<Node> {
    nodes_in(Path::new("/sys/class/video4linux"))
}

/// The same from another folder of sysfs. A folder that is not there has none.
fn nodes_in(class: &Path) -> Vec<Node> {
    let folders = fs::read_dir(class).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut nodes: Vec<(u32, Node)> = folders.filter_map(|folder| node(&folder)).collect();
    nodes.sort_by_key(|(number, _)| *number);
    nodes.into_iter().map(|(_, node)| node).collect()
}

fn node(folder: &Path) -> Option<(u32, Node)> {
    let file = folder.file_name()?.to_str()?;
    let number = file.strip_prefix("video")?.parse().ok()?;
    // A camera's second file, which has its own number in it, is for what it says beside its pictures.
    let index = fs::read_to_string(folder.join("index")).unwrap_or_default();
    if !matches!(index.trim(), "" | "0") {
        return None;
    }
    let name = fs::read_to_string(folder.join("name")).ok()?.trim().to_owned();
    let device = folder.join("device").canonicalize().ok();
    let usb =
        device.as_deref().and_then(Path::parent).and_then(|device| Some((UsbId::of_sysfs(device)?, device)));
    let location = usb.as_ref().and_then(|(_, device)| Some(device.file_name()?.to_str()?.to_owned()));
    let path = Path::new("/dev").join(file);
    Some((number, Node { path, name, usb: usb.map(|(usb, _)| usb), location }))
}

/// The path of the camera `wanted`: a path as it is, or the only one of `nodes` that has this name. The error
/// lists those that are there.
pub fn path_of(wanted: &str, nodes: &[Node]) -> Result<PathBuf, String> {
    if wanted.starts_with('/') {
        return Ok(wanted.into());
    }
    let named: Vec<&Node> = nodes.iter().filter(|node| node.name == wanted).collect();
    let listed = |nodes: &[&Node]| {
        let all: Vec<_> =
            nodes.iter().map(|node| format!("{} ({:?})", node.path.display(), node.name)).collect();
        if all.is_empty() { "none".to_owned() } else { all.join(", ") }
    };
    match named.as_slice() {
        [node] => Ok(node.path.clone()),
        [] => Err(format!(
            "no camera is named {wanted:?}; there are: {}",
            listed(&nodes.iter().collect::<Vec<_>>())
        )),
        several => Err(format!(
            "{} cameras are named {wanted:?}: {}; name one by its path in {BY_SOCKET}",
            several.len(),
            listed(several)
        )),
    }
}

/// Where udev names cameras by their sockets.
const BY_SOCKET: &str = "/dev/v4l/by-path";

/// The path by which udev names the camera at `path` after the socket that it is plugged into: unlike its number, it stays
/// when cameras come up in another order.
pub fn by_socket(path: &Path) -> Option<PathBuf> {
    by_socket_in(Path::new(BY_SOCKET), path)
}

fn by_socket_in(folder: &Path, path: &Path) -> Option<PathBuf> {
    let links = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    // udev may name it twice, by the versions of the bus.
    links.filter(|link| link.canonicalize().is_ok_and(|real| real == path)).min()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A folder as sysfs has it: a USB camera with its two files, and one of a kernel module.
    fn sysfs() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        for (file, text) in [("idVendor", "046d\n"), ("idProduct", "0825\n"), ("serial", "A1B2\n")] {
            write(&format!("devices/1-4.2/{file}"), text);
        }
        write("devices/1-4.2/1-4.2:1.0/bInterfaceNumber", "00\n");
        for (video, index, name) in [
            ("video2", "0\n", "UVC Camera (046d:0825)\n"),
            ("video3", "1\n", "UVC Camera (046d:0825)\n"),
            ("video10", "0\n", "rig lab camera\n"),
            ("radio0", "0\n", "a radio\n"),
            ("videoX", "0\n", "no number\n"),
        ] {
            write(&format!("class/{video}/index"), index);
            write(&format!("class/{video}/name"), name);
        }
        for video in ["video2", "video3"] {
            symlink("../../devices/1-4.2/1-4.2:1.0", root.path().join(format!("class/{video}/device")))
                .unwrap();
        }
        root
    }

    #[test]
    fn cameras_are_listed_with_the_device_that_they_are() {
        let root = sysfs();
        let nodes = nodes_in(&root.path().join("class"));
        let [uvc, lab] = nodes.as_slice() else { panic!("{nodes:?}") };
        assert_eq!((uvc.path.to_str(), &*uvc.name), (Some("/dev/video2"), "UVC Camera (046d:0825)"));
        assert_eq!(uvc.usb.as_ref().unwrap().to_string(), "046d:0825:A1B2");
        assert_eq!(uvc.location.as_deref(), Some("1-4.2"));
        assert_eq!((lab.path.to_str(), &*lab.name), (Some("/dev/video10"), "rig lab camera"));
        assert_eq!((&lab.usb, &lab.location), (&None, &None));
        assert_eq!(nodes_in(&root.path().join("nowhere")), []);
    }

    #[test]
    fn a_camera_is_named_by_its_socket() {
        let root = tempfile::tempdir().unwrap();
        let camera = root.path().canonicalize().unwrap().join("video0");
        fs::write(&camera, "").unwrap();
        let by_path = root.path().join("by-path");
        fs::create_dir(&by_path).unwrap();
        symlink("../gone", by_path.join("a-camera-that-is-gone")).unwrap();
        let names =
            ["pci-0000:00:14.0-usb-0:4.2:1.0-video-index0", "pci-0000:00:14.0-usbv2-0:4.2:1.0-video-index0"];
        names.iter().for_each(|name| symlink("../video0", by_path.join(name)).unwrap());
        assert_eq!(by_socket_in(&by_path, &camera), Some(by_path.join(names[0])));
        assert_eq!(by_socket_in(&by_path, &root.path().join("video1")), None);
        assert_eq!(by_socket_in(&root.path().join("nowhere"), &camera), None);
    }

    #[test]
    fn a_camera_is_found_by_its_name_or_its_path() {
        let root = sysfs();
        let mut nodes = nodes_in(&root.path().join("class"));
        assert_eq!(path_of("rig lab camera", &nodes).unwrap(), Path::new("/dev/video10"));
        assert_eq!(path_of("/dev/v4l/by-path/x", &nodes).unwrap(), Path::new("/dev/v4l/by-path/x"));
        let none = path_of("webcam", &nodes).unwrap_err();
        assert!(none.contains("\"webcam\"; there are: /dev/video2 (\"UVC Camera (046d:0825)\"), "), "{none}");
        nodes.push(nodes[1].clone());
        assert!(
            path_of("rig lab camera", &nodes)
                .unwrap_err()
                .contains("name one by its path in /dev/v4l/by-path")
        );
        assert!(path_of("x", &[]).unwrap_err().ends_with("there are: none"));
    }
}
