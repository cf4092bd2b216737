//! The digits of the usual font of five by seven dots, and which of them a pattern of dots shows.

use super::cells::{COLUMNS, ROWS};

/// Dots of a digit.
pub(super) const DOTS: usize = COLUMNS * ROWS;

/// Digits and their dots: a byte for each column from the left, bit 0 being the top. Some digits have two usual shapes.
#[rustfmt::skip]
const FONT: [(u8, [u8; COLUMNS]); 15] = [
    (0, [0x3e, 0x51, 0x49, 0x45, 0x3e]),
    (0, [0x3e, 0x41, 0x41, 0x41, 0x3e]),
    (1, [0x00, 0x42, 0x7f, 0x40, 0x00]),
    (1, [0x00, 0x02, 0x7f, 0x00, 0x00]),
    (2, [0x42, 0x61, 0x51, 0x49, 0x46]),
    (3, [0x21, 0x41, 0x45, 0x4b, 0x31]),
    (4, [0x18, 0x14, 0x12, 0x7f, 0x10]),
    (5, [0x27, 0x45, 0x45, 0x45, 0x39]),
    (6, [0x3c, 0x4a, 0x49, 0x49, 0x30]),
    (7, [0x01, 0x71, 0x09, 0x05, 0x03]),
    (7, [0x01, 0x01, 0x79, 0x05, 0x03]),
    (7, [0x03, 0x01, 0x71, 0x09, 0x07]),
    (8, [0x36, 0x49, 0x49, 0x49, 0x36]),
    (9, [0x06, 0x49, 0x49, 0x29, 0x1e]),
    (9, [0x46, 0x49, 0x49, 0x29, 0x1e]),
];

/// Every shape of every digit: the digit, and for each dot, row by row, whether it is lit.
pub(super) fn shapes() -> impl Iterator<Item = (u8, [bool; DOTS])> {
    FONT.iter().map(|(digit, columns)| {
        (*digit, std::array::from_fn(|dot| columns[dot % COLUMNS] >> (dot / COLUMNS) & 1 == 1))
    })
}

/// The dots of a digit as most displays draw it, row by row.
pub fn dots(digit: u8) -> Option<[bool; DOTS]> {
    shapes().find(|(known, _)| *known == digit).map(|(_, dots)| dots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_different_digits_differ_by_four_dots_or_more() {
        for (one, dots) in shapes() {
            for (other, others) in shapes().filter(|(other, _)| *other != one) {
                let apart = dots.iter().zip(&others).filter(|(one, other)| one != other).count();
                assert!(apart >= 4, "{one} and {other} differ by {apart} dots");
            }
        }
    }
}
