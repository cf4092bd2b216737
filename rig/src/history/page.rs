//! The morning page: whether the night is valid, where the product stands, what is new and whose fault it is.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use reports::{Outcome, masked};

use super::{
    facts::RunFacts,
    known::Matched,
    morning::{Morning, Spent, Trouble, day, moment},
    query::{Change, ControlChart, FlakeRate, Stale},
};

/// Whose trouble an outcome is, in words.
fn fault(outcome: Outcome, reason: &str) -> &'static str {
    match outcome {
        Outcome::Pass => "",
        Outcome::Fail => "the product",
        // So errors of the rig itself begin.
        Outcome::Error if reason.starts_with("rig: ") => "the rig",
        Outcome::Error => "the bench",
        Outcome::Inconclusive | Outcome::NotRun => "not decided",
    }
}

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--bad:#b3261e;--good:#1b6b33;--warn:#8a5a00}
@media(prefers-color-scheme:dark){:root{--bad:#ffb4ab;--good:#8fd6a0;--warn:#ffcf7d}}
body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin-bottom:.5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}th{font-weight:600;white-space:nowrap}
td.n{text-align:right;font-variant-numeric:tabular-nums}td.day{white-space:nowrap}
.bad{color:var(--bad);font-weight:600}.good{color:var(--good);font-weight:600}.warn{color:var(--warn);font-weight:600}
.lead{font-size:1.15rem;margin:.3rem 0;padding:.5rem .8rem;border-left:.3rem solid var(--line);background:var(--soft)}
.lead.bad{border-color:var(--bad)}.lead.good{border-color:var(--good)}
article{border:1px solid var(--line);border-radius:.4rem;padding:.6rem .9rem;margin:.7rem 0}article p{margin:.2rem 0}
.frames{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.5rem}.frames img{max-width:100%;width:20rem;height:auto;border-radius:.2rem}
article ul{margin:.2rem 0}.quiet{opacity:.8}svg{width:12rem;height:2.5rem}polyline{fill:none;stroke:currentColor;stroke-width:1.5}line{stroke:var(--bad);stroke-dasharray:3 3}";

/// The page.
pub fn page(morning: &Morning<'_>) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:";
                title { "rig: the morning after" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "The morning after" }
                    @let is_valid = morning.against().is_empty() && !morning.newest.is_empty();
                    p.lead.good[is_valid].bad[!is_valid] { (morning.validity()) }
                    p.lead { (morning.standing()) }
                    (news(&morning.changes))
                    (troubles(&morning.troubles))
                    @for (bench, matched) in &morning.known { (known(bench, matched)) }
                    (runs(&morning.newest))
                    (spent(&morning.spent))
                    (flakes(&morning.flaky))
                    (charts(&morning.drifts))
                    (oldest(&morning.stale))
                }
            }
        }
    };
    masked(&page.into_string()).into_owned()
}

fn news(changes: &[Change]) -> Markup {
    html! {
        h2 { "What is new" }
        @if changes.is_empty() { p { "Nothing: every scenario came to the outcome of the last time." } }
        @else {
            div.scroll { table {
                tr { th { "scenario" } th { "bench" } th { "before" } th { "now" } th { "whose fault" } th { "inputs" } th { "reason" } }
                @for change in changes {
                    tr {
                        td { (change.scenario) } td { (change.bench) } td { (change.before) }
                        td.bad[change.is_worse()].good[!change.is_worse()] { (change.now) }
                        td { (fault(change.now, &change.reason)) }
                        td { (change.kind()) } td { (change.reason) }
                    }
                }
            } }
        }
    }
}

fn known(bench: &str, matched: &Matched) -> Markup {
    let lists = [
        ("New: in no entry of the file of known failures", "bad", matched.new.clone()),
        ("Expired entries", "bad", matched.expired.clone()),
        ("Entries that pass: take them out", "bad", matched.passing.clone()),
        ("Known", "warn", matched.known.iter().map(|(told, why)| format!("{told} — {why}")).collect()),
    ];
    html! {
        h2 { "Known failures on " (bench) }
        @if !matched.is_loud() && matched.known.is_empty() { p { "None, and none is missing." } }
        @for (title, class, lines) in lists.into_iter().filter(|(_, _, lines)| !lines.is_empty()) {
            p.(class) { (title) }
            ul { @for line in lines { li { (line) } } }
        }
    }
}

fn troubles(troubles: &[Trouble]) -> Markup {
    html! {
        h2 { "What did not pass" }
        @if troubles.is_empty() { p { "Nothing: everything that was run passed." } }
        @for one in troubles {
            article {
                p {
                    span.bad[one.again.is_none()].warn[one.again.is_some()] { (one.outcome) } ": "
                    @if let [only] = one.scenarios.as_slice() { strong { (only) } } @else { strong { (one.scenarios.len()) " scenarios" } }
                }
                @if one.scenarios.len() > 1 { ul { @for name in &one.scenarios { li { (name) } } } }
                p { (one.reason) }
                p.quiet {
                    "Whose fault: " (fault(one.outcome, &one.reason)) ". "
                    @if let Some((run, outcome)) = &one.again { "It ran again in " (run) ": " (outcome) ". " }
                    @match &one.acknowledged {
                        Some(entry) => { "Acknowledged: " (entry) ". " }
                        None => { "Nobody has acknowledged it. " }
                    }
                    "Report: " (one.run) "/report.html"
                }
                @if !one.frames.is_empty() {
                    div.frames {
                        @for (number, frame) in one.frames.iter().enumerate() {
                            img src=(frame) alt={ "Frame " (number + 1) " that decided " (one.scenarios[0]) };
                        }
                    }
                }
            }
        }
    }
}

fn spent(spent: &Spent) -> Markup {
    html! {
        h2 { "Spent" }
        p {
            (format!("{:.1} bench hours in {:.1} hours by the clock", spent.bench_s / 3600.0, spent.wall_s / 3600.0))
            @if spent.sms > 0 { "; " (spent.sms) " SMS received" } "."
        }
        @if !spent.uses.is_empty() {
            ul { @for (what, count) in &spent.uses { li { (count) " times: " (what) } } }
        }
    }
}

fn runs(newest: &[&RunFacts]) -> Markup {
    html! {
        h2 { "Runs, and what they took" }
        div.scroll { table {
            tr { th { "run" } th { "bench" } th { "begun" } th { "outcome" } th { "scenarios" } th { "second attempts" } th { "bench hours" } }
            @for run in newest {
                tr {
                    td { (run.place().1) } td { (run.bench) } td.day { (moment(&run.begun)) }
                    td.good[run.outcome == Outcome::Pass].bad[run.outcome != Outcome::Pass] { (run.outcome) }
                    td.n { (run.scenarios.len()) }
                    td.n { (run.scenarios.iter().filter(|one| one.attempts > 1).count()) }
                    td.n { (format!("{:.1}", run.scenarios.iter().map(|one| one.seconds).sum::<f64>() / 3600.0)) }
                }
            }
        } }
    }
}

fn flakes(flaky: &[FlakeRate]) -> Markup {
    html! {
        @if !flaky.is_empty() {
            h2 { "Flaky with the same inputs" }
            div.scroll { table {
                tr { th { "scenario" } th { "rate" } th { "of runs" } th { "second attempts" } }
                @for rate in flaky {
                    tr { td { (rate.name) } td { (format!("{:.1} %", 100.0 * rate.rate())) } td { (rate.runs) } td { (rate.second_attempts) } }
                }
            } }
        }
    }
}

/// How many control charts the page has; the others are in `rig history --drift`.
const MOST_CHARTS: usize = 24;

fn charts(drifts: &[ControlChart]) -> Markup {
    html! {
        @if !drifts.is_empty() {
            h2 { "Measurements over time" }
            div.scroll { table {
                tr { th { "clause" } th { "measurement" } th { "last" } th { "mean" } th { "chart" } th { "" } }
                @for drift in drifts.iter().take(MOST_CHARTS) {
                    tr {
                        td { (drift.clause) } td { (drift.name) }
                        td { (format!("{:.3} {}", drift.last, drift.unit)) }
                        td { (format!("{:.3} ± {:.3}", drift.mean, drift.deviation)) }
                        td { (plot(drift)) }
                        td.bad { @if drift.is_out { "out of control" } }
                    }
                }
            } }
        }
    }
}

/// The last values as a line, with the limits that lie among them.
fn plot(drift: &ControlChart) -> Markup {
    let values = &drift.values[drift.values.len().saturating_sub(60)..];
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = if most > least { most - least } else { 1.0 };
    let height = |value: f64| 38.0 - 36.0 * (value - least) / span;
    let step = 190.0 / (values.len().max(2) - 1) as f64;
    let points = values.iter().enumerate();
    let points: Vec<String> = points
        .map(|(place, &value)| format!("{:.1},{:.1}", 1.0 + step * place as f64, height(value)))
        .collect();
    let limits =
        [drift.lower, drift.upper].into_iter().flatten().filter(|limit| (least..=most).contains(limit));
    html! {
        svg viewBox="0 0 192 40" role="img" aria-label={ "values of " (drift.name) } {
            @for limit in limits { line x1="0" x2="192" y1=(height(limit)) y2=(height(limit)) {} }
            polyline points=(points.join(" ")) {}
        }
    }
}

fn oldest(stale: &[Stale]) -> Markup {
    html! {
        h2 { "The oldest evidence" }
        div.scroll { table {
            tr { th { "clause" } th { "judged" } th { "outcome" } th { "run" } }
            @for one in stale.iter().take(10) {
                tr { td { (one.clause) } td.day { (day(&one.judged)) } td { (one.outcome) } td { (one.run) } }
            }
        } }
    }
}
