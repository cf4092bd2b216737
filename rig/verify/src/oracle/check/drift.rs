//! The check of a device's clock by the moments at which its code changes: all that a sealed device tells of it.

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{
    CheckResult, Stop,
    changes::{Change, Codes},
};
use crate::oracle::{
    decision::{BadFigure, Budget, Limits, Measured, Spread},
    observed::{self, Sighting, Utc},
};

/// The rate of a device's clock against UTC, by the moments at which its code changed, hours apart. The key
/// is not needed. Takes `display`s and `contact`s as [`StepLength`](super::StepLength) does, presses close
/// together about some changes, and a `utc` near each of them.
///
/// From one followed change to the next, the elapsed time must allow only one whole number of steps: the
/// first changes lie minutes apart, and each narrows the step down for the next. Changes after one that
/// leaves a choice are not used. A code that certainly stayed for longer than the longest step fails.
///
/// Each change lies anywhere between two presses, and UTC anywhere within its error: rectangular. The rate of the bench's
/// clock counts from a change to the UTC read beside it only: over the hours between, UTC itself is the clock.
///
/// Serves RFC6238-5.2 and RFC6238-3: a clock that drifts leaves the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeChangeDrift {
    /// The time step that the device should keep, in seconds.
    pub step_s: f64,
    /// Least and greatest possible time step in seconds, known beforehand.
    pub possible_s: [f64; 2],
    /// Limits, in parts per million; a positive drift is a clock that is fast.
    pub ppm: Limits,
    /// The largest error of the bench clock's rate, in parts per million.
    #[serde(default)]
    pub clock_ppm: f64,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl CodeChangeDrift {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let [shortest_s, longest_s] = self.possible_s;
        let codes = Codes::of(seen)?;
        if let Some(stay) = codes.overstay(Limits::at_most(longest_s), self.clock_ppm)? {
            return Ok(CheckResult::measured(stay));
        }
        // A code that was never seen to change has no moment, and none was asked for.
        let times = observed::all::<Utc>(seen)?;
        // Between two presses further apart than that, the code can have changed twice.
        let single = codes.changes().filter(|change| 2.0 * change.half_width_s < shortest_s);
        let changes: Vec<Instant> =
            single.filter_map(|change| Instant::of(change, &times, self.clock_ppm)).collect();
        let Some((first, last, steps)) = self.longest(&changes) else {
            return Ok(CheckResult::inconclusive(format!(
                "{} changes of the code were followed, and they do not tell how many steps lay between them",
                changes.len()
            )));
        };
        Ok(CheckResult::measured(self.drift(first, last, steps)?.against(self.ppm)?))
    }

    /// The first change, the last one to which the steps could be counted, and how many there were.
    fn longest<'c>(&self, changes: &'c [Instant]) -> Option<(&'c Instant, &'c Instant, f64)> {
        let (first, later) = changes.split_first()?;
        let ([mut shortest_s, mut longest_s], mut found) = (self.possible_s, None);
        for change in later {
            let least_s = change.unix_s - first.unix_s - change.within_s() - first.within_s();
            let most_s = change.unix_s - first.unix_s + change.within_s() + first.within_s();
            let steps = (least_s / longest_s).ceil();
            let only = steps >= 1.0 && (most_s / shortest_s).floor() == steps;
            if !only {
                break;
            }
            (shortest_s, longest_s) = (shortest_s.max(least_s / steps), longest_s.min(most_s / steps));
            found = Some((first, change, steps));
        }
        found
    }

    fn drift(&self, first: &Instant, last: &Instant, steps: f64) -> Result<Measured, BadFigure> {
        let went_by_s = last.unix_s - first.unix_s;
        let value = (steps * self.step_s / went_by_s - 1.0) * 1e6;
        let to_ppm = steps * self.step_s / went_by_s / went_by_s * 1e6;
        let mut budget = Budget::new();
        for (change, utc) in [("first change", first), ("last change", last)] {
            let between = Spread::Rectangular { half_width: utc.half_width_s };
            let of_utc = Spread::Rectangular { half_width: utc.utc_s };
            budget = budget.with(change, between, to_ppm)?.with("UTC", of_utc, to_ppm)?;
        }
        let name = "drift of the code's changes";
        Ok(Measured { name, unit: "ppm", value, budget, coverage: self.coverage })
    }
}

/// A change of the code, in UTC.
struct Instant {
    /// Since 1970, in seconds.
    unix_s: f64,
    /// How far off the change can be.
    half_width_s: f64,
    /// How far off UTC can be.
    utc_s: f64,
}

impl Instant {
    /// `change` in UTC, by the nearest of `times`.
    fn of(change: Change, times: &[Sighting<Utc>], clock_ppm: f64) -> Option<Self> {
        let away = |utc: &&Sighting<Utc>| (utc.at_s - change.middle_s).abs();
        let utc = times.iter().min_by(|a, b| away(a).total_cmp(&away(b)))?;
        Some(Self {
            unix_s: utc.value.unix.as_secs_f64() + change.middle_s - utc.at_s,
            half_width_s: change.half_width_s,
            utc_s: utc.value.uncertainty.as_secs_f64() + utc.within_s + away(&utc) * clock_ppm / 1e6,
        })
    }

    fn within_s(&self) -> f64 {
        self.half_width_s + self.utc_s
    }
}
