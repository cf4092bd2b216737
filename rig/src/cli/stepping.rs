//! A session of the debugger, whatever its face: what is stepped through, on which bench, and its record.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use reports::{Access, ClauseInfo, Journal, Summary};

use super::{
    CliError,
    holder::holder,
    place::{SuiteArgs, SuiteFolder},
    report, run,
};
use crate::{
    bench::{Bench, Kind, SimParams, simulated},
    bus::Observer,
    debug::{Breakpoint, Controls, Debugger, Face, Settings, SuiteFiles},
    locks::Locks,
    provenance::{self, Files, Provenance},
    recorder::Sink,
    runner::{self, RunConfig, StepController, StopSignal},
    suite::{
        Plan, Register,
        features::{self, WrittenScenario},
    },
};

#[derive(Clone, Debug, Default, Args)]
pub(super) struct SessionArgs {
    /// The bench file; the simulated bench if none is named.
    #[arg(long, value_name = "FILE")]
    pub bench: Option<PathBuf>,
    /// The seed of everything that is random (simulated bench only).
    #[arg(long)]
    pub seed: Option<u64>,
    /// Give the reference product a defect, by name or number (simulated bench only).
    #[arg(long = "defect", value_name = "NAME")]
    pub defects: Vec<String>,
    /// Run to here first: a line (FILE:LINE or LINE), a clause, a @tag, words of a step, `fail`, `error`, or a condition
    /// such as "qr.age > 170 s". Without one, the run stops before its first step.
    #[arg(long = "break", value_name = "PLACE")]
    pub breaks: Vec<String>,
    /// The person who steps through it, for the record; the login if nobody is named.
    #[arg(long, value_name = "NAME")]
    pub operator: Option<String>,
    /// The run's folder: made, and refused if it is not empty.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub suite: SuiteArgs,
    /// A scenario, by a part of its name; or a feature file, or FILE:LINE. All scenarios if none is named.
    #[arg(value_name = "SCENARIO|FILE:LINE")]
    pub scenario: Option<String>,
    /// Whether it runs to the line of FILE:LINE first.
    #[arg(skip = true)]
    pub runs_to_line: bool,
}

/// A session that can begin: its bench is locked, and nothing is opened or written yet.
pub(super) struct Prepared {
    config: RunConfig,
    clauses: Vec<ClauseInfo>,
    folder: PathBuf,
    command_line: String,
    bench_file: PathBuf,
    breaks: Vec<Breakpoint>,
    /// The suite's folder; it goes with this if it was unpacked for the command.
    place: SuiteFolder,
    /// The bench is this process's until the session ends.
    _locks: Locks,
}

impl SessionArgs {
    /// Reads and plans everything.
    pub fn prepare(&self) -> Result<Prepared, CliError> {
        self.prepare_in(self.suite.find()?)
    }

    /// As [`prepare`](Self::prepare), of the suite in `place`.
    pub fn prepare_in(&self, place: SuiteFolder) -> Result<Prepared, CliError> {
        provenance::hash_program();
        let register = Register::load(&place.register())?;
        let bench_file = self.bench.clone().unwrap_or_else(|| place.usual_bench());
        let bench = Bench::load(&bench_file)?;
        if bench.kind == Kind::Hardware && (self.seed.is_some() || !self.defects.is_empty()) {
            let message = format!(
                "--seed and --defect are for a simulated bench; {:?} is made of real devices",
                bench.name
            );
            return Err(CliError::Usage(message));
        }
        let defects = simulated::defect_names(&self.defects).map_err(CliError::Usage)?;
        let chosen = Chosen::parse(self.scenario.as_deref(), &place)?;
        let plan = chosen.plan(&place, &register, &bench)?;
        let breaks =
            self.breaks.iter().map(String::as_str).chain(chosen.line().filter(|_| self.runs_to_line));
        let breaks = breaks.map(|text| Breakpoint::parse(text, &plan)).collect::<Result<_, _>>();
        let clauses = run::clauses(&place, &register, &bench, &plan)?;
        let files = Files {
            root: place.root(),
            features: &chosen.files,
            register: &place.register(),
            bench: &bench_file,
        };
        let mut provenance = Provenance::new(&files, &bench, self.operator.as_deref())?;
        provenance.origin.by_hand = true;
        let folder = self.out.clone().unwrap_or_else(|| place.next("step-"));
        // A person is there: they are told at once who has the bench.
        let holder = holder(self.operator.as_deref(), Some(&folder));
        let locks = Locks::take(&bench.claims(&bench_file), &holder);
        let given = SimParams { defects, ..SimParams::seed(self.seed.unwrap_or(run::DEFAULT_SEED)) };
        let config = RunConfig::plain(Arc::new(bench), plan, given, 1, provenance);
        Ok(Prepared {
            config,
            clauses,
            folder,
            command_line: self.command_line(),
            bench_file,
            breaks: breaks.map_err(CliError::Usage)?,
            place,
            _locks: locks.map_err(|error| CliError::Failed(error.to_string()))?,
        })
    }

    /// The command line without its breakpoints.
    fn command_line(&self) -> String {
        let line = session_line(self.bench.as_deref(), self.seed, &self.defects, &self.suite);
        match &self.scenario {
            Some(scenario) => format!("{line} {}", quoted(scenario)),
            None => line,
        }
    }
}

impl Prepared {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.config.plan
    }

    /// The suite's folder.
    pub fn root(&self) -> &Path {
        self.place.root()
    }

    /// The run's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the bench can be taken back to an earlier step.
    pub fn goes_back(&self) -> bool {
        self.config.bench.kind == Kind::Simulated
    }

    /// Where it stops, from the start on: at the breakpoints that were given, and before the first step if `stops_first`
    /// is set or none was given.
    pub fn run(
        self,
        face: Box<dyn Face>,
        controls: Arc<Controls>,
        stops_first: Option<bool>,
        stop: StopSignal,
        observers: Vec<Box<dyn Observer>>,
    ) -> Result<Summary, CliError> {
        let stops_first = stops_first.unwrap_or(self.breaks.is_empty());
        for place in self.breaks {
            controls.add(place);
        }
        let settings = Settings {
            plan: self.config.plan.clone(),
            files: SuiteFiles { root: self.place.root().to_owned(), bench: self.bench_file },
            controls,
            stops_first,
            pictures: self.folder.join("looks"),
            command_line: self.command_line,
        };
        let sink = Sink::create(&self.folder, Access::PRIVATE, observers)
            .map_err(|error| CliError::Usage(error.to_string()))?;
        let controller: Arc<dyn StepController> = Arc::new(Debugger::new(face, stop, settings));
        runner::run(&self.config, self.config.head(self.clauses), &Arc::new(sink), &controller)?;
        let journal = Journal::read(&self.folder)?;
        let summary = Summary::new(&journal);
        report::write(&journal, &summary)?;
        Ok(summary)
    }
}

/// The scenarios to step through.
struct Chosen {
    files: Vec<PathBuf>,
    /// A part of the name, in lower case.
    name: Option<String>,
    line: Option<String>,
}

impl Chosen {
    fn parse(text: Option<&str>, place: &SuiteFolder) -> Result<Self, CliError> {
        let Some(text) = text else {
            return Ok(Self { files: run::feature_files(&[], place)?, name: None, line: None });
        };
        let split = text.rsplit_once(':').filter(|(file, line)| {
            file.ends_with(".feature") && !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
        });
        let (file, line) = split.map_or((text, None), |(file, line)| (file, Some(line.to_owned())));
        if file.ends_with(".feature") {
            let files = run::feature_files(&[PathBuf::from(file)], place)?;
            return Ok(Self { files, name: None, line });
        }
        let files = run::feature_files(&[], place)?;
        Ok(Self { files, name: Some(text.to_lowercase()), line: None })
    }

    fn line(&self) -> Option<&str> {
        self.line.as_deref()
    }

    fn plan(&self, place: &SuiteFolder, register: &Register, bench: &Bench) -> Result<Plan, CliError> {
        let mut written = features::read_files(&self.files)?;
        if let Some(name) = &self.name {
            written.retain(|scenario| scenario.name.to_lowercase().contains(name));
        }
        if let Some(line) = self.line.as_ref().and_then(|line| line.parse().ok()) {
            let only = at_line(&written, line).map(|scenario| scenario.name.clone());
            written.retain(|scenario| Some(&scenario.name) == only.as_ref());
        }
        if written.is_empty() {
            let what = "no scenario has that in its name, and none stands on that line";
            return Err(CliError::Usage(format!("{what}; `rig list` shows all of them")));
        }
        let plan = Plan::new(&written, place.root(), register, &bench.profile, &bench.capacity())?;
        Ok(plan.equipped(place.root())?)
    }
}

/// The scenario that `line` is in: the last one that begins on it or before it.
fn at_line(written: &[WrittenScenario], line: usize) -> Option<&WrittenScenario> {
    written.iter().filter(|scenario| scenario.heading <= line).max_by_key(|scenario| scenario.heading)
}

/// The command line that begins a session on the same bench.
pub(super) fn session_line(
    bench: Option<&Path>,
    seed: Option<u64>,
    defects: &[String],
    suite: &SuiteArgs,
) -> String {
    let mut words = vec!["rig step".to_owned()];
    let mut option = |name: &str, value: String| words.push(format!("{name} {}", quoted(&value)));
    bench.iter().for_each(|file| option("--bench", file.display().to_string()));
    seed.iter().for_each(|seed| option("--seed", seed.to_string()));
    defects.iter().for_each(|defect| option("--defect", defect.clone()));
    suite.folder().iter().for_each(|suite| option("--suite", suite.display().to_string()));
    words.join(" ")
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-:@=".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
