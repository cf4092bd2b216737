//! `rig retain`: evidence whose time is over is deleted, and its hashes stay.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use chrono::{DateTime, Utc};
use clap::Args;
use reports::{Amendment, DeletedFile, Journal, SEALED_FILE, amend};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    CliError, Format, FormatArgs, annul::refused, journal, place::SuiteFolder, print_json, print_line, report,
};
use crate::{
    bad_input::BadInput,
    provenance::{login, utc_now},
    retention::Retention,
};

#[derive(Clone, Debug, Args)]
pub(super) struct RetainArgs {
    /// The runs' folders.
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Keep these runs beyond the time of their class, until they are let go.
    #[arg(long, requires = "reason", conflicts_with_all = ["let_go", "dry_run"])]
    hold: bool,
    /// Let runs go that are held.
    #[arg(long, requires = "reason", conflicts_with = "dry_run")]
    let_go: bool,
    /// Why they are held or let go.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who does it; by default the login.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Say what would be deleted, and delete nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: FormatArgs,
}

/// Result for one run.
#[derive(Serialize)]
struct Retained {
    run: PathBuf,
    class: String,
    state: &'static str,
    files: usize,
    bytes: u64,
}

/// `rig retain`.
pub(super) fn retain(args: &RetainArgs) -> Result<u8, CliError> {
    let retention = Retention::load(&SuiteFolder::find()?.retention())?;
    // Every journal is read before the first file is deleted.
    let journals = args.runs.iter().map(|run| journal::read(run)).collect::<Result<Vec<_>, _>>()?;
    for journal in &journals {
        let retained = one(args, journal, &retention)?;
        let Retained { run, class, state, files, bytes } = &retained;
        match args.format.format {
            Format::Json => print_json(&retained)?,
            Format::Human => {
                print_line(&format!(
                    "{}: class {class}: {state}, {files} files, {bytes} bytes",
                    run.display()
                ))?;
            }
        }
    }
    Ok(0)
}

fn one(args: &RetainArgs, journal: &Journal, retention: &Retention) -> Result<Retained, CliError> {
    let class = &journal.head().class;
    let retained = |state, files: &[DeletedFile]| Retained {
        run: journal.run_dir().to_owned(),
        class: class.clone(),
        state,
        files: files.len(),
        bytes: files.iter().map(|file| file.size).sum(),
    };
    let by = args.by.clone().unwrap_or_else(login);
    if args.hold || args.let_go {
        let (amendment, state) =
            if args.hold { (Amendment::Held, "held") } else { (Amendment::LetGo, "let go") };
        let reason = args.reason.as_deref().unwrap_or_default();
        amend(journal, amendment, reason, &by, utc_now()).map_err(refused)?;
        return Ok(retained(state, &[]));
    }
    let bad = |what: String| BadInput::new(&journal.run_dir().join(reports::JOURNAL_FILE), what);
    let begun = journal.begun().ok_or_else(|| bad("it does not say when the run began".into()))?;
    let over = retention.is_over(class, begun, DateTime::<Utc>::from(SystemTime::now())).map_err(bad)?;
    if journal.amendments().held() {
        return Ok(retained("held", &[]));
    }
    if !over {
        return Ok(retained("kept", &[]));
    }
    let files = deletable(journal.run_dir()).map_err(|error| failed(journal.run_dir(), &error))?;
    if args.dry_run {
        return Ok(retained("over", &files));
    }
    delete(journal, &files, &by)?;
    Ok(retained("deleted", &files))
}

/// The files of a run that go when its time is over: evidence, secrets, and the page, which shows some of them.
fn deletable(run: &Path) -> io::Result<Vec<DeletedFile>> {
    let mut names: Vec<PathBuf> = match fs::read_dir(run.join("evidence")) {
        Ok(entries) => {
            let names = entries.map(|entry| Ok(Path::new("evidence").join(entry?.file_name())));
            names.collect::<io::Result<_>>()?
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    names.extend([SEALED_FILE, report::HTML_FILE].map(PathBuf::from));
    names.retain(|name| run.join(name).is_file());
    names.sort();
    let file = |name: PathBuf| {
        let bytes = fs::read(run.join(&name))?;
        let (sha256, size) = (hex::encode(Sha256::digest(&bytes)), bytes.len() as u64);
        Ok(DeletedFile { file: name.display().to_string(), sha256, size })
    };
    names.into_iter().map(file).collect()
}

/// Writes down what is deleted, then deletes it: what is missing has a reason, whenever this is cut short.
fn delete(journal: &Journal, files: &[DeletedFile], by: &str) -> Result<(), CliError> {
    let known = journal.amendments().deleted();
    // A deletion that was cut short goes on here.
    let is_new = |file: &&DeletedFile| known.get(file.file.as_str()).is_none_or(|(_, old)| *old != *file);
    let new: Vec<DeletedFile> = files.iter().filter(is_new).cloned().collect();
    if !new.is_empty() {
        let reason = format!("the time of class {} is over", journal.head().class);
        amend(journal, Amendment::Deleted { files: new }, &reason, by, utc_now()).map_err(refused)?;
    }
    for DeletedFile { file, .. } in files {
        let path = journal.run_dir().join(file);
        fs::remove_file(&path).map_err(|error| failed(&path, &error))?;
    }
    Ok(())
}

fn failed(path: &Path, error: &io::Error) -> CliError {
    CliError::Failed(format!("{}: {error}", path.display()))
}
