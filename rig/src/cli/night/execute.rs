//! Runs a night: the health of each bench, two rounds of scenarios, the health of each bench again; and its summary.

use std::{fs, path::Path, time::Instant};

use reports::{Counts, Outcome, masked};
use serde::Serialize;

use super::{
    Night,
    notify::notify,
    rig::Rig,
    rounds::{BenchNight, Rounds, RunAgain},
    show::hours,
};
use crate::{
    cli::{CliError, place::SuiteArgs, print_json, print_line},
    night::QuarantineNote,
    provenance::utc_now,
};

/// The file with the night's summary in its folder.
const SUMMARY_FILE: &str = "night.json";

/// Summary of a night: what `notify` gets.
#[derive(Serialize)]
struct Summary {
    outcome: Outcome,
    begun: String,
    ended: String,
    hours: f64,
    folder: String,
    planned: usize,
    left: Vec<String>,
    impossible: Vec<String>,
    benches: Vec<BenchSummary>,
    /// Scenarios of the second round.
    again: Vec<RunAgain>,
    /// Instruments that were taken out of use or back into it, and by whose word.
    quarantine: Vec<QuarantineNote>,
}

/// The result of a bench's night.
#[derive(Serialize)]
struct BenchSummary {
    name: String,
    outcome: Outcome,
    /// Why the bench was not used, or not to the end; none if it was.
    not_used: Option<String>,
    /// Why its results are suspended: its last check failed.
    suspended: Option<String>,
    /// Why what failed in a row was used all the same: all benches failed at once.
    common_cause: Option<String>,
    /// The folder of the planned run.
    run: Option<String>,
    /// How many scenarios were planned for it.
    planned: usize,
    /// How many clauses had which outcome in the planned run.
    counts: Option<Counts>,
}

/// Runs the night; its exit code is that of the worst result.
pub(super) fn night(
    night: &Night,
    suite: &SuiteArgs,
    folder: &Path,
    seconds: u64,
    json: bool,
) -> Result<u8, CliError> {
    let failed = |error| CliError::Failed(format!("{}: {error}", folder.display()));
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(CliError::Usage(format!("{}: is not empty", folder.display())));
    }
    fs::create_dir_all(folder).map_err(failed)?;
    fs::create_dir_all(&night.file.runs).map_err(failed)?;
    let (begun, started) = (utc_now(), Instant::now());
    let rig = Rig { night, folder, suite: suite.words(), seconds, started };
    let mut rounds = Rounds::begin(&rig);
    rounds.first_round();
    rounds.quarantine();
    rounds.second_round();
    rounds.close();
    let summary = Summary::new(&rig, rounds, begun);
    let text = serde_json::to_string(&summary).map_err(|error| CliError::Failed(error.to_string()))?;
    let text = masked(&text).into_owned();
    fs::write(folder.join(SUMMARY_FILE), format!("{text}\n")).map_err(failed)?;
    notify(&night.file.notify, text);
    if json {
        print_json(&summary)?
    } else {
        summary.print()?
    }
    Ok(summary.outcome.exit_code())
}

impl Summary {
    fn new(rig: &Rig, rounds: Rounds, begun: String) -> Self {
        let night = rig.night;
        let names =
            |numbers: &[usize]| numbers.iter().map(|&one| night.tasks.tasks[one].name.clone()).collect();
        let own = rounds.benches.iter().map(BenchNight::own_outcome);
        let benches = rounds.benches.iter().enumerate();
        Self {
            outcome: Outcome::worst(own.chain(rounds.outcomes().into_values())),
            begun,
            ended: utc_now(),
            hours: hours(rig.seconds),
            folder: rig.folder.display().to_string(),
            planned: rounds.first.placed.len(),
            left: names(&rounds.first.left),
            impossible: names(&rounds.first.impossible),
            benches: benches.map(|(place, bench)| BenchSummary::new(rig, place, bench)).collect(),
            again: rounds.second,
            quarantine: rounds.notes,
        }
    }

    fn print(&self) -> Result<(), CliError> {
        let (planned, left) = (self.planned, self.left.len());
        print_line(&format!(
            "{}  {planned} scenarios were planned, {left} left",
            self.outcome.word().to_uppercase()
        ))?;
        for bench in &self.benches {
            let BenchSummary { name, outcome, planned, .. } = bench;
            let run = bench.run.as_ref().map(|run| format!("; {run}"));
            let why = bench.not_used.as_ref().map(|why| format!("; not used: {why}"));
            let suspended = bench.suspended.as_ref().map(|why| format!("; results are suspended: {why}"));
            let cause = bench.common_cause.as_ref().map(|cause| format!("; {cause}"));
            let more: String = [run, why, suspended, cause].into_iter().flatten().collect();
            print_line(&format!("  {name}: {outcome}, {planned} scenarios{more}"))?;
        }
        for RunAgain { scenario, from, before, on, outcome } in &self.again {
            print_line(&format!("  again on {on}: {outcome}, after {before} on {from}: {scenario}"))?;
        }
        self.quarantine.iter().try_for_each(|note| print_line(&format!("  {note}")))?;
        print_line(&format!("Night: {}", self.folder))
    }
}

impl BenchSummary {
    fn new(rig: &Rig, place: usize, bench: &BenchNight) -> Self {
        let ran = bench.runs.first();
        let worst = bench.runs.iter().map(|ran| ran.summary.outcome);
        let nothing = (bench.planned.is_empty() && bench.not_used.is_none()).then_some(Outcome::NotRun);
        Self {
            name: rig.bench(place).name.clone(),
            outcome: Outcome::worst(worst.chain(nothing).chain([bench.own_outcome()])),
            not_used: bench.not_used.clone().or(nothing.map(|_| "nothing was planned for it".to_owned())),
            suspended: bench.suspended.clone(),
            common_cause: bench.runs.iter().find_map(|ran| ran.common_cause.clone()),
            run: ran.map(|ran| ran.folder.display().to_string()),
            planned: bench.planned.len(),
            counts: ran.map(|ran| ran.summary.counts),
        }
    }
}
