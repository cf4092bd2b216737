//! The check that a displayed code is valid now by the standard's formula.

use std::time::Duration;

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{CheckResult, Figure, Stop, Unjudgeable, display};
use crate::{
    keys::{KeyId, KeyRing},
    oracle::{
        observed::{self, Sighting, Utc},
        otp::Totp,
        window::{Fit, Now, Window},
    },
};

/// The display shows a code that RFC 6238 makes valid at that moment. Takes `display` (several reads of
/// the same contents must agree), the first of them while the code is new, since a code stays on the
/// display after its step has passed; the `contact` of the press; and `utc`.
///
/// Serves RFC6238-5.2 (step, window, leading zeros), RFC6238-3, RFC4226-5.3.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeIsCurrent {
    /// The key that the board was given.
    pub key: KeyId,
    /// The code's parameters.
    pub totp: Totp,
    /// How far the device's clock may be off, in steps.
    pub window: Window,
}

impl CodeIsCurrent {
    pub(super) fn judge(&self, seen: &[&Observation], keys: &KeyRing) -> Result<CheckResult, Stop> {
        let key = keys.get(&self.key).ok_or_else(|| Unjudgeable::UnknownKey(self.key.clone()))?;
        let utc = observed::last::<Utc>(seen)?;
        let (text, first_look) = display::lit(seen)?;
        let now = utc.now_at(&first_look);
        let Some(fit) = self.window.fit(key, &self.totp, &now, &text) else {
            return Ok(CheckResult::inconclusive("the time is too uncertain to tell which codes are valid"));
        };
        let words = display::in_words(&text);
        Ok(match fit {
            Fit::Valid(step) => {
                CheckResult::pass(format!("the display shows {words}, the code of step {step}"))
            }
            Fit::Edge(step) => CheckResult::at_limit(format!(
                "the display shows {words}, the code of step {step}: by the clock's uncertainty in or out"
            )),
            Fit::Outside(step) => {
                let clock = self.clock_error(step, &now);
                CheckResult::fail(format!("the display shows {words}, the code of step {step}: {clock}"))
            }
            Fit::Nowhere => {
                let valid = self.window.valid_codes(key, &self.totp, &now).unwrap_or_default();
                let valid: Vec<_> = valid.into_iter().map(|(_, code)| code).collect();
                CheckResult::fail(format!(
                    "the display shows {words}, the code of no step near by; valid now: {}",
                    valid.join(", ")
                ))
            }
        })
    }

    /// How far a device's clock must be off to show the code of `step`, for people.
    fn clock_error(&self, step: u64, now: &Now) -> String {
        let step_s = self.totp.step_s.get() as f64;
        let from = step as f64 * step_s + self.totp.t0_s as f64;
        let (least, most) = (from - now.latest.as_secs_f64(), from + step_s - now.earliest.as_secs_f64());
        let current = now.steps(&self.totp);
        if step < *current.start() {
            let ago = steps(current.start() - step);
            format!("{ago} ago, the device's clock is {} to {} s late", Figure(-most), Figure(-least))
        } else {
            let ahead = steps(step.saturating_sub(*current.end()));
            format!("{ahead} ahead, the device's clock is {} to {} s fast", Figure(least), Figure(most))
        }
    }
}

/// "1 step", "2 steps".
pub(super) fn steps(count: u64) -> String {
    format!("{count} step{}", if count == 1 { "" } else { "s" })
}

impl Sighting<Utc> {
    /// The time "now" at another observation's moment.
    pub(super) fn now_at<T>(&self, other: &Sighting<T>) -> Now {
        let apart = Duration::from_nanos(self.at_ns.abs_diff(other.at_ns));
        let unix = if other.at_ns >= self.at_ns {
            self.value.unix.saturating_add(apart)
        } else {
            self.value.unix.saturating_sub(apart)
        };
        let moments = Duration::from_nanos(self.within_ns.saturating_add(other.within_ns));
        Now::about(unix, self.value.uncertainty.saturating_add(moments))
    }
}
