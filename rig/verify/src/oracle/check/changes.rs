//! When a code changed, by the codes of many presses and without the key: between the last press that gave the old
//! code and the first that gave the new one.

use reports::{Measurement, Observation, Outcome};

use super::{Unjudgeable, display::Shown};
use crate::oracle::{
    decision::{BadFigure, Budget, Limits, Measured, Spread},
    observed::{self, Contact, Display, Sighting},
};

/// The codes of a series of presses, as stays: presses in a row with the same code. Unreadable displays are
/// left out.
pub(super) struct Codes {
    stays: Vec<Stay>,
}

/// Presses in a row with the same code.
struct Stay {
    code: String,
    first: Moment,
    last: Moment,
}

/// When a code was made: between these.
#[derive(Clone, Copy)]
struct Moment {
    earliest_s: f64,
    latest_s: f64,
}

impl Moment {
    /// Between the last press before the look, where one was sensed, and the look.
    fn of(display: &Sighting<Display>, presses: &[Sighting<Contact>]) -> Self {
        let press = presses.iter().rfind(|press| press.value.contact && press.at_ns <= display.at_ns);
        Self {
            earliest_s: press.map_or(display.at_s - display.within_s, |press| press.at_s - press.within_s),
            latest_s: display.at_s + display.within_s,
        }
    }
}

/// The moments between which the code changed.
#[derive(Clone, Copy)]
pub(super) struct Change {
    pub middle_s: f64,
    pub half_width_s: f64,
}

impl Codes {
    /// Takes one `display` for each press, and the `contact`s.
    pub fn of(seen: &[&Observation]) -> Result<Self, Unjudgeable> {
        let presses = observed::all::<Contact>(seen)?;
        let mut stays: Vec<Stay> = Vec::new();
        for display in observed::some::<Display>(seen)? {
            let shown = Shown::of(&display.value);
            let Some(code) = shown.digits() else { continue };
            let moment = Moment::of(&display, &presses);
            match stays.last_mut() {
                Some(stay) if stay.code == code => stay.last = moment,
                _ => stays.push(Stay { code: code.to_owned(), first: moment, last: moment }),
            }
        }
        Ok(Self { stays })
    }

    /// The longest time for which one code surely stayed, where that breaks the upper limit. It is the
    /// least that can be true, so it can break a limit and cannot keep one.
    pub fn overstay(&self, limits: Limits, clock_ppm: f64) -> Result<Option<Measurement>, BadFigure> {
        let slow = 1.0 - clock_ppm / 1e6;
        let stay_s = |stay: &Stay| ((stay.last.earliest_s - stay.first.latest_s) * slow).max(0.0);
        let longest = self.stays.iter().map(stay_s).fold(0.0, f64::max);
        let figure = Measured::bracketed("time with the same code, at least", "s", longest, longest)?
            .against(Limits { lower: None, upper: limits.upper })?;
        Ok(Some(figure).filter(|figure| figure.outcome == Outcome::Fail))
    }

    /// The life of each code that was seen both to come and to go: at least from its first press to its
    /// last, at most from the last press before to the first press after.
    pub fn lives(&self, clock_ppm: f64) -> Result<Vec<Measured>, BadFigure> {
        let rate = clock_ppm / 1e6;
        let life = |three: &[Stay]| {
            let least = ((three[1].last.earliest_s - three[1].first.latest_s) * (1.0 - rate)).max(0.0);
            let most = (three[2].first.latest_s - three[0].last.earliest_s) * (1.0 + rate);
            Measured::bracketed("life of a code", "s", least, most.max(least))
        };
        self.stays.windows(3).map(life).collect()
    }

    /// The longest time between two presses that bracket a change.
    pub fn widest_gap_s(&self) -> f64 {
        self.changes().map(|change| 2.0 * change.half_width_s).fold(0.0, f64::max)
    }

    /// The step, from the two changes that tell it best: their distance by the number of steps between.
    pub fn step(&self, coverage: f64, clock_ppm: f64) -> Result<Option<Measured>, BadFigure> {
        let changes: Vec<(f64, Change)> = (0_u32..).map(f64::from).zip(self.changes()).collect();
        let mut best: Option<Measured> = None;
        for (place, (i, a)) in changes.iter().enumerate() {
            for (j, b) in &changes[place + 1..] {
                let steps = j - i;
                let bracket = |change: &Change| Spread::Rectangular { half_width: change.half_width_s };
                let value = (b.middle_s - a.middle_s) / steps;
                let budget = Budget::new()
                    .with("first change", bracket(a), 1.0 / steps)?
                    .with("last change", bracket(b), 1.0 / steps)?
                    .with_bench_clock(clock_ppm, value)?;
                let step = Measured { name: "time step", unit: "s", value, budget, coverage };
                if best.as_ref().is_none_or(|best| step.budget.combined() < best.budget.combined()) {
                    best = Some(step);
                }
            }
        }
        Ok(best)
    }

    /// The moments between which the code changed, at least once.
    pub fn changes(&self) -> impl Iterator<Item = Change> {
        self.stays.windows(2).map(|two| {
            let (from, to) = (two[0].last.earliest_s, two[1].first.latest_s);
            Change { middle_s: f64::midpoint(from, to), half_width_s: ((to - from) / 2.0).max(0.0) }
        })
    }
}
