//! Signals: the first ends what runs in order, a second the process.

use std::thread;

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
    low_level::signal_name,
};

use super::CliError;
use crate::{remark::remark, runner::StopSignal};

/// Stops a run at the first signal: no step begins after it, and the bench is made safe. A second signal ends the
/// process.
pub(super) fn stop() -> Result<StopSignal, CliError> {
    let signal = StopSignal::default();
    let stop = signal.clone();
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
    Ok(signal)
}
