//! From contrasts to digits: which segments are lit, and how surely.

use super::{
    cells::{COLUMNS, SEGMENTS},
    font,
    glyph::{Glyph, PATTERNS, Symbol},
};

/// How much darker than the other unlit cells one may be before it counts as another level: one of two codes that a
/// frame shows is then taken for what shines through.
const DARKER: f32 = -0.15;

/// Digits decoded from the contrasts of a display's cells.
pub(super) struct Decoded {
    pub glyphs: Vec<Glyph>,
    /// For each digit the cells that are lit, as bits.
    pub cells: Vec<u64>,
    /// The contrast of a usual lit cell, and of a usual unlit one.
    pub lit: f32,
    pub unlit: f32,
    /// How far cells are from those, as a share of the step between them (root mean square).
    pub spread: f32,
}

/// Lit segments of one display differ by less than this factor; more is a code that was changing.
const MOST_UNEVEN: f32 = 1.9;
/// An unlit segment that shows has less than this share of a lit one's contrast.
const MOST_GHOST: f32 = 0.6;

/// Digits of seven segments, from the contrasts of each.
pub(super) fn segments(contrasts: &[Vec<f32>], points: &[f32]) -> Decoded {
    let (unlit, lit) = levels(contrasts);
    let step = lit - unlit;
    let mut squares = 0.0;
    let mut cells = Vec::new();
    let mut glyphs: Vec<Glyph> = contrasts
        .iter()
        .map(|digit| {
            let mut mask = 0u8;
            let mut confidence = 1.0f32;
            for (number, contrast) in digit.iter().enumerate() {
                let share = (contrast - unlit) / step;
                mask |= u8::from(share > 0.5) << number;
                let off = share - f32::from(u8::from(share > 0.5));
                squares += off * off;
                let towards = if share > 0.5 { 1.0 - share } else { share.max(DARKER - share) };
                confidence = confidence.min(1.0 - 2.0 * towards.max(0.0));
            }
            cells.push(u64::from(mask));
            Glyph { segments: mask, symbol: Symbol::of(mask), confidence: f64::from(confidence) }
        })
        .collect();
    for (glyph, contrast) in glyphs.iter_mut().zip(points) {
        glyph.segments |= u8::from((contrast - unlit) / step > 0.5) << SEGMENTS;
    }
    mark_uneven(contrasts, &mut glyphs);
    let spread = (squares / (contrasts.len() * SEGMENTS) as f32).sqrt();
    Decoded { glyphs, cells, lit, unlit, spread }
}

/// Takes confidence from the digit with the weakest lit segment, if that is much weaker than the strongest.
fn mark_uneven(contrasts: &[Vec<f32>], glyphs: &mut [Glyph]) {
    let lit = |digit: usize| {
        let glyph = glyphs[digit];
        contrasts[digit].iter().enumerate().filter(move |(number, _)| glyph.segments >> number & 1 == 1)
    };
    let all = || (0..glyphs.len()).flat_map(|digit| lit(digit).map(move |(_, contrast)| (digit, *contrast)));
    let strongest = all().map(|(_, contrast)| contrast).fold(0.0, f32::max);
    if let Some((digit, weakest)) = all().min_by(|one, other| one.1.total_cmp(&other.1))
        && strongest > MOST_UNEVEN * weakest
    {
        glyphs[digit].confidence = 0.0;
    }
}

/// The contrast of unlit and of lit cells: the two levels about which all contrasts lie closest.
fn levels(contrasts: &[Vec<f32>]) -> (f32, f32) {
    let mut sorted: Vec<f32> = contrasts.iter().flatten().copied().collect();
    sorted.sort_by(f32::total_cmp);
    let count = sorted.len();
    // The brightest may be an outlier; if nothing else is lit, it is a stuck one.
    let (first, second) = (sorted[count - 1], sorted[count - 2]);
    let bright = if second > 0.25 * first { second } else { first };
    let tried = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8].map(|share| settled(&sorted, share * bright));
    let closest = tried.into_iter().min_by(|one, other| one.2.total_cmp(&other.2));
    closest.map_or((0.0, bright), |(unlit, lit, _)| (unlit, lit))
}

/// The two levels that a threshold leads to, and the spread about them as a share of the step between them.
fn settled(sorted: &[f32], threshold: f32) -> (f32, f32, f32) {
    let (mut unlit, mut lit) = (0.0, 0.0);
    let mut threshold = threshold;
    for _ in 0..4 {
        let split = sorted.partition_point(|contrast| *contrast <= threshold).min(sorted.len() - 1);
        lit = sorted[split + (sorted.len() - split) / 2];
        unlit = if split == 0 { 0.0 } else { sorted[split / 2] };
        if unlit > MOST_GHOST * lit {
            unlit = 0.0;
        }
        threshold = (unlit + lit) / 2.0;
    }
    let step = (lit - unlit).max(f32::MIN_POSITIVE);
    let off = |contrast: &f32| (contrast - if *contrast > threshold { lit } else { unlit }) / step;
    let squares: f32 = sorted.iter().map(off).map(|off| off * off).sum();
    (unlit, lit, (squares / sorted.len() as f32).sqrt())
}

/// Shares of a lit dot's light that leak to its neighbours, tried in this order.
const LEAKS: [f32; 4] = [0.0, 0.12, 0.25, 0.4];
/// A digit is dark below this share of the others' light; dots that differ from every digit by more than
/// `MOST_OFF` are unreadable.
const DARK: f32 = 0.25;
const MOST_OFF: f32 = 0.33;

/// Digits of five by seven dots, from the contrasts of each.
pub(super) fn dots(contrasts: &[Vec<f32>]) -> Decoded {
    let tried = LEAKS.map(|leak| {
        let shapes = leaked_shapes(leak);
        let fits: Vec<Fit> = contrasts.iter().map(|digit| Fit::best(digit, &shapes)).collect();
        let similarity: f32 = fits.iter().map(|fit| fit.similarity * fit.length).sum();
        (similarity, shapes, fits)
    });
    let best = tried.into_iter().max_by(|one, other| one.0.total_cmp(&other.0));
    let Some((_, shapes, fits)) = best else { return Decoded::nothing() };
    let mut levels: Vec<f32> = fits.iter().map(|fit| fit.level).collect();
    levels.sort_by(f32::total_cmp);
    let top = levels[levels.len() - 1];
    let bright: Vec<f32> = levels.into_iter().filter(|level| *level > DARK * top).collect();
    let lit = bright.get(bright.len() / 2).copied().unwrap_or(0.0);
    let mut decoded = Decoded { lit, ..Decoded::nothing() };
    let mut squares = 0.0;
    for (digit, fit) in contrasts.iter().zip(&fits) {
        let (glyph, cells, off) = dot_glyph(digit, fit, lit, &shapes);
        squares += off * off;
        decoded.glyphs.push(glyph);
        decoded.cells.push(cells);
    }
    decoded.spread = (squares / contrasts.len() as f32).sqrt();
    decoded
}

impl Decoded {
    fn nothing() -> Self {
        Self { glyphs: Vec::new(), cells: Vec::new(), lit: 0.0, unlit: 0.0, spread: 0.0 }
    }
}

/// A digit's shape as blur leaves it.
struct Shape {
    digit: u8,
    mask: u64,
    light: Vec<f32>,
}

/// The shape that is most like what a digit shows.
struct Fit {
    shape: usize,
    /// The cosine of the angle between the two.
    similarity: f32,
    /// The contrast of a lit dot, if it is this shape.
    level: f32,
    /// The contrast of all dots together.
    length: f32,
}

impl Fit {
    fn best(contrasts: &[f32], shapes: &[Shape]) -> Self {
        let length = dot_product(contrasts, contrasts).sqrt();
        let fits = shapes.iter().enumerate().map(|(shape, Shape { light, .. })| {
            let (product, square) = (dot_product(contrasts, light), dot_product(light, light));
            let similarity = product / (square.sqrt() * length).max(f32::MIN_POSITIVE);
            Self { shape, similarity, level: product / square, length }
        });
        let best = fits.max_by(|one, other| one.similarity.total_cmp(&other.similarity));
        best.unwrap_or(Self { shape: 0, similarity: 0.0, level: 0.0, length })
    }
}

/// The glyph of one digit of dots, its lit cells, and the distance between its dots and the glyph.
fn dot_glyph(contrasts: &[f32], fit: &Fit, lit: f32, shapes: &[Shape]) -> (Glyph, u64, f32) {
    let shape = &shapes[fit.shape];
    let brightest = contrasts.iter().copied().fold(0.0, f32::max);
    if brightest < 2.0 * DARK * lit {
        let confidence = f64::from(1.0 - brightest / (2.0 * DARK * lit));
        return (Glyph { segments: 0, symbol: Symbol::Dark, confidence }, 0, 0.0);
    }
    let off: Vec<f32> = contrasts.iter().zip(&shape.light).map(|(seen, light)| seen / lit - light).collect();
    let rms = (dot_product(&off, &off) / off.len() as f32).sqrt();
    if rms > MOST_OFF {
        let mask = contrasts
            .iter()
            .enumerate()
            .fold(0, |mask, (dot, seen)| mask | u64::from(*seen > 0.5 * lit) << dot);
        let between = contrasts.iter().filter(|seen| (0.3..0.7).contains(&(*seen / lit))).count();
        let confidence = (1.0 - between as f64 / 8.0).max(0.0);
        return (Glyph { segments: 0x80, symbol: Symbol::NotADigit, confidence }, mask, rms);
    }
    let others = shapes.iter().filter(|other| other.digit != shape.digit);
    let confidence = others.map(|other| {
        let apart: Vec<f32> = other.light.iter().zip(&shape.light).map(|(one, light)| one - light).collect();
        1.0 - 2.0 * dot_product(&off, &apart) / dot_product(&apart, &apart)
    });
    let confidence = f64::from(confidence.fold(1.0, f32::min));
    let segments = PATTERNS[usize::from(shape.digit)];
    (Glyph { segments, symbol: Symbol::Digit(shape.digit), confidence }, shape.mask, rms)
}

/// The shapes of all digits, each dot giving a share of its light to its neighbours.
fn leaked_shapes(leak: f32) -> Vec<Shape> {
    let shapes = font::shapes().map(|(digit, dots)| {
        let lit = |row: i32, column: i32| {
            let inside = (0..7).contains(&row) && (0..5).contains(&column);
            inside && dots[row as usize * COLUMNS + column as usize]
        };
        let light = |dot: usize| {
            let (row, column) = ((dot / COLUMNS) as i32, (dot % COLUMNS) as i32);
            let mut sum = 0.0;
            for (dy, dx) in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dy, dx))) {
                sum += f32::from(u8::from(lit(row + dy, column + dx))) * leak.powi(dx * dx + dy * dy);
            }
            sum
        };
        let mask = dots.iter().enumerate().fold(0, |mask, (dot, lit)| mask | u64::from(*lit) << dot);
        Shape { digit, mask, light: (0..font::DOTS).map(light).collect() }
    });
    shapes.collect()
}

fn dot_product(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}
