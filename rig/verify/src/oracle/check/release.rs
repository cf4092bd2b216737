//! Check of a release firmware: the test commands that a lab drives its boards with are not in it.

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{CheckResult, Stop};
use crate::oracle::observed::{self, TestCommands};

/// Every test command is refused. Takes the last `test_commands`.
///
/// Serves CIR2015-1502-2.3.1: a device that accepts a key or a time from anyone can be manipulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestCommandsRefused {}

impl TestCommandsRefused {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let TestCommands { obeyed, refused } = observed::last::<TestCommands>(seen)?.value;
        Ok(match (obeyed.as_slice(), refused.as_slice()) {
            ([], []) => CheckResult::inconclusive("no test command was tried"),
            ([], refused) => CheckResult::pass(format!("refused: {}", refused.join(", "))),
            (obeyed, _) => CheckResult::fail(format!("the release firmware obeys: {}", obeyed.join(", "))),
        })
    }
}
