//! The format that a code tells beside its finder patterns, its level of error correction and its mask: which way round
//! it stands there tells a code from its image in a mirror. (ISO/IEC 18004, 7.9.)

/// Bits of the format, those of its error correction, the generator of these, and what all are masked with.
const BITS: u32 = 15;
const CORRECTION_BITS: u32 = 10;
const GENERATOR: u32 = 0x537;
const MASK: u32 = 0x5412;

/// Whether a code of `side` modules, of which `is_dark` tells by column and row, is mirrored. It was decoded: its level of
/// error correction and its mask are known.
///
/// In a mirror columns are rows, and the format stands there backwards. No format is less than four bits from itself
/// backwards, and there are two copies.
pub(super) fn is_mirrored(side: usize, is_dark: impl Fn(usize, usize) -> bool, format: (u16, u16)) -> bool {
    let right = told(format);
    let differ = |mirrored: bool| {
        let differs = |(bit, (x, y)): &(u32, (usize, usize))| {
            let dark = if mirrored { is_dark(*y, *x) } else { is_dark(*x, *y) };
            dark != (right >> bit & 1 == 1)
        };
        places(side).filter(differs).count()
    };
    differ(true) < differ(false)
}

/// The bits of a format, with its error correction.
fn told((level, mask): (u16, u16)) -> u32 {
    let data = u32::from(level) << 3 | u32::from(mask);
    let mut rest = data << CORRECTION_BITS;
    for bit in (CORRECTION_BITS..BITS).rev() {
        if rest >> bit & 1 == 1 {
            rest ^= GENERATOR << (bit - CORRECTION_BITS);
        }
    }
    (data << CORRECTION_BITS | rest) ^ MASK
}

/// Where the bits stand, the lowest first, in both copies: column and row.
fn places(side: usize) -> impl Iterator<Item = (u32, (usize, usize))> {
    let beside = [(8, 0), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 7), (8, 8)];
    let below = [(7, 8), (5, 8), (4, 8), (3, 8), (2, 8), (1, 8), (0, 8)];
    let across = (0..8).map(move |bit| (side - 1 - bit, 8));
    let down = (8..BITS as usize).map(move |bit| (8, side + bit - BITS as usize));
    (0..).zip(beside.into_iter().chain(below)).chain((0..).zip(across.chain(down)))
}

#[cfg(test)]
mod tests {
    use qrcode::{Color, EcLevel, QrCode, Version};

    use super::*;

    #[test]
    fn every_format_stands_where_codes_have_it_and_tells_a_mirror() {
        for (level, number) in [(EcLevel::M, 0), (EcLevel::L, 1), (EcLevel::H, 2), (EcLevel::Q, 3)] {
            for payload in ["1", "22", "A CODE", "another one", "and one more, longer than the others"] {
                for version in [3, 9] {
                    let Ok(code) = QrCode::with_version(payload, Version::Normal(version), level) else {
                        continue;
                    };
                    let side = code.width();
                    let dark = |x: usize, y: usize| code[(x, y)] == Color::Dark;
                    let bits = |mask| {
                        places(side).all(|(bit, (x, y))| dark(x, y) == (told((number, mask)) >> bit & 1 == 1))
                    };
                    let mask = (0..8).find(|mask| bits(*mask)).expect("one of the masks");
                    assert!(!is_mirrored(side, dark, (number, mask)));
                    assert!(is_mirrored(side, |x, y| dark(y, x), (number, mask)));
                }
            }
        }
    }
}
