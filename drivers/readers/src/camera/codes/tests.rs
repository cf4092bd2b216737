//! Codes painted into frames, read back.

use proptest::prelude::*;

use super::*;
use crate::camera::geometry::{Homography, point};

/// A frame of one grey.
fn paper(width: usize, height: usize, luma: u8) -> Frame {
    let grey = vec![128; width * height / 4];
    Frame::still(width, height, [vec![luma; width * height], grey.clone(), grey])
}

/// Paints a code with its quiet zone so that its modules fill `corners`.
fn paint(frame: &mut Frame, payload: &[u8], corners: &Quad, inverted: bool) {
    paint_code(frame, &qrcode::QrCode::new(payload).unwrap(), corners, inverted);
}

fn paint_code(frame: &mut Frame, code: &qrcode::QrCode, corners: &Quad, inverted: bool) {
    const QUIET: f64 = 4.0;
    let side = code.width() as f64;
    let map = Homography::from_rectangle(point(0.0, 0.0), side, side, corners).unwrap();
    let back = map.inverse().unwrap();
    let (ink, paper) = if inverted { (200, 40) } else { (40, 200) };
    for y in 0..frame.height {
        for x in 0..frame.width {
            let at = back.map(point(x as f64, y as f64));
            let beyond = |value: f64| value < -QUIET || value >= side + QUIET;
            if beyond(at.x) || beyond(at.y) {
                continue;
            }
            let on_code = (0.0..side).contains(&at.x) && (0.0..side).contains(&at.y);
            let dark = on_code && code[(at.x as usize, at.y as usize)] == qrcode::Color::Dark;
            frame.y[y * frame.width + x] = if dark { ink } else { paper };
        }
    }
}

/// An upright square.
fn square(x: f64, y: f64, side: f64) -> Quad {
    [point(x, y), point(x + side, y), point(x + side, y + side), point(x, y + side)]
}

fn payloads(seen: &CodesSeen) -> Vec<&str> {
    seen.codes.iter().map(|code| code.payload.as_str()).collect()
}

#[test]
fn codes_are_read_from_the_left_dark_on_light_or_inverted() {
    let mut frame = paper(640, 360, 120);
    paint(&mut frame, b"second", &square(400.0, 100.0, 126.0), false);
    paint(&mut frame, b"first", &square(60.0, 80.0, 126.0), false);
    let seen = read_codes(&frame, None);
    assert_eq!((payloads(&seen), seen.abandoned), (vec!["first", "second"], false));
    assert_eq!((seen.codes[0].modules, seen.codes[0].inverted), (21, false));

    let mut frame = paper(640, 360, 120);
    paint(&mut frame, b"night", &square(60.0, 80.0, 126.0), true);
    let seen = read_codes(&frame, None);
    assert_eq!(payloads(&seen), ["night"]);
    assert!(seen.codes[0].inverted);
}

#[test]
fn corners_are_where_the_modules_end_also_in_a_region() {
    let mut frame = paper(640, 480, 120);
    let corners = [point(210.0, 100.0), point(390.0, 120.0), point(380.0, 300.0), point(200.0, 280.0)];
    paint(&mut frame, b"a payload of some length, for more modules", &corners, false);
    for region in [None, Some(Region { x: 150, y: 60, width: 300, height: 290 })] {
        let seen = read_codes(&frame, region);
        assert_eq!(seen.codes.len(), 1, "{region:?}");
        for (found, right) in seen.codes[0].corners.iter().zip(corners) {
            assert!(found.distance(right) < 8.0, "{found:?} for {right:?} in {region:?}");
        }
    }
}

/// The frame's luma seen through a lens that blurs by `sigma` pixels.
fn blurred(mut frame: Frame, sigma: f64) -> Frame {
    let reach = (3.0 * sigma).ceil() as isize;
    let weight = |offset: isize| (-(offset as f64 / sigma).powi(2) / 2.0).exp();
    let all: f64 = (-reach..=reach).map(weight).sum();
    let (width, height) = (frame.width as isize, frame.height as isize);
    for (across, down) in [(1, 0), (0, 1)] {
        let before = frame.y.clone();
        let at = |x: isize, y: isize| {
            f64::from(before[(y.clamp(0, height - 1) * width + x.clamp(0, width - 1)) as usize])
        };
        let mixed = |place: usize| {
            let (x, y) = (place as isize % width, place as isize / width);
            let near = (-reach..=reach).map(|step| weight(step) * at(x + across * step, y + down * step));
            near.sum::<f64>() / all
        };
        frame.y = (0..before.len()).map(|place| mixed(place).round() as u8).collect();
    }
    frame
}

#[test]
fn blur_over_more_than_half_a_module_is_undone() {
    for inverted in [false, true] {
        let mut frame = paper(480, 360, 120);
        let corners = [point(120.0, 70.0), point(330.0, 90.0), point(322.0, 285.0), point(110.0, 270.0)];
        paint(&mut frame, b"https://example.test/a?t=blurred", &corners, inverted);
        let frame = blurred(frame, 4.2);
        let seen = read_codes(&frame, None);
        assert_eq!(payloads(&seen), ["https://example.test/a?t=blurred"], "inverted: {inverted}");
        assert_eq!((seen.codes[0].reader, seen.codes[0].modules), (ReaderKind::Rqrr, 29));
        for (found, right) in seen.codes[0].corners.iter().zip(corners) {
            assert!(found.distance(right) < 4.0, "{found:?} for {right:?}");
        }
    }
}

#[test]
fn codes_small_and_large_are_read() {
    for (side, module) in [(160, 2.4), (640, 12.0), (1600, 40.0)] {
        let mut frame = paper(side, side, 120);
        paint(&mut frame, b"any size", &square(module * 8.0, module * 6.0, module * 21.0), false);
        assert_eq!(payloads(&read_codes(&frame, None)), ["any size"], "{module} pixels a module");
    }
}

#[test]
fn codes_of_all_sizes_are_read_turned_and_mirrored() {
    for (version, inverted) in [(1, false), (2, true), (7, false), (14, true), (25, false), (40, true)] {
        let version = qrcode::Version::Normal(version);
        let code = qrcode::QrCode::with_version("of any version", version, qrcode::EcLevel::M).unwrap();
        let [a, b, c, d] =
            [point(190.0, 60.0), point(590.0, 120.0), point(600.0, 560.0), point(110.0, 510.0)];
        for (corners, mirrored) in [([a, b, c, d], false), ([c, d, a, b], false), ([b, a, d, c], true)] {
            let mut frame = paper(700, 640, 120);
            paint_code(&mut frame, &code, &corners, inverted);
            let seen = read_codes(&frame, None);
            assert_eq!(payloads(&seen), ["of any version"], "{version:?}");
            let found = &seen.codes[0];
            assert_eq!((found.modules, found.inverted), (code.width() as u32, inverted), "{version:?}");
            assert_eq!(found.mirrored, mirrored, "{version:?}");
        }
    }
}

#[test]
fn a_drawing_is_read_whose_modules_are_pixels() {
    let code = qrcode::QrCode::new("a pixel a module").unwrap();
    let side = code.width() + code.width() % 2;
    let mut frame = paper(side, side, 255);
    for (place, colour) in code.to_colors().into_iter().enumerate() {
        let (x, y) = (place % code.width(), place / code.width());
        frame.y[y * side + x] = if colour == qrcode::Color::Dark { 0 } else { 255 };
    }
    let seen = read_codes(&frame, None);
    assert_eq!(payloads(&seen), ["a pixel a module"]);
    assert!(seen.codes[0].corners[0].distance(point(-0.5, -0.5)) < 0.3, "{:?}", seen.codes);
}

#[test]
fn a_code_with_a_part_torn_off_is_not_read() {
    let mut frame = paper(320, 320, 200);
    paint(&mut frame, b"a code that is torn", &square(60.0, 60.0, 200.0), false);
    for y in 60..260 {
        frame.y[y * 320 + 150..y * 320 + 262].fill(200);
    }
    assert_eq!(read_codes(&frame, None), CodesSeen::default());
}

#[test]
fn a_region_beside_the_picture_was_not_looked_at() {
    let seen = read_codes(&paper(320, 320, 200), Some([320, 0, 100, 100].into()));
    assert_eq!(seen, CodesSeen { codes: Vec::new(), abandoned: true });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Noise, and blocks of it, which look more like modules; in frames and regions of any size.
    #[test]
    fn no_frame_panics_and_none_has_a_code_that_is_not_there(
        (width, height) in (0usize..80, 0usize..80),
        region in prop::option::of(prop::array::uniform4(0usize..200)),
        block in 1usize..6,
        noise in prop::collection::vec(any::<u8>(), 1..400),
    ) {
        let mut frame = paper(width * 2, height * 2, 128);
        for (place, luma) in frame.y.iter_mut().enumerate() {
            let (x, y) = (place % (width * 2) / block, place / (width * 2) / block);
            *luma = noise[(y * 53 + x) % noise.len()];
        }
        let looked_at = region.map_or(frame.whole(), |region| frame.clip(region.into()));
        let too_small = looked_at.width.min(looked_at.height) < pattern::SMALLEST;
        let seen = read_codes(&frame, region.map(Region::from));
        prop_assert_eq!(seen, CodesSeen { codes: Vec::new(), abandoned: too_small });
    }

    /// A code, or what is left of it, with patches and slopes of any light on it: the way through all of the reader.
    #[test]
    fn a_code_under_clutter_is_read_rightly_or_not_at_all(
        version in 1..9i16,
        corners in prop::array::uniform4((-12.0..12.0f64, -12.0..12.0f64)),
        patches in prop::collection::vec((0usize..110, 0usize..110, 1usize..40, 1usize..40, any::<u8>()), 0..12),
        slope in -1.0..1.0f64,
        inverted in any::<bool>(),
    ) {
        let version = qrcode::Version::Normal(version);
        let code = qrcode::QrCode::with_version("cluttered", version, qrcode::EcLevel::M).unwrap();
        let mut frame = paper(120, 120, 120);
        let mut quad = square(16.0, 16.0, 88.0);
        for (corner, (x, y)) in quad.iter_mut().zip(corners) {
            *corner = point(corner.x + x, corner.y + y);
        }
        paint_code(&mut frame, &code, &quad, inverted);
        for (left, top, width, height, luma) in patches {
            for y in top..(top + height).min(120) {
                frame.y[y * 120 + left..y * 120 + (left + width).min(120)].fill(luma);
            }
        }
        for (place, luma) in frame.y.iter_mut().enumerate() {
            *luma = (f64::from(*luma) + slope * (place % 120) as f64) as u8;
        }
        for code in read_codes(&frame, None).codes {
            prop_assert_eq!(code.payload, "cluttered");
        }
    }
}
