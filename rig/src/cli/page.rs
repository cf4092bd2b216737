//! `rig page`: a page on this machine that drives a session, or opens a finished run.

use std::{
    io::Write,
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use clap::Args;
use reports::{JOURNAL_FILE, Summary};

use super::{CliError, journal, print_line, signal, stepping::SessionArgs};
use crate::{
    bad_input::BadInput,
    bus::Observer,
    debug::{Controls, Wheel},
    page::{Page, random_token},
    runner::StopSignal,
};

#[derive(Clone, Debug, Args)]
pub(super) struct PageArgs {
    /// Where to listen. Who opens the page needs the token in its address, wherever it listens.
    #[arg(long, value_name = "ADDRESS", default_value = ANYWHERE)]
    listen: SocketAddr,
    #[command(flatten)]
    token: TokenArgs,
    #[command(flatten)]
    session: SessionArgs,
}

/// Where a page listens by default: this machine alone, a free port.
pub(super) const ANYWHERE: &str = "127.0.0.1:0";
/// How soon a signal ends a page, and how long watchers have to hear of a run's end.
const SOON: Duration = Duration::from_millis(200);

#[derive(Clone, Debug, Args)]
pub(super) struct TokenArgs {
    /// Keep the page's token in this file: made if it is missing, so that the same address opens the page again.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// `rig page`.
pub(super) fn page(args: &PageArgs) -> Result<u8, CliError> {
    match args.session.scenario.as_deref().map(Path::new).filter(|path| path.join(JOURNAL_FILE).is_file()) {
        Some(run) => finished(args, run),
        None => session(args),
    }
}

/// Opens a run that is over, one that was killed too, until a signal comes.
fn finished(args: &PageArgs, run: &Path) -> Result<u8, CliError> {
    let journal = journal::read(run)?;
    let stop = signal::stop()?;
    let page = serve(args.listen, &args.token, run, None, print_line)?;
    for entry in journal.entries() {
        page.entry(entry).map_err(|error| CliError::Failed(error.to_string()))?;
    }
    page.over(&reports::text(&Summary::new(&journal), false));
    wait(&stop);
    Ok(0)
}

/// Steps through scenarios from the page. The page stays after the run's end until a signal comes.
fn session(args: &PageArgs) -> Result<u8, CliError> {
    let prepared = args.session.prepare()?;
    let (stop, controls) = (signal::stop()?, Arc::<Controls>::default());
    let (wheel, wishes) = Wheel::new(prepared.plan().clone(), controls.clone(), stop.clone(), "the page");
    let folder = prepared.folder().to_owned();
    let page = serve(args.listen, &args.token, &folder, Some(wheel), print_line)?;
    let face = Box::new(page.face(wishes, stop.clone()));
    let observers: Vec<Box<dyn Observer>> = vec![Box::new(page.clone())];
    let summary = prepared.run(face, controls, None, stop.clone(), observers)?;
    let text = reports::text(&summary, false);
    page.over(&text);
    print_line(&text)?;
    wait(&stop);
    thread::sleep(SOON);
    Ok(summary.outcome.exit_code())
}

fn wait(stop: &StopSignal) {
    while !stop.is_stopped() {
        thread::sleep(SOON);
    }
}

/// Serves the page of the run in `folder`, and says where.
pub(super) fn serve(
    address: SocketAddr,
    token: &TokenArgs,
    folder: &Path,
    wheel: Option<Wheel>,
    say: impl FnOnce(&str) -> Result<(), CliError>,
) -> Result<Page, CliError> {
    if address.ip().is_unspecified() {
        let why = "a page answers to one name: give the address that watchers open, not every address";
        return Err(CliError::Usage(format!("{address}: {why}")));
    }
    let token = token.read()?;
    let failed = |error: std::io::Error| CliError::Usage(format!("{address}: {error}"));
    let (page, address) = Page::serve(address, &token, folder.to_owned(), wheel).map_err(failed)?;
    say(&format!("Page: {address}"))?;
    Ok(page)
}

impl TokenArgs {
    /// The token in the file, or a new one.
    fn read(&self) -> Result<String, CliError> {
        let new = || random_token().map_err(|error| CliError::Failed(format!("no random token: {error}")));
        let Some(file) = &self.token_file else { return new() };
        if !file.exists() {
            let token = new()?;
            let created = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
            let written = created.and_then(|mut created| writeln!(created, "{token}"));
            written.map_err(|error| BadInput::new(file, format!("cannot be written: {error}")))?;
            return Ok(token);
        }
        let text = BadInput::read(file)?;
        let token = text.trim();
        let plain = |byte: u8| byte.is_ascii_alphanumeric();
        if token.len() < 32 || !token.bytes().all(plain) {
            let why = "a token has at least 32 letters or digits, and nothing else";
            return Err(BadInput::in_line(file, 1, why).into());
        }
        Ok(token.to_owned())
    }
}
