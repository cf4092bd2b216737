//! `rig doctor`: lists plugged-in devices in a bench file's words, and checks whether each instrument of a
//! bench file is present, is the right device, and could see.

use std::path::PathBuf;

use clap::Args;

use super::{CliError, Format, FormatArgs, print_json, print_line};

mod bench;
mod inventory;

use inventory::Inventory;

#[derive(Clone, Debug, Args)]
pub(super) struct DoctorArgs {
    /// Check each instrument of this bench file instead: open it, ask who it is, prove that it could see or act, leave
    /// it safe. Exit code 0 if all are well, else 4.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    #[command(flatten)]
    format: FormatArgs,
}

/// Plugged-in devices in a bench file's words, a line each.
pub(super) fn plugged_in() -> Vec<String> {
    Inventory::take().lines()
}

/// `rig doctor`.
pub(super) fn doctor(args: &DoctorArgs) -> Result<u8, CliError> {
    if let Some(file) = &args.bench {
        return bench::check(file, args.format.format);
    }
    let inventory = Inventory::take();
    match args.format.format {
        Format::Json => print_json(&inventory)?,
        Format::Human => inventory.lines().iter().try_for_each(|line| print_line(line))?,
    }
    Ok(0)
}
