//! From the light of modules to dark and light ones, blur undone.
//!
//! In a blurred picture each module mixes with its neighbours. The shares of the mixture are learnt from the
//! fixed modules that every code has; then, round by round, the estimated contribution of the neighbours is
//! subtracted. In a sharp picture this reduces to a threshold between dark and light. (As an equaliser
//! cancels the interference between symbols: J. Proakis, Digital Communications, 9.5.)

use super::{grid::Grid, pattern};
use crate::camera::{geometry::point, grey::Grey};

/// Rounds of taking away; more change nothing.
const ROUNDS: usize = 12;

/// Contributions to the light of a module, each with a share of its own: the module itself, those beside it,
/// those above and below, and those on its two diagonals. In a blurred or shaken picture, opposite neighbours
/// contribute equally.
const TAPS: [&[(isize, isize)]; 5] =
    [&[(0, 0)], &[(-1, 0), (1, 0)], &[(0, -1), (0, 1)], &[(-1, -1), (1, 1)], &[(-1, 1), (1, -1)]];

/// The taps, and the light of a bench that is lit unevenly: a level and two slopes.
const UNKNOWNS: usize = TAPS.len() + 3;

/// Least contribution of a module's own light, in steps of luma, at which dark and light can be
/// distinguished.
const LEAST_SHARE: f64 = 1.0;

/// Whether each module is dark, row by row; `None` where part of the grid lies outside of the picture, or
/// dark and light cannot be distinguished.
pub(super) fn dark_modules(grey: &Grey, grid: &Grid, inverted: bool) -> Option<Vec<bool>> {
    let light = Light::seen(grey, grid, inverted)?;
    let mixture = light.mixture()?;
    (mixture[0] > LEAST_SHARE).then(|| light.equalized(&mixture))
}

/// The light of each module, row by row.
struct Light {
    side: usize,
    seen: Vec<f64>,
}

impl Light {
    fn seen(grey: &Grey, grid: &Grid, inverted: bool) -> Option<Self> {
        /// Sampling points within a module.
        const SPOTS: [(f64, f64); 5] = [(0.5, 0.5), (0.3, 0.3), (0.7, 0.3), (0.3, 0.7), (0.7, 0.7)];
        let sign = if inverted { -1.0 } else { 1.0 };
        let side = grid.modules;
        let module = |place: usize| -> Option<f64> {
            let (x, y) = ((place % side) as f64, (place / side) as f64);
            let mut sum = 0.0;
            for (across, down) in SPOTS {
                let at = grid.map.map(point(x + across, y + down));
                sum += grey.at(at.x, at.y)?;
            }
            Some(sign * sum / SPOTS.len() as f64)
        };
        Some(Self { side, seen: (0..side * side).map(module).collect::<Option<_>>()? })
    }

    /// Column and row of a place.
    fn at(&self, place: usize) -> (isize, isize) {
        ((place % self.side) as isize, (place / self.side) as isize)
    }

    /// Factors of the last three unknowns at a place.
    fn slopes(&self, place: usize) -> [f64; 3] {
        let (x, y) = self.at(place);
        let share = |at: isize| at as f64 / self.side as f64 - 0.5;
        [1.0, share(x), share(y)]
    }

    /// How light mixes, by least squares over the modules whose neighbours are all known.
    fn mixture(&self) -> Option<[f64; UNKNOWNS]> {
        let mut equations = [[0.0; UNKNOWNS + 1]; UNKNOWNS];
        for place in 0..self.seen.len() {
            let Some(taps) = self.known_taps(place) else { continue };
            let mut row = [0.0; UNKNOWNS + 1];
            row[..TAPS.len()].copy_from_slice(&taps);
            row[TAPS.len()..UNKNOWNS].copy_from_slice(&self.slopes(place));
            row[UNKNOWNS] = self.seen[place];
            for (equation, factor) in equations.iter_mut().zip(row) {
                equation.iter_mut().zip(row).for_each(|(cell, value)| *cell += factor * value);
            }
        }
        solve(equations)
    }

    /// The sums of light over each tap, 1 for a light module and -1 for a dark one, where all are known.
    fn known_taps(&self, place: usize) -> Option<[f64; TAPS.len()]> {
        let (x, y) = self.at(place);
        let mut sums = [0.0; TAPS.len()];
        for (sum, tap) in sums.iter_mut().zip(TAPS) {
            for (across, down) in tap {
                let light = pattern::known(self.side, x + across, y + down)?;
                *sum += if light { 1.0 } else { -1.0 };
            }
        }
        Some(sums)
    }

    /// Whether each module is dark.
    fn equalized(&self, mixture: &[f64; UNKNOWNS]) -> Vec<bool> {
        let own = |place: usize| {
            let slopes = self.slopes(place);
            let level: f64 = slopes.iter().zip(&mixture[TAPS.len()..]).map(|(slope, of)| slope * of).sum();
            self.seen[place] - level
        };
        let fixed = |place: usize| {
            let (x, y) = self.at(place);
            pattern::known(self.side, x, y).map(|light| if light { 1.0 } else { -1.0 })
        };
        let places = 0..self.seen.len();
        let (own, fixed): (Vec<f64>, Vec<Option<f64>>) =
            places.clone().map(|at| (own(at), fixed(at))).unzip();
        let judged = |place: usize, others: f64| ((own[place] - others) / mixture[0]).clamp(-1.0, 1.0);
        let mut light: Vec<f64> =
            places.clone().map(|place| fixed[place].unwrap_or_else(|| judged(place, 0.0))).collect();
        for _ in 0..ROUNDS {
            let next = |place: usize| {
                // Half of the way, lest neighbours take from each other in turn.
                let alone = || judged(place, self.others(&light, place, mixture));
                fixed[place].unwrap_or_else(|| (light[place] + alone()) / 2.0)
            };
            light = places.clone().map(next).collect();
        }
        light.into_iter().map(|light| light < 0.0).collect()
    }

    /// Contribution of a module's neighbours to its light.
    fn others(&self, light: &[f64], place: usize, mixture: &[f64; UNKNOWNS]) -> f64 {
        let (x, y) = self.at(place);
        let inside = |at: isize| (0..self.side as isize).contains(&at);
        let of = |&(across, down): &(isize, isize)| {
            let (x, y) = (x + across, y + down);
            if inside(x) && inside(y) { light[y as usize * self.side + x as usize] } else { 1.0 }
        };
        TAPS.iter().zip(mixture).skip(1).map(|(tap, share)| share * tap.iter().map(of).sum::<f64>()).sum()
    }
}

/// The solution of linear equations, each with its right side at its end; `None` without a unique one.
fn solve(mut rows: [[f64; UNKNOWNS + 1]; UNKNOWNS]) -> Option<[f64; UNKNOWNS]> {
    for column in 0..UNKNOWNS {
        let size = |line: usize| rows[line][column].abs();
        let largest = (column..UNKNOWNS).max_by(|&a, &b| size(a).total_cmp(&size(b)))?;
        rows.swap(column, largest);
        let pivot = rows[column];
        for (_, row) in rows.iter_mut().enumerate().filter(|(line, _)| *line != column) {
            let factor = row[column] / pivot[column];
            row.iter_mut().zip(pivot).for_each(|(cell, value)| *cell -= factor * value);
        }
    }
    let solution: [f64; UNKNOWNS] = std::array::from_fn(|line| rows[line][UNKNOWNS] / rows[line][line]);
    solution.iter().all(|value| value.is_finite()).then_some(solution)
}
