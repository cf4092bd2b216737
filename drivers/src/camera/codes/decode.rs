//! Decoding: each candidate is cut out, made dark and light, and handed to the two libraries.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rqrr::PreparedImage;
use rxing::{
    common::{BitMatrix, DetectorRXingResult},
    qrcode::cpp_port::{
        decoder::Decode,
        detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR},
    },
};

use super::{
    QrCode, ReaderKind,
    bits::Bits,
    finders::{self, Candidate},
};
use crate::camera::{
    geometry::{Point, point},
    grey::Grey,
};

/// The fewest pixels to a side that a code can have: a pixel for each module of the smallest.
pub(super) const SMALLEST: usize = 21;

/// Threes of finder patterns that are tried before a picture counts as clutter.
const MOST_TRIES: usize = 12;

/// Hands the codes in `grey` to `found`, each once.
pub(super) fn decode(grey: Grey, found: &mut dyn FnMut(QrCode)) {
    let finders = finders::find(&grey.halved());
    let mut read: Vec<QrCode> = Vec::new();
    let mut tries = 0;
    for candidate in finders::candidates(&finders) {
        let known = |code: &QrCode| candidate.finders.iter().any(|finder| holds(code, finder.centre));
        if read.iter().any(known) {
            continue;
        }
        for code in decode_candidate(&grey, &candidate) {
            if !read.iter().any(|known| holds(known, centre(&code))) {
                found(code.clone());
                read.push(code);
            }
        }
        tries += 1;
        if tries >= MOST_TRIES {
            return;
        }
    }
}

fn centre(code: &QrCode) -> Point {
    let sum = |of: fn(&Point) -> f64| code.corners.iter().map(of).sum::<f64>() / 4.0;
    point(sum(|corner| corner.x), sum(|corner| corner.y))
}

/// Whether `at` lies in the code.
fn holds(code: &QrCode, at: Point) -> bool {
    (0..4).all(|side| {
        let (from, to) = (code.corners[side], code.corners[(side + 1) % 4]);
        (to.x - from.x) * (at.y - from.y) - (to.y - from.y) * (at.x - from.x) > 0.0
    })
}

/// The codes where `candidate` stands.
fn decode_candidate(grey: &Grey, candidate: &Candidate) -> Vec<QrCode> {
    let region = candidate.region(grey.width, grey.height);
    let cut = grey.cut(region);
    for modules in [3.5] {
        let reach = (modules * candidate.module()).max(2.0) as usize;
        let bits = Bits::by_local_mean(&cut, reach, candidate.inverted());
        for read in [by_rxing, by_rqrr] {
            let mut codes = catch_unwind(AssertUnwindSafe(|| read(&bits))).unwrap_or_default();
            if !codes.is_empty() {
                for code in &mut codes {
                    code.inverted = candidate.inverted();
                    code.corners = code
                        .corners
                        .map(|corner| point(corner.x + region.x as f64, corner.y + region.y as f64));
                }
                return codes;
            }
        }
    }
    Vec::new()
}

fn by_rqrr(bits: &Bits) -> Vec<QrCode> {
    let mut image = PreparedImage::prepare_from_bitmap(bits.width, bits.height, |x, y| bits.dark(x, y));
    let grids = image.detect_grids();
    let read = grids.iter().filter_map(|grid| {
        let mut bytes = Vec::new();
        let said = grid.decode_to(&mut bytes).ok()?;
        Some(QrCode {
            payload: text(bytes),
            corners: grid.bounds.map(|corner| point(f64::from(corner.x) - 0.5, f64::from(corner.y) - 0.5)),
            inverted: false,
            reader: ReaderKind::Rqrr,
            modules: said.version.to_size() as u32,
        })
    });
    read.collect()
}

fn by_rxing(bits: &Bits) -> Vec<QrCode> {
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
            read.iter().any(|code| holds(code, at))
        };
        if known(set.tl.p) || known(set.tr.p) || known(set.bl.p) {
            continue;
        }
        let Ok(sampled) = SampleQR(&matrix, &set) else { continue };
        let Some(said) = Decode(sampled.getBits()).ok().filter(|said| said.isValid()) else { continue };
        let Ok([tl, tr, bl, br]) = <[_; 4]>::try_from(sampled.getPoints()) else { continue };
        read.push(QrCode {
            payload: said.text(),
            corners: [tl, tr, br, bl]
                .map(|corner| point(f64::from(corner.x) - 1.0, f64::from(corner.y) - 1.0)),
            inverted: false,
            reader: ReaderKind::Rxing,
            modules: sampled.getBits().width(),
        });
    }
    read
}

/// UTF-8, or else a character for each byte.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().map(|&byte| char::from(byte)).collect())
}
