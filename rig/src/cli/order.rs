//! `--order`: which scenarios a run takes, in which order, and whose turn it is among devices that fit.

use std::path::Path;

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
}

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
        scenario.needs.turn = one.turn;
        Ok(scenario)
    };
    let scenarios = list.iter().map(find).collect::<Result<_, BadInput>>()?;
    Ok(Plan { scenarios, ..plan })
}
