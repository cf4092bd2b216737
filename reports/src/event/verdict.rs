//! Verdicts, and the figures behind them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Cause, Outcome};

/// A clause judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The clause.
    pub clause: String,
    /// The step that judged it, from 0.
    pub step: u32,
    /// Its outcome.
    pub outcome: Outcome,
    /// Why it is inconclusive, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Why, in one sentence with the figures.
    pub reason: String,
    /// The observations it rests on, by number, in the order the check takes them.
    pub observations: Vec<u32>,
    /// Measurements against limits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<Measurement>,
    /// The check and its parameters: enough, with the observations, to judge again.
    pub check: Value,
    /// Drivers the verdict rests on.
    pub drivers: Vec<String>,
    /// Whether a debug probe was attached.
    pub probe_attached: bool,
    /// Whether the product's test commands were enabled.
    pub test_commands: bool,
}

/// A figure against its limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Name of the measured quantity.
    pub name: String,
    /// The unit, as in the SI ("s", "ms", "1" for a count).
    pub unit: String,
    /// The measured value.
    pub value: f64,
    /// The expanded uncertainty, in the same unit.
    pub uncertainty: f64,
    /// The coverage factor that expanded it.
    pub coverage: f64,
    /// The least allowed value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    /// The largest allowed value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    /// Outcome by the decision rule.
    pub outcome: Outcome,
    /// The uncertainty budget: what makes the value uncertain, line by line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub budget: Vec<Contribution>,
}

/// One line of an uncertainty budget (JCGM 100, the GUM).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// Source of the uncertainty: "start between two frames", "clock".
    pub source: String,
    /// How its values are spread.
    pub distribution: Distribution,
    /// How far off it can be, to either side, where that is bounded; in the unit of the measured value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_width: Option<f64>,
    /// Its standard uncertainty, in the unit of the measured value.
    pub standard: f64,
}

/// How the values of an uncertain quantity are spread (JCGM 100 section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Gaussian.
    Normal,
    /// Anywhere within the half-width, equally likely.
    Rectangular,
    /// Within the half-width, most likely in the middle.
    Triangular,
}
