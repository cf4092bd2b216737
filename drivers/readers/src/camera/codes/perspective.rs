//! The perspective map of a code, by least squares over points whose places in the code are known.

use crate::camera::geometry::{Homography, Point, point};

/// A point of the picture of which it is known how far it lies from the code's left or upper edge, in
/// modules.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub at: Point,
    pub x: Option<f64>,
    pub y: Option<f64>,
}

/// What a map has to be free in: eight of its nine figures.
const UNKNOWNS: usize = 8;

/// How far a mark may be off in each round, in modules, to count in the next.
const LIMITS: [f64; 3] = [0.9, 0.45, 0.3];

/// The map from modules to pixels that `marks` say, and how far they are off it, in modules, as a root mean
/// square; `None` where they do not say one, or half of them are far off. The code has `modules` along a
/// side.
pub(super) fn fit(marks: &[Mark], modules: usize) -> Option<(Homography, f64)> {
    let half = modules as f64 / 2.0;
    let normal = Normal::of(marks)?;
    let marks: Vec<Mark> = marks
        .iter()
        .map(|mark| Mark {
            at: normal.map(mark.at),
            x: mark.x.map(|x| x / half - 1.0),
            y: mark.y.map(|y| y / half - 1.0),
        })
        .collect();
    // From normal pixels to normal modules; the last figure is 1.
    let mut back = solved(&marks, |_| Some(1.0))?;
    let mut off = (0.0, 0usize);
    for limit in LIMITS {
        let limit = limit / half;
        let judged = |mark: &Mark| {
            let depth = back[6] * mark.at.x + back[7] * mark.at.y + 1.0;
            let error = residuals(&back, mark)
                .into_iter()
                .flatten()
                .fold(0.0f64, |most, error| most.max(error.abs()));
            (depth > 0.0 && error < limit).then_some(1.0 / depth)
        };
        back = solved(&marks, judged)?;
    }
    for mark in &marks {
        let error: f64 = residuals(&back, mark).into_iter().flatten().map(|error| error * error).sum();
        if error < (LIMITS[0] / half).powi(2) {
            off = (off.0 + error, off.1 + 1);
        }
    }
    if off.1 * 2 < marks.len() {
        return None;
    }
    let [a, b, c, d, e, f, g, h] = back;
    let to_pixels = Homography::from_matrix([a, b, c, d, e, f, g, h, 1.0])?.inverse()?;
    let map = normal.undone(&to_pixels, half)?;
    Some((map, (off.0 / off.1 as f64).sqrt() * half))
}

/// How far `mark` is from where it should be.
fn residuals(back: &[f64; UNKNOWNS], mark: &Mark) -> [Option<f64>; 2] {
    let Point { x, y } = mark.at;
    let depth = back[6] * x + back[7] * y + 1.0;
    let along = |row: &[f64]| (row[0] * x + row[1] * y + row[2]) / depth;
    [mark.x.map(|right| along(&back[..3]) - right), mark.y.map(|right| along(&back[3..6]) - right)]
}

/// The figures that fit `marks` best, each with the weight that `weight` gives it, if any.
fn solved(marks: &[Mark], weight: impl Fn(&Mark) -> Option<f64>) -> Option<[f64; UNKNOWNS]> {
    let mut equations = [[0.0; UNKNOWNS + 1]; UNKNOWNS];
    for mark in marks {
        let Some(weight) = weight(mark) else { continue };
        let Point { x, y } = point(mark.at.x * weight, mark.at.y * weight);
        if let Some(k) = mark.x {
            add(&mut equations, [x, y, weight, 0.0, 0.0, 0.0, -k * x, -k * y, k * weight]);
        }
        if let Some(k) = mark.y {
            add(&mut equations, [0.0, 0.0, 0.0, x, y, weight, -k * x, -k * y, k * weight]);
        }
    }
    solve(equations)
}

/// Adds to the normal equations of least squares the row of one measurement: its factors, and what was measured at
/// its end (so that there is a column more than `N`).
pub(super) fn add<const N: usize, const WIDE: usize>(equations: &mut [[f64; WIDE]; N], row: [f64; WIDE]) {
    for (equation, factor) in equations.iter_mut().zip(row).filter(|(_, factor)| *factor != 0.0) {
        equation.iter_mut().zip(row).for_each(|(cell, value)| *cell += factor * value);
    }
}

/// The solution of linear equations, each with its right side at its end (so that there is a column more than
/// `N`); `None` without a unique one.
pub(super) fn solve<const N: usize, const WIDE: usize>(mut rows: [[f64; WIDE]; N]) -> Option<[f64; N]> {
    for column in 0..N {
        let size = |line: usize| rows[line][column].abs();
        let largest = (column..N).max_by(|&a, &b| size(a).total_cmp(&size(b)))?;
        rows.swap(column, largest);
        let pivot = rows[column];
        for (_, row) in rows.iter_mut().enumerate().filter(|(line, _)| *line != column) {
            let factor = row[column] / pivot[column];
            row.iter_mut().zip(pivot).for_each(|(cell, value)| *cell -= factor * value);
        }
    }
    let solution: [f64; N] = std::array::from_fn(|line| rows[line][N] / rows[line][line]);
    solution.iter().all(|value| value.is_finite()).then_some(solution)
}

/// Pixels counted from the middle of the marks, by how far they are from it: figures near 1 lose least.
struct Normal {
    middle: Point,
    size: f64,
}

impl Normal {
    fn of(marks: &[Mark]) -> Option<Self> {
        let count = marks.len() as f64;
        let mean = |of: fn(&Mark) -> f64| marks.iter().map(of).sum::<f64>() / count;
        let middle = point(mean(|mark| mark.at.x), mean(|mark| mark.at.y));
        let size = marks.iter().map(|mark| mark.at.distance(middle)).sum::<f64>() / count;
        (size > 0.0).then_some(Self { middle, size })
    }

    fn map(&self, at: Point) -> Point {
        point((at.x - self.middle.x) / self.size, (at.y - self.middle.y) / self.size)
    }

    /// The map from modules, `half` of them from the code's middle to its edge, to pixels, of one from normal
    /// modules to normal pixels.
    fn undone(&self, map: &Homography, half: f64) -> Option<Homography> {
        let Self { middle, size } = self;
        let m = map.matrix();
        let column = |at: usize| {
            let (x, y, w) = (m[at], m[3 + at], m[6 + at]);
            [x * size + middle.x * w, y * size + middle.y * w, w]
        };
        let [right, down, origin] = [0, 1, 2].map(column);
        let last = [0, 1, 2].map(|row| origin[row] - right[row] - down[row]);
        let row = |at: usize| [right[at] / half, down[at] / half, last[at]];
        let [a, b, c] = [row(0), row(1), row(2)];
        Homography::from_matrix([a[0], a[1], a[2], b[0], b[1], b[2], c[0], c[1], c[2]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_comes_back_from_marks_some_of_which_are_wrong() {
        let quad = [point(110.0, 52.0), point(590.0, 80.0), point(570.0, 420.0), point(90.0, 360.0)];
        let right = Homography::from_rectangle(point(0.0, 0.0), 29.0, 29.0, &quad).unwrap();
        let mut marks = Vec::new();
        for (x, y) in (0..8).flat_map(|y| (0..8).map(move |x| (f64::from(x) * 4.0, f64::from(y) * 4.0))) {
            let at = right.map(point(x, y));
            marks.push(Mark { at, x: Some(x), y: None });
            marks.push(Mark { at, x: None, y: Some(y) });
        }
        marks[16].at.x += 40.0;
        marks[71].at.y -= 25.0;
        let (map, off) = fit(&marks, 29).unwrap();
        assert!(off < 0.2, "{off}");
        for (x, y) in [(0.0, 0.0), (29.0, 0.0), (29.0, 29.0), (0.0, 29.0)] {
            let (seen, right) = (map.map(point(x, y)), right.map(point(x, y)));
            assert!(seen.distance(right) < 1e-6, "{seen:?} for {right:?}");
        }
        assert!(fit(&marks[..2], 29).is_none());
        assert!(fit(&[], 29).is_none());
    }
}
