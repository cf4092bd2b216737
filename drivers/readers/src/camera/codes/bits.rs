//! Adaptive threshold: a pixel is dark or light by the mean of its surroundings, because light on a bench is
//! never even.

use crate::camera::grey::Grey;

/// A picture of dark and light.
pub(super) struct Bits {
    pub width: usize,
    pub height: usize,
    dark: Vec<bool>,
}

impl Bits {
    /// Dark is what is darker than the mean of all pixels within `reach` of it, along rows and columns; what
    /// is lighter, where `inverted`.
    pub fn by_local_mean(grey: &Grey, reach: usize, inverted: bool) -> Self {
        let (width, height) = (grey.width, grey.height);
        let mut dark = Vec::with_capacity(width * height);
        // The sum of each column over the rows within reach.
        let mut columns = vec![0u32; width];
        let mut rows = 0;
        for y in 0..reach.min(height) {
            add(&mut columns, grey.row(y));
            rows += 1;
        }
        for y in 0..height {
            if y + reach < height {
                add(&mut columns, grey.row(y + reach));
                rows += 1;
            }
            if y > reach {
                subtract(&mut columns, grey.row(y - reach - 1));
                rows -= 1;
            }
            let mut sum: u32 = columns[..reach.min(width)].iter().sum();
            let mut count = reach.min(width) as u32;
            for (x, &luma) in grey.row(y).iter().enumerate() {
                if x + reach < width {
                    sum += columns[x + reach];
                    count += 1;
                }
                if x > reach {
                    sum -= columns[x - reach - 1];
                    count -= 1;
                }
                let darkness = u32::from(luma) * count * rows;
                dark.push(if inverted { darkness > sum } else { darkness < sum });
            }
        }
        Self { width, height, dark }
    }

    /// The rows, from the top.
    pub fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks_exact(self.width.max(1))
    }
}

fn add(columns: &mut [u32], row: &[u8]) {
    columns.iter_mut().zip(row).for_each(|(sum, &luma)| *sum += u32::from(luma));
}

fn subtract(columns: &mut [u32], row: &[u8]) {
    columns.iter_mut().zip(row).for_each(|(sum, &luma)| *sum -= u32::from(luma));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_is_what_is_darker_than_its_surroundings() {
        // A light that falls off to the right, with a dark spot in either half.
        let luma =
            (0..200).map(|place| 220 - 8 * (place % 20) as u8 - if place % 20 % 14 == 3 { 30 } else { 0 });
        let grey = Grey::from_luma(20, 10, luma.collect());
        let bits = Bits::by_local_mean(&grey, 2, false);
        assert!(bits.rows().all(|row| row[3] && row[17] && !row[2] && !row[16]));
        let inverted = Bits::by_local_mean(&grey, 2, true);
        assert!(inverted.rows().all(|row| !row[3] && row[2]));
        assert_eq!(inverted.rows().count(), 10);
    }

    #[test]
    fn a_reach_beyond_the_picture_is_the_mean_of_all() {
        let grey = Grey::from_luma(4, 1, vec![10, 20, 30, 80]);
        let bits = Bits::by_local_mean(&grey, 100, false);
        assert_eq!(bits.rows().next().unwrap(), [true, true, true, false]);
    }
}
