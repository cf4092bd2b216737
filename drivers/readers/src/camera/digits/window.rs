//! The label's window, rectified: what the camera sees there, upright and in linear light.
//!
//! Light adds up, bytes do not: everything is measured in linear light, in which reflections and glow are the same
//! on a segment and beside it, and cancel out.

use std::sync::OnceLock;

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
        let turned = self.mean_of_rows(reach).transposed();
        turned.mean_of_rows(reach).transposed()
    }

    fn mean_of_rows(&self, reach: usize) -> Self {
        let mut values = Vec::with_capacity(self.values.len());
        let share = 1.0 / (2 * reach + 1) as f32;
        let last = self.width - 1;
        for row in self.values.chunks_exact(self.width) {
            let mut sum: f32 =
                row[0] * reach as f32 + (0..=reach).map(|column| row[column.min(last)]).sum::<f32>();
            for column in 0..self.width {
                values.push(sum * share);
                sum += row[(column + reach + 1).min(last)] - row[column.saturating_sub(reach)];
            }
        }
        Self { values, ..*self }
    }

    fn transposed(&self) -> Self {
        let column = |x: usize| (0..self.height).map(move |y| self.values[y * self.width + x]);
        let values = (0..self.width).flat_map(column).collect();
        Self { width: self.height, height: self.width, values }
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
        for y in 0..height {
            for x in 0..width {
                let at = point(left + (x as f64 + 0.5) / SCALE, top + (y as f64 + 0.5) / SCALE);
                let [luma, cb, cr] = ycbcr(frame, found.on_picture(at));
                most = most.max(cb.abs()).max(cr.abs());
                let place = y * width + x;
                planes[0].values[place] = linear(luma + 1.402 * cr);
                planes[1].values[place] = linear(luma - 0.344_136 * cb - 0.714_136 * cr);
                planes[2].values[place] = linear(luma + 1.772 * cb);
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
fn ycbcr(frame: &Frame, at: Point) -> [f32; 3] {
    let luma = bilinear(&frame.y, frame.width, frame.height, at.x as f32, at.y as f32);
    let (x, y) = ((at.x as f32 - 0.5) / 2.0, (at.y as f32 - 0.5) / 2.0);
    let chroma = |plane: &[u8]| bilinear(plane, frame.width / 2, frame.height / 2, x, y) - 128.0;
    [luma, chroma(&frame.cb), chroma(&frame.cr)]
}

fn bilinear(plane: &[u8], width: usize, height: usize, x: f32, y: f32) -> f32 {
    let x = x.clamp(0.0, width as f32 - 1.0);
    let y = y.clamp(0.0, height as f32 - 1.0);
    let (column, line) = (x as usize, y as usize);
    let (right, below) = ((column + 1).min(width - 1), (line + 1).min(height - 1));
    let (fx, fy) = (x - column as f32, y - line as f32);
    let pixel = |x: usize, y: usize| f32::from(plane[y * width + x]);
    let upper = pixel(column, line) * (1.0 - fx) + pixel(right, line) * fx;
    let lower = pixel(column, below) * (1.0 - fx) + pixel(right, below) * fx;
    upper * (1.0 - fy) + lower * fy
}

/// Linear light of an sRGB value of 0 to 255 (IEC 61966-2-1).
pub(super) fn linear(value: f32) -> f32 {
    const STEPS: usize = 4;
    static TABLE: OnceLock<Vec<f32>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let light = |code: usize| match code as f32 / (255 * STEPS) as f32 {
            low if low <= 0.040_45 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        };
        (0..=255 * STEPS).map(light).collect()
    });
    table[((value * STEPS as f32 + 0.5) as usize).min(255 * STEPS)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_keeps_the_sum_of_what_lies_inside() {
        let mut plane = Plane::new(20, 10);
        plane.values[5 * 20 + 7] = 9.0;
        let mean = plane.mean(1);
        assert!((mean.values.iter().sum::<f32>() - 9.0).abs() < 1e-4);
        assert!((mean.at(6, 4) - 1.0).abs() < 1e-5 && mean.at(9, 5).abs() < 1e-5);
    }
}
