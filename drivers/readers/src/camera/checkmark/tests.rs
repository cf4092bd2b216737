//! Marks painted into frames, and look-alikes that must not count.

use proptest::prelude::*;

use super::*;
use crate::camera::geometry::point;

type Colour = [u8; 3];

const GREEN: Colour = [30, 165, 80];
const WHITE: Colour = [245, 245, 245];
const GREY: Colour = [120, 118, 115];

const TICK: &[[f64; 2]] = &[[-0.45, 0.0], [-0.12, 0.35], [0.45, -0.32]];

/// A picture of one colour on which to paint.
struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Colour>,
}

impl Canvas {
    fn new(colour: Colour) -> Self {
        let (width, height) = (320, 240);
        Self { width, height, pixels: vec![colour; width * height] }
    }

    fn paint(mut self, colour: Colour, covers: impl Fn(f64, f64) -> bool) -> Self {
        for (place, pixel) in self.pixels.iter_mut().enumerate() {
            if covers((place % self.width) as f64, (place / self.width) as f64) {
                *pixel = colour;
            }
        }
        self
    }

    fn disc(self, at: Point, radius: f64, colour: Colour) -> Self {
        self.paint(colour, |x, y| point(x, y).distance(at) < radius)
    }

    /// Strokes from point to point, in radii of a disc about `at`, turned by `turn` radians.
    fn strokes(self, at: Point, radius: f64, turn: f64, through: &[[f64; 2]], colour: Colour) -> Self {
        let (sin, cos) = turn.sin_cos();
        self.paint(colour, |x, y| {
            let (x, y) = ((x - at.x) / radius, (y - at.y) / radius);
            let on = point(x * cos + y * sin, y * cos - x * sin);
            through.windows(2).any(|ends| {
                let [start, end] = [Point::from(ends[0]), Point::from(ends[1])];
                let stroke = point(end.x - start.x, end.y - start.y);
                let along = (on.x - start.x) * stroke.x + (on.y - start.y) * stroke.y;
                let share = (along / (stroke.x.powi(2) + stroke.y.powi(2))).clamp(0.0, 1.0);
                on.distance(start.towards(end, share)) < 0.09
            })
        })
    }

    /// The picture under a light of `exposure` by channel.
    fn frame(&self, exposure: [f64; 3]) -> Frame {
        let lit = |pixel: &Colour| {
            [0, 1, 2].map(|channel| (f64::from(pixel[channel]) * exposure[channel]).min(255.0))
        };
        let luma = |[r, g, b]: [f64; 3]| 0.299 * r + 0.587 * g + 0.114 * b;
        let chroma = |of: fn([f64; 3], f64) -> f64| {
            let places = (0..self.height / 2).flat_map(|y| (0..self.width / 2).map(move |x| (x, y)));
            let colour = places.map(|(x, y)| lit(&self.pixels[2 * y * self.width + 2 * x]));
            colour.map(|colour| (128.5 + of(colour, luma(colour))).clamp(0.0, 255.0) as u8).collect()
        };
        let y = self.pixels.iter().map(|pixel| luma(lit(pixel)) as u8).collect();
        let cb = chroma(|[_, _, b], luma| 0.564 * (b - luma));
        let cr = chroma(|[r, _, _], luma| 0.713 * (r - luma));
        Frame::still(self.width, self.height, [y, cb, cr])
    }
}

const EVEN: [f64; 3] = [1.0; 3];
const AT: Point = point(170.0, 110.0);

fn mark(radius: f64, turn: f64) -> Canvas {
    Canvas::new(GREY).disc(AT, radius, GREEN).strokes(AT, radius, turn, TICK, WHITE)
}

#[test]
fn a_checkmark_is_found_where_it_is_in_any_light() {
    for exposure in [EVEN, [0.35; 3], [1.2; 3], [1.12, 1.0, 0.7], [0.5, 0.45, 0.55]] {
        for radius in [14.0, 40.0, 90.0] {
            let found = find_checkmark(&mark(radius, 0.1).frame(exposure), None);
            let found = found.unwrap_or_else(|| panic!("radius {radius} in {exposure:?}"));
            assert!(found.centre.distance(AT) < 1.0, "{found:?}");
            assert!((found.diameter - 2.0 * radius).abs() < 3.0, "{found:?}");
        }
    }
}

#[test]
fn a_phone_may_lie_on_its_side() {
    for quarter in 0..4 {
        let turn = f64::from(quarter) * std::f64::consts::FRAC_PI_2 + 0.2;
        assert!(find_checkmark(&mark(30.0, turn).frame(EVEN), None).is_some(), "{quarter} quarters");
    }
}

#[test]
fn a_region_hides_what_lies_outside() {
    let frame = mark(30.0, 0.0).frame(EVEN);
    assert!(find_checkmark(&frame, Some([100, 40, 140, 140].into())).is_some());
    assert_eq!(find_checkmark(&frame, Some([0, 0, 120, 240].into())), None);
}

#[test]
fn what_only_looks_like_it_is_no_checkmark() {
    let disc = |radius| Canvas::new(GREY).disc(AT, radius, GREEN);
    let strokes = |through: &[[f64; 2]]| disc(40.0).strokes(AT, 40.0, 0.0, through, WHITE);
    let button = Canvas::new(GREY).paint(GREEN, |x, y| (x - AT.x).abs() < 40.0 && (y - AT.y).abs() < 40.0);
    let edge = point(38.0, 120.0);
    let cut_off = Canvas::new(GREY).disc(edge, 40.0, GREEN).strokes(edge, 40.0, 0.0, TICK, WHITE);
    let cases = [
        ("nothing", Canvas::new(GREY)),
        ("a mark that the edge of the picture cuts off", cut_off),
        ("a green wall", Canvas::new(GREEN)),
        ("a disc without a tick", disc(40.0)),
        ("a tick without a disc", Canvas::new(GREY).strokes(AT, 40.0, 0.0, TICK, WHITE)),
        ("a tick on a green button", button.strokes(AT, 40.0, 0.0, TICK, WHITE)),
        (
            "a tick in a red disc",
            Canvas::new(GREY).disc(AT, 40.0, [190, 30, 40]).strokes(AT, 40.0, 0.0, TICK, WHITE),
        ),
        ("a dark tick", disc(40.0).strokes(AT, 40.0, 0.0, TICK, [5, 20, 10])),
        ("a tick seen in a mirror", strokes(&[[0.45, 0.0], [0.12, 0.35], [-0.45, -0.32]])),
        ("a cross", strokes(&[[-0.4, -0.4], [0.4, 0.4], [0.0, 0.0], [0.4, -0.4], [-0.4, 0.4]])),
        ("a bar", strokes(&[[-0.45, 0.0], [0.45, 0.0]])),
        ("a plus", strokes(&[[-0.45, 0.0], [0.45, 0.0], [0.0, 0.0], [0.0, -0.45], [0.0, 0.45]])),
        ("an arrow head", strokes(&[[-0.35, -0.2], [0.0, 0.25], [0.35, -0.2]])),
        ("a lamp", disc(30.0).disc(AT, 11.0, WHITE)),
    ];
    for (what, canvas) in cases {
        assert_eq!(find_checkmark(&canvas.frame(EVEN), None), None, "{what}");
    }
}

proptest! {
    #[test]
    fn no_frame_panics_and_noise_is_no_checkmark(
        (width, height) in (0usize..40, 0usize..40),
        region in prop::option::of(prop::array::uniform4(0usize..100)),
        block in 1usize..8,
        noise in prop::collection::vec(any::<u8>(), 1..300),
        consistent in prop::bool::weighted(0.9),
    ) {
        let (width, height) = (width * 2, height * 2);
        let plane = |width: usize, height: usize, step: usize| -> Vec<u8> {
            let at = |place: usize| place % width.max(1) / block * step + place / width.max(1) / block * 53;
            (0..width * height).map(|place| noise[at(place) % noise.len()]).collect()
        };
        let cr = plane(width / 2, height / 2, if consistent { 5 } else { 7 });
        let frame = Frame::still(width, height, [plane(width, height, 1), plane(width / 2, height / 2, 3), cr]);
        let frame = Frame { height: if consistent { height } else { height + 2 }, ..frame };
        prop_assert_eq!(find_checkmark(&frame, region.map(Region::from)), None);
    }
}
