//! A display as a reader knows it, written down to the last bit: with it, the reader reads a frame as it did then.

use serde::{Deserialize, Serialize, de::Error};

use super::{
    DisplayReader,
    display::{Colour, DIGITS, Display, Kind, Polarity},
    lit::SeenLit,
};
use crate::camera::geometry::point;

/// State that a [`DisplayReader`] has learnt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownDisplay {
    name: String,
    kind: Kind,
    #[serde(deserialize_with = "digits")]
    digits: usize,
    polarity: Polarity,
    colour: Colour,
    points: bool,
    /// Pitch, height, width, slant, stroke, and position.
    geometry: [Exact; 7],
    icons: Vec<[Exact; 4]>,
    /// Contrast and paper.
    lit: Option<[Exact; 2]>,
}

/// A figure as the bits of IEEE 754, in hexadecimal digits: JSON keeps no decimal figure to the last bit.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Exact(f64);

impl Serialize for Exact {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", self.0.to_bits()))
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        let bits = u64::from_str_radix(&digits, 16).map_err(D::Error::custom)?;
        let figure = f64::from_bits(bits);
        if figure.is_finite() { Ok(Self(figure)) } else { Err(D::Error::custom("not a finite figure")) }
    }
}

fn digits<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let digits = usize::deserialize(deserializer)?;
    let readable = || format!("{digits} digits of a display; accepted: 1 to {}", DIGITS.end());
    if DIGITS.contains(&digits) { Ok(digits) } else { Err(D::Error::custom(readable())) }
}

impl DisplayReader {
    /// The learnt state; `None` before the first lit display.
    pub fn known(&self) -> Option<KnownDisplay> {
        self.display().map(KnownDisplay::of)
    }

    /// A reader that knows this.
    pub fn knowing(known: Option<KnownDisplay>) -> Self {
        Self::new(known.map(KnownDisplay::into_display))
    }
}

impl KnownDisplay {
    fn of(display: &Display) -> Self {
        let Display { pitch, height, width, slant, stroke, at, .. } = *display;
        Self {
            name: display.name.clone(),
            kind: display.kind,
            digits: display.digits,
            polarity: display.polarity,
            colour: display.colour,
            points: display.points,
            geometry: [pitch, height, width, slant, stroke, at.x, at.y].map(Exact),
            icons: display.icons.iter().map(|icon| icon.map(Exact)).collect(),
            lit: display.lit.map(|lit| [lit.contrast, lit.paper].map(Exact)),
        }
    }

    fn into_display(self) -> Display {
        let [pitch, height, width, slant, stroke, x, y] = self.geometry.map(|Exact(figure)| figure);
        let icons = self.icons.into_iter().map(|icon| icon.map(|Exact(figure)| figure));
        Display {
            name: self.name,
            kind: self.kind,
            digits: self.digits,
            polarity: self.polarity,
            colour: self.colour,
            pitch,
            height,
            width,
            slant,
            stroke,
            points: self.points,
            at: point(x, y),
            icons: icons.collect(),
            lit: self.lit.map(|[contrast, paper]| SeenLit { contrast: contrast.0, paper: paper.0 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_is_known_again_to_the_last_bit() {
        for name in Display::names() {
            let mut display = Display::named(name).unwrap();
            display.lit = Some(SeenLit { contrast: 0.1 + 0.2, paper: 1.0 / 3.0 });
            display.at = point(display.at.x + 1.0 / 7.0, display.at.y);
            let reader = DisplayReader::new(Some(display.clone()));
            let text = serde_json::to_string(&reader.known()).unwrap();
            let again = DisplayReader::knowing(serde_json::from_str(&text).unwrap());
            assert_eq!(again.display(), Some(&display));
        }
        assert!(DisplayReader::knowing(None).display().is_none());
        for digits in [0, 13, usize::MAX] {
            let known = KnownDisplay { digits, ..KnownDisplay::of(&Display::named("lcd").unwrap()) };
            let text = serde_json::to_string(&known).unwrap();
            let error = serde_json::from_str::<KnownDisplay>(&text).unwrap_err().to_string();
            assert!(error.contains("accepted: 1 to 12"), "{error}");
        }
        let infinite = format!("\"{:016x}\"", f64::INFINITY.to_bits());
        assert!(serde_json::from_str::<Exact>(&infinite).is_err());
    }
}
