//! Descriptions of code displays: kind, geometry, polarity and colour, as a bench file states them or as a named
//! display ships with them.

use std::{fmt, ops::RangeInclusive};

use serde::{Deserialize, Serialize};

use super::lit::SeenLit;
use crate::camera::{
    geometry::{Point, point},
    label,
};

/// Elements that form a display's digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Seven segments a digit.
    Segments,
    /// Five by seven dots a digit, in the usual font.
    Dots,
}

/// Whether a lit segment is lighter or darker than its surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Polarity {
    /// Light on dark: LEDs, OLEDs, negative LCDs.
    LightOnDark,
    /// Dark on light: LCDs, e-ink.
    DarkOnLight,
}

/// The colour of lit segments against their surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// Red light.
    Red,
    /// Green light.
    Green,
    /// Blue light.
    Blue,
    /// White light, or grey ink: no colour of its own.
    White,
    /// White segments on a blue ground.
    WhiteOnBlue,
}

impl Colour {
    /// The weights of linear red, green and blue whose sum tells lit from unlit best. Coloured light is weighed
    /// against another channel, so that white reflections cancel out.
    pub(super) fn weights(self) -> [f32; 3] {
        match self {
            Self::Red => [1.0, -1.0, 0.0],
            Self::Green => [-1.0, 1.0, 0.0],
            Self::Blue => [-0.5, -0.5, 1.0],
            Self::White => [0.3, 0.4, 0.3],
            Self::WhiteOnBlue => [0.5, 0.5, 0.0],
        }
    }
}

/// A code display. Lengths are in millimetres.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "DisplayEntry")]
pub struct Display {
    /// The named display that it is, or began as.
    pub name: String,
    /// Elements that form its digits.
    pub kind: Kind,
    /// How many digits it has.
    pub digits: usize,
    /// Whether lit segments are lighter or darker than their surroundings.
    pub polarity: Polarity,
    /// The colour of lit segments.
    pub colour: Colour,
    /// From one digit's centre to the next.
    pub pitch: f64,
    /// A digit's height, from the middle of its upper stroke to the middle of its lower one.
    pub height: f64,
    /// A digit's width, from the middle of its left stroke to the middle of its right one.
    pub width: f64,
    /// How far a point leans to the right for each millimetre above its digit's centre.
    pub slant: f64,
    /// The width of a segment, or of a dot.
    pub stroke: f64,
    /// Whether each digit has a decimal point.
    pub points: bool,
    /// The middle of its digits, on the label.
    pub at: Point,
    /// Rectangles on the label with icons that are not part of the code: left, top, right, bottom.
    pub icons: Vec<[f64; 4]>,
    /// How it looked when it was seen lit, as `rig calibrate --display` found it.
    pub lit: Option<SeenLit>,
}

/// How many digits a display may have.
pub(super) const DIGITS: RangeInclusive<usize> = 1..=12;

/// Pitch, height, width, slant and stroke of digits, in millimetres; the slant is a ratio.
type Shape = (f64, f64, f64, f64, f64);
/// A named display: name, kind, polarity, colour, shape, and whether it has decimal points.
type Named = (&'static str, Kind, Polarity, Colour, Shape, bool);

/// The usual seven-segment module with digits of 11.4 mm, as [`label`] has it.
const MODULE: Shape = (label::PITCH, label::DIGIT_HEIGHT, label::DIGIT_WIDTH, label::SLANT, label::STROKE);
/// A small token's digits: upright, 8 mm high.
const TOKEN: Shape = (7.0, 8.0, 4.1, 0.0, 1.1);
/// Five by seven dots, 1.9 mm apart.
const DOTS: Shape = (label::PITCH, 11.4, 7.6, 0.0, 1.6);

/// The displays that a bench file can name.
#[rustfmt::skip]
const NAMED: [Named; 12] = [
    ("led-red", Kind::Segments, Polarity::LightOnDark, Colour::Red, MODULE, true),
    ("led-green", Kind::Segments, Polarity::LightOnDark, Colour::Green, MODULE, true),
    ("led-blue", Kind::Segments, Polarity::LightOnDark, Colour::Blue, MODULE, true),
    ("led-white", Kind::Segments, Polarity::LightOnDark, Colour::White, MODULE, true),
    ("lcd", Kind::Segments, Polarity::DarkOnLight, Colour::White, MODULE, false),
    ("lcd-negative", Kind::Segments, Polarity::LightOnDark, Colour::WhiteOnBlue, MODULE, false),
    ("e-ink", Kind::Segments, Polarity::DarkOnLight, Colour::White, MODULE, false),
    ("oled-5x7", Kind::Dots, Polarity::LightOnDark, Colour::White, DOTS, false),
    ("led-token", Kind::Segments, Polarity::LightOnDark, Colour::Red, TOKEN, false),
    ("lcd-token", Kind::Segments, Polarity::DarkOnLight, Colour::White, TOKEN, false),
    ("lcd-token-negative", Kind::Segments, Polarity::LightOnDark, Colour::WhiteOnBlue, TOKEN, false),
    ("e-ink-token", Kind::Segments, Polarity::DarkOnLight, Colour::White, TOKEN, false),
];

impl Display {
    /// The display with this name, in the middle of its label.
    pub fn named(name: &str) -> Option<Self> {
        let known = NAMED.iter().find(|(known, ..)| *known == name)?;
        let (name, kind, polarity, colour, (pitch, height, width, slant, stroke), points) = *known;
        Some(Self {
            name: name.to_owned(),
            kind,
            digits: label::DIGITS,
            polarity,
            colour,
            pitch,
            height,
            width,
            slant,
            stroke,
            points,
            at: middle(),
            icons: Vec::new(),
            lit: None,
        })
    }

    /// The names of all named displays.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, ..)| *name)
    }

    /// The centre of digit `index` on the label, 0 being the leftmost.
    #[inline]
    pub fn digit_centre(&self, index: usize) -> Point {
        point(self.at.x + (index as f64 - (self.digits as f64 - 1.0) / 2.0) * self.pitch, self.at.y)
    }

    /// A point of digit `index`, given upright from its centre, where the label has it.
    #[inline]
    pub fn on_digit(&self, index: usize, upright: Point) -> Point {
        let centre = self.digit_centre(index);
        point(centre.x + upright.x - self.slant * upright.y, centre.y + upright.y)
    }

    /// The weights of red, green and blue whose sum is greater on a lit segment than beside it.
    pub(super) fn weights(&self) -> [f32; 3] {
        let weights = self.colour.weights();
        match self.polarity {
            Polarity::LightOnDark => weights,
            Polarity::DarkOnLight => weights.map(|weight| -weight),
        }
    }

    /// Checks that a reader could look for it; why not, otherwise.
    pub(super) fn checked(self) -> Result<Self, String> {
        let ranges = [
            ("pitch", self.pitch, 3.0, 40.0),
            ("height", self.height, 3.0, 17.0),
            ("width", self.width, 1.5, 15.0),
            ("slant", self.slant, -0.4, 0.4),
            ("stroke", self.stroke, 0.4, 4.0),
        ];
        for (key, value, least, most) in ranges {
            if !(least..=most).contains(&value) {
                return Err(format!("{key} = {value} of a display; accepted: {least} to {most}"));
            }
        }
        if !DIGITS.contains(&self.digits) {
            let most = DIGITS.end();
            return Err(format!("digits = {} of a display; accepted: 1 to {most}", self.digits));
        }
        let [left, top, right, bottom] = label::WINDOW;
        let (first, last) = (self.digit_centre(0), self.digit_centre(self.digits - 1));
        let (across, down) = ((self.width + self.stroke) / 2.0, (self.height + self.stroke) / 2.0);
        let fits = first.x - across >= left
            && last.x + across <= right
            && self.at.y - down >= top
            && self.at.y + down <= bottom;
        if let Some([left, top, right, bottom]) = self.icons.iter().find(|icon| !is_on_label(**icon)) {
            return Err(format!(
                "icons = [{left}, {top}, {right}, {bottom}] of a display; accepted: left, top, right, bottom in mm on the label, {} by {} mm",
                label::WIDTH,
                label::HEIGHT
            ));
        }
        if !fits {
            let ([x, y], width) = (<[f64; 2]>::from(self.at), last.x - first.x + 2.0 * across);
            return Err(format!(
                "at = [{x}, {y}] puts a display of {width:.1} by {:.1} mm outside the label's window; accepted: all of its digits within {left} to {right} by {top} to {bottom} mm",
                2.0 * down
            ));
        }
        Ok(self)
    }
}

/// Whether a rectangle lies on the label, and has an inside.
fn is_on_label([left, top, right, bottom]: [f64; 4]) -> bool {
    0.0 <= left
        && left < right
        && right <= label::WIDTH
        && 0.0 <= top
        && top < bottom
        && bottom <= label::HEIGHT
}

/// The middle of the label's window.
const fn middle() -> Point {
    point(label::WIDTH / 2.0, label::HEIGHT / 2.0)
}

/// A bench file's lines: a named display, and the values in which this one differs from it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DisplayEntry {
    name: String,
    kind: Option<Kind>,
    digits: Option<usize>,
    polarity: Option<Polarity>,
    colour: Option<Colour>,
    pitch: Option<f64>,
    height: Option<f64>,
    width: Option<f64>,
    slant: Option<f64>,
    stroke: Option<f64>,
    points: Option<bool>,
    at: Option<Point>,
    #[serde(default)]
    icons: Vec<[f64; 4]>,
    lit: Option<SeenLit>,
}

impl TryFrom<DisplayEntry> for Display {
    type Error = String;

    fn try_from(entry: DisplayEntry) -> Result<Self, String> {
        let base = Self::named(&entry.name).ok_or_else(|| {
            let names: Vec<&str> = Self::names().collect();
            format!("unknown display {:?}; accepted: {}", entry.name, names.join(", "))
        })?;
        let display = Self {
            kind: entry.kind.unwrap_or(base.kind),
            digits: entry.digits.unwrap_or(base.digits),
            polarity: entry.polarity.unwrap_or(base.polarity),
            colour: entry.colour.unwrap_or(base.colour),
            pitch: entry.pitch.unwrap_or(base.pitch),
            height: entry.height.unwrap_or(base.height),
            width: entry.width.unwrap_or(base.width),
            slant: entry.slant.unwrap_or(base.slant),
            stroke: entry.stroke.unwrap_or(base.stroke),
            points: entry.points.unwrap_or(base.points),
            at: entry.at.unwrap_or(base.at),
            icons: entry.icons,
            lit: entry.lit,
            ..base
        };
        display.checked()
    }
}

/// As a bench file has it: the name, and every value in which it differs from the named display.
impl fmt::Display for Display {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{ name = {:?}", self.name)?;
        let Some(base) = Self::named(&self.name) else { return f.write_str(" }") };
        if self.digits != base.digits {
            write!(f, ", digits = {}", self.digits)?;
        }
        let lengths = [
            ("pitch", self.pitch, base.pitch),
            ("height", self.height, base.height),
            ("width", self.width, base.width),
            ("slant", self.slant, base.slant),
            ("stroke", self.stroke, base.stroke),
        ];
        for (key, value, usual) in lengths {
            if (value - usual).abs() >= 0.005 {
                write!(f, ", {key} = {value:.2}")?;
            }
        }
        if self.at.distance(base.at) >= 0.05 {
            write!(f, ", at = [{:.1}, {:.1}]", self.at.x, self.at.y)?;
        }
        if !self.icons.is_empty() {
            write!(f, ", icons = {:?}", self.icons)?;
        }
        if let Some(lit) = &self.lit {
            write!(f, ", lit = {lit}")?;
        }
        f.write_str(" }")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_display_fits_its_label() {
        for name in Display::names() {
            let display = Display::named(name).expect("a name of the list");
            assert_eq!(display.clone().checked(), Ok(display));
        }
        assert_eq!(Display::named("nixie"), None);
    }

    #[test]
    fn an_icon_is_a_rectangle_on_the_label() {
        let with = |icon| Display { icons: vec![icon], ..Display::named("lcd").unwrap() };
        let icon = [6.0, 17.0, 9.0, 20.5];
        assert_eq!(with(icon).checked(), Ok(with(icon)));
        assert_eq!(with(icon).to_string(), r#"{ name = "lcd", icons = [[6.0, 17.0, 9.0, 20.5]] }"#);
        for bad in [
            [9.0, 17.0, 6.0, 20.0],
            [6.0, 20.0, 9.0, 20.0],
            [-1.0, 17.0, 9.0, 20.0],
            [6.0, 17.0, f64::NAN, 20.0],
            [6.0, 17.0, 9.0, f64::INFINITY],
        ] {
            assert!(with(bad).checked().unwrap_err().starts_with("icons = ["), "{bad:?}");
        }
    }
}
