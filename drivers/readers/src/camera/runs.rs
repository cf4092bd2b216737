//! Runs of dark and light of 1:1:3:1:1: how a bullseye on a label, and a corner of a QR code, cross a row.

use super::grey::{BLOCK, Grey, Threshold};

/// Five runs shorter than this, in pixels, are too small for what could be read.
const LEAST_RUNS: usize = 9;

/// Five runs that may cross a bullseye or a corner.
pub(super) struct Crossing {
    start: f64,
    lengths: [f64; 5],
    /// Whether the core is light.
    pub inverted: bool,
}

impl Crossing {
    /// The middle of the core.
    pub fn middle(&self) -> f64 {
        self.start + self.lengths[0] + self.lengths[1] + (self.lengths[2] - 1.0) / 2.0
    }

    /// The length of a run of 1.
    pub fn module(&self) -> f64 {
        self.lengths.iter().sum::<f64>() / 7.0
    }
}

/// Adds to `crossings` those of one row; `limits` has what counts as dark for each `BLOCK` of its pixels.
///
/// Only pixels at which dark and light change are looked at one by one.
pub(super) fn scan(row: &[u8], limits: &[u8], crossings: &mut Vec<Crossing>) {
    let mut runs = Runs::default();
    for (index, (pixels, &limit)) in row.chunks(BLOCK).zip(limits).enumerate() {
        let dark = dark_pixels(pixels, limit);
        let before = dark << 1 | u8::from(runs.dark);
        let mut changes = (dark ^ before) & u8::MAX >> (BLOCK - pixels.len());
        while changes != 0 {
            let offset = changes.trailing_zeros();
            changes &= changes - 1;
            crossings.extend(runs.push(dark >> offset & 1 == 1, index * BLOCK + offset as usize));
        }
    }
}

/// Which pixels of a block are darker than `limit`, the first as the lowest bit.
fn dark_pixels(pixels: &[u8], limit: u8) -> u8 {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const EACH: u64 = 0x0101_0101_0101_0101;
    // Multiplied by this, the lowest bits of eight bytes become the highest byte, the first one its lowest bit.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let Ok(block) = <[u8; BLOCK]>::try_from(pixels) else {
        return pixels.iter().rev().fold(0, |dark, &luma| dark << 1 | u8::from(luma < limit));
    };
    let (lumas, limits) = (u64::from_le_bytes(block), u64::from(limit) * EACH);
    // Eight bytes are compared at once: by their high bits, and where those are equal by the other seven.
    let lower = !((lumas | HIGH) - (limits & !HIGH));
    let less = (!lumas & limits | !(lumas ^ limits) & lower) & HIGH;
    ((less >> 7).wrapping_mul(GATHER) >> 56) as u8
}

/// The same runs along the column through the middle of `crossing`, which is in row `y`, or `None`.
pub(super) fn cross_check(
    grey: &Grey,
    threshold: &Threshold,
    y: usize,
    crossing: &Crossing,
) -> Option<Crossing> {
    let (x, module) = (crossing.middle() as usize, crossing.module());
    let reach = (module * 9.0) as usize + 2;
    let dark = |y: usize| grey.row(y)[x] < threshold.row(y)[x / BLOCK];
    let (top, bottom) = (y.saturating_sub(reach), (y + reach).min(grey.height));
    let mut runs = Runs { start: top, ..Runs::default() };
    (top..bottom).find_map(|row| {
        let column = runs.push(dark(row), row)?;
        let ratio = column.module() / module;
        let centred = (column.middle() - y as f64).abs() < 2.0 * column.module();
        let same = column.inverted == crossing.inverted && centred && ratio > 0.4 && ratio < 2.5;
        same.then_some(column)
    })
}

/// The last runs of dark and light along a row.
#[derive(Default)]
struct Runs {
    dark: bool,
    start: usize,
    lengths: [usize; 5],
}

impl Runs {
    /// Takes pixel `x`; a crossing when a run ends there, and the last five fit.
    #[inline]
    fn push(&mut self, dark: bool, x: usize) -> Option<Crossing> {
        if dark == self.dark {
            return None;
        }
        self.lengths.rotate_left(1);
        self.lengths[4] = x - self.start;
        self.start = x;
        self.dark = dark;
        if !fits(&self.lengths) {
            return None;
        }
        let lengths = self.lengths.map(|length| length as f64);
        Some(Crossing { start: x as f64 - lengths.iter().sum::<f64>(), lengths, inverted: dark })
    }
}

/// Whether five runs are 1:1:3:1:1, blur and a threshold that is off by something allowed for.
fn fits(lengths: &[usize; 5]) -> bool {
    let total: usize = lengths.iter().sum();
    if total < LEAST_RUNS || lengths.contains(&0) {
        return false;
    }
    let module = total as f64 / 7.0;
    let slack = 0.65 * module + 0.5;
    let off = |length: usize, modules: f64| (length as f64 - modules * module).abs();
    off(lengths[2], 3.0) < 2.0 * slack && [0, 1, 3, 4].iter().all(|&run| off(lengths[run], 1.0) < slack)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_block_is_compared_as_its_pixels_are(pixels in prop::collection::vec(any::<u8>(), 1..=BLOCK), limit: u8) {
            let dark = dark_pixels(&pixels, limit);
            for (place, &luma) in pixels.iter().enumerate() {
                prop_assert_eq!(dark >> place & 1 == 1, luma < limit);
            }
        }
    }

    #[test]
    fn runs_of_both_kinds_are_told_apart() {
        let row: Vec<u8> = [(3, 200), (3, 40), (3, 200), (9, 40), (3, 200), (3, 40), (4, 200)]
            .into_iter()
            .flat_map(|(length, luma)| std::iter::repeat_n(luma, length))
            .collect();
        let mut crossings = Vec::new();
        scan(&row, &[128; 4], &mut crossings);
        let [dark] = crossings.as_slice() else { panic!("{} crossings", crossings.len()) };
        assert_eq!((dark.middle(), dark.module(), dark.inverted), (13.0, 3.0, false));

        let inverted: Vec<u8> = row.iter().map(|luma| 240 - luma).collect();
        crossings.clear();
        scan(&inverted, &[128; 4], &mut crossings);
        let [light] = crossings.as_slice() else { panic!("{} crossings", crossings.len()) };
        assert_eq!((light.middle(), light.module(), light.inverted), (13.0, 3.0, true));
    }
}
