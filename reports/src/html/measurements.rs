//! Measurements against their limits, each with its chart, the worst first.

use maud::{Markup, html};

use super::{Page, badge, capital, chart};
use crate::{Measurement, Outcome, Verdict, journal::verdicts};

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
            li {
                div.head {
                    (badge(measurement.outcome))
                    strong { (capital(&measurement.name)) }
                    (self.clause_link(&verdict.clause))
                }
                p.figure { (chart::value(measurement)) span.limits { (chart::limits(measurement)) } }
                (chart::chart(measurement))
                p.source { "in " (self.scenario_link(index)) }
            }
        }
    }
}
