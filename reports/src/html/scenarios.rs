//! Each scenario as it ran: its steps, what the instruments saw, the verdicts, the frames that decided.

use maud::{Markup, html};
use serde_json::Value;

use super::{Page, badge, mark, scenario_anchor, screen::screen, seconds, timeline::timeline};
use crate::{
    Entry, Event, Evidence, InstrumentInfo, Observation, Outcome, ScenarioInfo, ScenarioSummary, Standing,
    StepInfo, StepSummary, Verdict,
};

/// Longer values are cut; the journal has them whole.
const VALUE_CHARS: usize = 300;

/// A step with more observations has the rest in the journal only, so that the page can be sent.
const ROWS: usize = 50;

impl Page<'_> {
    pub(super) fn scenarios(&self) -> Markup {
        html! {
            section aria-labelledby="scenarios" {
                h2 id="scenarios" { "Scenarios" }
                p { "In the order of the plan. Open one to see its steps and what the instruments saw." }
                @for (index, (info, entries)) in self.journal.scenarios().enumerate() {
                    (self.scenario(index, info, entries, &self.summary.scenarios[index]))
                }
            }
        }
    }

    fn scenario(
        &self,
        index: usize,
        info: &ScenarioInfo,
        entries: &[Entry],
        summary: &ScenarioSummary,
    ) -> Markup {
        html! {
            details.scenario id=(scenario_anchor(index)) open[summary.outcome != Outcome::Pass] {
                summary {
                    (badge(summary.outcome))
                    h3 { (info.name) }
                    span.source { (info.file) ":" (info.line) " · " (seconds(summary.bench_ns)) " of bench time" }
                }
                @if let Some(reason) = &summary.reason { p.reason { (reason) } }
                @if !info.uses.is_empty() { p.source { "uses up " (info.uses.join("; ")) } }
                @if let Some(timeline) = timeline(info, entries) { (timeline) }
                ol.steps {
                    @for (number, step) in info.steps.iter().enumerate() {
                        (self.step(index, number, step, &summary.steps[number], entries))
                    }
                }
                (started(entries))
            }
        }
    }

    fn step(
        &self,
        index: usize,
        number: usize,
        info: &StepInfo,
        step: &StepSummary,
        entries: &[Entry],
    ) -> Markup {
        let (observations, verdicts) = within(number, entries);
        html! {
            li.unreached[step.began_ns.is_none()] {
                div.step {
                    (self.step_mark(info, step))
                    span.words {
                        strong { (info.keyword) } " " (info.text)
                        @if let Some(clause) = &info.clause { " " (self.clause_link(clause)) }
                    }
                    @if let Some(at) = step.began_ns { span.at { (seconds(at)) } }
                }
                @if let (Some(reason), true) = (&step.reason, verdicts.is_empty()) { p.reason { (reason) } }
                @for verdict in &verdicts {
                    @let said = info.clause.as_ref() == Some(&verdict.clause)
                        && (step.outcome == verdict.outcome || self.is_reported(&verdict.clause));
                    (self.verdict(verdict, said))
                }
                (self.observations(index, &observations))
            }
        }
    }

    /// A step's outcome; where it ended well and its clause is only reported, that.
    fn step_mark(&self, info: &StepInfo, step: &StepSummary) -> Markup {
        let reports = info.clause.as_ref().is_some_and(|clause| self.is_reported(clause));
        if reports && step.outcome == Outcome::Pass { mark(Standing::Reported) } else { badge(step.outcome) }
    }

    fn verdict_mark(&self, verdict: &Verdict) -> Markup {
        if self.is_reported(&verdict.clause) { mark(Standing::Reported) } else { badge(verdict.outcome) }
    }

    /// A verdict; where its step has `said` clause and outcome already, only the reason.
    fn verdict(&self, verdict: &Verdict, said: bool) -> Markup {
        let mut rests: Vec<String> = Vec::new();
        if !verdict.drivers.is_empty() {
            rests.push(format!("rests on {}", verdict.drivers.join(", ")));
        }
        if !verdict.observations.is_empty() {
            let ids: Vec<String> = verdict.observations.iter().map(u32::to_string).collect();
            let noun = if ids.len() == 1 { "observation" } else { "observations" };
            rests.push(format!("{noun} {}", ids.join(", ")));
        }
        rests.push(format!(
            "debug probe {}",
            if verdict.probe_attached { "attached" } else { "not attached" }
        ));
        rests.push(format!("test commands {}", if verdict.test_commands { "enabled" } else { "disabled" }));
        html! {
            div.verdict {
                p {
                    @if !said { (self.verdict_mark(verdict)) " " (self.clause_link(&verdict.clause)) " " }
                    @if let Some(cause) = verdict.cause { (cause.word()) ": " }
                    (verdict.reason)
                }
                p.source { (rests.join(" · ")) }
            }
        }
    }

    /// The frames that decided in sight, everything that was seen one click away.
    fn observations(&self, index: usize, observations: &[&Observation]) -> Markup {
        html! {
            @for observation in observations {
                @if let Some(evidence) = &observation.evidence { (self.frame(index, observation, evidence)) }
            }
            @if !observations.is_empty() {
                details.observations {
                    summary {
                        @if let [only] = observations { "1 observation: " (only.quantity) }
                        @else { (observations.len()) " observations" }
                    }
                    div.scroll tabindex="0" role="region" aria-label="Observations" {
                        table {
                            thead {
                                tr {
                                    th scope="col" { "No." }
                                    th scope="col" { "Bench time" }
                                    th scope="col" { "Instrument" }
                                    th scope="col" { "Quantity" }
                                    th scope="col" { "Value" }
                                    th scope="col" { "Evidence" }
                                }
                            }
                            tbody { @for observation in observations.iter().take(ROWS) { (row(observation)) } }
                        }
                        @if observations.len() > ROWS { p.source { (observations.len() - ROWS) " more in the journal." } }
                    }
                }
            }
        }
    }

    fn frame(&self, index: usize, observation: &Observation, evidence: &Evidence) -> Markup {
        let Some(frame) = self.frames.get(evidence) else { return html! {} };
        let anchor = format!("frame-{}", evidence.sha256.chars().take(16).collect::<String>());
        let seen = format!(
            "{} by {} at {}",
            observation.quantity,
            observation.instrument,
            seconds(observation.at_ns)
        );
        match frame {
            Err(why) => html! { p.notice { strong { "Evidence cannot be shown. " } (why) } },
            Ok(uri) if self.frames.at_home(evidence, index, observation.id) => html! {
                figure id=(anchor) {
                    img src=(uri) alt={ "Frame: " (seen) ", read as " (shown(&observation.value)) };
                    figcaption { (seen) ": " strong { (shown(&observation.value)) } }
                }
            },
            Ok(_) => html! { p.source { a href={ "#" (anchor) } { "The same frame" } " again: " (seen) } },
        }
    }
}

/// Observations and verdicts of the step with this number.
fn within(number: usize, entries: &[Entry]) -> (Vec<&Observation>, Vec<&Verdict>) {
    let (mut observations, mut verdicts) = (Vec::new(), Vec::new());
    let mut open = None;
    for entry in entries {
        match &entry.event {
            Event::StepStarted { step, .. } => open = Some(*step as usize),
            Event::Observed(observation) if open == Some(number) => observations.push(observation),
            Event::Judged(verdict) if verdict.step as usize == number => verdicts.push(verdict),
            _ => {}
        }
    }
    (observations, verdicts)
}

fn row(observation: &Observation) -> Markup {
    html! {
        tr {
            td { (observation.id) }
            td.number { (seconds(observation.at_ns)) " ± " (observation.uncertainty_ns as f64 / 1e6) " ms" }
            td { (observation.instrument) }
            td { (observation.quantity) }
            td.value {
                @if let Some(screen) = screen(&observation.value) { (screen) }
                @else { (shown(&observation.value)) }
            }
            td.hash {
                @if let Some(evidence) = &observation.evidence {
                    a href=[link(evidence)] title=(evidence.sha256) {
                        (evidence.sha256.chars().take(12).collect::<String>()) "…"
                    }
                    " " (evidence.media_type)
                } @else { "–" }
            }
        }
    }
}

/// Relative link to the evidence; `None` if the journal names a file outside of the evidence folder.
fn link(evidence: &Evidence) -> Option<&str> {
    let name = evidence.file.strip_prefix("evidence/")?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
    name.chars().all(plain).then_some(&evidence.file)
}

/// The seed of the scenario's world and the instruments it held.
fn started(entries: &[Entry]) -> Markup {
    let Some(Event::ScenarioStarted { seed, instruments, .. }) = entries.first().map(|entry| &entry.event)
    else {
        return html! { p.source { "This scenario never began." } };
    };
    html! {
        details.observations {
            summary { (instruments.len()) " instruments, seed " (seed) }
            dl.instruments { @for instrument in instruments { (identity(instrument)) } }
        }
    }
}

fn identity(instrument: &InstrumentInfo) -> Markup {
    html! {
        div {
            dt { (instrument.name) " (" (instrument.driver) ")" }
            dd {
                @for (place, (name, value)) in instrument.identity.iter().enumerate() {
                    @if place > 0 { ", " }
                    (name) " " (value)
                }
            }
        }
    }
}

/// A value for people: text as it is, an object as its members, anything else as JSON.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| {
                    format!("{name}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                })
                .collect();
            members.join(", ")
        }
        other => other.to_string(),
    };
    match text.char_indices().nth(VALUE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
