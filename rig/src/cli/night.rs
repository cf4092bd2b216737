//! `rig night`: plans a night on one or more benches, says whether it can begin, and runs it.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Datelike, Days, Local, NaiveDate};
use clap::Args;
use reports::Outcome;

use super::{
    CliError, Format, FormatArgs,
    place::{SuiteArgs, SuiteFolder},
    print_line, run,
};
use crate::{
    bad_input::BadInput,
    bench::{Bench, Kind},
    history::{self, Index, InputsKey},
    night::{
        Choice, NightBench, NightFile, QuarantineNote, Quarantined, Schedule, Seen, Tasks, Times, Upcoming,
        Way, What, choose,
    },
    provenance::{self, Files, Provenance},
    runner::FaultAt,
    suite::{Capacity, Needs, Plan, PlannedScenario, Register, features},
};

mod execute;
mod notify;
mod ready;
mod rig;
mod rounds;
mod show;

#[derive(Clone, Debug, Args)]
pub(super) struct NightArgs {
    /// The plan file: benches, hours, rules (rig/NIGHT.md).
    plan_file: PathBuf,
    /// Print what would run when, on which bench, why, and how long it takes; run nothing.
    #[arg(long, group = "what")]
    plan: bool,
    /// Print the plans of the next nights, as if everything passed.
    #[arg(long, group = "what", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=366))]
    nights: Option<u32>,
    /// Check whether the night can begin: GO, or NO-GO and why.
    #[arg(long, group = "what")]
    ready: bool,
    /// Take an instrument back into use that was quarantined; the name of the bench stands before it, as in left/camera-2.
    #[arg(long, group = "what", value_name = "BENCH/INSTRUMENT")]
    clear: Option<String>,
    /// Who clears it, for the record; by default the login.
    #[arg(long, value_name = "NAME", requires = "clear")]
    operator: Option<String>,
    /// Begin now and take as many hours, whatever the plan file says of hours.
    #[arg(long, value_name = "HOURS")]
    hours: Option<f64>,
    /// The night's folder; created, and refused if it is not empty.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    format: FormatArgs,
}

/// A night, read and checked.
struct Night {
    file: NightFile,
    benches: Vec<Bench>,
    scenarios: Vec<PlannedScenario>,
    tasks: Tasks,
    seen: BTreeMap<String, Seen>,
    /// Every scenario of the suite: the golden one may be outside of the plan.
    all: Vec<PlannedScenario>,
    /// Faults for a rehearsal, by bench.
    faults: Vec<Vec<FaultAt>>,
    /// Instruments that are out of use.
    quarantined: Quarantined,
}

/// `rig night`.
pub(super) fn night(args: &NightArgs) -> Result<u8, CliError> {
    let file = NightFile::load(&args.plan_file)?;
    if let Some(instrument) = &args.clear {
        return clear(&file, instrument, args.operator.clone()).map(|()| 0);
    }
    let place = args.suite.find()?;
    let night = Night::new(file, &place)?;
    let json = args.format.format == Format::Json;
    if let Some(nights) = args.nights {
        return night.week(nights, json);
    }
    let now = Local::now();
    let Upcoming { begin, seconds } = args.upcoming(&night.file, &now)?;
    if args.plan || args.ready {
        let (choices, schedule) = night.plan(seconds);
        if args.plan {
            return show::plan(&night, &choices, &schedule, seconds, json).map(|()| 0);
        }
        return ready::ready(&night, &schedule, SystemTime::from(begin) + Duration::from_secs(seconds), json);
    }
    let folder = match &args.out {
        Some(folder) => folder.clone(),
        None => night.file.runs.join(format!("night-{}", now.format("%Y-%m-%d-%H%M%S"))),
    };
    execute::night(&night, &args.suite, &folder, seconds, json)
}

impl NightArgs {
    /// When the night begins and how long it takes.
    fn upcoming(&self, file: &NightFile, now: &DateTime<Local>) -> Result<Upcoming<Local>, CliError> {
        if let Some(hours) = self.hours {
            if !(0.01..=168.0).contains(&hours) {
                return Err(CliError::Usage(format!("--hours {hours}: accepted are 0.01 to 168")));
            }
            return Ok(Upcoming { begin: *now, seconds: (hours * 3600.0) as u64 });
        }
        let next = file.next(now).ok_or_else(|| CliError::Usage("the plan file has no [[window]]".into()))?;
        // A plan is also asked for by day: then it is that of the next night.
        if next.begin > *now && !self.plan && !self.ready {
            let message = "no window of the plan file is open now; --hours begins a night all the same";
            return Err(CliError::Usage(message.into()));
        }
        Ok(next)
    }
}

impl Night {
    fn new(file: NightFile, place: &SuiteFolder) -> Result<Self, CliError> {
        let register = Register::load(&place.register())?;
        let benches: Vec<Bench> =
            file.benches.iter().map(|bench| Bench::load(&bench.file)).collect::<Result<_, _>>()?;
        let features = run::feature_files(&[], place)?;
        let written = features::read_files(&features)?;
        let profile = |bench: &Bench| (bench.profile.title.clone(), bench.language.clone());
        if let Some((place, other)) =
            benches.iter().enumerate().find(|(_, bench)| profile(bench) != profile(&benches[0]))
        {
            let message = format!(
                "its profile is {}, that of the first bench is {}",
                other.profile.title, benches[0].profile.title
            );
            return Err(BadInput::new(&file.benches[place].file, message).into());
        }
        let plan = Plan::new(&written, place.root(), &register, &benches[0].profile, &of_all(&benches))?;
        let (mut times, mut seen) = (Times::load(&place.times())?, BTreeMap::new());
        let key = key(&features, place, &file, &benches)?;
        if file.runs.is_dir() {
            let index = Index::of(&file.runs, false)?;
            remember(&index, &key, Local::now().date_naive(), &mut times, &mut seen);
        }
        let all = plan.scenarios;
        let tagged = |one: &&PlannedScenario| {
            let tags: Vec<String> = one.tags.iter().map(|tag| format!("@{tag}")).collect();
            file.tags.as_ref().is_none_or(|wanted| wanted.matches(&tags))
        };
        let scenarios: Vec<PlannedScenario> = all.iter().filter(tagged).cloned().collect();
        let tasks = Tasks::new(&scenarios, &benches, &times, file.extra_s);
        let faults = file.benches.iter().zip(&benches).map(rehearsed).collect::<Result<_, _>>()?;
        let quarantined = Quarantined::load(&file.runs)?;
        Ok(Self { file, benches, scenarios, tasks, seen, all, faults, quarantined })
    }

    /// The plan of a night of `seconds`.
    fn plan(&self, seconds: u64) -> (Vec<Choice>, Schedule) {
        self.plan_without(seconds, |number, way| self.is_open(&self.quarantined, number, way))
    }

    /// As [`plan`](Self::plan), in those ways to run a scenario, by its number, that are `open`.
    fn plan_without(&self, seconds: u64, open: impl Fn(usize, &Way) -> bool) -> (Vec<Choice>, Schedule) {
        self.plan_after(seconds, &self.seen, open)
    }

    /// Whether this way to run the scenario with a number holds nothing that is `quarantined`.
    fn is_open(&self, quarantined: &Quarantined, number: usize, way: &Way) -> bool {
        let mut out = quarantined.on(&self.file.benches[way.bench].name).peekable();
        if out.peek().is_none() {
            return true;
        }
        let needs = Needs { turn: way.turn, ..self.scenarios[number].needs.clone() };
        let held = self.benches[way.bench].holds(&needs);
        out.all(|instrument| !held.contains(instrument))
    }

    fn plan_after(
        &self,
        seconds: u64,
        seen: &BTreeMap<String, Seen>,
        open: impl Fn(usize, &Way) -> bool,
    ) -> (Vec<Choice>, Schedule) {
        let choices = choose(&self.tasks, seen, self.file.every_nights);
        let order: Vec<usize> = choices.iter().map(|one| one.task).collect();
        let schedule = Schedule::packed(&self.tasks.only(open), &order, seconds);
        (choices, schedule)
    }

    /// The plans of the next nights.
    fn week(&self, nights: u32, json: bool) -> Result<u8, CliError> {
        let mut seen = self.seen.clone();
        let mut day = Local::now().date_naive();
        let mut never: Vec<&str> = self.tasks.tasks.iter().map(|task| task.name.as_str()).collect();
        for _ in 0..nights {
            let next = (0..7)
                .map(|days| day + Days::new(days))
                .find_map(|day| Some((day, self.file.window_on(day.weekday())?)));
            let Some((begin, window)) = next else {
                return Err(CliError::Usage("the plan file has no [[window]]".into()));
            };
            let (_, schedule) = self.plan_after(window.seconds, &seen, |_, _| true);
            seen.values_mut().for_each(|seen| seen.nights_ago += 1);
            for placed in &schedule.placed {
                let name = &self.tasks.tasks[placed.task].name;
                never.retain(|other| *other != name.as_str());
                let now = Seen { nights_ago: 1, outcome: Outcome::Pass, same_inputs: true };
                seen.insert(name.clone(), now);
            }
            show::night_line(self, begin, window.seconds, &schedule, json)?;
            day = begin + Days::new(1);
        }
        if !json {
            let left = format!("{} scenarios did not run in any of these nights", never.len());
            print_line(&left)?;
            never.iter().try_for_each(|name| print_line(&format!("  {name}")))?;
        }
        Ok(if never.is_empty() { 0 } else { 3 })
    }
}

/// The faults that a simulated bench is given.
fn rehearsed((named, bench): (&NightBench, &Bench)) -> Result<Vec<FaultAt>, CliError> {
    if is_real(bench) && !named.faults.is_empty() {
        let message = "faults are for simulated benches; this one is made of real devices";
        return Err(BadInput::new(&named.file, message).into());
    }
    let parsed = named.faults.iter().map(|text| super::parse_fault(text).map_err(CliError::Usage));
    parsed.collect()
}

/// Takes an instrument back into use.
fn clear(file: &NightFile, instrument: &str, operator: Option<String>) -> Result<(), CliError> {
    let out = Quarantined::load(&file.runs)?;
    let is_meant = |note: &&QuarantineNote| format!("{}/{}", note.bench, note.instrument) == instrument;
    let Some(note) = out.notes().iter().find(is_meant) else {
        let all = out.notes().iter().map(|note| format!("{}/{}", note.bench, note.instrument));
        let all = all.collect::<Vec<_>>().join(", ");
        let all = if all.is_empty() { "none is".to_owned() } else { all };
        return Err(CliError::Usage(format!(
            "--clear {instrument}: it is not out of use; out of use: {all}"
        )));
    };
    let what = What::ClearedBy(operator.unwrap_or_else(provenance::login));
    let note = QuarantineNote { at: provenance::utc_now(), what, ..note.clone() };
    note.append(&file.runs)?;
    print_line(&note.to_string())
}

/// The instruments of all benches together: a scenario that none of them can run alone is told by the plan.
fn of_all(benches: &[Bench]) -> Capacity {
    benches.iter().map(Bench::capacity).fold(Capacity::default(), Capacity::and)
}

/// The key of a run that began now on the first bench.
fn key(
    features: &[PathBuf],
    place: &SuiteFolder,
    file: &NightFile,
    benches: &[Bench],
) -> Result<InputsKey, BadInput> {
    let register = place.register();
    let files = Files { root: place.root(), features, register: &register, bench: &file.benches[0].file };
    Ok(InputsKey::new(&Provenance::new(&files, &benches[0], None)?.inputs, &[], &[]))
}

/// Takes times and outcomes of the runs in `index`, the oldest first.
fn remember(
    index: &Index,
    key: &InputsKey,
    today: NaiveDate,
    times: &mut Times,
    seen: &mut BTreeMap<String, Seen>,
) {
    for run in index.verdicts() {
        let day = history::local_day(&run.begun);
        let ago = day.map_or(0, |day| today.signed_duration_since(day).num_days());
        let same_inputs =
            (&run.key.product, &run.key.suite, &run.key.profile) == (&key.product, &key.suite, &key.profile);
        for one in run.scenarios.iter().filter(|one| one.outcome != Outcome::NotRun) {
            let nights_ago = u32::try_from(ago).unwrap_or(0);
            seen.insert(one.name.clone(), Seen { nights_ago, outcome: one.outcome, same_inputs });
            if !run.simulated && one.outcome == Outcome::Pass {
                times.measured(&one.name, one.seconds);
            }
        }
    }
}

/// Whether a bench is made of real devices.
fn is_real(bench: &Bench) -> bool {
    bench.kind == Kind::Hardware
}
