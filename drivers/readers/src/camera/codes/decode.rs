//! The way from a picture to its codes: look for finder patterns, take the threes of them that stand as in a code,
//! and decode where those are.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{
    CodesSeen, QrCode,
    bits::Bits,
    candidates::{self, Candidate},
    counted::TooManyLooks,
    equalize,
    finders::Search,
    grid::{self, Grid},
    libraries, sharpen,
};
use crate::camera::{
    geometry::{Point, point},
    grey::{Grey, Threshold},
};

/// The fewest pixels to a side that a code can have: a pixel for each module of the smallest.
pub(super) const SMALLEST: usize = 21;

/// Most triples of finder patterns to examine, and to decode, before a picture counts as clutter.
const MOST_CANDIDATES: usize = 200;
const MOST_TRIES: usize = 8;

/// Least promise of three finder patterns that are worth decoding: as seen, and after sharpening, which moves
/// them by up to a pixel.
const LEAST_PROMISE: f64 = 0.25;
const LEAST_PROMISE_OF_SHARPENED: f64 = 0.1;

/// Least contrast of a code, and between parts of a finder pattern, as seen and after sharpening, which adds
/// to noise: in steps of luma.
const LEAST_CONTRAST: u8 = 28;
const LEAST_CONTRAST_OF_FINDER: f64 = 10.0;
const LEAST_CONTRAST_OF_SHARPENED: f64 = 30.0;

/// How far a lens that is out of focus blurs, in pixels at half resolution, and how often that is undone.
const BLUR: usize = 3;
const ROUNDS: usize = 3;

/// Pictures with fewer pixels to a side are not made smaller.
const LEAST_SIDE: usize = 160;

/// The local mean reaches this far, in modules: farther than a finder pattern's core.
const REACH: f64 = 3.5;

/// The codes in `grey`, each once.
///
/// The search begins at half resolution, where noise and the screen's own pixels are averaged away. If it
/// finds nothing, it goes on at lower resolutions (codes close by), at full resolution (small codes), and at
/// half resolution with blur undone.
pub(super) fn decode(grey: &Grey) -> CodesSeen {
    let mut decoding = Decoding { grey, read: Vec::new(), abandoned: false };
    decoding.look_at_all_sizes();
    CodesSeen { codes: decoding.read, abandoned: decoding.abandoned }
}

struct Decoding<'g> {
    grey: &'g Grey,
    read: Vec<QrCode>,
    /// Whether a search did not end.
    abandoned: bool,
}

impl Decoding<'_> {
    fn look_at_all_sizes(&mut self) {
        let half = self.grey.halved();
        if self.look(&half, 2.0) {
            return;
        }
        let (mut smaller, mut scale) = (half.halved(), 4.0);
        while smaller.width.min(smaller.height) >= LEAST_SIDE {
            if self.look(&smaller, scale) {
                return;
            }
            (smaller, scale) = (smaller.halved(), scale * 2.0);
        }
        if !self.look_sharpened(&half, 2.0) {
            self.look(self.grey, 1.0);
        }
    }

    /// Decodes what is found in `seen`, a picture of which a pixel is `scale` pixels of the whole; whether
    /// anything was read.
    fn look(&mut self, seen: &Grey, scale: f64) -> bool {
        // At full resolution, noise is twice what it is when four pixels are averaged.
        let noise = if scale < 2.0 { 2 } else { 1 };
        let threshold = contrasting(seen, seen, noise * LEAST_CONTRAST);
        let least_contrast = f64::from(noise) * LEAST_CONTRAST_OF_FINDER;
        self.decode_found(&Search { grey: seen, threshold: &threshold, scale, least_contrast }, true)
    }

    /// The same, blur undone in `seen` first.
    fn look_sharpened(&mut self, seen: &Grey, scale: f64) -> bool {
        let sharp = sharpen::sharpened(seen, BLUR, ROUNDS);
        let threshold = contrasting(&sharp, seen, LEAST_CONTRAST);
        let least_contrast = LEAST_CONTRAST_OF_SHARPENED;
        self.decode_found(&Search { grey: &sharp, threshold: &threshold, scale, least_contrast }, false)
    }

    /// Decodes where finder patterns are found, the likeliest places first. What is not `sharp` enough to be found
    /// without sharpening is too blurred for the libraries to find.
    fn decode_found(&mut self, search: &Search, sharp: bool) -> bool {
        let candidates = candidates::candidates(&search.finders());
        let promise = |candidate: Candidate| (grid::promise(self.grey, &candidate), candidate);
        let mut promising: Vec<_> = candidates.into_iter().take(MOST_CANDIDATES).map(promise).collect();
        let least = if sharp { LEAST_PROMISE } else { LEAST_PROMISE_OF_SHARPENED };
        promising.retain(|(promise, _)| *promise > least);
        promising.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let mut tries = 0;
        for (_, candidate) in promising {
            let taken = candidate.centres().iter().any(|&centre| self.is_read(centre));
            if !taken && tries < MOST_TRIES {
                tries += 1;
                self.decode_candidate(&candidate, sharp);
            }
        }
        !self.read.is_empty()
    }

    /// Whether a code was read where `at` is.
    fn is_read(&self, at: Point) -> bool {
        self.read.iter().any(|code| code.holds(at))
    }

    /// Decodes where `candidate` stands, by one way after another, until something is read.
    fn decode_candidate(&mut self, candidate: &Candidate, sharp: bool) {
        let region = candidate.region(self.grey.width, self.grey.height);
        let (offset, inverted) = (point(region.x as f64, region.y as f64), candidate.inverted());
        let reach = (REACH * candidate.module()).max(2.0) as usize;
        let bits = Bits::by_local_mean(&self.grey.cut(region), reach, inverted);
        let abandoned = &mut self.abandoned;
        // The libraries panic on some pictures, and a search without end unwinds.
        let mut guarded = |read: fn(&Bits, bool) -> Vec<QrCode>| -> Vec<QrCode> {
            let codes = catch_unwind(AssertUnwindSafe(|| read(&bits, inverted))).unwrap_or_else(|cause| {
                *abandoned |= cause.is::<TooManyLooks>();
                Vec::new()
            });
            codes.into_iter().map(|code| code.moved(offset)).collect()
        };
        let by_grid = || {
            let grid = Grid::fit(self.grey, candidate)?;
            let dark = equalize::dark_modules(self.grey, &grid, inverted)?;
            libraries::by_modules(&grid, &dark, inverted)
        };
        let mut codes: Vec<QrCode> = if sharp { guarded(libraries::by_rxing) } else { Vec::new() };
        if codes.is_empty() {
            codes.extend(by_grid());
        }
        if codes.is_empty() && sharp {
            codes = guarded(libraries::by_rqrr);
        }
        for code in codes {
            if !self.is_read(code.centre()) {
                self.read.push(code);
            }
        }
    }
}

/// Threshold of `grey` by the mean of its surroundings, restricted to blocks where `seen` has at least this
/// contrast.
fn contrasting(grey: &Grey, seen: &Grey, contrast: u8) -> Threshold {
    let mut threshold = grey.threshold(1.0);
    threshold.leave_out(&seen.flat_blocks(contrast));
    threshold
}
