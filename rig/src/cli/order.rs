//! `--order`: which scenarios a run takes, in which order, and whose turn it is among devices that fit.

use std::path::Path;

use reports::{Again, Because, Isolation};
use serde::{Deserialize, Serialize};

use crate::{bad_input::BadInput, suite::Plan};

/// A scenario in the list of `--order`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ordered {
    /// Its name.
    pub(super) scenario: String,
    /// Which of the fitting devices come first.
    pub(super) turn: usize,
    /// How often it is tried again after an error; by default as often as the run says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retries: Option<u32>,
    /// It had an error on another bench, and this is its next attempt.
    #[serde(default)]
    pub(super) after_error: bool,
}

/// How a scenario is run again after an error on another bench.
const ON_ANOTHER_BENCH: Again = Again { because: Because::Error, isolation: Isolation::OtherBench };

/// `plan` with the scenarios that `file` lists, in its order.
///
/// # Errors
/// The file is no such list, or names a scenario that is not in the plan.
pub(super) fn ordered(plan: Plan, file: &Path) -> Result<Plan, BadInput> {
    let text = BadInput::read(file)?;
    let list: Vec<Ordered> = serde_json::from_str(&text).map_err(|error| {
        BadInput::in_line(file, error.line(), format!("not an order of scenarios: {error}"))
    })?;
    let find = |one: &Ordered| {
        let found = plan.scenarios.iter().find(|scenario| scenario.name == one.scenario);
        let mut scenario = found.cloned().ok_or_else(|| {
            BadInput::new(file, format!("no scenario of the plan is called {:?}", one.scenario))
        })?;
        (scenario.needs.turn, scenario.retries) = (one.turn, one.retries);
        scenario.again = one.after_error.then_some(ON_ANOTHER_BENCH);
        Ok(scenario)
    };
    let scenarios = list.iter().map(find).collect::<Result<_, BadInput>>()?;
    Ok(Plan { scenarios, ..plan })
}
