//! One scenario: the outcomes of its steps, and its judgements on the clauses they name.

use std::collections::BTreeSet;

use super::attempts::{self, AttemptSummary};
use crate::{Cause, Entry, Event, Outcome, ScenarioInfo, StepInfo, Verdict, journal::verdicts};

/// A scenario after a run.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioSummary {
    /// Its name in the plan.
    pub name: String,
    /// The worst of its steps and of what the runner wrote at its end.
    pub outcome: Outcome,
    /// Why, where it is not a pass.
    pub reason: Option<String>,
    /// How long it took, in nanoseconds of bench time.
    pub bench_ns: u64,
    /// Every planned step.
    pub steps: Vec<StepSummary>,
    /// Its judgements on clauses, in the order of its steps; a clause may occur more than once.
    pub judgements: Vec<ClauseResult>,
    /// Its attempts. Those at the beginning that are superseded count for nothing above.
    pub attempts: Vec<AttemptSummary>,
}

/// A step after a run. A repeated step keeps its worst outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct StepSummary {
    /// The worst over its tries and their verdicts; *not run* where it never ended.
    pub outcome: Outcome,
    /// Why, where it is not a pass.
    pub reason: Option<String>,
    /// Bench time at which it first began, in nanoseconds; `None` if it never did.
    pub began_ns: Option<u64>,
    /// Bench time at which it last ended, in nanoseconds; `None` if it never did.
    pub ended_ns: Option<u64>,
}

/// Result of one step on one clause.
#[derive(Clone, Debug, PartialEq)]
pub struct ClauseResult {
    /// The clause.
    pub clause: String,
    /// The step's place in the scenario.
    pub step: usize,
    /// Its outcome.
    pub outcome: Outcome,
    /// Why it is inconclusive, where a verdict says so.
    pub cause: Option<Cause>,
    /// Why, in one sentence.
    pub reason: String,
    /// Whether this is a finding on a clause of level info: its outcome counts for nothing.
    pub reported: bool,
    /// Whether it was withdrawn after the run: it counts as not run.
    pub annulled: bool,
}

/// The ids of the clauses that are reported and never judged.
pub(super) type Reported<'a> = BTreeSet<&'a str>;

impl ScenarioSummary {
    pub(super) fn new(info: &ScenarioInfo, entries: &[Entry], reported: &Reported) -> Self {
        let (attempts, entries) = attempts::of(entries);
        let mut steps: Vec<StepSummary> =
            (0..info.steps.len()).map(|step| StepSummary::new(step, entries, reported)).collect();
        explain_unreached(&mut steps, entries.is_empty());
        let judgements = (info.steps.iter().zip(&steps).enumerate())
            .flat_map(|(number, (step, summary))| judgements(number, step, summary, entries, reported))
            .collect();
        // The end of the last attempt; what failed in an earlier one stays with its step.
        let last = entries.iter().rev().find_map(|entry| match entry.event {
            Event::ScenarioFinished { outcome, .. } => Some(Some(outcome)),
            Event::ScenarioStarted { .. } => Some(None),
            _ => None,
        });
        let recorded = last.flatten();
        let of_steps = Outcome::worst(steps.iter().map(|step| step.outcome));
        let at_end = recorded.unwrap_or(Outcome::NotRun);
        let reason = if at_end > of_steps {
            Some(match recorded {
                Some(_) => format!("{at_end} after the last step"),
                None => "the journal ends before the scenario does".to_owned(),
            })
        } else {
            steps.iter().find(|step| step.outcome == of_steps).and_then(|step| step.reason.clone())
        };
        Self {
            name: info.name.clone(),
            outcome: of_steps.max(at_end),
            reason,
            bench_ns: entries.iter().filter_map(|entry| bench_ns(&entry.event)).max().unwrap_or(0),
            steps,
            judgements,
            attempts,
        }
    }
}

/// The moment on the bench clock that an event stands for.
fn bench_ns(event: &Event) -> Option<u64> {
    match event {
        Event::StepStarted { at_ns, .. }
        | Event::StepFinished { at_ns, .. }
        | Event::ScenarioFinished { at_ns, .. } => Some(*at_ns),
        _ => None,
    }
}

impl StepSummary {
    /// Folds what `entries` say about the step with this number. Reasons of unreached steps come later.
    fn new(number: usize, entries: &[Entry], reported: &Reported) -> Self {
        let mut step = Self { outcome: Outcome::Pass, reason: None, began_ns: None, ended_ns: None };
        let mut open = true;
        for entry in entries {
            match &entry.event {
                Event::StepStarted { step: n, at_ns } if *n as usize == number => {
                    step.began_ns.get_or_insert(*at_ns);
                    open = true;
                }
                Event::StepFinished { step: n, at_ns, outcome, reason } if *n as usize == number => {
                    step.ended_ns = Some(*at_ns);
                    step.worsen(*outcome, reason.clone());
                    open = false;
                }
                Event::Judged(verdict)
                    if verdict.step as usize == number && !reported.contains(verdict.clause.as_str()) =>
                {
                    step.worsen(verdict.outcome, Some(verdict.reason.clone()));
                }
                _ => {}
            }
        }
        if open {
            step.worsen(Outcome::NotRun, None);
        }
        step
    }

    fn worsen(&mut self, outcome: Outcome, reason: Option<String>) {
        if outcome > self.outcome {
            self.outcome = outcome;
            self.reason = reason;
        }
    }
}

/// Says why steps were not reached: the step before them that was the last to end.
fn explain_unreached(steps: &mut [StepSummary], never_began: bool) {
    let last = steps.iter().rposition(|step| step.ended_ns.is_some());
    let why = match last {
        _ if never_began => "not reached: the scenario never began".to_owned(),
        Some(last) if steps[last].outcome != Outcome::Pass => {
            format!("not reached: step {} came to {}", last + 1, steps[last].outcome)
        }
        _ => "not reached: the journal ends before it".to_owned(),
    };
    for step in steps.iter_mut().filter(|step| step.outcome == Outcome::NotRun) {
        step.reason.get_or_insert_with(|| why.clone());
    }
}

/// Judgements of a step on the clauses it judged, and on the one it names.
fn judgements(
    number: usize,
    info: &StepInfo,
    summary: &StepSummary,
    entries: &[Entry],
    reported: &Reported,
) -> Vec<ClauseResult> {
    let judgement = |clause: &str, outcome, reason: String| ClauseResult {
        clause: clause.to_owned(),
        step: number,
        outcome,
        cause: None,
        reason,
        reported: false,
        annulled: false,
    };
    let of_step: Vec<&Verdict> =
        verdicts(entries).filter(|verdict| verdict.step as usize == number).collect();
    let mut judgements: Vec<ClauseResult> = of_step
        .iter()
        .map(|verdict| ClauseResult {
            reported: reported.contains(verdict.clause.as_str()),
            cause: verdict.cause,
            ..judgement(&verdict.clause, verdict.outcome, verdict.reason.clone())
        })
        .collect();
    let Some(own) = &info.clause else { return judgements };
    let judged = of_step.iter().any(|verdict| verdict.clause == *own);
    let judging = of_step.iter().filter(|verdict| !reported.contains(verdict.clause.as_str()));
    let explained = judging.map(|verdict| verdict.outcome).max().unwrap_or(Outcome::Pass);
    if summary.outcome > explained {
        // Outcomes without a verdict (an error, a product that broke a Given) fall on the clause named.
        judgements.push(judgement(own, summary.outcome, summary.reason.clone().unwrap_or_default()));
    } else if !judged {
        judgements.push(judgement(own, Outcome::NotRun, "the step ended without judging it".to_owned()));
    } else if summary.ended_ns.is_none() {
        judgements.push(judgement(own, Outcome::NotRun, "the step did not end".to_owned()));
    }
    judgements
}
