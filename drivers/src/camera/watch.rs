//! Watching a camera for a moment: looking slowly, then bisecting the ring for the first frame that shows it.
//!
//! Fetching a frame costs time on a real camera and a rendering on the simulated bench. What is watched for
//! comes once and stays, so that looking at a few frames a second, and at a handful between the last
//! without and the first with it, finds the moment as well as looking at all of them.

use std::{sync::Arc, time::Duration};

use super::{Camera, Frame};
use crate::{BenchTime, Clock, DriverError, ErrorKind, Reading, Result};

/// How long to watch, and how often to look.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    /// Frames exposed before this moment are not looked at.
    pub from: BenchTime,
    /// When to give up.
    pub deadline: BenchTime,
    /// From one look to the next; shorter than what is watched for lasts, and than the ring.
    pub stride: Duration,
}

/// The two frames between which something came.
#[derive(Clone, Debug)]
pub struct Bracket {
    /// The last frame that does not show it; `None` where the first frame of the watch, or the oldest left in
    /// the ring, shows it already.
    pub before: Option<Arc<Frame>>,
    /// The first frame that shows it.
    pub first: Arc<Frame>,
}

impl Bracket {
    /// The moment: halfway between the two frames, with half of what is between them, and what the camera
    /// says of its stamps, as uncertainty. `None` without a frame before.
    pub fn moment(&self) -> Option<Reading<()>> {
        let before = self.before.as_ref()?;
        let apart = self.first.at.since(before.at);
        let stamps = self.first.uncertainty.max(before.uncertainty);
        Some(Reading::new(before.at + apart / 2, apart / 2 + stamps, ()))
    }
}

/// Watches until `shows` holds for a frame and finds the first that it holds for; `None` where it held for no
/// frame looked at until the deadline. Takes `shows` to stay true once it is, for as long as a stride.
///
/// # Errors
///
/// The first error of the camera, the clock or `shows`.
pub fn first_frame(
    camera: &mut dyn Camera,
    clock: &dyn Clock,
    watch: Watch,
    shows: &mut dyn FnMut(&Frame) -> Result<bool>,
) -> Result<Option<Bracket>> {
    let mut before: Option<Arc<Frame>> = None;
    loop {
        let now = clock.now();
        let newest = *camera.ring()?.end();
        if before.as_ref().is_none_or(|frame| frame.number < newest) {
            let frame = camera.frame(newest)?;
            if frame.at >= watch.from && shows(&frame)? {
                return bisect(camera, watch.from, before, frame, shows).map(Some);
            }
            before = Some(frame);
        }
        if now >= watch.deadline {
            return Ok(None);
        }
        clock.wait_until(watch.deadline.min(now + watch.stride.max(camera.period())))?;
    }
}

/// The first frame after `before` for which `shows` holds, as it does for `shown`.
fn bisect(
    camera: &mut dyn Camera,
    from: BenchTime,
    mut before: Option<Arc<Frame>>,
    mut shown: Arc<Frame>,
    shows: &mut dyn FnMut(&Frame) -> Result<bool>,
) -> Result<Bracket> {
    let oldest = *camera.ring()?.start();
    let mut low = before.as_ref().map_or(oldest, |frame| frame.number + 1).max(oldest);
    let mut high = shown.number;
    while low < high {
        let middle = low + (high - low) / 2;
        let frame = camera.frame(middle)?;
        if frame.at >= from && shows(&frame)? {
            (high, shown) = (middle, frame);
        } else {
            (low, before) = (middle + 1, Some(frame));
        }
    }
    Ok(Bracket { before, first: shown })
}

/// `count` frames one after another, the first of them exposed at `from` or later; waits for those that are
/// not taken yet.
///
/// # Errors
///
/// The first error of the camera or the clock.
pub fn frames_from(
    camera: &mut dyn Camera,
    clock: &dyn Clock,
    from: BenchTime,
    count: usize,
) -> Result<Vec<Arc<Frame>>> {
    if clock.now() < from {
        clock.wait_until(from)?;
    }
    let deadline =
        clock.now() + camera.period() * (u32::try_from(count).unwrap_or(u32::MAX).saturating_add(4));
    let mut frames: Vec<Arc<Frame>> = Vec::with_capacity(count);
    let mut next = about(camera, clock, from)?;
    loop {
        let now = clock.now();
        let newest = *camera.ring()?.end();
        while next <= newest && frames.len() < count {
            let frame = camera.frame(next)?;
            next += 1;
            if frame.at >= from {
                frames.push(frame);
            }
        }
        if frames.len() >= count {
            return Ok(frames);
        }
        if now >= deadline {
            let detail = format!("{} of {count} frames until {deadline}", frames.len());
            return Err(DriverError::new(camera.name(), ErrorKind::NoAnswer, detail));
        }
        clock.wait_until(now + camera.period())?;
    }
}

/// The number of a frame exposed not long before `from`, or at it, by the newest frame's stamp; one past the
/// newest where that was exposed before, as every frame was that is there now.
fn about(camera: &mut dyn Camera, clock: &dyn Clock, from: BenchTime) -> Result<u64> {
    let (oldest, newest) = camera.ring()?.into_inner();
    if from >= clock.now() {
        return Ok(newest + 1);
    }
    let last = camera.frame(newest)?;
    if last.at < from {
        return Ok(newest + 1);
    }
    let back = last.at.since(from).as_nanos() / camera.period().as_nanos().max(1);
    Ok(newest.saturating_sub(u64::try_from(back).unwrap_or(u64::MAX)).max(oldest))
}

#[cfg(test)]
mod tests;
