//! Undoing blur: van Cittert's iteration, which adds to the picture what blurring it again takes away.
//!
//! The blur of a lens out of focus, or of a hand that shakes, is taken to be two passes of a running mean, which
//! is near enough to what it is. Noise grows with every round, so that there are few.

use crate::camera::grey::Grey;

/// Undoes a blur of `grey` by two running means over `reach` pixels to all sides.
pub(super) fn sharpened(grey: &Grey, reach: usize, rounds: usize) -> Grey {
    let (width, height) = (grey.width, grey.height);
    let seen: Vec<f32> = (0..height).flat_map(|y| grey.row(y)).map(|&luma| f32::from(luma)).collect();
    let mut sharp = seen.clone();
    let mut blurred = vec![0.0; seen.len()];
    for _ in 0..rounds {
        blurred.copy_from_slice(&sharp);
        for _ in 0..2 {
            along_rows(&mut blurred, width, reach);
            along_columns(&mut blurred, width, height, reach);
        }
        for ((sharp, &seen), &blurred) in sharp.iter_mut().zip(&seen).zip(&blurred) {
            *sharp = (*sharp + seen - blurred).clamp(0.0, 255.0);
        }
    }
    Grey::from_luma(width, height, sharp.into_iter().map(|luma| luma as u8).collect())
}

/// The running mean along each row; beyond its ends, a row goes on as it ends.
fn along_rows(picture: &mut [f32], width: usize, reach: usize) {
    let mut row_before = vec![0.0; width];
    for row in picture.chunks_exact_mut(width.max(1)) {
        row_before.copy_from_slice(row);
        let at = |x: usize| row_before[x.saturating_sub(reach).min(width - 1)];
        let mut sum: f32 = (0..2 * reach + 1).map(at).sum();
        let share = 1.0 / (2 * reach + 1) as f32;
        for (x, luma) in row.iter_mut().enumerate() {
            *luma = sum * share;
            sum += at(x + 2 * reach + 1) - at(x);
        }
    }
}

/// The running mean along each column.
fn along_columns(picture: &mut [f32], width: usize, height: usize, reach: usize) {
    let before = picture.to_vec();
    let row = |y: usize| &before[y.saturating_sub(reach).min(height - 1) * width..][..width];
    let mut sums = vec![0.0; width];
    for y in 0..2 * reach + 1 {
        sums.iter_mut().zip(row(y)).for_each(|(sum, luma)| *sum += luma);
    }
    let share = 1.0 / (2 * reach + 1) as f32;
    for (y, line) in picture.chunks_exact_mut(width.max(1)).enumerate() {
        let (enters, leaves) = (row(y + 2 * reach + 1), row(y));
        for (((luma, sum), enters), leaves) in line.iter_mut().zip(&mut sums).zip(enters).zip(leaves) {
            *luma = *sum * share;
            *sum += enters - leaves;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_blur_took_away_comes_back() {
        let stripe = |place: usize| if place % 24 % 8 < 4 { 60.0 } else { 200.0 };
        let mut blurred: Vec<f32> = (0..24 * 24).map(stripe).collect();
        for _ in 0..2 {
            along_rows(&mut blurred, 24, 1);
            along_columns(&mut blurred, 24, 24, 1);
        }
        let luma: Vec<u8> = blurred.into_iter().map(|luma| luma as u8).collect();
        let contrast = |grey: &Grey| grey.row(12)[13].abs_diff(grey.row(12)[10]);
        let seen = Grey::from_luma(24, 24, luma);
        let sharp = sharpened(&seen, 1, 3);
        assert!(contrast(&seen) < 130 && contrast(&sharp) > 135, "{} {}", contrast(&seen), contrast(&sharp));
        let even = Grey::from_luma(5, 3, vec![77; 15]);
        assert!(sharpened(&even, 3, 3).row(1).iter().all(|luma| luma.abs_diff(77) <= 1));
    }
}
