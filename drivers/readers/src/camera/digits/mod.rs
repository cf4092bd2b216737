//! The reader of seven-segment displays: pixels in; digits, or a reason why not, out.
//!
//! It knows the printed [`label`](super::label) and nothing else of the scene. The label is found first;
//! without it nothing is said about the display, because a camera that cannot see the label cannot see
//! that no code is shown either.

mod glyph;
mod labels;
mod markers;
mod segments;
mod vote;

use std::fmt;

use serde::Serialize;

pub use glyph::{Glyph, PATTERNS, Symbol};
pub use vote::{Ballot, Vote};

use super::{
    Frame, Region,
    geometry::{Quad, point},
    grey::{self, Grey},
    label::DIGITS,
};

/// What came of looking for a display in a frame.
#[derive(Clone, Debug, PartialEq)]
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
}

/// What one display shows in one frame.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DisplayReading {
    /// Its digits, from the left.
    pub glyphs: [Glyph; DIGITS],
    /// Whether any segment is lit.
    pub lit: bool,
    /// The least of the glyphs' confidences.
    pub confidence: f64,
    /// The label's corners in the picture, clockwise from its own upper left.
    pub corners: Quad,
    /// Why this reading must not be relied on; `None` where it is sure.
    pub doubt: Option<Doubt>,
}

impl DisplayReading {
    /// What the display shows, a character for each digit, where all are sure: a space is a dark digit, a
    /// question mark a pattern that is no digit.
    pub fn text(&self) -> Option<String> {
        self.doubt.is_none().then(|| self.glyphs.iter().map(|glyph| glyph.symbol.as_char()).collect())
    }

    /// The code, where the display surely shows one: six decimal digits.
    pub fn code(&self) -> Option<String> {
        self.text().filter(|text| text.bytes().all(|character| character.is_ascii_digit()))
    }

    /// Whether the display is surely dark.
    pub fn is_dark(&self) -> bool {
        self.doubt.is_none() && !self.lit
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
        }
    }
}

/// Reads the one display in `region` of the frame, or in all of it.
pub fn read_display(frame: &Frame, region: Option<Region>) -> Sight {
    match look(frame, region) {
        Err(blindness) => Sight::CannotSee(blindness),
        Ok(mut readings) => match (readings.pop(), readings.is_empty()) {
            (None, _) => Sight::CannotSee(Blindness::NoLabel),
            (Some(reading), true) => Sight::Seen(reading),
            (Some(_), false) => Sight::CannotSee(Blindness::SeveralLabels),
        },
    }
}

/// Reads every display in view, from the left.
pub fn find_displays(frame: &Frame, region: Option<Region>) -> Vec<DisplayReading> {
    let mut readings = look(frame, region).unwrap_or_default();
    readings.sort_by(|a, b| a.corners[0].x.total_cmp(&b.corners[0].x));
    readings
}

/// What counts as ink, as a share of the surroundings: low where noise must not cross it, then higher for
/// blurred bullseyes in a dark corner. Tried in turn until every bullseye belongs to a label.
const INK: [f64; 3] = [0.875, 0.98, 1.08];

fn look(frame: &Frame, region: Option<Region>) -> Result<Vec<DisplayReading>, Blindness> {
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
    Ok(labels.iter().map(|label| reading(frame, label)).collect())
}

fn reading(frame: &Frame, label: &labels::Found) -> DisplayReading {
    let seen = segments::read(frame, label);
    let confidence = seen.glyphs.iter().map(|glyph| glyph.confidence).fold(1.0, f64::min);
    DisplayReading {
        glyphs: seen.glyphs,
        lit: seen.lit,
        confidence,
        corners: label.corners(),
        doubt: seen.doubt,
    }
}

#[cfg(test)]
mod tests;
