//! Green discs: patches of green, each judged by how well it fills the ellipse that has its moments.

use std::f64::consts::PI;

use crate::camera::{
    Frame, Region,
    geometry::{Point, point},
};

/// Diameter of the smallest disc whose tick is readable, in pixels.
const LEAST_DIAMETER: f64 = 20.0;

/// A disc seen at an angle is an ellipse; one longer than this is something else.
const LONGEST: f64 = 1.8;

/// The smallest roundness of a disc.
const LEAST_ROUNDNESS: f64 = 0.85;

/// A green disc in the picture.
pub(super) struct Disc {
    pub centre: Point,
    pub diameter: f64,
    /// Overlap of disc and ellipse as a share of their union.
    pub roundness: f64,
    /// Luma of its green, in the middle of what it shows.
    pub green: u8,
    /// From pixels about the centre to a circle of radius 1: a symmetric matrix, xx, xy, yy.
    to_circle: [f64; 3],
    /// As `to_circle`, the other way.
    to_pixels: [f64; 3],
}

impl Disc {
    /// Where `at` lies on the disc, its rim being 1 from its centre.
    pub fn on_disc(&self, at: Point) -> Point {
        times(&self.to_circle, point(at.x - self.centre.x, at.y - self.centre.y))
    }

    /// The pixel at which `at` on the disc is seen.
    pub fn in_picture(&self, at: Point) -> Point {
        let from_centre = times(&self.to_pixels, at);
        point(self.centre.x + from_centre.x, self.centre.y + from_centre.y)
    }
}

fn times(&[xx, xy, yy]: &[f64; 3], at: Point) -> Point {
    point(xx * at.x + xy * at.y, xy * at.x + yy * at.y)
}

/// The green discs in `region`, which lies in the frame, except those that the frame's edge cuts off.
pub(super) fn find(frame: &Frame, region: Region) -> Vec<Disc> {
    let mut mask = Mask::of(frame, region);
    let mut discs = Vec::new();
    while let Some(patch) = mask.next_patch() {
        if !patch.is_at_edge(frame, region) {
            discs.extend(Disc::of(&patch, frame, region));
        }
    }
    discs
}

/// Mask of green pixels, at the resolution of chroma.
struct Mask {
    width: usize,
    green: Vec<bool>,
    /// Where to look on for the next patch.
    from: usize,
}

/// Pixels of chroma that hang together: a span of columns for each row, and the row's number.
struct Patch {
    rows: Vec<(usize, usize, usize)>,
    pixels: Vec<(usize, usize)>,
}

impl Mask {
    fn of(frame: &Frame, region: Region) -> Self {
        let (left, top) = (region.x / 2, region.y / 2);
        let (width, height) = (region.width / 2, region.height / 2);
        let mut green = Vec::with_capacity(width * height);
        for y in top..top + height {
            let chroma = y * (frame.width / 2) + left;
            let luma = 2 * y * frame.width + 2 * left;
            let chroma = frame.cb[chroma..chroma + width].iter().zip(&frame.cr[chroma..chroma + width]);
            let luma = frame.y[luma..luma + 2 * width].as_chunks::<2>().0;
            green.extend(luma.iter().zip(chroma).map(|(luma, (&cb, &cr))| is_green(luma[0], cb, cr)));
        }
        Self { width, green, from: 0 }
    }

    /// The next green patch; clears it from the mask.
    fn next_patch(&mut self) -> Option<Patch> {
        let first = self.from + self.green[self.from..].iter().position(|&green| green)?;
        self.from = first + 1;
        let mut open = vec![first];
        self.green[first] = false;
        let mut pixels = Vec::new();
        while let Some(place) = open.pop() {
            let (x, y) = (place % self.width, place / self.width);
            pixels.push((x, y));
            let left = (x > 0).then(|| place - 1);
            let right = (x + 1 < self.width).then_some(place + 1);
            for near in [left, right, place.checked_sub(self.width), Some(place + self.width)] {
                if let Some(near) = near.filter(|&near| self.green.get(near) == Some(&true)) {
                    self.green[near] = false;
                    open.push(near);
                }
            }
        }
        Some(Patch::of(pixels))
    }
}

/// Whether there is a fifth more green than red, and a tenth more than blue. (BT.601, full range.)
pub(in crate::camera) fn is_green(luma: u8, cb: u8, cr: u8) -> bool {
    const DARKEST: i32 = 24;
    let (luma, cb, cr) = (i32::from(luma), i32::from(cb) - 128, i32::from(cr) - 128);
    let red = 1000 * luma + 1402 * cr;
    let green = 1000 * luma - 344 * cb - 714 * cr;
    let blue = 1000 * luma + 1772 * cb;
    green > 1000 * DARKEST && 10 * green > 12 * red && 10 * green > 11 * blue
}

impl Patch {
    fn of(pixels: Vec<(usize, usize)>) -> Self {
        let top = pixels.iter().map(|&(_, y)| y).min().unwrap_or(0);
        let bottom = pixels.iter().map(|&(_, y)| y).max().unwrap_or(0);
        let mut rows: Vec<_> = (top..=bottom).map(|y| (usize::MAX, 0, y)).collect();
        for &(x, y) in &pixels {
            let (left, right, _) = &mut rows[y - top];
            (*left, *right) = ((*left).min(x), (*right).max(x));
        }
        Self { rows, pixels }
    }

    /// Whether the patch, which is in `region`, may go on beyond the frame.
    fn is_at_edge(&self, frame: &Frame, region: Region) -> bool {
        let (right, bottom) = (frame.width / 2, frame.height / 2);
        self.pixels.iter().any(|&(x, y)| {
            let (x, y) = (region.x / 2 + x, region.y / 2 + y);
            x == 0 || y == 0 || x + 1 == right || y + 1 == bottom
        })
    }

    /// Pixels between the first and the last of each row: this fills a disc, tick and all.
    fn filled(&self) -> impl Iterator<Item = Point> {
        let rows = self.rows.iter();
        rows.flat_map(|&(left, right, y)| (left..=right).map(move |x| point(x as f64, y as f64)))
    }
}

impl Disc {
    /// The disc that `patch` forms; `None` for another shape.
    fn of(patch: &Patch, frame: &Frame, region: Region) -> Option<Self> {
        let area = patch.filled().count() as f64;
        if area < PI * (LEAST_DIAMETER / 4.0).powi(2) {
            return None;
        }
        let sum = |of: &dyn Fn(Point) -> f64| patch.filled().map(of).sum::<f64>() / area;
        let middle = point(sum(&|at| at.x), sum(&|at| at.y));
        let xx = sum(&|at| (at.x - middle.x).powi(2));
        let xy = sum(&|at| (at.x - middle.x) * (at.y - middle.y));
        let yy = sum(&|at| (at.y - middle.y).powi(2));
        // An ellipse's points are, on average, at a quarter of the square of its axes.
        let to_pixels = root([4.0 * xx, 4.0 * xy, 4.0 * yy])?;
        let to_circle = inverse(to_pixels)?;
        let in_ellipse = |at: Point| {
            let at = times(&to_circle, point(at.x - middle.x, at.y - middle.y));
            at.length() <= 1.0
        };
        let ellipse = PI * (to_pixels[0] * to_pixels[2] - to_pixels[1].powi(2));
        let common = patch.filled().filter(|&at| in_ellipse(at)).count() as f64;
        let roundness = common / (area + ellipse - common);
        if roundness < LEAST_ROUNDNESS || longness(to_pixels) > LONGEST {
            return None;
        }
        let mut lumas: Vec<u8> = patch
            .pixels
            .iter()
            .map(|&(x, y)| frame.y[(region.y / 2 + y) * 2 * frame.width + (region.x / 2 + x) * 2])
            .collect();
        let middle_place = lumas.len() / 2;
        Some(Self {
            centre: point(
                (region.x / 2 * 2) as f64 + 2.0 * middle.x + 0.5,
                (region.y / 2 * 2) as f64 + 2.0 * middle.y + 0.5,
            ),
            diameter: 4.0 * (area / PI).sqrt(),
            roundness,
            green: *lumas.select_nth_unstable(middle_place).1,
            to_circle: to_circle.map(|cell| cell / 2.0),
            to_pixels: to_pixels.map(|cell| cell * 2.0),
        })
    }
}

/// The symmetric square root of a symmetric matrix.
fn root([xx, xy, yy]: [f64; 3]) -> Option<[f64; 3]> {
    let det = (xx * yy - xy * xy).max(0.0).sqrt();
    let trace = (xx + yy + 2.0 * det).sqrt();
    let root = [(xx + det) / trace, xy / trace, (yy + det) / trace];
    root.iter().all(|cell| cell.is_finite()).then_some(root)
}

fn inverse([xx, xy, yy]: [f64; 3]) -> Option<[f64; 3]> {
    let det = xx * yy - xy * xy;
    let inverse = [yy / det, -xy / det, xx / det];
    inverse.iter().all(|cell| cell.is_finite()).then_some(inverse)
}

/// The longer axis over the shorter.
fn longness([xx, xy, yy]: [f64; 3]) -> f64 {
    let (mean, apart) = ((xx + yy) / 2.0, ((xx - yy) / 2.0).hypot(xy));
    (mean + apart) / (mean - apart).max(f64::MIN_POSITIVE)
}
