//! Whether what was decoded explains all that is lit in the window: the display that was read is drawn, and compared
//! with what the camera sees. Light beside the digits, a hand, a reflection or a display that lies elsewhere is left over.

use super::{
    cells::{self, COLUMNS},
    display::{Display, Kind},
    window::{self, Plane, SCALE},
};
use crate::camera::geometry::{Point, point};

/// Details of a window: its values without slow changes of light.
pub(super) struct Detail {
    plane: Plane,
    reach: usize,
}

/// Correlations of the digits with the picture.
pub(super) struct Explained {
    /// Correlation of the drawn window with the seen one: 1 for equal ones.
    pub whole: f32,
    /// Correlation of each digit; `None` for a dark one.
    pub digits: Vec<Option<f32>>,
    /// Strength of the signal at dark digits or beside all digits, as a share of a lit digit's.
    pub stray: f32,
}

/// The edge that is left out, in pixels of the window.
const EDGE: usize = 4;
/// How far the light of the surroundings is averaged, in strokes.
const REACH: f64 = 2.2;

impl Detail {
    pub fn of(display: &Display, signal: &Plane) -> Self {
        let wide = match display.kind {
            Kind::Segments => display.stroke,
            Kind::Dots => display.width / 4.0,
        };
        let reach = ((REACH * wide * SCALE) as usize).max(2);
        Self { plane: without_mean(signal, reach), reach }
    }

    /// The most by which anything in the window is brighter than its surroundings.
    pub fn strongest(&self) -> f32 {
        self.plane.values.iter().copied().fold(0.0, f32::max)
    }

    /// The same, brighter or darker.
    pub fn strongest_either_way(&self) -> f32 {
        self.plane.values.iter().fold(0.0, |most, value| value.abs().max(most))
    }

    /// How well `display`, showing `cells` and shifted by `shift` pixels, explains the picture. `noise` is a
    /// standard deviation; residuals within it are ignored.
    pub fn explained_by(&self, display: &Display, cells: &[u64], shift: (i32, i32), noise: f32) -> Explained {
        let mut drawn = Plane::new(self.plane.width, self.plane.height);
        let moved = point(f64::from(shift.0), f64::from(shift.1));
        for (digit, lit) in cells.iter().enumerate() {
            draw_digit(&mut drawn, display, digit, *lit, moved);
        }
        let drawn = without_mean(&drawn.mean(1).mean(1), self.reach);
        let column = |x: f64| {
            let at = window::pixel(point(x, display.at.y)).x + moved.x;
            (at.max(0.0) as usize).min(self.plane.width)
        };
        let half = display.pitch / 2.0;
        let spans: Vec<(usize, usize)> = (0..display.digits)
            .map(|digit| display.digit_centre(digit).x)
            .map(|middle| (column(middle - half), column(middle + half)))
            .collect();
        let sums: Vec<Sums> = spans.iter().map(|span| Sums::of(&self.plane, &drawn, *span)).collect();
        let lit: Vec<f32> =
            sums.iter().zip(cells).filter(|(_, cells)| **cells != 0).map(|(sums, _)| sums.power()).collect();
        let usual = lit.iter().sum::<f32>() / lit.len().max(1) as f32;
        let ends = [(0, spans[0].0), (spans[spans.len() - 1].1, self.plane.width)];
        let beside = ends.map(|span| Sums::of(&self.plane, &drawn, span).power());
        let dark = sums.iter().zip(cells).filter(|(_, cells)| **cells == 0).map(|(sums, _)| sums.power());
        let above_noise = |power: f32| (power - noise * noise).max(0.0);
        let stray = dark.chain(beside).map(above_noise).fold(0.0, f32::max)
            / above_noise(usual).max(f32::MIN_POSITIVE);
        Explained {
            whole: Sums::of(&self.plane, &drawn, (0, self.plane.width)).correlation(),
            digits: sums
                .iter()
                .zip(cells)
                .map(|(sums, cells)| (*cells != 0).then(|| sums.correlation()))
                .collect(),
            stray: stray.sqrt(),
        }
    }
}

/// The plane less the mean of the surroundings; nothing at its edge, where the bezel shines or throws a shadow.
fn without_mean(plane: &Plane, reach: usize) -> Plane {
    let mean = plane.mean(reach);
    let mut detail = Plane::new(plane.width, plane.height);
    let inner = EDGE..plane.width - EDGE;
    for y in EDGE..plane.height - EDGE {
        let row = y * plane.width;
        let pixels = row + inner.start..row + inner.end;
        let both = plane.values[pixels.clone()].iter().zip(&mean.values[pixels.clone()]);
        detail.values[pixels].iter_mut().zip(both).for_each(|(out, (value, mean))| *out = value - mean);
    }
    detail
}

/// Sums over a span of columns.
struct Sums {
    seen: f32,
    drawn: f32,
    both: f32,
    pixels: usize,
}

impl Sums {
    fn of(seen: &Plane, drawn: &Plane, (left, right): (usize, usize)) -> Self {
        let mut sums = Self { seen: 0.0, drawn: 0.0, both: 0.0, pixels: 0 };
        for (one, other) in seen.values.chunks_exact(seen.width).zip(drawn.values.chunks_exact(seen.width)) {
            for (seen, drawn) in one[left..right.max(left)].iter().zip(&other[left..right.max(left)]) {
                sums.seen += seen * seen;
                sums.drawn += drawn * drawn;
                sums.both += seen * drawn;
                sums.pixels += 1;
            }
        }
        sums
    }

    fn power(&self) -> f32 {
        if self.pixels == 0 { 0.0 } else { self.seen / self.pixels as f32 }
    }

    fn correlation(&self) -> f32 {
        self.both / (self.seen * self.drawn).sqrt().max(f32::MIN_POSITIVE)
    }
}

/// Draws the cells of a digit that are lit.
fn draw_digit(drawn: &mut Plane, display: &Display, digit: usize, lit: u64, moved: Point) {
    let count = match display.kind {
        Kind::Segments => cells::SEGMENTS,
        Kind::Dots => cells::ROWS * COLUMNS,
    };
    for number in (0..count).filter(|number| lit >> number & 1 == 1) {
        let (from, to) = match display.kind {
            Kind::Segments => cells::segment_line(display, number),
            Kind::Dots => [cells::dot_centre(display, number); 2].into(),
        };
        let [from, to] = [from, to].map(|end| {
            let at = window::pixel(display.on_digit(digit, end));
            point(at.x + moved.x, at.y + moved.y)
        });
        let half = display.stroke * SCALE / 2.0;
        let shorter = match display.kind {
            Kind::Segments => half,
            Kind::Dots => 0.0,
        };
        draw_stroke(drawn, from, to, half, shorter);
    }
}

/// Draws a stroke with pointed ends that reach up to `shorter` short of the corner where it meets the next.
fn draw_stroke(drawn: &mut Plane, from: Point, to: Point, half: f64, shorter: f64) {
    let span = |one: f64, other: f64, limit: usize| {
        let low = (one.min(other) - half).max(0.0) as usize;
        low..((one.max(other) + half).max(0.0) as usize + 1).min(limit)
    };
    let length = from.distance(to);
    let along = if length > 0.0 {
        point((to.x - from.x) / length, (to.y - from.y) / length)
    } else {
        point(1.0, 0.0)
    };
    let middle = from.towards(to, 0.5);
    let reach = if length > 0.0 { length / 2.0 - shorter * 0.2 } else { half };
    for y in span(from.y, to.y, drawn.height) {
        for x in span(from.x, to.x, drawn.width) {
            let (dx, dy) = (x as f64 - middle.x, y as f64 - middle.y);
            let (forth, aside) = ((dx * along.x + dy * along.y).abs(), (dy * along.x - dx * along.y).abs());
            let pointed = if length > 0.0 { forth + aside } else { forth };
            if aside < half && pointed < reach {
                drawn.values[y * drawn.width + x] = 1.0;
            }
        }
    }
}
