//! `rig attach`: arms a break in a run that is under way, and debugs it from the terminal.

use std::{
    io::{self, BufRead, IsTerminal, Read, Write, stdin, stdout},
    net::Shutdown,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread,
};

use clap::Args;

use super::{CliError, journal, place::SuiteFolder, run::RunArgs};
use crate::{
    debug::{AttachPoint, AttachSocket, SuiteFiles},
    remark::remark,
    runner::{StepController, StopSignal},
    suite::Plan,
};

#[derive(Clone, Debug, Args)]
pub(super) struct AttachArgs {
    /// Stop there: a line (FILE:LINE or LINE), a clause, a @tag, words of a step, `fail`, `error`, or a condition such as
    /// "qr.age > 170 s". Without one, the run stops before its next step.
    #[arg(long = "break", value_name = "PLACE")]
    breaks: Vec<String>,
    /// The run's folder; the newest one if none is named.
    run: Option<PathBuf>,
}

/// The controller of a run, and the socket of one that can be attached to.
pub(super) fn controller(
    args: &RunArgs,
    stop: StopSignal,
    plan: &Plan,
    files: SuiteFiles,
    folder: &Path,
) -> (Arc<dyn StepController>, Option<AttachSocket>) {
    let Some(session_line) = args.session_line() else { return (Arc::new(stop), None) };
    let point = AttachPoint::new(stop, plan.clone(), files, folder.join("looks"), session_line);
    let point = Arc::new(point);
    let socket = AttachSocket::open(point.clone(), folder);
    let socket = socket.map_err(|error| remark(format!("rig: nobody can attach to this run: {error}"))).ok();
    (point, socket)
}

/// `rig attach`.
pub(super) fn attach(args: &AttachArgs) -> Result<u8, CliError> {
    let run = match &args.run {
        Some(run) => run.clone(),
        None => SuiteFolder::find()?.newest_run().ok_or_else(|| CliError::Usage("there is no run".into()))?,
    };
    let Ok(to) = AttachSocket::connect(&run) else { return Err(not_open(&run)?) };
    let failed = |error: io::Error| CliError::Failed(format!("{}: {error}", run.display()));
    let from = to.try_clone().map_err(failed)?;
    let (prompts, prompted) = mpsc::channel();
    let breaks = args.breaks.clone();
    let typed = move || {
        // The run may end meanwhile.
        let _ = send(&to, &breaks, &prompted);
        let _ = to.shutdown(Shutdown::Write);
    };
    // It ends with the process.
    thread::Builder::new().name("typed".into()).spawn(typed).map_err(failed)?;
    Ok(if show(from, &prompts) { 2 } else { 0 })
}

/// Why nobody can attach to the run.
fn not_open(run: &Path) -> Result<CliError, CliError> {
    let journal = journal::read(run)?;
    let of_campaign =
        journal.origin().is_some_and(|origin| origin.arguments.iter().any(|one| one == "--no-attach"));
    let why = match () {
        () if journal.ended().is_some() => "it is over; `rig page` opens it",
        () if of_campaign => "a run of a campaign is not to be touched (--no-attach)",
        () => "no `rig run` of yours is at work in it",
    };
    Ok(CliError::Usage(format!("{}: {why}", run.display())))
}

/// Shows what comes, and tells of each prompt; whether the guest was refused.
fn show(mut from: UnixStream, prompts: &mpsc::Sender<()>) -> bool {
    let mut refused = None;
    let mut piece = [0; 4096];
    while let Ok(read) = from.read(&mut piece) {
        if read == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&piece[..read]);
        let plain = |c: char| if c.is_control() && c != '\n' { '\u{fffd}' } else { c };
        let text: String = text.chars().map(plain).collect();
        if write!(stdout(), "{text}").and_then(|()| stdout().flush()).is_err() {
            break;
        }
        refused.get_or_insert(text.starts_with("refused: "));
        if text.ends_with("(rig) ") {
            // The end of what is typed does not end what is shown.
            let _ = prompts.send(());
        }
    }
    refused.unwrap_or(false)
}

/// Arms the breaks, then sends what is typed. A script's lines go one by one, each to a prompt.
fn send(mut to: &UnixStream, breaks: &[String], prompted: &mpsc::Receiver<()>) -> io::Result<()> {
    if breaks.is_empty() {
        writeln!(to, "pause")?;
    }
    breaks.iter().try_for_each(|place| writeln!(to, "break {place}"))?;
    let (lines, is_script) = (stdin().lock().lines(), !stdin().is_terminal());
    for line in lines {
        let line = line?;
        if is_script {
            if prompted.recv().is_err() {
                return Ok(());
            }
            println!("{line}");
        }
        writeln!(to, "{line}")?;
    }
    if is_script {
        // The answer to the last line comes before the end: a prompt, or the run's end.
        let _ = prompted.recv();
    }
    Ok(())
}
