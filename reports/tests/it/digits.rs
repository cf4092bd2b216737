//! A drawn seven-segment display, so that sample reports have frames to show.

use reports::{Evidence, EvidenceStore};

const WIDTH: usize = 264;
const HEIGHT: usize = 88;

/// Segments a to g of the digits 0 to 9, one bit each from the lowest.
const SEGMENTS: [u8; 10] = [0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f];

/// Where each segment lies in a digit of 24 x 48 pixels: x, y, width, height.
const BARS: [[usize; 4]; 7] = [
    [4, 0, 16, 4],
    [20, 4, 4, 18],
    [20, 26, 4, 18],
    [4, 44, 16, 4],
    [0, 26, 4, 18],
    [0, 4, 4, 18],
    [4, 22, 16, 4],
];

/// A frame of a display that shows `text` (digits and blanks), kept as evidence.
pub fn frame(store: &EvidenceStore, text: &str) -> Evidence {
    let mut rgb: Vec<u8> = (0..WIDTH * HEIGHT)
        .flat_map(|pixel| {
            let grain = ((pixel * 2_654_435_761) >> 7) as u8 % 9;
            [24 + grain, 18 + grain, 20 + grain]
        })
        .collect();
    for (place, digit) in text.chars().enumerate() {
        let Some(digit) = digit.to_digit(10) else { continue };
        for (bar, &[x, y, width, height]) in BARS.iter().enumerate() {
            let lit = SEGMENTS[digit as usize] >> bar & 1 == 1;
            let color: [u8; 3] = if lit { [255, 74, 48] } else { [52, 22, 22] };
            for row in y + 20..y + 20 + height {
                for column in x + 20 + place * 40..x + 20 + place * 40 + width {
                    let at = (row * WIDTH + column) * 3;
                    rgb[at..at + 3].copy_from_slice(&color);
                }
            }
        }
    }
    store.store_frame(WIDTH as u32, HEIGHT as u32, &rgb).unwrap()
}
