//! `rig review` and `rig certify`: further signatures on a test report. Neither touches a bench.

use std::path::{Path, PathBuf};

use clap::Args;
use reports::release::{Certificate, Envelope, Refused, Statement, names, predicate, sign_bundle};
use serde::Serialize;

use super::{CliError, Format, FormatArgs, print_json, print_line};
use crate::{
    bad_input::BadInput,
    provenance::utc_now,
    release::{
        rules::{self, Bar},
        signer::Signer,
        trust::{self, Trust},
        verify::verify,
    },
};

#[derive(Clone, Debug, Args)]
pub(super) struct ReviewArgs {
    #[command(flatten)]
    signature: SignatureArgs,
}

#[derive(Clone, Debug, Args)]
pub(super) struct CertifyArgs {
    #[command(flatten)]
    signature: SignatureArgs,
    /// The certification body, as the certificate names it.
    #[arg(long, value_name = "NAME", default_value = "unnamed certification body")]
    body: String,
    /// The day of the certificate, as YYYY-MM-DD; today by default.
    #[arg(long, value_name = "DAY")]
    date: Option<String>,
    /// The folder that the certified bundle is written to.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

#[derive(Clone, Debug, Args)]
struct SignatureArgs {
    /// The private key: PEM, or a TOML file that names a program that signs.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A file whose first line is the key's passphrase; without one, the terminal is asked.
    #[arg(long, value_name = "FILE")]
    passphrase: Option<PathBuf>,
    /// The trust file that the report's own signatures are verified with.
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
    /// The bundle.
    bundle: PathBuf,
}

/// The commands' output as JSON.
#[derive(Serialize)]
struct Signed<'a> {
    signed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    bundle: Option<&'a Path>,
    bars: &'a [Bar],
}

/// `rig review`: the signature of who reviewed a report, which has to be verified first.
pub(super) fn review(args: &ReviewArgs) -> Result<u8, CliError> {
    let args = &args.signature;
    let (trust, signer) = (Trust::load(&args.trust)?, Signer::load(&args.key, args.passphrase.as_deref())?);
    let verified = match verify(&args.bundle, &trust, false) {
        Ok(verified) => verified,
        Err(refused) => return no(args, &[bar(&refused)]),
    };
    if verified.left_out > 0 {
        return no(args, &[not_whole()]);
    }
    let id = signer.public().id();
    if verified.parts.signers.contains(&id) {
        let why = "this key has signed the report already; a report is reviewed by another person".to_owned();
        return no(args, &[Bar { about: "report".to_owned(), why }]);
    }
    // Signed is what was checked. A file that changed since breaks the bundle.
    let mut attestations = verified.attestations;
    attestations.remove(names::CERTIFICATE);
    for (name, bytes) in &mut attestations {
        let mut envelope = Envelope::read(name, bytes).map_err(failed)?;
        let payload = envelope.payload(name).map_err(failed)?;
        signer.sign(&mut envelope, &payload).map_err(CliError::Failed)?;
        *bytes = envelope.to_bytes();
    }
    sign_bundle(&args.bundle, &args.bundle, &attestations).map_err(failed)?;
    yes(args, &args.bundle, &format!("reviewed: {}", args.bundle.display()))
}

/// `rig certify`: the certification body's signature over a report of which everything is passed.
pub(super) fn certify(args: &CertifyArgs) -> Result<u8, CliError> {
    let own = &args.signature;
    let day = args.date.clone().unwrap_or_else(|| utc_now()[..10].to_owned());
    trust::day(&day).map_err(CliError::Usage)?;
    let (trust, signer) = (Trust::load(&own.trust)?, Signer::load(&own.key, own.passphrase.as_deref())?);
    let verified = match verify(&own.bundle, &trust, false) {
        Ok(verified) => verified,
        Err(refused) => return no(own, &[bar(&refused)]),
    };
    let mut bars = rules::bars(&verified);
    bars.extend((verified.left_out > 0).then(not_whole));
    if verified.parts.signers.contains(&signer.public().id()) {
        let why = "this key has signed the report: a report is certified by another body".to_owned();
        bars.push(Bar { about: "key".to_owned(), why });
    }
    if !bars.is_empty() {
        return no(own, &bars);
    }
    let parts = &verified.parts;
    let certificate = Certificate::of(&parts.report.predicate, &parts.report_sha256, &day, &args.body);
    let statement = Statement::new(parts.report.subject.clone(), predicate::CERTIFICATE, certificate);
    let payload = statement.to_bytes();
    let mut envelope = Envelope::unsigned(&payload);
    signer.sign(&mut envelope, &payload).map_err(CliError::Failed)?;
    let mut attestations = verified.attestations;
    attestations.extend(verified.stamp_files);
    attestations.insert(names::CERTIFICATE.to_owned(), envelope.to_bytes());
    let path = args.out.join(&statement.predicate.file);
    sign_bundle(&own.bundle, &path, &attestations).map_err(failed)?;
    yes(own, &path, &format!("{}\n{}", statement.predicate.first_line, path.display()))
}

/// A public bundle shows no record to sign for.
fn not_whole() -> Bar {
    Bar { about: "bundle".to_owned(), why: "the public form: the record is not in it".to_owned() }
}

fn failed(refused: Refused) -> CliError {
    CliError::BadInput(BadInput::new(Path::new(&refused.place), refused.what))
}

fn bar(refused: &Refused) -> Bar {
    Bar { about: refused.place.clone(), why: refused.what.clone() }
}

/// Nothing was signed, and why.
fn no(args: &SignatureArgs, bars: &[Bar]) -> Result<u8, CliError> {
    match args.format.format {
        Format::Json => print_json(&Signed { signed: false, bundle: None, bars })?,
        Format::Human => {
            print_line("NOT SIGNED")?;
            for Bar { about, why } in bars {
                print_line(&format!("  {about}: {why}"))?;
            }
        }
    }
    Ok(1)
}

fn yes(args: &SignatureArgs, bundle: &Path, words: &str) -> Result<u8, CliError> {
    match args.format.format {
        Format::Json => print_json(&Signed { signed: true, bundle: Some(bundle), bars: &[] })?,
        Format::Human => print_line(words)?,
    }
    Ok(0)
}
