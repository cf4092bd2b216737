//! The binary `rig-verify`: what `rig verify` does, for those who receive a bundle.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use verify::{bad_input::BadInput, release::told::Asked};

/// Verifies a bundle offline: signatures, files, readings, verdicts. Exit code 0 for one that holds, 1 for one that is refused.
#[derive(Debug, Parser)]
#[command(name = "rig-verify", version)]
struct Cli {
    /// The trust file: whose keys count, for what, and when.
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// Compare hashes alone: frames and sounds are not read again, and verdicts are taken as they are recorded.
    #[arg(long)]
    fast: bool,
    /// The private key that a public bundle is sealed for: the whole one in it is verified, too.
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// One line of JSON instead of a page.
    #[arg(long)]
    json: bool,
    /// The bundle.
    bundle: PathBuf,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(bad) => {
            eprintln!("rig-verify: {bad}");
            ExitCode::from(2)
        }
    }
}

/// Prints whether the bundle holds.
fn run(cli: &Cli) -> Result<bool, BadInput> {
    let Cli { trust, fast, identity, json, bundle } = cli;
    let (holds, text) =
        Asked { bundle, trust, fast: *fast, identity: identity.as_deref(), json: *json }.answer()?;
    println!("{text}");
    Ok(holds)
}
