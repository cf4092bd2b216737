//! `rig impact`: what a new rig, suite or profile changes for runs that are kept, before it is adopted.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use clap::Args;
use reports::{
    ClauseInfo, InputKind, Journal, ScenarioInfo,
    release::{Descriptor, Envelope, Statement},
};
use serde::{Deserialize, Serialize};

use super::{
    CliError, Format, FormatArgs, journal, judge, place::SuiteArgs, print_json, print_line, run,
    selection::Selection,
};
use crate::{
    bench::Bench,
    judging::{self, Terms},
    provenance::{Files, Provenance},
    release::signer::Signer,
    suite::{Register, features},
};

#[derive(Clone, Debug, Args)]
pub(super) struct ImpactArgs {
    /// The bench file with the new profile; by default the suite's own.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    /// Sign the record of it with this private key: PEM, or a TOML file that names a program that signs.
    #[arg(long, value_name = "FILE", requires = "out")]
    key: Option<PathBuf>,
    /// A file whose first line is the key's passphrase; without one, the terminal is asked.
    #[arg(long, value_name = "FILE")]
    passphrase: Option<PathBuf>,
    /// Where the signed record is written, as a DSSE envelope.
    #[arg(long, value_name = "FILE", requires = "key")]
    out: Option<PathBuf>,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    format: FormatArgs,
    /// The runs' folders, made with the old rig, suite and profile.
    #[arg(required = true)]
    runs: Vec<PathBuf>,
}

/// The type of the signed record.
const PREDICATE: &str = "https://rig.invalid/impact/v1";

/// The record: everything that changes.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Impact {
    runs: Vec<Kept>,
    /// Verdicts that this rig gives otherwise.
    verdicts: Vec<ChangedVerdict>,
    /// Clauses and scenarios that are other ones in the new suite, and files whose difference a run does not show.
    suite: Vec<Other>,
    /// Clauses to test again before the new one is adopted.
    test_again: BTreeSet<String>,
}

/// A run that was looked at.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    run: String,
    head: String,
    rig: String,
    readings_otherwise: usize,
}

#[derive(Debug, Serialize, Deserialize)]
struct ChangedVerdict {
    run: String,
    scenario: String,
    clause: String,
    was: String,
    is: String,
    reason: String,
}

/// Something of the suite or the profile that is another one now.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Other {
    about: String,
    what: String,
}

/// `rig impact`: 0 where nothing changes, 1 where clauses have to be tested again.
pub(super) fn impact(args: &ImpactArgs) -> Result<u8, CliError> {
    let new = New::load(args)?;
    let mut impact = Impact::default();
    let mut subjects = Vec::new();
    for run in &args.runs {
        let journal = journal::read(run)?;
        impact.judge(&journal)?;
        impact.compare(&journal, &new);
        let kept = &impact.runs[impact.runs.len() - 1];
        subjects.push(Descriptor::new(&format!("run {}", kept.run), &kept.head));
    }
    impact.suite.sort();
    impact.suite.dedup();
    sign(args, &impact, subjects)?;
    match args.format.format {
        Format::Json => print_json(&impact)?,
        Format::Human => print_line(&text(&impact))?,
    }
    Ok(u8::from(!impact.test_again.is_empty()))
}

/// The new suite, as a run with it would have it.
struct New {
    clauses: BTreeMap<String, ClauseInfo>,
    scenarios: BTreeMap<String, ScenarioInfo>,
    made: Provenance,
}

impl New {
    fn load(args: &ImpactArgs) -> Result<Self, CliError> {
        let place = args.suite.find()?;
        let bench_file = args.bench.clone().unwrap_or_else(|| place.usual_bench());
        let (register, bench) = (Register::load(&place.register())?, Bench::load(&bench_file)?);
        let files = features::files(&[place.features()])?;
        let plan = run::plan(&files, &Selection::default(), true, &place, &register, &bench)?;
        let clauses = run::clauses(&place, &register, &bench, &plan)?;
        let register = place.register();
        let files = Files { root: place.root(), features: &files, register: &register, bench: &bench_file };
        let infos = plan.scenarios.iter().map(|scenario| scenario.info());
        Ok(Self {
            clauses: clauses.into_iter().map(|clause| (clause.id.clone(), clause)).collect(),
            scenarios: infos.map(|info| (info.name.clone(), info)).collect(),
            made: Provenance::new(&files, &bench, None)?,
        })
    }

    fn hash(&self, kind: InputKind) -> Option<&str> {
        self.made.inputs.iter().find(|input| input.kind == kind).map(|input| input.sha256.as_str())
    }
}

impl Impact {
    /// Judges a run again with this rig.
    fn judge(&mut self, journal: &Journal) -> Result<(), CliError> {
        let inspection = journal.inspect().map_err(|error| judge::unsealed(journal, error))?;
        let judged = judging::again(journal, &inspection, &Terms::default());
        let judged = judged.map_err(|error| CliError::Failed(error.to_string()))?;
        let run = journal.run_dir().display().to_string();
        if let Some(broken) = judged.broken.first() {
            return Err(CliError::Usage(format!("{run}: not as it was written: {broken}")));
        }
        self.test_again.extend(judged.changed.iter().map(|one| one.clause.clone()));
        self.verdicts.extend(judged.changed.into_iter().map(|one| ChangedVerdict {
            run: run.clone(),
            scenario: one.scenario,
            clause: one.clause,
            was: one.was.to_string(),
            is: one.is.to_string(),
            reason: reports::masked(&one.reason).into_owned(),
        }));
        let summary = reports::Summary::new(journal);
        let rig = journal.head().rig.clone();
        self.runs.push(Kept { run, head: summary.head, rig, readings_otherwise: judged.differ.len() });
        Ok(())
    }

    /// Compares the suite and the profile of a run with the new ones.
    fn compare(&mut self, journal: &Journal, new: &New) {
        let head = journal.head();
        let old: BTreeMap<&str, &ClauseInfo> =
            head.clauses.iter().map(|clause| (clause.id.as_str(), clause)).collect();
        for (id, clause) in &new.clauses {
            let what = match old.get(id.as_str()) {
                None => "new",
                Some(was) if was.level != clause.level => "another level",
                Some(was) if was.quote != clause.quote => "other words",
                Some(was) if was.not_applicable != clause.not_applicable => "applies otherwise",
                Some(_) => continue,
            };
            self.other(format!("clause {id}"), what, [id.clone()]);
        }
        let gone = old.keys().filter(|id| !new.clauses.contains_key(**id));
        for id in gone.map(|id| (*id).to_owned()).collect::<Vec<_>>() {
            self.other(format!("clause {id}"), "gone", []);
        }
        let old: BTreeMap<&str, &ScenarioInfo> =
            head.scenarios.iter().map(|info| (info.name.as_str(), info)).collect();
        for (name, info) in &new.scenarios {
            let what = match old.get(name.as_str()) {
                None => "new, or not in the run",
                Some(was) if steps(was) != steps(info) => "other steps",
                Some(_) => continue,
            };
            self.other(format!("scenario {name}"), what, clauses_of(info));
        }
        for info in old.values().filter(|info| !new.scenarios.contains_key(&info.name)) {
            self.other(format!("scenario {}", info.name), "gone", clauses_of(info));
        }
        self.compare_files(journal, new);
    }

    /// Figures of a register and texts of a profile do not stand in a run: where the file is another one, every clause that they
    /// may bear on is to be tested again.
    fn compare_files(&mut self, journal: &Journal, new: &New) {
        let hash = |kind| {
            journal.head().inputs.iter().find(|input| input.kind == kind).map(|one| one.sha256.as_str())
        };
        if hash(InputKind::Register) != new.hash(InputKind::Register) {
            let by_figure = journal.verdicts().filter(|(_, verdict, _)| !verdict.measurements.is_empty());
            let clauses: BTreeSet<String> = by_figure.map(|(_, verdict, _)| verdict.clause.clone()).collect();
            self.other(
                "the register".to_owned(),
                "another file: each clause that is judged by a figure",
                clauses,
            );
        }
        if hash(InputKind::Profile) != new.hash(InputKind::Profile) {
            let clauses: BTreeSet<String> =
                journal.verdicts().map(|(_, verdict, _)| verdict.clause.clone()).collect();
            self.other("the profile".to_owned(), "another file: each clause that was judged", clauses);
        }
    }

    fn other(&mut self, about: String, what: &str, test_again: impl IntoIterator<Item = String>) {
        self.suite.push(Other { about, what: what.to_owned() });
        self.test_again.extend(test_again);
    }
}

/// The steps of a scenario, without their lines.
fn steps(info: &ScenarioInfo) -> Vec<(&str, &str, Option<&str>)> {
    let steps = info.steps.iter();
    steps.map(|step| (step.keyword.as_str(), step.text.as_str(), step.clause.as_deref())).collect()
}

fn clauses_of(info: &ScenarioInfo) -> BTreeSet<String> {
    info.steps.iter().filter_map(|step| step.clause.clone()).collect()
}

/// Writes the signed record to the file of `--out`.
fn sign(args: &ImpactArgs, impact: &Impact, subjects: Vec<Descriptor>) -> Result<(), CliError> {
    let (Some(key), Some(out)) = (&args.key, &args.out) else { return Ok(()) };
    let signer = Signer::load(key, args.passphrase.as_deref())?;
    let record = serde_json::to_value(impact).map_err(|error| CliError::Failed(error.to_string()))?;
    let payload = Statement::new(subjects, PREDICATE, record).to_bytes();
    let mut envelope = Envelope::unsigned(&payload);
    signer.sign(&mut envelope, &payload).map_err(CliError::Failed)?;
    fs::write(out, envelope.to_bytes())
        .map_err(|error| CliError::Usage(format!("{}: {error}", out.display())))
}

/// The record for people.
fn text(impact: &Impact) -> String {
    let mut lines = Vec::new();
    for one in &impact.runs {
        lines.push(format!(
            "{}: made with rig {}, {} readings come out otherwise",
            one.run, one.rig, one.readings_otherwise
        ));
    }
    for one in &impact.verdicts {
        lines.push(format!(
            "  verdict on {} in {:?}: was {}, is {}: {}",
            one.clause, one.scenario, one.was, one.is, one.reason
        ));
    }
    lines.extend(impact.suite.iter().map(|one| format!("  {}: {}", one.about, one.what)));
    match impact.test_again.len() {
        0 => lines.push("Nothing changes for these runs.".to_owned()),
        _ => {
            let ids: Vec<&str> = impact.test_again.iter().map(String::as_str).collect();
            lines.push(format!("To be tested again: {}", ids.join(" ")));
        }
    }
    lines.join("\n")
}
