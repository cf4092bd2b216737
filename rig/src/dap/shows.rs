//! Places and scopes in the protocol's words.

use reports::Outcome;
use serde_json::{Value, json};

use super::{places::Places, shared::THREAD};
use crate::debug::{Stopped, Topic};

/// The scopes of a step. A reference is the place in this list, from 1. What has to look through a camera is expensive:
/// editors open it only when a person does.
const SCOPES: [(&str, Topic, bool); 6] = [
    ("Screens", Topic::Screens, false),
    ("Measurements", Topic::Measurements, false),
    ("Memory", Topic::Memory, false),
    ("Instruments", Topic::Instruments, false),
    ("Observations", Topic::Observations, false),
    ("Cameras", Topic::Cameras, true),
];

/// Frames: 1 is the scenario; a step's is this and its index.
pub const STEP_FRAMES: u64 = 1000;
pub const SCENARIO_FRAME: u64 = 1;

/// Capabilities of this adapter.
pub fn capabilities() -> Value {
    let filter =
        |name: &str, label: &str, default: bool| json!({"filter": name, "label": label, "default": default});
    json!({
        "supportsConfigurationDoneRequest": true,
        "supportsFunctionBreakpoints": true,
        "supportsConditionalBreakpoints": true,
        "supportsEvaluateForHovers": true,
        "supportsStepBack": false,
        "supportsRestartFrame": true,
        "supportsRestartRequest": true,
        "supportsGotoTargetsRequest": true,
        "supportsCompletionsRequest": true,
        "supportsExceptionInfoRequest": true,
        "supportsTerminateRequest": true,
        "supportsBreakpointLocationsRequest": true,
        "exceptionBreakpointFilters": [
            filter("fail", "A clause is broken", true),
            filter("error", "The bench is in trouble", true),
            filter("inconclusive", "A clause cannot be decided", false),
        ],
    })
}

/// The outcome of an exception filter.
pub fn outcome(filter: &str) -> Option<Outcome> {
    match filter {
        "fail" => Some(Outcome::Fail),
        "error" => Some(Outcome::Error),
        "inconclusive" => Some(Outcome::Inconclusive),
        _ => None,
    }
}

/// The scopes.
pub fn scopes() -> Value {
    let scopes = SCOPES.iter().enumerate().map(|(index, (name, _, expensive))| {
        json!({"name": name, "variablesReference": index + 1, "expensive": expensive})
    });
    json!({"scopes": scopes.collect::<Vec<_>>()})
}

/// The topic of a scope's reference.
pub fn topic(reference: u64) -> Option<Topic> {
    let index = usize::try_from(reference).ok()?.checked_sub(1)?;
    SCOPES.get(index).map(|(_, topic, _)| *topic)
}

/// Whether a step has just ended badly.
pub fn is_broken(stopped: &Stopped) -> bool {
    stopped.end.as_ref().is_some_and(|end| end.outcome != Outcome::Pass)
}

/// The event `stopped`; `reason` counts where nothing else stopped it.
pub fn stopped(stopped: &Stopped, reason: &str) -> Value {
    let reason = match stopped {
        _ if is_broken(stopped) => "exception",
        Stopped { hit, .. } if !hit.is_empty() => "breakpoint",
        Stopped { asked: true, .. } => "pause",
        _ => reason,
    };
    let mut body = json!({
        "reason": reason,
        "threadId": THREAD,
        "allThreadsStopped": true,
        "hitBreakpointIds": stopped.hit,
    });
    if let Some(end) = &stopped.end {
        let why = end.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let text =
            if is_broken(stopped) { format!("{}{why}", end.outcome) } else { "The scenario is over".into() };
        body["description"] = json!(text);
        body["text"] = json!(text);
    }
    body
}

/// The stack: the step in the scenario.
pub fn frames(stopped: &Stopped, places: &Places, lines_from: u64) -> Value {
    let scenario = &stopped.scenario;
    let path = places.path(&scenario.file);
    let source = json!({"name": scenario.file, "path": path});
    let frame = |id: u64, name: String, line: usize| {
        let line = shown_line(line, lines_from);
        json!({"id": id, "name": name, "line": line, "column": 1, "source": source, "canRestart": true})
    };
    let mut frames = Vec::new();
    if let Some(step) = scenario.steps.get(stopped.step) {
        let name = format!("{} {}", step.keyword(), step.text);
        frames.push(frame(STEP_FRAMES + stopped.step as u64, name, step.line()));
    }
    frames.push(frame(SCENARIO_FRAME, scenario.name.clone(), scenario.line));
    json!({"totalFrames": frames.len(), "stackFrames": frames})
}

/// A line as the editor counts.
pub fn shown_line(line: usize, lines_from: u64) -> u64 {
    (line as u64).saturating_add(lines_from).saturating_sub(1)
}

/// The line of a file that an editor names; 0, where no step stands, if it names none.
pub fn file_line(named: &Value, lines_from: u64) -> usize {
    let line = named.as_u64().map_or(0, |line| line.saturating_add(1).saturating_sub(lines_from));
    usize::try_from(line).unwrap_or(usize::MAX)
}

/// The answer to `exceptionInfo`: the clause, the reason, and the figures.
pub fn exception(stopped: &Stopped) -> Result<Value, String> {
    let end = stopped.end.as_ref().filter(|_| is_broken(stopped)).ok_or("no step has just failed here")?;
    let clause = stopped.scenario.steps.get(stopped.step).and_then(|step| step.clause.clone());
    let reason = end.reason.clone().unwrap_or_default();
    let figures = stopped.verdict.iter().skip(1).map(|line| format!("\n{}", line.trim()));
    let clause_first = clause.as_ref().map(|clause| format!("{clause}: ")).unwrap_or_default();
    Ok(json!({
        "exceptionId": clause.unwrap_or_else(|| end.outcome.to_string()),
        "description": format!("{clause_first}{reason}{}", figures.collect::<String>()),
        "breakMode": "always",
        "details": {"message": reason, "typeName": end.outcome.to_string(), "stackTrace": stopped.verdict.join("\n")},
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_line_is_a_line_of_a_file() {
        assert_eq!(file_line(&json!(7), 1), 7);
        assert_eq!(file_line(&json!(7), 0), 8);
        assert_eq!(file_line(&json!(u64::MAX), 0), usize::MAX);
        assert_eq!(file_line(&json!(0), 1), 0);
        for odd in [json!(-1), json!(1e300), json!("x"), json!(null)] {
            assert_eq!(file_line(&odd, 1), 0, "{odd}");
        }
        assert_eq!(shown_line(0, 0), 0);
        assert_eq!(shown_line(usize::MAX, 1), u64::MAX - 1);
    }
}
