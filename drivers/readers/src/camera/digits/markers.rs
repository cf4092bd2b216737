//! Bullseyes: found by scanning for runs of 1:1:3:1:1, then measured at full resolution.

use std::f64::consts::TAU;

use super::grey::Grey;
use crate::camera::{
    geometry::{Point, point},
    runs,
};

/// A bullseye in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Marker {
    /// Its centre, in pixels of the frame.
    pub centre: Point,
    /// The size of one module, along a row and along a column, in pixels.
    pub module: Point,
    /// The luma of its ink and of the paper around it.
    pub ink: f64,
    pub paper: f64,
    /// Share of the contrast between ink and paper that is left between core and inner ring: 1 in a sharp
    /// picture.
    pub sharpness: f64,
}

/// More bullseyes than this is clutter, not a bench.
const MOST: usize = 32;

/// The smallest contrast of ink and paper, in steps of luma, that a camera must show.
const LEAST_CONTRAST: f64 = 18.0;
/// A ring is judged by this many rays, and this many of them must agree.
const RAYS: usize = 16;
const MOST_RAYS: usize = 14;

/// Adds to `markers` the bullseyes that show when pixels darker than `share` of their surroundings count as
/// ink. `grey` is the region at half resolution, `full` at full.
pub(super) fn find(full: &Grey, grey: &Grey, share: f64, markers: &mut Vec<Marker>) {
    let threshold = grey.threshold(share);
    let mut crossings = Vec::new();
    for y in 0..grey.height {
        crossings.clear();
        runs::scan(grey.row(y), threshold.row(y), &mut crossings);
        for run in crossings.iter().filter(|run| !run.inverted) {
            let (x, module) = (run.middle(), run.module());
            if markers.iter().any(|known| near(known, x * 2.0, y as f64 * 2.0)) {
                continue;
            }
            let Some(column) = runs::cross_check(grey, &threshold, y, run) else { continue };
            let guess = point(x * 2.0 + 0.5, column.middle() * 2.0 + 0.5);
            let measured = measure(full, guess, point(module * 2.0, column.module() * 2.0));
            let fresh =
                measured.filter(|new| !markers.iter().any(|known| near(known, new.centre.x, new.centre.y)));
            markers.extend(fresh);
            if markers.len() >= MOST {
                return;
            }
        }
    }
}

/// Whether (`x`, `y`) lies on a bullseye that is known already.
fn near(known: &Marker, x: f64, y: f64) -> bool {
    (x - known.centre.x).abs() < 3.0 * known.module.x && (y - known.centre.y).abs() < 3.5 * known.module.y
}

/// Measures the bullseye at full resolution: its centre to a fraction of a pixel, its contrast; `None` where
/// the shape is not a bullseye.
fn measure(full: &Grey, guess: Point, module: Point) -> Option<Marker> {
    let mut centre = guess;
    for _ in 0..2 {
        centre = core_centroid(full, centre, module)?;
    }
    let ring = |radius: f64| -> Option<[f64; RAYS]> {
        let mut lumas = [0.0; RAYS];
        for (step, luma) in lumas.iter_mut().enumerate() {
            let (sin, cos) = (step as f64 * TAU / RAYS as f64).sin_cos();
            *luma = full.at(centre.x + cos * radius * module.x, centre.y + sin * radius * module.y)?;
        }
        Some(lumas)
    };
    let mean = |lumas: &[f64; RAYS]| lumas.iter().sum::<f64>() / RAYS as f64;
    let core = (full.at(centre.x, centre.y)? + mean(&ring(0.7)?)) / 2.0;
    let (white, black, paper) = (ring(2.0)?, ring(3.0)?, ring(4.1)?);
    let contrast = mean(&paper) - core;
    let ink = (core + mean(&black)) / 2.0;
    let sharpness = (mean(&white) - ink) / contrast;
    let middle = (mean(&white) + ink) / 2.0;
    let lighter = |ring: &[f64; RAYS]| ring.iter().filter(|&&luma| luma > middle).count();
    let rings =
        lighter(&white) >= MOST_RAYS && lighter(&black) <= RAYS - MOST_RAYS && lighter(&paper) >= MOST_RAYS;
    let genuine = contrast > LEAST_CONTRAST && sharpness > 0.12 && rings;
    genuine.then_some(Marker { centre, module, ink: core, paper: mean(&paper), sharpness })
}

/// The centre of gravity of what is darker than the inner ring.
fn core_centroid(full: &Grey, centre: Point, module: Point) -> Option<Point> {
    let (rx, ry) = (1.9 * module.x, 1.9 * module.y);
    let (left, right) = ((centre.x - rx).ceil(), (centre.x + rx).floor());
    let (top, bottom) = ((centre.y - ry).ceil(), (centre.y + ry).floor());
    if left < 0.0 || top < 0.0 || right >= full.width as f64 || bottom >= full.height as f64 {
        return None;
    }
    let pixels = || {
        (top as usize..=bottom as usize).flat_map(move |y| {
            let row = full.row(y);
            (left as usize..=right as usize).filter_map(move |x| {
                let (dx, dy) = ((x as f64 - centre.x) / rx, (y as f64 - centre.y) / ry);
                (dx * dx + dy * dy < 1.0).then(|| (x as f64, y as f64, f64::from(row[x])))
            })
        })
    };
    let (low, high) =
        pixels().fold((f64::MAX, f64::MIN), |(low, high), (_, _, luma)| (low.min(luma), high.max(luma)));
    let middle = (low + high) / 2.0;
    let (mut sum, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
    for (x, y, luma) in pixels() {
        let weight = (middle - luma).max(0.0);
        (sum, x_sum, y_sum) = (sum + weight, x_sum + weight * x, y_sum + weight * y);
    }
    (sum > 0.0).then(|| point(x_sum / sum, y_sum / sum))
}
