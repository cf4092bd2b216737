//! Figures of a QR code that are reported and never judged: its quiet zone, and the size of its modules.

use reports::{Observation, Outcome};
use serde::{Deserialize, Serialize};

use super::{CheckResult, Stop, figure_in_words};
use crate::oracle::{
    decision::{BadFigure, Budget, Limits, Measured, Spread},
    observed::{self, QrSurroundings},
};

/// How wide the quiet zone of the QR code is on each side, and how many camera pixels a module has. Takes the
/// `qr_surroundings` of some frames, and reports the mean of each figure.
///
/// That it is light on dark, or mirrored, is a finding of the lab's: the standard permits both, and not every phone's
/// scanner reads them.
///
/// A width is known to the distance of two samples, and to how well the code's corners are found; what the frames
/// differ by is beside that.
///
/// Serves ISO18004, which is reported and never judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QrSurroundingsReported {
    /// Limits of each side's quiet zone, in modules.
    pub quiet: Limits,
    /// Limits of a module's size, in camera pixels.
    pub module_px: Limits,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

/// Half the distance of two samples, and how far off a corner of the code may be, in modules.
const RESOLUTION: f64 = 0.125;
const CORNER: f64 = 0.25;
/// Modules along a side of the smallest code: averaging over them makes a module's size that much more
/// certain than a corner.
const MODULES: f64 = 21.0;

impl QrSurroundingsReported {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let frames = observed::some::<QrSurroundings>(seen)?;
        let sides = ["quiet zone above", "quiet zone right", "quiet zone below", "quiet zone left"];
        let mut figures = Vec::new();
        for (side, name) in sides.into_iter().enumerate() {
            let widths = frames.iter().map(|frame| frame.value.quiet[side]);
            let width = self.measured(name, "modules", widths, [RESOLUTION, CORNER])?;
            figures.push(width.against(self.quiet)?);
        }
        let sizes = frames.iter().map(|frame| frame.value.module_px);
        let largest = frames.iter().map(|frame| frame.value.module_px.abs()).fold(0.0, f64::max);
        let size = self.measured("module", "px", sizes, [0.0, largest * CORNER / MODULES])?;
        figures.push(size.against(self.module_px)?);
        let narrowest = figures[..sides.len()].iter().min_by(|a, b| a.value.total_cmp(&b.value));
        let words = narrowest.into_iter().chain(figures.last()).map(figure_in_words);
        let found = [
            ("light on dark", frames.iter().filter(|frame| frame.value.inverted).count()),
            ("mirrored", frames.iter().filter(|frame| frame.value.mirrored).count()),
        ];
        let found: Vec<String> = found
            .into_iter()
            .filter(|(_, with)| *with > 0)
            .map(|(what, with)| {
                format!("{what} in {with} of {} frames, which not every scanner reads", frames.len())
            })
            .collect();
        let reason = words.chain(found.iter().cloned()).collect::<Vec<_>>().join("; ");
        let judged = match figures.iter().map(|figure| figure.outcome).max() {
            _ if !found.is_empty() => CheckResult::fail(reason),
            None | Some(Outcome::Inconclusive) => CheckResult::at_limit(reason),
            Some(outcome) => CheckResult::new(outcome, reason),
        };
        Ok(CheckResult { measurements: figures, ..judged })
    }

    fn measured(
        &self,
        name: &'static str,
        unit: &'static str,
        values: impl Iterator<Item = f64>,
        [resolution, corner]: [f64; 2],
    ) -> Result<Measured, BadFigure> {
        let values: Vec<f64> = values.collect();
        let count = values.len() as f64;
        let value = values.iter().sum::<f64>() / count;
        let spread = values.iter().map(|other| (other - value).powi(2)).sum::<f64>() / count;
        let budget = Budget::new()
            .with("distance of samples", Spread::Rectangular { half_width: resolution }, 1.0)?
            .with("corners of the code", Spread::Rectangular { half_width: corner }, 1.0)?
            .with("from frame to frame", Spread::Normal { deviation: spread.sqrt() }, 1.0)?;
        Ok(Measured { name, unit, value, budget, coverage: self.coverage })
    }
}
