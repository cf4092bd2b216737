//! The grid of a code's modules in a picture, fitted to what every code has.
//!
//! Light is compared with expectation module by module, not made dark and light first, so that blur takes little
//! away from it.

use super::{
    candidates::Candidate,
    pattern::{Known, Pattern, SMALLEST, STEP},
};
use crate::camera::{
    geometry::{Homography, Point, Quad, point},
    grey::Grey,
};

/// From a code's corner to the middle of its finder pattern, along a side, in modules.
const INSET: f64 = 3.5;

/// The least correlation of a picture with what every code has, for a code to be there.
const LEAST_CORRELATION: f64 = 0.45;

/// Least correlation at which moving the corners to a better fit is worth its cost.
const WORTH_REFINING: f64 = 0.3;

/// Sizes for which a fourth corner is searched: the two that fit best without.
const MOST_SIZES: usize = 2;

/// A grid of modules.
pub(super) struct Grid {
    /// Modules along a side.
    pub modules: usize,
    /// From modules, from the code's upper left corner, to pixels.
    pub map: Homography,
}

impl Grid {
    /// Fits a grid at `candidate`; `None` where it does not hold a code.
    pub fn fit(grey: &Grey, candidate: &Candidate) -> Option<Self> {
        let size = |modules| Fit::new(grey, candidate, modules, Pattern::all);
        let mut fits: Vec<Fit> = sizes(candidate).filter_map(size).collect();
        fits.sort_by(|a, b| b.correlation.total_cmp(&a.correlation));
        fits.truncate(MOST_SIZES);
        fits.iter_mut().for_each(|fit| fit.find_fourth(candidate.module()));
        let mut fit = fits.into_iter().max_by(|a, b| a.correlation.total_cmp(&b.correlation))?;
        if fit.correlation > WORTH_REFINING {
            fit.refine(candidate.module());
        }
        let map = fit.map(&fit.centres)?;
        (fit.correlation > LEAST_CORRELATION).then_some(Self { modules: fit.modules, map })
    }

    /// The code's corners in the picture.
    pub fn corners(&self) -> Quad {
        let side = self.modules as f64;
        [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| self.map.map(point(x, y)))
    }
}

/// How well the picture has three finder patterns where `candidate` says, from -1 to 1: quicker than a fit.
pub(super) fn promise(grey: &Grey, candidate: &Candidate) -> f64 {
    let modules = size(likeliest(candidate));
    let fit = modules.and_then(|modules| Fit::new(grey, candidate, modules, Pattern::finders));
    fit.map_or(-1.0, |fit| fit.correlation)
}

/// The version that a code most likely has, by the distances between its finder patterns.
fn likeliest(candidate: &Candidate) -> f64 {
    ((candidate.side() - SMALLEST as f64) / STEP as f64).round() + 1.0
}

/// Modules along a side of a code of `version`.
fn size(version: f64) -> Option<usize> {
    (version >= 1.0).then_some(SMALLEST + STEP * (version as usize - 1))
}

/// The sizes that the code may have, the measure being off by two versions at most.
fn sizes(candidate: &Candidate) -> impl Iterator<Item = usize> {
    let likeliest = likeliest(candidate);
    [-2.0, -1.0, 0.0, 1.0, 2.0].into_iter().filter_map(move |off| size(likeliest + off))
}

/// A grid that is being fitted.
struct Fit<'g> {
    grey: &'g Grey,
    /// -1 where the code is light on dark.
    sign: f64,
    modules: usize,
    known: &'static [Known],
    /// The middles of the finder patterns, and of where a fourth one would be: clockwise from the upper left.
    centres: Quad,
    correlation: f64,
}

impl<'g> Fit<'g> {
    /// The grid as the three finder patterns have it, judged by `part` of what every code has.
    fn new(
        grey: &'g Grey,
        candidate: &Candidate,
        modules: usize,
        part: fn(&'static Pattern) -> &'static [Known],
    ) -> Option<Self> {
        let known = part(Pattern::of(modules)?);
        let sign = if candidate.inverted() { -1.0 } else { 1.0 };
        let centres = candidate.square();
        let mut fit = Self { grey, sign, modules, known, centres, correlation: -1.0 };
        fit.correlation = fit.correlation_at(&centres)?;
        Some(fit)
    }

    /// Looks about for the fourth corner, which perspective may have moved by some modules.
    fn find_fourth(&mut self, module: f64) {
        const STEP: f64 = 0.75;
        let guess = self.centres[2];
        for down in -4..=4 {
            for across in -4..=4 {
                let shift = |steps: i32| f64::from(steps) * module * STEP;
                self.try_corner(2, point(guess.x + shift(across), guess.y + shift(down)));
            }
        }
    }

    /// Moves every corner to where the picture fits best, in steps that get smaller.
    fn refine(&mut self, module: f64) {
        const ROUNDS: usize = 3;
        for step in [0.6, 0.3, 0.15, 0.08].map(|modules| modules * module) {
            for _ in 0..ROUNDS {
                let before = self.correlation;
                for corner in 0..4 {
                    for (across, down) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
                        let at = self.centres[corner];
                        self.try_corner(corner, point(at.x + across, at.y + down));
                    }
                }
                if self.correlation <= before {
                    break;
                }
            }
        }
    }

    /// Moves `corner` to `at` if the picture fits better so.
    fn try_corner(&mut self, corner: usize, at: Point) {
        let mut centres = self.centres;
        centres[corner] = at;
        if let Some(correlation) = self.correlation_at(&centres)
            && correlation > self.correlation
        {
            (self.centres, self.correlation) = (centres, correlation);
        }
    }

    fn map(&self, centres: &Quad) -> Option<Homography> {
        let side = self.modules as f64 - 2.0 * INSET;
        Homography::from_rectangle(point(INSET, INSET), side, side, centres)
    }

    /// The correlation of the picture with what every code has; `None` where the grid leaves the picture.
    fn correlation_at(&self, centres: &Quad) -> Option<f64> {
        let map = self.map(centres)?;
        let (mut sum, mut squares, mut products, mut light) = (0.0, 0.0, 0.0, 0.0);
        for known in self.known {
            let Point { x, y } = map.map(point(known.x, known.y));
            let luma = self.grey.at(x, y)?;
            sum += luma;
            squares += luma * luma;
            products += luma * known.light;
            light += known.light;
        }
        let count = self.known.len() as f64;
        let (mean, light) = (sum / count, light / count);
        let spread = (squares / count - mean * mean) * (1.0 - light * light);
        let correlation = self.sign * (products / count - mean * light) / spread.sqrt();
        correlation.is_finite().then_some(correlation)
    }
}
