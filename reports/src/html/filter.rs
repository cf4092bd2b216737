//! The filter: one choice of outcome for clauses, measurements and scenarios, without a script (`style.css` does it).

use maud::{Markup, html};

use super::{
    Page,
    shown::{class, sign},
};
use crate::{ClauseStatus, Outcome};

impl Page<'_> {
    /// The choices, with how many clauses and scenarios each shows.
    pub(super) fn filter(&self) -> Markup {
        html! {
            fieldset.filter {
                legend { "Show" }
                label {
                    input type="radio" name="show" id="show-all" checked autocomplete="off";
                    " everything"
                }
                @for outcome in Outcome::ALL.into_iter().rev() {
                    @let status = ClauseStatus::Judged(outcome);
                    @let clauses = self.summary.clauses.iter().filter(|clause| clause.outcome == status).count();
                    @let scenarios = self.summary.scenarios.iter().filter(|one| one.outcome == outcome).count();
                    @if clauses + scenarios > 0 {
                        label {
                            input type="radio" name="show" id={ "show-" (class(status)) } autocomplete="off";
                            " " span.badge.(class(status)) { (sign(status)) " " (outcome.word()) }
                            span.source { (counted(clauses, "clause")) ", " (counted(scenarios, "scenario")) }
                        }
                    }
                }
            }
        }
    }
}

/// "1 clause", "2 clauses".
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
