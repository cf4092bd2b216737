//! The label's window, rectified: what the camera sees there, upright and in linear light.
//!
//! Light adds up, bytes do not: everything is measured in linear light, in which reflections and glow are the same
//! on a segment and beside it, and cancel out.

use std::{array, sync::LazyLock};

use super::labels::Found;
use crate::camera::{
    Frame,
    geometry::{Point, point},
    label::WINDOW,
};

/// Pixels of the rectified picture in a millimetre.
pub(super) const SCALE: f64 = 4.0;
/// The rim of the window that is left out: bezel and shadow.
const RIM: f64 = 1.2;

/// One value for each pixel of the rectified window.
#[derive(Clone)]
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

/// The rectified window in linear red, green and blue (1 is white).
pub(super) struct Window {
    planes: [Plane; 3],
    /// Whether the picture has any colour there.
    pub coloured: bool,
}

impl Plane {
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, values: vec![0.0; width * height] }
    }

    /// The mean of each pixel and its neighbours, `reach` pixels to every side; the edge goes on beyond the edge.
    pub fn mean(&self, reach: usize) -> Self {
        self.mean_of_rows(reach).mean_of_columns(reach)
    }

    fn mean_of_rows(&self, reach: usize) -> Self {
        /// A running sum waits for the sum before it: those of as many rows are added up side by side.
        const ABREAST: usize = 4;
        let mut means = Self::new(self.width, self.height);
        let parts = self.values.chunks(ABREAST * self.width);
        for (rows, means) in parts.zip(means.values.chunks_mut(ABREAST * self.width)) {
            let (mut rows, mut means) = (rows.chunks_exact(self.width), means.chunks_exact_mut(self.width));
            if rows.len() == ABREAST {
                let rows: [&[f32]; ABREAST] = array::from_fn(|_| rows.next().unwrap_or_default());
                running_means(rows, array::from_fn(|_| means.next().unwrap_or_default()), reach);
            } else {
                rows.zip(means).for_each(|(row, means)| running_means([row], [means], reach));
            }
        }
        means
    }

    fn mean_of_columns(&self, reach: usize) -> Self {
        let mut means = Self::new(self.width, self.height);
        let share = 1.0 / (2 * reach + 1) as f32;
        let row = |y: usize| &self.values[y.min(self.height - 1) * self.width..][..self.width];
        let mut sums = row(0).to_vec();
        for y in 1..=reach {
            sums.iter_mut().zip(row(y)).for_each(|(sum, value)| *sum += value);
        }
        sums.iter_mut().zip(row(0)).for_each(|(sum, first)| *sum += first * reach as f32);
        for (y, means) in means.values.chunks_exact_mut(self.width).enumerate() {
            let (enters, leaves) = (row(y + reach + 1), row(y.saturating_sub(reach)));
            let changes = enters.iter().zip(leaves);
            for ((mean, sum), (enters, leaves)) in means.iter_mut().zip(&mut sums).zip(changes) {
                *mean = *sum * share;
                *sum += enters - leaves;
            }
        }
        means
    }

    /// The standard deviation of its noise: of how far pixels are from the middle between two others, where little else
    /// is to be seen.
    pub fn noise(&self) -> f32 {
        const APART: usize = 3;
        const EVERY: usize = 3;
        // The 35 % quantile of the absolute value of a normal deviate, for a sum of variance 1.5.
        const QUANTILE: (f32, f32) = (0.35, 0.454 * 1.225);
        let rows = self.values.chunks_exact(self.width);
        let bends = rows.flat_map(|row| {
            row.windows(2 * APART + 1)
                .step_by(EVERY)
                .map(|part| (part[APART] - (part[0] + part[2 * APART]) / 2.0).abs())
        });
        let mut bends: Vec<f32> = bends.collect();
        let place = (bends.len() as f32 * QUANTILE.0) as usize;
        let (_, bend, _) = bends.select_nth_unstable_by(place, f32::total_cmp);
        *bend / QUANTILE.1
    }

    /// The plane without what `areas` hold (left, top, right, bottom): each of their rows goes on from what is left of
    /// it to what is right of it.
    pub fn without(mut self, areas: &[[i32; 4]]) -> Self {
        for [left, top, right, bottom] in areas.iter().copied() {
            for y in top.max(0)..bottom.min(self.height as i32) {
                let (before, after) = (left - 1, right);
                let ends = [before, after].map(|x| self.has(x, y).then(|| self.at(x, y)));
                let (Some(from), Some(to)) = (ends[0].or(ends[1]), ends[1].or(ends[0])) else { continue };
                for x in left.max(0)..right.min(self.width as i32) {
                    let share = (x - before) as f32 / (after - before) as f32;
                    self.values[y as usize * self.width + x as usize] = from + (to - from) * share;
                }
            }
        }
        self
    }

    /// Whether the pixel lies inside.
    pub fn has(&self, x: i32, y: i32) -> bool {
        (0..self.width as i32).contains(&x) && (0..self.height as i32).contains(&y)
    }

    /// The value at a pixel, or at the nearest one inside.
    pub fn at(&self, x: i32, y: i32) -> f32 {
        let x = x.clamp(0, self.width as i32 - 1) as usize;
        let y = y.clamp(0, self.height as i32 - 1) as usize;
        self.values[y * self.width + x]
    }
}

/// The means of `rows` of one length, each pixel's with those up to `reach` pixels from it.
fn running_means<const N: usize>(rows: [&[f32]; N], mut means: [&mut [f32]; N], reach: usize) {
    let (width, share) = (rows[0].len(), 1.0 / (2 * reach + 1) as f32);
    let last = width - 1;
    let mut sums =
        rows.map(|row| row[0] * reach as f32 + (0..=reach).map(|column| row[column.min(last)]).sum::<f32>());
    for column in 0..width {
        let (enters, leaves) = ((column + reach + 1).min(last), column.saturating_sub(reach));
        for ((sum, row), means) in sums.iter_mut().zip(&rows).zip(&mut means) {
            means[column] = *sum * share;
            *sum += row[enters] - row[leaves];
        }
    }
}

/// The pixels of the rectified window, across and down.
pub(super) fn size() -> (usize, usize) {
    let [left, top, right, bottom] = WINDOW;
    let pixels = |length: f64| ((length - 2.0 * RIM) * SCALE) as usize;
    (pixels(right - left), pixels(bottom - top))
}

/// Where a point of the label is in the rectified window, in pixels.
pub(super) fn pixel(at: Point) -> Point {
    point((at.x - WINDOW[0] - RIM) * SCALE - 0.5, (at.y - WINDOW[1] - RIM) * SCALE - 0.5)
}

impl Window {
    /// The window of the label that was found in `frame`.
    pub fn of(frame: &Frame, found: &Found) -> Self {
        let (width, height) = size();
        let mut planes = [Plane::new(width, height), Plane::new(width, height), Plane::new(width, height)];
        let mut most = 0.0f32;
        let (left, top) = (WINDOW[0] + RIM, WINDOW[1] + RIM);
        let linear = Linear::table();
        let mut points = vec![[0.0f32; 2]; width];
        for y in 0..height {
            for (x, place) in points.iter_mut().enumerate() {
                let at = point(left + (x as f64 + 0.5) / SCALE, top + (y as f64 + 0.5) / SCALE);
                let at = found.on_picture(at);
                *place = [at.x as f32, at.y as f32];
            }
            for (x, at) in points.iter().enumerate() {
                let [luma, cb, cr] = ycbcr(frame, *at);
                most = most.max(cb.abs()).max(cr.abs());
                let place = y * width + x;
                planes[0].values[place] = linear.of(luma + 1.402 * cr);
                planes[1].values[place] = linear.of(luma - 0.344_136 * cb - 0.714_136 * cr);
                planes[2].values[place] = linear.of(luma + 1.772 * cb);
            }
        }
        Self { planes, coloured: most > 3.0 }
    }

    /// The sum of red, green and blue with these weights, neighbours averaged.
    pub fn signal(&self, weights: [f32; 3]) -> Plane {
        let [red, green, blue] = &self.planes;
        let mut sum = Plane::new(red.width, red.height);
        let all = red.values.iter().zip(&green.values).zip(&blue.values);
        for (value, ((red, green), blue)) in sum.values.iter_mut().zip(all) {
            *value = weights[0] * red + weights[1] * green + weights[2] * blue;
        }
        sum.mean(1)
    }

    /// Whether all three channels are washed out at a pixel.
    pub fn washed_out(&self, x: i32, y: i32) -> bool {
        self.planes.iter().all(|plane| plane.at(x, y) > 0.9)
    }
}

/// Luma and chroma at a point, chroma about zero; the nearest pixels where it lies outside.
fn ycbcr(frame: &Frame, [x, y]: [f32; 2]) -> [f32; 3] {
    let luma = Between::pixels(frame.width, frame.height, x, y).of(&frame.y);
    let chroma = Between::pixels(frame.width / 2, frame.height / 2, (x - 0.5) / 2.0, (y - 0.5) / 2.0);
    [luma, chroma.of(&frame.cb) - 128.0, chroma.of(&frame.cr) - 128.0]
}

/// A point between four pixels, for planes of one size.
struct Between {
    /// Where the upper and the lower left pixel are in a plane.
    upper: usize,
    lower: usize,
    /// From a left pixel to the right one: 0 at the edge.
    right: usize,
    /// How far right of the left pixels it is, and how far below the upper ones.
    fx: f32,
    fy: f32,
}

impl Between {
    fn pixels(width: usize, height: usize, x: f32, y: f32) -> Self {
        let x = x.clamp(0.0, width as f32 - 1.0);
        let y = y.clamp(0.0, height as f32 - 1.0);
        // A cast to a signed figure of this size is one instruction, and no frame is larger.
        let (column, line) = (x as i32 as usize, y as i32 as usize);
        Self {
            upper: line * width + column,
            lower: (line + 1).min(height - 1) * width + column,
            right: usize::from(column + 1 < width),
            fx: x - column as f32,
            fy: y - line as f32,
        }
    }

    /// The value of `plane`, by linear interpolation.
    fn of(&self, plane: &[u8]) -> f32 {
        let across = |left: usize| {
            let [left, right] = [left, left + self.right].map(|pixel| f32::from(plane[pixel]));
            left * (1.0 - self.fx) + right * self.fx
        };
        across(self.upper) * (1.0 - self.fy) + across(self.lower) * self.fy
    }
}

/// Linear light of sRGB values (IEC 61966-2-1), in steps.
struct Linear([f32; 255 * STEPS + 1]);

/// Steps of a table of linear light from one value to the next.
const STEPS: usize = 4;

impl Linear {
    fn table() -> &'static Self {
        static TABLE: LazyLock<Linear> = LazyLock::new(|| {
            Linear(array::from_fn(|code| match code as f32 / (255 * STEPS) as f32 {
                low if low <= 0.040_45 => low / 12.92,
                high => ((high + 0.055) / 1.055).powf(2.4),
            }))
        });
        &TABLE
    }

    /// That of a value of 0 to 255.
    fn of(&self, value: f32) -> f32 {
        self.0[((value * STEPS as f32 + 0.5) as i32).clamp(0, 255 * STEPS as i32) as usize]
    }
}

/// Linear light of an sRGB value of 0 to 255.
pub(super) fn linear(value: f32) -> f32 {
    Linear::table().of(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_area_holds_is_gone() {
        let slope = |place: usize| (place % 20) as f32;
        let mut plane = Plane::new(20, 10);
        plane.values.iter_mut().enumerate().for_each(|(place, value)| *value = slope(place));
        for place in [2 * 20 + 4, 3 * 20 + 5, 9 * 20 + 19] {
            plane.values[place] = 90.0;
        }
        let clean = plane.without(&[[4, 2, 7, 4], [19, 8, 40, 60], [-9, -9, 0, 3], [50, 0, 60, 9]]);
        for (place, value) in clean.values.iter().enumerate() {
            let right = if place == 9 * 20 + 19 || place == 8 * 20 + 19 { 18.0 } else { slope(place) };
            assert!((value - right).abs() < 1e-5, "at {place}: {value} for {right}");
        }
        let all = Plane::new(20, 10).without(&[[-1, -1, 21, 11]]);
        assert_eq!(all.values, [0.0; 200]);
    }

    #[test]
    fn a_mean_keeps_the_sum_of_what_lies_inside() {
        let mut plane = Plane::new(20, 10);
        plane.values[5 * 20 + 7] = 9.0;
        let mean = plane.mean(1);
        assert!((mean.values.iter().sum::<f32>() - 9.0).abs() < 1e-4);
        assert!((mean.at(6, 4) - 1.0).abs() < 1e-5 && mean.at(9, 5).abs() < 1e-5);
    }
}
