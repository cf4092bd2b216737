//! Runs a night: each bench by a process of its own, with its health checked before and after.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Instant,
};

use reports::Outcome;
use serde::Serialize;
use serde_json::Value;

use super::{Night, is_real, notify::notify, show::hours};
use crate::{
    cli::{CliError, order::Ordered, place::SuiteArgs, print_json, print_line},
    history,
    night::{NightBench, Schedule},
    provenance::utc_now,
    remark::remark,
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
}

/// The result of a bench's night.
#[derive(Serialize)]
struct BenchSummary {
    name: String,
    outcome: Outcome,
    /// Why the bench was not used; none if it was.
    not_used: Option<String>,
    /// Why its results are suspended: its last check failed.
    suspended: Option<String>,
    /// The run's folder.
    run: Option<String>,
    /// How many scenarios were planned for it.
    planned: usize,
    /// How many clauses had which outcome.
    counts: Value,
}

/// Runs the night; its exit code is that of the worst run.
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
    let (begun, started) = (utc_now(), Instant::now());
    let rig = Rig { night, folder, suite: suite.words(), seconds, started };
    let sound: Vec<Option<String>> = rig.on_each_bench(|place, _| rig.not_sound(place));
    // What cannot run on a bench that is not sound runs elsewhere, where that is possible.
    let (_, schedule) = night.plan(seconds, |place| sound[place].is_none());
    let benches = rig.on_each_bench(|place, bench| match &sound[place] {
        Some(why) => {
            remark(format!("rig: {}: not used: {why}", bench.name));
            BenchSummary::not_used(bench, why.clone())
        }
        None => rig.bench(place, bench, &schedule),
    });
    let names = |numbers: &[usize]| numbers.iter().map(|&one| night.tasks.tasks[one].name.clone()).collect();
    let summary = Summary {
        outcome: Outcome::worst(benches.iter().map(|bench| bench.outcome)),
        begun,
        ended: utc_now(),
        hours: hours(seconds),
        folder: folder.display().to_string(),
        planned: schedule.placed.len(),
        left: names(&schedule.left),
        impossible: names(&schedule.impossible),
        benches,
    };
    let text = serde_json::to_string(&summary).map_err(|error| CliError::Failed(error.to_string()))?;
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
    fn print(&self) -> Result<(), CliError> {
        let (planned, left) = (self.planned, self.left.len());
        print_line(&format!(
            "{}  {planned} scenarios were planned, {left} left",
            self.outcome.word().to_uppercase()
        ))?;
        for bench in &self.benches {
            let BenchSummary { name, outcome, planned, .. } = bench;
            let why = bench.not_used.as_ref().map(|why| format!("; not used: {why}"));
            let suspended = bench.suspended.as_ref().map(|why| format!("; results are suspended: {why}"));
            let run = bench.run.as_ref().map(|run| format!("; {run}"));
            let more: String = [run, why, suspended].into_iter().flatten().collect();
            print_line(&format!("  {name}: {outcome}, {planned} scenarios{more}"))?;
        }
        print_line(&format!("Night: {}", self.folder))
    }
}

impl BenchSummary {
    fn not_used(bench: &NightBench, why: String) -> Self {
        Self {
            name: bench.name.clone(),
            outcome: Outcome::Error,
            not_used: Some(why),
            suspended: None,
            run: None,
            planned: 0,
            counts: Value::Null,
        }
    }
}

/// The doctor's word on a bench.
///
/// # Errors
/// An instrument is in trouble.
pub(super) fn doctor(bench: &Path) -> Result<(), String> {
    let mut command = this_program()?;
    command.args(["doctor", "--bench"]).arg(bench).stdin(Stdio::null());
    let told = command.output().map_err(|error| error.to_string())?;
    if told.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&told.stderr);
    Err(format!("rig doctor: {}", text.lines().next().unwrap_or("an instrument is in trouble")))
}

fn this_program() -> Result<Command, String> {
    env::current_exe().map(Command::new).map_err(|error| error.to_string())
}

/// A night under way.
struct Rig<'n> {
    night: &'n Night,
    folder: &'n Path,
    suite: Vec<String>,
    seconds: u64,
    started: Instant,
}

impl Rig<'_> {
    /// Runs `work` for each bench in parallel.
    fn on_each_bench<T: Send>(&self, work: impl Fn(usize, &NightBench) -> T + Sync) -> Vec<T> {
        let benches = &self.night.file.benches;
        thread::scope(|scope| {
            let work = &work;
            let threads: Vec<_> = benches
                .iter()
                .enumerate()
                .map(|(place, bench)| scope.spawn(move || work(place, bench)))
                .collect();
            // A panic there is a panic here.
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    /// Why the bench cannot be used; none if it is sound.
    fn not_sound(&self, place: usize) -> Option<String> {
        let bench = &self.night.file.benches[place];
        if is_real(&self.night.benches[place])
            && let Err(why) = doctor(&bench.file)
        {
            return Some(why);
        }
        self.golden(place, "first")
    }

    /// The run of the golden scenario; why it is not a pass, if it is not.
    fn golden(&self, place: usize, when: &str) -> Option<String> {
        let golden = self.night.file.golden.as_ref()?;
        let bench = &self.night.file.benches[place];
        let run = self.folder.join(format!("{}{}{when}", bench.name, history::GOLDEN));
        let name = format!("^{}$", regex::escape(golden));
        match self.run(place, &run, &["--name", &name]) {
            Ok(summary) if summary.outcome() == Outcome::Pass => None,
            Ok(summary) => Some(format!("{golden:?} came to {}: {}", summary.outcome(), run.display())),
            Err(why) => Some(format!("{golden:?}: {why}")),
        }
    }

    /// The bench's part of `schedule`, and its last check.
    fn bench(&self, place: usize, bench: &NightBench, schedule: &Schedule) -> BenchSummary {
        let planned: Vec<Ordered> = schedule
            .on(place)
            .map(|one| Ordered {
                scenario: self.night.tasks.tasks[one.task].name.clone(),
                turn: one.way.turn,
            })
            .collect();
        let mut summary = BenchSummary::not_used(bench, "nothing was planned for it".to_owned());
        if planned.is_empty() {
            summary.outcome = Outcome::NotRun;
            return summary;
        }
        (summary.planned, summary.not_used) = (planned.len(), None);
        let run = self.folder.join(&bench.name);
        let jobs = schedule.side_by_side(place).to_string();
        match self.ordered(place, &run, &planned, &jobs) {
            Ok(end) => {
                summary.outcome = end.outcome();
                summary.counts = end.0["counts"].clone();
                summary.run = Some(run.display().to_string());
            }
            Err(why) => {
                summary.outcome = Outcome::Error;
                summary.not_used = Some(why);
            }
        }
        summary.suspended = self.golden(place, "last");
        if summary.suspended.is_some() {
            summary.outcome = summary.outcome.max(Outcome::Error);
        }
        summary
    }

    fn ordered(&self, place: usize, run: &Path, planned: &[Ordered], jobs: &str) -> Result<End, String> {
        let order = self.folder.join(format!("{}.order.json", self.night.file.benches[place].name));
        let text = serde_json::to_string(planned).map_err(|error| error.to_string())?;
        fs::write(&order, text).map_err(|error| format!("{}: {error}", order.display()))?;
        let left = self.seconds.saturating_sub(self.started.elapsed().as_secs()).max(1).to_string();
        let order = order.display().to_string();
        let file = &self.night.file;
        let (retries, quarantine) = (file.retries_on_error.to_string(), file.quarantine_after.to_string());
        let more = ["--order", &order, "--retries-on-error", &retries, "--quarantine-after", &quarantine];
        let more = [&more[..], &["--stop-after", &left]].concat();
        // Scenarios of a simulated bench wait for nothing: as many side by side as there are cores.
        let jobs = if is_real(&self.night.benches[place]) { vec!["--jobs", jobs] } else { Vec::new() };
        self.run(place, run, &[more, jobs].concat())
    }

    /// `rig run` on the bench at `place`, with `more` arguments, to its end.
    fn run(&self, place: usize, run: &Path, more: &[&str]) -> Result<End, String> {
        let (file, bench) = (&self.night.file, &self.night.file.benches[place]);
        let log = PathBuf::from(format!("{}.log", run.display()));
        let log = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let mut command = this_program()?;
        command.arg("run").arg("--bench").arg(&bench.file).arg("--out").arg(run).args(&self.suite);
        command.args(["--format", "json", "--operator", "night", "--class", &file.class]).args(more);
        if !is_real(&self.night.benches[place]) {
            command.args(["--seed", &file.seed.to_string()]);
        }
        command.stdin(Stdio::null()).stderr(log);
        let told = command.output().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&told.stdout);
        let end = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
        end.map(End).ok_or_else(|| {
            let code = told.status;
            let said = fs::read_to_string(format!("{}.log", run.display())).unwrap_or_default();
            format!("rig run: {code}: {}", said.lines().last().unwrap_or("it said nothing"))
        })
    }
}

/// The line that ends a run.
struct End(Value);

impl End {
    fn outcome(&self) -> Outcome {
        serde_json::from_value(self.0["outcome"].clone()).unwrap_or(Outcome::Error)
    }
}
