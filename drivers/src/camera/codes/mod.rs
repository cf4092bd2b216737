//! The reader of QR codes (ISO/IEC 18004): pixels in, payloads with their places out.
//!
//! Two libraries decode, rqrr and rxing, for each reads codes that the other misses; what raises their rate
//! is done here before them. Neither is trusted to come back: the work is done on a thread of its own, which
//! is left behind when it takes too long.

mod bits;
mod decode;
mod finders;
mod watchdog;

use std::time::Duration;

use serde::Serialize;

use super::{Frame, Region, geometry::Quad, grey::Grey};
use watchdog::Watchdog;

/// A code that was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QrCode {
    /// What it says. Bytes that are not UTF-8 are read as ISO/IEC 8859-1, the default of ISO/IEC 18004.
    pub payload: String,
    /// The corners of its modules, without the quiet zone, clockwise from its own upper left.
    pub corners: Quad,
    /// Whether it is light on dark.
    pub inverted: bool,
    /// Which library read it.
    pub reader: ReaderKind,
    /// Modules along a side: 21 to 177.
    pub modules: u32,
}

/// The libraries that decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderKind {
    /// The crate `rqrr`.
    Rqrr,
    /// The crate `rxing`.
    Rxing,
}

/// What came of looking for codes in a frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CodesSeen {
    /// The codes that were read, from the left; each carries its own error correction, so that none is a guess.
    pub codes: Vec<QrCode>,
    /// Whether looking took too long and was given up: there may be codes that were not read.
    pub abandoned: bool,
}

/// How long one look may take, on the wall: for a frame of up to [`USUAL`] pixels, and in proportion above.
const LIMIT: Duration = Duration::from_millis(500);
const USUAL: usize = 1280 * 720;

/// Reads the QR codes in frames.
pub struct CodeReader {
    watchdog: Watchdog<Grey, QrCode>,
}

impl Default for CodeReader {
    fn default() -> Self {
        Self::new()
    }
}

impl CodeReader {
    /// A reader; its thread starts with the first frame.
    pub fn new() -> Self {
        Self { watchdog: Watchdog::new(decode::decode) }
    }

    /// The codes in `region` of the frame, or in all of it. Only luma is looked at.
    pub fn read(&mut self, frame: &Frame, region: Option<Region>) -> CodesSeen {
        let region = region.map_or(frame.whole(), |region| frame.clip(region));
        if !frame.is_consistent() || region.width < decode::SMALLEST || region.height < decode::SMALLEST {
            return CodesSeen::default();
        }
        let pixels = region.width * region.height;
        let limit = LIMIT * u32::try_from(pixels.div_ceil(USUAL)).unwrap_or(u32::MAX);
        let (mut codes, abandoned) = self.watchdog.run(Grey::of(frame, region), limit);
        for corner in codes.iter_mut().flat_map(|code| &mut code.corners) {
            (corner.x, corner.y) = (corner.x + region.x as f64, corner.y + region.y as f64);
        }
        codes.sort_by(|a, b| a.corners[0].x.total_cmp(&b.corners[0].x));
        CodesSeen { codes, abandoned }
    }
}

#[cfg(test)]
mod tests;
