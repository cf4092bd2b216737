//! Threes of finder patterns that stand as in a code.

use super::finders::Finder;
use crate::camera::{
    Region,
    geometry::{Point, Quad, point},
};

/// Half a finder pattern and the quiet zone, in modules.
const MARGIN: f64 = 3.5 + 4.0;

/// Three finder patterns that stand as in a code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    /// Upper left, upper right and lower left.
    finders: [Finder; 3],
    /// Deviation from a right angle on legs of one length; 0 in a code seen from the front.
    skew: f64,
}

/// The threes of `finders` that may belong to a code, the likeliest first.
pub(super) fn candidates(finders: &[Finder]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (first, a) in finders.iter().enumerate() {
        for (second, b) in finders.iter().enumerate().skip(first + 1) {
            if alike(a, b) {
                let third = finders[second + 1..].iter().filter(|c| alike(a, c) && alike(b, c));
                candidates.extend(third.filter_map(|c| Candidate::of([*a, *b, *c])));
            }
        }
    }
    candidates.sort_by(|a, b| a.skew.total_cmp(&b.skew));
    candidates
}

/// Whether both may belong to one code.
fn alike(one: &Finder, other: &Finder) -> bool {
    one.inverted == other.inverted && (0.55..1.8).contains(&(one.module / other.module))
}

impl Candidate {
    /// The three in the order of a code that is not mirrored; `None` where they do not stand as in one.
    fn of(finders: [Finder; 3]) -> Option<Self> {
        let apart = |a: usize, b: usize| finders[a].centre.distance(finders[b].centre);
        let opposite = [apart(1, 2), apart(0, 2), apart(0, 1)];
        let corner = (0..3).max_by(|&a, &b| opposite[a].total_cmp(&opposite[b]))?;
        let [tl, mut tr, mut bl] = [0, 1, 2].map(|step| finders[(corner + step) % 3]);
        let from_corner = |finder: &Finder| (finder.centre.x - tl.centre.x, finder.centre.y - tl.centre.y);
        let (right, down) = (from_corner(&tr), from_corner(&bl));
        let (width, height) = (right.0.hypot(right.1), down.0.hypot(down.1));
        let sine = (right.0 * down.1 - right.1 * down.0) / (width * height);
        let cosine = (right.0 * down.0 + right.1 * down.1) / (width * height);
        if sine < 0.0 {
            (tr, bl) = (bl, tr);
        }
        let skew = cosine.abs() + (width / height).ln().abs();
        let candidate = Self { finders: [tl, tr, bl], skew };
        // From centre to centre there are 14 to 170 modules; seen at an angle, fewer or more.
        let sides = [width, height].map(|side| side / candidate.module());
        let fits = cosine.abs() < 0.5
            && (0.5..2.0).contains(&(width / height))
            && sides.iter().all(|modules| (8.0..220.0).contains(modules));
        fits.then_some(candidate)
    }

    /// Whether the code is light on dark.
    pub fn inverted(&self) -> bool {
        self.finders[0].inverted
    }

    /// The size of a module, in pixels.
    pub fn module(&self) -> f64 {
        self.finders.iter().map(|finder| finder.module).sum::<f64>() / 3.0
    }

    /// Modules along a side of the code, as measured.
    pub fn side(&self) -> f64 {
        let [tl, tr, bl] = self.centres();
        (tl.distance(tr) + tl.distance(bl)) / 2.0 / self.module() + 7.0
    }

    /// The middles of the finder patterns: upper left, upper right and lower left.
    pub fn centres(&self) -> [Point; 3] {
        self.finders.map(|finder| finder.centre)
    }

    /// The middles of the finder patterns, and of where a fourth one would be in a code seen from the front:
    /// clockwise from the upper left.
    pub fn square(&self) -> Quad {
        let [tl, tr, bl] = self.centres();
        [tl, tr, point(tr.x + bl.x - tl.x, tr.y + bl.y - tl.y), bl]
    }

    /// The part of the picture, which is `width` by `height`, that holds the whole code and its quiet zone.
    pub fn region(&self, width: usize, height: usize) -> Region {
        let margin = self.module() * MARGIN * std::f64::consts::SQRT_2;
        let reach = |of: fn(&Point) -> f64, limit: usize| {
            let square = self.square();
            let low = square.iter().map(of).fold(f64::MAX, f64::min) - margin;
            let high = square.iter().map(of).fold(f64::MIN, f64::max) + margin;
            [low, high].map(|value| value.clamp(0.0, limit as f64) as usize)
        };
        let ([left, right], [top, bottom]) = (reach(|at| at.x, width), reach(|at| at.y, height));
        Region { x: left, y: top, width: right - left, height: bottom - top }
    }
}
