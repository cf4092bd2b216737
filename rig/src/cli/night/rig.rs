//! The processes of a night: `rig doctor` and `rig run` on each bench.

use std::{
    env,
    fs::{self, File},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Instant,
};

use reports::{Ended, Event, Journal, Outcome, Summary};

use super::{Night, is_real};
use crate::{
    cli::{order::Ordered, run},
    history::GOLDEN,
    night::NightBench,
};

/// A scenario that a bench is to run.
#[derive(Clone, Debug)]
pub(super) struct Work {
    /// Its number.
    pub(super) scenario: usize,
    /// Which of the fitting devices come first.
    pub(super) turn: usize,
    /// How often it is tried again after an error on the same bench.
    pub(super) retries: u32,
    /// It had an error on another bench.
    pub(super) after_error: bool,
}

/// A run that has ended, or was cut short.
pub(super) struct Ran {
    /// Its folder.
    pub(super) folder: PathBuf,
    /// Its summary.
    pub(super) summary: Summary,
    /// Why it ended; `None` if it was cut short.
    pub(super) ended: Option<Ended>,
    /// Instruments that it took out of use.
    pub(super) quarantined: Vec<String>,
    /// Why what failed in a row was used all the same.
    pub(super) common_cause: Option<String>,
}

impl Ran {
    fn read(folder: &Path) -> reports::Result<Self> {
        let journal = Journal::read(folder)?;
        let ended = journal.entries().iter().rev().find_map(|entry| match &entry.event {
            Event::RunFinished { ended, .. } => Some(ended.clone()),
            _ => None,
        });
        Ok(Self {
            folder: folder.to_owned(),
            summary: Summary::new(&journal),
            ended,
            quarantined: journal.quarantined().into_iter().map(str::to_owned).collect(),
            common_cause: journal.common_cause().map(str::to_owned),
        })
    }

    /// Why the bench cannot be used any more: the run broke off by itself.
    pub(super) fn broke_off(&self) -> Option<String> {
        match &self.ended {
            Some(Ended::AllRun | Ended::Stopped(_)) => None,
            Some(ended) => Some(format!("its run ended: {}", ended.reason().unwrap_or_default())),
            None => Some("its run was cut short".to_owned()),
        }
    }

    /// Outcome of the scenario with this name; `None` if it was not planned.
    pub(super) fn outcome(&self, name: &str) -> Option<Outcome> {
        self.summary.scenarios.iter().find(|one| one.name == name).map(|one| one.outcome)
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

/// Settings of a night's processes.
pub(super) struct Rig<'n> {
    pub(super) night: &'n Night,
    pub(super) folder: &'n Path,
    pub(super) suite: Vec<String>,
    pub(super) seconds: u64,
    pub(super) started: Instant,
}

impl Rig<'_> {
    /// Calls `work` for each bench, side by side.
    pub(super) fn on_each_bench<T: Send>(&self, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        thread::scope(|scope| {
            let work = &work;
            let places = 0..self.night.file.benches.len();
            let threads: Vec<_> = places.map(|place| scope.spawn(move || work(place))).collect();
            // A panic there is a panic here.
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    pub(super) fn bench(&self, place: usize) -> &NightBench {
        &self.night.file.benches[place]
    }

    pub(super) fn is_real(&self, place: usize) -> bool {
        is_real(&self.night.benches[place])
    }

    /// Seconds that are left of the night.
    pub(super) fn seconds_left(&self) -> u64 {
        self.seconds.saturating_sub(self.started.elapsed().as_secs())
    }

    /// Why the bench cannot be used; none if it is sound.
    pub(super) fn not_sound(&self, place: usize) -> Option<String> {
        if self.is_real(place)
            && let Err(why) = doctor(&self.bench(place).file)
        {
            return Some(why);
        }
        self.golden(place, "first")
    }

    /// The run of the golden scenario; why it is not a pass, if it is not.
    pub(super) fn golden(&self, place: usize, when: &str) -> Option<String> {
        let golden = self.night.file.golden.as_ref()?;
        let name = format!("^{}$", regex::escape(golden));
        let ran = self.run(
            place,
            &format!("{}{GOLDEN}{when}", self.bench(place).name),
            &["--name".to_owned(), name],
            |one| one == golden,
        );
        match ran {
            Ok(ran) if ran.summary.outcome == Outcome::Pass => None,
            Ok(ran) => Some(format!("{golden:?} came to {}: {}", ran.summary.outcome, ran.folder.display())),
            Err(why) => Some(format!("{golden:?}: {why}")),
        }
    }

    /// The run `name` of `work` on the bench at `place`, with this number of `jobs`; `beside` are the runs on other benches.
    pub(super) fn work(
        &self,
        place: usize,
        name: &str,
        work: &[Work],
        jobs: usize,
        beside: &[PathBuf],
    ) -> Result<Ran, String> {
        let names: Vec<&str> =
            work.iter().map(|one| self.night.tasks.tasks[one.scenario].name.as_str()).collect();
        let ordered = work.iter().zip(&names).map(|(one, name)| Ordered {
            scenario: (*name).to_owned(),
            turn: one.turn,
            retries: Some(one.retries),
            after_error: one.after_error,
        });
        let text = serde_json::to_string(&ordered.collect::<Vec<_>>()).map_err(|error| error.to_string())?;
        let order = self.folder.join(format!("{name}.order.json"));
        fs::write(&order, text).map_err(|error| format!("{}: {error}", order.display()))?;
        let quarantine = self.night.file.quarantine_after.to_string();
        let left = self.seconds_left().max(1).to_string();
        let order = order.display().to_string();
        let mut more: Vec<String> =
            ["--order", &order, "--quarantine-after", &quarantine, "--stop-after", &left]
                .map(str::to_owned)
                .into();
        for run in beside {
            more.extend(["--beside".to_owned(), run.display().to_string()]);
        }
        // Scenarios of a simulated bench wait for nothing: as many side by side as there are cores.
        if self.is_real(place) {
            more.extend(["--jobs".to_owned(), jobs.to_string()]);
        }
        self.run(place, name, &more, |one| names.contains(&one))
    }

    /// Where the run `name` of the bench at `place` goes.
    pub(super) fn run_folder(&self, place: usize, name: &str) -> PathBuf {
        match (&self.bench(place).runs, self.folder.file_name()) {
            (Some(runs), Some(night)) => runs.join(night).join(name),
            _ => self.folder.join(name),
        }
    }

    /// `rig run` of the scenarios that are `taken`, by name, on the bench at `place`, with `more` arguments, to its end.
    fn run(
        &self,
        place: usize,
        name: &str,
        more: &[String],
        taken: impl Fn(&str) -> bool,
    ) -> Result<Ran, String> {
        let (file, bench) = (&self.night.file, self.bench(place));
        let run = self.run_folder(place, name);
        let said = self.folder.join(format!("{name}.log"));
        let log = File::create(&said).map_err(|error| format!("{}: {error}", said.display()))?;
        let mut command = this_program()?;
        command.arg("run").arg("--bench").arg(&bench.file).arg("--out").arg(&run).args(&self.suite);
        command.args(["--format", "json", "--operator", "night", "--class", &file.class]).args(more);
        if !self.is_real(place) {
            command.args(["--seed", &file.seed.to_string()]);
        }
        let scenarios = || self.night.all.iter().filter(|one| taken(&one.name));
        for fault in
            self.night.faults[place].iter().filter(|fault| scenarios().any(|one| run::strikes(fault, one)))
        {
            command.args(["--fault", &fault.to_string()]);
        }
        let told =
            command.stdin(Stdio::null()).stderr(log).output().map_err(|error| error.to_string())?.status;
        if !run.starts_with(self.folder) {
            // For the history, which looks below the night's folder.
            let _ = symlink(&run, self.folder.join(name));
        }
        Ran::read(&run).map_err(|_| {
            let said = fs::read_to_string(&said).unwrap_or_default();
            format!("rig run: {told}: {}", said.lines().last().unwrap_or("it said nothing"))
        })
    }
}
