//! Limits of a run that stop it early: the first fail, the end of its time.

use std::{thread, time::Duration};

use reports::{Event, Outcome};

use super::RunArgs;
use crate::{cli::CliError, recorder::Sink, runner::StopSignal};

impl RunArgs {
    /// The sink, which stops the run at the first fail with `--until-fail`.
    pub(in crate::cli) fn steered(&self, sink: Sink, stop: &StopSignal) -> Sink {
        if !self.until_fail {
            return sink;
        }
        let stop = stop.clone();
        sink.steered(Box::new(move |entry| {
            if matches!(entry.event, Event::ScenarioFinished { outcome: Outcome::Fail, .. }) {
                // Where a signal has stopped it already, that is the reason.
                let _ = stop.stop("the first fail, as asked for");
            }
        }))
    }

    /// Stops the run when its time is over, where it has one. Time that it waits for its bench counts.
    pub(in crate::cli) fn stop_in_time(&self, stop: &StopSignal) -> Result<(), CliError> {
        let Some(seconds) = self.stop_after else { return Ok(()) };
        let stop = stop.clone();
        let wait = move || {
            thread::sleep(Duration::from_secs(seconds));
            // Where a signal has stopped it already, that is the reason.
            let _ = stop.stop("the end of its time (--stop-after)");
        };
        let spawned = thread::Builder::new().name("end of time".into()).spawn(wait);
        spawned.map(drop).map_err(|error| CliError::Failed(format!("no thread: {error}")))
    }
}
