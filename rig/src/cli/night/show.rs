//! Plans of nights as people and programs read them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use super::Night;
use crate::{
    cli::{CliError, print_json, print_line},
    night::{Choice, Schedule, bound, chart},
};

#[derive(Serialize)]
struct Shown {
    hours: f64,
    scenarios: usize,
    clauses: usize,
    makespan_s: u64,
    bound_s: u64,
    bound: String,
    placed: Vec<ShownTask>,
    left: Vec<String>,
    impossible: Vec<String>,
}

#[derive(Serialize)]
struct ShownTask {
    scenario: String,
    bench: String,
    begin_s: u64,
    end_s: u64,
    why: &'static str,
    time_is_known: bool,
}

/// The clauses that `schedule` judges.
fn clauses<'n>(night: &'n Night, schedule: &Schedule) -> BTreeSet<&'n str> {
    let tasks = &night.tasks.tasks;
    schedule.placed.iter().flat_map(|one| tasks[one.task].clauses()).collect()
}

/// Prints the plan of one night.
pub(super) fn plan(
    night: &Night,
    choices: &[Choice],
    schedule: &Schedule,
    seconds: u64,
    json: bool,
) -> Result<(), CliError> {
    let tasks = &night.tasks.tasks;
    let why: BTreeMap<usize, &'static str> = choices.iter().map(|one| (one.task, one.why.words())).collect();
    let names = |numbers: &[usize]| numbers.iter().map(|&one| tasks[one].name.clone()).collect();
    let order: Vec<usize> = schedule.placed.iter().map(|one| one.task).collect();
    let bound = bound(&night.tasks, &order);
    let placed = schedule.placed.iter().map(|one| ShownTask {
        scenario: tasks[one.task].name.clone(),
        bench: night.file.benches[one.way.bench].name.clone(),
        begin_s: one.begin,
        end_s: one.end,
        why: why.get(&one.task).copied().unwrap_or_default(),
        time_is_known: tasks[one.task].is_known,
    });
    let shown = Shown {
        hours: hours(seconds),
        scenarios: schedule.placed.len(),
        clauses: clauses(night, schedule).len(),
        makespan_s: schedule.makespan(),
        bound_s: bound.seconds,
        bound: bound.because,
        placed: placed.collect(),
        left: names(&schedule.left),
        impossible: names(&schedule.impossible),
    };
    if json { print_json(&shown) } else { print(night, schedule, seconds, &shown) }
}

fn print(night: &Night, schedule: &Schedule, seconds: u64, shown: &Shown) -> Result<(), CliError> {
    let Shown { scenarios, clauses, makespan_s, bound_s, bound, .. } = shown;
    let ends = clock(*makespan_s);
    print_line(&format!(
        "{:.1} hours: {scenarios} of {} scenarios, {clauses} clauses, done after {ends}",
        hours(seconds),
        night.tasks.tasks.len()
    ))?;
    print_line(&format!("no plan is shorter than {}: {bound}\n", clock(*bound_s)))?;
    let names: Vec<String> = night.file.benches.iter().map(|bench| bench.name.clone()).collect();
    print_line(&chart(schedule, &names, seconds.min(makespan_s.max(&1).to_owned())))?;
    for task in &shown.placed {
        let ShownTask { scenario, bench, begin_s, end_s, why, time_is_known } = task;
        let known = if *time_is_known { "" } else { " (time not known)" };
        let (begin, end) = (clock(*begin_s), clock(*end_s));
        print_line(&format!("{bench:<12} {begin:>8} {end:>8}  {why:<13} {scenario}{known}"))?;
    }
    let lists = [("left for another night", &shown.left), ("no bench can run", &shown.impossible)];
    for (title, scenarios) in lists {
        scenarios.iter().try_for_each(|scenario| print_line(&format!("{title}: {scenario}")))?;
    }
    Ok(())
}

#[derive(Serialize)]
struct ShownNight {
    day: String,
    hours: f64,
    scenarios: usize,
    clauses: usize,
    makespan_s: u64,
    left: usize,
}

/// Prints one of several nights.
pub(super) fn night_line(
    night: &Night,
    day: NaiveDate,
    seconds: u64,
    schedule: &Schedule,
    json: bool,
) -> Result<(), CliError> {
    let shown = ShownNight {
        day: day.format("%a %Y-%m-%d").to_string(),
        hours: hours(seconds),
        scenarios: schedule.placed.len(),
        clauses: clauses(night, schedule).len(),
        makespan_s: schedule.makespan(),
        left: schedule.left.len(),
    };
    if json {
        return print_json(&shown);
    }
    let ShownNight { day, hours, scenarios, clauses, makespan_s, left } = shown;
    let ends = clock(makespan_s);
    print_line(&format!(
        "{day}  {hours:4.1} h  {scenarios:4} scenarios  {clauses:3} clauses  done after {ends}, {left} left"
    ))
}

pub(super) fn hours(seconds: u64) -> f64 {
    seconds as f64 / 3600.0
}

/// Seconds as `7:05:09`.
pub(super) fn clock(seconds: u64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
