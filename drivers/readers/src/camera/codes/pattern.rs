//! The fixed patterns of every code: finder patterns with the light line about them, lines of timing, and the
//! alignment pattern in the corner without a finder pattern. (ISO/IEC 18004, 6.3.)

use std::sync::OnceLock;

/// The smallest code, and the largest that is fitted: versions 1 and 14. The modules of larger ones are too small
/// for a camera over a bench.
pub(super) const SMALLEST: usize = 21;
pub(super) const LARGEST: usize = 73;

/// Modules of one version and the next.
pub(super) const STEP: usize = 4;

/// The sizes of codes, from smallest to largest.
const SIZES: usize = (LARGEST - SMALLEST) / STEP + 1;

/// A module that every code of its size has.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// Its middle, in modules from the upper left corner of the code.
    pub x: f64,
    pub y: f64,
    /// 1 for light, -1 for dark.
    pub light: f64,
}

/// The modules that every code of a size has.
pub(super) struct Pattern {
    known: Vec<Known>,
    in_finders: usize,
}

impl Pattern {
    /// The patterns of codes with `modules` along a side; `None` for a size that does not exist.
    pub fn of(modules: usize) -> Option<&'static Self> {
        static PATTERNS: [OnceLock<Pattern>; SIZES] = [const { OnceLock::new() }; SIZES];
        let place = modules.checked_sub(SMALLEST)?;
        let pattern = PATTERNS.get(place / STEP).filter(|_| place.is_multiple_of(STEP))?;
        Some(pattern.get_or_init(|| Self::new(modules)))
    }

    fn new(modules: usize) -> Self {
        let side = modules as isize;
        let places = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
        let known = places.filter_map(|(x, y)| {
            let light = if known(modules, x, y)? { 1.0 } else { -1.0 };
            Some(Known { x: x as f64 + 0.5, y: y as f64 + 0.5, light })
        });
        let far = modules as f64 - 8.0;
        let in_finder = |at: &Known| {
            [(0.0, 0.0), (far, 0.0), (0.0, far)]
                .iter()
                .any(|&(x, y)| (x..x + 8.0).contains(&at.x) && (y..y + 8.0).contains(&at.y))
        };
        let (mut finders, others): (Vec<_>, Vec<_>) = known.partition(in_finder);
        let in_finders = finders.len();
        finders.extend(others);
        Self { known: finders, in_finders }
    }

    /// All of them.
    pub fn all(&self) -> &[Known] {
        &self.known
    }

    /// Those of the finder patterns and of the light lines about them.
    pub fn finders(&self) -> &[Known] {
        &self.known[..self.in_finders]
    }
}

/// Whether the module in column `x` of row `y` is light in every code with `modules` along a side; `None` where
/// that depends on what it says. Outside of a code it is light.
pub(super) fn known(modules: usize, x: isize, y: isize) -> Option<bool> {
    let side = modules as isize;
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
    let ring = ring_about(side - 7, side - 7);
    (modules > SMALLEST && ring <= 2).then_some(ring == 1)
}

#[cfg(test)]
mod tests {
    use qrcode::{Color, EcLevel, QrCode, Version};

    use super::*;

    #[test]
    fn every_code_has_what_every_code_has() {
        for version in 1..=6 {
            for payload in ["0", "ANOTHER", "one more, that is longer"] {
                let made = QrCode::with_version(payload, Version::Normal(version), EcLevel::L);
                let Ok(code) = made else { continue };
                let pattern = Pattern::of(code.width()).unwrap();
                assert_eq!(pattern.finders().len(), 3 * 64);
                for known in pattern.all() {
                    let light = code[(known.x as usize, known.y as usize)] == Color::Light;
                    assert_eq!(light, known.light > 0.0, "version {version} at {}, {}", known.x, known.y);
                }
            }
        }
        assert!(Pattern::of(LARGEST).is_some());
        assert!([0, 20, 22, LARGEST + STEP].iter().all(|&size| Pattern::of(size).is_none()));
    }
}
