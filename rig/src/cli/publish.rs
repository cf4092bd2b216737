//! `rig publish`: the form of a bundle that anybody may have. It has no run's record, and so no secret; its signatures still
//! hold. The whole bundle can go with it, sealed for somebody's key.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use clap::Args;
use reports::release::{names, publish_bundle};
use serde_json::json;

use super::{CliError, Format, FormatArgs, print_json, print_line};
use crate::bad_input::BadInput;

#[derive(Clone, Debug, Args)]
pub(super) struct PublishArgs {
    /// Put the whole bundle into it as well, encrypted by the program `age` for this recipient.
    #[arg(long, value_name = "RECIPIENT")]
    seal_for: Option<String>,
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
    publish_bundle(&args.bundle, &path, sealed)
        .map_err(|refused| BadInput::new(Path::new(&refused.place), refused.what))?;
    match args.format.format {
        Format::Json => print_json(&json!({ "bundle": path }))?,
        Format::Human => print_line(&path.display().to_string())?,
    }
    Ok(0)
}

/// The bundle, encrypted for `recipient`.
fn seal(bundle: &Path, recipient: &str) -> Result<Vec<u8>, CliError> {
    let failed = |error: std::io::Error| CliError::Failed(format!("age: {error}"));
    let input =
        fs::File::open(bundle).map_err(|error| BadInput::new(bundle, format!("cannot be read: {error}")))?;
    let mut age = Command::new("age");
    let output =
        age.args(["--encrypt", "--recipient", recipient]).stdin(input).stderr(Stdio::inherit()).output();
    let output = output.map_err(failed)?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(CliError::Usage(format!("age did not encrypt for {recipient}: {}", output.status))),
    }
}
