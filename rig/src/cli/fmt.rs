//! `rig fmt`: feature files laid out in one way.

use std::{fs, path::PathBuf};

use clap::Args;

use super::{CliError, place::SuiteArgs, print_line, run};
use crate::{bad_input::BadInput, suite::features::broken};

#[derive(Clone, Debug, Args)]
pub(super) struct FmtArgs {
    /// Write nothing: list the files in another layout, and exit with 3 if there is one.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    suite: SuiteArgs,
    /// Feature files or folders of them; by default the whole suite.
    paths: Vec<PathBuf>,
}

/// The exit code of `--check` for files in another layout, as of `rig clauses --check` for holes.
const NOT_LAID_OUT: u8 = 3;

/// `rig fmt`. Nothing is written where a file cannot be read.
pub(super) fn fmt(args: &FmtArgs) -> Result<u8, CliError> {
    let mut other = Vec::new();
    let place = args.suite.find()?;
    for file in run::feature_files(&args.paths, &place)? {
        let text = BadInput::read(&file)?;
        match feature_file::format(&text) {
            Ok(tidy) if tidy == text => {}
            Ok(tidy) => other.push((file, tidy)),
            Err(errors) => {
                let scan = feature_file::scan(&text);
                let first = errors.first().map_or(1, |error| error.location.line);
                let told = errors.first().map(|error| broken(&scan, error)).unwrap_or_default();
                return Err(BadInput::in_line(&file, first, told).into());
            }
        }
    }
    for (file, tidy) in &other {
        if !args.check {
            fs::write(file, tidy)
                .map_err(|error| BadInput::new(file, format!("cannot be written: {error}")))?;
        }
        print_line(&file.display().to_string())?;
    }
    Ok(if args.check && !other.is_empty() { NOT_LAID_OUT } else { 0 })
}
