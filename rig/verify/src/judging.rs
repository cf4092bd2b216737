//! Judging a run again, offline: its readings are made again from its evidence, and the oracle judges those. Nothing but the
//! run's folder is read.

use std::collections::BTreeSet;

use reports::{AMENDMENTS_FILE, Entry, Event, Inspection, Journal, Observation, Outcome, Summary, Verdict};
use serde::Serialize;

use crate::{
    keys::{Key, KeyRing},
    oracle::{
        self, Check, CheckResult, Context,
        observed::{Observed, SealedKey},
    },
    readings::{
        again::Memory,
        all::{Differing, Readings},
    },
};

/// How a run is judged again.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// The keys that codes are checked with; `None` for those that the run sealed.
    pub keys: Option<KeyRing>,
    /// Whether the readings are taken as they are recorded, without a look at the evidence.
    pub trust_readings: bool,
    /// The hash of the journal's last line, as the run printed it at its end.
    pub head: Option<String>,
    /// Readings made before, by evidence.
    pub memory: Memory,
}

/// A run, judged again.
#[derive(Debug, Serialize)]
pub struct Judged {
    /// Number of verdicts that were judged again.
    pub verdicts: usize,
    /// Verdicts that read differently now.
    pub changed: Vec<Changed>,
    /// The outcome: an error where the record is not the one that was written, otherwise that of the verdicts.
    pub outcome: Outcome,
    /// The worst of the verdicts, and of what was planned and has none.
    pub verdicts_outcome: Outcome,
    /// Number of readings made again from the evidence; `None` if the recorded ones were trusted.
    pub readings: Option<usize>,
    /// The versions of the readers.
    pub readers: Versions,
    /// Readings that are not those recorded.
    pub differ: Vec<Differing>,
    /// Missing or changed evidence, and changed lines of the journal.
    pub broken: Vec<String>,
    /// Verdicts that cannot be judged again, since their evidence was deleted when its time was over.
    pub not_rereadable: usize,
    /// Why the journal does not reach the run's end; `None` for a complete one.
    pub incomplete: Option<String>,
}

/// The version of the readers that made the readings, and of those that made them again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// As the run's head tells.
    pub recorded: String,
    /// Those of this program.
    pub now: &'static str,
}

/// A verdict that reads differently now.
#[derive(Debug, Serialize)]
pub struct Changed {
    /// The scenario.
    pub scenario: String,
    /// The clause.
    pub clause: String,
    /// The step that judged it, from 0.
    pub step: u32,
    /// The recorded outcome.
    pub was: Outcome,
    /// The outcome now.
    pub is: Outcome,
    /// Why, now.
    pub reason: String,
}

/// A journal's check that this rig does not know.
#[derive(Debug, thiserror::Error)]
#[error("the journal's check of {clause} is not one of this rig: {what}")]
pub struct UnknownCheck {
    clause: String,
    what: String,
}

impl Judged {
    /// Whether the record is not the one that was written.
    pub fn is_altered(&self) -> bool {
        !self.broken.is_empty() || self.differ.iter().any(|differing| differing.altered)
    }

    fn new(journal: &Journal, readings: Readings) -> Self {
        Self {
            verdicts: 0,
            changed: Vec::new(),
            outcome: Outcome::Pass,
            verdicts_outcome: unjudged(journal),
            readings: Some(readings.made_again),
            readers: Versions { recorded: journal.head().readers.clone(), now: readers::VERSION },
            differ: readings.differ,
            broken: readings.broken,
            not_rereadable: 0,
            incomplete: journal.incomplete().map(str::to_owned),
        }
    }
}

/// Judges the run of `inspection` again.
///
/// # Errors
/// [`UnknownCheck`] for a verdict of another rig's oracle.
pub fn again(journal: &Journal, inspection: &Inspection, terms: &Terms) -> Result<Judged, UnknownCheck> {
    let mut readings = match terms.trust_readings {
        true => Readings::recorded(journal),
        false => Readings::again(journal, inspection, &terms.memory),
    };
    let observations = std::mem::take(&mut readings.observations);
    let deleted = std::mem::take(&mut readings.deleted);
    let mut judged = Judged::new(journal, readings);
    if terms.trust_readings {
        judged.readings = None;
    }
    if let Some(Err(other)) = terms.head.as_ref().map(|head| journal.check_head(head)) {
        judged.broken.push(other.to_string());
    }
    if let Some(line) = journal.amendments().torn() {
        judged.broken.push(format!("{AMENDMENTS_FILE}:{line}: cut short within this line"));
    }
    let keys = terms.keys.clone().unwrap_or_else(|| sealed_keys(journal, inspection));
    judged.judge(journal, &observations, &deleted, &Context { keys: &keys })?;
    judged.outcome = if judged.is_altered() { Outcome::Error } else { judged.verdicts_outcome };
    Ok(judged)
}

/// The keys that the run sealed.
fn sealed_keys(journal: &Journal, inspection: &Inspection) -> KeyRing {
    let mut keys = KeyRing::default();
    for entry in journal.entries() {
        let Event::Observed(observation) = &entry.event else { continue };
        let secret = observation.sealed.as_ref().and_then(|sealed| inspection.secrets().get(sealed));
        if let Some(secret) = secret.filter(|_| observation.quantity == SealedKey::QUANTITY)
            && let Ok(SealedKey { id }) = serde_json::from_value(observation.value.clone())
        {
            keys.insert(id, Key::new(secret));
        }
    }
    keys
}

impl Judged {
    /// Judges every verdict again, on `observations`, by scenario and number.
    fn judge(
        &mut self,
        journal: &Journal,
        observations: &[Vec<Observation>],
        deleted: &BTreeSet<(usize, u32)>,
        context: &Context,
    ) -> Result<(), UnknownCheck> {
        let clauses = journal.head().clauses.iter().filter(|clause| clause.is_reported());
        let reported: BTreeSet<&str> = clauses.map(|clause| clause.id.as_str()).collect();
        for (place, (scenario, entries)) in journal.scenarios().enumerate() {
            for verdict in verdicts(entries) {
                if verdict.observations.iter().any(|&number| deleted.contains(&(place, number))) {
                    self.not_rereadable += 1;
                    self.verdicts_outcome = self.verdicts_outcome.max(Outcome::Inconclusive);
                    continue;
                }
                let seen = verdict.observations.iter();
                let seen: Vec<_> = seen.filter_map(|&id| observations[place].get(id as usize)).collect();
                let again = oracle::judge(&check_of(verdict)?, &seen, context);
                self.verdicts += 1;
                if !reported.contains(verdict.clause.as_str()) {
                    self.verdicts_outcome = self.verdicts_outcome.max(again.outcome);
                }
                if differs(verdict, &again) {
                    self.changed.push(Changed {
                        scenario: scenario.name.clone(),
                        clause: verdict.clause.clone(),
                        step: verdict.step,
                        was: verdict.outcome,
                        is: again.outcome,
                        reason: again.reason,
                    });
                }
            }
        }
        Ok(())
    }
}

fn verdicts(entries: &[Entry]) -> impl Iterator<Item = &Verdict> {
    entries.iter().filter_map(|entry| match &entry.event {
        Event::Judged(verdict) => Some(verdict),
        _ => None,
    })
}

/// Whether a verdict came out otherwise.
fn differs(verdict: &Verdict, again: &CheckResult) -> bool {
    again.outcome != verdict.outcome
        || again.cause != verdict.cause
        || again.reason != verdict.reason
        || again.measurements != verdict.measurements
}

/// Worst outcome of the parts without a verdict, which judging again does not change: steps that ended without
/// one, and planned parts that were not reached.
fn unjudged(journal: &Journal) -> Outcome {
    let summary = Summary::new(journal);
    let clauses = summary.clauses.iter().filter_map(|clause| clause.outcome.judged());
    let outcomes = clauses.chain(summary.scenarios.iter().map(|scenario| scenario.outcome));
    let left = outcomes.filter(|outcome| matches!(outcome, Outcome::NotRun | Outcome::Error));
    let cut_short = summary.incomplete.as_ref().map(|_| Outcome::NotRun);
    let steps = journal.scenarios().flat_map(|(_, entries)| without_verdict(entries));
    left.chain(cut_short).chain(steps).max().unwrap_or(Outcome::Pass)
}

/// The outcomes of steps that no verdict was made in.
fn without_verdict(entries: &[Entry]) -> impl Iterator<Item = Outcome> {
    let judged: BTreeSet<u32> = verdicts(entries).map(|verdict| verdict.step).collect();
    entries.iter().filter_map(move |entry| match entry.event {
        Event::StepFinished { step, outcome, .. } if !judged.contains(&step) => Some(outcome),
        _ => None,
    })
}

fn check_of(verdict: &Verdict) -> Result<Check, UnknownCheck> {
    serde_json::from_value(verdict.check.clone())
        .map_err(|error| UnknownCheck { clause: verdict.clause.clone(), what: error.to_string() })
}
