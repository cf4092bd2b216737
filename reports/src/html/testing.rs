//! What tests of the page have in common.

use serde_json::Value;

use crate::Observation;

/// An observation of a camera at the begin of a scenario, without evidence.
pub(super) fn seen(quantity: &str, value: Value) -> Observation {
    Observation {
        id: 0,
        at_ns: 0,
        uncertainty_ns: 0,
        instrument: "camera".into(),
        quantity: quantity.into(),
        value,
        evidence: None,
        sealed: None,
    }
}
