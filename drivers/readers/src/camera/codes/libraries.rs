//! The decoding libraries: rqrr and rxing decode modules that this crate has found and told dark from light.
//! rxing's own search is the last resort.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rqrr::SimpleGrid;
use rxing::{
    common::{BitMatrix, DetectorRXingResult},
    qrcode::cpp_port::{
        decoder::Decode,
        detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR},
    },
};

use super::{QrCode, ReaderKind, bits::Bits, format, pattern::SMALLEST};
use crate::camera::geometry::{Quad, point};

/// The largest code that rqrr decodes, in modules along a side: version 6. With larger ones it takes longer
/// than rxing, since it works out each power anew.
const LARGEST_OF_RQRR: usize = 41;

/// What a code says.
pub(super) struct Said {
    pub payload: String,
    pub mirrored: bool,
    pub reader: ReaderKind,
}

/// What a code of `side` modules says of which these are dark, row by row.
pub(super) fn decoded(side: usize, dark: &[bool]) -> Option<Said> {
    // Both libraries panic on some modules.
    let read = catch_unwind(AssertUnwindSafe(|| {
        if side <= LARGEST_OF_RQRR {
            by_rqrr(side, dark).map(|said| Said { reader: ReaderKind::Rqrr, ..said })
        } else {
            by_rxing(side, dark)
        }
    }));
    read.ok()?.filter(|said| !said.payload.is_empty())
}

fn by_rqrr(side: usize, dark: &[bool]) -> Option<Said> {
    let is_dark = |x: usize, y: usize| dark[y * side + x];
    let grid = rqrr::Grid::new(SimpleGrid::from_func(side, is_dark));
    let mut bytes = Vec::new();
    match grid.decode_to(&mut bytes) {
        Ok(read) => match String::from_utf8(bytes) {
            Ok(payload) => {
                let mirrored = format::is_mirrored(side, is_dark, (read.ecc_level, read.mask));
                Some(Said { payload, mirrored, reader: ReaderKind::Rqrr })
            }
            // rqrr does not know of character sets, and rxing does.
            Err(_) => by_rxing(side, dark),
        },
        // Corrected, but in a form that rqrr does not know.
        Err(rqrr::DeQRError::UnknownDataType | rqrr::DeQRError::DataUnderflow) => by_rxing(side, dark),
        Err(_) => None,
    }
}

fn by_rxing(side: usize, dark: &[bool]) -> Option<Said> {
    let matrix = matrix(side, side, dark.chunks_exact(side))?;
    let said = Decode(&matrix).ok().filter(|said| said.isValid())?;
    Some(Said { payload: said.text(), mirrored: said.isMirrored(), reader: ReaderKind::Rxing })
}

fn matrix<'b>(width: usize, height: usize, rows: impl Iterator<Item = &'b [bool]>) -> Option<BitMatrix> {
    let mut matrix = BitMatrix::new(width as u32, height as u32).ok()?;
    for (y, row) in rows.enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            matrix.set(x as u32, y as u32);
        }
    }
    Some(matrix)
}

/// The codes that rxing finds by itself.
pub(super) fn searched(bits: &Bits, inverted: bool) -> Vec<QrCode> {
    // It panics on some pictures.
    catch_unwind(AssertUnwindSafe(|| found_by_rxing(bits, inverted))).unwrap_or_default()
}

fn found_by_rxing(bits: &Bits, inverted: bool) -> Vec<QrCode> {
    let Some(matrix) = matrix(bits.width, bits.height, bits.rows()) else { return Vec::new() };
    let sets = GenerateFinderPatternSets(&mut FindFinderPatterns(&matrix, false, 0));
    let mut read = Vec::<QrCode>::new();
    for set in sets {
        let known = |finder: rxing::Point| {
            let at = point(f64::from(finder.x), f64::from(finder.y));
            read.iter().any(|code| code.holds(at))
        };
        if [set.tl.p, set.tr.p, set.bl.p].into_iter().any(known) {
            continue;
        }
        let Ok(sampled) = SampleQR(&matrix, &set) else { continue };
        let said = Decode(sampled.getBits()).ok().filter(|said| said.isValid());
        if let Some((said, corners)) = said.zip(corners(sampled.getPoints())) {
            let (modules, payload) = (sampled.getBits().width(), said.text());
            if modules as usize >= SMALLEST && !payload.is_empty() {
                let (mirrored, reader) = (said.isMirrored(), ReaderKind::RxingSearch);
                read.push(QrCode { payload, corners, inverted, mirrored, reader, modules });
            }
        }
    }
    read
}

/// rxing tells the lower left corner before the lower right, and counts from the upper left corner of the
/// upper left pixel, to which it adds half a pixel.
fn corners(told: &[rxing::Point]) -> Option<Quad> {
    let [tl, tr, bl, br] = *<&[_; 4]>::try_from(told).ok()?;
    Some([tl, tr, br, bl].map(|corner| point(f64::from(corner.x) - 1.0, f64::from(corner.y) - 1.0)))
}
