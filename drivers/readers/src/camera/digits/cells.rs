//! Cells: the segments or dots of a display, as points of the rectified window at which light is taken.

use super::{
    display::{Display, Kind},
    window::{self, Plane},
};
use crate::camera::geometry::{Point, point};

/// A segment or a dot: points on it, whose weights add up to 1, and points beside it, whose weights add up to -1.
/// The weighted sum of their light is its contrast.
pub(super) struct Cell {
    samples: Vec<(i32, i32, f32)>,
}

/// All cells of a display.
pub(super) struct Layout {
    /// For each digit from the left its segments a to g, or its dots row by row.
    pub digits: Vec<Vec<Cell>>,
    /// The decimal points, where it has some.
    pub points: Vec<Cell>,
}

/// Columns and rows of a dot matrix.
pub(super) const COLUMNS: usize = 5;
pub(super) const ROWS: usize = 7;
/// Segments without the decimal point.
pub(in crate::camera) const SEGMENTS: usize = 7;

/// Where along a segment, in halves of its length, light is taken, and where beside it.
const ALONG: [f64; 5] = [-0.5, -0.25, 0.0, 0.25, 0.5];
const ALONG_BESIDE: [f64; 3] = [-0.4, 0.0, 0.4];
/// How far beside a segment its surroundings are, in strokes.
const BESIDE: [f64; 2] = [-1.35, 1.35];
/// How far beyond the outer dots a matrix is dark, in dots.
const BEYOND: f64 = 1.3;

impl Layout {
    pub fn of(display: &Display) -> Self {
        let cell = |digit: usize, samples: Vec<(Point, f64)>| {
            let place = |(upright, weight): (Point, f64)| {
                let at = window::pixel(display.on_digit(digit, upright));
                (at.x.round() as i32, at.y.round() as i32, weight as f32)
            };
            Cell { samples: samples.into_iter().map(place).collect() }
        };
        let cells = |digit: usize| match display.kind {
            Kind::Segments => {
                (0..SEGMENTS).map(|number| cell(digit, segment(display, number))).collect::<Vec<_>>()
            }
            Kind::Dots => (0..ROWS * COLUMNS).map(|number| cell(digit, dot(display, number))).collect(),
        };
        let points = 0..if display.points { display.digits } else { 0 };
        Self {
            digits: (0..display.digits).map(cells).collect(),
            points: points.map(|digit| cell(digit, decimal_point(display))).collect(),
        }
    }

    /// The contrast of every cell of every digit, the layout moved by some pixels.
    pub fn contrasts(&self, signal: &Plane, shift: (i32, i32)) -> Vec<Vec<f32>> {
        let digit = |cells: &Vec<Cell>| cells.iter().map(|cell| cell.contrast(signal, shift)).collect();
        self.digits.iter().map(digit).collect()
    }

    /// How well the layout lies on what is lit, moved by some pixels: light on its cells counts for it, light
    /// beside them against it.
    pub fn energy(&self, signal: &Plane, shift: (i32, i32)) -> f32 {
        let cells = self.digits.iter().flatten();
        cells.map(|cell| cell.contrast(signal, shift)).map(|contrast| contrast * contrast.abs()).sum()
    }

    /// Every point beside a cell.
    pub fn surroundings(&self, shift: (i32, i32)) -> impl Iterator<Item = (i32, i32)> {
        let samples = self.digits.iter().flatten().flat_map(|cell| &cell.samples);
        samples.filter(|(_, _, weight)| *weight < 0.0).map(move |(x, y, _)| (x + shift.0, y + shift.1))
    }
}

impl Cell {
    /// The light on the cell, less that beside it: of the points beside it, those in the window count.
    pub fn contrast(&self, signal: &Plane, (dx, dy): (i32, i32)) -> f32 {
        let (mut on, mut beside, mut share) = (0.0, 0.0, 0.0);
        for &(x, y, weight) in &self.samples {
            let (x, y) = (x + dx, y + dy);
            if weight > 0.0 {
                on += weight * signal.at(x, y);
            } else if signal.has(x, y) {
                beside -= weight * signal.at(x, y);
                share -= weight;
            }
        }
        if share > 0.0 { on - beside / share } else { 0.0 }
    }
}

/// The middle line of segment `number`, upright, from its digit's centre.
pub(in crate::camera) fn segment_line(display: &Display, number: usize) -> (Point, Point) {
    let (x, y) = (display.width / 2.0, display.height / 2.0);
    match number {
        0 => (point(-x, -y), point(x, -y)),
        1 => (point(x, -y), point(x, 0.0)),
        2 => (point(x, 0.0), point(x, y)),
        3 => (point(-x, y), point(x, y)),
        4 => (point(-x, 0.0), point(-x, y)),
        5 => (point(-x, -y), point(-x, 0.0)),
        _ => (point(-x, 0.0), point(x, 0.0)),
    }
}

/// The centre of dot `number`, upright, from its digit's centre.
pub(super) fn dot_centre(display: &Display, number: usize) -> Point {
    let (column, row) = (number % COLUMNS, number / COLUMNS);
    let share = |at: usize, count: usize| at as f64 / (count - 1) as f64 - 0.5;
    point(share(column, COLUMNS) * display.width, share(row, ROWS) * display.height)
}

fn segment(display: &Display, number: usize) -> Vec<(Point, f64)> {
    let (from, to) = segment_line(display, number);
    let lies = from.y == to.y;
    let place = |along: f64, across: f64| {
        let middle = from.towards(to, 0.5 + along / 2.0);
        if lies { point(middle.x, middle.y + across) } else { point(middle.x + across, middle.y) }
    };
    let on = ALONG.map(|along| (place(along, 0.0), 1.0 / ALONG.len() as f64));
    let weight = -1.0 / (ALONG_BESIDE.len() * BESIDE.len()) as f64;
    let beside = BESIDE
        .iter()
        .flat_map(|side| ALONG_BESIDE.map(|along| (place(along, side * display.stroke), weight)));
    on.into_iter().chain(beside).collect()
}

/// A dot has other dots beside it: its surroundings are the dark rim of its digit, in its row and in its column.
fn dot(display: &Display, number: usize) -> Vec<(Point, f64)> {
    let centre = dot_centre(display, number);
    let inner = display.stroke * 0.2;
    let on = [(0.0, 0.0), (inner, 0.0), (-inner, 0.0), (0.0, inner), (0.0, -inner)]
        .map(|(x, y)| (point(centre.x + x, centre.y + y), 0.2));
    let across = display.width / 2.0 + BEYOND * display.width / (COLUMNS - 1) as f64;
    let down = display.height / 2.0 + BEYOND * display.height / (ROWS - 1) as f64;
    let (right, low) = ((centre.x + across) / (2.0 * across), (centre.y + down) / (2.0 * down));
    let beside = [
        (point(-across, centre.y), 1.0 - right),
        (point(across, centre.y), right),
        (point(centre.x, -down), 1.0 - low),
        (point(centre.x, down), low),
    ];
    on.into_iter().chain(beside.map(|(at, share)| (at, -share / 2.0))).collect()
}

fn decimal_point(display: &Display) -> Vec<(Point, f64)> {
    let centre = point(display.width / 2.0 + 1.53 * display.stroke, display.height / 2.0);
    let away = 1.35 * display.stroke;
    let beside = [
        point(centre.x, centre.y - away),
        point(centre.x + away, centre.y),
        point(centre.x, centre.y + away),
    ];
    let on = std::iter::once((centre, 1.0));
    on.chain(beside.map(|at| (at, -1.0 / 3.0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_of_an_even_window_are_nothing() {
        let (width, height) = window::size();
        let mut signal = Plane::new(width, height);
        signal.values.fill(0.4);
        for name in Display::names() {
            let layout = Layout::of(&Display::named(name).unwrap());
            for contrast in layout.contrasts(&signal, (0, 0)).into_iter().flatten() {
                assert!(contrast.abs() < 1e-5, "{name}: {contrast}");
            }
        }
    }
}
