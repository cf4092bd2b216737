//! How late a camera is, measured by a light in its view: the light is switched at a known moment, and the first frame that
//! shows it tells by its stamp when the camera says that it was.

use std::time::Duration;

use drivers::{
    BenchTime, Clock, DriverError, ErrorKind, Result,
    camera::{Camera, Frame},
    light::Light,
};

/// How late a camera's stamps are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Late {
    /// Latency in seconds at the middle of the interval; negative for early stamps.
    pub by_s: f64,
    /// The largest error of that, in seconds.
    pub within_s: f64,
}

/// How often the light is switched to be found, and to be timed.
const LOOKS: usize = 3;
const SWITCHINGS: u32 = 24;
/// How long a switched light is waited for; a camera that is later is of no use.
const PATIENCE: Duration = Duration::from_secs(2);
/// By how much more luma a pixel is the light's, and how many of them make one.
const STEP: u8 = 40;
const LEAST_PIXELS: usize = 12;
/// Parts of a frame period that follow each other by this one fill it evenly: the golden ratio.
const EVENLY: f64 = 0.618_033_988_749_895;

/// How late `camera` is; nothing where `light` is not in its view. Leaves the light dark.
pub(super) fn measure(
    camera: &mut dyn Camera,
    light: &mut dyn Light,
    clock: &dyn Clock,
) -> Result<Option<Late>> {
    let Some(spot) = Spot::find(camera, light, clock)? else { return Ok(None) };
    let mut bounds = Bounds::default();
    for switching in 0..SWITCHINGS {
        let part = camera.period().mul_f64(f64::from(switching) * EVENLY % 1.0);
        clock.wait_until(clock.now() + camera.period() * 2 + part)?;
        let (on, newest) = (switching % 2 == 0, *camera.ring()?.end());
        let switched = light.shine(on)?;
        let (before, first) = spot.first_that_shows(camera, clock, on, newest)?;
        bounds.take(seconds(before, switched.at), seconds(first, switched.at), switched.uncertainty);
    }
    light.make_safe()?;
    Ok(Some(bounds.late()))
}

fn seconds(seen: BenchTime, switched: BenchTime) -> f64 {
    (seen.as_nanos() as f64 - switched.as_nanos() as f64) / 1e9
}

/// Bounds of a camera's latency from the switchings: above the age of each frame that did not show the
/// switching yet, and at most that of each frame that did.
struct Bounds {
    least_s: f64,
    most_s: f64,
    switching_s: f64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { least_s: f64::NEG_INFINITY, most_s: f64::INFINITY, switching_s: 0.0 }
    }
}

impl Bounds {
    fn take(&mut self, before_s: f64, first_s: f64, uncertainty: Duration) {
        self.least_s = self.least_s.max(before_s);
        self.most_s = self.most_s.min(first_s);
        self.switching_s = self.switching_s.max(uncertainty.as_secs_f64());
    }

    /// Where stamps jump about, the bounds lie the wrong way round, and as far apart as the stamps do.
    fn late(&self) -> Late {
        let apart_s = (self.most_s - self.least_s).abs();
        Late { by_s: (self.least_s + self.most_s) / 2.0, within_s: apart_s / 2.0 + self.switching_s }
    }
}

/// Where the light is in the picture, and how bright.
struct Spot {
    pixels: Vec<usize>,
    dark: f64,
    lit: f64,
}

impl Spot {
    /// The pixels that follow the light each time; `None` if they are too few.
    fn find(camera: &mut dyn Camera, light: &mut dyn Light, clock: &dyn Clock) -> Result<Option<Self>> {
        let mut look = |on| -> Result<std::sync::Arc<Frame>> {
            light.shine(on)?;
            clock.wait_until(clock.now() + PATIENCE / 2 + camera.period())?;
            camera.newest()
        };
        let (mut darkest, mut brightest): (Vec<u8>, Vec<u8>) = Default::default();
        for _ in 0..LOOKS {
            let (dark, lit) = (look(false)?, look(true)?);
            brightest.resize(lit.y.len(), u8::MAX);
            darkest.resize(dark.y.len(), 0);
            brightest.iter_mut().zip(&lit.y).for_each(|(least, y)| *least = (*least).min(*y));
            darkest.iter_mut().zip(&dark.y).for_each(|(most, y)| *most = (*most).max(*y));
        }
        light.shine(false)?;
        let levels = || brightest.iter().zip(&darkest);
        let follows = |(lit, dark): (&u8, &u8)| lit.saturating_sub(*dark) > STEP;
        let pixels: Vec<usize> =
            levels().enumerate().filter(|(_, levels)| follows(*levels)).map(|(pixel, _)| pixel).collect();
        let spot = Self { dark: mean(&darkest, &pixels), lit: mean(&brightest, &pixels), pixels };
        Ok(Some(spot).filter(|spot| spot.pixels.len() >= LEAST_PIXELS))
    }

    /// When the last frame that did not show it was taken and the first that did, of those that come after `newest`. The
    /// middle of an exposure counts, so half of the light does.
    fn first_that_shows(
        &self,
        camera: &mut dyn Camera,
        clock: &dyn Clock,
        on: bool,
        newest: u64,
    ) -> Result<(BenchTime, BenchTime)> {
        let deadline = clock.now() + PATIENCE;
        let (mut before, mut next) = (camera.frame(newest)?.at, newest + 1);
        while clock.now() < deadline {
            while next <= *camera.ring()?.end() {
                let frame = camera.frame(next)?;
                if self.shines_in(&frame) == on {
                    return Ok((before, frame.at));
                }
                (before, next) = (frame.at, next + 1);
            }
            clock.wait_until(clock.now() + camera.period() / 4)?;
        }
        let detail =
            format!("the light was switched, and no picture showed it within {} s", PATIENCE.as_secs());
        Err(DriverError::new(camera.name(), ErrorKind::NoAnswer, detail))
    }

    fn shines_in(&self, frame: &Frame) -> bool {
        mean(&frame.y, &self.pixels) > (self.dark + self.lit) / 2.0
    }
}

fn mean(luma: &[u8], pixels: &[usize]) -> f64 {
    let sum: f64 = pixels.iter().filter_map(|pixel| luma.get(*pixel)).map(|y| f64::from(*y)).sum();
    sum / pixels.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_switchings_leave_is_the_figure() {
        let mut bounds = Bounds::default();
        for (before, first) in [(0.010, 0.043), (-0.005, 0.028), (0.019, 0.052)] {
            bounds.take(before, first, Duration::from_millis(1));
        }
        let Late { by_s, within_s } = bounds.late();
        assert!((by_s - 0.0235).abs() < 1e-9 && (within_s - 0.0055).abs() < 1e-9, "{by_s} {within_s}");
    }

    #[test]
    fn stamps_that_jump_about_are_less_sure() {
        let mut bounds = Bounds::default();
        bounds.take(0.030, 0.063, Duration::ZERO);
        bounds.take(-0.013, 0.020, Duration::ZERO);
        let Late { by_s, within_s } = bounds.late();
        assert!((by_s - 0.025).abs() < 1e-9 && (within_s - 0.005).abs() < 1e-9, "{by_s} {within_s}");
    }
}
