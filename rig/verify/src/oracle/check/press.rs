//! Checks of what a press of the button brings: one code, in time, and none without a press. They rest on
//! a watch: many looks at the display, close enough together that nothing shown can slip through.

use std::time::Duration;

use reports::{Measurement, Observation};
use serde::{Deserialize, Serialize};

use super::{CheckResult, Figure, Stop, display::Shown, watch::blind_spot};
use crate::oracle::{
    decision::{BadFigure, Budget, Limits, Measured, Spread},
    observed::{self, Contact, Display, Sighting},
};

/// A press yields exactly one code, in time. Takes the `contact` of one press and the `display`s of a watch
/// that begins before it: dark, then one code, then dark or still that code, until `watch` after it.
///
/// Serves S5.C.8a.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PressAnswered {
    /// Limits for the time from contact to code, in seconds; the upper one also ends the wait.
    pub answer_s: Limits,
    /// How long after the press the watch must go on for a second answer.
    pub watch: Duration,
    /// The longest time without a look: less than half of the time for which a code is shown.
    pub gap: Duration,
    /// The largest error of the bench clock's rate, in parts per million.
    #[serde(default)]
    pub clock_ppm: f64,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl PressAnswered {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let watch = Watch::of(&observed::some::<Display>(seen)?);
        let presses = observed::some::<Contact>(seen)?;
        let [press] = presses.as_slice() else {
            return Ok(CheckResult::inconclusive(
                "more than one press: which code answers which is not known",
            ));
        };
        if !press.value.contact {
            return Ok(CheckResult::inconclusive("the finger sensed no contact with the button"));
        }
        let (before, after) = watch.split(press);
        match before.looks.last() {
            None => return Ok(CheckResult::inconclusive("the display was not seen before the press")),
            Some(look) if look.shown.is_answer() => {
                return Ok(CheckResult::inconclusive("the display was not dark before the press"));
            }
            Some(_) => {}
        }
        let Answers { confirmed, unconfirmed } = after.answers();
        if let [one, other, ..] = confirmed.as_slice() {
            let (one, words, at) = (one.shown.words(), other.shown.words(), Figure(other.at_s));
            return Ok(CheckResult::fail(format!("one press gave {one} and then, at {at} s, {words}")));
        }
        if let Some(look) = unconfirmed {
            return Ok(look.unconfirmed());
        }
        let Some(code) = confirmed.first() else {
            return Ok(self.unanswered(&after, press));
        };
        let latency = self.latency(&watch, code, press)?;
        Ok(match after.blind_spot(press.at_s, press.at_s + self.watch.as_secs_f64(), self.gap) {
            Some(blind) if latency.outcome != reports::Outcome::Fail => {
                CheckResult { measurements: vec![latency], ..CheckResult::inconclusive(blind) }
            }
            _ => CheckResult::measured(latency),
        })
    }

    /// No code came: the product's fault where the display was watched for as long as it may take.
    fn unanswered(&self, after: &Watch, press: &Sighting<Contact>) -> CheckResult {
        let wait_s = self.answer_s.upper.unwrap_or(self.watch.as_secs_f64());
        let end = press.at_s + press.within_s + wait_s;
        match after.blind_spot(press.at_s, end, self.gap) {
            Some(blind) => CheckResult::inconclusive(format!("no code was seen, but {blind}")),
            None => CheckResult::fail(format!(
                "the button was pressed at {} s, and no code came within {} s",
                Figure(press.at_s),
                Figure(wait_s)
            )),
        }
    }

    /// The time from contact to code: somewhere between the last look without it and the first with it.
    fn latency(
        &self,
        watch: &Watch,
        code: &Look,
        press: &Sighting<Contact>,
    ) -> Result<Measurement, BadFigure> {
        let dark = watch.looks.iter().rfind(|look| look.at_s < code.at_s && !look.shown.is_answer());
        let earliest = dark.map_or(press.at_s, |look| look.at_s.max(press.at_s));
        let half_width = (code.at_s - earliest).max(0.0) / 2.0;
        let budget = Budget::new()
            .with("between two looks", Spread::Rectangular { half_width }, 1.0)?
            .with("moment of the frame", Spread::Rectangular { half_width: code.within_s }, 1.0)?
            .with("moment of contact", Spread::Rectangular { half_width: press.within_s }, 1.0)?
            .with_bench_clock(self.clock_ppm, earliest + half_width - press.at_s)?;
        let measured = Measured {
            name: "press to code",
            unit: "s",
            value: earliest + half_width - press.at_s,
            budget,
            coverage: self.coverage,
        };
        measured.against(self.answer_s)
    }
}

/// Nobody presses, and no code shows. Takes the `display`s of a watch, and any `contact`s: with one
/// sensed, nothing can be said.
///
/// Serves S5.C.8a. Each look carries its positive control: the marker in the same frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoCodeWithoutPress {
    /// How long the watch must be.
    pub watch: Duration,
    /// The longest time without a look: less than half of the time for which a code is shown.
    pub gap: Duration,
}

impl NoCodeWithoutPress {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let displays = observed::some::<Display>(seen)?;
        if observed::all::<Contact>(seen)?.iter().any(|press| press.value.contact) {
            return Ok(CheckResult::inconclusive("a press was sensed during the watch"));
        }
        let watch = Watch::of(&displays);
        let Answers { confirmed, unconfirmed } = watch.answers();
        if let Some(look) = confirmed.first() {
            let (words, at) = (look.shown.words(), Figure(look.at_s));
            return Ok(CheckResult::fail(format!("the display shows {words} at {at} s, and nobody pressed")));
        }
        if let Some(look) = unconfirmed {
            return Ok(look.unconfirmed());
        }
        let begin = displays[0].at_s;
        Ok(match watch.blind_spot(begin, begin + self.watch.as_secs_f64(), self.gap) {
            Some(blind) => CheckResult::inconclusive(blind),
            None => CheckResult::pass(format!(
                "no code in {} looks over {} s, the marker in view in each",
                watch.looks.len(),
                Figure(self.watch.as_secs_f64())
            )),
        })
    }
}

/// The looks of a watch at which the display could be seen, in the order of time.
struct Watch {
    looks: Vec<Look>,
}

/// One look at the display, at which it could be seen.
#[derive(Clone)]
struct Look {
    at_s: f64,
    within_s: f64,
    shown: Shown,
}

impl Watch {
    fn of(displays: &[Sighting<Display>]) -> Self {
        let mut looks: Vec<Look> = displays
            .iter()
            .map(|d| Look { at_s: d.at_s, within_s: d.within_s, shown: Shown::of(&d.value) })
            .filter(|look| !matches!(look.shown, Shown::Unseen(_)))
            .collect();
        // The same frame read twice is one look.
        looks.dedup_by(|later, earlier| later.at_s == earlier.at_s);
        Self { looks }
    }

    /// The looks before a press and those after it. An answer that may be the one to this press, by what is uncertain
    /// of both moments, comes after it.
    fn split(&self, press: &Sighting<Contact>) -> (Self, Self) {
        let may_answer =
            |look: &Look| look.shown.is_answer() && look.at_s + look.within_s >= press.at_s - press.within_s;
        let is_before = |look: &Look| look.at_s < press.at_s && !may_answer(look);
        let (before, after) = self.looks.iter().cloned().partition(is_before);
        (Self { looks: before }, Self { looks: after })
    }

    /// The answers, each by its first look: a code, another code after it, the same again after none.
    /// An answer counts as confirmed when two looks in a row show it.
    fn answers(&self) -> Answers<'_> {
        let mut answers = Answers { confirmed: Vec::new(), unconfirmed: None };
        let mut last: Option<&Shown> = None;
        for run in self.looks.chunk_by(|a, b| a.shown == b.shown) {
            let look = &run[0];
            match (look.shown.is_answer(), run.len()) {
                (true, 1) => answers.unconfirmed = Some(look),
                (true, _) if last == Some(&look.shown) => {}
                (true, _) => {
                    answers.confirmed.push(look);
                    last = Some(&look.shown);
                }
                (false, 1) => {}
                (false, _) => last = None,
            }
        }
        answers
    }

    /// Where between two moments the display was not looked at for longer than `gap`, or no look closes
    /// the watch.
    fn blind_spot(&self, from_s: f64, to_s: f64, gap: Duration) -> Option<String> {
        let (from, to) = blind_spot(self.looks.iter().map(|look| look.at_s), from_s, to_s, gap)?;
        let (from, to) = (Figure(from), Figure(to));
        Some(format!("the camera could not see the display from {from} to {to} s"))
    }
}

/// Codes that a watch saw.
struct Answers<'w> {
    /// The first look at each answer that two looks in a row show.
    confirmed: Vec<&'w Look>,
    /// An answer that only one look shows.
    unconfirmed: Option<&'w Look>,
}

impl Look {
    fn unconfirmed(&self) -> CheckResult {
        let (words, at) = (self.shown.words(), Figure(self.at_s));
        CheckResult::inconclusive(format!("{words} was seen at {at} s, and no second look confirms it"))
    }
}
