//! A camera of whose frames only some regions are looked at.

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use super::{Camera, Frame, Locked, Region};
use crate::{Identity, Instrument, Result};

/// A camera of whose frames only `regions` are looked at: elsewhere they may be black.
pub struct Part<'c> {
    camera: &'c mut dyn Camera,
    regions: &'c [Region],
}

impl<'c> Part<'c> {
    /// These regions of the frames of `camera`.
    pub fn of(camera: &'c mut dyn Camera, regions: &'c [Region]) -> Self {
        Self { camera, regions }
    }
}

impl Instrument for Part<'_> {
    fn name(&self) -> &str {
        self.camera.name()
    }

    fn identity(&mut self) -> Result<Identity> {
        self.camera.identity()
    }

    fn check(&mut self) -> Result<()> {
        self.camera.check()
    }

    fn make_safe(&mut self) -> Result<()> {
        self.camera.make_safe()
    }

    fn recoveries(&self) -> u32 {
        self.camera.recoveries()
    }
}

impl Camera for Part<'_> {
    fn period(&self) -> Duration {
        self.camera.period()
    }

    fn ring(&mut self) -> Result<RangeInclusive<u64>> {
        self.camera.ring()
    }

    fn frame(&mut self, number: u64) -> Result<Arc<Frame>> {
        self.camera.part_of_frame(number, self.regions)
    }

    fn part_of_frame(&mut self, number: u64, regions: &[Region]) -> Result<Arc<Frame>> {
        self.camera.part_of_frame(number, regions)
    }

    fn is_stamped_by_arrival(&mut self) -> Result<bool> {
        self.camera.is_stamped_by_arrival()
    }

    fn settled(&mut self) -> Result<Locked> {
        self.camera.settled()
    }
}
