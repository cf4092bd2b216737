//! A watch: looks, in the order of time, at something that shows or does not, and where there were none.

use std::time::Duration;

use super::Figure;
use crate::oracle::observed::{Checkmark, CodeView, Sighting};

/// The looks at which it could be seen.
pub(super) struct Watch {
    pub looks: Vec<Look>,
    /// The screen was dark or dimmed at some of the other looks.
    unlit: bool,
}

/// Remedy for a screen that goes dark by itself.
pub(super) const KEEP_AWAKE: &str =
    "the phone's screen was dark or dimmed: set it to stay awake, without automatic brightness";

/// One look at which it could be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    /// Seconds on the bench clock.
    pub at_s: f64,
    /// How far `at_s` may be off, to either side.
    pub within_s: f64,
    /// Whether it showed.
    pub shows: bool,
}

impl Watch {
    /// A watch for codes that `wanted` accepts. Only a look that could have seen a code proves its absence.
    pub fn of_codes(views: &[Sighting<CodeView>], wanted: impl Fn(&str) -> bool) -> Self {
        let watch = Self::of(views, |view| {
            let shows = view.payloads.iter().any(|payload| wanted(payload));
            (shows || view.could_see()).then_some(shows)
        });
        Self { unlit: views.iter().any(|view| view.value.blank || view.value.dimmed), ..watch }
    }

    /// A watch for the checkmark, seen or not where the control was read.
    pub fn of_checkmarks(views: &[Sighting<Checkmark>]) -> Self {
        let watch = Self::of(views, |view| (view.control && (view.seen || !view.unlit)).then_some(view.seen));
        Self { unlit: views.iter().any(|view| view.value.unlit), ..watch }
    }

    /// The looks at which `shows` could tell.
    fn of<T>(sightings: &[Sighting<T>], shows: impl Fn(&T) -> Option<bool>) -> Self {
        let look = |sighting: &Sighting<T>| {
            let (at_s, within_s) = (sighting.at_s, sighting.within_s);
            shows(&sighting.value).map(|shows| Look { at_s, within_s, shows })
        };
        let mut looks: Vec<Look> = sightings.iter().filter_map(look).collect();
        // The same frame read twice is one look, and shows what one of them saw.
        looks.dedup_by(|later, earlier| {
            earlier.shows |= later.shows && later.at_s == earlier.at_s;
            later.at_s == earlier.at_s
        });
        Self { looks, unlit: false }
    }

    /// Remedy for looks at which nothing could be seen, if one is known.
    pub fn remedy(&self) -> Option<&'static str> {
        self.unlit.then_some(KEEP_AWAKE)
    }

    /// `reason`, and the remedy.
    pub fn with_remedy(&self, reason: String) -> String {
        self.remedy().map_or(reason.clone(), |remedy| format!("{reason}; {remedy}"))
    }

    /// How many looks saw it.
    pub fn seen(&self) -> usize {
        self.looks.iter().filter(|look| look.shows).count()
    }

    /// Where the watch has a hole, from `from_s` until `span` later, for people.
    pub fn hole(&self, from_s: f64, span: Duration, gap: Duration) -> Option<String> {
        if self.looks.is_empty() {
            return Some(self.with_remedy("the camera could see at no time".into()));
        }
        let moments = self.looks.iter().map(|look| look.at_s);
        let (from, to) = blind_spot(moments, from_s, from_s + span.as_secs_f64(), gap)?;
        let hole = format!("the camera could not see from {} to {} s", Figure(from), Figure(to));
        Some(self.with_remedy(hole))
    }
}

/// The first interval between two moments without a look for longer than `gap`, the end of the watch
/// included. `looks` are in rising order; all figures are in seconds.
pub(super) fn blind_spot(
    looks: impl Iterator<Item = f64>,
    from_s: f64,
    to_s: f64,
    gap: Duration,
) -> Option<(f64, f64)> {
    let mut last = from_s;
    for at in looks {
        if last >= to_s {
            break;
        }
        if at - last > gap.as_secs_f64() {
            return Some((last, at));
        }
        last = last.max(at);
    }
    (last < to_s).then_some((last, to_s))
}

impl CodeView {
    /// Whether a code on the screen would have been read in this frame.
    pub(super) fn could_see(&self) -> bool {
        self.control && !self.abandoned && !self.blank && !self.dimmed
    }
}
