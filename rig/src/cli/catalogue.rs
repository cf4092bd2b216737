//! What there is: clauses, defects, faults.

use clap::Args;
use reports::{Level, Outcome};
use serde::Serialize;

use super::{CliError, Format, FormatArgs, journal, place::Place, print_json, print_line, report};
use crate::{
    bench::{Bench, simulated},
    suite::{Plan, Register, features},
};

#[derive(Clone, Debug, Args)]
pub(super) struct ClausesArgs {
    /// Show the outcomes of this run beside the clauses.
    #[arg(long, value_name = "RUN")]
    run: Option<std::path::PathBuf>,
    #[command(flatten)]
    format: FormatArgs,
}

#[derive(Serialize)]
struct Clauses {
    clauses: Vec<ClauseLine>,
}

#[derive(Serialize)]
struct ClauseLine {
    id: String,
    level: Level,
    scenarios: Vec<String>,
    instruments: Vec<String>,
    outcome: Option<Outcome>,
}

/// `rig clauses`.
pub(super) fn clauses(args: &ClausesArgs) -> Result<u8, CliError> {
    let place = Place::find()?;
    let register = Register::load(&place.register())?;
    let bench = Bench::load(&place.simulated_bench())?;
    let written = features::read(&[place.features()])?;
    let plan = Plan::new(&written, place.root(), &register, &bench.profile, &bench.capacity())?;
    let run = args.run.as_deref().map(journal::read).transpose()?;
    let outcomes = run.as_ref().map(report::outcomes).unwrap_or_default();
    let lines: Vec<_> = register
        .infos()
        .into_iter()
        .map(|clause| ClauseLine {
            scenarios: plan.judging(&clause.id).map(|scenario| scenario.name.clone()).collect(),
            outcome: outcomes.get(&clause.id).copied(),
            id: clause.id,
            level: clause.level,
            instruments: clause.instruments,
        })
        .collect();
    match args.format.format {
        Format::Json => print_json(&Clauses { clauses: lines })?,
        Format::Human => lines.iter().try_for_each(print_clause)?,
    }
    run.map_or(Ok(0), |run| journal::unless_torn(&run, 0))
}

fn print_clause(clause: &ClauseLine) -> Result<(), CliError> {
    let level = format!("{:?}", clause.level).to_lowercase();
    let scenarios = match clause.scenarios.as_slice() {
        [] => "no scenario yet".to_owned(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
    };
    let outcome = clause.outcome.map_or("", Outcome::word);
    print_line(&format!("{:20} {level:8} {outcome:13}{scenarios}", clause.id))
}

#[derive(Serialize)]
struct Defects {
    defects: Vec<simulated::DefectLine>,
}

/// `rig defects`.
pub(super) fn defects(format: Format) -> Result<u8, CliError> {
    let defects = simulated::defects();
    match format {
        Format::Json => print_json(&Defects { defects })?,
        Format::Human => {
            for defect in defects {
                let clauses = defect.clauses.join(", ");
                print_line(&format!("{:34} {:9} {clauses:22} {}", defect.name, defect.room, defect.text))?;
            }
        }
    }
    Ok(0)
}

#[derive(Serialize)]
struct Faults {
    faults: Vec<simulated::FaultLine>,
}

/// `rig faults`.
pub(super) fn faults(format: Format) -> Result<u8, CliError> {
    let faults = simulated::faults();
    match format {
        Format::Json => print_json(&Faults { faults })?,
        Format::Human => {
            for fault in faults {
                print_line(&format!("{:22} {:8} {}", fault.name, fault.instrument, fault.text))?;
            }
        }
    }
    Ok(0)
}
