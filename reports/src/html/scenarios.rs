//! Each scenario as it ran: its steps, what the instruments saw, the verdicts, the frames that decided.

use maud::{Markup, html};

use super::{
    Page, badge,
    frames::Home,
    mark,
    reading::reading,
    scenario_anchor, seconds,
    shown::{class, evidence_link},
    timeline::timeline,
};
use crate::{
    ClauseStatus, Entry, Event, InstrumentInfo, Observation, Outcome, ScenarioInfo, ScenarioSummary,
    StepInfo, StepSummary, Verdict,
};

/// A step with more observations has the rest in the journal only, so that the page can be sent.
const ROWS: usize = 50;

impl Page<'_> {
    pub(super) fn scenarios(&self) -> Markup {
        let scenarios: Vec<_> = self.journal.scenarios().zip(&self.summary.scenarios).enumerate().collect();
        html! {
            section aria-labelledby="scenarios" {
                h2 id="scenarios" { "Scenarios" }
                p { "The worst first, then in the order of the plan. Open one to see its steps and what the instruments saw." }
                @for outcome in Outcome::ALL.into_iter().rev() {
                    @for (index, ((info, entries), summary)) in &scenarios {
                        @if summary.outcome == outcome { (self.scenario(*index, info, entries, summary)) }
                    }
                }
            }
        }
    }

    /// A closed row. The anchor stands inside, since a browser opens what a link leads into.
    fn scenario(
        &self,
        index: usize,
        info: &ScenarioInfo,
        entries: &[Entry],
        summary: &ScenarioSummary,
    ) -> Markup {
        let steps = by_step(info.steps.len(), entries);
        html! {
            details.scenario.(class(ClauseStatus::Judged(summary.outcome))) {
                summary {
                    (badge(summary.outcome)) " " h3 { (info.name) } " "
                    span.source { (info.file) ":" (info.line) " · " (seconds(summary.bench_ns)) }
                }
                div id=(scenario_anchor(index)) {
                    @if let Some(reason) = &summary.reason { p.reason { (reason) } }
                    @for retried in self.summary.retried.iter().filter(|retried| retried.scenario == info.name) {
                        p.reason { (retried.grade) ": " (retried.told()) }
                    }
                    @if !info.uses.is_empty() { p.source { "uses up " (info.uses.join("; ")) } }
                    ol.steps {
                        @for (number, (step, seen)) in info.steps.iter().zip(&steps).enumerate() {
                            (self.step(index, step, &summary.steps[number], seen))
                        }
                    }
                    @if let Some(timeline) = timeline(info, entries) { (timeline) }
                    (started(entries))
                }
            }
        }
    }

    fn step(&self, index: usize, info: &StepInfo, step: &StepSummary, seen: &Seen) -> Markup {
        html! {
            li.unreached[step.began_ns.is_none()] {
                (self.step_mark(info, step)) " " b { (info.keyword) } " " (info.text)
                @if let Some(clause) = &info.clause { " " (self.clause_link(clause)) }
                @if let Some(at) = step.began_ns { " " span.at { (seconds(at)) } }
                @if let (Some(reason), true) = (&step.reason, seen.verdicts.is_empty()) { p.reason { (reason) } }
                @for verdict in &seen.verdicts {
                    @let said = info.clause.as_ref() == Some(&verdict.clause)
                        && (step.outcome == verdict.outcome || self.is_reported(&verdict.clause));
                    (self.verdict(verdict, said))
                }
                (self.observations(index, &seen.observations))
            }
        }
    }

    /// A step's outcome; where it ended well and its clause is only reported, that.
    fn step_mark(&self, info: &StepInfo, step: &StepSummary) -> Markup {
        let reports = info.clause.as_ref().is_some_and(|clause| self.is_reported(clause));
        if reports && step.outcome == Outcome::Pass {
            mark(ClauseStatus::Reported)
        } else {
            badge(step.outcome)
        }
    }

    fn verdict_mark(&self, verdict: &Verdict) -> Markup {
        if self.is_reported(&verdict.clause) { mark(ClauseStatus::Reported) } else { badge(verdict.outcome) }
    }

    /// A verdict; where its step has `said` clause and outcome already, only the reason.
    fn verdict(&self, verdict: &Verdict, said: bool) -> Markup {
        html! {
            p.verdict {
                @if !said { (self.verdict_mark(verdict)) " " (self.clause_link(&verdict.clause)) " " }
                @if let Some(cause) = verdict.cause { (cause.word()) ": " }
                (verdict.reason) " "
                span.source { (rests_on(verdict)) }
            }
        }
    }

    /// The frames that decided in sight, everything that was seen one click away.
    fn observations(&self, scenario: usize, observations: &[&Observation]) -> Markup {
        let due = self.journal.due(scenario);
        html! {
            @for observation in observations {
                @let home = Home::Step { scenario, observation: observation.id };
                @if let Some(picture) = self.picture(scenario, observation, home) {
                    figure {
                        (picture)
                        figcaption { (observation.instrument) ", " (seconds(observation.at_ns)) ": " (reading(observation)) }
                    }
                }
            }
            @if !observations.is_empty() {
                details.seen {
                    summary {
                        @if let [only] = observations { "1 observation: " (only.quantity) }
                        @else { (observations.len()) " observations" }
                    }
                    ul { @for observation in observations.iter().take(ROWS) { (row(observation, due.contains(&observation.id))) } }
                    @if observations.len() > ROWS { p.source { (observations.len() - ROWS) " more in the journal." } }
                    (transcript(observations))
                }
            }
        }
    }
}

/// Drivers and observations behind a verdict.
fn rests_on(verdict: &Verdict) -> String {
    let mut rests: Vec<String> = Vec::new();
    if !verdict.drivers.is_empty() {
        rests.push(format!("rests on {}", verdict.drivers.join(", ")));
    }
    if !verdict.observations.is_empty() {
        let ids: Vec<String> = verdict.observations.iter().map(u32::to_string).collect();
        let noun = if ids.len() == 1 { "observation" } else { "observations" };
        rests.push(format!("{noun} {}", ids.join(", ")));
    }
    rests.push(format!("debug probe {}", if verdict.probe_attached { "attached" } else { "not attached" }));
    rests.push(format!("test commands {}", if verdict.test_commands { "enabled" } else { "disabled" }));
    rests.join(" · ")
}

/// Observations and verdicts of one step.
#[derive(Clone, Default)]
struct Seen<'a> {
    observations: Vec<&'a Observation>,
    verdicts: Vec<&'a Verdict>,
}

/// The observations and verdicts of each step.
fn by_step(steps: usize, entries: &[Entry]) -> Vec<Seen<'_>> {
    let mut seen = vec![Seen::default(); steps];
    let mut open = None;
    for entry in entries {
        match &entry.event {
            Event::StepStarted { step, .. } => open = Some(*step as usize),
            Event::Observed(observation) => {
                if let Some(step) = open.and_then(|step| seen.get_mut(step)) {
                    step.observations.push(observation);
                }
            }
            Event::Judged(verdict) => {
                if let Some(step) = seen.get_mut(verdict.step as usize) {
                    step.verdicts.push(verdict);
                }
            }
            _ => {}
        }
    }
    seen
}

/// An observation in one line, with its evidence if that is kept. Lines of a transcript share the link below the list.
fn row(observation: &Observation, is_kept: bool) -> Markup {
    let within_ms = observation.uncertainty_ns as f64 / 1e6;
    html! {
        li {
            (observation.id) ": " (seconds(observation.at_ns)) " ± " (within_ms) " ms, "
            (observation.instrument) ", " (observation.quantity) ": " (reading(observation))
            @if let Some(evidence) = observation.evidence.as_ref().filter(|evidence| evidence.offset.is_none()) {
                " · "
                @if is_kept { (evidence_link(evidence)) } @else { "not kept: no verdict rests on it" }
            }
        }
    }
}

/// A link to the transcript of what instruments other than cameras and microphones returned.
fn transcript(observations: &[&Observation]) -> Markup {
    let mut evidence = observations.iter().filter_map(|observation| observation.evidence.as_ref());
    html! {
        @if let Some(line) = evidence.find(|evidence| evidence.offset.is_some()) {
            p.source { (evidence_link(line)) " of the scenario, as the instruments returned it" }
        }
    }
}

/// The seed of the scenario's world and the instruments it held.
fn started(entries: &[Entry]) -> Markup {
    let Some(Event::ScenarioStarted { seed, instruments, .. }) = entries.first().map(|entry| &entry.event)
    else {
        return html! { p.source { "This scenario never began." } };
    };
    html! {
        details.seen {
            summary { (instruments.len()) " instruments, seed " (seed) }
            ul { @for instrument in instruments { li { (identity(instrument)) } } }
        }
    }
}

fn identity(instrument: &InstrumentInfo) -> String {
    let facts: Vec<String> =
        instrument.identity.iter().map(|(name, value)| format!("{name} {value}")).collect();
    format!("{} ({}): {}", instrument.name, instrument.driver, facts.join(", "))
}
