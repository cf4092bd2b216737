//! The check of what a board's firmware logs: a second witness beside the camera.

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{CheckResult, Stop};
use crate::oracle::observed::{self, Log};

/// The firmware has logged a line that begins with these words. Takes `log`s.
///
/// Serves S5.C.8a on boards with a debug probe. The log is the product's own word: what the camera sees of
/// the same press is judged beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogTells {
    /// How the line begins.
    pub begins: String,
}

impl LogTells {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let logs = observed::some::<Log>(seen)?;
        let lines = || logs.iter().flat_map(|log| &log.value.lines);
        Ok(match lines().find(|line| line.starts_with(&self.begins)) {
            Some(line) => CheckResult::pass(format!("the firmware has logged “{line}”")),
            None => {
                let all: Vec<_> = lines().map(String::as_str).collect();
                let all = all.join(" / ");
                CheckResult::fail(format!("no line of the log begins with “{}”: “{all}”", self.begins))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use reports::Outcome;

    use super::*;
    use crate::oracle::observed::Observed;

    fn judged(lines: &[&str]) -> Outcome {
        let log = Log { lines: lines.iter().map(|line| line.to_string()).collect() };
        let observation = Observation {
            id: 0,
            at_ns: 0,
            uncertainty_ns: 0,
            instrument: "probe".into(),
            quantity: Log::QUANTITY.into(),
            value: log.to_value(),
            evidence: None,
            sealed: None,
        };
        let check = LogTells { begins: "press".into() };
        check.judge(&[&observation]).map(|judgement| judgement.outcome).expect("a log can be judged")
    }

    #[test]
    fn a_line_that_begins_so_is_enough() {
        assert_eq!(judged(&["boot 1", "press 1"]), Outcome::Pass);
        assert_eq!(judged(&["boot 1", "no press"]), Outcome::Fail);
        assert_eq!(judged(&[]), Outcome::Fail);
    }
}
