//! A problem on the page: clause, cause, fault, the command to run it again, and beside them what decided.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::{Problem, decisive::Decisive, rerun, unreached};
use crate::{
    Cause, ClauseStatus, Observation, Outcome,
    html::{
        Page, badge, chart,
        frames::{Home, image},
        level, mark,
        reading::{figure, reading},
        screen::screen,
        seconds, shown,
    },
};

/// Steps before the one that decided, at most: what led there.
const STEPS: usize = 6;
/// Other scenarios that show the same, by name.
const OTHERS: usize = 10;

impl Page<'_> {
    /// The problems of the run; empty for a pass.
    pub(in crate::html) fn problems(&self) -> Markup {
        if self.summary.outcome == Outcome::Pass {
            return html! {};
        }
        let unreached = unreached(self.summary);
        html! {
            section aria-labelledby="problems" {
                h2 id="problems" { (title(self.summary.outcome)) }
                @for (number, problem) in self.found.iter().enumerate() { (self.problem(number, problem)) }
                @for (reason, clauses) in unreached {
                    article.problem.not-run {
                        h3 {
                            (mark(ClauseStatus::Judged(Outcome::NotRun))) " "
                            (clauses.len()) @if clauses.len() == 1 { " clause" } @else { " clauses" } " not judged"
                        }
                        p.reason { (reason) }
                        p { @for clause in clauses { (self.clause_link(&clause.id)) " " } }
                    }
                }
                p.source { "Run everything again: " code { (rerun::command(self.journal, None)) } }
            }
        }
    }

    fn problem(&self, number: usize, problem: &Problem) -> Markup {
        html! {
            article.problem.(shown::class(ClauseStatus::Judged(problem.outcome))) id={ "problem-" (number + 1) } {
                h3 {
                    (badge(problem.outcome)) " "
                    @match problem.clauses.first() {
                        Some((info, _)) => { (self.clause_link(&info.id)) " " q { (info.quote) } }
                        None => (self.summary.scenarios[problem.scenario].name),
                    }
                }
                div.columns {
                    div { (self.answers(problem)) }
                    div {
                        @if let Some(verdict) = problem.verdict {
                            @for measurement in &verdict.measurements {
                                p.figure { (chart::value(measurement)) span.limits { (chart::limits(measurement)) } }
                                (chart::chart(measurement))
                            }
                        }
                        (self.decided(number, problem))
                    }
                }
            }
        }
    }

    /// The finding, whose fault it is, the place, and the command to see it again.
    fn answers(&self, problem: &Problem) -> Markup {
        let scenario = &self.summary.scenarios[problem.scenario];
        html! {
            dl.answers {
                dt { "Found" }
                dd.reason {
                    @if let Some(cause) = problem.cause { (cause.word()) ": " }
                    (problem.reason)
                }
                dt { "Whose fault" }
                dd { (self.fault(problem)) }
                @if let Some((info, _)) = problem.clauses.first() {
                    dt { "Promised in" }
                    dd { (info.source) " (" (level(info.level)) ", " (info.basis.words()) ")" }
                }
                dt { "Seen in" }
                dd {
                    (self.scenario_link(problem.scenario)) " "
                    span.source { (self.place(problem.scenario)) }
                    (self.way(problem))
                }
                (self.also(problem))
                dt { "Run it again" }
                dd { code { (rerun::command(self.journal, Some(&scenario.name))) } }
            }
        }
    }

    fn fault(&self, problem: &Problem) -> Markup {
        let defects = &self.journal.head().defects;
        let faults = &self.journal.head().faults;
        html! {
            @match (problem.outcome, problem.cause) {
                (Outcome::Fail, _) => {
                    strong { "The product." }
                    @if !problem.direct { " It broke a step that the scenario needs before this clause can be judged." }
                    @if !defects.is_empty() { " It was given a defect for this run: " (defects.join(", ")) "." }
                }
                (Outcome::Error, _) => {
                    strong { "The bench or the rig." } " This says nothing of the product."
                    @if !faults.is_empty() { " The bench was given a fault for this run: " (faults.join(", ")) "." }
                }
                (_, Some(Cause::Limit { .. })) => {
                    strong { "Undecided." } " The value lies within its uncertainty of a limit: neither pass nor fail."
                }
                _ => {
                    strong { "Undecided." } " The instrument could not see: look at the bench before the product."
                    @if !faults.is_empty() { " The bench was given a fault for this run: " (faults.join(", ")) "." }
                }
            }
        }
    }

    /// The steps that led to the problem, the deciding one last.
    fn way(&self, problem: &Problem) -> Markup {
        let Some(step) = problem.step else { return html! {} };
        let (info, summary) =
            (&self.journal.head().scenarios[problem.scenario], &self.summary.scenarios[problem.scenario]);
        let first = (step + 1).saturating_sub(STEPS);
        html! {
            ol.way start=(first + 1) {
                @for number in first..=step {
                    @let words = &info.steps[number];
                    li.last[number == step] {
                        (words.keyword) " " (words.text)
                        @if number == step {
                            @if let Some(ended) = summary.steps[number].ended_ns { span.at { " " (seconds(ended)) } }
                        }
                    }
                }
            }
        }
    }

    /// Other clauses that the same cause decides, and other scenarios that show it.
    fn also(&self, problem: &Problem) -> Markup {
        let clauses = problem.clauses.iter().skip(1);
        let Some((_, first)) = problem.clauses.first() else { return html! {} };
        let others: Vec<usize> = self
            .judging(&first.id)
            .into_iter()
            .filter(|(index, outcome)| *outcome == problem.outcome && *index != problem.scenario)
            .map(|(index, _)| index)
            .collect();
        html! {
            @if problem.clauses.len() > 1 {
                dt { "Same cause" }
                dd { @for (info, _) in clauses { (self.clause_link(&info.id)) " " } }
            }
            @if !others.is_empty() {
                dt { "Also in" }
                dd {
                    ul { @for index in others.iter().take(OTHERS) { li { (self.scenario_link(*index)) } } }
                    @if others.len() > OTHERS { (others.len() - OTHERS) " more scenarios" }
                }
            }
        }
    }

    /// The observations that decided, in the order of time: readings in words, frames and screens side by side.
    fn decided(&self, number: usize, problem: &Problem) -> Markup {
        let mut decisive: Vec<&Decisive> = problem.decisive.iter().collect();
        decisive.sort_by_key(|one| (one.observation.at_ns, one.observation.id));
        let (shots, words): (Vec<_>, Vec<_>) =
            decisive.into_iter().partition(|one| can_be_seen(one.observation));
        let kept = self.journal.due(problem.scenario);
        html! {
            @if words.is_empty() && shots.is_empty() { p.source { "No instrument saw anything before this." } }
            @if !words.is_empty() {
                ul.readings {
                    @for one in words {
                        li { strong { (reading(one.observation)) } " " span.source { (caption(one, &kept)) } }
                    }
                }
            }
            @if !shots.is_empty() {
                div.shots { @for one in shots { (self.shot(number, problem.scenario, one, &kept)) } }
            }
        }
    }

    fn shot(&self, number: usize, scenario: usize, decisive: &Decisive, kept: &BTreeSet<u32>) -> Markup {
        let observation = decisive.observation;
        let home = Home::Problem { problem: number, observation: observation.id };
        html! {
            figure.shot {
                @if let Some(screen) = screen(&observation.value) { (screen) }
                @else if let Some(picture) = self.picture(scenario, observation, home) { (picture) }
                figcaption {
                    @if image(observation).is_some() { strong { (reading(observation)) } br; }
                    (caption(decisive, kept))
                }
            }
        }
    }
}

/// The heading: a run that was cut short has broken nothing.
pub(in crate::html) fn title(outcome: Outcome) -> &'static str {
    if outcome == Outcome::NotRun { "What was not judged" } else { "What went wrong" }
}

/// Whether there is more to see than words.
fn can_be_seen(observation: &Observation) -> bool {
    image(observation).is_some() || screen(&observation.value).is_some()
}

/// Who saw it, when, and the evidence, if it was `kept`.
fn caption(decisive: &Decisive, kept: &BTreeSet<u32>) -> Markup {
    let observation = decisive.observation;
    html! {
        @if let Some(figure) = figure(observation) { (figure) " · " }
        (observation.instrument) ", " (seconds(observation.at_ns)) (decisive.role.words())
        @if let Some(evidence) = observation.evidence.as_ref().filter(|_| kept.contains(&observation.id)) {
            " · " (shown::evidence_link(evidence))
        }
    }
}
