//! Webcams through the library nokhwa (V4L2 on Linux): nothing here but the calls into it.

use std::{path::Path, time::Duration};

use ::nokhwa::{
    NokhwaError,
    utils::{
        ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType, Resolution,
    },
};

use super::{
    Mode, OpenedWebcam, RawFormat, RawFrame, Source, Webcam, WebcamKeys, nodes, path_of, v4l2::OfDevice,
    wall_clock,
};
use crate::{DriverError, ErrorKind, Identity, Result, SharedClock, registry::DriverKeys};

/// Opens the webcam `device`: its name, or `/dev/video0`, or a link to that, such as `/dev/v4l/by-id/...`,
/// which is independent of the port.
///
/// Unpacked formats are tried before MJPEG, which loses detail. [`ErrorKind::Unsupported`] where the device
/// offers the mode in no format that this driver reads; [`ErrorKind::NotFound`], [`ErrorKind::InUse`] where
/// it cannot be opened.
pub fn open(name: impl Into<String>, device: &str, mode: Mode, clock: SharedClock) -> Result<Webcam> {
    let name = name.into();
    let device =
        path_of(device, &nodes()).map_err(|why| DriverError::new(&name, ErrorKind::NotFound, why))?;
    let own_name = name.clone();
    let opener = move || open_device(&own_name, &device, mode);
    Webcam::open(name, clock, wall_clock(), Box::new(opener))
}

/// Formats of the webcam `device` that this driver reads, in words ("1280 by 720 at 30 a second, YUYV"); the
/// most pixels first. May block as long as the device does.
pub fn formats(name: &str, device: &Path) -> Result<Vec<String>> {
    let index = number(device)
        .ok_or_else(|| DriverError::new(name, ErrorKind::NotFound, format!("{}", device.display())))?;
    let read_here = FORMATS.map(|(packed, _)| packed);
    let request = RequestedFormat::with_formats(RequestedFormatType::None, &read_here);
    let opened = ::nokhwa::Camera::with_backend(CameraIndex::Index(index), request, ApiBackend::Video4Linux);
    let mut camera = opened.map_err(|error| trouble(name, &error))?;
    let mut found = camera.compatible_camera_formats().map_err(|error| trouble(name, &error))?;
    found.retain(|format| FORMATS.iter().any(|(packed, _)| *packed == format.format()));
    let place = |format: &CameraFormat| FORMATS.iter().position(|(packed, _)| *packed == format.format());
    let size = |format: &CameraFormat| u64::from(format.width()) * u64::from(format.height());
    found.sort_by_key(|format| (std::cmp::Reverse((size(format), format.frame_rate())), place(format)));
    let words = |format: &CameraFormat| {
        format!(
            "{} by {} at {} a second, {}",
            format.width(),
            format.height(),
            format.frame_rate(),
            format.format()
        )
    };
    let mut words: Vec<String> = found.iter().map(words).collect();
    words.dedup();
    Ok(words)
}

const FORMATS: [(FrameFormat, RawFormat); 3] = [
    (FrameFormat::YUYV, RawFormat::Yuyv),
    (FrameFormat::NV12, RawFormat::Nv12),
    (FrameFormat::MJPEG, RawFormat::Mjpeg),
];

fn open_device(name: &str, device: &Path, mode: Mode) -> Result<OpenedWebcam> {
    let index = number(device)
        .ok_or_else(|| DriverError::new(name, ErrorKind::NotFound, format!("{}", device.display())))?;
    let mut refusal = None;
    for (packed, format) in FORMATS {
        match open_as(&CameraIndex::Index(index), packed, mode) {
            Ok(Some(camera)) => {
                let rate = camera.camera_format().frame_rate().max(1);
                let identity = identity(&camera, device);
                let source = Box::new(Device { name: name.into(), camera, format });
                let controls = OfDevice::open(device).map_err(|error| {
                    DriverError::new(name, ErrorKind::NotFound, format!("{}: {error}", device.display()))
                })?;
                let period = Duration::from_secs(1) / rate;
                return Ok(OpenedWebcam { source, identity, period, controls: Some(Box::new(controls)) });
            }
            Ok(None) => (),
            Err(error) => refusal = Some(trouble(name, &error)),
        }
    }
    let Mode { width, height, rate } = mode;
    let detail = format!("{width} by {height} at {rate} a second, neither as YUYV, NV12 nor MJPEG");
    Err(refusal.unwrap_or_else(|| DriverError::new(name, ErrorKind::Unsupported, detail)))
}

/// The camera, its stream open; `None` where it grants another mode than was asked for.
fn open_as(
    index: &CameraIndex,
    packed: FrameFormat,
    mode: Mode,
) -> std::result::Result<Option<::nokhwa::Camera>, NokhwaError> {
    let resolution = Resolution::new(mode.width, mode.height);
    let wanted = CameraFormat::new(resolution, packed, mode.rate);
    let formats = [packed];
    let request = RequestedFormat::with_formats(RequestedFormatType::Exact(wanted), &formats);
    let mut camera = ::nokhwa::Camera::with_backend(index.clone(), request, ApiBackend::Video4Linux)?;
    let granted = camera.camera_format();
    if granted.resolution() != resolution || granted.format() != packed {
        return Ok(None);
    }
    camera.open_stream()?;
    Ok(Some(camera))
}

/// The number of a `/dev/video` file.
fn number(device: &Path) -> Option<u32> {
    let file = device.canonicalize().ok()?;
    file.to_str()?.strip_prefix("/dev/video")?.parse().ok()
}

fn identity(camera: &::nokhwa::Camera, device: &Path) -> Identity {
    let info = camera.info();
    let detail = [
        ("device".into(), device.display().to_string()),
        ("kernel driver".into(), info.description().to_owned()),
        ("format".into(), camera.camera_format().to_string()),
    ];
    Identity {
        driver: WebcamKeys::NAME.into(),
        model: info.human_name(),
        serial: String::new(),
        detail: detail.into(),
    }
}

struct Device {
    name: String,
    camera: ::nokhwa::Camera,
    format: RawFormat,
}

impl Source for Device {
    fn next(&mut self) -> Result<RawFrame> {
        let buffer = self.camera.frame().map_err(|error| trouble(&self.name, &error))?;
        Ok(RawFrame {
            format: self.format,
            width: buffer.resolution().width() as usize,
            height: buffer.resolution().height() as usize,
            bytes: buffer.buffer().to_vec(),
            captured: buffer.capture_timestamp(),
        })
    }
}

/// The library hands on the system's errors as text.
fn trouble(name: &str, error: &NokhwaError) -> DriverError {
    let detail = error.to_string();
    let says = |words: &[&str]| words.iter().any(|word| detail.contains(word));
    let kind = match error {
        _ if says(&["busy", "os error 16"]) => ErrorKind::InUse,
        NokhwaError::OpenDeviceError(..) => ErrorKind::NotFound,
        _ if says(&["No such device", "os error 19", "os error 5)"]) => ErrorKind::Unplugged,
        NokhwaError::SetPropertyError { .. } | NokhwaError::UnsupportedOperationError(_) => {
            ErrorKind::Unsupported
        }
        _ => ErrorKind::NoAnswer,
    };
    DriverError::new(name, kind, detail)
}
