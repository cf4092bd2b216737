//! Where in a picture a code may be: finder patterns, and threes of them that stand as in a code.
//!
//! The picture is searched at half resolution, where noise and the screen's own pixels are averaged away, and
//! for codes of both kinds at once. Only what is found here is decoded, so that most of a frame costs little.

use super::super::{
    Region,
    geometry::{Point, point},
    grey::Grey,
    runs,
};

/// The smallest difference of dark and light, in steps of luma, that a code must show: more than the noise.
const LEAST_CONTRAST: u8 = 28;

/// More finder patterns than this are clutter.
const MOST: usize = 48;

/// A finder pattern: one of the three large squares of a code. In pixels of the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finder {
    pub centre: Point,
    pub module: f64,
    /// Light on dark.
    pub inverted: bool,
}

/// Three finder patterns that stand as in a code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    /// Upper left, upper right and lower left.
    pub finders: [Finder; 3],
    /// How far they are from standing at a right angle on legs of one length; 0 in a code seen from the front.
    skew: f64,
}

/// The finder patterns in `grey`, which is the picture at half resolution.
pub(super) fn find(grey: &Grey) -> Vec<Finder> {
    let threshold = grey.contrasting_threshold(LEAST_CONTRAST);
    let (mut crossings, mut finders) = (Vec::new(), Vec::<Finder>::new());
    for y in 0..grey.height {
        crossings.clear();
        runs::scan(grey.row(y), threshold.row(y), threshold.block, &mut crossings);
        for row in &crossings {
            let known = |finder: &Finder| finder.covers(point(row.middle() * 2.0, y as f64 * 2.0));
            if finders.iter().any(known) {
                continue;
            }
            let Some(column) = runs::cross_check(grey, &threshold, y, row) else { continue };
            finders.push(Finder {
                centre: point(row.middle() * 2.0 + 0.5, column.middle() * 2.0 + 0.5),
                module: row.module() + column.module(),
                inverted: row.inverted,
            });
            if finders.len() >= MOST {
                return finders;
            }
        }
    }
    finders
}

impl Finder {
    fn covers(&self, at: Point) -> bool {
        self.centre.distance(at) < 3.5 * self.module
    }
}

/// The threes of `finders` that may belong to a code, the likeliest first.
pub(super) fn candidates(finders: &[Finder]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (first, a) in finders.iter().enumerate() {
        for (second, b) in finders.iter().enumerate().skip(first + 1) {
            if a.alike(b) {
                let third = finders[second + 1..].iter().filter(|c| a.alike(c) && b.alike(c));
                candidates.extend(third.filter_map(|c| Candidate::of([*a, *b, *c])));
            }
        }
    }
    candidates.sort_by(|a, b| a.skew.total_cmp(&b.skew));
    candidates
}

impl Finder {
    /// Whether both may belong to one code.
    fn alike(&self, other: &Self) -> bool {
        let ratio = self.module / other.module;
        self.inverted == other.inverted && (0.55..1.8).contains(&ratio)
    }
}

impl Candidate {
    /// The three in the order of a code that is not mirrored; `None` where they do not stand as in one.
    fn of(finders: [Finder; 3]) -> Option<Self> {
        let apart = |a: usize, b: usize| finders[a].centre.distance(finders[b].centre);
        let opposite = [apart(1, 2), apart(0, 2), apart(0, 1)];
        let corner = (0..3).max_by(|&a, &b| opposite[a].total_cmp(&opposite[b]))?;
        let [tl, mut tr, mut bl] = [0, 1, 2].map(|step| finders[(corner + step) % 3]);
        let (right, down) = (tr.from(&tl), bl.from(&tl));
        let (width, height) = (right.x.hypot(right.y), down.x.hypot(down.y));
        let cross = (right.x * down.y - right.y * down.x) / (width * height);
        let cosine = (right.x * down.x + right.y * down.y) / (width * height);
        let module = (tl.module + tr.module + bl.module) / 3.0;
        let sides = [width / module, height / module];
        // 14 to 170 modules from centre to centre, seen at an angle.
        let fits = cosine.abs() < 0.5
            && (0.5..2.0).contains(&(width / height))
            && sides.iter().all(|modules| (8.0..220.0).contains(modules));
        if cross < 0.0 {
            (tr, bl) = (bl, tr);
        }
        let skew = cosine.abs() + (width / height).ln().abs();
        fits.then_some(Self { finders: [tl, tr, bl], skew })
    }

    pub fn inverted(&self) -> bool {
        self.finders[0].inverted
    }

    /// The size of a module, in pixels.
    pub fn module(&self) -> f64 {
        self.finders.iter().map(|finder| finder.module).sum::<f64>() / 3.0
    }

    /// The centres, upper left first, clockwise; the lower right, which has no finder pattern, by the others.
    fn corners(&self) -> [Point; 4] {
        let [tl, tr, bl] = self.finders.map(|finder| finder.centre);
        [tl, tr, point(tr.x + bl.x - tl.x, tr.y + bl.y - tl.y), bl]
    }

    /// The part of the picture, which is `width` by `height`, that holds the whole code and its quiet zone.
    pub fn region(&self, width: usize, height: usize) -> Region {
        // Half a finder pattern, and the quiet zone.
        let margin = self.module() * (3.5 * std::f64::consts::SQRT_2 + 4.0);
        let reach = |of: fn(&Point) -> f64, limit: usize| {
            let corners = self.corners();
            let low = corners.iter().map(of).fold(f64::MAX, f64::min) - margin;
            let high = corners.iter().map(of).fold(f64::MIN, f64::max) + margin;
            [low, high].map(|value| value.clamp(0.0, limit as f64) as usize)
        };
        let ([left, right], [top, bottom]) = (reach(|at| at.x, width), reach(|at| at.y, height));
        Region { x: left, y: top, width: right - left, height: bottom - top }
    }
}

impl Finder {
    /// From `other`'s centre to this one's.
    fn from(&self, other: &Self) -> Point {
        point(self.centre.x - other.centre.x, self.centre.y - other.centre.y)
    }
}
