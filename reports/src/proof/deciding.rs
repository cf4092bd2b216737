//! The decision on a defect: the scenario, the clause, the figure and the frame.

use crate::picture;
use crate::{
    ClauseResult, EvidenceStore, Journal, Measurement, Observation, Outcome, ScenarioSummary, Summary,
    Verdict,
};

/// The decision on a defect.
#[derive(Clone, Debug, PartialEq)]
pub struct Deciding {
    /// The scenario.
    pub scenario: String,
    /// The clause, if the step that decided judges one.
    pub clause: Option<String>,
    /// Why, in one sentence.
    pub reason: String,
    /// The first figure that did not pass, if any.
    pub measurement: Option<Measurement>,
    /// The last frame that the verdict rests on, small, as a `data:` URI, if there was one.
    pub picture: Option<String>,
}

impl Deciding {
    /// The first judgement of `worst`, one on a clause of `own` before any other; without one, the first
    /// scenario of that outcome. `None` unless `worst` is worse than not run.
    pub(super) fn find(journal: &Journal, summary: &Summary, own: &[String], worst: Outcome) -> Option<Self> {
        if worst <= Outcome::NotRun {
            return None;
        }
        let judgements = || {
            let scenarios = summary.scenarios.iter().enumerate();
            scenarios
                .flat_map(|(place, scenario)| scenario.judgements.iter().map(move |one| (place, one)))
                .filter(|(_, one)| !one.reported && one.outcome == worst)
        };
        let of_own = judgements().find(|(_, one)| own.contains(&one.clause));
        match of_own.or_else(|| judgements().next()) {
            Some((place, judgement)) => Some(Self::of(journal, place, judgement)),
            None => {
                summary.scenarios.iter().find(|scenario| scenario.outcome == worst).map(Self::without_clause)
            }
        }
    }

    /// A scenario that ended so in a step that judges nothing.
    fn without_clause(scenario: &ScenarioSummary) -> Self {
        Self {
            scenario: scenario.name.clone(),
            clause: None,
            reason: scenario.reason.clone().unwrap_or_default(),
            measurement: None,
            picture: None,
        }
    }

    fn of(journal: &Journal, place: usize, judgement: &ClauseResult) -> Self {
        let name = &journal.head().scenarios[place].name;
        let verdict = journal.verdicts().find(|(info, verdict, _)| {
            info.name == *name
                && verdict.step as usize == judgement.step
                && verdict.clause == judgement.clause
                && verdict.outcome == judgement.outcome
        });
        let (measurement, picture) = verdict.map_or((None, None), |(_, verdict, observations)| {
            (figure(verdict), frame(&EvidenceStore::new(journal.run_dir()), &observations))
        });
        Self {
            scenario: name.clone(),
            clause: Some(judgement.clause.clone()),
            reason: judgement.reason.clone(),
            measurement,
            picture,
        }
    }

    /// The clause in brackets, as a step names it; empty without a clause.
    pub(super) fn bracketed(&self) -> String {
        self.clause.as_ref().map_or_else(String::new, |clause| format!(" [{clause}]"))
    }
}

/// The first measurement that did not pass.
fn figure(verdict: &Verdict) -> Option<Measurement> {
    verdict.measurements.iter().find(|measurement| measurement.outcome != Outcome::Pass).cloned()
}

/// The last frame that a verdict rests on, small.
fn frame(store: &EvidenceStore, observations: &[&Observation]) -> Option<String> {
    let mut newest_first = observations.iter().rev().filter_map(|observation| observation.evidence.as_ref());
    let last = newest_first.find(|evidence| evidence.media_type.starts_with("image/"))?;
    picture::small(&store.read(last).ok()?)
}
