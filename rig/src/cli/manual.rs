//! Shell completions and man pages, made from the command line's own description.

use std::{fs, path::PathBuf};

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, CliError, print_line};

#[derive(Clone, Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell that reads them.
    shell: Shell,
}

#[derive(Clone, Debug, Args)]
pub(super) struct ManArgs {
    /// The folder to write to; created if it is missing; pages of an earlier call are replaced.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// `rig completions`: prints the completions of one shell.
pub(super) fn completions(args: &CompletionsArgs) -> Result<u8, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "rig", &mut script);
    print_line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(0)
}

/// `rig man`: writes one page for `rig` and one for each command.
pub(super) fn man(args: &ManArgs) -> Result<u8, CliError> {
    let folder = args.folder.as_path();
    let failed = |error: std::io::Error| CliError::Failed(format!("{}: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(failed)?;
    Ok(0)
}
