//! The head of the page: the verdict in words, what was tested and on what.

use maud::{Markup, html};

use super::{Page, badge, filter::counted, problems, shown};
use crate::{ClauseStatus, Outcome};

impl Page<'_> {
    pub(super) fn overview(&self) -> Markup {
        let head = self.journal.head();
        html! {
            header {
                p.eyebrow { "Conformance test report" }
                h1 { (badge(self.summary.outcome)) " " (self.summary.headline()) }
                p.tested {
                    (self.bench()) " · " (head.profile) " · begun " (self.journal.begun().unwrap_or("at an unknown time"))
                    " · " (counted(self.summary.scenarios.len(), "scenario")) " · seed " (head.seed)
                    @if !head.defects.is_empty() { " · defect " (head.defects.join(", ")) }
                    @if !head.faults.is_empty() { " · fault " (head.faults.join(", ")) }
                }
                @if self.summary.record.origin.by_hand {
                    p.notice { strong { "Not a verdict. " } "A person stepped through it by hand." }
                }
                @if let Some(reason) = &self.summary.incomplete {
                    p.notice { strong { "Incomplete. " } "What was written counts, what was not reached is not run: " (reason) "." }
                }
                @if head.simulated {
                    p.notice {
                        strong { "Simulated bench. " }
                        "A reference product was judged with simulated instruments: this report says nothing of a real product."
                    }
                }
                (self.amendments())
                p.independent {
                    "Independent work on published text, not connected with the MitID service or its operators, \
                     and without access to it."
                }
                (self.counts())
                nav aria-label="Parts of this report" {
                    @if self.summary.outcome != Outcome::Pass { a href="#problems" { (problems::title(self.summary.outcome)) } }
                    a href="#clauses" { "Clauses" }
                    a href="#measurements" { "Measurements" }
                    a href="#scenarios" { "Scenarios" }
                    a href="#not-judged" { "Not judged" }
                    a href="#run" { "The run" }
                    a href="#legend" { "How to read this" }
                }
            }
        }
    }

    /// Number of clauses by outcome, the worst first; outcomes without a clause are left out.
    fn counts(&self) -> Markup {
        let statuses = Outcome::ALL.into_iter().rev().map(ClauseStatus::Judged);
        let statuses =
            statuses.chain([ClauseStatus::Reported, ClauseStatus::NotApplicable, ClauseStatus::Uncovered]);
        html! {
            ul.counts aria-label="Clauses by outcome" {
                @for status in statuses {
                    @let count = self.summary.clauses.iter().filter(|clause| clause.outcome == status).count();
                    @if count > 0 {
                        li { span.count { (count) } " " span.badge.(shown::class(status)) { (shown::sign(status)) " " (status.word()) } }
                    }
                }
            }
        }
    }

    /// Amendments to the run after its end.
    fn amendments(&self) -> Markup {
        html! {
            @for resumed in &self.summary.record.resumed {
                p.notice { strong { "Resumed. " } (resumed) "." }
            }
            @for flaky in &self.summary.flaky {
                p.notice { strong { "Flaky. " } (flaky.scenario) ": " (flaky.rate()) "." }
            }
            @for amended in self.journal.amendments().all() {
                p.notice { strong { "Amended. " } (amended.utc) ": " (amended.told()) "." }
            }
        }
    }
}
