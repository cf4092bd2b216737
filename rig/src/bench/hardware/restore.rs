//! A test environment is set up anew before a scenario: what the scenarios before it have used up, a device or an app of a
//! person, is there again.

use std::time::Duration;

use drivers::{DriverError, Result, command};

use crate::profile::Restore;

/// Name of the environment in errors.
const NAME: &str = "test environment";

/// Runs the program of `restore` to its end. An error of it is the bench's: what a scenario would find is not known then.
pub(super) fn restore(restore: &Restore) -> Result<()> {
    let Some((program, arguments)) = restore.command.split_first() else { return Ok(()) };
    let done = command::ask(program, arguments, Duration::from_secs(restore.within_s.get()));
    done.map(drop).map_err(|(trouble, why)| DriverError::new(NAME, trouble, why))
}
