//! Finder patterns: the three large squares in the corners of a code, by which it is located.
//!
//! Codes of both kinds, dark on light and light on dark, are searched at once. Only located codes are
//! decoded, so that most of a frame costs little.

use crate::camera::{
    geometry::{Point, point},
    grey::{Grey, Threshold},
    runs::{self, Crossing},
};

/// The finder patterns that are kept, those of the most contrast: more of them are clutter.
const MOST: usize = 40;

/// The search ends after this many patterns.
const FAR_TOO_MANY: usize = 400;

/// A finder pattern, in pixels of the whole picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finder {
    pub centre: Point,
    pub module: f64,
    /// Light on dark.
    pub inverted: bool,
    /// Steps of luma from its core to its light ring.
    contrast: f64,
}

/// Input of a search for finder patterns.
pub(super) struct Search<'g> {
    pub grey: &'g Grey,
    /// Threshold between dark and light.
    pub threshold: &'g Threshold,
    /// Pixels of the whole picture along a pixel of this one.
    pub scale: f64,
    /// The smallest contrast, in steps of luma, of a finder pattern.
    pub least_contrast: f64,
}

impl Search<'_> {
    /// The finder patterns, those of the most contrast first.
    pub fn finders(&self) -> Vec<Finder> {
        let (mut crossings, mut finders) = (Vec::new(), Vec::<Finder>::new());
        for y in 0..self.grey.height {
            crossings.clear();
            let limits = self.threshold.row(y);
            runs::scan(self.grey.row(y), limits, &mut crossings);
            for row in &crossings {
                let at = self.in_whole(row.middle(), y as f64);
                if !finders.iter().any(|known| known.covers(at)) {
                    finders.extend(self.finder(row, y));
                }
            }
            if finders.len() >= FAR_TOO_MANY {
                break;
            }
        }
        finders.sort_by(|a, b| b.contrast.total_cmp(&a.contrast));
        finders.truncate(MOST);
        finders
    }

    /// The finder pattern that the runs `row`, in row `y`, cross.
    fn finder(&self, row: &Crossing, y: usize) -> Option<Finder> {
        let column = runs::cross_check(self.grey, self.threshold, y, row)?;
        Some(Finder {
            centre: self.in_whole(row.middle(), column.middle()),
            module: (row.module() + column.module()) / 2.0 * self.scale,
            inverted: row.inverted,
            contrast: self.contrast(row, &column)?,
        })
    }

    /// The point of the whole picture that is in the middle of a pixel of this one.
    fn in_whole(&self, x: f64, y: f64) -> Point {
        let whole = |at: f64| (at + 0.5) * self.scale - 0.5;
        point(whole(x), whole(y))
    }

    /// The contrast of core and light ring, where these and the dark ring differ on all four sides, as noise does
    /// not by chance.
    fn contrast(&self, row: &Crossing, column: &Crossing) -> Option<f64> {
        let sign = if row.inverted { -1.0 } else { 1.0 };
        let luma = |across: f64, down: f64| {
            let (x, y) = (row.middle() + across * row.module(), column.middle() + down * column.module());
            self.grey.at(x, y).map(|luma| luma * sign)
        };
        let ring = |modules: f64| -> Option<[f64; 4]> {
            Some([luma(modules, 0.0)?, luma(-modules, 0.0)?, luma(0.0, modules)?, luma(0.0, -modules)?])
        };
        let (core, light, dark) = (luma(0.0, 0.0)?, ring(2.0)?, ring(3.0)?);
        let contrast = light.iter().sum::<f64>() / 4.0 - core;
        let darkest_light = light.into_iter().fold(f64::MAX, f64::min) - core;
        let lightest_dark = dark.into_iter().fold(f64::MIN, f64::max) - core;
        let differ = darkest_light > 0.3 * contrast && lightest_dark < 0.85 * contrast;
        (contrast > self.least_contrast && differ).then_some(contrast)
    }
}

impl Finder {
    fn covers(&self, at: Point) -> bool {
        self.centre.distance(at) < 3.5 * self.module
    }
}
