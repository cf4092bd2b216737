//! Lanes of a scenario's timeline: sorts observations by their quantity. Values come from outside and may
//! lack anything; unreadable ones are left out.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Bar, Lane, Mark};
use crate::{Entry, Event, Observation, Outcome, ScenarioInfo, html::seconds};

/// The quantities without which a scenario has nothing that a timeline would tell better than its steps.
const TELLING: [&str; 6] = ["code_view", "checkmark", "advert", "temporary_pin", "no_sms", "scan"];

/// The lanes of a scenario, top to bottom; empty if it has nothing worth a timeline.
pub(super) fn lanes(info: &ScenarioInfo, entries: &[Entry]) -> Vec<Lane> {
    let mut seen: Vec<&Observation> = observations(entries).collect();
    if !seen.iter().any(|observation| TELLING.contains(&observation.quantity.as_str())) {
        return Vec::new();
    }
    seen.sort_by_key(|observation| observation.at_ns);
    let until = end(entries);
    let mut lanes = vec![steps(info, entries)];
    lanes.extend(hands_and_screens(&seen, until));
    lanes.extend(by_instrument(&seen, "code_view", "QR code", codes));
    lanes.extend(by_instrument(&seen, "checkmark", "checkmark", checkmarks));
    lanes.extend(by_instrument(&seen, "scan", "scans", |seen| (scans(seen), Vec::new())));
    lanes.extend(adverts(&seen));
    lanes.extend(by_instrument(&seen, "temporary_pin|no_sms", "SMS", messages));
    lanes.push(verdicts(info, entries));
    lanes.retain(|lane| !lane.bars.is_empty() || !lane.marks.is_empty());
    lanes
}

fn observations(entries: &[Entry]) -> impl Iterator<Item = &Observation> {
    entries.iter().filter_map(|entry| match &entry.event {
        Event::Observed(observation) => Some(observation),
        _ => None,
    })
}

/// The last moment that the journal tells of.
fn end(entries: &[Entry]) -> u64 {
    let moments = entries.iter().filter_map(|entry| match &entry.event {
        Event::StepStarted { at_ns, .. }
        | Event::StepFinished { at_ns, .. }
        | Event::ScenarioFinished { at_ns, .. }
        | Event::Observed(Observation { at_ns, .. }) => Some(*at_ns),
        _ => None,
    });
    moments.max().unwrap_or(0)
}

fn steps(info: &ScenarioInfo, entries: &[Entry]) -> Lane {
    let mut bars: Vec<Bar> = Vec::new();
    for entry in entries {
        match &entry.event {
            Event::StepStarted { step, at_ns } => {
                let words = info.steps.get(*step as usize);
                let words = words.map(|step| format!("{} {}", step.keyword, step.text)).unwrap_or_default();
                let note = format!("step {}: {words}", step + 1);
                bars.push(Bar::new("step", *at_ns, end(entries), (step + 1).to_string(), note));
            }
            Event::StepFinished { at_ns, .. } => {
                if let Some(open) = bars.last_mut() {
                    open.to_ns = *at_ns;
                }
            }
            _ => {}
        }
    }
    Lane { name: "steps".into(), bars, marks: Vec::new() }
}

/// A lane for each phone, with what its screen showed and what was done to it, and one for each other thing
/// that acted.
fn hands_and_screens(seen: &[&Observation], until: u64) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = Vec::new();
    for observation in seen {
        let value = &observation.value;
        let mark = match observation.quantity.as_str() {
            "act" => Some(Mark::new("act", observation.at_ns, text(value, "what").to_owned())),
            "screenshot" => {
                let shows = if flag(value, "shows_app") { "shows the screen" } else { "shows nothing" };
                Some(Mark::new("act", observation.at_ns, format!("screenshot {shows}")))
            }
            "screen" => None,
            _ => continue,
        };
        let name = observation.instrument.as_str();
        let known = lanes.iter().position(|lane| lane.name == name);
        let place = known.unwrap_or(lanes.len());
        if known.is_none() {
            lanes.push(Lane { name: name.to_owned(), ..Lane::default() });
        }
        let lane = &mut lanes[place];
        match mark {
            Some(mark) => lane.marks.push(mark),
            None => lane.screen(observation.at_ns, text(value, "title")),
        }
    }
    for last in lanes.iter_mut().filter_map(|lane| lane.bars.last_mut()) {
        last.to_ns = until;
    }
    lanes
}

impl Lane {
    /// A screen was seen: the one before it showed until then.
    fn screen(&mut self, at_ns: u64, title: &str) {
        match self.bars.last_mut() {
            Some(last) if last.label == title => {}
            last => {
                if let Some(last) = last {
                    last.to_ns = at_ns;
                }
                let shade = if self.bars.len().is_multiple_of(2) { "screen" } else { "screen odd" };
                self.bars.push(Bar::new(shade, at_ns, at_ns, title.to_owned(), format!("“{title}”")));
            }
        }
    }
}

/// A lane for each instrument that saw one of the `|`-separated `quantities`.
fn by_instrument(
    seen: &[&Observation],
    quantities: &str,
    what: &str,
    read: impl Fn(&[&Observation]) -> (Vec<Bar>, Vec<Mark>),
) -> Vec<Lane> {
    let wanted = |o: &Observation| quantities.split('|').any(|quantity| quantity == o.quantity);
    let mut instruments: Vec<(&str, Vec<&Observation>)> = Vec::new();
    for observation in seen.iter().filter(|observation| wanted(observation)) {
        let name = observation.instrument.as_str();
        match instruments.iter_mut().find(|(known, _)| *known == name) {
            Some((_, seen)) => seen.push(observation),
            None => instruments.push((name, vec![observation])),
        }
    }
    let lane = |(instrument, seen): (&str, Vec<&Observation>)| {
        let (bars, marks) = read(&seen);
        Lane { name: format!("{instrument}: {what}"), bars, marks }
    };
    instruments.into_iter().map(lane).collect()
}

/// Looks in a row that saw the same thing, as one bar from the first to the last of them.
fn runs(seen: &[&Observation], mut saw: impl FnMut(&Value) -> (&'static str, String)) -> Vec<Bar> {
    let mut bars: Vec<(Bar, usize)> = Vec::new();
    for observation in seen {
        let (kind, label) = saw(&observation.value);
        match bars.last_mut() {
            Some((run, looks)) if run.kind == kind && run.label == label => {
                run.to_ns = observation.at_ns;
                *looks += 1;
            }
            _ => bars.push((Bar::new(kind, observation.at_ns, observation.at_ns, label, String::new()), 1)),
        }
    }
    let noted = |(run, looks): (Bar, usize)| {
        let noun = if looks == 1 { "look" } else { "looks" };
        Bar { note: format!("{}, {looks} {noun}", run.label), ..run }
    };
    bars.into_iter().map(noted).collect()
}

fn codes(seen: &[&Observation]) -> (Vec<Bar>, Vec<Mark>) {
    let mut known: Vec<String> = Vec::new();
    let bars = runs(seen, |view| {
        let payload =
            view["payloads"].as_array().and_then(|payloads| payloads.first()).and_then(Value::as_str);
        match payload {
            Some(payload) => {
                let place = known.iter().position(|known| known == payload).unwrap_or_else(|| {
                    known.push(payload.to_owned());
                    known.len() - 1
                });
                (if place.is_multiple_of(2) { "code" } else { "code odd" }, format!("code {}", place + 1))
            }
            None if flag(view, "control") && !flag(view, "abandoned") => ("none", "no code".into()),
            None => ("unseen", "camera cannot see".into()),
        }
    });
    (with_totals(bars), Vec::new())
}

fn checkmarks(seen: &[&Observation]) -> (Vec<Bar>, Vec<Mark>) {
    let bars = runs(seen, |look| match (flag(look, "control"), flag(look, "seen")) {
        (true, true) => ("accepted", "✓ checkmark".into()),
        (true, false) => ("none", "no checkmark".into()),
        (false, _) => ("unseen", "camera cannot see".into()),
    });
    (bars, Vec::new())
}

fn scans(seen: &[&Observation]) -> Vec<Bar> {
    let bar = |scan: &&Observation| {
        let (kind, label) = match scan.value["accepted"].as_bool() {
            Some(true) => ("accepted", "✓ accepted"),
            Some(false) => ("refused", "✕ refused"),
            None => ("unseen", "? no answer"),
        };
        let answered = scan.value["answered_ns"].as_u64().unwrap_or(scan.at_ns);
        Bar::new(kind, scan.at_ns, answered.max(scan.at_ns), label.into(), format!("scan: {label}"))
    };
    seen.iter().map(bar).collect()
}

/// Adverts of one value that are further apart, in nanoseconds, are two bars: nobody may have listened between them.
const APART_NS: u64 = 1_500_000_000;

/// A lane for each radio: a bar for each value of the data, and the times in which it was shown to hear.
fn adverts(seen: &[&Observation]) -> Vec<Lane> {
    by_instrument(seen, "advert|radio_control", "adverts", |seen| {
        let of = |quantity| seen.iter().filter(move |observation| observation.quantity == quantity);
        let mut bars: Vec<Bar> = Vec::new();
        let mut values: Vec<(&str, &str, usize)> = Vec::new();
        for advert in of("advert") {
            let (address, data) = (text(&advert.value, "address"), text(&advert.value, "data"));
            let place = values.iter().rposition(|(a, d, _)| (*a, *d) == (address, data));
            match place {
                Some(place) if advert.at_ns.saturating_sub(bars[place].to_ns) <= APART_NS => {
                    bars[place].to_ns = advert.at_ns;
                    values[place].2 += 1;
                }
                _ => {
                    let kind = if bars.len().is_multiple_of(2) { "advert" } else { "advert odd" };
                    bars.push(Bar::new(
                        kind,
                        advert.at_ns,
                        advert.at_ns,
                        short(data),
                        format!("{data} from {address}"),
                    ));
                    values.push((address, data, 1));
                }
            }
        }
        for (bar, (_, _, count)) in bars.iter_mut().zip(values) {
            bar.note = format!("{count} × {}", bar.note);
        }
        bars.extend(of("radio_control").map(|time| listened(time)));
        (bars, Vec::new())
    })
}

fn listened(time: &Observation) -> Bar {
    let moment = |name: &str| time.value[name].as_u64().unwrap_or(time.at_ns);
    let (from, to) = (moment("from_ns"), moment("to_ns"));
    // It is observed where the beacon was heard; records of older rigs say which.
    let (kind, label) = match time.value["heard"].as_bool() {
        Some(false) => ("unseen", "beacon not heard"),
        _ => ("none", "listening, beacon heard"),
    };
    Bar::new(kind, from, to.max(from), label.into(), label.into())
}

fn messages(seen: &[&Observation]) -> (Vec<Bar>, Vec<Mark>) {
    let (mut bars, mut marks) = (Vec::new(), Vec::new());
    for observation in seen {
        let value = &observation.value;
        if observation.quantity == "temporary_pin" {
            let what = if flag(value, "digits_only") { "digits" } else { "characters" };
            let (chars, from) = (value["chars"].as_u64().unwrap_or(0), text(value, "from"));
            let note = format!("SMS from {from} with a temporary PIN of {chars} {what}");
            marks.push(Mark::new("sms", observation.at_ns, note));
        } else {
            let moment = |name: &str| value[name].as_u64().unwrap_or(observation.at_ns);
            let (from, to) = (moment("from_ns"), moment("to_ns"));
            let looped = if flag(value, "loop_back") { "came" } else { "did not come" };
            let note = format!("no SMS; the modem's message to itself {looped}");
            bars.push(Bar::new("unseen", from, to.max(from), "no SMS".into(), note));
        }
    }
    (bars, marks)
}

/// The verdicts, each at the end of its step.
fn verdicts(info: &ScenarioInfo, entries: &[Entry]) -> Lane {
    let mut marks: Vec<Mark> = Vec::new();
    let mut open = 0;
    for entry in entries {
        match &entry.event {
            Event::Judged(verdict) => {
                let step = info.steps.get(verdict.step as usize).map_or("", |step| step.text.as_str());
                let note = format!("{} {}: {} ({step})", verdict.clause, verdict.outcome, verdict.reason);
                let label = format!("{} {}", sign(verdict.outcome), verdict.clause);
                marks.push(Mark { label, ..Mark::new(class(verdict.outcome), 0, note) });
            }
            Event::StepStarted { at_ns, .. }
            | Event::StepFinished { at_ns, .. }
            | Event::ScenarioFinished { at_ns, .. } => {
                marks[open..].iter_mut().for_each(|mark| mark.at_ns = *at_ns);
                open = marks.len();
            }
            _ => {}
        }
    }
    let until = end(entries);
    marks[open..].iter_mut().for_each(|mark| mark.at_ns = until);
    Lane { name: "verdicts".into(), bars: Vec::new(), marks }
}

fn sign(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "✓",
        Outcome::NotRun => "–",
        Outcome::Inconclusive => "?",
        Outcome::Error => "!",
        Outcome::Fail => "✕",
    }
}

fn class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::NotRun => "not-run",
        Outcome::Inconclusive => "inconclusive",
        Outcome::Error => "error",
        Outcome::Fail => "fail",
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn flag(value: &Value, name: &str) -> bool {
    value[name].as_bool().unwrap_or(false)
}

/// The first characters of hexadecimal data.
fn short(data: &str) -> String {
    data.chars().take(6).collect()
}

/// The longest bar of each code tells over how long the code was seen in all: what a reader looks for first.
fn with_totals(mut bars: Vec<Bar>) -> Vec<Bar> {
    let length = |bar: &Bar| bar.to_ns.saturating_sub(bar.from_ns);
    let codes: BTreeSet<String> =
        bars.iter().filter(|bar| bar.kind.starts_with("code")).map(|bar| bar.label.clone()).collect();
    for code in codes {
        let runs = || bars.iter().enumerate().filter(|(_, bar)| bar.label == code);
        let from = runs().map(|(_, bar)| bar.from_ns).min().unwrap_or(0);
        let to = runs().map(|(_, bar)| bar.to_ns).max().unwrap_or(0);
        if let Some((longest, _)) = runs().max_by_key(|(_, bar)| length(bar)) {
            bars[longest].label = format!("{code}, first to last look {}", seconds(to.saturating_sub(from)));
        }
    }
    bars
}
