//! `rig history`: what the runs of a folder say together.

use std::{
    borrow::Cow,
    fs,
    path::{Path, PathBuf},
};

use chrono::{Local, Utc};
use clap::Args;
use reports::Outcome;
use serde::Serialize;

use super::{CliError, Format, FormatArgs, place::SuiteArgs, print_json, print_line};
use crate::{
    history::{self, FlakeRate, Index, KnownFailures, Matched, Morning, RunFacts},
    remark::remark,
};

#[derive(Clone, Debug, Args)]
pub(super) struct HistoryArgs {
    /// The folder of the runs; by default `runs` beside the suite.
    #[arg(long, value_name = "DIR")]
    runs: Option<PathBuf>,
    /// Read every run anew, and make the index again.
    #[arg(long)]
    rebuild: bool,
    /// Only runs on this bench.
    #[arg(long, value_name = "NAME")]
    bench: Option<String>,
    /// Only what changed with runs that began at this moment or later, in UTC, as in 2026-11-30 or 2026-11-30T22:00.
    /// Default: the newest run of each bench.
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// How often scenarios came to different outcomes with the same inputs.
    #[arg(long, group = "question")]
    flaky: bool,
    /// When each clause was judged last, the oldest first.
    #[arg(long, group = "question")]
    stale: bool,
    /// Each measurement over time; only of one clause, where it is named.
    #[arg(long, group = "question", value_name = "CLAUSE", num_args = 0..=1)]
    drift: Option<Option<String>>,
    /// Runs, scenarios and clauses that rest on this instrument.
    #[arg(long, group = "question", value_name = "INSTRUMENT")]
    affected: Option<String>,
    /// The newest run of each bench as OpenMetrics text, for Prometheus.
    #[arg(long, group = "question")]
    metrics: bool,
    /// A file of known failures: what is not in it, what has expired in it and what passes ends with exit code 1.
    #[arg(long, value_name = "FILE", conflicts_with = "question")]
    known: Option<PathBuf>,
    /// Write the morning page to this file.
    #[arg(long, value_name = "FILE", conflicts_with = "question")]
    html: Option<PathBuf>,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    format: FormatArgs,
}

/// The answer where nothing else is asked for.
#[derive(Serialize)]
struct News {
    validity: String,
    standing: String,
    changes: Vec<history::Change>,
    new_failures: Vec<String>,
    expired: Vec<String>,
    passing: Vec<String>,
}

/// `rig history`.
pub(super) fn history(args: &HistoryArgs) -> Result<u8, CliError> {
    let folder = match &args.runs {
        Some(folder) => folder.clone(),
        None => args.suite.find()?.runs(),
    };
    let known = args.known.as_deref().map(KnownFailures::load).transpose()?;
    let index = Index::of(&folder, args.rebuild)?;
    for (run, why) in &index.unreadable {
        remark(format!("rig: {run} is left out: {why}"));
    }
    index.not_kept.iter().for_each(|why| remark(format!("rig: the index is not kept: {why}")));
    let wanted = |run: &&RunFacts| args.bench.as_ref().is_none_or(|bench| *bench == run.bench);
    let runs: Vec<&RunFacts> = index.verdicts().filter(wanted).collect();
    let golden: Vec<&RunFacts> = index.golden().filter(wanted).collect();
    if runs.is_empty() && golden.is_empty() {
        let message = format!("{}: there is no run to tell of", folder.display());
        return Err(CliError::Usage(message));
    }
    if args.rebuild {
        remark(format!("rig: {} runs were read", index.read_anew));
    }
    let json = args.format.format == Format::Json;
    let since = args.since.as_deref();
    match args {
        HistoryArgs { metrics: true, .. } => {
            print_line(history::open_metrics(&runs).trim_end())?;
            Ok(0)
        }
        HistoryArgs { flaky: true, .. } => rows(json, &history::flaky(&runs), |one| {
            let rate = 100.0 * one.rate();
            let FlakeRate { name, runs, flakes, second_attempts, .. } = one;
            format!("{rate:5.1} %  {flakes} of {runs}, {second_attempts} second attempts  {name}")
        }),
        HistoryArgs { stale: true, .. } => rows(json, &history::stale(&runs), |one| {
            format!("{}  {:<13} {:<16} {}", one.judged, one.outcome.word(), one.clause, one.run)
        }),
        HistoryArgs { drift: Some(clause), .. } => {
            rows(json, &history::drifts(&runs, clause.as_deref()), |one| {
                let out = if one.is_out { "  out of control" } else { "" };
                let (mean, deviation, last) = (one.mean, one.deviation, one.last);
                format!(
                    "{:<16} {}: {last:.3} {}; mean {mean:.3} ± {deviation:.3} of {} on {}{out}",
                    one.clause, one.name, one.unit, one.count, one.bench
                )
            })
        }
        HistoryArgs { affected: Some(instrument), .. } => {
            let affected = history::affected(&runs, instrument, since.unwrap_or_default());
            if json {
                return print_json(&affected).map(|()| 0);
            }
            let lists =
                [("run", affected.runs), ("scenario", affected.scenarios), ("clause", affected.clauses)];
            for (kind, names) in lists {
                names.iter().try_for_each(|name| print_line(&format!("{kind:<9} {name}")))?;
            }
            Ok(0)
        }
        _ => news(args, &folder, &runs, &golden, known.as_ref()),
    }
}

fn rows<T: Serialize>(json: bool, rows: &[T], told: impl Fn(&T) -> String) -> Result<u8, CliError> {
    if json {
        return print_json(&rows).map(|()| 0);
    }
    rows.iter().try_for_each(|row| print_line(&told(row)))?;
    Ok(0)
}

/// The morning report of the runs.
fn morning<'r>(
    runs: &[&'r RunFacts],
    golden: &[&RunFacts],
    since: Option<&str>,
    known: Option<&KnownFailures>,
) -> Morning<'r> {
    let newest = history::newest(runs);
    let settled = history::settled(&newest);
    let scenarios = || settled.iter().flat_map(|run| &run.scenarios);
    let product = newest.last().map(|run| &run.key.product);
    let of_product: Vec<&RunFacts> =
        runs.iter().copied().filter(|run| Some(&run.key.product) == product).collect();
    let since = since.map(str::to_owned).or_else(|| newest.iter().map(|run| run.begun.clone()).min());
    let today = Local::now().date_naive().to_string();
    let matched = |run: &Cow<RunFacts>| Some((run.place().1.to_owned(), known?.compare(run, &today)));
    let all = history::settled(runs);
    let all: Vec<&RunFacts> = all.iter().map(AsRef::as_ref).collect();
    Morning {
        planned: scenarios().count(),
        ran: scenarios().filter(|one| one.outcome != Outcome::NotRun).count(),
        changes: history::changes(&all, &since.unwrap_or_else(|| Utc::now().to_rfc3339())),
        flaky: history::flaky(runs),
        stale: history::stale(runs),
        current: history::stale(&of_product),
        drifts: history::drifts(runs, None),
        known: settled.iter().filter_map(matched).collect(),
        checks: history::checks(golden, &newest),
        newest,
        ..Morning::default()
    }
}

fn news(
    args: &HistoryArgs,
    folder: &Path,
    runs: &[&RunFacts],
    golden: &[&RunFacts],
    known: Option<&KnownFailures>,
) -> Result<u8, CliError> {
    let mut morning = morning(runs, golden, args.since.as_deref(), known);
    if let Some(file) = &args.html {
        let today = Local::now().date_naive().to_string();
        morning.look_into(folder, known.map(|known| (known, today.as_str())));
        let failed = |error| CliError::Failed(format!("{}: {error}", file.display()));
        fs::write(file, history::page(&morning)).map_err(failed)?;
    }
    let code = u8::from(morning.known.iter().any(|(_, matched)| matched.is_loud()));
    let matched = || morning.known.iter().map(|(_, matched)| matched);
    let all = |lines: fn(&Matched) -> &Vec<String>| matched().flat_map(lines).cloned().collect::<Vec<_>>();
    let news = News {
        validity: morning.validity(),
        standing: morning.standing(),
        new_failures: all(|one| &one.new),
        expired: all(|one| &one.expired),
        passing: all(|one| &one.passing),
        changes: morning.changes,
    };
    if args.format.format == Format::Json {
        return print_json(&news).map(|()| code);
    }
    print_line(&news.validity)?;
    print_line(&news.standing)?;
    for change in &news.changes {
        let word = if change.is_worse() { "worse" } else { "better" };
        let (before, now, kind) = (change.before, change.now, change.kind());
        print_line(&format!(
            "{word:<8} {before} -> {now} on {}: {} ({kind})",
            change.bench, change.scenario
        ))?;
    }
    for (word, lines) in [("new", &news.new_failures), ("expired", &news.expired), ("passes", &news.passing)]
    {
        lines.iter().try_for_each(|line| print_line(&format!("{word:<8} {line}")))?;
    }
    Ok(code)
}
