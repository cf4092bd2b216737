//! The morning page: whether the night is valid, where the product stands, what is new and whose fault it is.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use reports::{Outcome, masked};

use super::{
    facts::{RunFacts, local_day},
    known::Matched,
    nights::BenchChecks,
    query::{Change, ControlChart, FlakeRate, Stale},
};

/// Content of the page.
#[derive(Debug, Default)]
pub struct Morning<'r> {
    /// The newest run of each bench.
    pub newest: Vec<&'r RunFacts>,
    /// The checks of their benches.
    pub checks: Vec<BenchChecks>,
    /// Changes with them.
    pub changes: Vec<Change>,
    /// Flakes.
    pub flaky: Vec<FlakeRate>,
    /// When each clause was judged last.
    pub stale: Vec<Stale>,
    /// Control charts.
    pub drifts: Vec<ControlChart>,
    /// Known failures, of each of the newest runs; none without a file of them.
    pub known: Vec<(String, Matched)>,
}

/// Whose trouble an outcome is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The product broke a clause.
    Product,
    /// The bench or the rig failed.
    Bench,
    /// It could not be decided.
    Nobody,
}

impl Fault {
    fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fail => Self::Product,
            Outcome::Error => Self::Bench,
            _ => Self::Nobody,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Product => "the product",
            Self::Bench => "the bench",
            Self::Nobody => "not decided",
        }
    }
}

impl Morning<'_> {
    /// The first line: whether the runs reached their ends, and their benches were sound before and after.
    pub fn validity(&self) -> String {
        let ran = |run: &&RunFacts| run.scenarios.iter().filter(|one| one.outcome != Outcome::NotRun).count();
        let planned: usize = self.newest.iter().map(|run| run.scenarios.len()).sum();
        let done: usize = self.newest.iter().map(ran).sum();
        let open = self.newest.iter().filter(|run| !run.complete);
        let open = open.map(|run| format!("the run on {} did not reach its end", run.bench));
        let against: Vec<String> = open.chain(self.checks.iter().filter_map(BenchChecks::against)).collect();
        let checked = match self.checks.len() {
            0 => "no closing check was planned".to_owned(),
            1 => "the closing check passed".to_owned(),
            count => format!("{count} closing checks passed"),
        };
        match (self.newest.is_empty() && self.checks.is_empty(), against.is_empty()) {
            (true, _) => "There is no run: a night that did not happen is news.".to_owned(),
            (_, true) => format!("Valid: {done} of {planned} planned scenarios were run; {checked}."),
            (_, false) => {
                format!("Not valid: {}; {done} of {planned} planned scenarios were run.", against.join("; "))
            }
        }
    }

    /// The second line: where the product stands.
    pub fn standing(&self) -> String {
        let musts: Vec<&Stale> = self.stale.iter().filter(|one| one.must).collect();
        let kept = musts.iter().filter(|one| one.outcome == Outcome::Pass).count();
        let oldest = musts.first().map(|one| format!("; the oldest evidence is of {}", day(&one.judged)));
        format!("{kept} of {} musts are kept{}.", musts.len(), oldest.unwrap_or_default())
    }
}

fn day(utc: &str) -> String {
    local_day(utc).map_or_else(|| utc.to_owned(), |day| day.to_string())
}

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--bad:#b3261e;--good:#1b6b33;--warn:#8a5a00}
@media(prefers-color-scheme:dark){:root{--bad:#ffb4ab;--good:#8fd6a0;--warn:#ffcf7d}}
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
.bad{color:var(--bad);font-weight:600}.good{color:var(--good);font-weight:600}.warn{color:var(--warn);font-weight:600}
.lead{font-size:1.15rem}svg{width:12rem;height:2.5rem}polyline{fill:none;stroke:currentColor;stroke-width:1.5}line{stroke:var(--bad);stroke-dasharray:3 3}";

/// The page.
pub fn page(morning: &Morning<'_>) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { "rig: the morning after" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "The morning after" }
                    p.lead { (morning.validity()) }
                    p.lead { (morning.standing()) }
                    (news(&morning.changes))
                    @for (bench, matched) in &morning.known { (known(bench, matched)) }
                    (troubles(&morning.newest))
                    (runs(&morning.newest))
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
            table {
                tr { th { "scenario" } th { "bench" } th { "before" } th { "now" } th { "whose fault" } th { "inputs" } th { "reason" } }
                @for change in changes {
                    tr {
                        td { (change.scenario) } td { (change.bench) } td { (change.before) }
                        td.bad[change.is_worse()].good[!change.is_worse()] { (change.now) }
                        td { @if change.now != Outcome::Pass { (Fault::of(change.now).words()) } }
                        td { (change.kind()) } td { (change.reason) }
                    }
                }
            }
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

fn troubles(newest: &[&RunFacts]) -> Markup {
    html! {
        h2 { "What did not pass" }
        table {
            tr { th { "outcome" } th { "scenario" } th { "whose fault" } th { "reason" } th { "report, with the frames that decided" } }
            @for run in newest {
                @for one in run.scenarios.iter().filter(|one| one.outcome != Outcome::Pass) {
                    tr {
                        td.bad { (one.outcome) } td { (one.name) } td { (Fault::of(one.outcome).words()) }
                        td { (one.reason) } td { (run.folder) "/report.html" }
                    }
                }
            }
        }
    }
}

fn runs(newest: &[&RunFacts]) -> Markup {
    html! {
        h2 { "Runs, and what they took" }
        table {
            tr { th { "bench" } th { "begun" } th { "outcome" } th { "scenarios" } th { "second attempts" } th { "bench hours" } }
            @for run in newest {
                tr {
                    td { (run.bench) } td { (run.begun) } td { (run.outcome) } td { (run.scenarios.len()) }
                    td { (run.scenarios.iter().filter(|one| one.attempts > 1).count()) }
                    td { (format!("{:.1}", run.scenarios.iter().map(|one| one.seconds).sum::<f64>() / 3600.0)) }
                }
            }
        }
    }
}

fn flakes(flaky: &[FlakeRate]) -> Markup {
    html! {
        @if !flaky.is_empty() {
            h2 { "Flaky with the same inputs" }
            table {
                tr { th { "scenario" } th { "rate" } th { "of runs" } th { "second attempts" } }
                @for rate in flaky {
                    tr { td { (rate.name) } td { (format!("{:.1} %", 100.0 * rate.rate())) } td { (rate.runs) } td { (rate.second_attempts) } }
                }
            }
        }
    }
}

/// How many control charts the page has; the others are in `rig history --drift`.
const MOST_CHARTS: usize = 24;

fn charts(drifts: &[ControlChart]) -> Markup {
    html! {
        @if !drifts.is_empty() {
            h2 { "Measurements over time" }
            table {
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
            }
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
        table {
            tr { th { "clause" } th { "judged" } th { "outcome" } th { "run" } }
            @for one in stale.iter().take(10) {
                tr { td { (one.clause) } td { (day(&one.judged)) } td { (one.outcome) } td { (one.run) } }
            }
        }
    }
}
