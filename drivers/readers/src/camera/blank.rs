//! Distinguishes a blank screen from one that shows other content.

use super::{Frame, Region, grey::Grey};

/// The part of a phone's region that is examined, in hundredths of its width and height: without rim, holder
/// and desk.
const INNER: [(usize, usize); 2] = [(25, 75), (10, 90)];

/// A lit screen is lighter than `LIGHT` over two thirds of it, or has details: luma steps of `STEP` between
/// neighbouring pixels at half resolution, in more than one of `ONE_OF` pixels. Noise has fewer such steps,
/// and a lamp mirrored in the glass is soft.
const LIGHT: u8 = 100;
const STEP: u8 = 24;
const ONE_OF: usize = 1000;

/// Whether the screen that fills `region` of the frame shows nothing at all: asleep, off, or covered. A region
/// without pixels shows nothing either.
pub fn is_blank(frame: &Frame, region: Region) -> bool {
    let region = frame.clip(region);
    let part = |start: usize, length: usize, (from, to): (usize, usize)| {
        (start + length * from / 100, length * (to - from) / 100)
    };
    let [(x, width), (y, height)] =
        [part(region.x, region.width, INNER[0]), part(region.y, region.height, INNER[1])];
    if !frame.is_consistent() {
        return true;
    }
    let seen = Grey::of(frame, Region { x, y, width, height }).halved();
    let (mut dark, mut steps) = (0, 0);
    for row in (0..seen.height).map(|y| seen.row(y)) {
        dark += row.iter().filter(|luma| **luma < LIGHT).count();
        steps += row.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) > STEP).count();
    }
    let pixels = seen.width * seen.height;
    dark * 3 >= pixels && steps * ONE_OF <= pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of 120 by 240 pixels with this luma.
    fn frame(luma: impl Fn(usize, usize) -> u8) -> Frame {
        let (width, height) = (120, 240);
        let chroma = vec![128; width * height / 4];
        let luma = (0..width * height).map(|at| luma(at % width, at / width)).collect();
        Frame::still(width, height, [luma, chroma.clone(), chroma])
    }

    #[test]
    fn dark_glass_is_blank_even_with_a_lamp_in_it() {
        let noise = |x: usize, y: usize| ((x * 7919) ^ (y * 104_729)) % 9;
        let dark = frame(|x, y| (20 + noise(x, y)) as u8);
        assert!(is_blank(&dark, dark.whole()));
        let lamp = frame(|x, y| (20 + noise(x, y) + 150 - 4 * x.abs_diff(60).min(37)) as u8);
        assert!(is_blank(&lamp, [0, 0, 300, 240].into()));
        assert!(is_blank(&dark, [120, 0, 50, 50].into()), "nothing of it is in the picture");
        assert!(is_blank(&Frame { height: 300, ..dark }, [0, 0, 120, 240].into()), "no picture at all");
    }

    #[test]
    fn a_page_or_light_words_on_dark_are_not_blank() {
        let page = frame(|_, _| 210);
        assert!(!is_blank(&page, page.whole()));
        let words = frame(|x, y| if y / 8 == 10 && x / 4 % 2 == 0 { 200 } else { 20 });
        assert!(!is_blank(&words, words.whole()));
    }
}
