//! Plane geometry between a flat label and the picture of it.

use serde::{Deserialize, Serialize};

/// A point: pixels from the centre of the upper left pixel in a picture, millimetres on a label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// Shorthand for a [`Point`].
#[inline]
pub const fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

impl Point {
    /// The distance to `other`.
    #[inline]
    pub fn distance(self, other: Self) -> f64 {
        point(self.x - other.x, self.y - other.y).length()
    }

    /// The distance to the origin. (`hypot` is right for figures whose squares overflow too, and ten times as slow.)
    #[inline]
    pub fn length(self) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt()
    }

    /// The point a `share` of the way to `other`.
    #[inline]
    pub fn towards(self, other: Self, share: f64) -> Self {
        point(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }
}

impl From<[f64; 2]> for Point {
    fn from([x, y]: [f64; 2]) -> Self {
        Self { x, y }
    }
}

impl From<Point> for [f64; 2] {
    fn from(point: Point) -> Self {
        [point.x, point.y]
    }
}

/// The four corners of something flat, clockwise from its own upper left.
pub type Quad = [Point; 4];

/// A perspective map of the plane, as a row-major 3x3 matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homography([f64; 9]);

impl Homography {
    /// The map that takes the upright rectangle from `origin` of `width` by `height` to `quad`; `None`
    /// where three corners of `quad` lie on a line. (P. Heckbert, Fundamentals of Texture Mapping, 1989.)
    pub fn from_rectangle(origin: Point, width: f64, height: f64, quad: &Quad) -> Option<Self> {
        let [p0, p1, p2, p3] = *quad;
        let (sx, sy) = (p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y);
        let (dx1, dx2) = (p1.x - p2.x, p3.x - p2.x);
        let (dy1, dy2) = (p1.y - p2.y, p3.y - p2.y);
        let det = dx1 * dy2 - dx2 * dy1;
        let g = (sx * dy2 - dx2 * sy) / det;
        let h = (dx1 * sy - sx * dy1) / det;
        let (a, b) = ((p1.x - p0.x + g * p1.x) / width, (p3.x - p0.x + h * p3.x) / height);
        let (d, e) = ((p1.y - p0.y + g * p1.y) / width, (p3.y - p0.y + h * p3.y) / height);
        let (g, h) = (g / width, h / height);
        let matrix = [
            a,
            b,
            p0.x - a * origin.x - b * origin.y,
            d,
            e,
            p0.y - d * origin.x - e * origin.y,
            g,
            h,
            1.0 - g * origin.x - h * origin.y,
        ];
        matrix.iter().all(|cell| cell.is_finite()).then_some(Self(matrix))
    }

    /// The map of this matrix, row by row; `None` for one that is not of finite figures.
    pub fn from_matrix(matrix: [f64; 9]) -> Option<Self> {
        matrix.iter().all(|cell| cell.is_finite()).then_some(Self(matrix))
    }

    /// Its matrix, row by row.
    pub fn matrix(&self) -> &[f64; 9] {
        &self.0
    }

    /// Where `from` goes.
    #[inline]
    pub fn map(&self, from: Point) -> Point {
        let m = &self.0;
        let w = m[6] * from.x + m[7] * from.y + m[8];
        point((m[0] * from.x + m[1] * from.y + m[2]) / w, (m[3] * from.x + m[4] * from.y + m[5]) / w)
    }

    /// The inverse map; `None` for a singular one.
    pub fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let adjugate = [
            e * i - f * h,
            c * h - b * i,
            b * f - c * e,
            f * g - d * i,
            a * i - c * g,
            c * d - a * f,
            d * h - e * g,
            b * g - a * h,
            a * e - b * d,
        ];
        let det = a * adjugate[0] + b * adjugate[3] + c * adjugate[6];
        let inverse = adjugate.map(|cell| cell / det);
        inverse.iter().all(|cell| cell.is_finite()).then_some(Self(inverse))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rectangle_goes_to_its_quad_and_back() {
        let quad = [point(110.0, 52.0), point(590.0, 80.0), point(570.0, 300.0), point(90.0, 260.0)];
        let map = Homography::from_rectangle(point(8.0, 8.0), 84.0, 34.0, &quad).unwrap();
        let back = map.inverse().unwrap();
        let corners = [point(8.0, 8.0), point(92.0, 8.0), point(92.0, 42.0), point(8.0, 42.0)];
        for (corner, expected) in corners.into_iter().zip(quad) {
            assert!(map.map(corner).distance(expected) < 1e-9);
            assert!(back.map(expected).distance(corner) < 1e-9);
        }
    }

    #[test]
    fn corners_on_a_line_make_no_map() {
        let line = [point(0.0, 0.0), point(1.0, 1.0), point(2.0, 2.0), point(3.0, 3.0)];
        assert_eq!(Homography::from_rectangle(point(0.0, 0.0), 1.0, 1.0, &line), None);
    }
}
