//! Checks of what reaches a phone from outside: the SMS with a temporary PIN, and important messages.

use reports::{Measurement, Observation, Outcome};
use serde::{Deserialize, Serialize};

use super::{CheckResult, Stop};
use crate::oracle::{
    decision::{BadFigure, Budget, Limits, Measured, Spread},
    observed::{self, Act, NoSms, Notifications, Screen, Sighting, TemporaryPin},
};

/// The temporary PIN comes by SMS, in time and in the right form. Takes the last `temporary_pin`, or else
/// `no_sms`; the first `screen` that asks for it; and the `act`s, of which the last before that screen
/// brought it up.
///
/// Serves S5.A.2 and H.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsCame {
    /// How many digits it must have.
    pub digits: u32,
    /// Limits for the time from the screen that asks for it to the message, in seconds.
    pub sms_s: Limits,
    /// The largest error of the bench clock's rate, in parts per million.
    #[serde(default)]
    pub clock_ppm: f64,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl SmsCame {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let Some(message) = observed::all::<TemporaryPin>(seen)?.pop() else {
            return Ok(none_came(&observed::last::<NoSms>(seen)?.value));
        };
        let TemporaryPin { chars, digits_only, .. } = message.value;
        if !digits_only || chars != self.digits {
            let what = if digits_only { "digits" } else { "characters, not all of them digits" };
            let reason = format!("the temporary PIN has {chars} {what}, expected {} digits", self.digits);
            return Ok(CheckResult::fail(reason));
        }
        let begin = Begin::of(seen)?;
        let figure = begin.until(
            "time to SMS",
            [message.at_s; 2],
            message.within_s,
            (self.coverage, self.clock_ppm),
        )?;
        Ok(CheckResult::measured(figure.against(positive(self.sms_s))?))
    }
}

fn none_came(wait: &NoSms) -> CheckResult {
    if wait.loop_back {
        CheckResult::inconclusive("no SMS with a temporary PIN came, while the modem's message to itself did")
    } else {
        CheckResult::new(Outcome::Error, "no SMS came, not even the modem's message to itself")
    }
}

/// An important message shows on the phone in time, or must not show. Takes the `notifications`, read several
/// times; for an expected one also the first `screen` that says the app is activated, and the `act`s, of
/// which the last before that screen brought it up.
///
/// Serves S5.A.5.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageArrived {
    /// Whether it must come; else it must not.
    pub wanted: bool,
    /// Its text.
    pub text: String,
    /// The positive control: what a notification reads that the rig had the phone show.
    pub control: String,
    /// Limits for the time from the activation to the message, in seconds.
    pub message_s: Limits,
    /// The largest error of the bench clock's rate, in parts per million.
    #[serde(default)]
    pub clock_ppm: f64,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl MessageArrived {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let reads = observed::some::<Notifications>(seen)?;
        let holds = |read: &Sighting<Notifications>, text| read.value.texts.iter().any(|shown| shown == text);
        let first = reads.iter().position(|read| holds(read, &self.text));
        let control = reads.iter().rfind(|read| holds(read, &self.control));
        Ok(match (first, control) {
            (Some(_), _) if !self.wanted => CheckResult::fail(format!("the phone shows “{}”", self.text)),
            (Some(first), _) => {
                let begin = Begin::of(seen)?;
                CheckResult::measured(self.arrival(&begin, &reads, first)?)
            }
            (None, None) => CheckResult::inconclusive("the phone shows no message, not even the control"),
            (None, Some(_)) if !self.wanted => {
                CheckResult::pass("the phone shows the control, and no message of the app")
            }
            (None, Some(control)) => self.none_came(control.at_s - Begin::of(seen)?.latest_s),
        })
    }

    /// The time from the activation to the message: between the last read without it and the first with it.
    fn arrival(
        &self,
        begin: &Begin,
        reads: &[Sighting<Notifications>],
        first: usize,
    ) -> Result<Measurement, BadFigure> {
        let read = &reads[first];
        let without = first.checked_sub(1).map_or(begin.earliest_s, |before| reads[before].at_s);
        let earliest_s = without.max(begin.earliest_s).min(read.at_s);
        let figure = begin.until(
            "time to message",
            [earliest_s, read.at_s],
            read.within_s,
            (self.coverage, self.clock_ppm),
        )?;
        figure.against(positive(self.message_s))
    }

    /// No message, with the control read `waited_s` after the activation.
    fn none_came(&self, waited_s: f64) -> CheckResult {
        match self.message_s.upper {
            Some(upper) if waited_s <= upper => {
                CheckResult::inconclusive(format!("no message yet, {waited_s:.1} s after the activation"))
            }
            _ => CheckResult::fail(format!(
                "the phone shows the control, and no “{}” {waited_s:.1} s after the activation",
                self.text
            )),
        }
    }
}

/// The moment from which a wait counts: between the act that brought a screen up and the first look at it.
struct Begin {
    earliest_s: f64,
    latest_s: f64,
    within_s: f64,
}

impl Begin {
    fn of(seen: &[&Observation]) -> Result<Self, Stop> {
        let screens = observed::some::<Screen>(seen)?;
        let screen = &screens[0];
        let acts = observed::all::<Act>(seen)?;
        let act = acts.iter().rfind(|act| act.at_ns <= screen.at_ns);
        let earliest_s = act.map_or(screen.at_s, |act| act.at_s);
        Ok(Self { earliest_s, latest_s: screen.at_s, within_s: screen.within_s })
    }

    /// The time until something that came between two moments, and not before this one; with the coverage factor and the
    /// largest error of the clock's rate.
    fn until(
        &self,
        name: &'static str,
        [earliest_s, latest_s]: [f64; 2],
        within_s: f64,
        (coverage, clock_ppm): (f64, f64),
    ) -> Result<Measured, BadFigure> {
        let begin_latest_s = self.latest_s.min(latest_s).max(self.earliest_s);
        let rectangular = |from: f64, to: f64| Spread::Rectangular { half_width: (to - from).max(0.0) / 2.0 };
        let budget = Budget::new()
            .with("begin", rectangular(self.earliest_s, begin_latest_s), 1.0)?
            .with("begin: time stamp", Spread::Rectangular { half_width: self.within_s }, 1.0)?
            .with("end", rectangular(earliest_s, latest_s), 1.0)?
            .with("end: time stamp", Spread::Rectangular { half_width: within_s }, 1.0)?;
        let begin_s = f64::midpoint(self.earliest_s, begin_latest_s);
        let value = (f64::midpoint(earliest_s, latest_s) - begin_s).max(0.0);
        let budget = budget.with_bench_clock(clock_ppm, value)?;
        Ok(Measured { name, unit: "s", value, budget, coverage })
    }
}

/// A time is never negative: a lower limit of 0 asks for nothing, and must not make a short time unsure.
fn positive(limits: Limits) -> Limits {
    Limits { lower: limits.lower.filter(|lower| *lower > 0.0), ..limits }
}
