//! Signals: the first ends what runs in order, a second the process.

use super::CliError;
use crate::runner::UntilStopped;

/// A gate that a first signal closes: nothing begins after it, and the bench is made safe. A second one ends the
/// process.
pub(super) fn stop() -> Result<UntilStopped, CliError> {
    let gate = UntilStopped::default();
    let stop = gate.clone();
    let handler = move || {
        if stop.stop() {
            std::process::exit(130);
        }
        eprintln!("rig: stopping before the next step; once more to end at once");
    };
    ctrlc::set_handler(handler).map_err(|error| CliError::Failed(format!("no signal handler: {error}")))?;
    Ok(gate)
}
