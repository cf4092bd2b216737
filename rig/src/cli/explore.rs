//! `rig explore`: walks through a model of the documentation, judged as the suite judges.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Args;
use reports::Outcome;
use serde_json::json;

use super::{CliError, Format, FormatArgs, place::SuiteArgs, print_json, print_line, prove, run, signal};
use crate::{
    bench::{Bench, Kind, SimParams, simulated},
    explore::{self, ExploreConfig, ExploreError, Explored, Lead},
    provenance::{self, Files, Provenance},
    remark::remark,
    suite::Register,
};

#[derive(Clone, Debug, Args)]
pub(super) struct ExploreArgs {
    /// The bench file of a simulated bench; the suite's own where none is named.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    /// Begin no walk after this number of seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    budget: u64,
    /// The largest number of walks.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    walks: Option<u32>,
    /// Only walks of the subjects that judge this clause.
    #[arg(long, value_name = "CLAUSE")]
    focus: Option<String>,
    /// The seed of the walks, and of everything that is random on the bench.
    #[arg(long, default_value_t = run::DEFAULT_SEED)]
    seed: u64,
    /// Give the reference product a defect, by name or number.
    #[arg(long = "defect", value_name = "NAME")]
    defects: Vec<String>,
    /// How many walks may run side by side; by default one per core.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=256))]
    jobs: Option<u32>,
    /// Where leads are written; created, and refused if it is not empty.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    format: FormatArgs,
}

impl From<ExploreError> for CliError {
    fn from(error: ExploreError) -> Self {
        match error {
            ExploreError::BadInput(error) => error.into(),
            ExploreError::NoSubject(_) => Self::Usage(error.to_string()),
            ExploreError::Record(error) => error.into(),
        }
    }
}

/// `rig explore`.
pub(super) fn explore(args: &ExploreArgs) -> Result<u8, CliError> {
    provenance::hash_program();
    let place = args.suite.find()?;
    let register_file = place.register();
    let register = Register::load(&register_file)?;
    if let Some(clause) = args.focus.as_ref().filter(|clause| register.get(clause).is_none()) {
        let message = format!("--focus {clause}: {} has no such clause", register_file.display());
        return Err(CliError::Usage(message));
    }
    let bench_file = args.bench.clone().unwrap_or_else(|| place.simulated_bench());
    let bench = Bench::load(&bench_file)?;
    if bench.kind != Kind::Simulated {
        let message = format!(
            "{}: --bench takes a simulated bench; on this one walks would use up devices and identities",
            bench_file.display()
        );
        return Err(CliError::Usage(message));
    }
    let facts = explore::facts(&bench, args.focus.as_deref())?;
    let files = Files { root: place.root(), features: &[], register: &register_file, bench: &bench_file };
    let provenance = Provenance::new(&files, &bench, None)?;
    let defects = simulated::defect_names(&args.defects).map_err(CliError::Usage)?;
    let folder = args.out.clone().unwrap_or_else(|| place.next("explore-"));
    prove::make(&folder)?;
    let config = ExploreConfig {
        bench: Arc::new(bench),
        facts,
        register,
        root: place.root().to_owned(),
        provenance,
        given: SimParams { defects, ..SimParams::seed(args.seed) },
        jobs: run::workers(args.jobs),
        until: Instant::now() + Duration::from_secs(args.budget),
        most_walks: args.walks.map_or(usize::MAX, |walks| walks as usize),
        clause: args.focus.clone(),
        folder,
    };
    let explored = explore::explore(&config, &signal::stop()?, &|lead| remark(lead_line(lead)))?;
    tell(args, &explored)?;
    Ok(Outcome::worst(explored.outcomes.iter().copied()).exit_code())
}

/// A lead in one line.
fn lead_line(lead: &Lead) -> String {
    let again = if lead.repeats { "fails again" } else { "does not fail again" };
    format!("{}: {} ({again}: {})", lead.clause, lead.reason, lead.file.display())
}

fn tell(args: &ExploreArgs, explored: &Explored) -> Result<(), CliError> {
    let (coverage, reachable) = (&explored.coverage, &explored.reachable);
    if args.format.format == Format::Json {
        let count = |outcome| explored.outcomes.iter().filter(|one| **one == outcome).count();
        let counts: serde_json::Map<_, _> =
            Outcome::ALL.into_iter().map(|one| (one.word().to_owned(), count(one).into())).collect();
        let leads = explored.leads.iter().map(|lead| {
            json!({
                "clause": lead.clause, "reason": lead.reason, "actions": lead.actions,
                "found_with": lead.found_with, "file": lead.file, "repeats": lead.repeats,
            })
        });
        return print_json(&json!({
            "walks": explored.outcomes.len(), "steps": explored.steps, "outcomes": counts,
            "actions": { "taken": coverage.taken(), "reachable": reachable.actions },
            "pairs": { "taken": coverage.followed(), "reachable": reachable.pairs },
            "undecided": explored.undecided, "leads": leads.collect::<Vec<_>>(),
        }));
    }
    for (title, reason) in &explored.undecided {
        print_line(&format!("{reason}\n  in the walk: {title}"))?;
    }
    for lead in &explored.leads {
        print_line(&format!("lead: {}\n  {}", lead_line(lead), lead.actions.join(", ")))?;
    }
    print_line(&format!(
        "{} walks, {} steps, {} leads; {} of {} actions in their states, {} of {} pairs of actions",
        explored.outcomes.len(),
        explored.steps,
        explored.leads.len(),
        coverage.taken(),
        reachable.actions,
        coverage.followed(),
        reachable.pairs
    ))
}
