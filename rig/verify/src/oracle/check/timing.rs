//! Checks of figures against limits: the time step, how often the code changes, the clock, the key.

use std::time::Duration;

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{CheckResult, Stop, changes::Codes};
use crate::oracle::{
    decision::{Budget, Limits, Measured, Spread},
    observed::{self, BoardClock, KeyBits, Sighting},
};

/// The device's real time step, measured from the codes of many presses, without its key. Takes one `display`
/// for each press, read as its code appears (a code stays on the display after its step has passed), and the
/// `contact`s, if any: a code is made between contact and look. Presses closer together than the least
/// allowed step cannot skip one.
///
/// Serves RFC6238-5.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepLength {
    /// Limits, in seconds.
    pub step_s: Limits,
    /// The largest error of the bench clock's rate, in parts per million.
    #[serde(default)]
    pub clock_ppm: f64,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl StepLength {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let codes = Codes::of(seen)?;
        if let Some(stay) = codes.overstay(self.step_s, self.clock_ppm)? {
            return Ok(CheckResult::measured(stay));
        }
        if self.step_s.lower.is_some_and(|lower| codes.widest_gap_s() >= lower) {
            return Ok(CheckResult::inconclusive(
                "the presses are so far apart that a step can have been skipped",
            ));
        }
        let Some(step) = codes.step(self.coverage, self.clock_ppm)? else {
            return Ok(CheckResult::inconclusive("the code changed less than twice: no step was seen whole"));
        };
        Ok(CheckResult::measured(step.against(self.step_s)?))
    }
}

/// The code changes often enough. Takes `display`s as [`StepLength`] does; presses spread over more than
/// `within` tell a frozen code, and three of them in as much time a living one.
///
/// Serves SP800-63B-3.1.4: the nonce changes at least every 2 minutes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeChanges {
    /// The longest time for which a code may stay the same.
    pub within: Duration,
    /// The largest error of the bench clock's rate, in parts per million.
    #[serde(default)]
    pub clock_ppm: f64,
}

impl CodeChanges {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let limits = Limits::at_most(self.within.as_secs_f64());
        let codes = Codes::of(seen)?;
        if let Some(stay) = codes.overstay(limits, self.clock_ppm)? {
            return Ok(CheckResult::measured(stay));
        }
        let lives = codes.lives(self.clock_ppm)?;
        let worst = lives.iter().map(|life| life.against(limits)).collect::<Result<Vec<_>, _>>()?;
        Ok(
            match worst
                .into_iter()
                .max_by(|a, b| (a.value + a.uncertainty).total_cmp(&(b.value + b.uncertainty)))
            {
                Some(worst) => CheckResult::measured(worst),
                None => CheckResult::inconclusive("no code was seen both to come and to go"),
            },
        )
    }
}

/// The rate of the device's clock against the bench's, whose own rate is only known so well. Takes two `board_clock`s or more; the first and the
/// last count.
///
/// Serves RFC6238-5.2 and RFC6238-3: a clock that drifts leaves the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// Limits, in parts per million; a positive drift is a clock that is fast.
    pub ppm: Limits,
    /// The largest error of the bench clock's rate, in parts per million.
    #[serde(default)]
    pub clock_ppm: f64,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl Drift {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let clocks = observed::some::<BoardClock>(seen)?;
        let (first, last) = (&clocks[0], &clocks[clocks.len() - 1]);
        if clocks.iter().any(|clock| clock.value.unix_s == 0) {
            return Ok(CheckResult::inconclusive("the board's clock was not set: has it lost its power?"));
        }
        let bench_s = last.at_ns.abs_diff(first.at_ns) as f64 / 1e9;
        if bench_s == 0.0 {
            return Ok(CheckResult::inconclusive("the board's clock was read at one moment only"));
        }
        let resolution_s = |clock: &Sighting<BoardClock>| clock.value.resolution_ns as f64 / 1e9;
        let whole_s = last.value.unix_s as f64 - first.value.unix_s as f64;
        let board_s = whole_s + (resolution_s(last) - resolution_s(first)) / 2.0;
        let to_ppm = 1e6 / bench_s;
        let mut budget = Budget::new();
        for clock in [first, last] {
            let reading = Spread::Rectangular { half_width: resolution_s(clock) / 2.0 };
            let moment = Spread::Rectangular { half_width: clock.within_s };
            budget =
                budget.with("whole seconds", reading, to_ppm)?.with("moment of the read", moment, to_ppm)?;
        }
        let value = (board_s - bench_s) * to_ppm;
        budget = budget.with_bench_clock(self.clock_ppm, board_s * to_ppm)?;
        let drift = Measured { name: "clock drift", unit: "ppm", value, budget, coverage: self.coverage };
        Ok(CheckResult::measured(drift.against(self.ppm)?))
    }
}

/// The key is long enough. Takes the last `key_bits`.
///
/// Serves RFC4226-4 (at least 128 bits) and SP800-63B-3.1.4 (at least 112).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyLength {
    /// The least length, in bits.
    pub at_least_bits: u32,
}

impl KeyLength {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let bits: f64 = observed::last::<KeyBits>(seen)?.value.bits.into();
        let length = Measured::bracketed("key length", "bit", bits, bits)?;
        Ok(CheckResult::measured(length.against(Limits::at_least(self.at_least_bits.into()))?))
    }
}
