//! Verdict by clause, in the words of the source, the worst first; and the clauses that nobody judged.

use maud::{Markup, html};

use super::{Page, badge, level, mark};
use crate::{ClauseInfo, ClauseSummary, Outcome, Standing};

impl Page<'_> {
    pub(super) fn clauses(&self) -> Markup {
        html! {
            section aria-labelledby="clauses" {
                h2 id="clauses" { "Clauses" }
                table.clauses {
                    thead {
                        tr {
                            th scope="col" { "Clause" }
                            th scope="col" { "Outcome" }
                            th scope="col" { "What is promised" }
                            th scope="col" { "What was found" }
                        }
                    }
                    tbody {
                        @for outcome in Outcome::ALL.into_iter().rev() {
                            @for (info, clause) in self.standing(Standing::Judged(outcome)) {
                                (self.clause(info, clause, outcome))
                            }
                        }
                    }
                }
            }
        }
    }

    /// The clauses that stand there, in the order of the register.
    fn standing(&self, standing: Standing) -> impl Iterator<Item = (&ClauseInfo, &ClauseSummary)> {
        let clauses = self.journal.head().clauses.iter().zip(&self.summary.clauses);
        clauses.filter(move |(_, clause)| clause.outcome == standing)
    }

    fn clause(&self, info: &ClauseInfo, clause: &ClauseSummary, outcome: Outcome) -> Markup {
        let judging: Vec<usize> = (self.summary.scenarios.iter().enumerate())
            .filter(|(_, scenario)| scenario.judgements.iter().any(|judgement| judgement.clause == clause.id))
            .map(|(index, _)| index)
            .collect();
        html! {
            tr id=(self.clause_anchor(&clause.id)) {
                th scope="row" { span.id { (clause.id) } span.level { (level(clause.level)) } }
                td { (badge(outcome)) }
                td { q { (info.quote) } span.source { (info.source) } }
                td {
                    (clause.reason)
                    @if let Some(decided) = clause.decided_by {
                        span.source { "in " (self.scenario_link(decided)) }
                    }
                    @if judging.len() > 1 {
                        details {
                            summary { "judged in " (judging.len()) " scenarios" }
                            ul { @for index in judging { li { (self.scenario_link(index)) } } }
                        }
                    }
                }
            }
        }
    }

    /// Clauses outside the verdict: those that do not apply, and those that no scenario judges.
    pub(super) fn not_judged(&self) -> Markup {
        let listed = |standing| {
            html! {
                @for (info, clause) in self.standing(standing) {
                    tr id=(self.clause_anchor(&clause.id)) {
                        th scope="row" { span.id { (clause.id) } span.level { (level(clause.level)) } }
                        td { (mark(standing)) }
                        td { q { (info.quote) } span.source { (info.source) } }
                        td { @if clause.reason.is_empty() { "no scenario of this run judges it" } @else { (clause.reason) } }
                    }
                }
            }
        };
        html! {
            section aria-labelledby="not-judged" {
                h2 id="not-judged" { "Not judged" }
                p { "These clauses have no part in the verdict. Uncovered ones bar a certificate, not a pass." }
                table.clauses {
                    thead {
                        tr {
                            th scope="col" { "Clause" }
                            th scope="col" { "Standing" }
                            th scope="col" { "What is promised" }
                            th scope="col" { "Why" }
                        }
                    }
                    tbody { (listed(Standing::NotApplicable)) (listed(Standing::Uncovered)) }
                }
            }
        }
    }
}
