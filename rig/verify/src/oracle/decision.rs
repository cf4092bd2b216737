//! From a measured value to an outcome: the uncertainty budget (JCGM 100, the GUM) and the decision rule
//! (JCGM 106 section 8.3, ILAC-G8:09/2019 section 4.2). The guard band is the expanded uncertainty, on
//! both sides of each limit: inside by at least that much is pass, outside by more is fail, and what
//! lies in between is inconclusive.

use reports::{Contribution, Distribution, Measurement, Outcome};
use serde::{Deserialize, Serialize};

/// A figure that cannot be judged: not a number, infinite, or negative where it must not be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{name} is {value}, which cannot be judged")]
pub struct BadFigure {
    /// Name of the figure.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
}

/// The least and the largest allowed value, in the unit of what is measured; both are still allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The least accepted value, if limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    /// The greatest accepted value, if limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
}

impl Limits {
    /// No less than `lower`.
    pub fn at_least(lower: f64) -> Self {
        Self { lower: Some(lower), upper: None }
    }

    /// No more than `upper`.
    pub fn at_most(upper: f64) -> Self {
        Self { lower: None, upper: Some(upper) }
    }

    /// Outcome of `value` with this expanded `uncertainty`, by the decision rule.
    pub fn decide(&self, value: f64, uncertainty: f64) -> Result<Outcome, BadFigure> {
        finite("the measured value", value)?;
        not_negative("the uncertainty", uncertainty)?;
        // How far inside each limit the value lies; negative outside.
        let mut margins = Vec::with_capacity(2);
        if let Some(lower) = self.lower {
            margins.push(value - finite("the lower limit", lower)?);
        }
        if let Some(upper) = self.upper {
            margins.push(finite("the upper limit", upper)? - value);
        }
        let outcome = match margins.into_iter().reduce(f64::min) {
            Some(margin) if margin < -uncertainty => Outcome::Fail,
            Some(margin) if margin < uncertainty => Outcome::Inconclusive,
            _ => Outcome::Pass,
        };
        Ok(outcome)
    }
}

impl From<[f64; 2]> for Limits {
    fn from([lower, upper]: [f64; 2]) -> Self {
        Self { lower: Some(lower), upper: Some(upper) }
    }
}

/// How the values of an uncertain quantity are spread (JCGM 100 section 4.3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    /// Gaussian, with this standard deviation.
    Normal {
        /// The standard deviation.
        deviation: f64,
    },
    /// Anywhere within the half-width, equally likely: what is known of a bracket or of a largest error.
    Rectangular {
        /// Half the width.
        half_width: f64,
    },
    /// Within the half-width, most likely in the middle: the sum of two equal brackets.
    Triangular {
        /// Half the width.
        half_width: f64,
    },
}

impl Spread {
    /// The standard uncertainty, in the unit of the quantity.
    fn standard(self) -> Result<f64, BadFigure> {
        match self {
            Self::Normal { deviation } => not_negative("a standard deviation", deviation),
            Self::Rectangular { half_width } => Ok(not_negative("a half-width", half_width)? / 3_f64.sqrt()),
            Self::Triangular { half_width } => Ok(not_negative("a half-width", half_width)? / 6_f64.sqrt()),
        }
    }

    /// The shape, and the greatest deviation of a bounded one.
    fn shape(self) -> (Distribution, Option<f64>) {
        match self {
            Self::Normal { .. } => (Distribution::Normal, None),
            Self::Rectangular { half_width } => (Distribution::Rectangular, Some(half_width)),
            Self::Triangular { half_width } => (Distribution::Triangular, Some(half_width)),
        }
    }
}

/// An uncertainty budget: independent contributions, each with the sensitivity that turns its unit into
/// the unit of what is measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Budget {
    /// The contributions, in the unit of what is measured.
    contributions: Vec<Contribution>,
}

impl Budget {
    /// A budget without uncertainty.
    pub fn new() -> Self {
        Self::default()
    }

    /// This budget and one contribution more. An error where a figure is infinite, or no number.
    pub fn with(mut self, name: &'static str, spread: Spread, sensitivity: f64) -> Result<Self, BadFigure> {
        let sensitivity = finite("a sensitivity", sensitivity)?.abs();
        let standard = finite("a contribution", spread.standard()? * sensitivity)?;
        let (distribution, half_width) = spread.shape();
        let half_width = half_width.map(|half_width| half_width * sensitivity);
        self.contributions.push(Contribution { source: name.to_owned(), distribution, half_width, standard });
        Ok(self)
    }

    /// This budget and what the bench's clock adds to a time of `span_s`: its rate is off by `ppm` parts per million at most.
    /// Every time that is measured between two of its readings has this line, once: both ends have the same error of rate.
    pub fn with_bench_clock(self, ppm: f64, span_s: f64) -> Result<Self, BadFigure> {
        self.with("rate of the bench's clock", Spread::Rectangular { half_width: ppm }, span_s / 1e6)
    }

    /// The lines of the budget.
    pub fn contributions(&self) -> &[Contribution] {
        &self.contributions
    }

    /// The combined standard uncertainty: the root of the sum of squares.
    pub fn combined(&self) -> f64 {
        self.contributions.iter().fold(0.0, |sum, line| sum.hypot(line.standard))
    }

    /// The coverage factor with which the expanded uncertainty covers 95 percent of what these contributions add up to.
    ///
    /// A sum of bounded contributions is flatter than a normal spread, and needs less: 1.65 where one rectangle is all of it,
    /// 1.90 for two alike, 1.96 for many. How flat it is, its excess kurtosis tells, to which independent contributions add
    /// as their variances squared. The parabola goes through those three; [`MARGIN`] covers what lies between.
    pub fn factor_95(&self) -> f64 {
        let variance = self.combined().powi(2);
        if variance == 0.0 {
            return NORMAL_95;
        }
        let share = |line: &Contribution| {
            excess_kurtosis(line.distribution) * (line.standard.powi(2) / variance).powi(2)
        };
        let excess: f64 = self.contributions.iter().map(share).sum();
        MARGIN * (NORMAL_95 - 0.069_2 * excess - 0.276_4 * excess * excess)
    }

    /// The combined uncertainty expanded by `coverage` (k; 2 covers about 95 percent of a normal spread).
    pub fn expanded(&self, coverage: f64) -> f64 {
        coverage * self.combined()
    }
}

/// A measured value with its budget, not yet judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Name of the measured quantity.
    pub name: &'static str,
    /// The unit, as in the SI.
    pub unit: &'static str,
    /// The measured value.
    pub value: f64,
    /// Its uncertainty budget.
    pub budget: Budget,
    /// The coverage factor k, or [`COVERAGE`]: the factor is that of the budget's own shape then.
    pub coverage: f64,
}

/// The share of cases that an expanded uncertainty covers, for a check that leaves the factor to its budget.
pub const COVERAGE: f64 = 0.95;

/// The coverage factor of a normal spread for 95 percent.
const NORMAL_95: f64 = 1.96;

/// By how much a factor is larger than by its parabola: more than the parabola is off between its points.
const MARGIN: f64 = 1.01;

/// How much flatter than a normal spread a distribution is.
fn excess_kurtosis(distribution: Distribution) -> f64 {
    match distribution {
        Distribution::Normal => 0.0,
        Distribution::Rectangular => -1.2,
        Distribution::Triangular => -0.6,
    }
}

impl Measured {
    /// A value that can lie anywhere from `least` to `most`, and nowhere else. The coverage factor is the
    /// root of 3, so that the expanded uncertainty is just that bracket.
    pub fn bracketed(
        name: &'static str,
        unit: &'static str,
        least: f64,
        most: f64,
    ) -> Result<Self, BadFigure> {
        let bracket = Spread::Rectangular { half_width: (most - least) / 2.0 };
        let budget = Budget::new().with("bracket", bracket, 1.0)?;
        Ok(Self { name, unit, value: (least + most) / 2.0, budget, coverage: 3_f64.sqrt() })
    }

    /// The figure against its limits, by the decision rule.
    pub fn against(&self, limits: Limits) -> Result<Measurement, BadFigure> {
        let declared = not_negative("the coverage factor", self.coverage)?;
        let coverage = if declared == COVERAGE { self.budget.factor_95() } else { declared };
        let uncertainty = self.budget.expanded(coverage);
        Ok(Measurement {
            name: self.name.to_owned(),
            unit: self.unit.to_owned(),
            value: self.value,
            uncertainty,
            coverage,
            lower: limits.lower,
            upper: limits.upper,
            outcome: limits.decide(self.value, uncertainty)?,
            budget: self.budget.contributions().to_vec(),
        })
    }
}

fn finite(name: &'static str, value: f64) -> Result<f64, BadFigure> {
    if value.is_finite() { Ok(value) } else { Err(BadFigure { name, value }) }
}

fn not_negative(name: &'static str, value: f64) -> Result<f64, BadFigure> {
    if value >= 0.0 { finite(name, value) } else { Err(BadFigure { name, value }) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const QR: Limits = Limits { lower: Some(178.0), upper: Some(182.0) };

    #[test]
    fn the_guard_band_is_inconclusive_on_both_sides_of_each_limit() {
        for (value, outcome) in [
            (180.0, Outcome::Pass),
            (178.5, Outcome::Pass),
            (178.4, Outcome::Inconclusive),
            (177.5, Outcome::Inconclusive),
            (177.4, Outcome::Fail),
            (181.6, Outcome::Inconclusive),
            (182.6, Outcome::Fail),
        ] {
            assert_eq!(QR.decide(value, 0.5), Ok(outcome), "{value}");
        }
    }

    #[test]
    fn the_factor_is_that_of_the_sums_shape() {
        let rectangles = |widths: &[f64]| {
            let add = |budget: Budget, half_width: &f64| {
                budget.with("one", Spread::Rectangular { half_width: *half_width }, 1.0).unwrap()
            };
            widths.iter().fold(Budget::new(), add).factor_95()
        };
        // Each is the exact factor for 95 percent, and up to 2 percent more.
        for (widths, exact) in [
            (&[1.0][..], 1.6454),
            (&[1.0, 2.0 * 0.159], 1.759),
            (&[1.0, 1.0], 1.9016),
            (&[1.0, 1.0, 1.0], 1.9374),
        ] {
            let factor = rectangles(widths);
            assert!((exact..exact * 1.02).contains(&factor), "{widths:?}: {factor}, exactly {exact}");
        }
        assert!((Budget::new().factor_95() - 1.96).abs() < 1e-9, "nothing to cover");
    }

    #[test]
    fn a_certain_value_on_its_limit_passes_and_no_limit_refuses_nothing() {
        assert_eq!(Limits::at_least(128.0).decide(128.0, 0.0), Ok(Outcome::Pass));
        assert_eq!(Limits::at_least(128.0).decide(127.0, 0.0), Ok(Outcome::Fail));
        assert_eq!(Limits::at_most(120.0).decide(120.5, 0.0), Ok(Outcome::Fail));
        assert_eq!(Limits::default().decide(1e300, 1e300), Ok(Outcome::Pass));
    }

    #[test]
    fn an_uncertainty_wider_than_the_limits_never_passes() {
        assert_eq!(QR.decide(180.0, 3.0), Ok(Outcome::Inconclusive));
    }

    #[test]
    fn contributions_combine_as_in_the_gum() {
        let budget = Budget::new()
            .with("clock", Spread::Normal { deviation: 3.0 }, 1.0)
            .and_then(|b| b.with("frame", Spread::Rectangular { half_width: 2.0 * 3_f64.sqrt() }, -2.0))
            .and_then(|b| b.with("jitter", Spread::Triangular { half_width: 12.0 * 6_f64.sqrt() }, 1.0))
            .unwrap();
        assert!((budget.combined() - 13.0).abs() < 1e-12);
        assert!((budget.expanded(2.0) - 26.0).abs() < 1e-12);
        let half_widths: Vec<_> = budget.contributions().iter().map(|line| line.half_width).collect();
        assert_eq!(half_widths, [None, Some(4.0 * 3_f64.sqrt()), Some(12.0 * 6_f64.sqrt())]);
    }

    #[test]
    fn a_bracket_is_its_own_expanded_uncertainty() {
        let measured = Measured::bracketed("stay", "s", 10.0, 14.0).unwrap();
        let figure = measured.against(Limits::at_most(14.1)).unwrap();
        assert!((figure.uncertainty - 2.0).abs() < 1e-12);
        assert_eq!((figure.value, figure.outcome), (12.0, Outcome::Pass));
        assert!(Measured::bracketed("stay", "s", 14.0, 10.0).is_err());
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(QR.decide(bad, 0.0).is_err());
            assert!(QR.decide(180.0, bad).is_err());
            assert!(Limits::at_least(bad).decide(1.0, 0.0).is_err());
            assert!(Budget::new().with("x", Spread::Normal { deviation: bad }, 1.0).is_err());
            assert!(Budget::new().with("x", Spread::Normal { deviation: 1.0 }, bad).is_err());
        }
        assert!(QR.decide(180.0, -0.1).is_err());
        assert!(Budget::new().with("x", Spread::Rectangular { half_width: -1.0 }, 1.0).is_err());
    }

    proptest! {
        #[test]
        fn further_inside_is_never_worse(
            (low, high) in (-1e6..1e6, 0.0..1e6).prop_map(|(low, width): (f64, f64)| (low, low + width)),
            value in -2e6..2e6, shift in 0.0..=1.0, uncertainty in 0.0..1e5,
        ) {
            let limits = Limits::from([low, high]);
            let middle = f64::midpoint(low, high);
            let closer: f64 = value + shift * (middle - value);
            let decide = |value| limits.decide(value, uncertainty).unwrap();
            prop_assert!(decide(closer) <= decide(value));
        }

        #[test]
        fn more_uncertainty_never_makes_a_pass_or_a_fail(
            value in -1e3..1e3, uncertainty in 0.0..1e3, more in 0.0..1e3,
        ) {
            let limits = Limits::from([-500.0, 500.0]);
            let (before, after) = (limits.decide(value, uncertainty), limits.decide(value, uncertainty + more));
            prop_assert!(after == before || after == Ok(Outcome::Inconclusive));
        }
    }
}
