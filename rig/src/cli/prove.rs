//! `rig prove`: whether the suite catches every defect, and nothing else.

use std::{
    fs::{self, DirBuilder},
    io::{IsTerminal, stderr},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use reports::{DefectInfo, MutantStatus, Outcome, Proof};

use super::{CliError, Format, FormatArgs, place::SuiteArgs, print_line, run, signal};
use crate::{
    bench::{Bench, Kind, simulated},
    prove::{self, ProofConfig, ProofProgress},
    provenance::{self, Files, Provenance},
    remark::remark,
    suite::{Plan, Register, features},
};

#[derive(Clone, Debug, Args)]
pub(super) struct ProveArgs {
    /// The bench file of a simulated bench; the suite's own where none is named.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    /// Only this defect, by name or number; by default all of them.
    #[arg(long = "defect", value_name = "NAME")]
    defects: Vec<String>,
    /// How many seeds the sound product is run with.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// The seed of the runs with a defect, and the first one of the sound product.
    #[arg(long, default_value_t = run::DEFAULT_SEED)]
    seed: u64,
    /// Factor on the spread of delays.
    #[arg(long, value_name = "TIMES", default_value_t = 1.0, value_parser = times, allow_negative_numbers = true)]
    jitter: f64,
    /// Run every scenario on every defect, and tell what each scenario is worth.
    #[arg(long)]
    matrix: bool,
    /// How many scenarios may run side by side; by default one per core.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=256))]
    jobs: Option<u32>,
    /// Where the proof is written, with the runs that give reason to look; created, and refused if it is not empty.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    format: FormatArgs,
}

/// Files of a proof, in its folder.
const HTML_FILE: &str = "proof.html";
const JSON_FILE: &str = "proof.json";

/// `rig prove`.
pub(super) fn prove(args: &ProveArgs) -> Result<u8, CliError> {
    provenance::hash_program();
    let place = args.suite.find()?;
    let register = Register::load(&place.register())?;
    let bench_file = args.bench.clone().unwrap_or_else(|| place.simulated_bench());
    let bench = Bench::load(&bench_file)?;
    if bench.kind != Kind::Simulated {
        let message = format!(
            "{}: --bench takes a simulated bench; this one is made of real devices",
            bench_file.display()
        );
        return Err(CliError::Usage(message));
    }
    let defects = defects(&args.defects)?;
    let files = features::files(&[place.features()])?;
    let written = features::read_files(&files)?;
    let plan = Plan::new(&written, place.root(), &register, &bench.profile, &bench.capacity())?
        .equipped(place.root())?;
    let clauses = run::clauses(&place, &register, &bench, &plan)?;
    let folder = args.out.clone().unwrap_or_else(|| place.next("proof-"));
    make(&folder)?;
    let register = place.register();
    let files = Files { root: place.root(), features: &files, register: &register, bench: &bench_file };
    let provenance = Provenance::new(&files, &bench, None)?;
    let config = ProofConfig {
        bench: Arc::new(bench),
        plan,
        clauses,
        defects,
        all_defects: args.defects.is_empty(),
        seed: args.seed,
        seeds: args.seeds,
        jitter: args.jitter,
        matrix: args.matrix,
        provenance,
        jobs: run::workers(args.jobs),
        folder,
    };
    let Some(proof) = watched(&config)? else {
        remark("rig: stopped before the end: nothing is proven");
        return Ok(Outcome::NotRun.exit_code());
    };
    write(&proof, &config.folder)?;
    match args.format.format {
        Format::Json => print_line(&proof.to_json())?,
        Format::Human => {
            print_line(&reports::proof_text(&proof))?;
            print_line(&format!("Proof: {}", config.folder.join(HTML_FILE).display()))?;
        }
    }
    Ok(if proof.holds() { 0 } else { Outcome::Fail.exit_code() })
}

/// A factor that delays can be spread by.
fn times(text: &str) -> Result<f64, String> {
    let factor = text.parse().ok().filter(|factor| (0.0..=10.0).contains(factor));
    factor.ok_or_else(|| "a number from 0 to 10 is accepted".to_owned())
}

/// The defects of these names; all by default.
fn defects(asked: &[String]) -> Result<Vec<DefectInfo>, CliError> {
    let names = simulated::defect_names(asked).map_err(CliError::Usage)?;
    let all = simulated::defects().into_iter().map(DefectInfo::from);
    Ok(all.filter(|defect| names.is_empty() || names.contains(&defect.name)).collect())
}

/// Makes a folder for results, readable for its owner only.
pub(super) fn make(folder: &Path) -> Result<(), CliError> {
    let refused = |what: String| CliError::Usage(format!("{}: {what}", folder.display()));
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    let entries = made.and_then(|()| fs::read_dir(folder)).map_err(|error| refused(error.to_string()))?;
    match entries.count() {
        0 => Ok(()),
        _ => Err(refused("the folder is not empty; name a new one".into())),
    }
}

/// Makes the proof, and shows on standard error how it gets on: a bar on a terminal, lines in a pipe.
fn watched(config: &ProofConfig) -> Result<Option<Proof>, CliError> {
    let steps = config.seeds + config.defects.len() as u64;
    let bar = if stderr().is_terminal() { ProgressBar::new(steps) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    let tell = |told: ProofProgress<'_>| {
        let (line, fine) = line(&told);
        if bar.is_hidden() {
            remark(&line);
        } else if !fine {
            bar.println(&line);
        }
        bar.set_message(line);
        bar.inc(1);
    };
    let proof = prove::prove(config, &signal::stop()?, &tell)?;
    bar.finish_and_clear();
    Ok(proof)
}

/// The progress as a line, and whether it is as it should be.
fn line(told: &ProofProgress) -> (String, bool) {
    match told {
        ProofProgress::Sound(seed, alarms) => {
            (format!("sound          seed {seed}: {alarms} false alarms"), *alarms == 0)
        }
        ProofProgress::Tried(one) => {
            let by = one.deciding.as_ref().map_or("", |deciding| deciding.scenario.as_str());
            (format!("{:<15}{} {by}", one.status, one.defect.name), one.status == MutantStatus::Caught)
        }
    }
}

fn write(proof: &Proof, folder: &Path) -> Result<(), CliError> {
    let put = |file: &str, text: &str| {
        let path = folder.join(file);
        fs::write(&path, text).map_err(|error| CliError::Failed(format!("{}: {error}", path.display())))
    };
    put(HTML_FILE, &reports::proof_html(proof))?;
    put(JSON_FILE, &(proof.to_json() + "\n"))
}
