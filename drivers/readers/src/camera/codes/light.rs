//! The light of a code's modules, and dark and light ones by it.

use super::{
    grid::Grid,
    pattern::Pattern,
    perspective::{add, solve},
};
use crate::camera::{geometry::point, grey::Grey};

/// From this size on, in pixels, a module is seen at five places; a smaller one in its middle.
const LARGE: f64 = 3.0;
const SPOTS: [(f64, f64); 5] = [(0.0, 0.0), (-0.2, -0.2), (0.2, -0.2), (-0.2, 0.2), (0.2, 0.2)];

/// What adds to the light of a module: itself, those beside it, those above and below, those on its
/// diagonals, and a level.
const UNKNOWNS: usize = 5;

/// Greatest share of a neighbour that is taken away, of a module's own.
const MOST_OF_NEIGHBOUR: f64 = 0.35;

/// The least share of a neighbour, of a module's own, in a picture that counts as blurred; and rounds of taking
/// neighbours away, of which more change nothing.
const LEAST_BLUR: f64 = 0.12;
const ROUNDS: usize = 12;

/// The light of the modules of a code, row by row; more is lighter, also in an inverted code.
pub(super) struct Light {
    side: usize,
    luma: Vec<f32>,
}

impl Light {
    /// The light in `grid`; `None` where most of that lies outside of the picture.
    pub fn seen(grey: &Grey, grid: &Grid, sign: f64) -> Option<Self> {
        let side = grid.modules;
        let spots = if grid.module() < LARGE { &SPOTS[..1] } else { &SPOTS[..] };
        let mut outside = 0;
        let mut luma = Vec::with_capacity(side * side);
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let (mut sum, mut count) = (0.0, 0.0);
            for (across, down) in spots {
                let at = grid.map.map(point(x as f64 + 0.5 + across, y as f64 + 0.5 + down));
                if let Some(seen) = grey.at(at.x, at.y) {
                    sum += seen;
                    count += 1.0;
                }
            }
            outside += usize::from(count == 0.0);
            luma.push(if count == 0.0 { 0.0 } else { (sign * sum / count) as f32 });
        }
        (outside * 4 < side * side).then_some(Self { side, luma })
    }

    fn at(&self, x: isize, y: isize) -> f64 {
        let last = self.side as isize - 1;
        f64::from(self.luma[y.clamp(0, last) as usize * self.side + x.clamp(0, last) as usize])
    }

    /// The light that modules would have without that of their neighbours, which blur mixes in. How much that
    /// is, is learnt from the modules that every code has.
    pub fn alone(&self, pattern: &Pattern) -> Option<Self> {
        let mixture = self.mixture(pattern)?;
        let own = mixture[0];
        if own <= 1.0 {
            return None;
        }
        let share = |at: usize| (mixture[at] / own).clamp(0.0, MOST_OF_NEIGHBOUR);
        let shares = [share(1), share(2), share(3)];
        let alone = |place: usize| {
            let (x, y) = ((place % self.side) as isize, (place / self.side) as isize);
            (self.at(x, y) - of_neighbours(shares, (x, y), |x, y| self.at(x, y))) as f32
        };
        Some(Self { side: self.side, luma: (0..self.luma.len()).map(alone).collect() })
    }

    /// How light mixes, by least squares over the modules that are known and whose neighbours are.
    fn mixture(&self, pattern: &Pattern) -> Option<[f64; UNKNOWNS]> {
        let side = self.side as isize;
        let mut equations = [[0.0; UNKNOWNS + 1]; UNKNOWNS];
        let finders = [(0, 0), (side - 8, 0), (0, side - 8)];
        for (left, top) in finders {
            for (x, y) in (top..top + 8).flat_map(|y| (left..left + 8).map(move |x| (x, y))) {
                let light = |across: isize, down: isize| {
                    pattern.known(x + across, y + down).map(|light| if light { 1.0 } else { -1.0 })
                };
                let sum = |places: &[(isize, isize)]| {
                    places.iter().map(|&(across, down)| light(across, down)).sum::<Option<f64>>()
                };
                let taps = [
                    sum(&[(0, 0)]),
                    sum(&[(-1, 0), (1, 0)]),
                    sum(&[(0, -1), (0, 1)]),
                    sum(&[(-1, -1), (1, -1), (-1, 1), (1, 1)]),
                ];
                let [Some(own), Some(beside), Some(above), Some(diagonal)] = taps else { continue };
                add(&mut equations, [own, beside, above, diagonal, 1.0, self.at(x, y)]);
            }
        }
        solve(equations)
    }

    /// Whether each module is dark, in a picture so blurred that neighbours tell more of a module than itself;
    /// `None` where it is not. What the neighbours add is taken away round by round, as what they are gets
    /// clearer. (As an equaliser cancels the interference between symbols: J. Proakis, Digital
    /// Communications, 9.5.)
    pub fn dark_in_blur(&self, pattern: &Pattern) -> Option<Vec<bool>> {
        let [own, beside, above, diagonal, level] = self.mixture(pattern)?;
        if own <= 1.0 || beside.max(above) < LEAST_BLUR * own {
            return None;
        }
        let side = self.side;
        let places = (0..side).flat_map(|y| (0..side).map(move |x| (x as isize, y as isize)));
        let fixed: Vec<Option<f64>> = places
            .clone()
            .map(|(x, y)| pattern.known(x, y).map(|light| if light { 1.0 } else { -1.0 }))
            .collect();
        let judged = |place: usize, others: f64| {
            fixed[place].unwrap_or(((f64::from(self.luma[place]) - level - others) / own).clamp(-1.0, 1.0))
        };
        let mut light: Vec<f64> = (0..side * side).map(|place| judged(place, 0.0)).collect();
        for _ in 0..ROUNDS {
            let at = |x: isize, y: isize| {
                let inside = |at: isize| (0..side as isize).contains(&at);
                if inside(x) && inside(y) { light[y as usize * side + x as usize] } else { 1.0 }
            };
            let next = places.clone().enumerate().map(|(place, (x, y))| {
                let others = of_neighbours([beside, above, diagonal], (x, y), at);
                // Half of the way, lest neighbours take from each other in turn.
                (light[place] + judged(place, others)) / 2.0
            });
            light = next.collect();
        }
        Some(light.into_iter().map(|light| light < 0.0).collect())
    }

    /// Whether each module is dark: darker than the middle between the dark and the light ones that are at
    /// most `reach` modules from it.
    pub fn dark(&self, reach: usize) -> Vec<bool> {
        let all = Sums::of(self.side, |place| (self.luma[place], 1));
        let mean = |place: usize| all.mean_about(place, reach);
        let light: Vec<bool> = self
            .luma
            .iter()
            .enumerate()
            .map(|(place, &luma)| mean(place).is_some_and(|mean| luma > mean))
            .collect();
        let sums = |lit: bool| {
            Sums::of(self.side, |place| if light[place] == lit { (self.luma[place], 1) } else { (0.0, 0) })
        };
        let (lights, darks) = (sums(true), sums(false));
        let dark = |place: usize| {
            let means = lights.mean_about(place, reach).zip(darks.mean_about(place, reach));
            means.map_or(!light[place], |(light, dark)| self.luma[place] < f32::midpoint(light, dark))
        };
        (0..self.luma.len()).map(dark).collect()
    }
}

/// What the neighbours of the module in column `x` of row `y` add to its light, by their own, which is `at`: shares of
/// those beside it, of those above and below, and of those on its diagonals.
fn of_neighbours(
    [beside, above, diagonal]: [f64; 3],
    (x, y): (isize, isize),
    at: impl Fn(isize, isize) -> f64,
) -> f64 {
    beside * (at(x - 1, y) + at(x + 1, y))
        + above * (at(x, y - 1) + at(x, y + 1))
        + diagonal * (at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1))
}

/// Sums of light and of counts over all rectangles that begin in the upper left corner.
struct Sums {
    side: usize,
    sums: Vec<(f32, u32)>,
}

impl Sums {
    fn of(side: usize, value: impl Fn(usize) -> (f32, u32)) -> Self {
        let wide = side + 1;
        let mut sums = vec![(0.0, 0); wide * wide];
        for y in 0..side {
            let mut row = (0.0, 0);
            for x in 0..side {
                let (light, count) = value(y * side + x);
                row = (row.0 + light, row.1 + count);
                let above = sums[y * wide + x + 1];
                sums[(y + 1) * wide + x + 1] = (above.0 + row.0, above.1 + row.1);
            }
        }
        Self { side, sums }
    }

    /// The mean over all that are at most `reach` columns and rows from a place.
    fn mean_about(&self, place: usize, reach: usize) -> Option<f32> {
        let (x, y) = (place % self.side, place / self.side);
        let span = |at: usize| (at.saturating_sub(reach), (at + reach + 1).min(self.side));
        let ((left, right), (top, bottom)) = (span(x), span(y));
        let at = |x: usize, y: usize| self.sums[y * (self.side + 1) + x];
        let [a, b, c, d] = [at(left, top), at(right, top), at(left, bottom), at(right, bottom)];
        let count = d.1 + a.1 - b.1 - c.1;
        (count > 0).then(|| (d.0 + a.0 - b.0 - c.0) / count as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 29;

    /// The modules of a code: those that are known, and others by chance.
    fn dark() -> Vec<bool> {
        let pattern = Pattern::of(SIDE);
        let by_chance = |place: usize| (place * 7919 + place * place * 31) % 97 < 48;
        let dark = |place: usize| {
            let known = pattern.known((place % SIDE) as isize, (place / SIDE) as isize);
            known.map_or_else(|| by_chance(place), |light| !light)
        };
        (0..SIDE * SIDE).map(dark).collect()
    }

    #[test]
    fn blur_is_taken_away_and_uneven_light_too() {
        let dark = dark();
        let luma = |x: isize, y: isize| {
            let inside = |at: isize| (0..SIDE as isize).contains(&at);
            let ink = inside(x) && inside(y) && dark[y as usize * SIDE + x as usize];
            if ink { 30.0 } else { 160.0 }
        };
        let seen = |place: usize| {
            let (x, y) = ((place % SIDE) as isize, (place / SIDE) as isize);
            let beside = luma(x - 1, y) + luma(x + 1, y) + luma(x, y - 1) + luma(x, y + 1);
            let diagonal = luma(x - 1, y - 1) + luma(x + 1, y - 1) + luma(x - 1, y + 1) + luma(x + 1, y + 1);
            let mixed = 0.44 * luma(x, y) + 0.11 * beside + 0.03 * diagonal;
            (mixed * (0.5 + x as f64 / SIDE as f64)) as f32
        };
        let light = Light { side: SIDE, luma: (0..SIDE * SIDE).map(seen).collect() };
        let wrong = |said: &[bool]| said.iter().zip(&dark).filter(|(said, right)| said != right).count();
        let alone = light.alone(&Pattern::of(SIDE)).unwrap();
        let (before, after) = (wrong(&light.dark(4)), wrong(&alone.dark(4)));
        assert!(after < 10 && after < before, "{after} modules are wrong, {before} before");
    }
}
