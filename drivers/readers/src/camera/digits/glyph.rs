//! Glyphs: the pattern of one digit, and its meaning.

use serde::Serialize;

/// The pattern of one digit of a display, and the confidence of the reading.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Glyph {
    /// The lit segments: a is bit 0 to g, bit 6; the decimal point is bit 7. Of a dot matrix, those of the digit that
    /// its dots make.
    pub segments: u8,
    /// Meaning of the pattern, without the decimal point.
    pub symbol: Symbol,
    /// How far the least sure of its segments is from being taken for its opposite: 0 to 1.
    pub confidence: f64,
}

/// Meaning of a pattern of segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Symbol {
    /// A decimal digit.
    Digit(u8),
    /// No segment is lit.
    Dark,
    /// Some are, but they make no digit: a stuck or a dead segment.
    NotADigit,
}

/// The patterns of 0 to 9, as seven-segment decoders make them.
pub const PATTERNS: [u8; 10] = [0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f];

impl Symbol {
    /// Meaning of `segments`; bit 7, the decimal point, is ignored. The other usual shapes of 6, 7 and 9
    /// (without their tails, or with one) are digits too.
    pub fn of(segments: u8) -> Self {
        match segments & 0x7f {
            0x00 => Self::Dark,
            0x7c => Self::Digit(6),
            0x27 => Self::Digit(7),
            0x67 => Self::Digit(9),
            pattern => PATTERNS
                .iter()
                .position(|&known| known == pattern)
                .map_or(Self::NotADigit, |digit| Self::Digit(digit as u8)),
        }
    }

    /// The digit; a space for a dark one, a question mark for an unreadable one.
    pub fn as_char(self) -> char {
        match self {
            Self::Digit(digit) => char::from(b'0' + digit % 10),
            Self::Dark => ' ',
            Self::NotADigit => '?',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_has_its_pattern_and_no_other_mask_is_one() {
        for (digit, pattern) in (0..).zip(PATTERNS) {
            assert_eq!(Symbol::of(pattern), Symbol::Digit(digit));
            assert_eq!(Symbol::of(pattern | 0x80), Symbol::Digit(digit));
        }
        let digits = (0..0x80).filter(|&mask| matches!(Symbol::of(mask), Symbol::Digit(_))).count();
        assert_eq!(digits, 13);
        assert_eq!((Symbol::of(0), Symbol::of(0x40)), (Symbol::Dark, Symbol::NotADigit));
    }
}
