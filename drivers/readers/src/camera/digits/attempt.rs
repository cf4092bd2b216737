//! One display, looked for in one window: placed, decoded, and held against what the camera sees.

use super::{
    Doubt,
    cells::Layout,
    decode::{self, Decoded},
    display::{Colour, Display, Kind, Polarity},
    explain::Detail,
    glyph::{Glyph, Symbol},
    labels::Found,
    place,
    window::{self, Plane, SCALE, Window},
};
use crate::camera::geometry::point;

/// A display to try, and the points at which its light is sampled.
pub(super) struct Candidate {
    pub display: Display,
    layout: Layout,
    /// Pixels of the window that its icons may lie on: left, top, right, bottom.
    icons: Vec<[i32; 4]>,
    /// Greatest distance from its place, in millimetres.
    reach: f64,
}

/// Result of trying a display at one place.
pub(super) struct Attempt {
    pub glyphs: Vec<Glyph>,
    /// Whether anything is lit.
    pub lit: bool,
    /// The contrast of its lit cells, in linear light.
    pub contrast: f32,
    /// How much of the picture it explains: the correlation.
    pub explained: f32,
    /// Where it lies, in pixels of the window from its place.
    pub shift: (i32, i32),
    pub doubt: Option<Doubt>,
}

/// The least contrast of a lit segment, in linear light and as a share of the paper's.
const LEAST_GLOW: f32 = 0.03;
const LEAST_INK: f32 = 0.05;
/// Least signal of a lit cell, as a multiple of the noise.
const ABOVE_NOISE: f32 = 3.5;
/// The same for a code that is read: no segment of several thousand may cross the middle by noise alone.
const READ_ABOVE_NOISE: f32 = 6.0;
/// The share of a lit display's contrast below which a segment counts as dark, and from which a display counts as lit.
const DARK: f32 = 0.35;
const LIT: f32 = 0.5;
/// Tolerance for unlit segments, which show a little: the share of the paper's light by which a point of a
/// dark window may differ from its surroundings.
const UNLIT: f32 = 0.13;
/// The confidence from which a digit counts as seen.
const SURE: f64 = 0.35;
/// The most spread of cells about their two levels, as a share of the step between them.
const MOST_SPREAD: f32 = 0.24;
/// The least correlation of what was read with what is seen, of the whole window and of each digit; and the most
/// that may be left over elsewhere, as a share of a digit's strength.
const LEAST_EXPLAINED: f32 = 0.72;
const LEAST_DIGIT: f32 = 0.62;
const MOST_STRAY: f32 = 0.55;
/// Pixels across a stroke below which it is too thin to judge.
const LEAST_STROKE: f64 = 3.0;
/// The sharpness of the bullseyes below which segments run into each other.
const LEAST_SHARPNESS: f64 = 0.25;
/// The share of a display's surroundings that reflections may wash out.
const MOST_WASHED: f32 = 0.08;
/// How far the blur of an icon reaches, in millimetres.
const ICON_RIM: f64 = 0.5;
/// How far a display may lie from its place where no place was named.
pub(super) const REACH: f64 = 3.0;

impl Candidate {
    pub fn new(display: Display, reach: f64) -> Self {
        let icons = display.icons.iter().map(|icon| around(*icon)).collect();
        Self { layout: Layout::of(&display), icons, display, reach }
    }

    /// The display at the place where this attempt found it.
    pub fn moved(&self, attempt: &Attempt) -> Display {
        let mut display = self.display.clone();
        let at = display.at;
        display.at =
            point(at.x + f64::from(attempt.shift.0) / SCALE, at.y + f64::from(attempt.shift.1) / SCALE);
        display
    }

    /// Looks for the display in the window of the label that was `found`.
    pub fn look(&self, window: &Window, found: &Found) -> Attempt {
        let signal = window.signal(self.weights(window)).without(&self.icons);
        let detail = Detail::of(&self.display, &signal);
        let noise = signal.noise();
        let (least, expected) = self.least(found, noise);
        if detail.strongest() < least {
            return self.nothing(self.is_dark(window, found, noise, expected));
        }
        let shift = place::find(&self.layout, &signal, self.reach);
        let contrasts = self.layout.contrasts(&signal, shift);
        let brightest = contrasts.iter().flatten().copied().fold(0.0, f32::max);
        if brightest < least {
            let doubt = self.is_dark(window, found, noise, expected).or(Some(Doubt::Elsewhere));
            return self.nothing(doubt);
        }
        let decoded = self.decode(&signal, &contrasts, shift);
        let explained = detail.explained_by(&self.display, &decoded.cells, shift, noise);
        let lit = decoded.cells.iter().any(|cells| *cells != 0);
        let contrast = decoded.lit - decoded.unlit;
        let beyond = shift.0.abs().max(shift.1.abs()) >= (self.reach * SCALE) as i32;
        let stray = explained.whole < LEAST_EXPLAINED || explained.stray > MOST_STRAY || beyond;
        let unlike = explained.digits.iter().flatten().any(|digit| *digit < LEAST_DIGIT);
        let doubt = self
            .poor_view(window, found, shift)
            .or_else(|| (contrast < least.max(READ_ABOVE_NOISE * noise)).then_some(Doubt::Noise))
            .or_else(|| self.too_faint(&decoded, expected))
            .or_else(|| unsure(&decoded))
            .or_else(|| (stray || unlike).then_some(Doubt::Elsewhere))
            .or_else(|| self.alike(&decoded))
            .or_else(|| no_digit(&decoded.glyphs));
        Attempt { glyphs: decoded.glyphs, lit, contrast, explained: explained.whole, shift, doubt }
    }

    fn weights(&self, window: &Window) -> [f32; 3] {
        let grey = Display { colour: Colour::White, ..self.display.clone() };
        if window.coloured { self.display.weights() } else { grey.weights() }
    }

    /// Least contrast of a lit cell, and the contrast of this display when it was lit.
    fn least(&self, found: &Found, noise: f32) -> (f32, Option<f32>) {
        let expected = self.display.lit.map(|lit| lit.expected(found.paper) as f32);
        let paper = found.paper as f32;
        let least = match (self.display.polarity, expected) {
            (_, Some(expected)) => DARK * expected,
            (Polarity::LightOnDark, None) => LEAST_GLOW.max(LEAST_INK * paper),
            (Polarity::DarkOnLight, None) => LEAST_INK * paper,
        };
        (least.max(ABOVE_NOISE * noise), expected)
    }

    fn decode(&self, signal: &Plane, contrasts: &[Vec<f32>], shift: (i32, i32)) -> Decoded {
        match self.display.kind {
            Kind::Segments => {
                let points = self.layout.points.iter().map(|cell| cell.contrast(signal, shift));
                decode::segments(contrasts, &points.collect::<Vec<_>>())
            }
            Kind::Dots => decode::dots(contrasts),
        }
    }

    /// A display of which nothing is seen; `doubt` is why that does not mean that it is dark.
    fn nothing(&self, doubt: Option<Doubt>) -> Attempt {
        let dark = Glyph { segments: 0, symbol: Symbol::Dark, confidence: 1.0 };
        let glyphs = vec![dark; self.display.digits];
        Attempt { glyphs, lit: false, contrast: 0.0, explained: 0.0, shift: (0, 0), doubt }
    }

    /// Why a display on which nothing shows in its own colour is not surely dark.
    fn is_dark(&self, window: &Window, found: &Found, noise: f32, expected: Option<f32>) -> Option<Doubt> {
        let (Some(lit), Some(expected)) = (self.display.lit, expected) else {
            return Some(Doubt::NeverSeenLit);
        };
        if let Some(doubt) = self.poor_view(window, found, (0, 0)) {
            return Some(doubt);
        }
        if !lit.same_light(found.paper) {
            return Some(Doubt::OtherLight);
        }
        if ABOVE_NOISE * noise > DARK * expected {
            return Some(Doubt::Noise);
        }
        let others = [Colour::White, Colour::Red, Colour::Blue];
        let shows = others.into_iter().any(|colour| {
            let signal = window.signal(colour.weights()).without(&self.icons);
            let strongest = Detail::of(&self.display, &signal).strongest_either_way();
            strongest > UNLIT * found.paper as f32 + ABOVE_NOISE * signal.noise()
        });
        shows.then_some(Doubt::OtherColour)
    }

    /// Why the camera cannot see this well enough to be believed.
    fn poor_view(&self, window: &Window, found: &Found, shift: (i32, i32)) -> Option<Doubt> {
        if found.scale * self.display.stroke < LEAST_STROKE {
            return Some(Doubt::TooSmall);
        }
        if found.sharpness < LEAST_SHARPNESS {
            return Some(Doubt::Blurred);
        }
        let (mut washed, mut all) = (0.0f32, 0.0f32);
        for (x, y) in self.layout.surroundings(shift) {
            washed += f32::from(u8::from(window.washed_out(x, y)));
            all += 1.0;
        }
        (washed > MOST_WASHED * all).then_some(Doubt::Glare)
    }

    fn too_faint(&self, decoded: &Decoded, expected: Option<f32>) -> Option<Doubt> {
        expected.filter(|expected| decoded.lit < LIT * expected).map(|_| Doubt::Faint)
    }

    /// Where every cell looks alike, all may be lit, or none: unlit segments that shine through. Only a display that
    /// was seen lit tells.
    fn alike(&self, decoded: &Decoded) -> Option<Doubt> {
        let full = (1u64 << 7) - 1;
        let alike = self.display.kind == Kind::Segments
            && decoded.cells.iter().all(|cells| *cells == full || *cells == 0);
        (alike && self.display.lit.is_none()).then_some(Doubt::AllAlike)
    }
}

/// The pixels of the window that an icon of the label may lie on, blur included.
fn around([left, top, right, bottom]: [f64; 4]) -> [i32; 4] {
    let [from, to] = [point(left - ICON_RIM, top - ICON_RIM), point(right + ICON_RIM, bottom + ICON_RIM)]
        .map(window::pixel);
    [from.x.floor(), from.y.floor(), to.x.ceil() + 1.0, to.y.ceil() + 1.0].map(|at| at as i32)
}

/// The digit of which a cell is neither lit nor unlit.
fn unsure(decoded: &Decoded) -> Option<Doubt> {
    let weak = decoded.glyphs.iter().position(|glyph| glyph.confidence < SURE);
    let weakest = || {
        let glyphs = decoded.glyphs.iter().enumerate();
        glyphs
            .min_by(|one, other| one.1.confidence.total_cmp(&other.1.confidence))
            .map_or(0, |(digit, _)| digit)
    };
    let spread = (decoded.spread > MOST_SPREAD).then(weakest);
    weak.or(spread).map(|digit| Doubt::Between { digit })
}

/// The digit whose cells are seen, and make no digit.
fn no_digit(glyphs: &[Glyph]) -> Option<Doubt> {
    let odd = glyphs.iter().position(|glyph| glyph.symbol == Symbol::NotADigit);
    odd.map(|digit| Doubt::NoDigit { digit })
}
