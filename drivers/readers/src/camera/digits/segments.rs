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
/// The confidence from which a segment counts as seen.
pub(super) const SURE: f64 = 0.5;
/// Lit segments of one display differ by less than this factor; more is a code that was changing.
const MOST_UNEVEN: f64 = 1.8;
/// Pixels in a millimetre below which a segment is too thin to judge.
const LEAST_SCALE: f64 = 1.8;
/// The sharpness of the bullseyes below which segments run into each other.
const LEAST_SHARPNESS: f64 = 0.25;
/// How much more red than green a red diode gives, as a camera's filters see it.
const RED_TO_GREEN: f64 = 8.0;

/// Reads the segments of the display on `found`.
pub(super) fn read(frame: &Frame, found: &Found) -> Seen {
    let sampler = Sampler { frame, coloured: is_coloured(frame, found) };
    let samples: [[Sample; SEGMENTS]; DIGITS] =
        std::array::from_fn(|digit| std::array::from_fn(|segment| sampler.segment(found, digit, segment)));
    let all = || samples.iter().flatten();
    let noise = all().map(|sample| sample.spread).sum::<f64>() / (DIGITS * SEGMENTS) as f64;
    let glare = all().map(|sample| sample.glare).fold(0.0, f64::max);
    let light = emitted(&samples);
    let usual = usual(&light);
    let least = LEAST_GLOW.max(4.0 * noise);
    let full = if usual > least { usual } else { 2.0 * least };
    let glyphs = light.map(|digit| glyph(digit.map(|light| light / full)));
    let lit = glyphs.iter().any(|glyph| glyph.segments != 0);
    Seen { glyphs, lit, doubt: doubt(found, &glyphs, &light, glare) }
}

/// The glyph of a digit whose segments give these shares of a lit segment's light.
fn glyph(shares: [f64; SEGMENTS]) -> Glyph {
    let mut glyph = Glyph { segments: 0, symbol: Symbol::Dark, confidence: 1.0 };
    for (segment, share) in shares.into_iter().enumerate() {
        glyph.segments |= u8::from(share > 0.5) << segment;
        let confidence = if share > 0.5 { (share - 0.5) / 0.4 } else { (0.5 - share) / 0.5 };
        glyph.confidence = glyph.confidence.min(confidence);
    }
    glyph.symbol = Symbol::of(glyph.segments);
    glyph
}

/// The light that each segment gives off: red less green, so that white light counts for nothing. Red clips
/// first; where it does, green, of which red diodes give a little, tells more, less what an unlit segment
/// reflects of it.
fn emitted(samples: &[[Sample; SEGMENTS]; DIGITS]) -> Measures {
    let all = || samples.iter().flatten();
    let most = all().map(|sample| sample.contrast).fold(0.0, f64::max);
    let mut reflected: Vec<f64> =
        all().filter(|sample| sample.contrast < 0.25 * most).map(|sample| sample.green).collect();
    let reflected = median(&mut reflected).unwrap_or(0.0);
    let light =
        |sample: &Sample| sample.contrast.max(sample.clipped * RED_TO_GREEN * (sample.green - reflected));
    samples.each_ref().map(|digit| digit.each_ref().map(light))
}

/// The light of a usual lit segment: the median of those that are clearly lit, if any is.
fn usual(light: &Measures) -> f64 {
    let mut sorted: Vec<f64> = light.iter().flatten().copied().collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    // The brightest may be the odd one; but where nothing else is lit, it is a stuck one.
    let bright = if sorted[1] > 0.25 * sorted[0] { sorted[1] } else { sorted[0] };
    let mut lit: Vec<f64> = sorted.into_iter().filter(|&light| light > 0.4 * bright).collect();
    median(&mut lit).unwrap_or(0.0)
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Why the display cannot be read surely, if so.
fn doubt(found: &Found, glyphs: &[Glyph; DIGITS], light: &Measures, glare: f64) -> Option<Doubt> {
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
    uneven(glyphs, light).map(|digit| Doubt::Between { digit })
}

/// The digit with the weakest of the lit segments, where that is much weaker than the strongest.
fn uneven(glyphs: &[Glyph; DIGITS], light: &Measures) -> Option<usize> {
    let segments = || (0..DIGITS).flat_map(|digit| (0..SEGMENTS).map(move |segment| (digit, segment)));
    let lit = || {
        segments()
            .filter(|&(digit, segment)| glyphs[digit].segments >> segment & 1 == 1)
            .map(|(digit, segment)| (digit, light[digit][segment]))
    };
    let (digit, weakest) = lit().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let strongest = lit().map(|(_, light)| light).fold(0.0, f64::max);
    (strongest > MOST_UNEVEN * weakest).then_some(digit)
}

/// One segment's light against its surroundings.
struct Sample {
    /// How much more red, less green, is on it than beside it.
    contrast: f64,
    /// The same of green alone.
    green: f64,
    /// How surely it is red that clips there: 0 to 1.
    clipped: f64,
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
        let at = |along: f64, across: f64| on_picture(found, digit, on_segment(segment, along, across));
        let mut on = Mean::default();
        let mut beside = Mean::default();
        let mut washed = 0.0;
        for along in ALONG {
            ACROSS.iter().for_each(|&across| on.add(self.light(at(along, across))));
            for across in BESIDE {
                let light = self.light(at(along, across));
                washed += f64::from(u8::from(light.green > 0.8));
                beside.add(light);
            }
        }
        let redness = |mean: &Mean| if self.coloured { mean.red() - mean.green() } else { mean.red() };
        Sample {
            contrast: redness(&on) - redness(&beside),
            green: on.green() - beside.green(),
            clipped: on.clipped(),
            spread: on.deviation_of_mean(),
            glare: washed / beside.count,
        }
    }

    fn light(&self, at: Point) -> Light {
        let [y, cb, cr] = self.ycbcr(at);
        Light { red: linear(y + 1.402 * cr), green: linear(y - 0.344_136 * cb - 0.714_136 * cr) }
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

/// Linear light at a point.
#[derive(Clone, Copy)]
struct Light {
    red: f64,
    green: f64,
}

/// The mean of the light at several points.
#[derive(Default)]
struct Mean {
    count: f64,
    red: f64,
    green: f64,
    /// The sum of the squares of red less green.
    squares: f64,
}

impl Mean {
    fn add(&mut self, light: Light) {
        self.count += 1.0;
        self.red += light.red;
        self.green += light.green;
        self.squares += (light.red - light.green).powi(2);
    }

    fn red(&self) -> f64 {
        self.red / self.count
    }

    fn green(&self) -> f64 {
        self.green / self.count
    }

    /// How surely this is a red light too bright for the sensor.
    fn clipped(&self) -> f64 {
        let (red, green) = (self.red(), self.green());
        ((red - 0.75) / 0.2).clamp(0.0, 1.0) * ((red - green) / (0.25 * red.max(0.01))).clamp(0.0, 1.0)
    }

    fn deviation_of_mean(&self) -> f64 {
        let mean = self.red() - self.green();
        (self.squares / self.count - mean * mean).max(0.0).sqrt() / self.count.sqrt()
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
