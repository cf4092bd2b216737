//! `rig verify`: whether a bundle is what it says, offline, on one page.

use std::path::PathBuf;

use clap::Args;

use super::{CliError, Format, FormatArgs, print_line};
use crate::release::told::Asked;

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
    let VerifyArgs { trust, fast, identity, format, bundle } = args;
    let json = format.format == Format::Json;
    let (holds, text) = Asked { bundle, trust, fast: *fast, identity: identity.as_deref(), json }.answer()?;
    print_line(&text)?;
    Ok(if holds { 0 } else { 1 })
}
