//! The reader of code displays: pixels in; digits, dark, or the reason why it cannot tell, out.
//!
//! It knows the printed [`label`](super::label), and the [`Display`] that was described to it or that it has
//! learnt. It finds the label first; without the label it says nothing about the display, because such a
//! camera cannot see the absence of a code either.

mod attempt;
mod cells;
mod decode;
mod display;
mod explain;
mod font;
mod glyph;
mod known;
mod labels;
mod learn;
mod lit;
mod markers;
mod place;
mod reader;
mod vote;
mod window;

use std::fmt;

use serde::Serialize;

pub(in crate::camera) use cells::{SEGMENTS, segment_line};
pub use display::{Colour, Display, Kind, Polarity};
pub use font::dots;
pub use glyph::{Glyph, PATTERNS, Symbol};
pub use known::KnownDisplay;
pub use learn::learn_display;
pub use lit::SeenLit;
pub use reader::DisplayReader;
pub use vote::{Ballot, Vote};

use super::{
    Frame, Region,
    geometry::{Quad, point},
    grey::{self, Grey},
};

/// The result of looking for a display in a frame.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one a frame, of which nearly all are `Seen`")]
pub enum Sight {
    /// The label was found, and this is what its display shows.
    Seen(DisplayReading),
    /// The positive control failed: nothing can be said about the display.
    CannotSee(Blindness),
}

/// Why the label was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Blindness {
    /// The picture is all but black: a covered lens, no light.
    Dark,
    /// The picture is all but white.
    Overexposed,
    /// The picture shows something, but no whole label.
    NoLabel,
    /// The region or the frame is too small to hold a label.
    TooSmall,
    /// Several labels are in view, and no region says which is meant.
    SeveralLabels,
}

/// Why a display was not read surely, its label in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The display is too small in the picture.
    TooSmall,
    /// The picture is out of focus or shaken.
    Blurred,
    /// Reflections wash the display out.
    Glare,
    /// A segment of this digit is neither lit nor unlit: too much blur or noise, or the code was changing.
    Between {
        /// The digit, 0 being the leftmost.
        digit: usize,
    },
    /// The segments of this digit are seen, and make no digit: one is stuck, or the display is not the one described.
    NoDigit {
        /// The digit, 0 being the leftmost.
        digit: usize,
    },
    /// Something is lit beside the display's digits: the display has moved, or an object covers it.
    Elsewhere,
    /// Noise is as strong as what shows.
    Noise,
    /// The picture is fainter than the lit display was before: ghosts, or half a refresh.
    Faint,
    /// All segments look alike: lit ones, or unlit ones that shine through.
    AllAlike,
    /// Nothing shows, and this reader has never seen the display lit.
    NeverSeenLit,
    /// Nothing shows, and light or exposure are not those in which the display was seen lit.
    OtherLight,
    /// Something shows, in a colour or polarity in which the display was never seen lit.
    OtherColour,
    /// It reads differently as displays of different kinds.
    SeveralReadings,
}

/// Reading of one display in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct DisplayReading {
    /// Its digits, from the left.
    pub glyphs: Vec<Glyph>,
    /// Whether any segment is lit.
    pub lit: bool,
    /// The least of the glyphs' confidences.
    pub confidence: f64,
    /// The label's corners in the picture, clockwise from its own upper left.
    pub corners: Quad,
    /// Why this reading is unreliable; `None` for a certain one.
    pub doubt: Option<Doubt>,
    /// The display that it was read as, where it was seen on the label.
    pub display: Display,
}

impl DisplayReading {
    /// Text of the display, a character for each digit, if all are certain: a space is a dark digit.
    pub fn text(&self) -> Option<String> {
        self.doubt.is_none().then(|| self.glyphs.iter().map(|glyph| glyph.symbol.as_char()).collect())
    }

    /// The text with a question mark for each unreadable digit, if its segments are certain: only for a
    /// display that was seen lit before, so that the positions of its segments are known.
    pub fn odd_text(&self) -> Option<String> {
        let odd = matches!(self.doubt, Some(Doubt::NoDigit { .. })) && self.display.lit.is_some();
        odd.then(|| self.glyphs.iter().map(|glyph| glyph.symbol.as_char()).collect())
    }

    /// The code, where the display surely shows one: decimal digits.
    pub fn code(&self) -> Option<String> {
        self.text().filter(|text| text.bytes().all(|character| character.is_ascii_digit()))
    }

    /// Whether the display is surely dark.
    pub fn is_dark(&self) -> bool {
        self.doubt.is_none() && !self.lit
    }
}

impl Doubt {
    /// Whether it is because nothing shows, which need not mean that the display is dark.
    pub fn nothing_shows(self) -> bool {
        matches!(self, Self::NeverSeenLit | Self::OtherLight)
    }
}

impl fmt::Display for Blindness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dark => "the picture is dark: is the lens covered?",
            Self::Overexposed => "the picture is white",
            Self::NoLabel => "no label with its four bullseyes and its bar is in view",
            Self::TooSmall => "the picture or the region is too small",
            Self::SeveralLabels => "several labels are in view",
        })
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSmall => write!(f, "the display is too small in the picture"),
            Self::Blurred => write!(f, "the picture is blurred"),
            Self::Glare => write!(f, "reflections wash the display out"),
            Self::Between { digit } => write!(f, "a segment of digit {} is neither lit nor unlit", digit + 1),
            Self::NoDigit { digit } => write!(f, "the segments of digit {} make no digit", digit + 1),
            Self::Elsewhere => f.write_str(
                "what is lit lies elsewhere than the display's digits: it has moved, or something is before it",
            ),
            Self::Noise => f.write_str("noise is as strong as what the display shows"),
            Self::Faint => f.write_str("what shows is fainter than the display is when it is lit"),
            Self::AllAlike => f.write_str("all segments look alike: they may be lit, or shine through unlit"),
            Self::NeverSeenLit => {
                f.write_str("nothing shows, and a display that was never seen lit is not known to be dark")
            }
            Self::OtherLight => {
                f.write_str("nothing shows, but the light is not that in which the display was seen lit")
            }
            Self::OtherColour => {
                f.write_str("something shows in a colour or polarity in which the display was never seen lit")
            }
            Self::SeveralReadings => f.write_str("it reads differently as displays of different kinds"),
        }
    }
}

/// Reads the one display in `region` of the frame, or in all of it, as any named display. It has never seen it lit, and
/// never says that it is dark.
pub fn read_display(frame: &Frame, region: Option<Region>) -> Sight {
    DisplayReader::new(None).read(frame, region)
}

/// Whether the label of one display is in view.
///
/// # Errors
/// Why it is not.
pub fn find_label(frame: &Frame, region: Option<Region>) -> Result<Quad, Blindness> {
    match labels_in(frame, region)?.as_slice() {
        [label] => Ok(label.corners()),
        _ => Err(Blindness::SeveralLabels),
    }
}

/// The corners of every label in view, from the left.
pub fn find_labels(frame: &Frame, region: Option<Region>) -> Vec<Quad> {
    labels_in(frame, region).unwrap_or_default().iter().map(labels::Found::corners).collect()
}

/// Reads every display in view, from the left, each as any named display.
pub fn find_displays(frame: &Frame, region: Option<Region>) -> Vec<DisplayReading> {
    let labels = labels_in(frame, region).unwrap_or_default();
    labels.iter().map(|label| DisplayReader::new(None).reading(frame, label)).collect()
}

/// Thresholds of ink, as a share of the surroundings: low so that noise does not cross it, then higher for
/// blurred bullseyes in a dark corner. Tried in turn until every bullseye belongs to a label.
const INK: [f64; 3] = [0.875, 0.98, 1.08];

/// The labels in view, from the left: one at least.
fn labels_in(frame: &Frame, region: Option<Region>) -> Result<Vec<labels::Found>, Blindness> {
    let region = region.map_or(frame.whole(), |region| frame.clip(region));
    if !frame.is_consistent() || region.width < 32 || region.height < 32 {
        return Err(Blindness::TooSmall);
    }
    let full = Grey::of(frame, region);
    let (half, offset) = (full.halved(), point(region.x as f64, region.y as f64));
    let (mut markers, mut labels) = (Vec::new(), Vec::new());
    for share in INK {
        markers::find(&full, &half, share, &mut markers);
        labels = labels::find(&full, &markers, offset);
        if !labels.is_empty() && labels.len() * 4 == markers.len() {
            break;
        }
    }
    if labels.is_empty() {
        return Err(full.blindness());
    }
    labels.sort_by(|one, other| one.corners()[0].x.total_cmp(&other.corners()[0].x));
    Ok(labels)
}

#[cfg(test)]
mod tests;
