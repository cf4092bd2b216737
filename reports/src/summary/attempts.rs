//! The attempts at a scenario: which of them count, and what repetitions of a scenario came to.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ScenarioSummary;
use crate::{Again, Because, Entry, Event, Isolation, Outcome, RunStarted, journal::has_failed};

/// An attempt at a scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttemptSummary {
    /// Its number, from 1.
    pub attempt: u32,
    /// Its outcome; *not run* where it never ended.
    pub outcome: Outcome,
    /// Why, where it is not a pass.
    pub reason: Option<String>,
    /// Why the runner began it, where it is a second attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<Because>,
    /// How far it is isolated from the attempt before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isolation: Option<Isolation>,
    /// A later attempt counts in its place: nothing had failed in it.
    pub superseded: bool,
}

/// A scenario that the runner tried again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Retried {
    /// Its name.
    pub scenario: String,
    /// Its outcome in the end.
    pub outcome: Outcome,
    /// Grade of that outcome.
    pub grade: &'static str,
    /// Every attempt.
    pub attempts: Vec<AttemptSummary>,
}

/// Grade of an outcome after an error.
const SECOND_ATTEMPT: &str = "second attempt";
/// Grade of an outcome of a scenario that was interrupted.
const RESUMED: &str = "resumed";

/// A scenario whose repetitions differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flaky {
    /// Its name.
    pub scenario: String,
    /// How many repetitions there were.
    pub repetitions: usize,
    /// How many did not pass.
    pub not_passed: usize,
    /// How many had which outcome.
    pub outcomes: BTreeMap<&'static str, usize>,
}

impl Flaky {
    /// The share of repetitions that did not pass, in words.
    pub fn rate(&self) -> String {
        let outcomes = self.outcomes.iter().map(|(word, count)| format!("{count} {word}"));
        format!(
            "{} of {} repetitions did not pass ({})",
            self.not_passed,
            self.repetitions,
            outcomes.collect::<Vec<_>>().join(", ")
        )
    }
}

impl Retried {
    /// What happened, in one line.
    pub fn told(&self) -> String {
        let attempts = self.attempts.iter().map(AttemptSummary::told);
        attempts.collect::<Vec<_>>().join("; ")
    }
}

impl AttemptSummary {
    fn told(&self) -> String {
        let again = match (self.because, self.isolation) {
            (Some(because), Some(isolation)) => format!(" ({}, {})", because.words(), isolation.words()),
            _ => String::new(),
        };
        let reason = self.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("attempt {}{again} {}{reason}", self.attempt, self.outcome)
    }
}

/// The attempts in `entries` of one scenario, and the entries that count: all from the first attempt on that is not
/// superseded. An attempt in which anything failed is never superseded.
pub(super) fn of(entries: &[Entry]) -> (Vec<AttemptSummary>, &[Entry]) {
    let begins: Vec<usize> = (0..entries.len()).filter(|&place| begins(&entries[place])).collect();
    let end_of = |number: usize| begins.get(number + 1).copied().unwrap_or(entries.len());
    let mut attempts: Vec<AttemptSummary> =
        begins.iter().enumerate().map(|(number, &begin)| attempt(&entries[begin..end_of(number)])).collect();
    let mut counted = 0;
    for number in 1..attempts.len() {
        let before = &entries[begins[number - 1]..begins[number]];
        let gives_way = match again(&entries[begins[number]]).map(|again| again.because) {
            Some(Because::Error) => attempts[number - 1].outcome == Outcome::Error,
            Some(Because::Interrupted) => attempts[number - 1].outcome == Outcome::NotRun,
            None => false,
        };
        if !gives_way || has_failed(before) {
            break;
        }
        attempts[number - 1].superseded = true;
        counted = begins[number];
    }
    (attempts, &entries[counted..])
}

fn begins(entry: &Entry) -> bool {
    matches!(entry.event, Event::ScenarioStarted { .. })
}

fn again(entry: &Entry) -> Option<Again> {
    match entry.event {
        Event::ScenarioStarted { again, .. } => again,
        _ => None,
    }
}

/// One attempt, from its entries.
fn attempt(entries: &[Entry]) -> AttemptSummary {
    let mut number = 1;
    let mut again = None;
    let (mut outcome, mut reason) = (Outcome::NotRun, None);
    let mut worst = Outcome::Pass;
    for entry in entries {
        match &entry.event {
            Event::ScenarioStarted { attempt, again: why, .. } => (number, again) = (*attempt, *why),
            Event::StepFinished { outcome, reason: why, .. } if *outcome > worst => {
                (worst, reason) = (*outcome, why.clone());
            }
            Event::ScenarioFinished { outcome: end, .. } => outcome = (*end).max(worst),
            _ => {}
        }
    }
    if has_failed(entries) {
        outcome = Outcome::Fail;
    }
    AttemptSummary {
        attempt: number,
        outcome,
        reason,
        because: again.map(|again| again.because),
        isolation: again.map(|again| again.isolation),
        superseded: false,
    }
}

/// The scenarios that the runner tried again.
pub(super) fn retried(scenarios: &[ScenarioSummary]) -> Vec<Retried> {
    let again = |one: &&ScenarioSummary| one.attempts.iter().any(|attempt| attempt.because.is_some());
    let retried = scenarios.iter().filter(again).map(|one| {
        let after_error = one.attempts.iter().any(|attempt| attempt.because == Some(Because::Error));
        Retried {
            scenario: one.name.clone(),
            outcome: one.outcome,
            grade: if after_error { SECOND_ATTEMPT } else { RESUMED },
            attempts: one.attempts.clone(),
        }
    });
    retried.collect()
}

/// The scenarios whose repetitions differ.
pub(super) fn flaky(head: &RunStarted, scenarios: &[ScenarioSummary]) -> Vec<Flaky> {
    let mut by_name: BTreeMap<&str, Vec<Outcome>> = BTreeMap::new();
    for (info, scenario) in head.scenarios.iter().zip(scenarios) {
        if let Some(repeated) = &info.repeats {
            by_name.entry(repeated).or_default().push(scenario.outcome);
        }
    }
    let run = by_name.into_iter().map(|(name, outcomes)| {
        let run: Vec<Outcome> = outcomes.into_iter().filter(|&outcome| outcome != Outcome::NotRun).collect();
        let mut counts = BTreeMap::new();
        run.iter().for_each(|outcome| *counts.entry(outcome.word()).or_default() += 1);
        Flaky {
            scenario: name.to_owned(),
            repetitions: run.len(),
            not_passed: run.iter().filter(|&&outcome| outcome != Outcome::Pass).count(),
            outcomes: counts,
        }
    });
    run.filter(|flaky| flaky.outcomes.len() > 1).collect()
}
