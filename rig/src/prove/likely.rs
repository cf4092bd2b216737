//! Which scenarios are likely to catch a defect: those that judge a clause which it breaks.

use crate::suite::{Plan, PlannedScenario};

/// `plan`, with the scenarios first that judge one of `clauses`: the fewer steps, the earlier.
pub(super) fn likely_first(plan: &Plan, clauses: &[String]) -> Plan {
    let mut plan = plan.clone();
    let judges = |scenario: &PlannedScenario| clauses.iter().any(|clause| scenario.judges(clause));
    plan.scenarios.sort_by_key(|scenario| (!judges(scenario), scenario.steps.len()));
    plan
}
