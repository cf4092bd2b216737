//! Evidence that has to be there: what verdicts rest on, and what was seen in a step that did not pass. Pictures and sounds of
//! other moments are not kept; their hashes are.

use std::collections::BTreeSet;

use super::Journal;
use crate::{Entry, Event, Outcome};

impl Journal {
    /// The observations of the scenario at `index` of the plan whose evidence a sound record has.
    pub fn due(&self, index: usize) -> BTreeSet<u32> {
        due(self.scenario(index))
    }
}

fn due(entries: &[Entry]) -> BTreeSet<u32> {
    let (mut due, mut in_step) = (BTreeSet::new(), Vec::new());
    for entry in entries {
        match &entry.event {
            Event::StepStarted { .. } => in_step.clear(),
            Event::Observed(observation) => {
                in_step.push(observation.id);
                // A part of a transcript is kept in any case.
                if observation.evidence.as_ref().is_some_and(|evidence| evidence.offset.is_some()) {
                    due.insert(observation.id);
                }
            }
            Event::Judged(verdict) => due.extend(&verdict.observations),
            Event::StepFinished { outcome, .. } if *outcome != Outcome::Pass => due.extend(&in_step),
            _ => {}
        }
    }
    due
}
