//! The way from a picture to its codes: look for finder patterns, take the threes of them that stand as in a
//! code, fit a grid to each, and decode its modules.

use super::{
    QrCode,
    bits::Bits,
    candidates::{Candidate, candidates},
    finders::{Finder, Search},
    grid::Grid,
    libraries::{self, Said},
    light::Light,
    pattern::Pattern,
};
use crate::camera::{
    geometry::{Point, point},
    grey::Grey,
};

/// Most finder patterns of a picture, and threes of them that are decoded, before it counts as clutter.
const MOST_FINDERS: usize = 60;
const MOST_TRIES: usize = 8;
const MOST_SEARCHES: usize = 2;

/// Least promise of three finder patterns that are worth a try, and of those that are worth the last resort.
const LEAST_PROMISE: f64 = 0.5;
const LEAST_PROMISE_OF_SEARCH: f64 = 0.6;

/// Least contrast of a code, and between parts of a finder pattern, in steps of luma.
const LEAST_CONTRAST: u8 = 28;
const LEAST_CONTRAST_OF_FINDER: f64 = 10.0;

/// Pictures with fewer pixels to a side are not made smaller.
const LEAST_SIDE: usize = 160;

/// Pictures with so few pixels to a side are drawings, not a camera's: their modules may be as small as a
/// pixel, and their quiet zone may lie outside. If nothing is read in one, it is looked at so many times as
/// large, within so wide a border.
const LARGEST_TO_ENLARGE: usize = 240;
const TIMES: usize = 3;
const BORDER: usize = 8;

/// In blocks: the surroundings by which dark and light are told, and the near ones for blurred pictures.
const WIDE: usize = 3;
const NEAR: usize = 1;

/// How many modules about one tell whether it is dark: few where the light changes, many where it is even.
const FEW: usize = 2;
const SOME: usize = 4;
const MANY: usize = 12;

/// The local mean of the last resort reaches this far, in modules: farther than a finder pattern's core.
const REACH_OF_SEARCH: f64 = 3.5;

/// And at most this far, in pixels: the sum of so many lumas fits 32 bits.
const MOST_REACH_OF_SEARCH: f64 = 1000.0;

/// The codes in `grey`, each once.
///
/// The search begins at half resolution, where noise and the screen's own pixels are averaged away. If it
/// finds nothing, it goes on there by near surroundings (blurred codes), at full resolution (small codes), and
/// at lower resolutions (codes close by).
pub(super) fn decode(grey: &Grey) -> Vec<QrCode> {
    let mut codes = looked_at(grey);
    if codes.is_empty() && grey.width.max(grey.height) <= LARGEST_TO_ENLARGE {
        let seen = looked_at(&grey.enlarged(TIMES, BORDER));
        codes
            .extend(seen.into_iter().map(|code| QrCode { corners: code.corners.map(from_enlarged), ..code }));
    }
    codes
}

fn looked_at(grey: &Grey) -> Vec<QrCode> {
    let mut decoding = Decoding { grey, finders: Vec::new(), unread: Vec::new(), read: Vec::new() };
    decoding.look_at_all_sizes();
    decoding.search_unread();
    decoding.read
}

/// Where a point of an enlarged picture is in the picture itself.
fn from_enlarged(at: Point) -> Point {
    let small = |at: f64| (at + 0.5) / TIMES as f64 - BORDER as f64 - 0.5;
    point(small(at.x), small(at.y))
}

struct Decoding<'g> {
    grey: &'g Grey,
    finders: Vec<Finder>,
    /// Promising threes that were not read.
    unread: Vec<Candidate>,
    read: Vec<QrCode>,
}

impl Decoding<'_> {
    fn look_at_all_sizes(&mut self) {
        let half = self.grey.halved();
        let level = Level::of(&half, 2.0);
        if self.look(&level, WIDE) || self.look(&level, NEAR) {
            return;
        }
        let level = Level::of(self.grey, 1.0);
        if self.look(&level, WIDE) || self.look_at_smaller(&half) {
            return;
        }
        self.look(&level, NEAR);
    }

    /// Looks at lower resolutions than that of `half`.
    fn look_at_smaller(&mut self, half: &Grey) -> bool {
        let (mut smaller, mut scale) = (half.halved(), 4.0);
        while smaller.width.min(smaller.height) >= LEAST_SIDE {
            if self.look(&Level::of(&smaller, scale), WIDE) {
                return true;
            }
            (smaller, scale) = (smaller.halved(), scale * 2.0);
        }
        false
    }

    /// Decodes what is found in `level`; whether anything was read.
    fn look(&mut self, level: &Level, reach: usize) -> bool {
        if level.flat.iter().all(|flat| *flat) {
            return false;
        }
        let mut threshold = level.grey.threshold_within(1.0, reach);
        threshold.leave_out(&level.flat);
        let least_contrast = f64::from(noise(level.scale)) * LEAST_CONTRAST_OF_FINDER;
        let search = Search { grey: level.grey, threshold: &threshold, scale: level.scale, least_contrast };
        self.decode_found(&search)
    }

    /// Decodes where finder patterns are found that were not known yet, the likeliest places first.
    fn decode_found(&mut self, search: &Search) -> bool {
        let known = self.finders.len();
        search.add_finders(&mut self.finders);
        self.finders.truncate(MOST_FINDERS);
        if self.finders.len() == known {
            return false;
        }
        let mut tries = 0;
        for candidate in candidates(self.grey, &self.finders, known, LEAST_PROMISE) {
            if tries < MOST_TRIES && !self.is_taken(&candidate) {
                tries += 1;
                match self.decoded(&candidate) {
                    Some(code) => self.read.push(code),
                    None => self.unread.push(candidate),
                }
            }
        }
        !self.read.is_empty()
    }

    /// Whether a code was read that has one of its finder patterns.
    fn is_taken(&self, candidate: &Candidate) -> bool {
        candidate.centres().iter().any(|&centre| self.is_read(centre))
    }

    /// Whether a code was read where `at` is.
    fn is_read(&self, at: Point) -> bool {
        self.read.iter().any(|code| code.holds(at))
    }

    fn decoded(&self, candidate: &Candidate) -> Option<QrCode> {
        let grid = Grid::fit(self.grey, candidate)?;
        let light = Light::seen(self.grey, &grid, candidate.sign())?;
        let pattern = Pattern::of(grid.modules);
        let alone = light.alone(&pattern);
        let alone = alone.as_ref().unwrap_or(&light);
        let ways: [&dyn Fn() -> Option<Vec<bool>>; 5] = [
            &|| Some(alone.dark(SOME)),
            &|| Some(light.dark(SOME)),
            &|| light.dark_in_blur(&pattern),
            &|| Some(alone.dark(FEW)),
            &|| Some(alone.dark(MANY)),
        ];
        let Said { payload, mirrored, reader } = ways.into_iter().find_map(|dark| {
            let mut dark = dark()?;
            for (place, dark) in dark.iter_mut().enumerate() {
                let (x, y) = ((place % grid.modules) as isize, (place / grid.modules) as isize);
                *dark = pattern.known(x, y).map_or(*dark, |light| !light);
            }
            libraries::decoded(grid.modules, &dark)
        })?;
        let modules = grid.modules as u32;
        let (corners, inverted) = (grid.corners(), candidate.inverted());
        Some(QrCode { payload, corners, inverted, mirrored, reader, modules })
    }

    /// The last resort: rxing's own search, where the most promising threes are.
    fn search_unread(&mut self) {
        let mut tries = 0;
        for candidate in std::mem::take(&mut self.unread) {
            let promising = candidate.promise > LEAST_PROMISE_OF_SEARCH;
            if promising && tries < MOST_SEARCHES && !self.is_taken(&candidate) {
                tries += 1;
                self.search(&candidate);
            }
        }
    }

    fn search(&mut self, candidate: &Candidate) {
        let region = candidate.region(self.grey.width, self.grey.height);
        let offset = point(region.x as f64, region.y as f64);
        let reach = (REACH_OF_SEARCH * candidate.module()).clamp(2.0, MOST_REACH_OF_SEARCH) as usize;
        let bits = Bits::by_local_mean(&self.grey.cut(region), reach, candidate.inverted());
        for code in libraries::searched(&bits, candidate.inverted()) {
            let code = code.moved(offset);
            if !self.is_read(code.centre()) {
                self.read.push(code);
            }
        }
    }
}

/// The picture at one resolution.
struct Level<'g> {
    grey: &'g Grey,
    /// Pixels of the whole picture along a pixel of it.
    scale: f64,
    /// The blocks of it that have too little contrast for a code.
    flat: Vec<bool>,
}

impl<'g> Level<'g> {
    fn of(grey: &'g Grey, scale: f64) -> Self {
        let flat = grey.flat_blocks(noise(scale) * LEAST_CONTRAST);
        Self { grey, scale, flat }
    }
}

/// How much more noise there is than where four pixels are averaged.
fn noise(scale: f64) -> u8 {
    if scale < 2.0 { 2 } else { 1 }
}
