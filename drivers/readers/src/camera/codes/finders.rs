//! Finder patterns: the three large squares in the corners of a code, by which it is located.
//!
//! Codes of both kinds, dark on light and light on dark, are searched at once. Only located codes are
//! decoded, so that most of a frame costs little.

use super::edges::{EDGES, radii};
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
    /// Luma between its light ring and its dark one, times its sign.
    level: f64,
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
    /// Adds to `finders` those that are not among them yet, those of the most contrast first.
    pub fn add_finders(&self, finders: &mut Vec<Finder>) {
        let known = finders.len();
        let mut crossings = Vec::new();
        for y in 0..self.grey.height {
            crossings.clear();
            runs::scan(self.grey.row(y), self.threshold.row(y), &mut crossings);
            for row in &crossings {
                let at = self.in_whole(row.middle(), y as f64);
                if !finders.iter().any(|known| known.covers(at)) {
                    let finder = self.finder(row, y);
                    finders
                        .extend(finder.filter(|new| !finders.iter().any(|known| known.covers(new.centre))));
                }
            }
            if finders.len() >= FAR_TOO_MANY {
                break;
            }
        }
        finders[known..].sort_by(|a, b| b.contrast.total_cmp(&a.contrast));
        finders.truncate(known + MOST);
    }

    /// The finder pattern that the runs `row`, in row `y`, cross.
    fn finder(&self, row: &Crossing, y: usize) -> Option<Finder> {
        let column = runs::cross_check(self.grey, self.threshold, y, row)?;
        let (contrast, level) = self.contrast(row, &column)?;
        let module = (row.module() + column.module()) / 2.0;
        let sign = if row.inverted { -1.0 } else { 1.0 };
        let step = (row.module().min(column.module()) / 2.0).min(1.0);
        let reach = (step, 8.0 * module);
        let centre = middle(self.grey, (sign, level), point(row.middle(), column.middle()), reach)?;
        let centre = self.in_whole(centre.x, centre.y);
        Some(Finder { centre, module: module * self.scale, inverted: row.inverted, contrast, level })
    }

    /// The point of the whole picture that is in the middle of a pixel of this one.
    fn in_whole(&self, x: f64, y: f64) -> Point {
        let whole = |at: f64| (at + 0.5) * self.scale - 0.5;
        point(whole(x), whole(y))
    }

    /// The contrast of core and light ring, and the luma between light ring and dark one, where these and the
    /// dark ring differ on all four sides, as noise does not by chance.
    fn contrast(&self, row: &Crossing, column: &Crossing) -> Option<(f64, f64)> {
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
        let level = f64::midpoint(core + contrast, dark.iter().sum::<f64>() / 4.0);
        (contrast > self.least_contrast && differ).then_some((contrast, level))
    }
}

/// Lines through a finder pattern, as ways of one pixel.
const LINES: [(f64, f64); 4] = [
    (1.0, 0.0),
    (std::f64::consts::FRAC_1_SQRT_2, std::f64::consts::FRAC_1_SQRT_2),
    (0.0, 1.0),
    (-std::f64::consts::FRAC_1_SQRT_2, std::f64::consts::FRAC_1_SQRT_2),
];

/// How many of the lines must have the edges of a finder pattern, and how unlike its two halves may be along
/// a line.
const LEAST_LINES: usize = 3;
const UNLIKE_HALVES: f64 = 1.35;

/// The middle of the finder pattern that `at` is in, by where lines through it cross its edges; `None` where
/// there is none.
fn middle(grey: &Grey, light: (f64, f64), mut at: Point, reach: (f64, f64)) -> Option<Point> {
    for round in 0..3 {
        let (mut shift, mut lines, mut even) = (point(0.0, 0.0), 0, 0);
        for (x, y) in LINES {
            let ahead = radii(grey, light, at, point(x, y), reach);
            let Some((ahead, back)) = ahead.zip(radii(grey, light, at, point(-x, -y), reach)) else {
                continue;
            };
            let [ahead, back] = [ahead, back].map(|edges| edges.iter().sum::<f64>() / 3.0);
            let off = (ahead - back) / 2.0;
            shift = point(shift.x + off * x, shift.y + off * y);
            lines += 1;
            even += usize::from(ahead.max(back) < UNLIKE_HALVES * ahead.min(back));
        }
        if lines < LEAST_LINES || round == 2 {
            return (even >= LEAST_LINES).then_some(at);
        }
        // Each line knows of the shift along itself alone.
        let share = 2.0 / lines as f64;
        at = point(at.x + shift.x * share, at.y + shift.y * share);
    }
    None
}

impl Finder {
    /// -1 where it is light on dark.
    pub fn sign(&self) -> f64 {
        if self.inverted { -1.0 } else { 1.0 }
    }

    /// Pixels a module along `towards`, which is as long as a pixel.
    pub fn module_along(&self, grey: &Grey, towards: Point) -> Option<f64> {
        let light = (self.sign(), self.level);
        let reach = ((self.module / 4.0).clamp(0.4, 1.0), 9.0 * self.module);
        let ahead = radii(grey, light, self.centre, towards, reach);
        let back = radii(grey, light, self.centre, point(-towards.x, -towards.y), reach);
        let (sum, sides) = [ahead, back]
            .into_iter()
            .flatten()
            .flatten()
            .fold((0.0, 0.0), |(sum, edges), edge| (sum + edge, edges + 1.0));
        // On the mean of the three edges, 2.5 modules.
        (sides > 0.0).then(|| sum / sides / (EDGES.iter().sum::<f64>() / 3.0))
    }

    fn covers(&self, at: Point) -> bool {
        self.centre.distance(at) < 3.5 * self.module
    }
}
