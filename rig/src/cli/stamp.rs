//! `rig stamp`: a third party's word for when a bundle's last statement was there (RFC 3161).

use std::path::PathBuf;

use clap::Args;
use reports::release::{names, read_bundle, sign_bundle};

use super::{CliError, print_line};
use crate::{bad_input::BadInput, release::stamp};

#[derive(Clone, Debug, Args)]
pub(super) struct StampArgs {
    /// Write the query for an authority to this file.
    #[arg(long, value_name = "FILE", conflicts_with = "reply", required_unless_present = "reply")]
    query: Option<PathBuf>,
    /// Put the authority's reply in this file into the bundle.
    #[arg(long, value_name = "FILE")]
    reply: Option<PathBuf>,
    /// The bundle. Its certificate is stamped, or its report where it has none.
    bundle: PathBuf,
}

/// `rig stamp`.
pub(super) fn stamp(args: &StampArgs) -> Result<u8, CliError> {
    let refused = |what: String| CliError::from(BadInput::new(&args.bundle, what));
    let mut bundle = read_bundle(&args.bundle, |_, _| Ok(())).map_err(|bad| refused(bad.to_string()))?;
    let last =
        [names::CERTIFICATE, names::REPORT].into_iter().find(|name| bundle.attestations.contains_key(*name));
    let last = last.ok_or_else(|| refused("there is no statement in it".to_owned()))?;
    let put = |path: &PathBuf, bytes: &[u8]| {
        std::fs::write(path, bytes).map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
    };
    if let Some(file) = &args.query {
        let query = stamp::query(&bundle.attestations[last]).map_err(CliError::Failed)?;
        put(file, &query)?;
    }
    if let Some(file) = &args.reply {
        let reply =
            std::fs::read(file).map_err(|error| BadInput::new(file, format!("cannot be read: {error}")))?;
        bundle.stamps.insert(stamp::file_of(last), reply);
        bundle.attestations.append(&mut bundle.stamps);
        sign_bundle(&args.bundle, &args.bundle, &bundle.attestations)
            .map_err(|bad| refused(bad.to_string()))?;
    }
    print_line(last)?;
    Ok(0)
}
