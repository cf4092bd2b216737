//! A recording played back: frames from picture files, shown when their stamps come on the bench clock.
//!
//! A recording is a folder with the pictures and a `frames.toml`:
//!
//! ```toml
//! model = "what took them"
//! period_ns = 33333333
//!
//! [[frame]]
//! file = "0.png"
//! at_ns = 16666667          # the middle of the exposure, since the recording began
//! uncertainty_ns = 8000000
//! ```

use std::{
    fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use serde::Deserialize;

use super::{Blindness, Camera, Frame, absent, find_label};
use crate::{BenchTime, DriverError, ErrorKind, Identity, Instrument, Result, SharedClock};

/// Periods after the last frame from which the recording counts as over.
const PATIENCE: u32 = 5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    model: String,
    period_ns: u64,
    #[serde(rename = "frame")]
    frames: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: PathBuf,
    at_ns: u64,
    uncertainty_ns: u64,
}

/// A camera that plays a recording, from the moment it is opened.
pub struct RecordedCamera {
    name: String,
    folder: PathBuf,
    index: Index,
    clock: SharedClock,
    opened: BenchTime,
    /// The frame fetched last, which is often asked for again.
    last: Option<Arc<Frame>>,
}

impl RecordedCamera {
    /// Opens the recording in `folder`; its frames are decoded as they are asked for.
    pub fn open(name: impl Into<String>, folder: impl Into<PathBuf>, clock: SharedClock) -> Result<Self> {
        let (name, folder) = (name.into(), folder.into());
        let path = folder.join("frames.toml");
        let text =
            fs::read_to_string(&path).map_err(|error| trouble(&name, ErrorKind::NotFound, &path, &error))?;
        let index: Index =
            toml::from_str(&text).map_err(|error| trouble(&name, ErrorKind::Protocol, &path, &error))?;
        let rising = index.frames.windows(2).all(|pair| pair[0].at_ns < pair[1].at_ns);
        if index.frames.is_empty() || !rising || index.period_ns == 0 {
            let detail = format!("{}: no frames, no period, or stamps that do not rise", path.display());
            return Err(DriverError::new(name, ErrorKind::Protocol, detail));
        }
        let opened = clock.now();
        Ok(Self { name, folder, index, clock, opened, last: None })
    }

    /// When frame `entry` was complete.
    fn complete(&self, entry: &Entry) -> BenchTime {
        self.opened + Duration::from_nanos(entry.at_ns) + Duration::from_nanos(entry.uncertainty_ns)
    }
}

fn trouble(name: &str, trouble: ErrorKind, path: &Path, error: &dyn std::error::Error) -> DriverError {
    DriverError::new(name, trouble, format!("{}: {error}", path.display()))
}

impl Instrument for RecordedCamera {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        let detail = [("recording".into(), self.folder.display().to_string())].into();
        Ok(Identity {
            driver: "recorded".into(),
            model: self.index.model.clone(),
            serial: String::new(),
            detail,
        })
    }

    fn check(&mut self) -> Result<()> {
        match find_label(self.newest()?.as_ref(), None) {
            Err(blindness) if blindness != Blindness::SeveralLabels => {
                Err(DriverError::new(&self.name, ErrorKind::CannotSee, blindness.to_string()))
            }
            _ => Ok(()),
        }
    }

    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Camera for RecordedCamera {
    fn period(&self) -> Duration {
        Duration::from_nanos(self.index.period_ns)
    }

    fn ring(&mut self) -> Result<RangeInclusive<u64>> {
        let now = self.clock.now();
        let taken = self.index.frames.partition_point(|entry| self.complete(entry) <= now);
        let over = |entry: &Entry| self.complete(entry) + self.period() * PATIENCE < now;
        match (taken, self.index.frames.last()) {
            (0, _) => Err(DriverError::new(&self.name, ErrorKind::NoAnswer, "no frame was taken yet")),
            (_, Some(last)) if over(last) => {
                Err(DriverError::new(&self.name, ErrorKind::NoAnswer, "the recording is over"))
            }
            _ => Ok(0..=taken as u64 - 1),
        }
    }

    fn frame(&mut self, number: u64) -> Result<Arc<Frame>> {
        if let Some(last) = self.last.as_ref().filter(|last| last.number == number) {
            return Ok(last.clone());
        }
        let ring = self.ring()?;
        if !ring.contains(&number) {
            return Err(absent(&self.name, number, &ring));
        }
        let entry = &self.index.frames[number as usize];
        let path = self.folder.join(&entry.file);
        let bytes =
            fs::read(&path).map_err(|error| trouble(&self.name, ErrorKind::NotFound, &path, &error))?;
        let picture = Frame::from_image(&bytes)
            .map_err(|error| trouble(&self.name, ErrorKind::Protocol, &path, &error))?;
        let at = self.opened + Duration::from_nanos(entry.at_ns);
        let frame = Arc::new(Frame {
            number,
            at,
            uncertainty: Duration::from_nanos(entry.uncertainty_ns),
            ..picture
        });
        self.last = Some(frame.clone());
        Ok(frame)
    }
}
