//! `rig verify`: whether a bundle is what it says, offline, on one page.

use std::path::PathBuf;

use clap::Args;

use super::{CliError, Format, FormatArgs, print_json, print_line};
use crate::release::{
    told,
    trust::Trust,
    verify::{verify as verify_bundle, verify_sealed},
};

#[derive(Clone, Debug, Args)]
pub(super) struct VerifyArgs {
    /// The trust file: whose keys count, for what, and when.
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// Compare hashes alone: frames and sounds are not read again, and verdicts are taken as they are recorded.
    #[arg(long)]
    fast: bool,
    /// The private key of `rig key sealing` or of the program `age`: the whole bundle that is sealed in a public one is verified, too.
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    #[command(flatten)]
    format: FormatArgs,
    /// The bundle.
    bundle: PathBuf,
}

/// `rig verify`: 0 for a bundle that holds, 1 for one that is refused.
pub(super) fn verify(args: &VerifyArgs) -> Result<u8, CliError> {
    let trust = Trust::load(&args.trust)?;
    let verified = match &args.identity {
        Some(file) => verify_sealed(&args.bundle, &trust, args.fast, &told::identity(file)?),
        None => verify_bundle(&args.bundle, &trust, args.fast),
    };
    match verified {
        Ok(verified) => {
            match args.format.format {
                Format::Json => print_json(&told::for_programs(&verified))?,
                Format::Human => print_line(&told::page(&verified, &trust, args.fast))?,
            }
            Ok(0)
        }
        Err(refused) => {
            match args.format.format {
                Format::Json => print_json(&told::refusal(&refused))?,
                Format::Human => print_line(&format!("REFUSED  {refused}"))?,
            }
            Ok(1)
        }
    }
}
