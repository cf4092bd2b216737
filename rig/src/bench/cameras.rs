//! Which camera of a bench sees what.

use super::{Bench, CameraEntry, ControlEntry, DeviceEntry, ViewEntry};

/// The cameras over the code devices, in the order that the bench file names them in.
pub(super) fn device_cameras(bench: &Bench) -> Vec<&str> {
    let over_devices = |camera: &&str| devices_under(bench, camera).next().is_some();
    bench.cameras.iter().map(|camera| camera.name.get_ref().as_str()).filter(over_devices).collect()
}

/// The devices that `camera` sees, by their place in the bench file.
pub(super) fn devices_under<'b>(bench: &'b Bench, camera: &'b str) -> impl Iterator<Item = usize> + 'b {
    let sees = move |(_, device): &(usize, &DeviceEntry)| device.view.camera.get_ref() == camera;
    bench.devices.iter().enumerate().filter(sees).map(|(place, _)| place)
}

/// Where cameras see phones, in the order of the bench file.
fn phone_views(bench: &Bench) -> impl Iterator<Item = &ViewEntry> {
    bench.phones.iter().filter_map(|phone| phone.view.as_ref())
}

/// Where cameras see the backs of devices, in the order of the bench file.
fn back_views(bench: &Bench) -> impl Iterator<Item = &ViewEntry> {
    bench.devices.iter().filter_map(|device| device.back.as_ref())
}

/// The serial numbers of the devices whose backs a camera sees, in the order of the bench file.
pub(super) fn backs(bench: &Bench) -> Vec<&str> {
    let seen = bench.devices.iter().filter(|device| device.back.is_some());
    seen.map(|device| device.serial_number.get_ref().as_str()).collect()
}

/// The camera that sees the phones.
pub(super) fn phone_camera(bench: &Bench) -> Option<(&CameraEntry, &ControlEntry)> {
    first_of(bench, phone_views(bench))
}

/// The camera that sees the backs of devices.
pub(super) fn label_camera(bench: &Bench) -> Option<(&CameraEntry, &ControlEntry)> {
    first_of(bench, back_views(bench))
}

/// The camera of the first of `views`, and the printed code in its view.
fn first_of<'b>(
    bench: &'b Bench,
    mut views: impl Iterator<Item = &'b ViewEntry>,
) -> Option<(&'b CameraEntry, &'b ControlEntry)> {
    let name = views.next()?.camera.get_ref();
    let camera = bench.cameras.iter().find(|camera| camera.name.get_ref() == name)?;
    Some((camera, camera.control.as_ref()?))
}

/// The simulator has one camera over the phones, and one under the glass plate.
pub(super) fn one_of_each(bench: &Bench) -> Result<(), String> {
    one("over the phones", phone_views(bench))?;
    one("under the backs of devices", back_views(bench))
}

fn one<'b>(place: &str, views: impl Iterator<Item = &'b ViewEntry>) -> Result<(), String> {
    let mut names = views.map(|view| view.camera.get_ref());
    let first = names.next();
    match names.find(|name| Some(*name) != first) {
        Some(other) => Err(format!("the simulated bench has one camera {place}, and it is not {other:?}")),
        None => Ok(()),
    }
}
