//! `rig issue`: a signed test report of runs, as a bundle.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::Args;
use reports::{
    Journal, Kept, Summary,
    release::{Envelope, Issue, Subject, names, product_hash, write_bundle},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{CliError, Format, FormatArgs, journal, judge, print_json, print_line};
use crate::{
    bad_input::BadInput,
    provenance::utc_now,
    release::{
        product::{self, Product},
        public::PublicForm,
        repetitions,
        signer::Signer,
        trust,
    },
};

#[derive(Clone, Debug, Args)]
pub(super) struct IssueArgs {
    /// The private key of who tested: PEM, or a TOML file that names a program that signs.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A file whose first line is the key's passphrase; without one, the terminal is asked.
    #[arg(long, value_name = "FILE")]
    passphrase: Option<PathBuf>,
    /// The product's declaration; on the simulated bench, the reference product.
    #[arg(long, value_name = "FILE")]
    product: Option<PathBuf>,
    /// The ledger of the campaign; a certificate needs it.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// The laboratory's people, for the bundle.
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// The calibration of the bench's instruments, for the bundle.
    #[arg(long, value_name = "FILE")]
    instruments: Option<PathBuf>,
    /// The specimens, for the bundle.
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
    /// The report's unique number; made of the day and the runs' heads by default.
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    number: Option<String>,
    /// The day of issue, as YYYY-MM-DD; today by default.
    #[arg(long, value_name = "DAY")]
    date: Option<String>,
    /// The laboratory, as the report names it.
    #[arg(long, value_name = "NAME", default_value = "unnamed laboratory")]
    laboratory: String,
    /// The folder that the bundle is written to.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
    /// The runs' folders: repetitions of one suite on one product.
    #[arg(required = true)]
    runs: Vec<PathBuf>,
}

/// The command's output as JSON.
#[derive(Serialize)]
struct Issued<'a> {
    bundle: &'a Path,
    number: &'a str,
    result: &'a str,
    outcome: reports::Outcome,
}

/// `rig issue`. The report of a fail is as good as that of a pass: both exit with 0.
pub(super) fn issue(args: &IssueArgs) -> Result<u8, CliError> {
    let day = args.date.clone().unwrap_or_else(|| utc_now()[..10].to_owned());
    trust::day(&day).map_err(CliError::Usage)?;
    let runs = args.runs.iter().map(|run| sound(run)).collect::<Result<Vec<_>, _>>()?;
    same(&runs)?;
    let (client, subjects) = tested(args, &runs[0].0)?;
    in_ledger(args, &subjects, &runs)?;
    let signer = Signer::load(&args.key, args.passphrase.as_deref())?;
    let issue = Issue {
        number: args.number.clone().unwrap_or_else(|| usual_number(&day, &runs)),
        date: day,
        laboratory: args.laboratory.clone(),
        client,
        subjects,
        files: files(args, &runs)?,
    };
    let (path, report) = write_bundle(&args.out, &issue, &runs, |payload| {
        let mut envelope = Envelope::unsigned(payload);
        signer.sign(&mut envelope, payload).map_err(reports::Error::Report)?;
        Ok(envelope)
    })?;
    match args.format.format {
        Format::Json => print_json(&Issued {
            bundle: &path,
            number: &report.number,
            result: &report.result,
            outcome: report.outcome,
        })?,
        Format::Human => {
            print_line(&report.first_line)?;
            print_line(&path.display().to_string())?;
        }
    }
    Ok(0)
}

/// The files of the report beside the runs: what was handed in, and the hashes of the public form.
fn files(args: &IssueArgs, runs: &[(Journal, Summary)]) -> Result<BTreeMap<String, Vec<u8>>, CliError> {
    let all = [
        (product::FILE, &args.product),
        ("people.toml", &args.people),
        ("instruments.toml", &args.instruments),
        ("items.toml", &args.items),
        (names::LEDGER, &args.ledger),
    ];
    let mut files = BTreeMap::new();
    for (name, file) in all.into_iter().filter_map(|(name, file)| Some((name, file.as_ref()?))) {
        files.insert(name.to_owned(), BadInput::read(file)?.into_bytes());
    }
    let masked = PublicForm::of(runs.iter().map(|(journal, _)| journal))?.manifest();
    files.insert(names::MASKED.to_owned(), masked.to_text().into_bytes());
    Ok(files)
}

/// That the ledger is the product's, and tells of each run.
fn in_ledger(args: &IssueArgs, subjects: &[Subject], runs: &[(Journal, Summary)]) -> Result<(), CliError> {
    let Some(file) = &args.ledger else { return Ok(()) };
    let ledger = repetitions::ledger(file, &product_hash(subjects))?;
    match runs.iter().find(|(_, summary)| !ledger.tells_of(&summary.head)) {
        None => Ok(()),
        Some((_, summary)) => {
            Err(BadInput::new(file, format!("it does not tell of the run {}", summary.run)).into())
        }
    }
}

/// A number that can be a file's name.
fn number(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if (1..=60).contains(&text.len()) && text.bytes().all(is_plain) && !text.starts_with('.') {
        return Ok(text.to_owned());
    }
    Err("a number has 1 to 60 of A-Z a-z 0-9 . _ -, and begins with no dot".to_owned())
}

/// The day, and 12 digits that hang on the heads of all runs: the same for the same runs.
fn usual_number(day: &str, runs: &[(Journal, Summary)]) -> String {
    let heads: String = runs.iter().map(|(_, summary)| format!("{}\n", summary.head)).collect();
    format!("{day}-{}", &hex::encode(Sha256::digest(heads))[..12])
}

/// A run that can be signed for: as it was written, and made by no hand.
fn sound(run: &Path) -> Result<(Journal, Summary), CliError> {
    let journal = journal::read(run)?;
    journal::unless_torn(&journal, 0)?;
    let refused = |why: String| Err(CliError::Usage(format!("{}: {why}", run.display())));
    if repetitions::is_by_hand(&journal) {
        return refused("a person stepped through it by hand: it is not a verdict".to_owned());
    }
    let findings = journal.findings().map_err(|error| judge::unsealed(&journal, error))?;
    if let Some(broken) = findings.iter().find(|finding| finding.kept != Kept::Deleted) {
        return refused(format!("not as it was written: {broken}"));
    }
    let summary = Summary::new(&journal);
    Ok((journal, summary))
}

/// That the runs are repetitions: of the same files, on the same bench, of the same product.
fn same(runs: &[(Journal, Summary)]) -> Result<(), CliError> {
    let Some((place, what)) = repetitions::first_other(runs) else { return Ok(()) };
    let run = runs[place].0.run_dir().display();
    Err(CliError::Usage(format!("{run}: another {what} than in the first run; a report is of repetitions")))
}

/// The client, and what was tested.
fn tested(args: &IssueArgs, journal: &Journal) -> Result<(String, Vec<Subject>), CliError> {
    match &args.product {
        Some(file) => {
            let product = Product::load(file)?;
            Ok((product.client.clone(), product.subjects()))
        }
        None if journal.head().simulated => Ok(product::of_simulated(journal)),
        None => Err(CliError::Usage("what was tested? --product names the product's declaration".to_owned())),
    }
}
