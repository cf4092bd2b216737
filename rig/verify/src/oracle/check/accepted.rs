//! How long the QR code is valid, as the service has it: up to what age it accepts it. For how long the
//! screen shows it is another quantity, and never mixed with this one.

use reports::{Measurement, Observation, Outcome};
use serde::{Deserialize, Serialize};

use super::{CheckResult, Stop};
use crate::oracle::{
    decision::{BadFigure, Budget, Limits, Measured, Spread},
    observed::{self, CodeView, Scan, Sighting},
};

/// Up to what age a code is accepted: between the oldest code accepted and the youngest refused. Takes the
/// `scan`s of saved and live codes, of several activations, and the `code_view`s in which each code was
/// seen to come. A code that was accepted before is refused for that, whatever its age, and not counted.
///
/// A code's age is the moment at which the new phone sent it, between scan and answer, less the moment of
/// its issue, which is up to `issuance_s` before it came on the screen. All contributions are bounded and
/// taken as rectangular; a coverage factor of 2 covers 95 % or more of any sum of such.
///
/// Serves S5.B.5b: the service keeps the time too, not the screen alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QrAccepted {
    /// Limits for the age at which a code stops being accepted, in seconds.
    pub accepted_s: Limits,
    /// The longest time from issue by the service until the code shows, in seconds.
    pub issuance_s: f64,
    /// The largest error of the bench clock's rate, in parts per million.
    pub clock_ppm: f64,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl QrAccepted {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let scans = observed::some::<Scan>(seen)?;
        let views = observed::some::<CodeView>(seen)?;
        let (accepted, refused) = self.ages(&scans, &views);
        let oldest = accepted.into_iter().max_by(|a, b| a.middle_s().total_cmp(&b.middle_s()));
        let youngest = refused.into_iter().min_by(|a, b| a.middle_s().total_cmp(&b.middle_s()));
        let Limits { lower, upper } = self.accepted_s;
        let oldest_figure = oldest
            .map(|age| self.age("age of the oldest code accepted", age, Limits { lower: None, upper }))
            .transpose()?;
        let youngest_figure = youngest
            .map(|age| self.age("age of the youngest code refused", age, Limits { lower, upper: None }))
            .transpose()?;
        let figures: Vec<Measurement> =
            [&oldest_figure, &youngest_figure].into_iter().flatten().cloned().collect();
        if let Some(broken) = figures.iter().find(|figure| figure.outcome == Outcome::Fail) {
            return Ok(CheckResult::measured(broken.clone()));
        }
        let one_sided =
            |reason| CheckResult { measurements: figures.clone(), ..CheckResult::inconclusive(reason) };
        Ok(match (oldest, youngest) {
            (None, None) => CheckResult::inconclusive("no scan of a code that was seen to come was answered"),
            (Some(_), None) => one_sided("no code was old enough to be refused"),
            (None, Some(_)) => one_sided("no code was young enough to be accepted"),
            (Some(oldest), Some(youngest)) if youngest.most_s() < oldest.least_s() => {
                one_sided("a code was refused at an age at which another was accepted")
            }
            (Some(oldest), Some(youngest)) => {
                CheckResult::measured(self.bracket(oldest, youngest)?.against(self.accepted_s)?)
            }
        })
    }

    /// The ages of the codes that were accepted, and of those that were refused.
    fn ages(&self, scans: &[Sighting<Scan>], views: &[Sighting<CodeView>]) -> (Vec<Age>, Vec<Age>) {
        let (mut accepted, mut refused, mut used) = (Vec::new(), Vec::new(), Vec::new());
        for scan in scans {
            let (payload, answer) = (scan.value.payload.as_str(), scan.value.accepted);
            let age = self.issued(payload, views).map(|issued| Age { issued, sent: Moment::of(scan) });
            match answer {
                Some(true) => {
                    accepted.extend(age);
                    used.push(payload);
                }
                Some(false) if !used.contains(&payload) => refused.extend(age),
                Some(false) | None => {}
            }
        }
        (accepted, refused)
    }

    /// When the code was issued: before the first frame with it, and at most `issuance_s` before the last
    /// without it. `None` where it was not seen to come.
    fn issued(&self, payload: &str, views: &[Sighting<CodeView>]) -> Option<Moment> {
        let holds = |view: &Sighting<CodeView>| view.value.payloads.iter().any(|read| read == payload);
        let first = views.iter().position(holds)?;
        let without = views[..first].iter().rfind(|view| view.value.could_see())?;
        Some(Moment {
            earliest_s: without.at_s - without.within_s - self.issuance_s,
            latest_s: views[first].at_s + views[first].within_s,
        })
    }

    /// One code's age.
    fn age(&self, name: &'static str, age: Age, limits: Limits) -> Result<Measurement, BadFigure> {
        let budget = Budget::new().with("moment of issue", age.issued.spread(), 1.0)?.with(
            "moment of sending",
            age.sent.spread(),
            1.0,
        )?;
        self.measured(name, age.middle_s(), budget)?.against(limits)
    }

    /// The age at which a code stops being accepted. What delays one code's issue or sending delays the
    /// other's too, so these do not combine as independent: their mean counts in full.
    fn bracket(&self, oldest: Age, youngest: Age) -> Result<Measured, BadFigure> {
        let (from, to) = (oldest.middle_s(), youngest.middle_s());
        let rectangular = |half_width| Spread::Rectangular { half_width };
        let mean = |a: Moment, b: Moment| rectangular(f64::midpoint(a.half_width_s(), b.half_width_s()));
        let budget = Budget::new()
            .with(
                "from the oldest accepted to the youngest refused",
                rectangular((to - from).abs() / 2.0),
                1.0,
            )?
            .with("moment of issue", mean(oldest.issued, youngest.issued), 1.0)?
            .with("moment of sending", mean(oldest.sent, youngest.sent), 1.0)?;
        self.measured("time accepted", f64::midpoint(from, to), budget)
    }

    fn measured(&self, name: &'static str, value: f64, budget: Budget) -> Result<Measured, BadFigure> {
        let clock = Spread::Rectangular { half_width: self.clock_ppm };
        let budget = budget.with("rate of the clock", clock, value / 1e6)?;
        Ok(Measured { name, unit: "s", value, budget, coverage: self.coverage })
    }
}

/// Something happened between these, in seconds on the bench clock.
#[derive(Clone, Copy)]
struct Moment {
    earliest_s: f64,
    latest_s: f64,
}

impl Moment {
    /// When the new phone sent what it had read: after it could see the code, and before its answer showed.
    fn of(scan: &Sighting<Scan>) -> Self {
        let earliest_s = scan.at_s - scan.within_s;
        let answered_s = scan.value.answered_ns as f64 / 1e9;
        Self { earliest_s, latest_s: answered_s.max(earliest_s) }
    }

    fn middle_s(&self) -> f64 {
        f64::midpoint(self.earliest_s, self.latest_s)
    }

    fn half_width_s(&self) -> f64 {
        (self.latest_s - self.earliest_s) / 2.0
    }

    fn spread(&self) -> Spread {
        Spread::Rectangular { half_width: self.half_width_s() }
    }
}

/// How old a code was when it was sent.
#[derive(Clone, Copy)]
struct Age {
    issued: Moment,
    sent: Moment,
}

impl Age {
    fn middle_s(&self) -> f64 {
        self.sent.middle_s() - self.issued.middle_s()
    }

    fn least_s(&self) -> f64 {
        self.sent.earliest_s - self.issued.latest_s
    }

    fn most_s(&self) -> f64 {
        self.sent.latest_s - self.issued.earliest_s
    }
}
