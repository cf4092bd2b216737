//! Draws the reader's findings over the picture, to explain a reading.

use std::f64::consts::TAU;

use image::{Rgb, RgbImage};

use super::{
    Checkmark, Display, DisplayReading, Frame, QrCode, Quad,
    digits::{PATTERNS, SEGMENTS, segment_line},
    geometry::{Homography, Point, point},
    image::encode,
    label,
};

const OUTLINE: Rgb<u8> = Rgb([0, 200, 255]);
const LIT: Rgb<u8> = Rgb([60, 255, 60]);
const UNLIT: Rgb<u8> = Rgb([80, 110, 255]);
const DOUBTFUL: Rgb<u8> = Rgb([255, 170, 0]);

/// The frame as a PNG with everything that was seen drawn in. Of a display the label's outline, lit segments
/// green, unlit ones blue, and above it what was read, in orange where the reading is in doubt; of a code its
/// outline, with its own upper left corner cut off; of a checkmark a ring about its disc and a cross in it.
pub fn overlay(
    frame: &Frame,
    readings: &[DisplayReading],
    codes: &[QrCode],
    checkmark: Option<&Checkmark>,
) -> Vec<u8> {
    let mut canvas = frame.to_rgb(None);
    for reading in readings {
        draw(&mut canvas, reading);
    }
    for code in codes {
        let [tl, tr, _, bl] = code.corners;
        outline(&mut canvas, &code.corners, OUTLINE);
        line(&mut canvas, tl.towards(tr, 0.2), tl.towards(bl, 0.2), OUTLINE);
    }
    if let Some(mark) = checkmark {
        ring(&mut canvas, mark);
    }
    encode(&canvas)
}

fn outline(canvas: &mut RgbImage, corners: &Quad, colour: Rgb<u8>) {
    for corner in 0..4 {
        line(canvas, corners[corner], corners[(corner + 1) % 4], colour);
    }
}

fn ring(canvas: &mut RgbImage, mark: &Checkmark) {
    const STEPS: usize = 48;
    let centre = mark.centre;
    let rim = |step: usize, share: f64| {
        let (sin, cos) = (step as f64 * TAU / STEPS as f64).sin_cos();
        let radius = mark.diameter / 2.0 * share;
        point(centre.x + cos * radius, centre.y + sin * radius)
    };
    for step in 0..STEPS {
        line(canvas, rim(step, 1.1), rim(step + 1, 1.1), OUTLINE);
    }
    for end in [0, STEPS / 4] {
        line(canvas, rim(end, 0.2), rim(end + STEPS / 2, 0.2), OUTLINE);
    }
}

fn draw(canvas: &mut RgbImage, reading: &DisplayReading) {
    let corners = reading.corners;
    let Some(map) = Homography::from_rectangle(point(0.0, 0.0), label::WIDTH, label::HEIGHT, &corners) else {
        return;
    };
    let colour = if reading.doubt.is_some() { DOUBTFUL } else { OUTLINE };
    outline(canvas, &corners, colour);
    for (digit, glyph) in reading.glyphs.iter().enumerate() {
        for segment in 0..SEGMENTS {
            let segment_colour = if glyph.segments >> segment & 1 == 1 { LIT } else { UNLIT };
            for (from, to) in box_about(&reading.display, segment) {
                let [from, to] = [from, to].map(|end| map.map(reading.display.on_digit(digit, end)));
                line(canvas, from, to, segment_colour);
            }
        }
        let segments = match glyph.symbol.as_char().to_digit(10) {
            Some(digit) => PATTERNS[digit as usize],
            None => glyph.segments,
        };
        write(canvas, &map, (&reading.display, digit), segments, colour);
    }
}

/// The outline of a segment, upright, from its digit's centre: four lines.
fn box_about(display: &Display, segment: usize) -> [(Point, Point); 4] {
    let (from, to) = segment_line(display, segment);
    let half = display.stroke / 2.0;
    let corners = [
        point(from.x - half, from.y - half),
        point(to.x + half, from.y - half),
        point(to.x + half, to.y + half),
        point(from.x - half, to.y + half),
    ];
    [0, 1, 2, 3].map(|corner| (corners[corner], corners[(corner + 1) % 4]))
}

/// Writes one glyph above the label, in the display's own script.
fn write(
    canvas: &mut RgbImage,
    map: &Homography,
    (display, digit): (&Display, usize),
    segments: u8,
    colour: Rgb<u8>,
) {
    let above = |at: Point| {
        let on_label = display.on_digit(digit, at);
        map.map(point(on_label.x, on_label.y - label::HEIGHT * 0.65))
    };
    for segment in (0..SEGMENTS).filter(|segment| segments >> segment & 1 == 1) {
        let (from, to) = segment_line(display, segment);
        line(canvas, above(from), above(to), colour);
    }
}

/// A line two pixels wide; what lies outside the picture is left out.
fn line(canvas: &mut RgbImage, from: Point, to: Point, colour: Rgb<u8>) {
    const LONGEST: f64 = 1e5;
    let steps = (to.x - from.x).abs().max((to.y - from.y).abs()).ceil().min(LONGEST);
    for step in 0..=steps as usize {
        let at = from.towards(to, step as f64 / steps.max(1.0));
        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let (x, y) = (at.x as i64 + dx, at.y as i64 + dy);
            if let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
                && let Some(pixel) = canvas.get_pixel_mut_checked(x, y)
            {
                *pixel = colour;
            }
        }
    }
}
