//! `rig doctor`: lists plugged-in devices in a bench file's words, and checks whether each instrument of a
//! bench file is present, is the right device, and could see.

use std::{path::PathBuf, sync::mpsc, thread, time::Duration};

use clap::Args;

use super::{CliError, Format, FormatArgs, print_json, print_line};

mod bench;
mod inventory;

use inventory::Inventory;

#[derive(Clone, Debug, Args)]
pub(super) struct DoctorArgs {
    /// Check each instrument of this bench file instead: open it, ask who it is, prove that it could see or act, leave
    /// it safe. Exit code 0 if all are well, else 4.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    #[command(flatten)]
    format: FormatArgs,
}

/// Plugged-in devices in a bench file's words, a line each.
pub(super) fn plugged_in() -> Vec<String> {
    Inventory::take().lines()
}

/// `rig doctor`.
pub(super) fn doctor(args: &DoctorArgs) -> Result<u8, CliError> {
    if let Some(file) = &args.bench {
        return bench::check(file, args.format.format);
    }
    let inventory = Inventory::take();
    match args.format.format {
        Format::Json => print_json(&inventory)?,
        Format::Human => inventory.lines().iter().try_for_each(|line| print_line(line))?,
    }
    Ok(0)
}

/// Result of `work`, run on a thread of its own that is left behind if it hangs; an error in words if it did
/// not end within `limit`.
fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    let (tell, told) = mpsc::channel();
    let working = move || {
        // The caller may have given up waiting.
        let _ = tell.send(work());
    };
    let spawned = thread::Builder::new().name("doctor".into()).spawn(working);
    spawned.map_err(|error| format!("no thread: {error}"))?;
    told.recv_timeout(limit).map_err(|failed| match failed {
        mpsc::RecvTimeoutError::Timeout => format!("no answer within {} s", limit.as_secs()),
        mpsc::RecvTimeoutError::Disconnected => "the library that was asked broke down".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_or_breaks_down_is_left_behind() {
        assert_eq!(within(Duration::from_secs(60), || 7), Ok(7));
        let (release, held) = mpsc::channel::<()>();
        let hangs = within(Duration::ZERO, move || held.recv());
        assert_eq!(hangs, Err("no answer within 0 s".into()));
        drop(release);
        let broken = within(Duration::from_secs(60), || panic!("as a library might"));
        assert_eq!(broken, Err::<(), _>("the library that was asked broke down".into()));
    }
}
