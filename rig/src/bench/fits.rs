//! Whether what a bench file says fits the profile and the pictures of its cameras: a serial number of another form,
//! or a place outside of the picture, would make a sound product look broken.

use drivers::registry::ConfigError;
use regex::Regex;
use toml::Spanned;

use super::file::BenchFile;
use crate::profile::Profile;

/// The width and height of a picture where the bench file names none: that of simulated cameras.
const PICTURE: [u32; 2] = [1280, 720];

/// The first thing that does not fit.
pub(super) fn check(file: &BenchFile, profile: &Profile) -> Result<(), ConfigError> {
    for device in &file.devices {
        serial_number(&device.serial_number, &profile.serial_number.pattern)?;
        in_picture(file, &device.view.camera, &device.view.region)?;
        if let Some(back) = &device.back {
            in_picture(file, &back.camera, &back.region)?;
        }
    }
    for view in file.phones.iter().filter_map(|phone| phone.view.as_ref()) {
        in_picture(file, &view.camera, &view.region)?;
    }
    for camera in &file.cameras {
        if let Some(control) = &camera.control {
            in_picture(file, &camera.name, &control.region)?;
        }
    }
    Ok(())
}

fn serial_number(number: &Spanned<String>, pattern: &Regex) -> Result<(), ConfigError> {
    if pattern.is_match(number.get_ref()) {
        return Ok(());
    }
    let message =
        format!("{:?} is no serial number of this product; the profile has {pattern}", number.get_ref());
    Err(ConfigError::new(number, message))
}

/// A place that lies outside of its camera's picture, in part or whole.
fn in_picture(
    file: &BenchFile,
    camera: &Spanned<String>,
    region: &Spanned<drivers::camera::Region>,
) -> Result<(), ConfigError> {
    let size = file.settings_of(camera.get_ref()).and_then(|settings| settings.value("size"));
    let [width, height]: [u32; 2] = size.unwrap_or(PICTURE);
    let place = region.get_ref();
    let ends = (place.x.saturating_add(place.width), place.y.saturating_add(place.height));
    if ends.0 <= width as usize && ends.1 <= height as usize {
        return Ok(());
    }
    let message = format!(
        "the region ends at {}, {}, outside of the picture of {:?}: {width} by {height} pixels",
        ends.0,
        ends.1,
        camera.get_ref()
    );
    Err(ConfigError::new(region, message))
}
