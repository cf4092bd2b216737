//! `rig look`: what the readers make of a picture, for people who set up a camera.

use std::path::PathBuf;

use clap::Args;

use super::{CliError, FormatArgs};

#[derive(Clone, Debug, Args)]
pub(super) struct LookArgs {
    /// Look in this part of the picture only.
    #[arg(long, value_name = "X,Y,W,H")]
    roi: Option<String>,
    #[command(flatten)]
    format: FormatArgs,
    /// The pictures.
    #[arg(required = true)]
    images: Vec<PathBuf>,
}

pub(super) fn look(_args: &LookArgs) -> Result<u8, CliError> {
    Err(CliError::Failed("not yet".into()))
}
