//! `rig run`: read everything, plan everything, then touch the first instrument.

use std::{
    io::{IsTerminal, stdout},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, mpsc::Receiver},
};

use clap::Args;
use reports::{Access, ClauseInfo, Ended, Journal, Summary};

use super::{
    CliError, Format, FormatArgs, attach,
    events::{Events, Target},
    holder::holder,
    list, order,
    page::{self, TokenArgs},
    place::{SuiteArgs, SuiteFolder},
    print_line, progress, report,
    selection::Selection,
    signal,
    stepping::session_line,
};
use crate::{
    bench::{Bench, Kind, SimParams, simulated},
    bus::Observer,
    debug::SuiteFiles,
    locks::Locks,
    night::Times,
    provenance::{self, Files, Provenance},
    recorder::Sink,
    remark::remark,
    retention::{DEFAULT_CLASS, Retention},
    runner::{self, DefectCoverage, FaultAt, OnErrors, RunConfig, StopSignal},
    suite::{self, Plan, PlannedScenario, Register, features},
};

mod limits;

#[derive(Clone, Debug, Args)]
pub(super) struct RunArgs {
    /// The bench file; by default the simulated bench.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    #[command(flatten)]
    selection: Selection,
    /// The seed of everything that is random (simulated bench only).
    #[arg(long)]
    seed: Option<u64>,
    /// How many scenarios may run side by side; by default one per core, or one on a bench of real devices. There, only
    /// scenarios that have nothing in common run side by side.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=256))]
    jobs: Option<u32>,
    /// Give the reference product a defect, by name or number (simulated bench only).
    #[arg(long = "defect", value_name = "NAME")]
    defects: Vec<String>,
    /// Give the bench a fault at the step that judges a clause (simulated bench only).
    #[arg(long = "fault", value_name = "NAME@CLAUSE", value_parser = super::parse_fault)]
    faults: Vec<FaultAt>,
    /// List what would run, what it holds and uses up, and what is left out and why; touch nothing.
    #[arg(long)]
    list: bool,
    /// Leave out scenarios that need what the bench has not; they are listed, and clauses that only they judge are uncovered.
    #[arg(long)]
    as_equipped: bool,
    /// How often a scenario is tried again that had an error and no fail; every attempt stays in the record.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=2))]
    retries_on_error: u32,
    /// Do not use an instrument any more that failed in N scenarios in a row; what needs it is not run.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    quarantine_after: Option<u32>,
    /// Run each scenario N times; one fail is a fail.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    repeat: u32,
    /// Repeat the scenarios until one fails, at most as often as --repeat says, or 1,000 times.
    #[arg(long)]
    until_fail: bool,
    /// Only the scenarios that this file lists, in its order: JSON, as `rig night` writes it.
    #[arg(long, value_name = "FILE")]
    order: Option<PathBuf>,
    /// A run that goes on beside it on another bench of the same night: where all fail at once, no instrument is to blame.
    #[arg(long, value_name = "RUN", hide = true)]
    beside: Vec<PathBuf>,
    /// Stop before the next step after this many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=31_536_000))]
    stop_after: Option<u64>,
    /// Refuse `rig attach`; a campaign's runs do.
    #[arg(long)]
    no_attach: bool,
    /// Do not wait for a bench that another process uses; exit at once.
    #[arg(long)]
    no_wait: bool,
    /// Who runs it, for the record; by default the login.
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,
    /// How long its evidence is to be kept, by a class of `fixtures/retention.toml`.
    #[arg(long, value_name = "CLASS", default_value = DEFAULT_CLASS)]
    class: String,
    /// The run's folder; created, and refused if it is not empty.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write every event as a line of JSON to this file as it comes; `-` is standard output, and wants `--format json`.
    #[arg(long, value_name = "FILE")]
    events: Option<Target>,
    /// Serve a page that watches the run: on this address, or on a free port of this machine. Its address is said on standard
    /// error.
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = super::page::ANYWHERE)]
    page: Option<SocketAddr>,
    #[command(flatten)]
    token: TokenArgs,
    /// Who may read the run's files: an octal mode, as in 0640, or `umask` for what the umask leaves. Secrets stay 0600.
    #[arg(long, value_name = "MODE", default_value = "0600")]
    mode: Access,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    format: FormatArgs,
    /// Feature files or folders of them; by default the whole suite.
    paths: Vec<PathBuf>,
}

/// The default seed: a run without one is repeatable.
pub(super) const DEFAULT_SEED: u64 = 1;

/// Repetitions with `--until-fail`, where `--repeat` does not say.
const UNTIL_FAIL: u32 = 1000;

/// `rig run`.
pub(super) fn run(args: &RunArgs) -> Result<u8, CliError> {
    provenance::hash_program();
    let place = args.suite.find()?;
    let prepared = Prepared::new(args, &place)?;
    if args.list {
        return list::print(&prepared.plan, &Times::load(&place.times())?, args.format.format).map(|()| 0);
    }
    let stop = signal::stop()?;
    args.stop_in_time(&stop)?;
    let _locks = prepared.lock(args, &stop)?;
    let files = SuiteFiles { root: place.root().to_owned(), bench: prepared.bench_file.clone() };
    let (config, clauses) = prepared.config(args, &place)?;
    let folder = args.out.clone().unwrap_or_else(|| place.next(""));
    let (mut observers, events) = observers(args, &config.plan)?;
    let page =
        args.page.map(|address| page::serve(address, &args.token, &folder, None, say_beside)).transpose()?;
    observers.extend(page.map(|page| Box::new(page) as Box<dyn Observer>));
    let sink =
        Sink::create(&folder, args.mode, observers).map_err(|error| CliError::Usage(error.to_string()))?;
    let sink = Arc::new(args.steered(sink, &stop));
    let (controller, _socket) = attach::controller(args, stop, &config.plan, files, &folder);
    runner::run(&config, config.head(clauses), &sink, &controller)?;
    args.conclude(&folder, &sink, events)
}

/// All that a run is made of, read and checked; nothing is touched yet.
pub(super) struct Prepared {
    register: Register,
    bench_file: PathBuf,
    bench: Bench,
    features: Vec<PathBuf>,
    defects: Vec<String>,
    pub(super) plan: Plan,
}

impl Prepared {
    /// Reads and checks what `args` name.
    pub(super) fn new(args: &RunArgs, place: &SuiteFolder) -> Result<Self, CliError> {
        let register = Register::load(&place.register())?;
        let bench_file = args.bench.clone().unwrap_or_else(|| place.usual_bench());
        let bench = Bench::load(&bench_file)?;
        Retention::load(&place.retention())?.check(&args.class).map_err(CliError::Usage)?;
        only_where_simulated(args, &bench)?;
        let defects = simulated::defect_names(&args.defects).map_err(CliError::Usage)?;
        let features = feature_files(&args.paths, place)?;
        let plan = plan(&features, &args.selection, args.as_equipped, place, &register, &bench)?;
        let plan = match &args.order {
            Some(file) => order::ordered(plan, file)?,
            None => plan,
        };
        let plan = plan.repeated(args.rounds());
        check_faults(&args.faults, &plan)?;
        Ok(Self { register, bench_file, bench, features, defects, plan })
    }

    /// Locks the bench for this process, and waits for its holder.
    pub(super) fn lock(&self, args: &RunArgs, stop: &StopSignal) -> Result<Locks, CliError> {
        let claims = self.bench.claims(&self.bench_file);
        let holder = holder(args.operator.as_deref(), args.out.as_deref());
        let locked = match args.no_wait {
            true => Locks::take(&claims, &holder),
            false => Locks::wait(
                &claims,
                &holder,
                || stop.is_stopped(),
                |held| {
                    remark(format!("rig: waiting: {held}"));
                },
            ),
        };
        locked.map_err(|error| CliError::Failed(error.to_string()))
    }

    /// The configuration of the run, and the clauses of the register.
    pub(super) fn config(
        self,
        args: &RunArgs,
        place: &SuiteFolder,
    ) -> Result<(RunConfig, Vec<ClauseInfo>), CliError> {
        let Self { register, bench_file, bench, features, defects, plan } = self;
        let clauses = clauses(place, &register, &bench, &plan)?;
        let files = Files {
            root: place.root(),
            features: &features,
            register: &place.register(),
            bench: &bench_file,
        };
        let config = RunConfig {
            provenance: Provenance {
                class: args.class.clone(),
                ..Provenance::new(&files, &bench, args.operator.as_deref())?
            },
            given: SimParams { defects, ..SimParams::seed(args.seed.unwrap_or(DEFAULT_SEED)) },
            jobs: jobs(args, &bench),
            faults: args.faults.clone(),
            coverage: DefectCoverage::default(),
            on_errors: OnErrors { retries: args.retries_on_error, quarantine_after: args.quarantine_after },
            beside: args.beside.clone(),
            bench: Arc::new(bench),
            plan,
        };
        Ok((config, clauses))
    }
}

impl RunArgs {
    /// Where the suite is taken from.
    pub(super) fn suite(&self) -> &SuiteArgs {
        &self.suite
    }

    /// The command line that begins a session on the same bench, if somebody may attach to this run.
    pub(super) fn session_line(&self) -> Option<String> {
        let line = || session_line(self.bench.as_deref(), self.seed, &self.defects, &self.suite);
        (!self.no_attach).then(line)
    }

    /// How often each scenario runs.
    fn rounds(&self) -> u32 {
        if self.until_fail && self.repeat == 1 { UNTIL_FAIL } else { self.repeat }
    }

    /// Writes the reports of the run in `folder`, prints its end, and returns how to exit.
    pub(super) fn conclude(
        &self,
        folder: &Path,
        sink: &Sink,
        events: Option<Receiver<()>>,
    ) -> Result<u8, CliError> {
        let journal = Journal::read(folder)?;
        let summary = Summary::new(&journal);
        let page = report::write(&journal, &summary);
        let is_full = matches!(sink.failed(), Some(Ended::DiskFull));
        let made = match page {
            Ok(()) => report::HTML_FILE,
            // It was said that the disk is full; there is room held back for the reports for machines.
            Err(_) if is_full => report::JUNIT_FILE,
            Err(error) => return Err(error),
        };
        if let (Some(Target::Output), Some(ended)) = (&self.events, events) {
            // The summary is the last line: it comes after the events. It ends by the other end's being dropped.
            let _ = ended.recv();
        }
        match self.format.format {
            Format::Json => print_line(&summary.to_json())?,
            Format::Human => {
                print_line(&reports::text(&summary, stdout().is_terminal()))?;
                print_line(&format!("Report: {}", folder.join(made).display()))?;
            }
        }
        Ok(summary.outcome.exit_code())
    }
}

/// Says where the page is, beside what programs read.
fn say_beside(line: &str) -> Result<(), CliError> {
    remark(line);
    Ok(())
}

/// The observers of a run.
pub(super) type Observers = Vec<Box<dyn Observer>>;

/// The observers, and a receiver that ends when no more events are written to `--events`.
pub(super) fn observers(args: &RunArgs, plan: &Plan) -> Result<(Observers, Option<Receiver<()>>), CliError> {
    let mut observers: Observers = vec![progress::observer(plan)];
    let Some(target) = &args.events else { return Ok((observers, None)) };
    if *target == Target::Output && args.format.format == Format::Human {
        let why =
            "--events - wants --format json: events and the text for people would mix on standard output";
        return Err(CliError::Usage(why.to_owned()));
    }
    let (events, ended) = Events::open(target)?;
    observers.push(Box::new(events));
    Ok((observers, Some(ended)))
}

/// Seeds, defects and faults are for a world that can be made again.
fn only_where_simulated(args: &RunArgs, bench: &Bench) -> Result<(), CliError> {
    let given = [
        ("--seed", args.seed.is_some()),
        ("--defect", !args.defects.is_empty()),
        ("--fault", !args.faults.is_empty()),
    ];
    if let (Kind::Hardware, Some((option, _))) = (bench.kind, given.iter().find(|(_, given)| *given)) {
        let message = format!("{option} is for a simulated bench; {:?} is made of real devices", bench.name);
        return Err(CliError::Usage(message));
    }
    Ok(())
}

/// The feature files of `paths`; by default of the whole suite.
pub(super) fn feature_files(paths: &[PathBuf], place: &SuiteFolder) -> Result<Vec<PathBuf>, CliError> {
    let paths = if paths.is_empty() { vec![place.features()] } else { paths.to_vec() };
    Ok(features::files(&paths)?)
}

/// The plan of what is selected in `files`.
pub(super) fn plan(
    files: &[PathBuf],
    selection: &Selection,
    as_equipped: bool,
    place: &SuiteFolder,
    register: &Register,
    bench: &Bench,
) -> Result<Plan, CliError> {
    let mut written = features::read_files(files)?;
    selection.apply(&mut written)?;
    let plan = Plan::new(&written, place.root(), register, &bench.profile, &bench.capacity())?;
    if as_equipped { Ok(plan) } else { Ok(plan.equipped(place.root())?) }
}

/// Whether `fault` strikes in `scenario`.
pub(super) fn strikes(fault: &FaultAt, scenario: &PlannedScenario) -> bool {
    let known = simulated::faults();
    let info = known.iter().find(|info| info.name == fault.name);
    info.is_some_and(|info| scenario.needs.includes(info.instrument)) && scenario.judges(&fault.clause)
}

/// A fault that cannot strike proves nothing.
fn check_faults(faults: &[FaultAt], plan: &Plan) -> Result<(), CliError> {
    let known = simulated::faults();
    for fault in faults {
        let Some(info) = known.iter().find(|info| info.name == fault.name) else {
            let names: Vec<_> = known.iter().map(|info| info.name).collect();
            let message = format!("unknown fault {:?}; accepted: {}", fault.name, names.join(", "));
            return Err(CliError::Usage(message));
        };
        if !plan.scenarios.iter().any(|scenario| strikes(fault, scenario)) {
            return Err(CliError::Usage(format!(
                "the fault {fault} strikes nowhere: no planned scenario judges {} with a {}",
                fault.clause, info.instrument
            )));
        }
    }
    Ok(())
}

/// On real devices, parallel scenarios disturb each other a little, so that they have to be requested.
fn jobs(args: &RunArgs, bench: &Bench) -> usize {
    match bench.kind {
        Kind::Simulated => workers(args.jobs),
        Kind::Hardware => args.jobs.map_or(1, |jobs| jobs as usize),
    }
}

/// As many workers as are asked for, or as there are cores.
pub(super) fn workers(asked: Option<u32>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    asked.map_or_else(cores, |jobs| jobs as usize)
}

/// The clauses of the register, those that do not apply with the reason. Applicability is judged by the whole
/// suite, even if this run is of a part.
pub(super) fn clauses(
    place: &SuiteFolder,
    register: &Register,
    bench: &Bench,
    plan: &Plan,
) -> Result<Vec<ClauseInfo>, CliError> {
    let mut clauses = register.infos();
    if !plan.not_applicable.is_empty() {
        let mut outside = suite::clauses_outside(&features::read(&[place.features()])?, &bench.profile.has);
        for clause in clauses.iter_mut().filter(|clause| plan.judging(&clause.id).next().is_none()) {
            clause.not_applicable = outside.remove(&clause.id);
        }
    }
    Ok(clauses)
}
