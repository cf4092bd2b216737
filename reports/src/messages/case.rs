//! A scenario as a test case, with its attempts.

use std::{ops::Range, time::Duration};

use serde_json::{Value, json};

use super::{Lines, Moment, span, status};
use crate::{Entry, Event, EvidenceStore, Outcome, ScenarioInfo, ScenarioSummary, StepSummary, pictures};

/// A scenario of the plan, and its result.
pub(super) struct Case<'j> {
    pub number: usize,
    pub info: &'j ScenarioInfo,
    pub entries: &'j [Entry],
    pub scenario: &'j ScenarioSummary,
    /// When the run began.
    pub begun: Moment,
}

/// The name of a scenario's pickle.
pub(super) fn pickle(scenario: usize) -> String {
    format!("pickle-{scenario}")
}

/// The name of a step of it.
pub(super) fn pickle_step(scenario: usize, step: usize) -> String {
    format!("pickle-{scenario}-step-{step}")
}

impl Case<'_> {
    fn id(&self) -> String {
        format!("case-{}", self.number)
    }

    fn step_id(&self, step: usize) -> String {
        format!("case-{}-step-{step}", self.number)
    }

    pub(super) fn put_plan(&self, out: &mut Lines, run: &str) {
        let step = |step: usize| json!({ "id": self.step_id(step), "pickleStepId": pickle_step(self.number, step), "stepDefinitionIds": [], "stepMatchArgumentsLists": [] });
        let steps: Vec<Value> = (0..self.info.steps.len()).map(step).collect();
        let case = json!({
            "id": self.id(),
            "pickleId": pickle(self.number),
            "testSteps": steps,
            "testRunStartedId": run,
        });
        out.put("testCase", case);
    }

    /// Every attempt that gave way to a later one, and then what counts.
    pub(super) fn put_attempts(&self, out: &mut Lines, store: &EvidenceStore) {
        let begins: Vec<usize> = (0..self.entries.len())
            .filter(|&place| matches!(self.entries[place].event, Event::ScenarioStarted { .. }))
            .collect();
        let superseded = self.scenario.attempts.iter().take_while(|attempt| attempt.superseded).count();
        for attempt in 0..superseded {
            let within = begins[attempt]..begins[attempt + 1];
            let summary = &self.scenario.attempts[attempt];
            let steps = self.steps_within(within.clone(), summary.outcome, summary.reason.as_deref());
            self.put_attempt(out, store, attempt, within, &steps, true);
        }
        let from = begins.get(superseded).copied().unwrap_or(self.entries.len());
        self.put_attempt(out, store, superseded, from..self.entries.len(), &self.counted(), false);
    }

    /// The steps that count. An outcome of the scenario that is worse than its steps stands with the last one.
    fn counted(&self) -> Vec<StepSummary> {
        let mut steps = self.scenario.steps.clone();
        let of_steps = Outcome::worst(steps.iter().map(|step| step.outcome));
        if let Some(last) = steps.last_mut()
            && self.scenario.outcome > of_steps
        {
            (last.outcome, last.reason) = (self.scenario.outcome, self.scenario.reason.clone());
        }
        steps
    }

    /// The steps of an attempt that gave way: as they ended, and the one under way as the attempt did.
    fn steps_within(&self, within: Range<usize>, outcome: Outcome, reason: Option<&str>) -> Vec<StepSummary> {
        let none = StepSummary { outcome: Outcome::NotRun, reason: None, began_ns: None, ended_ns: None };
        let mut steps = vec![none; self.info.steps.len()];
        for entry in &self.entries[within] {
            match &entry.event {
                Event::StepStarted { step, at_ns } => {
                    let step = &mut steps[*step as usize];
                    step.began_ns = Some(*at_ns);
                    (step.outcome, step.reason) = (outcome, reason.map(str::to_owned));
                }
                Event::StepFinished { step, at_ns, outcome, reason } => {
                    let step = &mut steps[*step as usize];
                    step.ended_ns = Some(*at_ns);
                    (step.outcome, step.reason) = (*outcome, reason.clone());
                }
                _ => {}
            }
        }
        steps
    }

    fn put_attempt(
        &self,
        out: &mut Lines,
        store: &EvidenceStore,
        attempt: usize,
        within: Range<usize>,
        steps: &[StepSummary],
        will_be_retried: bool,
    ) {
        let started = format!("{}-attempt-{attempt}", self.id());
        let at = |entry: Option<&Entry>| {
            let ms = entry.map_or(0, |entry| entry.host.wall_ms);
            self.begun.after(Duration::from_millis(ms)).json()
        };
        let entries = &self.entries[within.clone()];
        let (first, last) = (at(entries.first()), at(entries.last()));
        out.put(
            "testCaseStarted",
            json!({ "id": started, "testCaseId": self.id(), "attempt": attempt, "timestamp": first }),
        );
        for (number, step) in steps.iter().enumerate() {
            let id = self.step_id(number);
            let times = |wanted: fn(&Event, usize) -> bool, or: &Value| {
                let found = entries.iter().find(|entry| wanted(&entry.event, number));
                found.map_or_else(|| or.clone(), |entry| at(Some(entry)))
            };
            let began = times(begins_step, &last);
            let ended = times(ends_step, &began);
            out.put(
                "testStepStarted",
                json!({ "testCaseStartedId": started, "testStepId": id, "timestamp": began }),
            );
            // Observations are counted through all attempts.
            let whole = &self.entries[..within.end];
            let pictures = step.began_ns.map(|_| pictures::of_step(whole, entries, number, step, store));
            for picture in pictures.into_iter().flatten() {
                let attachment = json!({
                    "testCaseStartedId": started,
                    "testStepId": id,
                    "mediaType": picture.media_type,
                    "contentEncoding": "BASE64",
                    "body": picture.base64,
                    "timestamp": ended,
                });
                out.put("attachment", attachment);
            }
            out.put(
                "testStepFinished",
                json!({
                    "testCaseStartedId": started,
                    "testStepId": id,
                    "testStepResult": result(step),
                    "timestamp": ended,
                }),
            );
        }
        out.put(
            "testCaseFinished",
            json!({ "testCaseStartedId": started, "timestamp": last, "willBeRetried": will_be_retried }),
        );
    }
}

fn begins_step(event: &Event, number: usize) -> bool {
    matches!(event, Event::StepStarted { step, .. } if *step as usize == number)
}

fn ends_step(event: &Event, number: usize) -> bool {
    matches!(event, Event::StepFinished { step, .. } if *step as usize == number)
}

/// The result of a step, with its time on the bench clock. The word of the outcome stands before the reason: a status has
/// another name.
fn result(step: &StepSummary) -> Value {
    let times = step.began_ns.zip(step.ended_ns);
    let took = times.map_or(0, |(began, ended)| ended.saturating_sub(began));
    let mut result = json!({ "duration": span(Duration::from_nanos(took)), "status": status(step.outcome) });
    if step.outcome != Outcome::Pass {
        let reason = step.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        result["message"] = json!(format!("{}{reason}", step.outcome));
    }
    result
}
