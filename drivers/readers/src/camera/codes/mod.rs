//! The reader of QR codes (ISO/IEC 18004): pixels in, payloads with their places out.
//!
//! A code is found by its three finder patterns, whose edges are measured to a fraction of a pixel. A
//! perspective map is fitted to them, and then to all alignment patterns. By that map each module's light is
//! seen; what is dark and what is light is told by its neighbours. Two libraries decode: rqrr small codes,
//! rxing large ones. rxing's own search is the last resort. All work is bounded by counting it: the same
//! picture gives the same codes on every machine, however busy.

mod alignment;
mod bits;
mod candidates;
mod decode;
mod edges;
mod finders;
mod format;
mod grid;
mod libraries;
mod light;
mod pattern;
mod perspective;
mod quiet;

use serde::Serialize;

use super::{
    Frame, Region,
    geometry::{Point, Quad, point},
    grey::Grey,
};
pub use quiet::Surroundings;

/// A code that was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QrCode {
    /// Its payload. Bytes that are not UTF-8 are decoded as the library sees fit, and by ISO/IEC 8859-1 where
    /// it does not say.
    pub payload: String,
    /// The corners of its modules, without the quiet zone, clockwise from its own upper left.
    pub corners: Quad,
    /// Whether it is light on dark.
    pub inverted: bool,
    /// Whether it is seen from behind, as in a mirror.
    pub mirrored: bool,
    /// The reader that found it.
    pub reader: ReaderKind,
    /// Modules along a side: 21 to 177.
    pub modules: u32,
}

/// Readers of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderKind {
    /// The crate `rqrr` decoded the modules that this crate had found.
    Rqrr,
    /// The crate `rxing` did.
    Rxing,
    /// The crate `rxing`, by its own search.
    RxingSearch,
}

impl QrCode {
    /// The middle of its corners.
    fn centre(&self) -> Point {
        let mean = |of: fn(&Point) -> f64| self.corners.iter().map(of).sum::<f64>() / 4.0;
        point(mean(|corner| corner.x), mean(|corner| corner.y))
    }

    /// Whether `at` lies in it.
    fn holds(&self, at: Point) -> bool {
        (0..4).all(|side| {
            let (from, to) = (self.corners[side], self.corners[(side + 1) % 4]);
            (to.x - from.x) * (at.y - from.y) - (to.y - from.y) * (at.x - from.x) > 0.0
        })
    }

    /// The same code elsewhere.
    fn moved(self, by: Point) -> Self {
        Self { corners: self.corners.map(|corner| point(corner.x + by.x, corner.y + by.y)), ..self }
    }
}

/// Result of looking for codes in a frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CodesSeen {
    /// The codes, from the left; each carries its own error correction, so that none is a guess.
    pub codes: Vec<QrCode>,
    /// Whether nothing was looked for: there is no picture in which a code could be.
    pub abandoned: bool,
}

/// The codes in `region` of the frame, or in all of it, by luma alone. A region outside of the frame is not
/// searched.
pub fn read_codes(frame: &Frame, region: Option<Region>) -> CodesSeen {
    let region = region.map_or(frame.whole(), |region| frame.clip(region));
    // A code has a pixel for each module at least.
    if !frame.is_consistent() || region.width.min(region.height) < pattern::SMALLEST {
        return CodesSeen { codes: Vec::new(), abandoned: true };
    }
    let codes = decode::decode(&Grey::of(frame, region));
    let offset = point(region.x as f64, region.y as f64);
    let mut codes: Vec<QrCode> = codes.into_iter().map(|code| code.moved(offset)).collect();
    codes.sort_by(|a, b| a.corners[0].x.total_cmp(&b.corners[0].x));
    CodesSeen { codes, abandoned: false }
}

#[cfg(test)]
mod tests;
