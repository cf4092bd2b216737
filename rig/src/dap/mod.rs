//! A debug adapter: an editor steps through scenarios by the Debug Adapter Protocol.
//!
//! Three threads: one reads requests, one answers them, and the scenario's own does what needs the bench and tells where
//! it stands. So requests are answered while a step is at work.

use std::{
    io::{BufRead, Write},
    path::PathBuf,
    sync::Arc,
};

use crate::{
    debug::{Controls, Face},
    runner::StopSignal,
    suite::Plan,
};

mod breakpoints;
mod codec;
mod launch;
mod places;
mod server;
mod shared;
mod shows;

pub use launch::Launch;

/// A session that can begin.
pub struct Launched {
    /// The scenarios to step through.
    pub plan: Plan,
    /// The suite's folder: files of the plan are below it.
    pub root: PathBuf,
    /// Whether the bench can be taken back to an earlier step.
    pub goes_back: bool,
    /// Its breakpoints.
    pub controls: Arc<Controls>,
    /// Runs it.
    pub start: Start,
}

/// Runs a session to its end behind the face: before the first step if the flag is set. The exit code of the run, and its
/// summary for people.
pub type Start = Box<dyn FnOnce(Box<dyn Face>, bool) -> Result<(u8, String), String> + Send>;

/// Serves one session, until the editor leaves and the bench is safe. `launch` prepares what the editor asks for; `stop`
/// ends the run.
///
/// # Errors
/// The input is not the protocol; in words.
pub fn serve(
    input: impl BufRead + Send + 'static,
    output: impl Write + Send + 'static,
    stop: &StopSignal,
    launch: &dyn Fn(&Launch) -> Result<Launched, String>,
) -> Result<(), String> {
    server::Server::new(Box::new(output), stop.clone(), launch).serve(input)
}
