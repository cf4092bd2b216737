//! A scenario on one axis of bench time: what was done, what phones, camera, radio and modem saw, and when
//! it was judged. Only for scenarios in which these meet; the others are told by their steps.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{chart::px, seconds};
use crate::{Entry, ScenarioInfo};

mod lanes;
mod shapes;

use shapes::Shapes;

const WIDTH: f64 = 1000.0;
/// Names of lanes stand left of here.
const LEFT: f64 = 150.0;
const RIGHT: f64 = WIDTH - 12.0;
/// A row of bars, a row of marks, and the room between two lanes.
const BAR: f64 = 18.0;
const MARK: f64 = 16.0;
const GAP: f64 = 10.0;
/// About the width of a character of a label.
const CHAR: f64 = 6.8;
/// Marks closer together than this are drawn as one.
const CLOSE: f64 = 9.0;
/// Most rows for overlapping bars and labels.
const ROWS: usize = 6;
/// Most bars and marks of a lane that are named in words.
const NAMED: usize = 15;

/// Things of one kind, in the order of time.
#[derive(Default)]
struct Lane {
    name: String,
    bars: Vec<Bar>,
    marks: Vec<Mark>,
}

/// Something that lasted.
struct Bar {
    kind: &'static str,
    from_ns: u64,
    to_ns: u64,
    label: String,
    note: String,
}

impl Bar {
    fn new(kind: &'static str, from_ns: u64, to_ns: u64, label: String, note: String) -> Self {
        Self { kind, from_ns, to_ns, label, note }
    }

    /// Description and time of the bar, for people.
    fn words(&self) -> String {
        let length = seconds(self.to_ns.saturating_sub(self.from_ns));
        format!("{}: from {} to {}, {length}", self.note, seconds(self.from_ns), seconds(self.to_ns))
    }
}

/// Something that happened.
struct Mark {
    kind: &'static str,
    at_ns: u64,
    /// Stands beside the mark; a mark without one may be drawn as one with its neighbours.
    label: String,
    note: String,
}

impl Mark {
    fn new(kind: &'static str, at_ns: u64, note: String) -> Self {
        Self { kind, at_ns, label: String::new(), note }
    }

    fn words(&self) -> String {
        format!("{}: {}", seconds(self.at_ns), self.note)
    }
}

/// The timeline of a scenario, where it has one.
pub(super) fn timeline(info: &ScenarioInfo, entries: &[Entry]) -> Option<Markup> {
    let lanes = lanes::lanes(info, entries);
    let axis = Axis::of(&lanes)?;
    let rows: Vec<Rows> = lanes.iter().map(|lane| Rows::of(lane, &axis)).collect();
    let mut top = GAP;
    let mut tops = Vec::with_capacity(lanes.len());
    for rows in &rows {
        tops.push(top);
        top += rows.height() + GAP;
    }
    let (height, span) = (top + 30.0, [axis.from_ns, axis.to_ns].map(seconds));
    let label = format!("Timeline from {} to {} of bench time", span[0], span[1]);
    Some(html! {
        figure.timeline {
            div.scroll tabindex="0" role="group" aria-label="Timeline" {
                svg viewBox={ "0 0 " (WIDTH) " " (px(height)) } role="img" aria-label=(label) {
                    (axis.drawn(top))
                    @for ((lane, rows), top) in lanes.iter().zip(&rows).zip(tops) { (rows.drawn(lane, &axis, top)) }
                }
            }
            figcaption { "Bench time in seconds; a number counts what lies close together." }
            details { summary { "The same in words" } ul { @for lane in &lanes { li { (in_words(lane)) } } } }
        }
    })
}

/// The lane as text: its bars and marks.
fn in_words(lane: &Lane) -> String {
    let bars = lane.bars.iter().take(NAMED).map(Bar::words);
    let marks = lane.marks.iter().take(NAMED).map(Mark::words);
    let more = lane.bars.len().saturating_sub(NAMED) + lane.marks.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| format!("{more} more in the journal"));
    format!("{}: {}.", lane.name, bars.chain(marks).chain(more).collect::<Vec<_>>().join("; "))
}

/// Bench time along the width of the picture.
struct Axis {
    from_ns: u64,
    to_ns: u64,
}

impl Axis {
    /// An axis that shows everything; `None` for empty lanes.
    fn of(lanes: &[Lane]) -> Option<Self> {
        let bars = lanes.iter().flat_map(|lane| &lane.bars).flat_map(|bar| [bar.from_ns, bar.to_ns]);
        let marks = lanes.iter().flat_map(|lane| &lane.marks).map(|mark| mark.at_ns);
        let moments: Vec<u64> = bars.chain(marks).collect();
        let (from_ns, to_ns) = (*moments.iter().min()?, *moments.iter().max()?);
        Some(Self { from_ns, to_ns: to_ns.max(from_ns.saturating_add(1_000_000)) })
    }

    fn x(&self, at_ns: u64) -> f64 {
        let part = at_ns.saturating_sub(self.from_ns) as f64 / (self.to_ns - self.from_ns).max(1) as f64;
        LEFT + part.min(1.0) * (RIGHT - LEFT)
    }

    /// Every how many seconds there is a line: 1, 2 or 5 of a power of ten, and ten lines at most.
    fn every_s(&self) -> f64 {
        let least = (self.to_ns - self.from_ns) as f64 / 1e9 / 10.0;
        let power = 10_f64.powf(least.log10().floor());
        [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|part| part * power)
            .find(|every| *every >= least)
            .unwrap_or(power)
    }

    fn drawn(&self, bottom: f64) -> Markup {
        let (from_s, every) = (self.from_ns as f64 / 1e9, self.every_s());
        let decimals = (-every.log10().floor()).clamp(0.0, 9.0) as usize;
        let first = (from_s / every).ceil();
        let lines = (0..=10).map(|line| (first + f64::from(line)) * every);
        let lines = lines.filter(|at_s| at_s * 1e9 <= self.to_ns as f64);
        let lines: Vec<(f64, String)> = lines.map(|at_s| (at_s, px(self.x((at_s * 1e9) as u64)))).collect();
        let grid: String = lines.iter().map(|(_, x)| format!("M{x} 4V{}", px(bottom))).collect();
        html! {
            path.grid d=(grid) {}
            @for (at_s, x) in lines {
                text.tick x=(x) y=(px(bottom + 16.0)) text-anchor="middle" { (format!("{at_s:.decimals$}")) }
            }
        }
    }
}

/// In which row of its lane each bar and each mark stands.
struct Rows {
    bars: Vec<usize>,
    marks: Vec<Cluster>,
    /// How many rows of each.
    bar_rows: usize,
    mark_rows: usize,
}

/// Marks that are drawn as one.
struct Cluster {
    /// Places in the lane.
    marks: std::ops::Range<usize>,
    x: f64,
    row: usize,
}

impl Rows {
    fn of(lane: &Lane, axis: &Axis) -> Self {
        let mut ends = Vec::new();
        let bars: Vec<usize> =
            lane.bars.iter().map(|bar| row(&mut ends, axis.x(bar.from_ns), axis.x(bar.to_ns))).collect();
        let (mut marks, mut mark_ends) = (Vec::<Cluster>::new(), Vec::new());
        for (place, mark) in lane.marks.iter().enumerate() {
            let x = axis.x(mark.at_ns);
            match marks.last_mut() {
                Some(last) if mark.label.is_empty() && x - last.x < CLOSE => last.marks.end = place + 1,
                _ => {
                    let row =
                        row(&mut mark_ends, x.min(chip_left(x, mark)), chip_left(x, mark) + chip(mark) + 4.0);
                    marks.push(Cluster { marks: place..place + 1, x, row });
                }
            }
        }
        Self { bars, marks, bar_rows: ends.len(), mark_rows: mark_ends.len() }
    }

    fn height(&self) -> f64 {
        self.bar_rows as f64 * BAR + self.mark_rows as f64 * MARK
    }

    /// The bars with their rows; of several of a kind that begin in the same pixel the longest.
    fn visible<'l>(&self, lane: &'l Lane, axis: &Axis) -> impl Iterator<Item = (&'l Bar, usize)> {
        let mut pixels: BTreeMap<(u32, usize, &str), &'l Bar> = BTreeMap::new();
        for (bar, row) in lane.bars.iter().zip(&self.bars) {
            let drawn = pixels.entry((axis.x(bar.from_ns) as u32, *row, bar.kind)).or_insert(bar);
            if bar.to_ns > drawn.to_ns {
                *drawn = bar;
            }
        }
        pixels.into_iter().map(|((_, row, _), bar)| (bar, row))
    }

    /// The lane as one path for each kind of bar and mark, and the labels that have room.
    fn drawn(&self, lane: &Lane, axis: &Axis, top: f64) -> Markup {
        let bars_top = top + self.mark_rows as f64 * MARK;
        let middle = top + self.height() / 2.0;
        let mut shapes = Shapes::default();
        for cluster in &self.marks {
            shapes.mark(&lane.marks[cluster.marks.clone()], cluster.x, top + cluster.row as f64 * MARK);
        }
        for (bar, row) in self.visible(lane, axis) {
            shapes.bar(bar, axis, bars_top + row as f64 * BAR);
        }
        html! {
            path.lane d={ "M0 " (px(top - GAP / 2.0)) "H" (px(WIDTH)) } {}
            text.name x="0" y=(px(middle + 4.0)) { (fitting(&lane.name, LEFT - 8.0)) }
            (shapes.drawn())
        }
    }
}

/// The first row that is free from `from` on, and is taken until `to` then.
fn row(ends: &mut Vec<f64>, from: f64, to: f64) -> usize {
    let free = ends.iter().position(|end| *end <= from + 1.0);
    let row = free.unwrap_or_else(|| ends.len().min(ROWS - 1));
    match ends.get_mut(row) {
        Some(end) => *end = end.max(to),
        None => ends.push(to),
    }
    row
}

/// The width of a mark with a label; it stands right of its moment, or left where the picture ends.
fn chip(mark: &Mark) -> f64 {
    if mark.label.is_empty() { 8.0 } else { mark.label.chars().count() as f64 * CHAR + 10.0 }
}

fn chip_left(x: f64, mark: &Mark) -> f64 {
    if mark.label.is_empty() { x - 4.0 } else { x.min(WIDTH - chip(mark)) }
}

/// As much of `text` as has room in `width`; nothing where that would say nothing.
fn fitting(text: &str, width: f64) -> String {
    let room = (width / CHAR).max(0.0) as usize;
    match text.chars().count() {
        all if all <= room => text.to_owned(),
        _ if room < 4 => String::new(),
        _ => text.chars().take(room - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::{Event, Host, Observation, html::testing::seen};

    const QUANTITIES: [&str; 10] = [
        "code_view",
        "checkmark",
        "advert",
        "radio_control",
        "temporary_pin",
        "no_sms",
        "scan",
        "act",
        "screen",
        "screenshot",
    ];

    fn entry(at_ns: u64, quantity: &str, value: Value) -> Entry {
        let observation = Observation { at_ns, ..seen(quantity, value) };
        Entry { scenario: Some(0), seq: 0, event: Event::Observed(observation), host: Host::default() }
    }

    fn drawn(entries: &[Entry]) -> Option<String> {
        let info = ScenarioInfo {
            name: "S".into(),
            file: "F".into(),
            line: 1,
            steps: Vec::new(),
            uses: Vec::new(),
            repeats: None,
        };
        timeline(&info, entries).map(maud::PreEscaped::into_string)
    }

    #[test]
    fn a_camera_that_flickers_for_hours_is_drawn_in_few_words() {
        let look =
            |look: u64| entry(look * 100_000_000, "code_view", json!({"control": look.is_multiple_of(2)}));
        let page = drawn(&(0..100_000).map(look).collect::<Vec<_>>()).unwrap();
        assert!(page.len() < 500_000, "{} bytes", page.len());
    }

    #[test]
    fn screens_alone_need_no_timeline() {
        assert_eq!(drawn(&[entry(0, "screen", json!({"title": "MitID"}))]), None);
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_journal_is_drawn_in_the_picture(
            seen in prop::collection::vec(
                (any::<u64>(), prop::sample::select(QUANTITIES.to_vec()), any::<u64>(), any::<bool>(), "\\PC{0,9}"),
                0..30,
            ),
        ) {
            let value = |number: u64, yes: bool, text: &str| json!({
                "payloads": [text], "control": yes, "seen": yes, "data": text, "from_ns": number, "to_ns": number,
                "answered_ns": number, "accepted": yes, "title": text, "what": text, "chars": number,
            });
            let entries: Vec<Entry> = seen
                .iter()
                .map(|(at, quantity, number, yes, text)| entry(*at, quantity, value(*number, *yes, text)))
                .collect();
            let page = drawn(&entries).unwrap_or_default();
            prop_assert!(!page.contains("NaN") && !page.contains("inf\"") && !page.contains("=\"-"));
        }
    }
}
