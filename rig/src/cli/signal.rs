//! Signals: the first ends what runs in order, a second the process.

use std::thread;

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
    low_level::signal_name,
};

use super::CliError;
use crate::{remark::remark, runner::UntilStopped};

/// A gate that a first signal closes: nothing begins after it, and the bench is made safe. A second one ends the
/// process.
pub(super) fn stop() -> Result<UntilStopped, CliError> {
    let gate = UntilStopped::default();
    let stop = gate.clone();
    let failed = |error| CliError::Failed(format!("no signal handler: {error}"));
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM]).map_err(failed)?;
    let wait = move || {
        for signal in signals.forever() {
            if stop.stop(signal_name(signal).unwrap_or("a signal")) {
                std::process::exit(130);
            }
            remark("rig: stopping before the next step; once more to end at once");
        }
    };
    thread::Builder::new().name("signals".into()).spawn(wait).map_err(failed)?;
    Ok(gate)
}
