//! Cameras: a ring of stamped frames. What the crate `readers` finds in frames is at hand here too.

use std::{fmt, ops::RangeInclusive, sync::Arc, time::Duration};

pub use readers::camera::*;
use serde::Deserialize;

use crate::{
    DriverError, ErrorKind, Instrument, Result,
    registry::{Driver, Kind},
};

#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod part;
mod recorded;
mod watch;
pub mod webcam;

pub use part::Part;
pub use recorded::RecordedCamera;
pub use watch::{Bracket, Watch, first_frame, frames_from};

/// Every way to reach a camera.
pub const DRIVERS: &[Driver<dyn Camera>] = &[Driver::of::<webcam::WebcamKeys>()];

impl Kind for dyn Camera {
    const DRIVER: &'static str = "camera driver";
    type With<'a> = ();
}

/// A camera: a ring of the frames it has taken. Frames are numbered from 0 in the order taken; a frame is
/// fetched (on the simulated bench: rendered) only when asked for, so that a long watch costs little.
pub trait Camera: Instrument {
    /// The time from one frame to the next.
    fn period(&self) -> Duration;

    /// The numbers of the frames in the ring now, oldest to newest. An error where the camera has taken
    /// none for several periods: a stalled camera sees nothing.
    ///
    /// # Errors
    ///
    /// `NoAnswer` where no frame was taken for several periods, `Unplugged` where the camera is gone.
    fn ring(&mut self) -> Result<RangeInclusive<u64>>;

    /// Frame `number`; [`ErrorKind::Lost`] where it has left the ring, [`ErrorKind::NotFound`] where it has not been taken yet.
    ///
    /// # Errors
    ///
    /// `Lost` where the frame has left the ring, `NotFound` where it has not been taken yet, `Protocol` where its
    /// bytes cannot be decoded.
    fn frame(&mut self, number: u64) -> Result<Arc<Frame>>;

    /// Frame `number`, of which only `regions` are looked at: elsewhere it may be black. The simulated bench renders no
    /// more than these.
    fn part_of_frame(&mut self, number: u64, regions: &[Region]) -> Result<Arc<Frame>> {
        let _ = regions;
        self.frame(number)
    }

    /// The newest frame.
    ///
    /// # Errors
    ///
    /// As [`Camera::ring`] and [`Camera::frame`].
    fn newest(&mut self) -> Result<Arc<Frame>> {
        let newest = *self.ring()?.end();
        self.frame(newest)
    }

    /// Whether its frames are stamped when they arrive, for want of a stamp of its own: no latency corrects those.
    ///
    /// # Errors
    ///
    /// The camera is gone, or has taken no frame.
    fn is_stamped_by_arrival(&mut self) -> Result<bool> {
        Ok(false)
    }

    /// Settled values of its automatics, for those that it has and reports.
    ///
    /// # Errors
    ///
    /// The camera is gone, or its controls cannot be read.
    fn settled(&mut self) -> Result<Locked> {
        Ok(Locked::default())
    }
}

impl<T: Camera + ?Sized> Camera for Box<T> {
    fn period(&self) -> Duration {
        (**self).period()
    }

    fn ring(&mut self) -> Result<RangeInclusive<u64>> {
        (**self).ring()
    }

    fn frame(&mut self, number: u64) -> Result<Arc<Frame>> {
        (**self).frame(number)
    }

    fn newest(&mut self) -> Result<Arc<Frame>> {
        (**self).newest()
    }

    fn is_stamped_by_arrival(&mut self) -> Result<bool> {
        (**self).is_stamped_by_arrival()
    }

    fn settled(&mut self) -> Result<Locked> {
        (**self).settled()
    }
}

/// Why `camera`, with `ring`, has no frame `number`.
pub fn absent(camera: &str, number: u64, ring: &RangeInclusive<u64>) -> DriverError {
    let (oldest, newest) = (ring.start(), ring.end());
    if number < *oldest {
        let detail = format!("frame {number} was looked at too late: the oldest in the ring is {oldest}");
        DriverError::new(camera, ErrorKind::Lost, detail)
    } else {
        let detail = format!("frame {number} was not taken yet: the newest is {newest}");
        DriverError::new(camera, ErrorKind::NotFound, detail)
    }
}

/// Fixed settings of a camera, each in V4L2's unit; `None` leaves one to the camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// Where its focus is, in steps of its own.
    pub focus: Option<i64>,
    /// How long it exposes, in tenths of a millisecond.
    pub exposure_100us: Option<i64>,
    /// The temperature of the light, in kelvin.
    pub white_balance_k: Option<i64>,
}

/// As a bench file has it.
impl fmt::Display for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { focus, exposure_100us, white_balance_k } = *self;
        let all =
            [("focus", focus), ("exposure_100us", exposure_100us), ("white_balance_k", white_balance_k)];
        let kept = all.iter().filter_map(|(name, value)| Some(format!("{name} = {}", (*value)?)));
        f.write_str(&kept.collect::<Vec<_>>().join(", "))
    }
}
