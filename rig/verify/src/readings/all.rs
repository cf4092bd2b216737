//! All readings of a run, made again from its evidence and compared with those recorded.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use reports::{Entry, Event, Finding, Held, Inspection, Journal, Kept, Observation};
use serde::Serialize;
use serde_json::{Value, json};

use super::again::{Again, Memory, Rereader};

/// Result of reading a run's evidence again.
#[derive(Default)]
pub struct Readings {
    /// The observations of each scenario of the plan, by number, with what was read again.
    pub observations: Vec<Vec<Observation>>,
    /// How many were read again.
    pub made_again: usize,
    /// Those that read differently now.
    pub differ: Vec<Differing>,
    /// Evidence that is missing, or not what was kept: file and trouble, each once.
    pub broken: Vec<String>,
    /// Observations whose evidence was deleted when its time was over: the scenario's place in the plan, and the number.
    pub deleted: BTreeSet<(usize, u32)>,
}

/// A reading that is not the one recorded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Differing {
    /// The scenario.
    pub scenario: String,
    /// The observation's number in it.
    pub observation: u32,
    /// Whether readers of this version made the recorded reading, or it is a transcript's: then it was altered.
    pub altered: bool,
    /// The observation as recorded.
    pub recorded: Value,
    /// The reading of its evidence.
    pub read: Value,
}

/// One scenario's part.
#[derive(Default)]
struct Part {
    observations: Vec<Observation>,
    made_again: usize,
    differ: Vec<Differing>,
    broken: Vec<String>,
    deleted: Vec<u32>,
}

impl Readings {
    /// The readings as recorded: nothing is read again.
    pub fn recorded(journal: &Journal) -> Self {
        let observations = journal.scenarios().map(|(_, entries)| observations(entries).cloned().collect());
        Self { observations: observations.collect(), ..Self::default() }
    }

    /// Reads all evidence of the run again, but for what is in `memory`, on as many threads as the machine has.
    pub fn again(journal: &Journal, inspection: &Inspection, memory: &Memory) -> Self {
        let rereader = Rereader::new(inspection.store(), memory.clone());
        let scenarios: Vec<&str> = journal.scenarios().map(|(info, _)| info.name.as_str()).collect();
        let (next, parts) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = || {
            while let Some((index, name)) = take(&next, &scenarios) {
                let part = Part::of(index, name, &rereader, inspection);
                parts.lock().unwrap_or_else(PoisonError::into_inner).push((index, part));
            }
        };
        thread::scope(|scope| {
            for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
                scope.spawn(work);
            }
        });
        let mut parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        parts.sort_by_key(|(index, _)| *index);
        let mut all = Self { broken: broken(inspection.lines()), ..Self::default() };
        for (place, part) in parts {
            all.deleted.extend(part.deleted.into_iter().map(|number| (place, number)));
            all.observations.push(part.observations);
            all.made_again += part.made_again;
            all.differ.extend(part.differ);
            all.broken.extend(
                part.broken.into_iter().filter(|broken| !all.broken.contains(broken)).collect::<Vec<_>>(),
            );
        }
        all
    }
}

/// The findings for people, but for what was deleted since its time was over.
fn broken(findings: Vec<Finding>) -> Vec<String> {
    let broken = findings.into_iter().filter(|finding| finding.kept != Kept::Deleted);
    broken.map(|finding| finding.to_string()).collect()
}

fn take<T: Copy>(next: &AtomicUsize, all: &[T]) -> Option<(usize, T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    all.get(index).map(|one| (index, *one))
}

impl Part {
    fn of(index: usize, scenario: &str, rereader: &Rereader, inspection: &Inspection) -> Self {
        let mut part = Self::default();
        let findings = inspection.scenario(index, |recorded, held| {
            let seen = match held {
                Held::Bytes(bytes) => part.read(scenario, recorded, bytes, rereader),
                Held::Deleted => {
                    part.deleted.push(recorded.id);
                    None
                }
                Held::Nothing => None,
            };
            part.observations.push(seen.unwrap_or_else(|| recorded.clone()));
        });
        part.broken = broken(findings);
        part
    }

    /// Reads `bytes`, the evidence of `recorded`, again, if that is possible.
    fn read(
        &mut self,
        scenario: &str,
        recorded: &Observation,
        bytes: &[u8],
        rereader: &Rereader,
    ) -> Option<Observation> {
        match rereader.read(recorded, recorded.evidence.as_ref()?, bytes) {
            Ok(Again { observation, readers }) => {
                self.made_again += 1;
                if observation != *recorded {
                    let altered = readers.is_none_or(|version| version == readers::VERSION);
                    self.differs(scenario, recorded, altered, said(&observation));
                }
                Some(observation)
            }
            Err(unreadable) => {
                self.differs(scenario, recorded, true, Value::String(unreadable));
                None
            }
        }
    }

    fn differs(&mut self, scenario: &str, recorded: &Observation, altered: bool, read: Value) {
        self.differ.push(Differing {
            scenario: scenario.to_owned(),
            observation: recorded.id,
            altered,
            recorded: said(recorded),
            read,
        });
    }
}

/// An observation as JSON, for people who compare.
fn said(observation: &Observation) -> Value {
    let Observation { at_ns, uncertainty_ns, instrument, quantity, value, .. } = observation;
    json!({
        "instrument": instrument, "quantity": quantity, "at_ns": at_ns, "uncertainty_ns": uncertainty_ns,
        "value": value,
    })
}

/// The observations among `entries`, in the order of their numbers.
fn observations(entries: &[Entry]) -> impl Iterator<Item = &Observation> {
    entries.iter().filter_map(|entry| match &entry.event {
        Event::Observed(observation) => Some(observation),
        _ => None,
    })
}
