//! The head of the page: the verdict in words, what was tested and on what, the counts.

use maud::{Markup, html};

use super::{Page, badge, mark};
use crate::{Outcome, Standing};

impl Page<'_> {
    pub(super) fn overview(&self) -> Markup {
        let head = self.journal.head();
        html! {
            header {
                p.eyebrow { "Conformance test report" }
                h1 { (badge(self.summary.outcome)) " " (self.summary.headline()) }
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
                (self.facts())
                nav aria-label="Parts of this report" {
                    a href="#clauses" { "Clauses" }
                    a href="#measurements" { "Measurements" }
                    a href="#scenarios" { "Scenarios" }
                    a href="#not-judged" { "Not judged" }
                    a href="#legend" { "How to read this" }
                }
            }
        }
    }

    /// Number of clauses by outcome, the worst first.
    fn counts(&self) -> Markup {
        let standings = Outcome::ALL.into_iter().rev().map(Standing::Judged);
        let standings = standings.chain([Standing::Reported, Standing::NotApplicable, Standing::Uncovered]);
        html! {
            ul.counts aria-label="Clauses by outcome" {
                @for standing in standings {
                    @let count = self.summary.clauses.iter().filter(|clause| clause.outcome == standing).count();
                    li.none[count == 0] { span.count { (count) } " " (mark(standing)) }
                }
            }
        }
    }

    /// The files that the run was made with, and their SHA-256.
    fn hashes(&self) -> Vec<(String, &str)> {
        let program = self.journal.origin().and_then(|origin| origin.program_sha256.as_deref());
        let program = program.map(|sha256| ("Program".to_owned(), sha256));
        let inputs = self.journal.head().inputs.iter();
        program.into_iter().chain(inputs.map(|input| (input.name.clone(), input.sha256.as_str()))).collect()
    }

    /// Amendments to the run after its end.
    fn amendments(&self) -> Markup {
        html! {
            @for amended in self.journal.amendments().all() {
                p.notice { strong { "Amended. " } (amended.utc) ": " (amended.told()) "." }
            }
        }
    }

    fn facts(&self) -> Markup {
        let head = self.journal.head();
        let origin = self.journal.origin().cloned().unwrap_or_default();
        let given = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let said = head.bench.contains("simulated") || !head.simulated;
        let bench = if said { head.bench.clone() } else { format!("{} (simulated)", head.bench) };
        let facts = [
            ("Bench", bench),
            ("Profile", head.profile.clone()),
            ("Environment", head.environment.clone()),
            ("Begun", self.journal.begun().unwrap_or("unknown").to_owned()),
            ("Ended", self.journal.ended().unwrap_or("not in order").to_owned()),
            ("Operator", origin.operator.clone()),
            ("Machine", origin.host.clone()),
            ("Rig", format!("{}, revision {}", head.rig, origin.revision.as_deref().unwrap_or("unknown"))),
            ("Seed", head.seed.to_string()),
            ("Defects given to the product", given(&head.defects)),
            ("Faults given to the bench", given(&head.faults)),
            ("Scenarios", self.summary.scenarios.len().to_string()),
            (
                "Bench time",
                format!("{:.1} s, judged in {:.1} s", self.summary.virtual_s, self.summary.wall_s),
            ),
        ];
        html! {
            dl.facts {
                @for (name, value) in facts {
                    div { dt { (name) } dd { (value) } }
                }
                @if !head.deviations.is_empty() {
                    div.wide {
                        dt { "Profile departs from the register's defaults" }
                        @for deviation in &head.deviations { dd { (deviation) } }
                    }
                }
                div.wide { dt { "Run" } dd { (self.summary.run) } }
                div.wide { dt { "Digest of the journal (SHA-256)" } dd.hash { (self.summary.digest) } }
                div.wide { dt { "Head of the journal's chain" } dd.hash { (self.summary.head) } }
                @for (what, sha256) in self.hashes() {
                    div.wide { dt { (what) } dd.hash { (sha256) } }
                }
            }
        }
    }
}
