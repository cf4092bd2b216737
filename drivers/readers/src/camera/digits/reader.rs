//! A reader of one display: it knows what it looks for, or learns it from the first code that it reads, and remembers
//! how the display looked when it was lit.

use super::{
    Blindness, DisplayReading, Doubt, Sight,
    attempt::{Attempt, Candidate, REACH},
    display::Display,
    labels,
    lit::SeenLit,
    window::Window,
};
use crate::camera::{Frame, Region};

/// Reads one display, frame by frame.
///
/// It gives three answers: digits, *dark*, and *cannot tell*. It says dark only of a display that it has seen lit, or
/// whose description says how it looked then, in the same light and with nothing in its window that stands out.
#[derive(Default)]
pub struct DisplayReader {
    known: Option<Candidate>,
}

/// How far a described display may lie from its place, in millimetres.
const DESCRIBED_REACH: f64 = 2.5;

impl DisplayReader {
    /// A reader of `display`; without a description, of any named display.
    pub fn new(display: Option<Display>) -> Self {
        Self { known: display.map(|display| Candidate::new(display, DESCRIBED_REACH)) }
    }

    /// Reads the one display in `region` of the frame, or in all of it.
    pub fn read(&mut self, frame: &Frame, region: Option<Region>) -> Sight {
        match super::labels_in(frame, region) {
            Err(blindness) => Sight::CannotSee(blindness),
            Ok(labels) => match labels.as_slice() {
                [label] => Sight::Seen(self.reading(frame, label)),
                _ => Sight::CannotSee(Blindness::SeveralLabels),
            },
        }
    }

    /// The display that it expects or has learnt, as last seen.
    pub fn display(&self) -> Option<&Display> {
        self.known.as_ref().map(|candidate| &candidate.display)
    }

    pub(super) fn reading(&mut self, frame: &Frame, label: &labels::Found) -> DisplayReading {
        let window = Window::of(frame, label);
        let (reading, seen) = match &self.known {
            Some(known) => reading(known, known.look(&window, label), label),
            None => any(&window, label),
        };
        if let (Some(lit), Some(_)) = (seen, reading.code())
            && self.known.as_ref().is_none_or(|known| known.display.lit.is_none())
        {
            let display = match &self.known {
                Some(known) => Display { lit: Some(lit), ..known.display.clone() },
                None => Display { lit: Some(lit), ..reading.display.clone() },
            };
            self.known = Some(Candidate::new(display, DESCRIBED_REACH));
        }
        reading
    }
}

/// The reading of an attempt, and the looks of the display if it is lit.
fn reading(
    candidate: &Candidate,
    attempt: Attempt,
    label: &labels::Found,
) -> (DisplayReading, Option<SeenLit>) {
    let lit = SeenLit { contrast: f64::from(attempt.contrast).min(1.0), paper: label.paper };
    let display = candidate.moved(&attempt);
    let confidence = attempt.glyphs.iter().map(|glyph| glyph.confidence).fold(1.0, f64::min);
    let reading = DisplayReading {
        glyphs: attempt.glyphs,
        lit: attempt.lit,
        confidence: confidence.max(0.0),
        corners: label.corners(),
        doubt: attempt.doubt,
        display,
    };
    (reading, Some(lit))
}

/// Reads an undescribed display: tries every named display, and takes the one that explains the picture best.
/// Two that read certainly, and differently, are a doubt.
fn any(window: &Window, label: &labels::Found) -> (DisplayReading, Option<SeenLit>) {
    let tried = Display::names().filter_map(Display::named).map(|display| {
        let candidate = Candidate::new(display, REACH);
        let attempt = candidate.look(window, label);
        (candidate, attempt)
    });
    let mut tried: Vec<_> = tried.collect();
    // Certain readings first, and of each kind the one that explains more first.
    tried.sort_by(|(_, one), (_, other)| {
        let rank = |attempt: &Attempt| (attempt.doubt.is_some(), !attempt.lit);
        rank(one).cmp(&rank(other)).then(other.explained.total_cmp(&one.explained))
    });
    let shown = |attempt: &Attempt| -> Vec<_> { attempt.glyphs.iter().map(|glyph| glyph.symbol).collect() };
    let sure = tried.iter().filter(|(_, attempt)| attempt.doubt.is_none() && attempt.lit);
    let mut texts: Vec<_> = sure.map(|(_, attempt)| shown(attempt)).collect();
    texts.dedup();
    let (candidate, mut attempt) = tried.swap_remove(0);
    if texts.len() > 1 {
        attempt.doubt = Some(Doubt::SeveralReadings);
    }
    reading(&candidate, attempt, label)
}
