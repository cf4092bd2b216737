//! `rig campaign`: the repetitions of the whole suite that a test report rests on, with a ledger of every attempt. Each is a
//! `rig run` of its own; what was done stays done when the campaign is started again.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use reports::{
    Journal, Outcome, Summary,
    release::{Ledger, LedgerEvent, Subject, names, product_hash, tables_of},
};
use serde::Serialize;

use super::{
    CliError, Format, FormatArgs,
    place::{SuiteArgs, SuiteFolder},
    print_json, print_line,
};
use crate::{
    bench::{Bench, Kind, simulated},
    locks::Locks,
    provenance::{self, Files, Provenance, utc_now},
    release::{
        campaign::{Next, Tried, next},
        product,
        product::Product,
        repetitions, rules,
    },
    suite::features,
};

mod missing;

#[derive(Clone, Debug, Args)]
pub(super) struct CampaignArgs {
    /// The bench file; by default the simulated bench.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    /// The product's declaration; on the simulated bench, the reference product.
    #[arg(long, value_name = "FILE")]
    product: Option<PathBuf>,
    /// Who may do what. Real benches need it.
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// The calibration of each instrument. Real benches need it.
    #[arg(long, value_name = "FILE")]
    instruments: Option<PathBuf>,
    /// The specimens that were handed in. Real benches need it.
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
    /// Who runs it; by default the login.
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,
    /// How many repetitions; fewer than the method asks for give no certificate.
    #[arg(long, value_name = "N", default_value_t = rules::REPETITIONS as u32, value_parser = clap::value_parser!(u32).range(1..=100))]
    repetitions: u32,
    /// Give the reference product a defect, by name or number (simulated bench only).
    #[arg(long = "defect", value_name = "NAME")]
    defects: Vec<String>,
    /// Do a repetition that ended in an error, without any fail, once more, for this reason.
    #[arg(long, value_name = "REASON")]
    redo_error: Option<String>,
    /// Tell everything that is missing, at once, and touch no instrument.
    #[arg(long)]
    dry_run: bool,
    /// The folder of campaigns: one folder below it for each product.
    #[arg(long, value_name = "DIR", default_value = "campaigns")]
    campaigns: PathBuf,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    format: FormatArgs,
}

/// The command's output as JSON.
#[derive(Serialize)]
struct Told<'t> {
    missing: &'t [String],
    ledger: Option<&'t Path>,
    runs: &'t [PathBuf],
    outcome: Option<Outcome>,
    why: Option<&'t str>,
}

/// A campaign under way.
struct Campaign<'a> {
    args: &'a CampaignArgs,
    bench_file: PathBuf,
    operator: String,
    product: String,
    folder: PathBuf,
    ledger: Ledger,
}

/// `rig campaign`.
pub(super) fn campaign(args: &CampaignArgs) -> Result<u8, CliError> {
    let place = args.suite.find()?;
    let bench_file = args.bench.clone().unwrap_or_else(|| place.usual_bench());
    let bench = Bench::load(&bench_file)?;
    if bench.kind == Kind::Hardware && !args.defects.is_empty() {
        return Err(CliError::Usage("--defect is for a simulated bench".to_owned()));
    }
    let operator = args.operator.clone().unwrap_or_else(provenance::login);
    let made = made(&place, &bench_file, &bench)?;
    let missing = missing::missing(args, &place, &made, &bench, &operator)?;
    if args.dry_run || !missing.is_empty() {
        return not_begun(args, &missing);
    }
    let product = product_hash(&subjects(args, &made)?);
    let folder = args.campaigns.join(&product[..16]);
    fs::create_dir_all(&folder).map_err(|error| CliError::Usage(format!("{}: {error}", folder.display())))?;
    let _lock = lock(&folder, &operator)?;
    let ledger = match folder.join(names::LEDGER) {
        file if file.exists() => repetitions::ledger(&file, &product)?,
        _ => Ledger::empty(),
    };
    Campaign { args, bench_file, operator, product, folder, ledger }.run()
}

/// Tells what is missing; ready is exit code 0, and anything missing is *not run*.
fn not_begun(args: &CampaignArgs, missing: &[String]) -> Result<u8, CliError> {
    match args.format.format {
        Format::Json => {
            print_json(&Told { missing, ledger: None, runs: &[], outcome: None, why: None })?;
        }
        Format::Human if missing.is_empty() => print_line("Nothing is missing.")?,
        Format::Human => missing.iter().try_for_each(|one| print_line(&format!("missing: {one}")))?,
    }
    Ok(if missing.is_empty() { 0 } else { Outcome::NotRun.exit_code() })
}

/// The files that the campaign's runs are made with, and their hashes.
fn made(place: &SuiteFolder, bench_file: &Path, bench: &Bench) -> Result<Provenance, CliError> {
    let features = features::files(&[place.features()])?;
    let register = place.register();
    let files = Files { root: place.root(), features: &features, register: &register, bench: bench_file };
    Ok(Provenance::new(&files, bench, None)?)
}

/// The parts of the product.
fn subjects(args: &CampaignArgs, made: &Provenance) -> Result<Vec<Subject>, CliError> {
    if let Some(file) = &args.product {
        return Ok(Product::load(file)?.subjects());
    }
    let defects = simulated::defect_names(&args.defects).map_err(CliError::Usage)?;
    Ok(product::reference(&made.inputs, made.origin.program_sha256.as_deref(), &defects))
}

/// The lock on the campaign in `folder`, whose ledger two commands may not write at once.
fn lock(folder: &Path, operator: &str) -> Result<Locks, CliError> {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let what = [format!("the campaign in {}", whole.display())].into();
    let holder = format!("{operator}, process {}", std::process::id());
    Locks::take(&what, &holder).map_err(|error| CliError::Failed(error.to_string()))
}

impl Campaign<'_> {
    /// Takes the repetitions that are left, until all are done or one bars the rest.
    fn run(mut self) -> Result<u8, CliError> {
        self.close()?;
        loop {
            let tried = self.tried();
            let redo = self.args.redo_error.as_deref();
            match next(&tried, self.args.repetitions, redo) {
                Next::Done => return self.told(Outcome::Pass, "every repetition is done"),
                Next::Stop { outcome, why } => return self.told(outcome, &why),
                Next::Take { repetition, reason } => self.attempt(repetition, reason)?,
            }
        }
    }

    /// The folder of an attempt.
    fn at(&self, attempt: u32) -> PathBuf {
        self.folder.join(format!("attempt-{attempt}"))
    }

    fn write(&mut self, event: LedgerEvent) -> Result<(), CliError> {
        let path = self.folder.join(names::LEDGER);
        Ok(self.ledger.append(&path, utc_now(), &self.product, event)?)
    }

    /// Tells the ledger of attempts that were begun, and whose end nobody told: the machine or the campaign was stopped.
    fn close(&mut self) -> Result<(), CliError> {
        let open = self.ledger.attempts().into_iter().filter(|attempt| attempt.ended.is_none());
        for attempt in open.collect::<Vec<_>>() {
            self.end(attempt.number)?;
        }
        Ok(())
    }

    /// Takes an attempt at `repetition`, on a seed of its own.
    fn attempt(&mut self, repetition: u32, reason: Option<String>) -> Result<(), CliError> {
        let attempt = self.ledger.attempts().len() as u32 + 1;
        let operator = self.operator.clone();
        self.write(LedgerEvent::Begun { attempt, repetition, operator, reason })?;
        let program =
            env::current_exe().map_err(|error| CliError::Failed(format!("this program: {error}")))?;
        let mut run = Command::new(program);
        run.args(["run", "--no-attach", "--class", "signed"]).arg("--operator").arg(&self.operator);
        run.arg("--out").arg(self.at(attempt)).arg("--bench").arg(&self.bench_file);
        run.args(self.args.suite.words());
        if Bench::load(&self.bench_file)?.kind == Kind::Simulated {
            run.arg("--seed").arg(attempt.to_string());
        }
        for defect in &self.args.defects {
            run.arg("--defect").arg(defect);
        }
        if self.args.format.format == Format::Json {
            run.stdout(std::process::Stdio::null());
        }
        run.status().map_err(|error| CliError::Failed(format!("rig run: {error}")))?;
        self.end(attempt)
    }

    /// Tells the ledger how `attempt` ended.
    fn end(&mut self, attempt: u32) -> Result<(), CliError> {
        let event = match Journal::read(&self.at(attempt)) {
            Ok(journal) => {
                let summary = Summary::new(&journal);
                LedgerEvent::Ended {
                    attempt,
                    outcome: summary.outcome,
                    head: summary.head,
                    incomplete: summary.incomplete,
                }
            }
            Err(error) => LedgerEvent::Ended {
                attempt,
                outcome: Outcome::NotRun,
                head: String::new(),
                incomplete: Some(error.to_string()),
            },
        };
        self.write(event)
    }

    /// Every attempt, with the result that a report of it would have.
    fn tried(&self) -> Vec<Tried> {
        let attempts = self.ledger.attempts().into_iter();
        let tried = attempts.filter_map(|attempt| {
            let (outcome, _) = attempt.ended.clone()?;
            let warned =
                outcome == Outcome::Fail && self.result(attempt.number).is_some_and(|one| one == "WARNED");
            Some(Tried { repetition: attempt.repetition, outcome, warned, complete: attempt.complete })
        });
        tried.collect()
    }

    fn result(&self, attempt: u32) -> Option<&'static str> {
        let journal = Journal::read(&self.at(attempt)).ok()?;
        let summary = Summary::new(&journal);
        let outcome = summary.outcome;
        Some(tables_of("", &[], &[(journal, summary)]).result_of(outcome))
    }

    /// The files of the laboratory, as options of `rig issue`.
    fn options(&self) -> String {
        let CampaignArgs { product, people, instruments, items, .. } = self.args;
        let all = [("product", product), ("people", people), ("instruments", instruments), ("items", items)];
        let given = all.into_iter().filter_map(|(name, file)| Some((name, file.as_ref()?)));
        given.map(|(name, file)| format!(" --{name} {}", file.display())).collect()
    }

    /// The end of the campaign, for now.
    fn told(&self, outcome: Outcome, why: &str) -> Result<u8, CliError> {
        let ledger = self.folder.join(names::LEDGER);
        let mut runs = Vec::new();
        for attempt in self.ledger.attempts() {
            // The last attempt at a repetition is the one that a report is made of.
            runs.retain(|(repetition, _)| *repetition != attempt.repetition);
            runs.push((attempt.repetition, self.at(attempt.number)));
        }
        let runs: Vec<PathBuf> = runs.into_iter().map(|(_, run)| run).collect();
        match self.args.format.format {
            Format::Json => print_json(&Told {
                missing: &[],
                ledger: Some(&ledger),
                runs: &runs,
                outcome: Some(outcome),
                why: Some(why),
            })?,
            Format::Human => {
                print_line(&format!("Campaign: {outcome}: {why}"))?;
                let runs: Vec<String> = runs.iter().map(|run| run.display().to_string()).collect();
                let options = self.options();
                print_line(&format!(
                    "A report of it: rig issue --key KEY --ledger {}{options} {}",
                    ledger.display(),
                    runs.join(" ")
                ))?;
            }
        }
        Ok(outcome.exit_code())
    }
}
