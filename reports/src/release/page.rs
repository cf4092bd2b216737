//! The page of a report for people: what was tested, what came out, clause by clause. Nothing on it is a secret.

use maud::{Markup, html};

use super::{ClauseRow, FigureRow, RunRow, TestReport, TestTables};
use crate::html::document;

/// The page of a report.
pub(super) fn page(report: &TestReport, tables: &TestTables) -> String {
    let mark = if report.simulated { "SIMULATED: " } else { "" };
    let body = html! {
        header {
            p.eyebrow { (mark) "test report " (report.number) }
            h1 { (report.first_line) }
            @if report.simulated {
                p.notice {
                    strong { "No real product was tested." }
                    " The product, its service and the bench are programs. This report shows how a report looks, and proves \
                      nothing about any device or app."
                }
            }
            (facts(report))
        }
        main {
            (tested(tables))
            (runs(report))
            (clauses(tables))
            (left_out(tables))
            section {
                h2 { "What it says, and what not" }
                p { "The results relate to the items tested only. Method " (super::METHOD_VERSION)
                    ", in the file method.md beside this page, says how they were reached, and what is out of scope." }
                p { "Decision rule: " (report.decision_rule) }
                p { "This page is for reading. The signed statements and the record itself are what counts: "
                    code { "rig verify" } " checks them." }
                p { "A part of this report without the rest of it is no report of the laboratory." }
            }
        }
    };
    document(&format!("{mark}test report {}", report.number), &body).into_string()
}

fn facts(report: &TestReport) -> Markup {
    let facts = [
        ("Number", report.number.as_str()),
        ("Issued", &report.date),
        ("Laboratory", &report.laboratory),
        ("Client", &report.client),
        ("File", &report.file),
        ("Result", &report.result),
    ];
    html! {
        dl.facts {
            @for (word, fact) in facts { div { dt { (word) } dd { (fact) } } }
        }
    }
}

fn tested(tables: &TestTables) -> Markup {
    html! {
        section {
            h2 { "What was tested, and with what" }
            table {
                thead { tr { th { "Item" } th { "SHA-256" } th { "Declared by" } } }
                tbody {
                    @for subject in &tables.subjects {
                        tr {
                            td { (subject.name) }
                            td.hash { (subject.sha256) }
                            td { (subject.declared_by.as_deref().unwrap_or("computed by the rig")) }
                        }
                    }
                    @for input in &tables.inputs {
                        tr { td { (input.name) } td.hash { (input.sha256) } td { "computed by the rig" } }
                    }
                }
            }
            ul.outside { @for version in &tables.versions { li { (version) } } }
            @if !tables.deviations.is_empty() {
                h3.outside { "Values of the profile that are not the register's defaults" }
                ul.outside {
                    @for one in &tables.deviations {
                        li { (one.key) " = " (one.value) ", default " (one.default) " (" (one.source) ")" }
                    }
                }
            }
        }
    }
}

fn runs(report: &TestReport) -> Markup {
    html! {
        section {
            h2 { "Runs" }
            table {
                thead { tr { th { "Run" } th { "Outcome" } th { "Begun, ended" } th { "By" } th { "Head" } } }
                tbody { @for run in &report.runs { (row(run)) } }
            }
        }
    }
}

fn row(run: &RunRow) -> Markup {
    let given = [run.defects.join(", "), run.faults.join(", ")];
    html! {
        tr {
            td { (run.folder) }
            td {
                (run.outcome)
                @if let Some(why) = &run.incomplete { ": " (why) }
                @for one in given.iter().filter(|one| !one.is_empty()) { "; given " (one) }
                @if run.amended.is_some() { "; amended" }
            }
            td { (run.begun) br; (run.ended) }
            td { (run.operator) }
            td.hash { (run.head) }
        }
    }
}

fn clauses(tables: &TestTables) -> Markup {
    html! {
        section {
            h2 { "Clause by clause" }
            table.clauses {
                thead { tr { th { "Clause" } th { "Outcome" } th { "Words of the source" } th { "Why" } } }
                tbody { @for clause in &tables.clauses { (clause_row(clause)) } }
            }
        }
    }
}

fn clause_row(clause: &ClauseRow) -> Markup {
    let level = format!("{:?}", clause.level).to_lowercase();
    html! {
        tr {
            th scope="row" { span.id { (clause.id) } span.level { (level) } }
            td {
                (clause.outcome)
                @if clause.by_run.len() > 1 { span.level { "by run: " (clause.by_run.join(", ")) } }
            }
            td { (clause.quote) span.source { (clause.source) } }
            td {
                (clause.reason)
                @if !clause.figures.is_empty() {
                    ul.outside { @for figure in &clause.figures { li { (figure_text(figure)) } } }
                }
                @if let Some(note) = &clause.note { span.source { (note) } }
                @if !clause.evidence.is_empty() { span.source { (clause.evidence.len()) " files of evidence" } }
            }
        }
    }
}

fn figure_text(figure: &FigureRow) -> String {
    let one = &figure.measurement;
    let limit = |word: &str, limit: Option<f64>| limit.map(|limit| format!(", {word} {limit} {}", one.unit));
    format!(
        "run {}: {} {:.3} {unit} ± {:.3} {unit} (k = {}){}{}: {}",
        figure.run,
        one.name,
        one.value,
        one.uncertainty,
        one.coverage,
        limit("at least", one.lower).unwrap_or_default(),
        limit("at most", one.upper).unwrap_or_default(),
        one.outcome,
        unit = one.unit,
    )
}

fn left_out(tables: &TestTables) -> Markup {
    let lists = [
        ("Does not apply to the product", &tables.not_applicable),
        ("The bench could not", &tables.not_equipped),
    ];
    html! {
        @for (title, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            section {
                h2 { (title) }
                ul.outside { @for one in list { li { (one.name) ": " (one.reason) } } }
            }
        }
    }
}
