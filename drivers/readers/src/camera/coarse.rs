//! A coarse picture of a region, to tell whether it still shows the same.

use super::{Frame, Region};

/// Pixels of a block, in both directions.
const BLOCK: usize = 8;
/// Steps of luma up to which a block counts as unchanged: noise and flicker of a lamp. Nothing of less contrast is read.
const UNCHANGED: u8 = 6;

/// The mean luma of each block of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coarse {
    width: usize,
    means: Vec<u8>,
}

impl Coarse {
    /// What `region` of the frame shows; nothing of a frame that lies about its size.
    pub fn of(frame: &Frame, region: Region) -> Self {
        let Region { x, y, width, height } = frame.clip(region);
        let (columns, lines) = (width / BLOCK, height / BLOCK);
        if !frame.is_consistent() {
            return Self { width: 0, means: Vec::new() };
        }
        let mut means = Vec::with_capacity(columns * lines);
        let mut sums = vec![0u16; columns];
        for line in 0..lines {
            sums.fill(0);
            for row in y + line * BLOCK..y + (line + 1) * BLOCK {
                let pixels = &frame.y[row * frame.width + x..][..columns * BLOCK];
                for (sum, block) in sums.iter_mut().zip(pixels.as_chunks::<BLOCK>().0) {
                    *sum += block.iter().map(|&luma| u16::from(luma)).sum::<u16>();
                }
            }
            means.extend(sums.iter().map(|sum| (sum / (BLOCK * BLOCK) as u16) as u8));
        }
        Self { width: columns, means }
    }

    /// Whether both show the same, noise left out of account.
    pub fn is_like(&self, other: &Self) -> bool {
        let near = |(one, other): (&u8, &u8)| one.abs_diff(*other) <= UNCHANGED;
        self.width == other.width
            && self.means.len() == other.means.len()
            && self.means.iter().zip(&other.means).all(near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_no_change_and_a_module_of_a_code_is() {
        let picture = include_bytes!("../../../../fixtures/recordings/phones/code.png");
        let code = Frame::from_image(picture).unwrap();
        let seen = Coarse::of(&code, code.whole());
        let mut noisy = code.clone();
        for (place, luma) in noisy.y.iter_mut().enumerate() {
            *luma = luma.saturating_add_signed([-9, 4, 8, -3, 0, 7][place % 6]);
        }
        assert!(seen.is_like(&Coarse::of(&noisy, code.whole())));
        let mut changed = code.clone();
        for row in 200..205 {
            let from = row * code.width + 200;
            changed.y[from..from + 5].iter_mut().for_each(|luma| *luma = luma.wrapping_add(128));
        }
        assert!(!seen.is_like(&Coarse::of(&changed, code.whole())));
        assert!(!seen.is_like(&Coarse::of(&code, [0, 0, 64, 64].into())), "another size");
    }

    #[test]
    fn regions_beyond_the_picture_and_broken_frames_show_nothing() {
        let frame = Frame::still(16, 16, [vec![7; 256], vec![128; 64], vec![128; 64]]);
        assert_eq!(Coarse::of(&frame, [8, 8, 90, 90].into()).means, [7]);
        assert!(Coarse::of(&frame, [90, 90, 9, 9].into()).means.is_empty());
        let broken = Frame { width: 640, ..frame };
        assert!(Coarse::of(&broken, [0, 0, 64, 64].into()).means.is_empty());
    }
}
