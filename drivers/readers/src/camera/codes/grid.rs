//! The grid of a code's modules in a picture: a perspective map, by the edges of its finder patterns, then by
//! its alignment patterns.

use super::{
    alignment,
    candidates::Candidate,
    edges::{EDGES, edges},
    pattern::{LARGEST, Pattern, SMALLEST, STEP},
    perspective::{self, Mark},
};
use crate::camera::{
    geometry::{Homography, Point, Quad, point},
    grey::Grey,
};

/// From a code's corner to the middle of its finder pattern, along a side, in modules.
const INSET: f64 = 3.5;

/// Lines across a finder pattern along which its edges are measured, by how far they are from its middle, in
/// modules. All cross its core.
const LINES: [f64; 5] = [-0.9, -0.45, 0.0, 0.45, 0.9];

/// Greatest distance of edges from where the map has them, in modules, as a root mean square.
const MOST_OFF: f64 = 0.25;

/// Least likeness of the timing patterns, from -1 to 1.
const LEAST_TIMING: f64 = 0.25;

/// Versions that are tried on both sides of the one that was measured.
const VERSIONS_ABOUT: usize = 2;

/// How far alignment patterns may be from where the map has them, in modules.
const REACH: usize = 2;
const REACH_OF_FIRST: usize = 3;

/// A grid of modules.
#[derive(Clone)]
pub(super) struct Grid {
    /// Modules along a side.
    pub modules: usize,
    /// From modules, from the code's upper left corner, to pixels.
    pub map: Homography,
}

impl Grid {
    /// Fits a grid at `candidate`; `None` where it does not hold a code.
    pub fn fit(grey: &Grey, candidate: &Candidate) -> Option<Self> {
        let seen = Edges::seen(grey, candidate, &candidate.centres(), &candidate.axes);
        let fits = sizes(candidate.apart).filter_map(|modules| {
            let (map, off) = seen.fit(modules)?;
            let timing = timing(grey, candidate.sign(), &map, modules);
            (timing > LEAST_TIMING).then_some((timing - off, Self { modules, map }))
        });
        let (_, mut grid) = fits.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
        let seen = grid.edges(grey, candidate);
        let (map, off) = seen.fit(grid.modules)?;
        grid.map = map;
        if off > MOST_OFF {
            return None;
        }
        grid.align(grey, candidate.sign(), seen.marks(grid.modules));
        Some(grid)
    }

    /// The code's corners in the picture.
    pub fn corners(&self) -> Quad {
        let side = self.modules as f64;
        [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| self.map.map(point(x, y)))
    }

    /// Pixels a module, in the middle of the code.
    pub fn module(&self) -> f64 {
        let middle = self.modules as f64 / 2.0;
        let at = |x: f64, y: f64| self.map.map(point(middle + x, middle + y));
        let (right, down) = (at(0.5, 0.0).distance(at(-0.5, 0.0)), at(0.0, 0.5).distance(at(0.0, -0.5)));
        right.min(down)
    }

    /// The edges of the finder patterns, along lines that go by the map.
    fn edges(&self, grey: &Grey, candidate: &Candidate) -> Edges {
        let places = places(self.modules);
        let centres = places.map(|(x, y)| self.map.map(point(x, y)));
        let axes = places.map(|(x, y)| {
            [(0.5, 0.0), (0.0, 0.5)].map(|(across, down)| {
                let ahead = self.map.map(point(x + across, y + down));
                let back = self.map.map(point(x - across, y - down));
                point(ahead.x - back.x, ahead.y - back.y)
            })
        });
        Edges::seen(grey, candidate, &centres, &axes)
    }

    /// Looks for the alignment patterns, one after another, each by the map that those before made better.
    fn align(&mut self, grey: &Grey, sign: f64, mut marks: Vec<Mark>) {
        let edges = marks.len();
        let (mut distance, mut fitted) = (0.0, edges);
        for place in Pattern::of(self.modules).alignments() {
            if place.0 + place.1 > distance && marks.len() > fitted {
                self.refit(&marks);
                (distance, fitted) = (place.0 + place.1, marks.len());
            }
            let reach = if fitted == edges { REACH_OF_FIRST } else { REACH };
            marks.extend(alignment::find(grey, sign, &self.map, place, reach));
        }
        if marks.len() > fitted {
            self.refit(&marks);
        }
    }

    fn refit(&mut self, marks: &[Mark]) {
        if let Some((map, _)) = perspective::fit(marks, self.modules) {
            self.map = map;
        }
    }
}

/// The middles of the three finder patterns, in modules.
fn places(modules: usize) -> [(f64, f64); 3] {
    let far = modules as f64 - INSET;
    [(INSET, INSET), (far, INSET), (INSET, far)]
}

/// The sizes that a code may have whose finder patterns are `apart` modules from another, as measured.
fn sizes(apart: f64) -> impl Iterator<Item = usize> {
    let likeliest = ((apart + 2.0 * INSET - SMALLEST as f64) / STEP as f64).round().max(0.0) as usize;
    // In a large code, an error of the measure is more modules.
    let about = VERSIONS_ABOUT + likeliest / 12;
    let versions = likeliest.saturating_sub(about)..=likeliest + about;
    versions.map(|version| SMALLEST + STEP * version).filter(|modules| *modules <= LARGEST)
}

/// An edge of a finder pattern.
struct Edge {
    at: Point,
    /// Of which finder pattern: upper left, upper right, lower left.
    finder: usize,
    /// Whether it is one of those that are crossed from left to right.
    across: bool,
    /// Its distance from the middle of the finder pattern, in modules.
    offset: f64,
}

/// The edges of the three finder patterns.
struct Edges(Vec<Edge>);

impl Edges {
    fn seen(grey: &Grey, candidate: &Candidate, centres: &[Point; 3], axes: &[[Point; 2]; 3]) -> Self {
        let sign = candidate.sign();
        let mut seen = Vec::with_capacity(3 * 2 * LINES.len() * 6);
        for (finder, (centre, [right, down])) in centres.iter().zip(axes).enumerate() {
            for across in [true, false] {
                let (along, beside) = if across { (right, down) } else { (down, right) };
                for (line, side) in LINES.into_iter().flat_map(|line| [(line, 1.0), (line, -1.0)]) {
                    let from = point(centre.x + line * beside.x, centre.y + line * beside.y);
                    let module = point(along.x * side, along.y * side);
                    for (edge, found) in EDGES.into_iter().zip(edges(grey, sign, from, module)) {
                        let Some(way) = found else { continue };
                        let at = point(from.x + way * module.x, from.y + way * module.y);
                        seen.push(Edge { at, finder, across, offset: edge * side });
                    }
                }
            }
        }
        Self(seen)
    }

    /// The edges as marks of a code of this size.
    fn marks(&self, modules: usize) -> Vec<Mark> {
        let places = places(modules);
        let mark = |edge: &Edge| {
            let (x, y) = places[edge.finder];
            Mark {
                at: edge.at,
                x: edge.across.then_some(x + edge.offset),
                y: (!edge.across).then_some(y + edge.offset),
            }
        };
        self.0.iter().map(mark).collect()
    }

    fn fit(&self, modules: usize) -> Option<(Homography, f64)> {
        perspective::fit(&self.marks(modules), modules)
    }
}

/// How like the timing patterns are to what they should be: from -1 to 1.
fn timing(grey: &Grey, sign: f64, map: &Homography, modules: usize) -> f64 {
    let count = modules - 2 * 8 + 2;
    let luma = |place: usize, across: bool| {
        let (along, beside) = (place as f64 + 7.5, 6.5);
        let at = map.map(if across { point(along, beside) } else { point(beside, along) });
        grey.at(at.x, at.y)
    };
    let likeness = |across: bool| -> Option<f64> {
        let lumas: Vec<f64> = (0..count).map(|place| luma(place, across)).collect::<Option<_>>()?;
        // From light at both ends to dark beside it, and so on.
        let steps = lumas.windows(2).enumerate().map(|(at, pair)| {
            let step = sign * (pair[0] - pair[1]) * if at % 2 == 0 { 1.0 } else { -1.0 };
            (step, step.abs())
        });
        let (sum, all) = steps.fold((0.0, 1.0), |(sum, all), (step, size)| (sum + step, all + size));
        Some(sum / all)
    };
    let [across, down] = [true, false].map(|across| likeness(across).unwrap_or(-1.0));
    f64::midpoint(across, down)
}
