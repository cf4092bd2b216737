//! Alignment patterns: small squares all over a code, by which its map is made better than three corners can
//! make it.

use super::perspective::Mark;
use crate::camera::{
    geometry::{Homography, Point, point},
    grey::Grey,
};

/// Half an alignment pattern, in modules, its middle not counted.
const HALF: i32 = 2;

/// Steps a module of the coarse search.
const STEPS: usize = 2;

/// Least correlation with an alignment pattern.
const LEAST_CORRELATION: f64 = 0.62;

/// Samples a module along a line from the middle of an alignment pattern, and all of them: into its dark ring.
const FINE: usize = 8;
const SAMPLES: usize = 2 * FINE + FINE / 2;

/// How far the middle may be from the place of the best correlation, in modules.
const MOST_OFF: f64 = 0.6;

/// What a way of one module costs in correlation: of two places that look alike the nearer one is right.
const COST_OF_A_MODULE: f64 = 0.04;

/// The alignment pattern whose middle should be at (`x`, `y`) of the grid that `map` says, at most `reach`
/// modules off.
pub(super) fn find(
    grey: &Grey,
    sign: f64,
    map: &Homography,
    (x, y): (f64, f64),
    reach: usize,
) -> Option<Mark> {
    let local = Local::of(map, point(x, y));
    let lattice = Lattice::seen(grey, &local, reach)?;
    let (mut best, mut at) = (f64::MIN, point(0.0, 0.0));
    let span = 2 * reach * STEPS;
    for (row, column) in (0..=span).flat_map(|row| (0..=span).map(move |column| (row, column))) {
        let off = |place: usize| (place as f64 - (reach * STEPS) as f64) / STEPS as f64;
        let place = point(off(column), off(row));
        let score = sign * lattice.correlation(column, row) - COST_OF_A_MODULE * place.length();
        if score > best {
            (best, at) = (score, place);
        }
    }
    let mut correlation = sign * local.correlation(grey, at)?;
    for step in [0.25, 0.125] {
        let from = at;
        for (across, down) in (-1..=1).flat_map(|down| (-1..=1).map(move |across| (across, down))) {
            let place = point(from.x + f64::from(across) * step, from.y + f64::from(down) * step);
            let there = sign * local.correlation(grey, place)?;
            if there > correlation {
                (correlation, at) = (there, place);
            }
        }
    }
    if correlation < LEAST_CORRELATION {
        return None;
    }
    let at = local.centred(grey, sign, at).unwrap_or(at);
    Some(Mark { at: local.pixel(at.x, at.y), x: Some(x), y: Some(y) })
}

/// A map near one place: straight, as long as it is near.
struct Local {
    from: Point,
    right: Point,
    down: Point,
}

impl Local {
    fn of(map: &Homography, at: Point) -> Self {
        let from = map.map(at);
        let way = |x: f64, y: f64| {
            let (ahead, back) = (map.map(point(at.x + x, at.y + y)), map.map(point(at.x - x, at.y - y)));
            point((ahead.x - back.x) / 2.0, (ahead.y - back.y) / 2.0)
        };
        Self { from, right: way(1.0, 0.0), down: way(0.0, 1.0) }
    }

    fn pixel(&self, x: f64, y: f64) -> Point {
        let along = |from: f64, right: f64, down: f64| from + x * right + y * down;
        point(along(self.from.x, self.right.x, self.down.x), along(self.from.y, self.right.y, self.down.y))
    }

    /// The middle of the alignment pattern that `at` is in, by where its light ring begins and ends.
    fn centred(&self, grey: &Grey, sign: f64, at: Point) -> Option<Point> {
        let ring = |x: f64, y: f64| self.ring(grey, sign, at, point(x, y));
        let off = |ahead: [f64; 2], back: [f64; 2]| {
            let off = (ahead[0] - back[0] + ahead[1] - back[1]) / 4.0;
            (off.abs() < MOST_OFF).then_some(off)
        };
        let across = off(ring(1.0, 0.0)?, ring(-1.0, 0.0)?)?;
        let down = off(ring(0.0, 1.0)?, ring(0.0, -1.0)?)?;
        Some(point(at.x + across, at.y + down))
    }

    /// How far it is from `at` to where the light ring begins and ends, in modules.
    fn ring(&self, grey: &Grey, sign: f64, at: Point, way: Point) -> Option<[f64; 2]> {
        let mut profile = [0.0; SAMPLES];
        for (index, luma) in profile.iter_mut().enumerate() {
            let off = index as f64 / FINE as f64;
            let pixel = self.pixel(at.x + off * way.x, at.y + off * way.y);
            *luma = sign * grey.at(pixel.x, pixel.y)?;
        }
        let light = (FINE / 2..2 * FINE).max_by(|&a, &b| profile[a].total_cmp(&profile[b]))?;
        let darkest = |span: std::ops::Range<usize>| span.min_by(|&a, &b| profile[a].total_cmp(&profile[b]));
        let (core, outer) = (darkest(0..light)?, darkest(light + 1..SAMPLES)?);
        if profile[core].max(profile[outer]) >= profile[light] {
            return None;
        }
        let crossing = |dark: usize| {
            let level = f64::midpoint(profile[dark], profile[light]);
            let step = |at: usize| if dark < light { at - 1 } else { at + 1 };
            let mut at = light;
            while profile[step(at)] > level {
                at = step(at);
            }
            let (inside, beyond) = (profile[at], profile[step(at)]);
            let way = (inside - level) / (inside - beyond);
            if dark < light { at as f64 - way } else { at as f64 + way }
        };
        Some([crossing(core), crossing(outer)].map(|at| at / FINE as f64))
    }

    /// The correlation with an alignment pattern whose middle is `at`, in modules from here.
    fn correlation(&self, grey: &Grey, at: Point) -> Option<f64> {
        let mut sums = Sums::default();
        for (x, y) in places() {
            let pixel = self.pixel(at.x + f64::from(x), at.y + f64::from(y));
            sums.add(grey.at(pixel.x, pixel.y)?, x.abs().max(y.abs()) == 1);
        }
        Some(sums.correlation())
    }
}

/// The modules of an alignment pattern, from its middle.
fn places() -> impl Iterator<Item = (i32, i32)> {
    (-HALF..=HALF).flat_map(|y| (-HALF..=HALF).map(move |x| (x, y)))
}

/// The light about a place, `STEPS` times a module.
struct Lattice {
    side: usize,
    luma: Vec<f64>,
}

impl Lattice {
    fn seen(grey: &Grey, local: &Local, reach: usize) -> Option<Self> {
        let half = (reach + HALF as usize) * STEPS;
        let side = 2 * half + 1;
        let off = |place: usize| (place as f64 - half as f64) / STEPS as f64;
        let seen = |place: usize| {
            let at = local.pixel(off(place % side), off(place / side));
            grey.at(at.x, at.y)
        };
        Some(Self { side, luma: (0..side * side).map(seen).collect::<Option<_>>()? })
    }

    /// The correlation with an alignment pattern whose upper left module is there.
    fn correlation(&self, column: usize, row: usize) -> f64 {
        let mut sums = Sums::default();
        for (x, y) in places() {
            let along = |from: usize, at: i32| from + (at + HALF) as usize * STEPS;
            sums.add(self.luma[along(row, y) * self.side + along(column, x)], x.abs().max(y.abs()) == 1);
        }
        sums.correlation()
    }
}

/// Sums over the modules of an alignment pattern.
#[derive(Default)]
struct Sums {
    sum: f64,
    squares: f64,
    products: f64,
}

impl Sums {
    fn add(&mut self, luma: f64, light: bool) {
        self.sum += luma;
        self.squares += luma * luma;
        self.products += if light { luma } else { -luma };
    }

    fn correlation(&self) -> f64 {
        const COUNT: f64 = 25.0;
        /// Eight of its modules are light, the others dark.
        const MEAN: f64 = (8.0 - 17.0) / COUNT;
        let mean = self.sum / COUNT;
        let spread = (self.squares / COUNT - mean * mean) * (1.0 - MEAN * MEAN);
        if spread > 1.0 { (self.products / COUNT - mean * MEAN) / spread.sqrt() } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_alignment_pattern_is_found_beside_its_place() {
        let map = Homography::from_matrix([5.0, 0.0, 10.0, 0.0, 5.0, 10.0, 0.0, 0.0, 1.0]).unwrap();
        let middle = point(62.0, 55.0);
        let luma = |place: usize| {
            let (x, y) = ((place % 120) as f64, (place / 120) as f64);
            let ring = ((x - middle.x).abs().max((y - middle.y).abs()) / 5.0).round();
            if ring == 0.0 || ring == 2.0 { 30 } else { 200 }
        };
        let grey = Grey::from_luma(120, 120, (0..120 * 120).map(luma).collect());
        let found = find(&grey, 1.0, &map, (10.0, 10.0), 2).unwrap();
        assert!(found.at.distance(middle) < 1.0, "{:?}", found.at);
        let even = Grey::from_luma(120, 120, vec![90; 120 * 120]);
        assert!(find(&even, 1.0, &map, (10.0, 10.0), 2).is_none());
    }

    /// A picture whose columns are of these lumas.
    fn columns(luma: impl Fn(usize) -> u8) -> Grey {
        Grey::from_luma(40, 40, (0..40 * 40).map(|place| luma(place % 40)).collect())
    }

    #[test]
    fn a_slope_or_a_step_is_no_ring() {
        let map = Homography::from_matrix([4.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 1.0]).unwrap();
        let local = Local::of(&map, point(5.0, 5.0));
        let (middle, right) = (point(0.0, 0.0), point(1.0, 0.0));
        let steps = |lumas: [u8; 3]| columns(move |x| lumas[usize::from(x > 22) + usize::from(x > 27)]);
        let pictures = [
            (1.0, columns(|x| 3 * x as u8)),
            (1.0, columns(|x| 220 - 3 * x as u8)),
            (-1.0, columns(|x| 3 * x as u8)),
            (-1.0, columns(|x| 220 - 3 * x as u8)),
            (1.0, columns(|_| 90)),
            // Where the ring should be it is darker than on one of its sides.
            (1.0, steps([220, 201, 255])),
            (1.0, steps([255, 201, 220])),
            (-1.0, steps([35, 54, 0])),
            (-1.0, steps([0, 54, 35])),
        ];
        for (number, (sign, grey)) in pictures.iter().enumerate() {
            let ring = local.ring(grey, *sign, middle, right);
            assert!(ring.is_none(), "picture {number}: {ring:?}");
        }
    }

    proptest! {
        #[test]
        fn no_picture_panics(
            lumas in prop::collection::vec(any::<u8>(), 1..300),
            block in 1usize..5,
            sign in prop::sample::select(vec![1.0, -1.0]),
            cells in prop::array::uniform6(-6.0..6.0f64),
        ) {
            let luma = |place: usize| lumas[(place / 48 / block * 17 + place % 48 / block) % lumas.len()];
            let grey = Grey::from_luma(48, 48, (0..48 * 48).map(luma).collect());
            let [a, b, c, d, g, h] = cells;
            let matrix = [a, b, 20.0, c, d, 20.0, g / 100.0, h / 100.0, 1.0];
            if let Some(map) = Homography::from_matrix(matrix) {
                let found = find(&grey, sign, &map, (1.0, 1.0), 2);
                prop_assert!(found.is_none_or(|mark| mark.at.x.is_finite() && mark.at.y.is_finite()));
            }
        }
    }
}
