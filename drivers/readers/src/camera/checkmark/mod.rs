//! The finder of the green checkmark: a green disc with a white tick in it, by colour and by shape.
//!
//! Green is judged by the ratios of the colours, which neither exposure nor a tint changes much. A green
//! patch must then be a disc, and its light pixels a tick: a short and a long stroke at about a right angle.
//! A phone may stand upright, on its side or on its head.

mod disc;
mod tick;

use serde::Serialize;

use super::{Frame, Point, Region};
use disc::Disc;
pub(super) use disc::is_green;

/// A checkmark in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Checkmark {
    /// The middle of its disc.
    pub centre: Point,
    /// The disc's diameter in pixels; of an ellipse, which is a disc seen at an angle, the mean.
    pub diameter: f64,
    /// How well disc and tick fit, from 0 to 1; below 0.8 nothing is reported.
    pub confidence: f64,
}

/// Least fit of a shape that counts as a checkmark.
const LEAST_CONFIDENCE: f64 = 0.8;

/// The checkmark in `region` of the frame, or in all of it: the one that fits best, if there are several. One
/// that the frame's edge cuts off does not count.
pub fn find_checkmark(frame: &Frame, region: Option<Region>) -> Option<Checkmark> {
    let region = region.map_or(frame.whole(), |region| frame.clip(region));
    if !frame.is_consistent() {
        return None;
    }
    let discs = disc::find(frame, region);
    let marks = discs.iter().filter_map(|disc| judge(frame, disc));
    marks.max_by(|a, b| a.confidence.total_cmp(&b.confidence))
}

fn judge(frame: &Frame, disc: &Disc) -> Option<Checkmark> {
    let tick = tick::fit(frame, disc)?;
    let confidence = tick.min(disc.roundness);
    let found = Checkmark { centre: disc.centre, diameter: disc.diameter, confidence };
    (confidence >= LEAST_CONFIDENCE).then_some(found)
}

#[cfg(test)]
mod tests;
