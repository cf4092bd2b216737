//! Webcams: a thread takes frames as the device gives them, and a bounded ring keeps the last of them.
//!
//! A device's call for the next frame may block for ever, as on a loose cable. It is therefore made on a
//! thread of its own and nobody waits for it longer than a time limit: then the driver reports the trouble and
//! leaves the thread behind. Frames are kept as the device sent them and decoded only when they are asked for.
//!
//! All of this is tested without a device, behind [`Source`]; `nokhwa.rs`, with the cargo feature `camera`, is
//! the thin call into the library.

mod capture;
mod controls;
mod formats;
mod keys;
mod list;
mod nodes;
#[cfg(feature = "camera")]
mod nokhwa;
mod stamps;
#[cfg(feature = "camera")]
mod v4l2;

use std::{
    ops::RangeInclusive,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use self::{
    capture::{Capture, State, Taken},
    stamps::Stamper,
};
use super::{Blindness, Camera, Frame, Locked, absent, find_label};
use crate::{DriverError, ErrorKind, Identity, Instrument, Result, SharedClock, Supervised};

pub use self::controls::{Control, Controls};
pub use self::keys::{LatencyKeys, WebcamKeys};
pub use self::list::{FoundCamera, list};
pub use self::nodes::{Node, by_socket, nodes, path_of};
#[cfg(feature = "camera")]
pub use self::nokhwa::{formats, open};

/// The mode requested from a webcam.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Pictures a second.
    pub rate: u32,
}

/// How a device packs a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawFormat {
    /// 4:2:2, two pixels in four bytes: Y, Cb, Y, Cr.
    Yuyv,
    /// 4:2:0, a plane of Y, then a plane of Cb and Cr in turn.
    Nv12,
    /// A JPEG.
    Mjpeg,
}

/// By how much the stamps of a device are late, as it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    /// Nanoseconds; below zero where they are early.
    pub late_ns: i64,
    /// The largest error of that.
    pub within: Duration,
}

/// A picture as a device sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawFrame {
    /// How it is packed.
    pub format: RawFormat,
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The bytes: more of them than the picture needs are let pass.
    pub bytes: Vec<u8>,
    /// When the device, or its kernel driver, had received it, on the system's clock since 1970.
    pub captured: Option<Duration>,
}

/// Where pictures come from.
pub trait Source {
    /// The next picture. May block, even for ever.
    fn next(&mut self) -> Result<RawFrame>;
}

/// A device that was opened.
pub struct OpenedWebcam {
    /// Its pictures.
    pub source: Box<dyn Source>,
    /// Who it is.
    pub identity: Identity,
    /// From one picture to the next, as agreed with it.
    pub period: Duration,
    /// Its controls, if it has any.
    pub controls: Option<Box<dyn Controls>>,
}

/// Opens a device, on the thread that then takes its pictures.
pub type WebcamOpener = Box<dyn FnOnce() -> Result<OpenedWebcam> + Send>;

/// Tells the system's time since 1970, on which devices stamp their pictures.
pub type WallClock = Box<dyn Fn() -> Duration + Send>;

/// The system's own clock.
pub fn wall_clock() -> WallClock {
    Box::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// How long opening may take, the first pictures included.
const OPENING: Duration = Duration::from_secs(10);

/// Pictures that a device needs until it applies new settings of its controls.
const SETTLING: u64 = 5;

/// A camera that gives no picture for this many periods, and for this long, has stalled.
const PATIENCE: u32 = 5;
const LEAST_PATIENCE: Duration = Duration::from_millis(500);

/// How long a device that is let go is waited for: some pictures long.
const CLOSING: Duration = Duration::from_millis(500);

/// A webcam.
pub struct Webcam {
    name: String,
    clock: SharedClock,
    identity: Identity,
    period: Duration,
    latency: Option<Latency>,
    controls: Option<Box<dyn Controls>>,
    state: Arc<Mutex<State>>,
    /// The frame decoded last, which is often asked for again.
    last: Option<Arc<Frame>>,
    /// Takes the pictures.
    thread: Supervised<()>,
}

impl Webcam {
    /// Opens the device and waits until it has given a picture. Its pictures are stamped on `clock` by way of
    /// `wall`.
    pub fn open(
        name: impl Into<String>,
        clock: SharedClock,
        wall: WallClock,
        opener: WebcamOpener,
    ) -> Result<Self> {
        let name = name.into();
        let stamper = Stamper::new(clock.clone(), wall);
        let (state, thread) = Capture::start(&name, stamper, opener)?;
        let began = |state: &Mutex<State>| {
            let state = capture::lock(state);
            match &state.failure {
                Some(failure) => Err(failure.clone()),
                None => Ok(!state.ring.is_empty()),
            }
        };
        if !clock.wait(clock.now() + OPENING, &mut || began(&state))? {
            let mut state = capture::lock(&state);
            state.left_behind = true;
            let detail = format!("no usable picture within {} s{}", OPENING.as_secs(), state.refused());
            return Err(DriverError::new(name, ErrorKind::NoAnswer, detail));
        }
        let (identity, period) = capture::lock(&state).opened.clone().unwrap_or_default();
        let controls = capture::lock(&state).controls.take();
        Ok(Self { name, clock, identity, period, latency: None, controls, state, last: None, thread })
    }

    /// Keeps the device at that from now on, and waits for pictures that were taken so. [`ErrorKind::Unsupported`] where it
    /// cannot be kept there.
    pub fn lock(&mut self, locked: &Locked) -> Result<()> {
        let trouble = |why| DriverError::new(&self.name, ErrorKind::Unsupported, why);
        let none = || trouble("the device has no controls".to_owned());
        controls::lock(self.controls.as_deref_mut().ok_or_else(none)?, locked).map_err(trouble)?;
        let newest = *self.ring()?.end();
        let clock = self.clock.clone();
        clock.wait(clock.now() + OPENING, &mut || Ok(*self.ring()?.end() >= newest + SETTLING))?;
        capture::lock(&self.state).forget_until(newest + SETTLING);
        self.identity.detail.insert("locked".into(), locked.to_string());
        Ok(())
    }

    /// Corrects the stamps of its pictures by this latency, for a device that stamps them.
    pub fn correct(&mut self, latency: Latency) {
        (self.latency, self.last) = (Some(latency), None);
    }

    /// State of the thread; a permanent error once the device has failed or stalled.
    fn state(&self) -> Result<std::sync::MutexGuard<'_, State>> {
        let mut state = capture::lock(&self.state);
        let patience = (self.period * PATIENCE).max(LEAST_PATIENCE);
        let silent = self.clock.now().since(state.arrived);
        if state.failure.is_none() && silent > patience {
            let detail = format!("no usable picture for {} ms{}", silent.as_millis(), state.refused());
            state.failure = Some(DriverError::new(&self.name, ErrorKind::NoAnswer, detail));
            state.left_behind = true;
        }
        match &state.failure {
            Some(failure) => Err(failure.clone()),
            None => Ok(state),
        }
    }

    fn decode(&self, taken: &Taken) -> Result<Frame> {
        let planes = formats::planes(&taken.raw)
            .map_err(|why| DriverError::new(&self.name, ErrorKind::Protocol, why.to_string()))?;
        let stamp = self.latency.map_or(taken.stamp, |latency| taken.stamp.corrected(latency, self.period));
        Ok(Frame {
            number: taken.number,
            at: stamp.at,
            uncertainty: stamp.uncertainty,
            width: planes.width,
            height: planes.height,
            y: planes.y,
            cb: planes.cb,
            cr: planes.cr,
        })
    }
}

impl Drop for Webcam {
    /// Waits for the device to be let go, so that it can be opened again; one that hangs is left behind.
    fn drop(&mut self) {
        capture::lock(&self.state).left_behind = true;
        // There is nothing to do about one that hangs.
        let _ = self.thread.wait(CLOSING);
    }
}

impl Instrument for Webcam {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        let stamped = if self.is_stamped_by_arrival()? { "by arrival" } else { "by the device" };
        let mut identity = self.identity.clone();
        identity.detail.insert("frames are stamped".into(), stamped.into());
        Ok(identity)
    }

    fn check(&mut self) -> Result<()> {
        match find_label(self.newest()?.as_ref(), None) {
            Err(blindness @ (Blindness::Dark | Blindness::Overexposed | Blindness::TooSmall)) => {
                Err(DriverError::new(&self.name, ErrorKind::CannotSee, blindness.to_string()))
            }
            _ => Ok(()),
        }
    }

    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Camera for Webcam {
    fn period(&self) -> Duration {
        self.period
    }

    fn ring(&mut self) -> Result<RangeInclusive<u64>> {
        let state = self.state()?;
        match (state.ring.front(), state.ring.back()) {
            (Some(oldest), Some(newest)) => Ok(oldest.number..=newest.number),
            _ => Err(DriverError::new(&self.name, ErrorKind::NoAnswer, "no picture was taken yet")),
        }
    }

    fn frame(&mut self, number: u64) -> Result<Arc<Frame>> {
        if let Some(last) = self.last.as_ref().filter(|last| last.number == number) {
            return Ok(last.clone());
        }
        let taken = self.state()?.ring.iter().find(|taken| taken.number == number).cloned();
        let Some(taken) = taken else {
            let ring = self.ring()?;
            return Err(absent(&self.name, number, &ring));
        };
        let frame = Arc::new(self.decode(&taken)?);
        self.last = Some(frame.clone());
        Ok(frame)
    }

    fn is_stamped_by_arrival(&mut self) -> Result<bool> {
        Ok(self.state()?.by_arrival)
    }

    fn settled(&mut self) -> Result<Locked> {
        let Some(controls) = &mut self.controls else { return Ok(Locked::default()) };
        controls::settled(&mut **controls)
            .map_err(|why| DriverError::new(&self.name, ErrorKind::Protocol, why))
    }
}

#[cfg(test)]
mod tests;
