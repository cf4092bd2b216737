//! Verdict by clause, beside the words of the source, the worst first: what was found, in which scenarios,
//! seen through what; then what is only reported, what does not apply, and what nobody judged.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::{Page, badge, level, mark, shown::class};
use crate::{ClauseInfo, ClauseStatus, ClauseSummary, Journal, LeftOut, Outcome};

/// The instruments that the verdicts on each clause rest on, by the names of the bench file.
pub(super) struct SeenThrough(BTreeMap<String, BTreeSet<String>>);

impl SeenThrough {
    pub fn of(journal: &Journal) -> Self {
        let mut seen = BTreeMap::<_, BTreeSet<_>>::new();
        for (_, verdict, observations) in journal.verdicts() {
            let names = observations.iter().map(|observation| observation.instrument.clone());
            seen.entry(verdict.clause.clone()).or_default().extend(names);
        }
        Self(seen)
    }

    fn get(&self, clause: &str) -> Option<String> {
        let names = self.0.get(clause).filter(|names| !names.is_empty())?;
        Some(names.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
    }
}

impl Page<'_> {
    pub(super) fn clauses(&self) -> Markup {
        let judged = Outcome::ALL.into_iter().rev().map(ClauseStatus::Judged);
        html! {
            section aria-labelledby="clauses" {
                h2 id="clauses" { "Clauses" }
                table.clauses {
                    caption { "Clauses that this run judged, the worst first" }
                    (head(["Clause", "Outcome", "What is promised", "What was found"]))
                    tbody {
                        @for status in judged.chain([ClauseStatus::Reported]) {
                            @for (info, clause) in self.of_status(status) {
                                (self.row(info, clause, self.found(clause)))
                            }
                        }
                    }
                }
            }
        }
    }

    /// Clauses outside the verdict: those that do not apply, and those that no scenario judges; and the
    /// scenarios that do not apply.
    pub(super) fn not_judged(&self) -> Markup {
        html! {
            section aria-labelledby="not-judged" {
                h2 id="not-judged" { "Not judged" }
                p { "These clauses have no part in the verdict. Uncovered ones bar a certificate, not a pass." }
                table.clauses {
                    caption { "Clauses without a verdict, and why" }
                    (head(["Clause", "Status", "What is promised", "Why"]))
                    tbody {
                        @for status in [ClauseStatus::NotApplicable, ClauseStatus::Uncovered] {
                            @for (info, clause) in self.of_status(status) {
                                (self.row(info, clause, why(clause)))
                            }
                        }
                    }
                }
                (left_out("Scenarios that do not apply to this product", &self.summary.not_applicable))
                (left_out("Scenarios that this bench is not equipped for", &self.summary.not_equipped))
            }
        }
    }

    /// The clauses that stand there, in the order of the register.
    fn of_status(&self, status: ClauseStatus) -> impl Iterator<Item = (&ClauseInfo, &ClauseSummary)> {
        let clauses = self.journal.head().clauses.iter().zip(&self.summary.clauses);
        clauses.filter(move |(_, clause)| clause.outcome == status)
    }

    fn row(&self, info: &ClauseInfo, clause: &ClauseSummary, said: Markup) -> Markup {
        html! {
            tr id=(self.clause_anchor(&clause.id)) class=(class(clause.outcome)) {
                th scope="row" { span.id { (clause.id) } span.level { (level(clause.level)) ", " (clause.basis.words()) } }
                td { (mark(clause.outcome)) }
                td {
                    q { (info.quote) }
                    span.source { (info.source) }
                    @if let Some(note) = &info.note { span.source { (note) } }
                }
                td { (said) }
            }
        }
    }

    /// The finding on a clause, its scenarios, and the instruments behind it.
    fn found(&self, clause: &ClauseSummary) -> Markup {
        let judging = self.judging(&clause.id);
        html! {
            @if let Some(cause) = clause.cause { (cause.word()) ": " }
            (clause.reason)
            @if let Some(decided) = clause.decided_by {
                span.source { "in " (self.scenario_link(decided)) " (" (self.place(decided)) ")" }
            }
            @if let Some(instruments) = self.seen.get(&clause.id) {
                span.source { "seen through " (instruments) }
            }
            @if judging.len() > 1 {
                details {
                    summary { "judged in " (judging.len()) " scenarios" }
                    ul {
                        @for (index, outcome) in judging {
                            li {
                                @if clause.outcome != ClauseStatus::Reported { (badge(outcome)) " " }
                                (self.scenario_link(index)) " (" (self.place(index)) ")"
                            }
                        }
                    }
                }
            }
        }
    }

    /// The scenarios that judge a clause, by their place in the plan, and the worst each says of it.
    pub(super) fn judging(&self, clause: &str) -> Vec<(usize, Outcome)> {
        let scenarios = self.summary.scenarios.iter().enumerate();
        let judging = scenarios.filter_map(|(index, scenario)| {
            let said = scenario.judgements.iter().filter(|judgement| judgement.clause == clause);
            Some((index, said.map(|judgement| judgement.outcome).max()?))
        });
        judging.collect()
    }

    /// The file and line of the scenario at this place of the plan.
    pub(super) fn place(&self, index: usize) -> String {
        let info = &self.journal.head().scenarios[index];
        format!("{}:{}", info.file, info.line)
    }
}

fn head(columns: [&str; 4]) -> Markup {
    html! { thead { tr { @for column in columns { th scope="col" { (column) } } } } }
}

fn why(clause: &ClauseSummary) -> Markup {
    html! { @if clause.reason.is_empty() { "no scenario of this run judges it" } @else { (clause.reason) } }
}

/// Scenarios that are not in the plan, by the reason.
fn left_out(why: &str, scenarios: &[LeftOut]) -> Markup {
    let mut by_reason = BTreeMap::<&str, Vec<&LeftOut>>::new();
    for scenario in scenarios {
        by_reason.entry(&scenario.reason).or_default().push(scenario);
    }
    html! {
        @if !scenarios.is_empty() {
            h3.outside { (why) }
            @for (reason, scenarios) in by_reason {
                p.outside { (reason) }
                ul.outside {
                    @for scenario in scenarios {
                        li {
                            (scenario.name)
                            span.source { (scenario.file) ":" (scenario.line) " · " (scenario.clauses.join(", ")) }
                        }
                    }
                }
            }
        }
    }
}
