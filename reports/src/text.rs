//! The end of a run in plain text, for terminals and pipes.

use std::{collections::BTreeMap, fmt::Write};

use crate::{ClauseStatus, ClauseSummary, Outcome, Record, Summary, mask::masked};

/// Lists break before this column.
const WIDTH: usize = 100;

/// The summary as text: the verdict, every clause that is not a pass with its reason (the worst first),
/// scenarios that went wrong where no clause says so, reported clauses, left-out scenarios with their
/// reasons, then the number of clauses by outcome, with their ids if they are few. `color` adds ANSI colors; without
/// them the words say the same.
pub fn text(summary: &Summary, color: bool) -> String {
    let mut out = String::new();
    let verdict = paint(&summary.outcome.word().to_uppercase(), summary.outcome, color);
    line(&mut out, &format!("{verdict}  {}", summary.headline()));
    if summary.record.origin.by_hand {
        line(&mut out, "  stepped through by hand: not a verdict");
    }
    if let Some(reason) = &summary.incomplete {
        line(&mut out, &format!("  incomplete: {}", plain(reason)));
    }
    for deviation in &summary.deviations {
        line(&mut out, &format!("  profile: {}", plain(&deviation.to_string())));
    }
    findings(&mut out, summary, color);
    for resumed in &summary.record.resumed {
        line(&mut out, &format!("  resumed       {}", plain(resumed)));
    }
    for retried in &summary.retried {
        line(
            &mut out,
            &format!("  {:<14} {}: {}", retried.grade, plain(&retried.scenario), plain(&retried.told())),
        );
    }
    for flaky in &summary.flaky {
        line(&mut out, &format!("  flaky         {}: {}", plain(&flaky.scenario), flaky.rate()));
    }
    outside(&mut out, summary);
    for amended in &summary.record.amendments {
        line(&mut out, &format!("  amended       {}", plain(&amended.told())));
    }
    line(&mut out, "");
    for outcome in Outcome::ALL.into_iter().rev().filter(|&outcome| summary.counts.get(outcome) > 0) {
        let ids = if outcome == Outcome::Pass {
            ids(summary, ClauseStatus::Judged(outcome))
        } else {
            String::new()
        };
        counted(
            &mut out,
            &paint(&format!("{outcome:<14}"), outcome, color),
            summary.counts.get(outcome),
            &ids,
        );
    }
    for status in [ClauseStatus::Reported, ClauseStatus::NotApplicable, ClauseStatus::Uncovered] {
        let count = summary.clauses.iter().filter(|clause| clause.outcome == status).count();
        if count > 0 {
            counted(&mut out, &format!("{:<14}", status.word()), count, &ids(summary, status));
        }
    }
    line(&mut out, "");
    line(&mut out, &format!("{:.1} s of bench time in {:.1} s", summary.virtual_s, summary.wall_s));
    line(&mut out, &format!("{}  digest {}", summary.run, summary.digest));
    line(&mut out, &format!("head {}", summary.head));
    let Record { begin, origin, .. } = &summary.record;
    let begun = begin.as_deref().unwrap_or("at an unknown time");
    line(
        &mut out,
        &format!("begun {} by {} on {}", plain(begun), plain(&origin.operator), plain(&origin.host)),
    );
    out
}

/// Reported clauses, clauses that do not apply to the product, and scenarios that the bench is not equipped
/// for, each with its reason.
fn outside(out: &mut String, summary: &Summary) {
    let id_width = summary.clauses.iter().map(|clause| clause.id.chars().count()).max().unwrap_or(0);
    let reported = summary.clauses.iter().filter(|clause| clause.outcome == ClauseStatus::Reported);
    for clause in reported {
        let word = ClauseStatus::Reported.word();
        line(out, &format!("  {word:<14}{:<id_width$}  {}", plain(&clause.id), plain(&clause.reason)));
    }
    for (word, scenarios) in summary.left_out() {
        let mut reasons = BTreeMap::<&str, usize>::new();
        scenarios.iter().for_each(|scenario| *reasons.entry(&scenario.reason).or_default() += 1);
        for (reason, count) in reasons {
            let scenarios = if count == 1 { "scenario" } else { "scenarios" };
            line(out, &format!("  {word:<14}  {count} {scenarios}: {}", plain(reason)));
        }
    }
}

/// Clauses that are not a pass, and scenarios whose trouble no clause shows; the worst first.
fn findings(out: &mut String, summary: &Summary, color: bool) {
    let id_width = summary.clauses.iter().map(|clause| clause.id.chars().count()).max().unwrap_or(0);
    for outcome in Outcome::ALL.into_iter().rev().filter(|&outcome| outcome != Outcome::Pass) {
        let word = paint(&format!("{outcome:<14}"), outcome, color);
        for clause in summary.clauses.iter().filter(|clause| clause.outcome == ClauseStatus::Judged(outcome))
        {
            let cause = clause.cause.map(|cause| format!("{}: ", cause.word())).unwrap_or_default();
            line(out, &format!("  {word}{:<id_width$}  {cause}{}", plain(&clause.id), plain(&clause.reason)));
            if let Some(scenario) = clause.decided_by {
                line(
                    out,
                    &format!("  {:14}{:id_width$}  in {}", "", "", plain(&summary.scenarios[scenario].name)),
                );
            }
        }
        for scenario in summary.scenarios.iter().filter(|scenario| scenario.outcome == outcome) {
            if !scenario.judgements.iter().any(|judgement| judgement.outcome == outcome) {
                let reason = scenario.reason.as_deref().unwrap_or("no reason was given");
                line(out, &format!("  {word}{}: {}", plain(&scenario.name), plain(reason)));
            }
        }
    }
}

/// The ids of the clauses with this status, wrapped under the column that they begin in. Empty for more than `FEW`: the
/// page and `rig clauses --run` list them.
fn ids(summary: &Summary, status: ClauseStatus) -> String {
    const INDENT: usize = 22;
    const FEW: usize = 12;
    if summary.clauses.iter().filter(|clause| clause.outcome == status).count() > FEW {
        return String::new();
    }
    let mut wrapped = String::new();
    let mut column = INDENT;
    for ClauseSummary { id, .. } in summary.clauses.iter().filter(|clause| clause.outcome == status) {
        let id = plain(id);
        if column > INDENT && column + 1 + id.chars().count() > WIDTH {
            let _ = write!(wrapped, "\n{:INDENT$}", "");
            column = INDENT;
        }
        let gap = if column > INDENT { " " } else { "" };
        let _ = write!(wrapped, "{gap}{id}");
        column += gap.len() + id.chars().count();
    }
    wrapped
}

fn counted(out: &mut String, word: &str, count: usize, ids: &str) {
    line(out, &format!("  {word}{count:>4}  {ids}"));
}

fn line(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

fn paint(word: &str, outcome: Outcome, color: bool) -> String {
    let code = match outcome {
        Outcome::Pass => 32,
        Outcome::NotRun => 36,
        Outcome::Inconclusive => 33,
        Outcome::Error => 35,
        Outcome::Fail => 31,
    };
    if color { format!("\x1b[1;{code}m{word}\x1b[0m") } else { word.to_owned() }
}

/// Text from a journal, without one-time codes, and without the control characters that would drive the terminal.
fn plain(text: &str) -> String {
    masked(text).chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
