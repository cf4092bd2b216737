//! `rig clauses`: lists the clauses, the scenarios that judge them and through which instruments, and their
//! latest outcomes; or the holes of the suite.

use std::path::PathBuf;

use clap::Args;
use reports::{ClauseStatus, Journal, Level, Outcome, Summary};
use serde::Serialize;

use super::{
    CliError, Format, FormatArgs, forms, journal,
    list::Listed,
    place::{SuiteArgs, SuiteFolder},
    print_json, print_line,
};
use crate::{
    bench::Bench,
    suite::{
        self, Clause, Plan, PlannedScenario, Register, features,
        forms::{Coverage, SEALED},
    },
};

#[derive(Clone, Debug, Args)]
pub(super) struct ClausesArgs {
    /// Only these clauses; by default all of the register.
    clauses: Vec<String>,
    /// Show the outcomes of this run beside the clauses; by default the newest one below `runs`.
    #[arg(long, value_name = "RUN")]
    run: Option<PathBuf>,
    /// Show the holes of the suite instead, and exit with 3 if there is one: a must or should clause that
    /// no scenario judges, or none with an instrument that can see it; one that can be seen on sealed products, and
    /// is judged on none; a scenario that the simulated bench never runs; with --run, one that did not run there.
    #[arg(long, conflicts_with = "clauses")]
    check: bool,
    /// Show instead which clauses a bench of each form can judge: of devices for tests, with a release firmware or sealed; of
    /// phones by agent, by Appium or in a person's hands.
    #[arg(long, conflicts_with_all = ["clauses", "check", "run"])]
    forms: bool,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    format: FormatArgs,
}

#[derive(Serialize)]
struct Clauses {
    clauses: Vec<ClauseLine>,
    holes: Vec<String>,
}

/// A clause and what judges it.
#[derive(Serialize)]
struct ClauseLine {
    id: String,
    level: Level,
    quote: String,
    source: String,
    note: Option<String>,
    /// The names of the scenarios, as in [`ClauseLine::judged_in`].
    scenarios: Vec<String>,
    judged_in: Vec<Listed>,
    /// The kinds of instrument that can see it, as the register says.
    instruments: Vec<String>,
    /// The kinds of instrument that the scenarios hold.
    used: Vec<&'static str>,
    outcome: Option<ClauseStatus>,
    /// Why it does not apply to the product.
    not_applicable: Option<String>,
}

/// `rig clauses`.
pub(super) fn clauses(args: &ClausesArgs) -> Result<u8, CliError> {
    let place = args.suite.find()?;
    let register = Register::load(&place.register())?;
    let bench = Bench::load(&place.simulated_bench())?;
    let written = features::read(&[place.features()])?;
    let plan = Plan::new(&written, place.root(), &register, &bench.profile, &bench.capacity())?
        .equipped(place.root())?;
    if args.forms {
        return forms::print(&register, &plan, &bench.capacity(), args.format.format);
    }
    let mut outside = suite::clauses_outside(&written, &bench.profile.has);
    let run = args.run.as_deref().map(journal::read).transpose()?;
    let shown = run.as_ref().map(Summary::new).or_else(|| newest(&place));

    let mut lines = Vec::new();
    for clause in wanted(&register, &args.clauses)? {
        let outcome = shown.as_ref().and_then(|summary| status(summary, &clause.id));
        lines.push(ClauseLine::new(clause, &plan, outcome, outside.remove(&clause.id)));
    }
    let mut holes: Vec<String> = lines.iter().filter_map(ClauseLine::hole).collect();
    if args.check {
        holes.extend(unsealed(&lines, &register, &plan, &bench));
    }
    holes.extend(never_run(&plan, run.as_ref()));
    let code = if args.check && !holes.is_empty() { Outcome::NotRun.exit_code() } else { 0 };
    match args.format.format {
        Format::Json => print_json(&Clauses { clauses: lines, holes })?,
        Format::Human if args.check => print_holes(&lines, &plan, &holes)?,
        Format::Human => lines.iter().try_for_each(ClauseLine::print)?,
    }
    run.map_or(Ok(code), |run| journal::unless_torn(&run, code))
}

/// The clauses with these ids, or all.
fn wanted<'r>(register: &'r Register, ids: &[String]) -> Result<Vec<&'r Clause>, CliError> {
    if ids.is_empty() {
        return Ok(register.iter().collect());
    }
    let find = |id: &String| {
        let unknown = || CliError::Usage(format!("no clause {id:?}; `rig clauses` lists all"));
        register.get(id).ok_or_else(unknown)
    };
    ids.iter().map(find).collect()
}

/// Summary of the newest run below `runs`; `None` if none can be read.
fn newest(place: &SuiteFolder) -> Option<Summary> {
    Journal::read(&place.newest_run()?).ok().map(|journal| Summary::new(&journal))
}

/// Status of a clause after a run; `None` if the run did not judge it.
fn status(summary: &Summary, id: &str) -> Option<ClauseStatus> {
    let clause = summary.clauses.iter().find(|clause| clause.id == id)?;
    (clause.outcome != ClauseStatus::Uncovered).then_some(clause.outcome)
}

/// The binding clauses that can be seen on sealed products, and that no scenario judges on one.
fn unsealed(lines: &[ClauseLine], register: &Register, plan: &Plan, bench: &Bench) -> Vec<String> {
    let sealed = |line: &&ClauseLine| register.get(&line.id).is_some_and(|clause| clause.sealed);
    let open =
        lines.iter().filter(|line| line.hole().is_none() && line.not_applicable.is_none()).filter(sealed);
    let hole = |line: &ClauseLine| {
        let binding = matches!(line.level, Level::Must | Level::Should);
        let coverage = SEALED.coverage(&line.id, plan, &bench.capacity());
        let missing = binding && !matches!(coverage, Coverage::Judged(_));
        missing
            .then(|| format!("{} ({}): no scenario judges it on a sealed product", line.id, word(line.level)))
    };
    open.filter_map(hole).collect()
}

/// The scenarios of the suite that the simulated bench never runs, or that did not run in `run`.
fn never_run(plan: &Plan, run: Option<&Journal>) -> Vec<String> {
    let outside = plan.not_applicable.iter().map(|scenario| {
        format!("{}:{}: never runs on the simulated bench: {}", scenario.file, scenario.line, scenario.reason)
    });
    let mut holes: Vec<String> = outside.collect();
    if let Some(run) = run {
        let summary = Summary::new(run);
        let ran = |scenario: &PlannedScenario| {
            let found = summary.scenarios.iter().find(|found| found.name == scenario.name);
            found.is_some_and(|found| found.outcome != Outcome::NotRun)
        };
        let missing = plan.scenarios.iter().filter(|scenario| !ran(scenario));
        holes.extend(missing.map(|one| format!("{}:{}: did not run in {}", one.file, one.line, summary.run)));
    }
    holes
}

fn print_holes(lines: &[ClauseLine], plan: &Plan, holes: &[String]) -> Result<(), CliError> {
    holes.iter().try_for_each(|hole| print_line(hole))?;
    let count = |levels: &[Level]| lines.iter().filter(|line| levels.contains(&line.level)).count();
    print_line(&format!(
        "{} clauses, {} of them must or should; {} scenarios; {} holes",
        lines.len(),
        count(&[Level::Must, Level::Should]),
        plan.scenarios.len() + plan.not_applicable.len(),
        holes.len()
    ))
}

impl ClauseLine {
    fn new(
        clause: &Clause,
        plan: &Plan,
        outcome: Option<ClauseStatus>,
        not_applicable: Option<String>,
    ) -> Self {
        let info = clause.info();
        let judged_in: Vec<Listed> = plan.judging(&clause.id).map(Listed::from).collect();
        let mut used: Vec<&str> = judged_in.iter().flat_map(|one| one.instruments.clone()).collect();
        used.sort_unstable();
        used.dedup();
        Self {
            id: info.id,
            level: info.level,
            quote: info.quote,
            source: info.source,
            note: info.note,
            scenarios: judged_in.iter().map(|one| one.name.clone()).collect(),
            judged_in,
            instruments: info.instruments,
            used,
            outcome,
            not_applicable,
        }
    }

    /// The reason for which a mandatory clause cannot be judged.
    fn hole(&self) -> Option<String> {
        let binding = matches!(self.level, Level::Must | Level::Should);
        if !binding || self.not_applicable.is_some() {
            return None;
        }
        let (id, level) = (&self.id, word(self.level));
        if self.judged_in.is_empty() {
            return Some(format!("{id} ({level}): no scenario judges it"));
        }
        // The service has no instrument of its own: it is seen by what a phone shows.
        let sees =
            |kind: &String| self.used.contains(&if kind == "service" { "phone" } else { kind.as_str() });
        let seen = self.instruments.iter().any(sees);
        (!seen).then(|| {
            format!(
                "{id} ({level}): no scenario has an instrument that can see it ({})",
                self.instruments.join(", ")
            )
        })
    }

    fn print(&self) -> Result<(), CliError> {
        let outcome = self.outcome.map_or("", ClauseStatus::word);
        print_line(format!("{:20} {:8} {outcome}", self.id, word(self.level)).trim_end())?;
        print_line(&format!("    “{}” – {}", self.quote, self.source))?;
        if let Some(note) = &self.note {
            print_line(&format!("    {note}"))?;
        }
        let used = if self.used.is_empty() { "nothing yet".to_owned() } else { self.used.join(", ") };
        print_line(&format!(
            "    can be seen through {}; is seen through {used}",
            self.instruments.join(", ")
        ))?;
        if let Some(reason) = &self.not_applicable {
            print_line(&format!("    not applicable: {reason}"))?;
        } else if self.judged_in.is_empty() {
            print_line("    no scenario judges it")?;
        }
        for Listed { name, file, line, .. } in &self.judged_in {
            print_line(&format!("    {file}:{line}: {name}"))?;
        }
        Ok(())
    }
}

pub(super) fn word(level: Level) -> &'static str {
    match level {
        Level::Must => "must",
        Level::Should => "should",
        Level::Profile => "profile",
        Level::Info => "info",
    }
}
