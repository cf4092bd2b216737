//! `rig step`: step through scenarios at the terminal.

use std::{
    io::{BufRead, IsTerminal, Write, stdin, stdout},
    path::PathBuf,
    sync::Arc,
};

use clap::Args;
use reports::{Access, Journal, Summary};

use super::{
    CliError,
    place::{SuiteArgs, SuiteFolder},
    print_line, report, run, signal,
};
use crate::{
    bench::{Bench, Kind, SimParams, simulated},
    debug::{Breakpoint, Debugger, Face, Settings},
    provenance::{self, Files, Provenance},
    recorder::Sink,
    runner::{self, DefectCoverage, OnErrors, RunConfig, StepController},
    suite::{
        Plan, Register,
        features::{self, WrittenScenario},
    },
};

#[derive(Clone, Debug, Args)]
pub(super) struct StepArgs {
    /// The bench file; the simulated bench if none is named.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    /// The seed of everything that is random (simulated bench only).
    #[arg(long)]
    seed: Option<u64>,
    /// Give the reference product a defect, by name or number (simulated bench only).
    #[arg(long = "defect", value_name = "NAME")]
    defects: Vec<String>,
    /// Run to here first: a line (FILE:LINE or LINE), a clause, a @tag, words of a step, `fail`, `error`, or a condition
    /// such as "qr.age > 170 s". Without one, the run stops before its first step.
    #[arg(long = "break", value_name = "PLACE")]
    breaks: Vec<String>,
    /// The person who steps through it, for the record; the login if nobody is named.
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,
    /// The run's folder: made, and refused if it is not empty.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    suite: SuiteArgs,
    /// A scenario, by a part of its name; or a feature file, or FILE:LINE. All scenarios if none is named.
    #[arg(value_name = "SCENARIO|FILE:LINE")]
    scenario: Option<String>,
}

/// `rig step`.
pub(super) fn step(args: &StepArgs) -> Result<u8, CliError> {
    provenance::hash_program();
    let place = args.suite.find()?;
    let register = Register::load(&place.register())?;
    let bench_file = args.bench.clone().unwrap_or_else(|| place.usual_bench());
    let bench = Bench::load(&bench_file)?;
    if bench.kind == Kind::Hardware && (args.seed.is_some() || !args.defects.is_empty()) {
        let message = format!(
            "--seed and --defect are for a simulated bench; {:?} is made of real devices",
            bench.name
        );
        return Err(CliError::Usage(message));
    }
    let defects = simulated::defect_names(&args.defects).map_err(CliError::Usage)?;
    let chosen = Chosen::parse(args.scenario.as_deref(), &place)?;
    let plan = chosen.plan(&place, &register, &bench)?;
    let breaks = args.breaks.iter().map(String::as_str).chain(chosen.line());
    let breaks = breaks.map(|text| Breakpoint::parse(text, &plan)).collect::<Result<_, _>>();
    let clauses = run::clauses(&place, &register, &bench, &plan)?;
    let files = Files {
        root: place.root(),
        features: &chosen.files,
        register: &place.register(),
        bench: &bench_file,
    };
    let mut provenance = Provenance::new(&files, &bench, args.operator.as_deref())?;
    provenance.origin.by_hand = true;
    let folder = args.out.clone().unwrap_or_else(|| place.next("step-"));
    let settings = Settings {
        plan: plan.clone(),
        breakpoints: breaks.map_err(CliError::Usage)?,
        pictures: folder.join("looks"),
        command_line: command_line(args),
    };
    let config = RunConfig {
        provenance,
        given: SimParams { defects, ..SimParams::seed(args.seed.unwrap_or(run::DEFAULT_SEED)) },
        jobs: 1,
        faults: Vec::new(),
        coverage: DefectCoverage::default(),
        on_errors: OnErrors::default(),
        bench: Arc::new(bench),
        plan,
    };
    let sink = Sink::create(&folder, Access::PRIVATE, Vec::new())
        .map_err(|error| CliError::Usage(error.to_string()))?;
    let debugger = Debugger::new(Box::new(Terminal::default()), signal::stop()?, settings);
    let controller: Arc<dyn StepController> = Arc::new(debugger);
    runner::run(&config, config.head(clauses), &Arc::new(sink), &controller)?;
    let journal = Journal::read(&folder)?;
    let summary = Summary::new(&journal);
    report::write(&journal, &summary)?;
    print_line(&reports::text(&summary, stdout().is_terminal()))?;
    print_line(&format!("Report: {}", folder.join(report::HTML_FILE).display()))?;
    Ok(summary.outcome.exit_code())
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

/// The command line without its breakpoints.
fn command_line(args: &StepArgs) -> String {
    let mut words = vec!["rig step".to_owned()];
    let mut option = |name: &str, value: String| words.push(format!("{name} {}", quoted(&value)));
    args.bench.iter().for_each(|file| option("--bench", file.display().to_string()));
    args.seed.iter().for_each(|seed| option("--seed", seed.to_string()));
    args.defects.iter().for_each(|defect| option("--defect", defect.clone()));
    words.extend(args.scenario.as_ref().map(|scenario| quoted(scenario)));
    words.join(" ")
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-:@=".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// The terminal; commands come line by line from standard input.
#[derive(Default)]
struct Terminal {
    /// Standard output cannot be written to any more.
    is_gone: bool,
}

impl Terminal {
    fn write(&mut self, text: &str) {
        let mut out = stdout();
        self.is_gone |= write!(out, "{text}").and_then(|()| out.flush()).is_err();
    }
}

impl Face for Terminal {
    fn show(&mut self, line: &str) {
        let plain: String = line.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        self.write(&format!("{}\n", plain.trim_end()));
    }

    fn ask(&mut self) -> Option<String> {
        self.write("(rig) ");
        if self.is_gone {
            return None;
        }
        let mut line = String::new();
        let read = stdin().lock().read_line(&mut line).unwrap_or(0);
        // Of a script, the transcript shows what it said.
        if !stdin().is_terminal() {
            self.write(&format!("{}\n", line.trim_end()));
        }
        (read > 0).then_some(line)
    }
}
