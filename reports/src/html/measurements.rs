//! Measurements against their limits, each with its chart, the worst first.

use maud::{Markup, html};

use super::{Page, badge, capital, chart, mark, shown::class};
use crate::{ClauseStatus, Contribution, Distribution, Measurement, Outcome, Verdict, journal::verdicts};

impl Page<'_> {
    pub(super) fn measurements(&self) -> Markup {
        let measured: Vec<_> = self.measured().collect();
        html! {
            section aria-labelledby="measurements" {
                h2 id="measurements" { "Measurements against limits" }
                @if measured.is_empty() { p { "Nothing was measured in this run." } }
                @else {
                    p.key {
                        "Dot and bar: the value and its expanded uncertainty. Lines: the limits. "
                        span.swatch.inside {} " within the limits " span.swatch.guard {} " guard band, where nothing is decided"
                    }
                }
                ul.measurements {
                    @for outcome in Outcome::ALL.into_iter().rev() {
                        @for (index, verdict, measurement) in &measured {
                            @if measurement.outcome == outcome { (self.measurement(*index, verdict, measurement)) }
                        }
                    }
                }
            }
        }
    }

    /// Every measurement, with the place of its scenario and its verdict, in plan order.
    fn measured(&self) -> impl Iterator<Item = (usize, &Verdict, &Measurement)> {
        self.journal.scenarios().enumerate().flat_map(|(index, (_, entries))| {
            verdicts(entries)
                .flat_map(move |verdict| verdict.measurements.iter().map(move |m| (index, verdict, m)))
        })
    }

    fn measurement(&self, index: usize, verdict: &Verdict, measurement: &Measurement) -> Markup {
        html! {
            li.(class(ClauseStatus::Judged(measurement.outcome))) {
                div.head {
                    @if self.is_reported(&verdict.clause) { (mark(ClauseStatus::Reported)) }
                    @else { (badge(measurement.outcome)) }
                    strong { (capital(&measurement.name)) }
                    (self.clause_link(&verdict.clause))
                }
                p.figure { (chart::value(measurement)) span.limits { (chart::limits(measurement)) } }
                (chart::chart(measurement))
                @if !measurement.budget.is_empty() { (budget(measurement)) }
                p.source { "in " (self.scenario_link(index)) }
            }
        }
    }
}

/// The uncertainty budget: sources, and the share of each.
fn budget(measurement: &Measurement) -> Markup {
    let sum: f64 = measurement.budget.iter().map(|line| line.standard.powi(2)).sum();
    let unit = &measurement.unit;
    html! {
        details.budget {
            summary { "Uncertainty budget" }
            div.scroll tabindex="0" role="group" aria-label={ "Uncertainty budget of " (measurement.name) } {
                table {
                    caption { "Uncertainty budget of " (measurement.name) }
                    thead {
                        tr {
                            th scope="col" { "Source" }
                            th scope="col" { "Spread" }
                            th scope="col" { "Half-width" }
                            th scope="col" { "Standard" }
                            th scope="col" { "Share" }
                        }
                    }
                    tbody { @for line in &measurement.budget { (contribution(line, sum, unit)) } }
                    tfoot {
                        tr {
                            th scope="row" { "combined" }
                            td colspan="2" {}
                            td.number { (chart::two_digits(sum.sqrt())) " " (unit) }
                            td {}
                        }
                        tr {
                            th scope="row" { "expanded, k = " (measurement.coverage) }
                            td colspan="2" {}
                            td.number { (chart::two_digits(measurement.uncertainty)) " " (unit) }
                            td {}
                        }
                    }
                }
            }
        }
    }
}

fn contribution(line: &Contribution, sum: f64, unit: &str) -> Markup {
    let spread = match line.distribution {
        Distribution::Normal => "normal",
        Distribution::Rectangular => "rectangular",
        Distribution::Triangular => "triangular",
    };
    let share = if sum > 0.0 { 100.0 * line.standard.powi(2) / sum } else { 0.0 };
    html! {
        tr {
            th scope="row" { (line.source) }
            td { (spread) }
            td.number { @if let Some(half) = line.half_width { (chart::two_digits(half)) " " (unit) } @else { "–" } }
            td.number { (chart::two_digits(line.standard)) " " (unit) }
            td.number { (format!("{share:.0} %")) }
        }
    }
}
