//! How long the QR code is valid, as the screen has it: the time for which it shows. Up to what age the
//! service accepts it is another quantity, and never mixed with this one.

use std::time::Duration;

use reports::{Observation, Outcome};
use serde::{Deserialize, Serialize};

use super::{
    CheckResult, Figure, Stop,
    code::unread,
    watch::{Look, Watch},
};
use crate::oracle::{
    decision::{BadFigure, Budget, Limits, Measured, Spread},
    observed::{self, CodeView},
};

/// For how long the code shows: from the first to the last frame in which it can be read. Takes the
/// `code_view`s of a watch that begins before the code comes and ends after it has gone; the code first
/// seen counts, with those of its session, and a later one is another. Looks may be far apart, but must be close about both ends.
///
/// The start lies between the last frame without the code and the first with it, the end likewise. A code
/// that was missed in some frames while it showed may have been missed at the ends as well, by as many
/// frames as the longest such run. All contributions are bounded and taken as rectangular. With a coverage
/// factor of 2.3 the expanded uncertainty covers 98 % of a normal spread and 99.6 % of that of the two
/// brackets, which dominate; it is 0.94 frame periods where nothing else is uncertain.
///
/// Serves S5.B.5b.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QrShown {
    /// Prefix of its payload.
    pub prefix: String,
    /// How many characters of the payload, from its begin on, the codes of one session share; 0 where a session has one
    /// code, which does not change.
    #[serde(default)]
    pub session_chars: usize,
    /// Limits, in seconds.
    pub shown_s: Limits,
    /// How many looks in a row, the control read in each, must be without the code before it counts as gone.
    pub looks: u32,
    /// The longest time from one reading to the next, unless the code was hidden.
    pub gap: Duration,
    /// Whether the code was taken from the screen for a while, by leaving the app or the like.
    pub hidden: bool,
    /// How much the time from the phone's memory to its panel varies, to either side, in seconds. Its mean is
    /// the same at both ends.
    pub panel_s: f64,
    /// The largest error of the bench clock's rate, in parts per million.
    pub clock_ppm: f64,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl QrShown {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let views = observed::some::<CodeView>(seen)?;
        let ours = |payload: &&String| payload.starts_with(&self.prefix);
        let first = views.iter().find_map(|view| view.value.payloads.iter().find(ours));
        let watch =
            Watch::of_codes(&views, |payload| first.is_some_and(|first| self.is_of_session(payload, first)));
        let Some(showing) = Showing::of(&watch, self.gap) else {
            return Ok(unread(&watch, &views, self.looks));
        };
        let (Some(start), Some(end)) = (showing.start(), showing.end(self.looks as usize)) else {
            return self.at_least(&showing, &watch);
        };
        let figure = self.figure("time shown", start, end)?.against(self.shown_s)?;
        Ok(match showing.hole {
            Some((from, to)) if !self.hidden && figure.outcome != Outcome::Fail => {
                let reason = format!("the code was not read from {} to {} s", Figure(from), Figure(to));
                let reason = watch.with_remedy(reason);
                CheckResult { measurements: vec![figure], ..CheckResult::inconclusive(reason) }
            }
            _ => CheckResult::measured(figure),
        })
    }

    /// Whether `payload` is a code of the session that `first` began.
    fn is_of_session(&self, payload: &str, first: &str) -> bool {
        let begins = |text: &str| text.chars().take(self.session_chars).collect::<String>();
        payload == first || self.session_chars > 0 && begins(payload) == begins(first)
    }

    /// The code was not seen to come, or not seen to go: it showed from its first frame to its last at least.
    fn at_least(&self, showing: &Showing, watch: &Watch) -> Result<CheckResult, Stop> {
        let (first, last) = (Edge::exact(showing.first()), Edge::exact(showing.last()));
        let upper = Limits { lower: None, ..self.shown_s };
        let figure = self.figure("time shown, at least", first, last)?.against(upper)?;
        if figure.outcome == Outcome::Fail {
            return Ok(CheckResult::measured(figure));
        }
        let reason = if showing.start().is_none() {
            "the code was not seen to come"
        } else {
            "the code was not seen to go"
        };
        let reason = watch.with_remedy(reason.into());
        Ok(CheckResult { measurements: vec![figure], ..CheckResult::inconclusive(reason) })
    }

    fn figure(&self, name: &'static str, start: Edge, end: Edge) -> Result<Measured, BadFigure> {
        let value = end.middle_s() - start.middle_s();
        let rectangular = |half_width| Spread::Rectangular { half_width };
        let budget = Budget::new()
            .with("start: between two frames", rectangular(start.half_width_s()), 1.0)?
            .with("start: exposure, read-out and time stamp", rectangular(start.within_s), 1.0)?
            .with("start: missed readings", rectangular(start.missed_s), 1.0)?
            .with("start: panel latency", rectangular(self.panel_s), 1.0)?
            .with("end: between two frames", rectangular(end.half_width_s()), 1.0)?
            .with("end: exposure, read-out and time stamp", rectangular(end.within_s), 1.0)?
            .with("end: missed readings", rectangular(end.missed_s), 1.0)?
            .with("end: panel latency", rectangular(self.panel_s), 1.0)?
            .with("rate of the clock", rectangular(self.clock_ppm), value / 1e6)?;
        Ok(Measured { name, unit: "s", value, budget, coverage: self.coverage })
    }
}

/// The looks at a code that was seen.
struct Showing<'w> {
    looks: &'w [Look],
    first: usize,
    last: usize,
    /// The longest run of frames in which the code was missed while it showed.
    missed: usize,
    /// Where it was not read for longer than it may be, from reading to reading.
    hole: Option<(f64, f64)>,
}

/// The moment at which the code came or went: between these.
#[derive(Clone, Copy)]
struct Edge {
    earliest_s: f64,
    latest_s: f64,
    /// How far the frames' moments may be off.
    within_s: f64,
    /// How much further out it can have been, where readings were missed.
    missed_s: f64,
}

impl<'w> Showing<'w> {
    fn of(watch: &'w Watch, gap: Duration) -> Option<Self> {
        let looks = watch.looks.as_slice();
        let first = looks.iter().position(|look| look.shows)?;
        let last = looks.iter().rposition(|look| look.shows)?;
        let (mut missed, mut hole, mut before) = (0, None, first);
        for place in (first + 1..=last).filter(|&place| looks[place].shows) {
            let (from, to) = (looks[before].at_s, looks[place].at_s);
            if to - from > gap.as_secs_f64() {
                hole = hole.or(Some((from, to)));
            } else {
                missed = missed.max(place - before - 1);
            }
            before = place;
        }
        Some(Self { looks, first, last, missed, hole })
    }

    fn first(&self) -> &Look {
        &self.looks[self.first]
    }

    fn last(&self) -> &Look {
        &self.looks[self.last]
    }

    /// When the code came, where it was seen to come.
    fn start(&self) -> Option<Edge> {
        let outermost = &self.looks[self.first.checked_sub(1 + self.missed)?];
        let without = &self.looks[self.first - 1];
        let missed_s = without.at_s - outermost.at_s;
        Some(Edge { missed_s, ..Edge::between(without, self.first()) })
    }

    /// When the code went, where at least `looks` frames in a row show that it has.
    fn end(&self, looks: usize) -> Option<Edge> {
        let gone = self.looks.len() - 1 - self.last;
        let outermost = self.looks.get(self.last + 1 + self.missed)?;
        let without = &self.looks[self.last + 1];
        let missed_s = outermost.at_s - without.at_s;
        (gone >= looks).then(|| Edge { missed_s, ..Edge::between(self.last(), without) })
    }
}

impl Edge {
    fn between(earlier: &Look, later: &Look) -> Self {
        let within_s = earlier.within_s.max(later.within_s);
        Self { earliest_s: earlier.at_s, latest_s: later.at_s, within_s, missed_s: 0.0 }
    }

    fn exact(look: &Look) -> Self {
        Self::between(look, look)
    }

    fn middle_s(&self) -> f64 {
        f64::midpoint(self.earliest_s, self.latest_s)
    }

    fn half_width_s(&self) -> f64 {
        (self.latest_s - self.earliest_s) / 2.0
    }
}
