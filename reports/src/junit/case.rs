//! A scenario as a test case.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus};

use super::class;
use crate::{Entry, Event, Journal, Outcome, ScenarioInfo, ScenarioSummary, StepInfo, Summary};

/// A scenario of the plan, and its result.
pub(super) struct Case<'r> {
    pub info: &'r ScenarioInfo,
    scenario: &'r ScenarioSummary,
    /// Its wall-clock time.
    pub wall: Duration,
    /// The ids of the clauses that are reported and never judged.
    reported: Vec<&'r str>,
}

/// Every scenario of the plan.
pub(super) fn all<'r>(journal: &'r Journal, summary: &'r Summary) -> Vec<Case<'r>> {
    let clauses = journal.head().clauses.iter().filter(|clause| clause.is_reported());
    let reported: Vec<&str> = clauses.map(|clause| clause.id.as_str()).collect();
    let planned = journal.scenarios().zip(&summary.scenarios);
    let case = |((info, entries), scenario)| Case {
        info,
        scenario,
        wall: wall(entries),
        reported: reported.clone(),
    };
    planned.map(case).collect()
}

/// The wall-clock time between a scenario's begin and its end, attempts added up.
fn wall(entries: &[Entry]) -> Duration {
    let (mut began, mut ms) = (None, 0);
    for entry in entries {
        match entry.event {
            Event::ScenarioStarted { .. } => began = Some(entry.host.wall_ms),
            Event::ScenarioFinished { .. } => {
                ms += began.take().map_or(0, |began| entry.host.wall_ms.saturating_sub(began));
            }
            _ => {}
        }
    }
    Duration::from_millis(ms)
}

impl Case<'_> {
    /// Properties of a case that the schemas have no field for: its clauses, and its duration on the bench
    /// clock.
    pub fn properties(&self) -> [Property; 2] {
        let mut clauses: Vec<&str> = Vec::new();
        for clause in self.info.steps.iter().filter_map(|step| step.clause.as_deref()) {
            if !clauses.contains(&clause) {
                clauses.push(clause);
            }
        }
        let name = &self.info.name;
        let bench_s = Duration::from_nanos(self.scenario.bench_ns).as_secs_f64();
        [
            Property::new(format!("clauses of {name}"), clauses.join(" ")),
            Property::new(format!("bench seconds of {name}"), format!("{bench_s:.3}")),
        ]
    }

    pub fn test_case(&self) -> TestCase {
        let mut case = TestCase::new(self.info.name.as_str(), self.status());
        case.set_classname(class(&self.info.file));
        case.set_time(self.wall);
        case
    }

    /// Outcome of each step, in lines below the scenario's name.
    pub fn steps(&self) -> String {
        let steps = self.info.steps.iter().enumerate().map(|(number, step)| self.line(number, step));
        [self.info.name.clone()].into_iter().chain(steps).collect::<Vec<_>>().join("\n")
    }

    fn line(&self, number: usize, step: &StepInfo) -> String {
        let summary = &self.scenario.steps[number];
        let reports = step.clause.as_deref().is_some_and(|clause| self.reported.contains(&clause));
        let found = self.scenario.judgements.iter().find(|judgement| judgement.step == number);
        match found.filter(|_| reports && summary.outcome == Outcome::Pass) {
            Some(found) => format!("{:<12}  {} {}: {}", "reported", step.keyword, step.text, found.reason),
            None => format!("{:<12}  {} {}", summary.outcome, step.keyword, step.text),
        }
    }

    fn status(&self) -> TestCaseStatus {
        let scenario = self.scenario;
        let withdrawn = scenario.judgements.iter().find(|judgement| judgement.annulled);
        let mut status = match (scenario.outcome, withdrawn) {
            (Outcome::Pass, _) => return TestCaseStatus::success(),
            (Outcome::Fail, _) => TestCaseStatus::non_success(NonSuccessKind::Failure),
            (Outcome::NotRun, None) => TestCaseStatus::skipped(),
            _ => TestCaseStatus::non_success(NonSuccessKind::Error),
        };
        let judgement = scenario.judgements.iter().find(|judgement| judgement.outcome == scenario.outcome);
        let judgement = withdrawn.filter(|_| scenario.outcome == Outcome::NotRun).or(judgement);
        let reason = scenario.reason.as_deref().unwrap_or("no reason was given");
        status.set_message(match judgement {
            Some(judgement) => format!("{}: {}", judgement.clause, judgement.reason),
            None => reason.to_owned(),
        });
        let cause = judgement.and_then(|judgement| judgement.cause);
        status.set_type(match (scenario.outcome, cause) {
            (Outcome::NotRun, _) if withdrawn.is_some() => "annulled".to_owned(),
            (outcome, Some(cause)) => format!("{outcome}: {}", cause.word()),
            (outcome, None) => outcome.word().to_owned(),
        });
        if let Some(step) = scenario.steps.iter().position(|step| step.outcome == scenario.outcome) {
            let StepInfo { line, keyword, text, .. } = &self.info.steps[step];
            let place = format!("{}:{line}: {keyword} {text}", self.info.file);
            status.set_description(format!("{place}\n\n{}", self.steps()));
        }
        status
    }
}
