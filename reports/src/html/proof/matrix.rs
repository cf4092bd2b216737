//! Which scenario catches what: a row for each scenario, a column for each defect.

use maud::{Markup, html};

use crate::{Cell, Matrix, Proof, Worth};

pub(super) fn section(proof: &Proof, matrix: &Matrix) -> Markup {
    html! {
        section aria-labelledby="matrix" {
            h2 id="matrix" { "What each scenario catches" }
            p {
                "Every scenario was run on every defect. \"Only it\" counts the defects that no other scenario catches; a \
                 scenario that catches nothing is marked. Columns are the defects, in the order of their list."
            }
            div.scroll.full tabindex="0" role="region" aria-label="Scenarios by defects" {
                table.matrix {
                    caption { "Defects that each scenario catches" }
                    thead {
                        tr {
                            th scope="col" { "Scenario" }
                            th scope="col" { "catches" }
                            th scope="col" { "only it" }
                            @for one in &proof.defects {
                                th.defect scope="col" title=(one.defect.name) { span { (one.defect.name) } }
                            }
                        }
                    }
                    tbody { @for (place, worth) in matrix.worth().enumerate() { (row(proof, matrix, place, &worth)) } }
                }
            }
        }
    }
}

/// The row of the scenario at `place`.
fn row(proof: &Proof, matrix: &Matrix, place: usize, worth: &Worth) -> Markup {
    html! {
        tr.idle[worth.is_idle()] {
            th scope="row" { (worth.name) @if let Some(remark) = worth.remark() { span.level { " " (remark) } } }
            td.number { (worth.catches) }
            td.number { (worth.only) }
            @for (one, cells) in proof.defects.iter().zip(matrix.rows()) {
                @let (class, sign) = mark(cells[place]);
                td.cell.(class) title={ (one.defect.name) " – " (word(cells[place])) } { (sign) }
            }
        }
    }
}

fn mark(cell: Cell) -> (&'static str, &'static str) {
    match cell {
        Cell::Caught => ("pass", "✕"),
        Cell::Elsewhere => ("inconclusive", "↷"),
        Cell::Misblamed => ("error", "!"),
        Cell::Undecided => ("inconclusive", "?"),
        Cell::Passed => ("passed", ""),
    }
}

fn word(cell: Cell) -> &'static str {
    match cell {
        Cell::Caught => "caught",
        Cell::Elsewhere => "failed on another clause",
        Cell::Misblamed => "blamed on the bench",
        Cell::Undecided => "undecided",
        Cell::Passed => "passed",
    }
}
