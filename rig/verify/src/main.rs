//! The binary `rig-verify`: what `rig verify` does, for those who receive a bundle.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use verify::{
    bad_input::BadInput,
    release::{
        told::{self, identity},
        trust::Trust,
        verify::{verify, verify_sealed},
    },
};

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
    let trust = Trust::load(&cli.trust)?;
    let verified = match &cli.identity {
        Some(file) => verify_sealed(&cli.bundle, &trust, cli.fast, &identity(file)?),
        None => verify(&cli.bundle, &trust, cli.fast),
    };
    let text = match (&verified, cli.json) {
        (Ok(verified), true) => told::for_programs(verified).to_string(),
        (Ok(verified), false) => told::page(verified, &trust, cli.fast),
        (Err(refused), true) => told::refusal(refused).to_string(),
        (Err(refused), false) => format!("REFUSED  {refused}"),
    };
    println!("{text}");
    Ok(verified.is_ok())
}
