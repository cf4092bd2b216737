//! The decoding libraries, each used for its strength: rxing and rqrr on a binary picture, and rqrr's decoder
//! on modules that this crate has classified.
//!
//! Searches are bounded by counted work rather than by a clock, so that a frame gives the same result on a
//! busy machine. rxing's search walks the edges of a finite picture and ends. rqrr's may go on for ever, so
//! it gets a picture that counts its accesses.

use rqrr::{BitGrid, DeQRError, PreparedImage, SimpleGrid};
use rxing::{
    common::{BitMatrix, DetectorRXingResult},
    qrcode::cpp_port::{
        decoder::Decode,
        detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR},
    },
};

use super::{QrCode, ReaderKind, bits::Bits, counted::Counted, grid::Grid};
use crate::camera::geometry::{Quad, point};

/// The codes that rqrr finds. Unwinds with [`TooManyLooks`](super::counted::TooManyLooks) where its search does not end.
pub(super) fn by_rqrr(bits: &Bits, inverted: bool) -> Vec<QrCode> {
    let mut image = PreparedImage::without_preparation(Counted::new(bits));
    let read = image.detect_grids().into_iter().filter_map(|grid| {
        let corner = |at: rqrr::Point| point(f64::from(at.x) - 0.5, f64::from(at.y) - 0.5);
        let corners = grid.bounds.map(corner);
        let (payload, modules) = decode(&grid).ok()?;
        Some(QrCode { payload, corners, inverted, reader: ReaderKind::Rqrr, modules })
    });
    read.collect()
}

/// The codes that rxing finds.
pub(super) fn by_rxing(bits: &Bits, inverted: bool) -> Vec<QrCode> {
    let Ok(mut matrix) = BitMatrix::new(bits.width as u32, bits.height as u32) else { return Vec::new() };
    for (y, row) in bits.rows().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            matrix.set(x as u32, y as u32);
        }
    }
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
            let modules = sampled.getBits().width();
            read.push(QrCode { payload: said.text(), corners, inverted, reader: ReaderKind::Rxing, modules });
        }
    }
    read
}

/// rxing tells the lower left corner before the lower right, and counts from the upper left corner of the upper
/// left pixel, to which it adds half a pixel.
fn corners(told: &[rxing::Point]) -> Option<Quad> {
    let [tl, tr, bl, br] = *<&[_; 4]>::try_from(told).ok()?;
    Some([tl, tr, br, bl].map(|corner| point(f64::from(corner.x) - 1.0, f64::from(corner.y) - 1.0)))
}

/// The code in a grid whose modules are known, row by row.
pub(super) fn by_modules(grid: &Grid, dark: &[bool], inverted: bool) -> Option<QrCode> {
    let modules = SimpleGrid::from_func(grid.modules, |x, y| dark[y * grid.modules + x]);
    let (payload, modules) = decode(&rqrr::Grid::new(modules)).ok()?;
    Some(QrCode { payload, corners: grid.corners(), inverted, reader: ReaderKind::Grid, modules })
}

/// Payload of a grid, and its modules along a side.
fn decode(grid: &rqrr::Grid<impl BitGrid>) -> Result<(String, u32), DeQRError> {
    let mut bytes = Vec::new();
    let said = grid.decode_to(&mut bytes)?;
    let payload = String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().map(|&byte| char::from(byte)).collect());
    Ok((payload, said.version.to_size() as u32))
}
