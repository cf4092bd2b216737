//! Cucumber Messages: a finished run as the lines of JSON that Cucumber's own programs read, such as its HTML formatter.
//!
//! Pass is PASSED, not run SKIPPED, inconclusive and error PENDING, fail FAILED: only a pass is green, only a fail is the
//! product's, and the formatter shows the reason of each. The word of the outcome begins the message. The other statuses are about
//! step definitions that are missing or that there are two of.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{EvidenceStore, Journal, Outcome, Summary, masked};

mod case;
mod document;
mod moment;

use case::Case;
use document::Document;
use moment::Moment;

/// The version of the schema that the messages keep to.
const PROTOCOL: &str = "34.2.1";

/// The run as Cucumber Messages, one a line, without one-time codes.
pub fn messages(journal: &Journal, summary: &Summary) -> String {
    let mut out = Lines::default();
    let begun = Moment::parse(journal.begun().unwrap_or_default());
    out.put("meta", meta(journal));
    let documents = Document::all(&journal.head().scenarios);
    documents.iter().for_each(|document| document.put(&mut out));
    let id = "run";
    out.put("testRunStarted", json!({ "id": id, "timestamp": begun.json() }));
    let store = EvidenceStore::new(journal.run_dir());
    let cases = journal.scenarios().zip(&summary.scenarios).enumerate();
    let cases: Vec<Case> = cases
        .map(|(number, ((info, entries), scenario))| Case { number, info, entries, scenario, begun })
        .collect();
    cases.iter().for_each(|case| case.put_plan(&mut out, id));
    cases.iter().for_each(|case| case.put_attempts(&mut out, &store));
    let last = journal.entries().iter().map(|entry| entry.host.wall_ms).max().unwrap_or(0);
    let end = json!({
        "testRunStartedId": id,
        "timestamp": begun.after(Duration::from_millis(last)).json(),
        "success": summary.outcome == Outcome::Pass,
        "message": summary.headline(),
    });
    out.put("testRunFinished", end);
    out.0
}

/// The lines.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn put(&mut self, kind: &str, message: Value) {
        self.0.push_str(&masked(&json!({ kind: message }).to_string()));
        self.0.push('\n');
    }
}

fn meta(journal: &Journal) -> Value {
    let head = journal.head();
    let revision = journal.origin().and_then(|origin| origin.revision.clone());
    json!({
        "protocolVersion": PROTOCOL,
        "implementation": { "name": "rig", "version": head.rig },
        "runtime": { "name": head.bench, "version": revision.unwrap_or_else(|| "unknown".to_owned()) },
        "os": { "name": std::env::consts::OS },
        "cpu": { "name": std::env::consts::ARCH },
    })
}

/// The status of an outcome.
fn status(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "PASSED",
        Outcome::NotRun => "SKIPPED",
        Outcome::Inconclusive | Outcome::Error => "PENDING",
        Outcome::Fail => "FAILED",
    }
}

/// A span as the messages have it.
fn span(duration: Duration) -> Value {
    json!({ "seconds": duration.as_secs(), "nanos": duration.subsec_nanos() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_pass_is_green_and_the_worst_stays_the_worst() {
        // The order in which Cucumber takes the worst of several.
        const RISING: [&str; 7] =
            ["UNKNOWN", "PASSED", "SKIPPED", "PENDING", "UNDEFINED", "AMBIGUOUS", "FAILED"];
        let rank = |outcome| RISING.iter().position(|status| *status == super::status(outcome)).unwrap();
        for pair in Outcome::ALL.windows(2) {
            assert!(rank(pair[0]) <= rank(pair[1]) && pair[0] < pair[1], "{pair:?}");
        }
        let green = Outcome::ALL.into_iter().filter(|&outcome| super::status(outcome) == "PASSED");
        assert_eq!(green.collect::<Vec<_>>(), [Outcome::Pass]);
    }
}
