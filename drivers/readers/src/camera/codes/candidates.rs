//! Threes of finder patterns that stand as in a code.

use super::finders::Finder;
use crate::camera::{
    Region,
    geometry::{Point, point},
    grey::Grey,
};

/// Half a finder pattern and the quiet zone, in modules.
const MARGIN: f64 = 3.5 + 4.0;

/// Most threes whose promise is examined: more are clutter.
const MOST: usize = 300;

/// From the middle of a finder pattern to the next, in modules: 14 to 170; measured at an angle, fewer or
/// more.
const APART: std::ops::Range<f64> = 10.0..200.0;

/// How much longer a side of a code may seem than another, in modules as measured, and the size of its
/// modules.
const UNLIKE_SIDES: f64 = 1.3;
const UNLIKE_MODULES: f64 = 2.6;

/// Least sine of the angle between two sides.
const LEAST_SINE: f64 = 0.35;

/// Three finder patterns that stand as in a code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    /// Upper left, upper right and lower left.
    pub finders: [Finder; 3],
    /// A module's way in each of them, to the right and downwards, in pixels.
    pub axes: [[Point; 2]; 3],
    /// From the middle of a finder pattern to the next, in modules, as measured.
    pub apart: f64,
    /// How well the picture has finder patterns there, from -1 to 1.
    pub promise: f64,
}

/// A side of a code, from the middle of a finder pattern to the middle of another.
#[derive(Clone, Copy)]
struct Side {
    /// How far they are apart, in modules.
    apart: f64,
    /// Pixels a module along it, in both.
    modules: [f64; 2],
}

/// The threes of `finders` that may belong to a code and of which one at least is not among the first
/// `known`, the most promising first.
pub(super) fn candidates(
    grey: &Grey,
    finders: &[Finder],
    known: usize,
    least_promise: f64,
) -> Vec<Candidate> {
    let sides = Sides::of(grey, finders);
    let promising = |[corner, one, other]: [usize; 3]| {
        let two = [sides.between(corner, one)?, sides.between(corner, other)?];
        let candidate = Candidate::of(grey, [corner, one, other].map(|place| finders[place]), two)?;
        (candidate.promise > least_promise).then_some(candidate)
    };
    let mut candidates: Vec<Candidate> = sides.threes(known).into_iter().filter_map(promising).collect();
    candidates.sort_by(|a, b| b.promise.total_cmp(&a.promise));
    candidates
}

/// What may be sides of codes, among some finder patterns.
struct Sides {
    count: usize,
    /// From each to each that comes after it.
    sides: Vec<Option<Side>>,
}

impl Sides {
    fn of(grey: &Grey, finders: &[Finder]) -> Self {
        let count = finders.len();
        let pairs = finders.iter().enumerate().flat_map(|(a, one)| {
            finders.iter().enumerate().map(move |(b, other)| (a < b).then_some((one, other)))
        });
        Self { count, sides: pairs.map(|pair| pair.and_then(|(a, b)| Side::of(grey, a, b))).collect() }
    }

    /// The side from `a` to `b`.
    fn between(&self, a: usize, b: usize) -> Option<Side> {
        let side = self.sides[a.min(b) * self.count + a.max(b)]?;
        let [one, other] = side.modules;
        Some(if a < b { side } else { Side { modules: [other, one], ..side } })
    }

    /// The threes that have two sides of about one length, the corner between them first; those of the most
    /// equal sides first. One of the three at least is not among the first `known`.
    fn threes(&self, known: usize) -> Vec<[usize; 3]> {
        let mut threes = Vec::new();
        let corners = (0..self.count).flat_map(|corner| (0..self.count).map(move |one| (corner, one)));
        for (corner, one) in corners {
            let Some(across) = self.between(corner, one) else { continue };
            let from = if corner.max(one) < known { known.max(one + 1) } else { one + 1 };
            for other in from..self.count {
                let Some(down) = self.between(corner, other) else { continue };
                let unlike = (across.apart / down.apart).max(down.apart / across.apart);
                if unlike < UNLIKE_SIDES {
                    threes.push((unlike, [corner, one, other]));
                }
            }
        }
        threes.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        threes.truncate(MOST);
        threes.into_iter().map(|(_, three)| three).collect()
    }
}

impl Side {
    fn of(grey: &Grey, one: &Finder, other: &Finder) -> Option<Self> {
        let unlike = |a: f64, b: f64| a > UNLIKE_MODULES * b || b > UNLIKE_MODULES * a;
        let length = one.centre.distance(other.centre);
        let too_far = length > 2.0 * APART.end * one.module.max(other.module);
        if one.inverted != other.inverted || unlike(one.module, other.module) || too_far {
            return None;
        }
        let towards = unit(one.centre, other.centre);
        let modules = [one.module_along(grey, towards)?, other.module_along(grey, towards)?];
        // Exact, also where perspective makes modules smaller from one to the other.
        let apart = length / (modules[0] * modules[1]).sqrt();
        (APART.contains(&apart) && !unlike(modules[0], modules[1])).then_some(Self { apart, modules })
    }
}

/// The direction from a point to another.
fn unit(from: Point, to: Point) -> Point {
    let length = from.distance(to);
    point((to.x - from.x) / length, (to.y - from.y) / length)
}

impl Candidate {
    /// The three, the first in the corner, in the order of a code that is not mirrored. `sides` go from the first
    /// to the others.
    fn of(grey: &Grey, [tl, one, other]: [Finder; 3], [across, along]: [Side; 2]) -> Option<Self> {
        let (right, down) = (unit(tl.centre, one.centre), unit(tl.centre, other.centre));
        let sine = right.x * down.y - right.y * down.x;
        if sine.abs() < LEAST_SINE {
            return None;
        }
        let sides = [(one, right, across.modules), (other, down, along.modules)];
        let [(tr, right, wide), (bl, down, high)] = if sine > 0.0 { sides } else { [sides[1], sides[0]] };
        let times = |way: Point, length: f64| point(way.x * length, way.y * length);
        let own = |finder: &Finder, way: Point| Some(times(way, finder.module_along(grey, way)?));
        let axes = [
            [times(right, wide[0]), times(down, high[0])],
            [times(right, wide[1]), own(&tr, down)?],
            [own(&bl, right)?, times(down, high[1])],
        ];
        let finders = [tl, tr, bl];
        let sum: f64 = (0..3).map(|at| template(grey, &finders[at], &axes[at])).sum();
        Some(Self { finders, axes, apart: f64::midpoint(across.apart, along.apart), promise: sum / 3.0 })
    }

    /// Whether the code is light on dark.
    pub fn inverted(&self) -> bool {
        self.finders[0].inverted
    }

    /// -1 where it is.
    pub fn sign(&self) -> f64 {
        self.finders[0].sign()
    }

    /// The size of a module, in pixels.
    pub fn module(&self) -> f64 {
        let length = |way: &Point| way.length();
        self.axes.iter().flatten().map(length).sum::<f64>() / 6.0
    }

    /// The middles of the finder patterns: upper left, upper right and lower left.
    pub fn centres(&self) -> [Point; 3] {
        self.finders.map(|finder| finder.centre)
    }

    /// The part of the picture, which is `width` by `height`, that holds the whole code and its quiet zone,
    /// if it is seen from the front.
    pub fn region(&self, width: usize, height: usize) -> Region {
        let margin = self.module() * MARGIN * std::f64::consts::SQRT_2;
        let [tl, tr, bl] = self.centres();
        let square = [tl, tr, point(tr.x + bl.x - tl.x, tr.y + bl.y - tl.y), bl];
        let reach = |of: fn(&Point) -> f64, limit: usize| {
            let low = square.iter().map(of).fold(f64::MAX, f64::min) - margin;
            let high = square.iter().map(of).fold(f64::MIN, f64::max) + margin;
            [low, high].map(|value| value.clamp(0.0, limit as f64) as usize)
        };
        let ([left, right], [top, bottom]) = (reach(|at| at.x, width), reach(|at| at.y, height));
        Region { x: left, y: top, width: right.saturating_sub(left), height: bottom.saturating_sub(top) }
    }
}

/// The correlation of the picture with a finder pattern whose modules go by `axes`, from -1 to 1.
fn template(grey: &Grey, finder: &Finder, [right, down]: &[Point; 2]) -> f64 {
    let (mut count, mut sum, mut squares, mut products, mut light) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for y in -3..=3i32 {
        for x in -3..=3i32 {
            // In its corners, a pattern with round rings is another than one with square ones.
            if x.abs().min(y.abs()) > 1 {
                continue;
            }
            let (across, along) = (f64::from(x), f64::from(y));
            let at = point(
                finder.centre.x + across * right.x + along * down.x,
                finder.centre.y + across * right.y + along * down.y,
            );
            let Some(luma) = grey.at(at.x, at.y) else { return -1.0 };
            let expected = if x.abs().max(y.abs()) == 2 { 1.0 } else { -1.0 };
            count += 1.0;
            sum += luma;
            squares += luma * luma;
            products += luma * expected;
            light += expected;
        }
    }
    let (mean, light) = (sum / count, light / count);
    let spread = (squares / count - mean * mean) * (1.0 - light * light);
    let correlation = finder.sign() * (products / count - mean * light) / spread.sqrt();
    if correlation.is_finite() { correlation } else { -1.0 }
}
