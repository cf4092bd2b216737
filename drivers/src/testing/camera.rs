//! A camera with a short memory.

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use crate::{
    BenchTime, DriverError, ErrorKind, Result, SharedClock, always_well,
    camera::{Camera, Frame},
};

/// A camera that keeps the last frames of 2 by 2 pixels: black ones, then white ones.
pub struct RingCamera {
    clock: SharedClock,
    white_from: u64,
    kept: u64,
    fetched: usize,
}

impl RingCamera {
    /// The time from one frame to the next.
    pub const PERIOD: Duration = Duration::from_millis(33);
    /// How far off a frame's stamp may be.
    pub const UNCERTAINTY: Duration = Duration::from_millis(8);

    /// A camera on `clock` that keeps `kept` frames, of which those from number `white_from` on are white.
    pub fn new(clock: SharedClock, white_from: u64, kept: u64) -> Self {
        Self { clock, white_from, kept, fetched: 0 }
    }

    /// How many frames were fetched.
    pub fn fetched(&self) -> usize {
        self.fetched
    }
}

always_well!(RingCamera, "camera");

impl Camera for RingCamera {
    fn period(&self) -> Duration {
        Self::PERIOD
    }

    fn ring(&mut self) -> Result<RangeInclusive<u64>> {
        let newest = self.clock.now().as_nanos() / Self::PERIOD.as_nanos() as u64;
        Ok(newest.saturating_sub(self.kept - 1)..=newest)
    }

    fn frame(&mut self, number: u64) -> Result<Arc<Frame>> {
        if !self.ring()?.contains(&number) {
            return Err(DriverError::new("camera", ErrorKind::NotFound, format!("frame {number}")));
        }
        self.fetched += 1;
        let luma = if number >= self.white_from { 255 } else { 0 };
        Ok(Arc::new(Frame {
            number,
            at: BenchTime::ZERO + Self::PERIOD * number as u32,
            uncertainty: Self::UNCERTAINTY,
            width: 2,
            height: 2,
            y: vec![luma; 4],
            cb: vec![128],
            cr: vec![128],
        }))
    }
}
