//! Keys of a webcam in a bench file.

use std::{num::NonZero, time::Duration};

use serde::Deserialize;
use toml::Spanned;

use super::{Latency, Mode};
use crate::{
    Result,
    camera::{Camera, Locked},
    registry::{Checked, Claim, ConfigError, DriverKeys, Feature, Open, Opening},
};

/// Keys of a webcam in a bench file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(feature = "camera"), expect(dead_code, reason = "read where there is a driver"))]
pub struct WebcamKeys {
    /// The device's own name, or its path.
    device: Spanned<String>,
    /// Width and height in pixels.
    size: Spanned<[u32; 2]>,
    /// Frames a second.
    rate_hz: Option<NonZero<u32>>,
    /// How late the stamps of its pictures are, as `rig calibrate` has measured it.
    latency: Option<Spanned<LatencyKeys>>,
    /// The values that focus, exposure and white balance are kept at, as `rig calibrate` found them.
    locked: Option<Locked>,
}

/// How late the stamps of a webcam's pictures are.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatencyKeys {
    /// Milliseconds; below zero where they are early.
    pub ms: f64,
    /// The largest error of that, in milliseconds.
    pub within_ms: f64,
}

/// The cargo feature of webcams.
pub(super) const FEATURE: Feature = Feature { name: "camera", built: cfg!(feature = "camera") };
/// The rate where a bench file names none.
const DEFAULT_RATE_HZ: u32 = 30;
/// A camera that is later than this is of no use for anything.
const MOST_LATE_MS: f64 = 10_000.0;

impl DriverKeys for WebcamKeys {
    const NAME: &'static str = "nokhwa";
    const FEATURE: Option<Feature> = Some(FEATURE);

    fn check(&self) -> Checked<()> {
        let Mode { width, height, .. } = self.mode();
        if width == 0 || height == 0 || width % 2 == 1 || height % 2 == 1 {
            let message = format!("{width} by {height} is no picture: both are even, as in [1280, 720]");
            return Err(ConfigError::new(&self.size, message));
        }
        self.latency.as_ref().map_or(Ok(()), |latency| read_latency(latency).map(drop))
    }

    fn claims(&self) -> Vec<Claim> {
        vec![Claim::new("camera", &self.device)]
    }
}

impl WebcamKeys {
    fn mode(&self) -> Mode {
        let [width, height] = *self.size.get_ref();
        Mode { width, height, rate: self.rate_hz.map_or(DEFAULT_RATE_HZ, NonZero::get) }
    }
}

impl Open<dyn Camera> for WebcamKeys {
    #[cfg(feature = "camera")]
    fn open(self, at: Opening<'_, dyn Camera>) -> Result<Box<dyn Camera>> {
        let (device, mode) = (self.device.get_ref(), self.mode());
        let latency = self.latency.as_ref().map(read_latency).transpose();
        let latency = latency.map_err(|error| error.of(at.name))?;
        let mut camera = super::open(at.name, device, mode, at.clock.clone())?;
        if let Some(locked) = &self.locked {
            camera.lock(locked)?;
        }
        latency.into_iter().for_each(|latency| camera.correct(latency));
        Ok(Box::new(camera))
    }

    #[cfg(not(feature = "camera"))]
    fn open(self, at: Opening<'_, dyn Camera>) -> Result<Box<dyn Camera>> {
        Err(crate::registry::not_built::<Self>(at.name))
    }
}

fn read_latency(written: &Spanned<LatencyKeys>) -> Checked<Latency> {
    let LatencyKeys { ms, within_ms } = *written.get_ref();
    if !(ms.abs() <= MOST_LATE_MS && (0.0..=MOST_LATE_MS).contains(&within_ms)) {
        let message = format!(
            "{ms} ms within {within_ms} ms is no latency: both are {MOST_LATE_MS} ms at most, and the second one is no \
             less than 0"
        );
        return Err(ConfigError::new(written, message));
    }
    let within = Duration::from_secs_f64(within_ms / 1e3);
    Ok(Latency { late_ns: (ms * 1e6).round() as i64, within })
}
