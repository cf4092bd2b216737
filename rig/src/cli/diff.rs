//! `rig diff`: what changed between two reported releases.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{CliError, Format, FormatArgs, print_json, print_line};
use crate::{
    bad_input::BadInput,
    release::diff::{Difference, ReadReport, differences, told},
};

#[derive(Clone, Debug, Args)]
pub(super) struct DiffArgs {
    /// The older bundle.
    old: PathBuf,
    /// The newer bundle.
    new: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
}

/// `rig diff`: 0 whatever differs. It verifies nothing.
pub(super) fn diff(args: &DiffArgs) -> Result<u8, CliError> {
    let found = differences(&read(&args.old)?, &read(&args.new)?);
    match args.format.format {
        Format::Json => print_json(&json!({ "differences": found }))?,
        Format::Human if found.is_empty() => print_line("Nothing differs.")?,
        Format::Human => {
            for Difference { about, was, is } in &found {
                let or_none = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
                print_line(&format!("{about}: was {}, is {}", or_none(was), or_none(is)))?;
            }
        }
    }
    Ok(0)
}

fn read(bundle: &Path) -> Result<ReadReport, CliError> {
    told(bundle).map_err(|refused| BadInput::new(bundle, refused.to_string()).into())
}
