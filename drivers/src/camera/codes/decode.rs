//! Decoding: what is dark by the local mean is handed to the two libraries, and inverted where that gave nothing.

use rqrr::PreparedImage;
use rxing::{
    common::{BitMatrix, DetectorRXingResult},
    qrcode::cpp_port::{
        decoder::Decode,
        detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR},
    },
};

use super::{QrCode, ReaderKind};
use crate::camera::{geometry::point, grey::Grey};

/// The fewest pixels to a side that a code can have: a pixel for each module of the smallest.
pub(super) const SMALLEST: usize = 21;

/// Hands the codes in `grey` to `found`, each once.
pub(super) fn decode(grey: Grey, found: &mut dyn FnMut(QrCode)) {
    for inverted in [false, true] {
        let bits = Bits::of(&grey, inverted);
        let mut any = false;
        for read in [by_rqrr, by_rxing] {
            for code in read(&bits, inverted) {
                any = true;
                found(code);
            }
            if any {
                return;
            }
        }
    }
}

/// What is dark, pixel by pixel.
struct Bits {
    width: usize,
    height: usize,
    dark: Vec<bool>,
}

impl Bits {
    /// Dark is what is darker than the mean of its surroundings, or lighter where codes are `inverted`.
    fn of(grey: &Grey, inverted: bool) -> Self {
        let threshold = grey.threshold(1.0);
        let mut dark = Vec::with_capacity(grey.width * grey.height);
        for y in 0..grey.height {
            for (pixels, &limit) in grey.row(y).chunks(threshold.block).zip(threshold.row(y)) {
                dark.extend(pixels.iter().map(|&luma| (luma < limit) != inverted));
            }
        }
        Self { width: grey.width, height: grey.height, dark }
    }
}

fn by_rqrr(bits: &Bits, inverted: bool) -> Vec<QrCode> {
    let dark = |x: usize, y: usize| bits.dark[y * bits.width + x];
    let mut image = PreparedImage::prepare_from_bitmap(bits.width, bits.height, dark);
    let grids = image.detect_grids();
    let read = grids.iter().filter_map(|grid| {
        let mut bytes = Vec::new();
        let said = grid.decode_to(&mut bytes).ok()?;
        Some(QrCode {
            payload: text(bytes),
            corners: grid.bounds.map(|corner| point(f64::from(corner.x), f64::from(corner.y))),
            inverted,
            reader: ReaderKind::Rqrr,
            modules: said.version.to_size() as u32,
        })
    });
    read.collect()
}

fn by_rxing(bits: &Bits, inverted: bool) -> Vec<QrCode> {
    let Ok(mut matrix) = BitMatrix::new(bits.width as u32, bits.height as u32) else { return Vec::new() };
    for (place, _) in bits.dark.iter().enumerate().filter(|(_, dark)| **dark) {
        matrix.set((place % bits.width) as u32, (place / bits.width) as u32);
    }
    let sets = GenerateFinderPatternSets(&mut FindFinderPatterns(&matrix, false, 0));
    let read = sets.iter().filter_map(|set| {
        let sampled = SampleQR(&matrix, set).ok()?;
        let said = Decode(sampled.getBits()).ok().filter(|said| said.isValid())?;
        let corners = <[_; 4]>::try_from(sampled.getPoints()).ok()?;
        Some(QrCode {
            payload: said.text(),
            corners: corners.map(|corner| point(f64::from(corner.x), f64::from(corner.y))),
            inverted,
            reader: ReaderKind::Rxing,
            modules: sampled.getBits().width(),
        })
    });
    read.collect()
}

/// UTF-8, or else a character for each byte.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().map(|&byte| char::from(byte)).collect())
}
