//! `rig init`: a copy of the suite to change, and the beginning of a bench file.

use std::{fs, path::PathBuf};

use clap::Args;

use super::{CliError, doctor, embedded, print_line};

#[derive(Clone, Debug, Args)]
pub(super) struct InitArgs {
    /// The folder to write to; created, and refused if it is not empty.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// `rig.toml` of a new suite.
const SETTINGS: &str = "\
# Commands of rig at and below this folder use this suite.
suite = \".\"
# The bench of `rig run` where no --bench names one. Without this line it is the simulated bench.
# bench = \"bench.toml\"
";

/// The head of a new bench file; what is plugged in follows as remarks.
const BENCH: &str = "\
# A bench of real devices, to be filled in: fixtures/benches/simulated.toml shows each key of products and
# measurements. `rig doctor --bench bench.toml` checks each instrument of it.

name = \"my bench\"
kind = \"hardware\"
profile = \"fixtures/profiles/mitid.toml\"
keys = \"fixtures/benches/test-keys.toml\"
language = \"en\"

# An authorised test environment, until when it is authorised, and its test identities.
# [environment]

# What is plugged in, as `rig doctor` lists it:
";

/// `rig init`.
pub(super) fn init(args: &InitArgs) -> Result<u8, CliError> {
    let folder = &args.folder;
    let cannot = |what: String| CliError::Usage(format!("{}: {what}", folder.display()));
    if !embedded::is_free(folder).map_err(|error| cannot(error.to_string()))? {
        return Err(cannot("it is not empty; rig init writes to a new folder".into()));
    }
    embedded::unpack(folder, 0o777, 0o666).map_err(CliError::Usage)?;
    let plugged_in: String = doctor::plugged_in().iter().map(|line| format!("#   {line}\n")).collect();
    let bench = format!("{BENCH}{plugged_in}");
    for (name, text) in [("rig.toml", SETTINGS), ("bench.toml", &bench)] {
        let file = folder.join(name);
        fs::write(&file, text).map_err(|error| cannot(format!("{name}: {error}")))?;
    }
    let folder = folder.display();
    print_line(&format!("{folder}: a copy of the suite; change it, and call rig there"))?;
    print_line(&format!("{folder}/bench.toml: the beginning of a bench file"))?;
    Ok(0)
}
