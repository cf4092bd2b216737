//! Whether a screenshot shows something.

/// By how much the brightness of a picture of one colour differs between two of its places: what compression leaves.
const SAME: u8 = 6;
/// The bars at the top and the bottom are the system's, and show in every picture: a tenth of the height each.
const BARS: u32 = 10;

/// Whether the picture `png` has more than one colour, apart from the system's bars. An error in words where
/// it cannot be decoded.
pub(super) fn shows_something(png: &[u8]) -> Result<bool, String> {
    let picture =
        image::load_from_memory(png).map_err(|error| format!("a screenshot: {error}"))?.into_luma8();
    let bar = picture.height() / BARS;
    let inner = picture.enumerate_rows().filter(|(y, _)| (bar..picture.height() - bar).contains(y));
    let lumas = inner.flat_map(|(_, row)| row).map(|(_, _, luma)| luma.0[0]);
    let (darkest, brightest) =
        lumas.fold((u8::MAX, u8::MIN), |(low, high), luma| (low.min(luma), high.max(luma)));
    Ok(brightest.saturating_sub(darkest) > SAME)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{GrayImage, ImageFormat, Luma};

    use super::*;

    fn png(luma: impl Fn(u32) -> u8) -> Vec<u8> {
        let picture = GrayImage::from_fn(20, 40, |_, y| Luma([luma(y)]));
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn one_colour_shows_nothing_whatever_the_systems_bars_show() {
        assert!(!shows_something(&png(|_| 0)).unwrap());
        assert!(!shows_something(&png(|y| if y < 3 { 255 } else { 0 })).unwrap());
        assert!(!shows_something(&png(|y| 128 + (y % 3) as u8)).unwrap());
        assert!(shows_something(&png(|y| if y == 20 { 255 } else { 0 })).unwrap());
        assert!(shows_something(b"no picture").unwrap_err().contains("screenshot"));
    }
}
