//! Segments: how much each of a display's 48 glows, and which of them are lit.
//!
//! Light adds up, bytes do not: everything here is in linear light. A lit segment is judged by how much
//! more of the display's colour comes from it than from beside it, so that bloom and reflections, which are
//! as bright beside a segment as on it, count for nothing.

use std::sync::OnceLock;

use super::{
    Doubt,
    glyph::{Glyph, Symbol},
    labels::Found,
};
use crate::camera::{
    Frame,
    geometry::{Point, point},
    label::{DIGITS, SEGMENTS, STROKE, on_digit, segment_line},
};

/// One measure of each segment of a display.
type Measures = [[f64; SEGMENTS]; DIGITS];

/// What was seen of a display's segments.
pub(super) struct Seen {
    pub glyphs: [Glyph; DIGITS],
    pub lit: bool,
    pub doubt: Option<Doubt>,
}

/// The least contrast of a lit segment, in linear light (1 is white).
const LEAST_GLOW: f64 = 0.035;
/// A segment this much off the middle between unlit and lit is fully sure.
const FULLY_SURE: f64 = 0.3;
/// The confidence from which a segment counts as seen.
pub(super) const SURE: f64 = 0.5;
/// Pixels in a millimetre below which a segment is too thin to judge.
const LEAST_SCALE: f64 = 1.8;
/// The sharpness of the bullseyes below which segments run into each other.
const LEAST_SHARPNESS: f64 = 0.25;
/// A lit segment with less than this share of the others' light was lit for a part of the exposure only.
const GHOST: f64 = 0.5;

/// Reads the segments of the display on `found`.
pub(super) fn read(frame: &Frame, found: &Found) -> Seen {
    let sampler = Sampler { frame, coloured: is_coloured(frame, found) };
    let samples: [[Sample; SEGMENTS]; DIGITS] =
        std::array::from_fn(|digit| std::array::from_fn(|segment| sampler.segment(found, digit, segment)));
    let contrast: Measures = samples.each_ref().map(|digit| digit.each_ref().map(|sample| sample.contrast));
    let all = || samples.iter().flatten();
    let noise = all().map(|sample| sample.spread).sum::<f64>() / (DIGITS * SEGMENTS) as f64;
    let glare = all().map(|sample| sample.glare).fold(0.0, f64::max);
    let (dark, bright) = two_means(&contrast);
    let lit = bright - dark > LEAST_GLOW.max(4.0 * noise);
    let glyphs = std::array::from_fn(|digit| {
        let mut glyph = Glyph { segments: 0, symbol: Symbol::Dark, confidence: 1.0 };
        for (segment, &value) in contrast[digit].iter().enumerate() {
            let share = if lit { (value - dark) / (bright - dark) } else { value / (2.0 * LEAST_GLOW) };
            glyph.segments |= u8::from(share > 0.5) << segment;
            glyph.confidence = glyph.confidence.min((share - 0.5).abs() / FULLY_SURE);
        }
        glyph.symbol = Symbol::of(glyph.segments);
        glyph
    });
    let doubt = doubt(&sampler, found, &glyphs, glare);
    Seen { glyphs, lit, doubt }
}

/// Why the display cannot be read surely, if so.
fn doubt(sampler: &Sampler, found: &Found, glyphs: &[Glyph; DIGITS], glare: f64) -> Option<Doubt> {
    if found.scale < LEAST_SCALE {
        return Some(Doubt::TooSmall);
    }
    if found.sharpness < LEAST_SHARPNESS {
        return Some(Doubt::Blurred);
    }
    if glare > 0.5 {
        return Some(Doubt::Glare);
    }
    if let Some(digit) = glyphs.iter().position(|glyph| glyph.confidence < SURE) {
        return Some(Doubt::Between { digit });
    }
    sampler.ghost(found, glyphs).map(|digit| Doubt::Changing { digit })
}

/// The middles of the two clusters of `contrast`: unlit and lit. (k-means with k = 2, S. Lloyd, 1982.)
fn two_means(contrast: &Measures) -> (f64, f64) {
    let all = || contrast.iter().flatten().copied();
    let (mut low, mut high) =
        all().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    for _ in 0..8 {
        let middle = (low + high) / 2.0;
        let mean = |above: bool| {
            let (sum, count) = all()
                .filter(|&value| (value > middle) == above)
                .fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
            if count > 0.0 { sum / count } else { middle }
        };
        (low, high) = (mean(false), mean(true));
    }
    (low, high)
}

/// One segment's light against its surroundings.
struct Sample {
    contrast: f64,
    /// How much its own points differ.
    spread: f64,
    /// The share of its surroundings that is washed out.
    glare: f64,
}

/// Takes light off a frame.
struct Sampler<'a> {
    frame: &'a Frame,
    /// Whether the picture has colours; if not, luma has to do.
    coloured: bool,
}

/// Where along a segment, in halves of its length, and across it, in strokes, light is taken.
const ALONG: [f64; 5] = [-0.5, -0.25, 0.0, 0.25, 0.5];
const ACROSS: [f64; 3] = [-0.22, 0.0, 0.22];
/// How far beside a segment its surroundings are sampled, in strokes.
const BESIDE: [f64; 2] = [-1.35, 1.35];

impl Sampler<'_> {
    fn segment(&self, found: &Found, digit: usize, segment: usize) -> Sample {
        let on = |along: f64, across: f64| on_picture(found, digit, on_segment(segment, along, across));
        let (mut sum, mut square) = (0.0, 0.0);
        for along in ALONG {
            for across in ACROSS {
                let glow = self.glow(on(along, across));
                (sum, square) = (sum + glow, square + glow * glow);
            }
        }
        let count = (ALONG.len() * ACROSS.len()) as f64;
        let mean = sum / count;
        let (mut beside, mut washed) = (0.0, 0.0);
        for along in ALONG {
            for across in BESIDE {
                let at = on(along, across);
                beside += self.glow(at);
                washed += f64::from(u8::from(self.green(at) > 0.8));
            }
        }
        let around = (ALONG.len() * BESIDE.len()) as f64;
        Sample {
            contrast: mean - beside / around,
            spread: (square / count - mean * mean).max(0.0).sqrt() / count.sqrt(),
            glare: washed / around,
        }
    }

    /// The first digit of which a lit segment is much weaker than the others, by the light that does not
    /// saturate: red clips first, green still tells how long a segment was lit.
    fn ghost(&self, found: &Found, glyphs: &[Glyph; DIGITS]) -> Option<usize> {
        let lit = |digit: usize| {
            (0..SEGMENTS - 1).filter(move |segment| glyphs[digit].segments >> segment & 1 == 1)
        };
        let light = |digit: usize, segment: usize| {
            let mean = |places: &[f64]| {
                let points =
                    ALONG.iter().flat_map(|&along| places.iter().map(move |&across| (along, across)));
                let sum: f64 = points
                    .map(|(along, across)| {
                        self.green(on_picture(found, digit, on_segment(segment, along, across)))
                    })
                    .sum();
                sum / (ALONG.len() * places.len()) as f64
            };
            mean(&ACROSS) - mean(&BESIDE)
        };
        let lights: Vec<(usize, f64)> = (0..DIGITS)
            .flat_map(|digit| lit(digit).map(move |segment| (digit, light(digit, segment))))
            .collect();
        let mut sorted: Vec<f64> = lights.iter().map(|&(_, light)| light).collect();
        sorted.sort_by(f64::total_cmp);
        let usual = *sorted.get(sorted.len() * 2 / 3)?;
        let visible = usual > 0.01;
        lights.iter().find(|&&(_, light)| visible && light < GHOST * usual).map(|&(digit, _)| digit)
    }

    /// The light of the display's colour at a point: red less green where there are colours.
    fn glow(&self, at: Point) -> f64 {
        let [y, cb, cr] = self.ycbcr(at);
        if !self.coloured {
            return linear(y);
        }
        linear(y + 1.402 * cr) - linear(y - 0.344_136 * cb - 0.714_136 * cr)
    }

    fn green(&self, at: Point) -> f64 {
        let [y, cb, cr] = self.ycbcr(at);
        linear(y - 0.344_136 * cb - 0.714_136 * cr)
    }

    /// Luma and chroma at a point, chroma about zero; the nearest pixels where it lies outside.
    fn ycbcr(&self, at: Point) -> [f64; 3] {
        let frame = self.frame;
        let chroma = |plane: &[u8]| {
            let x = (at.x - 0.5) / 2.0;
            let y = (at.y - 0.5) / 2.0;
            bilinear(plane, frame.width / 2, frame.height / 2, x, y) - 128.0
        };
        [bilinear(&frame.y, frame.width, frame.height, at.x, at.y), chroma(&frame.cb), chroma(&frame.cr)]
    }
}

/// A point on or beside a segment, upright, from its digit's centre.
fn on_segment(segment: usize, along: f64, across: f64) -> Point {
    let (from, to) = segment_line(segment);
    if segment == SEGMENTS - 1 {
        return point(from.x + along * STROKE, from.y + across * STROKE);
    }
    let middle = from.towards(to, 0.5 + along / 2.0);
    match from.y == to.y {
        true => point(middle.x, middle.y + across * STROKE),
        false => point(middle.x + across * STROKE, middle.y),
    }
}

/// Where an upright point of a digit is in the picture.
fn on_picture(found: &Found, digit: usize, upright: Point) -> Point {
    found.on_picture(on_digit(digit, upright))
}

/// Whether the picture has any colour where the display is.
fn is_coloured(frame: &Frame, found: &Found) -> bool {
    let sampler = Sampler { frame, coloured: true };
    let points = (0..DIGITS).flat_map(|digit| (0..SEGMENTS).map(move |segment| (digit, segment)));
    let mut most = 0.0f64;
    for (digit, segment) in points {
        let [_, cb, cr] = sampler.ycbcr(on_picture(found, digit, on_segment(segment, 0.0, 0.0)));
        most = most.max(cb.abs()).max(cr.abs());
    }
    most > 3.0
}

fn bilinear(plane: &[u8], width: usize, height: usize, x: f64, y: f64) -> f64 {
    let x = x.clamp(0.0, width as f64 - 1.0);
    let y = y.clamp(0.0, height as f64 - 1.0);
    let (column, line) = (x as usize, y as usize);
    let (right, below) = ((column + 1).min(width - 1), (line + 1).min(height - 1));
    let (fx, fy) = (x - column as f64, y - line as f64);
    let pixel = |x: usize, y: usize| f64::from(plane[y * width + x]);
    let upper = pixel(column, line) * (1.0 - fx) + pixel(right, line) * fx;
    let lower = pixel(column, below) * (1.0 - fx) + pixel(right, below) * fx;
    upper * (1.0 - fy) + lower * fy
}

/// Linear light of an sRGB value of 0 to 255 (IEC 61966-2-1).
fn linear(value: f64) -> f64 {
    static TABLE: OnceLock<[f64; 256]> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        std::array::from_fn(|code| match code as f64 / 255.0 {
            low if low <= 0.040_45 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        })
    });
    table[value.round().clamp(0.0, 255.0) as usize]
}
