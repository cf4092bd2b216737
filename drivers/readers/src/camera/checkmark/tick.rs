//! Ticks: what is light in a disc must be two strokes, the one about twice as long as the other, at about a
//! right angle, the short one on the left where the tick opens upwards.

use std::{
    cmp::Reverse,
    f64::consts::{FRAC_PI_2, TAU},
};

use super::disc::Disc;
use crate::camera::{
    Frame,
    geometry::{Point, point},
};

/// Radius, as a share of the disc's, beyond which pixels belong to the rim.
const INNER: f64 = 0.8;

/// A tick is lighter than its disc by at least this many steps of luma.
const LEAST_CONTRAST: u8 = 20;

/// The share of the disc's inside that a tick covers.
const COVERS: std::ops::Range<f64> = 0.02..0.4;

/// A stroke reaches this far to both sides of its middle line, in radii of the disc.
const HALF_STROKE: f64 = 0.19;

/// The long stroke over the short one, and the angle between them in radians.
const LONGER: std::ops::Range<f64> = 1.3..3.4;
const ANGLE: std::ops::Range<f64> = 1.0..2.1;

/// How far a tick may be turned from a quarter turn, in radians.
const MOST_TURNED: f64 = 0.6;

/// How well the light pixels in `disc` fit a tick, from 0 to 1; `None` where their shape is not a tick.
pub(super) fn fit(frame: &Frame, disc: &Disc) -> Option<f64> {
    let light = Light::of(frame, disc)?;
    let corners = largest_triangle(&light.points)?;
    let strokes = (0..3).filter_map(|vertex| {
        let [vertex, one, other] = [0, 1, 2].map(|step| corners[(vertex + step) % 3]);
        let start = Strokes { vertex, ends: [one, other] };
        let strokes = start.refined(&light.points)?.refined(&light.points)?;
        strokes.look_like_a_tick().then(|| strokes.fit(&light))
    });
    strokes.max_by(f64::total_cmp)
}

/// Light pixels in a disc.
struct Light<'f> {
    frame: &'f Frame,
    disc: &'f Disc,
    /// Luma above which it is light.
    above: u8,
    /// On the disc.
    points: Vec<Point>,
}

impl<'f> Light<'f> {
    fn of(frame: &'f Frame, disc: &'f Disc) -> Option<Self> {
        let reach = disc.diameter;
        let range = |middle: f64, limit: usize| {
            let low = (middle - reach).max(0.0) as usize;
            low..((middle + reach).max(0.0) as usize + 1).min(limit)
        };
        let (columns, rows) = (range(disc.centre.x, frame.width), range(disc.centre.y, frame.height));
        let mut inside = Vec::new();
        for y in rows {
            for x in columns.clone() {
                let at = disc.on_disc(point(x as f64, y as f64));
                if at.length() < INNER {
                    inside.push((frame.y[y * frame.width + x], at));
                }
            }
        }
        // The lightest fiftieth belongs to the tick, in spite of noise in single pixels.
        let place = inside.len() / 50;
        let by_luma = |(luma, _): &(u8, Point)| Reverse(*luma);
        let lightest = (!inside.is_empty()).then(|| inside.select_nth_unstable_by_key(place, by_luma).1.0)?;
        if lightest.saturating_sub(disc.green) < LEAST_CONTRAST {
            return None;
        }
        let above = disc.green + (lightest - disc.green) / 2;
        let whole = inside.len() as f64;
        let points: Vec<Point> =
            inside.into_iter().filter(|(luma, _)| *luma > above).map(|(_, at)| at).collect();
        COVERS.contains(&(points.len() as f64 / whole)).then_some(Self { frame, disc, above, points })
    }

    /// Whether the picture is light at a point of the disc.
    fn is_at(&self, at: Point) -> bool {
        let at = self.disc.in_picture(at);
        let (x, y) = (at.x.round().max(0.0) as usize, at.y.round().max(0.0) as usize);
        x < self.frame.width && y < self.frame.height && self.frame.y[y * self.frame.width + x] > self.above
    }
}

/// The largest triangle between the outermost of `points`.
fn largest_triangle(points: &[Point]) -> Option<[Point; 3]> {
    const DIRECTIONS: usize = 24;
    let outermost = (0..DIRECTIONS).filter_map(|direction| {
        let (sin, cos) = (direction as f64 * TAU / DIRECTIONS as f64).sin_cos();
        let along = |at: &&Point| at.x * cos + at.y * sin;
        points.iter().max_by(|a, b| along(a).total_cmp(&along(b))).copied()
    });
    let outermost: Vec<Point> = outermost.collect();
    let mut largest = None;
    for (first, &a) in outermost.iter().enumerate() {
        for (second, &b) in outermost.iter().enumerate().skip(first + 1) {
            for &c in &outermost[second + 1..] {
                let area = cross(from(a, b), from(a, c)).abs();
                if largest.is_none_or(|(most, _)| area > most) {
                    largest = Some((area, [a, b, c]));
                }
            }
        }
    }
    largest.map(|(_, corners)| corners)
}

/// Two strokes from one point.
struct Strokes {
    vertex: Point,
    ends: [Point; 2],
}

impl Strokes {
    /// The strokes through the points that are nearer to the one or to the other of these; `None` where one of
    /// them has hardly any.
    fn refined(&self, points: &[Point]) -> Option<Self> {
        let mut shares = [Vec::new(), Vec::new()];
        for &at in points {
            let [one, other] = self.ends.map(|end| distance(at, self.vertex, end));
            shares[usize::from(other < one)].push(at);
        }
        let [(a, along_a), (b, along_b)] = [middle_line(&shares[0])?, middle_line(&shares[1])?];
        let turn = cross(along_a, along_b);
        let step = cross(from(a, b), along_b) / turn;
        let vertex = point(a.x + along_a.x * step, a.y + along_a.y * step);
        let end = |share: &[Point], along: Point, of: Point| {
            let towards = if dot(from(vertex, of), along) < 0.0 { -1.0 } else { 1.0 };
            let along = point(along.x * towards, along.y * towards);
            let mut reached: Vec<f64> = share.iter().map(|&at| dot(from(vertex, at), along)).collect();
            let place = reached.len() * 49 / 50;
            let length = *reached.select_nth_unstable_by(place, f64::total_cmp).1;
            point(vertex.x + along.x * length, vertex.y + along.y * length)
        };
        let ends = [end(&shares[0], along_a, a), end(&shares[1], along_b, b)];
        turn.is_normal().then_some(Self { vertex, ends })
    }

    /// Whether lengths, angle and turn are those of a tick.
    fn look_like_a_tick(&self) -> bool {
        let mut strokes = self.ends.map(|end| from(self.vertex, end));
        strokes.sort_by(|a, b| length(*a).total_cmp(&length(*b)));
        let [short, long] = strokes;
        let (turned, cosine) = (cross(short, long), dot(short, long) / (length(short) * length(long)));
        let (short_way, long_way) = (short.y.atan2(short.x), long.y.atan2(long.x));
        let opens = (short_way.sin() + long_way.sin()).atan2(short_way.cos() + long_way.cos());
        let off = (opens / FRAC_PI_2 - (opens / FRAC_PI_2).round()).abs() * FRAC_PI_2;
        turned > 0.0
            && off < MOST_TURNED
            && ANGLE.contains(&cosine.clamp(-1.0, 1.0).acos())
            && LONGER.contains(&(length(long) / length(short)))
            && length(long) > 0.4
    }

    /// The share of what is light that is on the strokes, or of the strokes that is light, whichever is less.
    fn fit(&self, light: &Light) -> f64 {
        const STEPS: usize = 16;
        let near = |at: &&Point| self.ends.iter().any(|&end| distance(**at, self.vertex, end) < HALF_STROKE);
        let on_strokes = light.points.iter().filter(near).count() as f64 / light.points.len() as f64;
        let steps = self.ends.iter().flat_map(|end| {
            (0..STEPS).map(|step| self.vertex.towards(*end, (step as f64 + 0.5) / STEPS as f64))
        });
        let lit = steps.filter(|&at| light.is_at(at)).count() as f64 / (2 * STEPS) as f64;
        on_strokes.min(lit)
    }
}

/// The middle of `points` and the direction of their greatest spread; `None` for too few points.
fn middle_line(points: &[Point]) -> Option<(Point, Point)> {
    const LEAST: usize = 6;
    let count = points.len() as f64;
    let mean = |of: &dyn Fn(&Point) -> f64| points.iter().map(of).sum::<f64>() / count;
    let middle = point(mean(&|at| at.x), mean(&|at| at.y));
    let xx = mean(&|at| (at.x - middle.x).powi(2));
    let xy = mean(&|at| (at.x - middle.x) * (at.y - middle.y));
    let yy = mean(&|at| (at.y - middle.y).powi(2));
    let (sin, cos) = ((2.0 * xy).atan2(xx - yy) / 2.0).sin_cos();
    (points.len() >= LEAST).then_some((middle, point(cos, sin)))
}

/// The distance of `at` from the stroke between `start` and `end`.
fn distance(at: Point, start: Point, end: Point) -> f64 {
    let stroke = from(start, end);
    let share = dot(from(start, at), stroke) / dot(stroke, stroke).max(f64::MIN_POSITIVE);
    at.distance(start.towards(end, share.clamp(0.0, 1.0)))
}

fn from(start: Point, end: Point) -> Point {
    point(end.x - start.x, end.y - start.y)
}

fn dot(a: Point, b: Point) -> f64 {
    a.x * b.x + a.y * b.y
}

fn cross(a: Point, b: Point) -> f64 {
    a.x * b.y - a.y * b.x
}

fn length(of: Point) -> f64 {
    of.length()
}
