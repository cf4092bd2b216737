//! Everything that is missing before a campaign can begin. The simulated bench needs neither people nor calibrations nor specimens; what
//! is handed in is checked all the same.

use chrono::Utc;
use reports::{InputKind, Level};

use super::CampaignArgs;
use crate::{
    bench::{Bench, Kind},
    cli::{CliError, embedded, place::SuiteFolder, run, selection::Selection},
    provenance::{self, Provenance},
    release::{
        lab::{self, Calibrations, Items, People},
        rules,
    },
    suite::{Register, features},
};

/// Everything that is missing, in the order in which a laboratory would see to it.
pub(super) fn missing(
    args: &CampaignArgs,
    place: &SuiteFolder,
    made: &Provenance,
    bench: &Bench,
    operator: &str,
) -> Result<Vec<String>, CliError> {
    let (today, real) = (Utc::now().date_naive(), bench.kind == Kind::Hardware);
    let mut missing = Vec::new();
    if args.product.is_none() && real {
        missing.push("product: --product names its declaration, with the hash of each part".to_owned());
    }
    match &args.people {
        Some(file) => missing.extend(lab::load::<People>(file)?.missing(operator, today)),
        None if real => missing.push("people: --people says who may run a campaign".to_owned()),
        None => {}
    }
    match &args.instruments {
        Some(file) => {
            let names = bench.instruments().iter().map(|one| one.at.name.as_str());
            missing.extend(lab::load::<Calibrations>(file)?.missing(names, today));
        }
        None if real => {
            missing.push("instruments: --instruments says until when each is calibrated".to_owned())
        }
        None => {}
    }
    match &args.items {
        Some(file) => missing.extend(lab::load::<Items>(file)?.missing(rules::REPETITIONS, today)),
        None if real => missing.push("items: --items says which specimens were handed in".to_owned()),
        None => {}
    }
    missing.extend(of_suite(made, real)?);
    missing.extend(of_plan(place, bench)?);
    Ok(missing)
}

/// A suite that is not the one of this program, and a program that nobody can build again.
fn of_suite(made: &Provenance, real: bool) -> Result<Vec<String>, CliError> {
    let mut missing = Vec::new();
    let folder = tempfile::tempdir().map_err(|error| CliError::Failed(format!("a folder: {error}")))?;
    embedded::unpack(folder.path(), 0o700, 0o600).map_err(CliError::Failed)?;
    let root = folder.path();
    let features = features::files(&[root.join("features")])?;
    let inside = provenance::suite(root, &features, &root.join("features/clauses.toml"))?;
    for input in inside {
        if !made.inputs.contains(&input) {
            let what = if input.kind == InputKind::Suite { "its features" } else { "its register" };
            missing.push(format!("suite: {what} are not those of this version of rig"));
        }
    }
    let revision = made.origin.revision.as_deref().unwrap_or_default();
    if real && (revision.is_empty() || revision.ends_with("-dirty")) {
        missing.push(format!("rig: built from revision {revision:?}, which nobody can build again"));
    }
    Ok(missing)
}

/// Clauses of level must that apply and that no scenario judges, and scenarios that the bench lacks instruments for.
fn of_plan(place: &SuiteFolder, bench: &Bench) -> Result<Vec<String>, CliError> {
    let register = Register::load(&place.register())?;
    let files = run::feature_files(&[], place)?;
    let plan = run::plan(&files, &Selection::default(), true, place, &register, bench)?;
    let clauses = run::clauses(place, &register, bench, &plan)?;
    let uncovered = clauses.iter().filter(|clause| {
        let is_due = clause.level == Level::Must && clause.not_applicable.is_none();
        is_due && plan.judging(&clause.id).next().is_none()
    });
    let uncovered = uncovered.map(|clause| format!("plan: no scenario judges {}, a must", clause.id));
    let left = plan.not_equipped.iter();
    let left = left.map(|one| format!("bench: {}: {}", one.name, one.reason));
    Ok(uncovered.chain(left).collect())
}
