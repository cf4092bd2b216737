//! The fixed patterns of every code: finder patterns with the light line about them, lines of timing,
//! alignment patterns, and the number of the version. (ISO/IEC 18004, 6.3 and 6.10.)

/// Modules along a side of the smallest code and of the largest: versions 1 and 40.
pub(super) const SMALLEST: usize = 21;
pub(super) const LARGEST: usize = 177;

/// Modules of one version and the next.
pub(super) const STEP: usize = 4;

/// The first version that tells its number.
const FIRST_NUMBERED: usize = 7;

/// The generator of the number's error correction (ISO/IEC 18004, annex D), and its bits.
const GENERATOR: u32 = 0x1f25;
const CORRECTION_BITS: u32 = 12;

/// The fixed patterns of codes of one size.
pub(super) struct Pattern {
    side: isize,
    /// Rows and columns in which alignment patterns have their middles.
    alignments: Vec<isize>,
    /// The bits that tell the version, the lowest first; 0 where it is not told.
    number: u32,
}

impl Pattern {
    /// The patterns of codes with `modules` along a side, which is one of 21, 25 and so on.
    pub fn of(modules: usize) -> Self {
        let version = (modules - SMALLEST) / STEP + 1;
        let number = if version < FIRST_NUMBERED { 0 } else { numbered(version as u32) };
        Self { side: modules as isize, alignments: alignments(version), number }
    }

    /// The middles of the alignment patterns, those nearest to the upper left corner first.
    pub fn alignments(&self) -> Vec<(f64, f64)> {
        let all = self.alignments.iter().flat_map(|&y| self.alignments.iter().map(move |&x| (x, y)));
        let mut places: Vec<_> = all.filter(|&(x, y)| !self.is_in_finder(x, y)).collect();
        places.sort_by_key(|&(x, y)| (x + y, x));
        places.into_iter().map(|(x, y)| (x as f64 + 0.5, y as f64 + 0.5)).collect()
    }

    /// Whether the module in column `x` of row `y` is light in every code of this size; `None` where that
    /// depends on what it says. Outside of a code it is light.
    pub fn known(&self, x: isize, y: isize) -> Option<bool> {
        let side = self.side;
        if [x, y].iter().any(|at| !(0..side).contains(at)) {
            return Some(true);
        }
        let ring_about = |middle_x: isize, middle_y: isize| (x - middle_x).abs().max((y - middle_y).abs());
        for (middle_x, middle_y) in [(3, 3), (side - 4, 3), (3, side - 4)] {
            let ring = ring_about(middle_x, middle_y);
            if ring <= 4 {
                return Some(ring == 2 || ring == 4);
            }
        }
        if x == 6 || y == 6 {
            return Some((x + y) % 2 != 0);
        }
        self.known_of_alignment(x, y).or_else(|| self.known_of_number(x, y))
    }

    fn known_of_alignment(&self, x: isize, y: isize) -> Option<bool> {
        let near = |at: isize| self.alignments.iter().copied().find(|middle| (at - middle).abs() <= 2);
        let (middle_x, middle_y) = (near(x)?, near(y)?);
        if self.is_in_finder(middle_x, middle_y) {
            return None;
        }
        Some((x - middle_x).abs().max((y - middle_y).abs()) == 1)
    }

    /// Whether the place in this row and column of alignment patterns belongs to a finder pattern, so that it has
    /// none.
    fn is_in_finder(&self, x: isize, y: isize) -> bool {
        let far = self.side - 7;
        x == 6 && (y == 6 || y == far) || x == far && y == 6
    }

    fn known_of_number(&self, x: isize, y: isize) -> Option<bool> {
        let from = self.side - 11;
        let place = |along: isize, across: isize| {
            ((0..6).contains(&along) && (from..from + 3).contains(&across))
                .then_some(along * 3 + across - from)
        };
        let bit = place(y, x).or_else(|| place(x, y)).filter(|_| self.number != 0)?;
        Some(self.number >> bit & 1 == 0)
    }
}

/// The rows, and columns, in which a version has the middles of its alignment patterns. (ISO/IEC 18004, annex
/// E.)
fn alignments(version: usize) -> Vec<isize> {
    if version == 1 {
        return Vec::new();
    }
    let gaps = version / 7 + 1;
    let (first, last) = (6, 4 * version + 10);
    // Even distances from the last back, as near to equal as can be; the first one takes the rest.
    let even = if version == 32 { 26 } else { (last - first).div_ceil(2 * gaps) * 2 };
    let mut places: Vec<isize> = (0..gaps).map(|gap| (last - gap * even) as isize).collect();
    places.push(first as isize);
    places.reverse();
    places
}

/// The number of a version with its error correction.
fn numbered(version: u32) -> u32 {
    let mut rest = version << CORRECTION_BITS;
    for bit in (CORRECTION_BITS..18).rev() {
        if rest >> bit & 1 == 1 {
            rest ^= GENERATOR << (bit - CORRECTION_BITS);
        }
    }
    version << CORRECTION_BITS | rest
}

#[cfg(test)]
mod tests {
    use qrcode::{Color, EcLevel, QrCode, Version};

    use super::*;

    #[test]
    fn every_code_has_what_every_code_has() {
        for version in 1..=40 {
            for payload in ["0", "ANOTHER", "one more, that is longer"] {
                let made = QrCode::with_version(payload, Version::Normal(version), EcLevel::L);
                let Ok(code) = made else { continue };
                let pattern = Pattern::of(code.width());
                let side = code.width();
                for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
                    let Some(light) = pattern.known(x as isize, y as isize) else { continue };
                    assert_eq!(light, code[(x, y)] == Color::Light, "version {version} at {x}, {y}");
                }
            }
        }
    }

    #[test]
    fn alignment_patterns_are_known_by_their_middles() {
        assert_eq!(Pattern::of(SMALLEST).alignments(), []);
        assert_eq!(Pattern::of(25).alignments(), [(18.5, 18.5)]);
        assert_eq!(Pattern::of(LARGEST).alignments().len(), 46);
    }
}
