//! The problems of a run, the worst first: for each cause the clauses, whose fault it is, the observations that decided,
//! and the command that runs it again. Clauses that one cause broke stand together.

use std::collections::BTreeMap;

use crate::{
    Cause, ClauseInfo, ClauseStatus, ClauseSummary, Event, Journal, Observation, Outcome, Summary, Verdict,
    journal::{observations, observations_of, verdicts},
};

mod card;
mod decisive;
mod rerun;

pub(super) use card::title;
use decisive::Decisive;
pub(super) use decisive::decisive;
pub(crate) use decisive::decisive_pictures;

/// Observations that are shown of a step that ended without a verdict.
const LAST_SEEN: usize = 2;

/// One cause of trouble.
pub(super) struct Problem<'a> {
    pub outcome: Outcome,
    pub cause: Option<Cause>,
    pub reason: &'a str,
    /// The clauses that it decides, those judged by their own check first.
    pub clauses: Vec<(&'a ClauseInfo, &'a ClauseSummary)>,
    /// The scenario that shows it best, by its place in the plan.
    pub scenario: usize,
    /// The step of that scenario, where one is to name.
    pub step: Option<usize>,
    /// Whether the first clause's own check decided, and not a step before it.
    pub direct: bool,
    pub verdict: Option<&'a Verdict>,
    /// The observations that decided, the most telling first.
    pub decisive: Vec<Decisive<'a>>,
}

/// Clauses that were not reached, by the reason.
pub(super) type Unreached<'a> = BTreeMap<&'a str, Vec<&'a ClauseSummary>>;

/// Everything that failed, was an error or stayed inconclusive.
pub(super) fn problems<'a>(journal: &'a Journal, summary: &'a Summary) -> Vec<Problem<'a>> {
    let mut problems: Vec<Problem> = Vec::new();
    for outcome in [Outcome::Fail, Outcome::Error, Outcome::Inconclusive] {
        let first = problems.len();
        for (info, clause) in journal.head().clauses.iter().zip(&summary.clauses) {
            let Some(scenario) =
                clause.decided_by.filter(|_| clause.outcome == ClauseStatus::Judged(outcome))
            else {
                continue;
            };
            let found = Problem::of_clause(journal, summary, (info, clause), outcome, scenario);
            match problems[first..].iter_mut().find(|one| alike(one.reason) == alike(found.reason)) {
                Some(one) => one.join(found),
                None => problems.push(found),
            }
        }
        problems[first..].sort_by_key(|one| !one.direct);
        problems.extend(without_clause(journal, summary, outcome));
    }
    problems
}

/// The clauses that were planned and not reached.
pub(super) fn unreached(summary: &Summary) -> Unreached<'_> {
    let mut unreached = Unreached::new();
    for clause in &summary.clauses {
        if clause.outcome == ClauseStatus::Judged(Outcome::NotRun) {
            unreached.entry(&clause.reason).or_default().push(clause);
        }
    }
    unreached
}

/// Scenarios whose trouble no clause shows.
fn without_clause<'a>(
    journal: &'a Journal,
    summary: &'a Summary,
    outcome: Outcome,
) -> impl Iterator<Item = Problem<'a>> {
    let troubled = summary.scenarios.iter().enumerate().filter(move |(_, scenario)| {
        scenario.outcome == outcome
            && !scenario.judgements.iter().any(|judgement| judgement.outcome == outcome)
    });
    troubled.map(move |(index, scenario)| {
        let step = scenario.steps.iter().position(|step| step.outcome == outcome);
        Problem {
            outcome,
            cause: None,
            reason: scenario.reason.as_deref().unwrap_or("no reason was given"),
            clauses: Vec::new(),
            scenario: index,
            step,
            direct: true,
            verdict: None,
            decisive: last_seen(journal, index, step),
        }
    })
}

impl<'a> Problem<'a> {
    fn of_clause(
        journal: &'a Journal,
        summary: &'a Summary,
        (info, clause): (&'a ClauseInfo, &'a ClauseSummary),
        outcome: Outcome,
        scenario: usize,
    ) -> Self {
        let judgements = &summary.scenarios[scenario].judgements;
        let judgement = judgements.iter().find(|judgement| {
            judgement.clause == clause.id && judgement.outcome == outcome && judgement.reason == clause.reason
        });
        let step = judgement.map(|judgement| judgement.step);
        let entries = journal.scenario(scenario);
        let verdict = verdicts(entries).find(|verdict| {
            verdict.clause == clause.id && verdict.outcome == outcome && verdict.reason == clause.reason
        });
        let decisive = match verdict {
            Some(verdict) => decisive(&observations_of(verdict, entries)),
            None => last_seen(journal, scenario, step),
        };
        let named = step.and_then(|step| journal.head().scenarios[scenario].steps.get(step));
        Self {
            outcome,
            cause: clause.cause,
            reason: &clause.reason,
            clauses: vec![(info, clause)],
            scenario,
            step,
            direct: named.is_some_and(|step| step.clause.as_deref() == Some(&clause.id)),
            verdict,
            decisive,
        }
    }

    /// Merges a problem of the same reason. The finding of a clause's own check counts more than the end of a scenario
    /// before its checks.
    fn join(&mut self, other: Self) {
        if !self.direct && other.direct {
            let clauses = std::mem::replace(self, other).clauses;
            self.clauses.extend(clauses);
        } else {
            self.clauses.extend(other.clauses);
        }
    }
}

/// A reason without the one-time codes in it, which differ between two displays of the same fault.
fn alike(reason: &str) -> String {
    let code = |quoted: &str| quoted.chars().all(|letter| letter.is_ascii_digit() || "_?".contains(letter));
    let parts = reason.split_inclusive(['“', '”']);
    parts.filter(|part| part.strip_suffix('”').is_none_or(|quoted| !code(quoted))).collect()
}

/// The last observations of a step that ended without a verdict, pictures first; if it has none, those before it.
fn last_seen(journal: &Journal, scenario: usize, step: Option<usize>) -> Vec<Decisive<'_>> {
    let entries = journal.scenario(scenario);
    let begins = entries.iter().position(|entry| {
        matches!(entry.event, Event::StepStarted { step: number, .. } if Some(number as usize) == step)
    });
    let ends = entries.iter().rposition(|entry| {
        matches!(entry.event, Event::StepFinished { step: number, .. } if Some(number as usize) == step)
    });
    let Some(begins) = begins else { return Vec::new() };
    let ends = ends.map_or(entries.len(), |end| end.max(begins));
    let within: Vec<&Observation> = observations(&entries[begins..ends]).collect();
    if !within.is_empty() {
        return decisive::last(&within, LAST_SEEN);
    }
    decisive::last(&observations(&entries[..begins]).collect::<Vec<_>>(), LAST_SEEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_fault_in_two_codes_is_one_problem() {
        let short = |code: &str| alike(&format!("the display shows “{code}”: 5 digits, expected 6"));
        assert_eq!(short("_45872"), short("_1222?"));
        assert_ne!(alike("the screen reads “MitID”"), alike("the screen reads “Log in”"));
    }
}
