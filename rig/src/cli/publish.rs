//! `rig publish`: the form of a bundle that anybody may have. What could be abused is masked or left out; its signatures still
//! hold. The whole bundle can go with it, sealed for somebody's key.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use reports::release::{
    age::{self, Recipient},
    names,
};
use serde_json::json;

use super::{CliError, Format, FormatArgs, key::random, print_json, print_line};
use crate::{bad_input::BadInput, release::public};

#[derive(Clone, Debug, Args)]
pub(super) struct PublishArgs {
    /// Put the whole bundle into it as well, encrypted for this recipient: `age1…`, as `rig key sealing` or the program `age` tells it.
    #[arg(long, value_name = "RECIPIENT")]
    seal_for: Option<Recipient>,
    /// The folder that it is written to.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
    /// The bundle.
    bundle: PathBuf,
}

/// `rig publish`.
pub(super) fn publish(args: &PublishArgs) -> Result<u8, CliError> {
    let name = args.bundle.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(stem) = name.strip_suffix(names::EXTENSION).filter(|stem| !stem.ends_with(names::PUBLIC)) else {
        let why = format!("not a whole bundle: its name ends in {} alone", names::EXTENSION);
        return Err(BadInput::new(&args.bundle, why).into());
    };
    let sealed = args.seal_for.as_ref().map(|recipient| seal(&args.bundle, recipient)).transpose()?;
    let path = args.out.join(format!("{stem}{}{}", names::PUBLIC, names::EXTENSION));
    public::publish(&args.bundle, &path, sealed)
        .map_err(|refused| BadInput::new(Path::new(&refused.place), refused.what))?;
    match args.format.format {
        Format::Json => print_json(&json!({ "bundle": path }))?,
        Format::Human => print_line(&path.display().to_string())?,
    }
    Ok(0)
}

/// The bundle, encrypted for `recipient`.
fn seal(bundle: &Path, recipient: &Recipient) -> Result<Vec<u8>, CliError> {
    let plain =
        fs::read(bundle).map_err(|error| BadInput::new(bundle, format!("cannot be read: {error}")))?;
    age::seal(&plain, recipient, &*random()?).map_err(CliError::Usage)
}
