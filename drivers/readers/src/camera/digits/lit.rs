//! Looks of a display when it was lit: a reader can call a display dark only after it has seen it lit.

use std::fmt;

use serde::Deserialize;

/// Looks of a lit display, to be recognised by the same camera in the same light.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Entry")]
pub struct SeenLit {
    /// The contrast of a lit segment with its surroundings, in linear light (1 is white).
    pub contrast: f64,
    /// The light of the label's paper in the same picture, in linear light.
    pub paper: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    contrast: f64,
    paper: f64,
}

impl TryFrom<Entry> for SeenLit {
    type Error = String;

    fn try_from(Entry { contrast, paper }: Entry) -> Result<Self, String> {
        for (key, value) in [("contrast", contrast), ("paper", paper)] {
            if !(value > 0.0 && value <= 1.0) {
                return Err(format!("{key} = {value} of a lit display; accepted: above 0, up to 1"));
            }
        }
        Ok(Self { contrast, paper })
    }
}

/// As a bench file has it.
impl fmt::Display for SeenLit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{ contrast = {:.3}, paper = {:.3} }}", self.contrast, self.paper)
    }
}

/// By how much the light of the paper may have changed since: lamps, exposure, another place.
const MOST_CHANGE: f64 = 2.0;
/// White that the sensor no longer tells from brighter white.
const SATURATED: f64 = 0.97;

impl SeenLit {
    /// Whether light and exposure, by the paper beside the display, are about what they were.
    pub(super) fn same_light(&self, paper: f64) -> bool {
        let saturated = |light: f64| light > SATURATED;
        let change = paper / self.paper;
        saturated(paper) == saturated(self.paper) && (1.0 / MOST_CHANGE..=MOST_CHANGE).contains(&change)
    }

    /// Least contrast of a lit segment in the present light: a display's own light is constant, its
    /// reflection follows the paper.
    pub(super) fn expected(&self, paper: f64) -> f64 {
        self.contrast * (paper / self.paper).min(1.0)
    }
}
