//! The page of a proof: whether the suite holds, the status of each defect, clause by clause, with the figure
//! or the frame that decided, and, if every scenario was run on every defect, which of them catches what.

use maud::{Markup, html};

use super::{chart, document, level};
use crate::{ClauseInfo, MutantStatus, Proof, Proven};

mod matrix;

/// A proof as one HTML page.
pub fn proof(proof: &Proof) -> String {
    let page = Page { proof };
    let title = if proof.holds() { "Proven" } else { "Not proven" };
    let body = html! {
        (page.overview())
        main {
            (page.reasons_to_look())
            (page.clauses())
            @if let Some(matrix) = &proof.matrix { (matrix::section(proof, matrix)) }
            (legend())
        }
    };
    document(&format!("{title} – the suite on {}", proof.bench), &body).into_string()
}

struct Page<'a> {
    proof: &'a Proof,
}

impl Page<'_> {
    fn overview(&self) -> Markup {
        let proof = self.proof;
        html! {
            header {
                p.eyebrow { "Proof of the suite" }
                h1 { (verdict(proof.holds())) " " (proof.headline()) "." }
                p.notice {
                    strong { "Simulated bench. " }
                    "A reference product was given defects, one at a time, to see whether the suite catches them: this page \
                     says what the suite is worth, and nothing of a real product."
                }
                ul.counts aria-label="Defects by what became of them" {
                    @for status in MutantStatus::ALL {
                        @let count = proof.count(status);
                        li.none[count == 0] { span.count { (count) } " " (badge(status)) }
                    }
                }
                (self.facts())
                nav aria-label="Parts of this page" {
                    a href="#clauses" { "Defects by clause" }
                    @if proof.matrix.is_some() { a href="#matrix" { "Scenarios" } }
                    a href="#legend" { "How to read this" }
                }
            }
        }
    }

    fn facts(&self) -> Markup {
        let proof = self.proof;
        let facts = [
            ("Bench", proof.bench.clone()),
            ("Profile", proof.profile.clone()),
            ("Rig", proof.rig.clone()),
            ("Seed of the defects' runs", proof.seed.to_string()),
            ("Runs of the sound product", proof.sound_runs.to_string()),
            ("Delays spread by", format!("{} times the usual", proof.jitter)),
            ("Scenarios run", proof.scenario_runs.to_string()),
            ("Time", format!("{:.1} s", proof.wall_s)),
        ];
        html! {
            dl.facts { @for (name, value) in facts { div { dt { (name) } dd { (value) } } } }
        }
    }

    /// Reasons for which the suite is not proven.
    fn reasons_to_look(&self) -> Markup {
        let proof = self.proof;
        let unbroken: Vec<&ClauseInfo> = proof.unbroken().collect();
        let survivors: Vec<&Proven> =
            proof.defects.iter().filter(|one| one.status != MutantStatus::Caught).collect();
        html! {
            @if !proof.holds() {
                section aria-labelledby="look" {
                    h2 id="look" { "Reasons to look" }
                    ul.reasons {
                        @for one in survivors {
                            li { (badge(one.status)) " " a href={ "#" (one.defect.name) } { (one.defect.name) } ": " (one.reason) }
                        }
                        @for alarm in &proof.false_alarms {
                            li { strong { "False alarm" } " in " (alarm.scenario) ", seed " (alarm.seed) ": " (alarm.reason) }
                        }
                        @for one in proof.misblamed() {
                            li { strong { "The bench is blamed" } " in " (one.scenario) " on " (one.defect) ": " (one.reason) }
                        }
                        @for clause in unbroken {
                            li { strong { "No defect breaks " (clause.id) } ": nothing shows that what judges it can fail." }
                        }
                    }
                }
            }
        }
    }

    fn clauses(&self) -> Markup {
        let broken = |clause: &&ClauseInfo| self.proof.breaking(&clause.id).next().is_some();
        html! {
            section aria-labelledby="clauses" {
                h2 id="clauses" { "Defects by the clause that they break" }
                @for clause in self.proof.clauses.iter().filter(broken) { (self.clause(clause)) }
            }
        }
    }

    fn clause(&self, clause: &ClauseInfo) -> Markup {
        html! {
            section.broken {
                h3 { span.id { (clause.id) } " " span.level { (level(clause.level)) } }
                p { q { (clause.quote) } span.source { " " (clause.source) } }
                ul.defects {
                    @for one in self.proof.breaking(&clause.id) {
                        @let at_home = one.defect.clauses.first() == Some(&clause.id);
                        li id=[at_home.then_some(&one.defect.name)] {
                            @if at_home { (defect(one)) }
                            @else { (badge(one.status)) " " a href={ "#" (one.defect.name) } { (one.defect.name) } }
                        }
                    }
                }
            }
        }
    }
}

/// A defect, what became of it, and the figure or the frame that decided.
fn defect(one: &Proven) -> Markup {
    html! {
        div.words {
            p { (badge(one.status)) " " strong { (one.defect.name) } " " span.level { (one.defect.component) } }
            p { (one.defect.text) }
            @if let Some(deciding) = &one.deciding {
                p.reason { (deciding.reason) }
                @if let Some(figure) = &deciding.measurement {
                    p.figure { (chart::value(figure)) span.limits { (chart::limits(figure)) } }
                    (chart::chart(figure))
                }
                p.source { "in " (deciding.scenario) }
            } @else {
                p.reason { (one.reason) }
            }
        }
        @if let Some(picture) = one.deciding.as_ref().and_then(|deciding| deciding.picture.as_ref()) {
            img src=(picture) alt={ "The frame that decided on " (one.defect.name) } loading="lazy";
        }
    }
}

fn verdict(holds: bool) -> Markup {
    let (class, sign, word) = if holds { ("pass", "✓", "proven") } else { ("fail", "✕", "not proven") };
    html! { span.badge.(class) { span aria-hidden="true" { (sign) } " " (word) } }
}

fn badge(status: MutantStatus) -> Markup {
    let (class, sign) = match status {
        MutantStatus::Caught => ("pass", "✓"),
        MutantStatus::Misattributed => ("inconclusive", "↷"),
        MutantStatus::Inconclusive => ("error", "!"),
        MutantStatus::Missed => ("fail", "✕"),
        MutantStatus::NotReached => ("not-run", "–"),
    };
    html! { span.badge.(class) { span aria-hidden="true" { (sign) } " " (status.word()) } }
}

fn legend() -> Markup {
    let meanings = [
        (MutantStatus::Caught, "Every clause that the defect breaks was judged, and failed."),
        (
            MutantStatus::Misattributed,
            "Something failed, but not every clause that the defect breaks. A reason to look.",
        ),
        (MutantStatus::Inconclusive, "Nothing failed, but something was inconclusive or an error."),
        (
            MutantStatus::Missed,
            "Every scenario passed, although the product executed the branch of the defect.",
        ),
        (
            MutantStatus::NotReached,
            "Every scenario passed, and in none did the product execute the branch of the defect.",
        ),
    ];
    html! {
        section aria-labelledby="legend" {
            h2 id="legend" { "How to read this page" }
            dl.meanings { @for (status, meaning) in meanings { div { dt { (badge(status)) } dd { (meaning) } } } }
            p {
                "The suite is proven where every defect is caught, no scenario is anything but a pass on the sound product, \
                 no defect is blamed on the bench (where every scenario was run on every defect), and every must clause is broken by at least one defect. Defects and the clauses that they break were \
                 written down before the suite was run on them."
            }
        }
    }
}
