//! The reader takes any picture: odd sizes, noise, labels of nothing.

use proptest::prelude::*;

use super::*;
use crate::camera::overlay;

/// A frame whose planes hold `pixels`, over and over.
fn frame(width: usize, height: usize, pixels: &[u8]) -> Frame {
    let plane = |length: usize| pixels.iter().copied().cycle().take(length).collect::<Vec<u8>>();
    Frame::still(width, height, [width * height, width * height / 4, width * height / 4].map(plane))
}

/// A grey picture of a label, `scale` pixels a millimetre, its window `window`.
fn label_picture(scale: f64, window: u8) -> Frame {
    let (width, height) = ((110.0 * scale) as usize & !1, (60.0 * scale) as usize & !1);
    let mut picture = frame(width, height, &[128]);
    for y in 0..height {
        for x in 0..width {
            let at = point(x as f64 / scale - 5.0, y as f64 / scale - 5.0);
            picture.y[y * width + x] = luma(at, window);
        }
    }
    picture
}

fn luma(at: crate::camera::Point, window: u8) -> u8 {
    use crate::camera::label::{BAR_CENTRE, BAR_SIZE, MARKERS, MODULE, WINDOW};
    let [left, top, right, bottom] = WINDOW;
    if (left..right).contains(&at.x) && (top..bottom).contains(&at.y) {
        return window;
    }
    let ring = MARKERS.iter().map(|marker| marker.distance(at) / MODULE).fold(f64::MAX, f64::min);
    let bar =
        (at.x - BAR_CENTRE.x).abs() < BAR_SIZE.0 / 2.0 && (at.y - BAR_CENTRE.y).abs() < BAR_SIZE.1 / 2.0;
    if bar || ring < 1.5 || (2.5..3.5).contains(&ring) { 30 } else { 220 }
}

#[test]
fn a_printed_label_is_found_to_a_pixel_and_nothing_shows_on_its_display() {
    for scale in [3.0, 4.7, 9.0] {
        let Sight::Seen(reading) = read_display(&label_picture(scale, 20), None) else {
            panic!("at {scale}")
        };
        assert!(!reading.lit && !reading.is_dark(), "{reading:?}");
        assert_eq!(reading.doubt, Some(Doubt::NeverSeenLit));
        let expected = [point(5.0, 5.0), point(105.0, 5.0), point(105.0, 55.0), point(5.0, 55.0)];
        for (corner, expected) in reading.corners.iter().zip(expected) {
            let expected = point(expected.x * scale, expected.y * scale);
            assert!(corner.distance(expected) < 1.0, "{corner:?} for {expected:?} at {scale}");
        }
    }
}

#[test]
fn a_label_upside_down_is_the_same_label() {
    let mut picture = label_picture(5.0, 20);
    picture.y.reverse();
    let Sight::Seen(reading) = read_display(&picture, None) else { panic!("no label") };
    assert!(reading.corners[0].x > reading.corners[1].x && reading.corners[0].y > reading.corners[3].y);
}

#[test]
fn a_window_washed_out_is_glare_not_darkness() {
    let Sight::Seen(reading) = read_display(&label_picture(5.0, 250), None) else { panic!("no label") };
    let lit = Some(SeenLit { contrast: 0.3, paper: 0.7 });
    let display = Display { lit, ..Display::named("led-red").unwrap() };
    let Sight::Seen(known) = DisplayReader::new(Some(display)).read(&label_picture(5.0, 250), None) else {
        panic!("no label")
    };
    assert_eq!(known.doubt, Some(Doubt::Glare));
    assert!(!known.is_dark() && !reading.is_dark());
}

#[test]
fn nothing_to_see_has_its_reason() {
    let see = |luma: u8| read_display(&frame(320, 240, &[luma]), None);
    assert_eq!(see(10), Sight::CannotSee(Blindness::Dark));
    assert_eq!(see(250), Sight::CannotSee(Blindness::Overexposed));
    assert_eq!(see(128), Sight::CannotSee(Blindness::NoLabel));
    let beyond = Region { x: 10_000, y: 0, width: 50, height: 50 };
    assert_eq!(read_display(&frame(320, 240, &[128]), Some(beyond)), Sight::CannotSee(Blindness::TooSmall));
    let mut lying = frame(320, 240, &[128]);
    lying.y.truncate(1000);
    assert_eq!(read_display(&lying, None), Sight::CannotSee(Blindness::TooSmall));
}

/// A half-refreshed display, with a lamp mirrored right on a digit: it may be refused, and must not be misread. Beside the lamp,
/// lit segments have an ink of about 9.5, those of the code before still 6, and those of neither 3 (thousandths of
/// linear light, by least squares): the codes are nearly as strong as each other.
const HIDDEN: &str = "lcd7_0029.png";

#[test]
fn recorded_displays_are_read_with_and_without_their_description() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/recordings/displays");
    let list = std::fs::read_to_string(format!("{folder}/codes.tsv")).unwrap();
    for line in list.lines().skip(1) {
        let [file, name, code] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let frame = Frame::from_image(&std::fs::read(format!("{folder}/{file}")).unwrap()).unwrap();
        for display in [Display::named(name), None] {
            let described = display.is_some();
            let Sight::Seen(reading) = DisplayReader::new(display).read(&frame, None) else {
                panic!("{file}: no label")
            };
            let read = reading.text();
            let refused = read.is_none() && file == HIDDEN;
            assert!(refused || read.as_deref() == Some(code), "{file}, described: {described}: {reading:?}");
            assert!(!reading.is_dark(), "{file}");
        }
    }
}

#[test]
fn a_lit_display_of_any_kind_is_dark_to_no_reader() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/recordings/displays");
    let lit = Some(SeenLit { contrast: 0.4, paper: 0.4 });
    for file in ["eink7_0001", "green7_0001", "lcd7_0007", "oled_0020", "white7_0008"] {
        let bytes = std::fs::read(format!("{folder}/{file}.png")).unwrap();
        let frame = Frame::from_image(&bytes).unwrap();
        for name in Display::names() {
            let known = Display { lit, ..Display::named(name).unwrap() };
            let Sight::Seen(reading) = DisplayReader::new(Some(known)).read(&frame, None) else {
                panic!("{file}: no label")
            };
            assert!(!reading.is_dark(), "{file} as {name}: {reading:?}");
        }
    }
}

#[test]
fn a_display_is_learnt_from_a_picture_and_its_code() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/recordings/displays");
    for (file, code, pitch, height) in [
        ("geom_token_pitch7_height8_401594", "401594", 7.0, 8.0),
        ("lcd7_0007", "350159", 13.5, 11.4),
        ("oled_0020", "157564", 13.5, 11.4),
    ] {
        let frame = Frame::from_image(&std::fs::read(format!("{folder}/{file}.png")).unwrap()).unwrap();
        let display = learn_display(&[(frame.clone(), code.to_owned())], None).unwrap();
        assert!((display.pitch - pitch).abs() < 0.2 && (display.height - height).abs() < 0.5, "{display}");
        let Sight::Seen(reading) = DisplayReader::new(Some(display)).read(&frame, None) else {
            panic!("{file}: no label")
        };
        assert_eq!(reading.code().as_deref(), Some(code), "{file}: {reading:?}");
        assert!(learn_display(&[(frame, "000000".to_owned())], None).is_err(), "{file}: another code");
    }
    assert!(learn_display(&[], None).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_frame_is_read_or_refused(
        width in 0..200usize,
        height in 0..120usize,
        pixels in prop::collection::vec(any::<u8>(), 1..500),
        region in prop::option::of([0..300usize, 0..300usize, 0..300usize, 0..usize::MAX]),
    ) {
        let frame = frame(width, height, &pixels);
        let _ = read_display(&frame, region.map(Region::from));
        let _ = overlay(&frame, &find_displays(&frame, None), &[], None);
        let _ = frame.to_png(region.map(Region::from));
    }

    #[test]
    fn a_label_under_noise_is_never_read_as_a_code(
        scale in 2.0..6.0f64,
        noise in prop::collection::vec(-60..60i16, 997),
    ) {
        let mut picture = label_picture(scale, 40);
        for (luma, noise) in picture.y.iter_mut().zip(noise.iter().cycle()) {
            *luma = (i16::from(*luma) + noise).clamp(0, 255) as u8;
        }
        if let Sight::Seen(reading) = read_display(&picture, None) {
            prop_assert_eq!(reading.code(), None);
        }
    }
}
