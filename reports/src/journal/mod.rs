//! The journal: what a run did, one event a line, written before the next step begins.
//!
//! Scenarios that run side by side interleave in the file; a reader sees them in plan order, so that
//! nothing made of a journal depends on how many workers there were.

use std::{
    collections::BTreeSet,
    ops::Range,
    path::{Path, PathBuf},
};

use crate::{Amendments, Entry, Event, Observation, Origin, Outcome, RunStarted, ScenarioInfo, Verdict};

pub(crate) mod chain;
mod digest;
mod due;
mod merge;
mod read;
mod write;

pub use read::read_entries;
pub use write::{JournalWriter, Resumed};

/// The journal's name in the run's folder.
pub const JOURNAL_FILE: &str = "journal.jsonl";

/// A copy of the hash of every line of the journal, among the evidence: an edited journal whose chain was made again does
/// not agree with it.
pub const CHAIN_FILE: &str = "evidence/chain.txt";

/// In the host's part of an event: the run was resumed here.
pub const RESUMED: &str = "resumed";

/// In the host's part of the run's end: instruments that were taken out of use, a line each.
pub const QUARANTINED: &str = "quarantined";

/// In the host's part of the run's end: an instrument was not taken out of use, since all benches failed at once.
pub const COMMON_CAUSE: &str = "common cause";

/// In the host's part of an event: somebody attached to the run, and had stopped it.
pub const ATTACHED: &str = "attached";

/// A journal that was read and found sound: the run's head, the scenarios in plan order, the run's end.
///
/// Every scenario's events are numbered without gaps, every step and clause they name is in the head, and
/// every observation that a verdict rests on is there.
#[derive(Clone, Debug)]
pub struct Journal {
    run_dir: PathBuf,
    head: RunStarted,
    /// All entries, in plan order.
    entries: Vec<Entry>,
    /// Input of the digest: the line of each entry, without chain and host.
    rests: Vec<String>,
    /// Where in `entries` each planned scenario stands.
    spans: Vec<Range<usize>>,
    incomplete: Option<String>,
    torn: Option<usize>,
    /// The hash of every line, in the order of the file.
    hashes: Vec<String>,
    amendments: Amendments,
}

impl Journal {
    /// The run's folder.
    pub fn run_dir(&self) -> &Path {
        &self.run_dir
    }

    /// The head of the run: plan, inputs, seed.
    pub fn head(&self) -> &RunStarted {
        &self.head
    }

    /// All entries in plan order: the run's head, each scenario's own, the run's end.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries of the scenario at `index` of the plan; empty where it never began.
    pub fn scenario(&self, index: usize) -> &[Entry] {
        self.spans.get(index).map_or(&[], |span| &self.entries[span.clone()])
    }

    /// The planned scenarios with their entries, in plan order.
    pub fn scenarios(&self) -> impl Iterator<Item = (&ScenarioInfo, &[Entry])> {
        self.head.scenarios.iter().enumerate().map(|(index, info)| (info, self.scenario(index)))
    }

    /// Why the journal does not reach the run's end in order; `None` if it does.
    pub fn incomplete(&self) -> Option<&str> {
        self.incomplete.as_deref()
    }

    /// The line (from 1) within which the journal was cut short; `None` if every line is whole.
    pub fn torn(&self) -> Option<usize> {
        self.torn
    }

    /// The hash of the last line, which holds to every line before it: what a run prints at its end.
    pub fn chain_head(&self) -> &str {
        self.hashes.last().map_or("", String::as_str)
    }

    /// The hash of every line, in the order of the file.
    pub(crate) fn hashes(&self) -> &[String] {
        &self.hashes
    }

    /// Where the run was resumed, and by whom; empty for a run that was not.
    pub fn resumptions(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter_map(|entry| entry.host.detail.get(RESUMED).map(String::as_str))
    }

    /// The instruments that the run took out of use.
    pub fn quarantined(&self) -> BTreeSet<&str> {
        self.said_at_end(QUARANTINED).flat_map(str::lines).collect()
    }

    /// Why instruments that failed again and again were used all the same.
    pub fn common_cause(&self) -> Option<&str> {
        self.said_at_end(COMMON_CAUSE).last()
    }

    fn said_at_end(&self, what: &'static str) -> impl Iterator<Item = &str> {
        let ends = self.entries.iter().filter(|entry| matches!(entry.event, Event::RunFinished { .. }));
        ends.filter_map(move |entry| entry.host.detail.get(what).map(String::as_str))
    }

    /// The places in the plan of scenarios that a resumed run takes: they never ended, or were stopped, and nothing of them
    /// failed.
    pub fn unfinished(&self) -> Vec<u32> {
        let open = |index: &u32| {
            let entries = self.scenario(*index as usize);
            let ended = entries.last().is_some_and(|last| {
                matches!(last.event, Event::ScenarioFinished { outcome, .. } if outcome != Outcome::NotRun)
            });
            !ended && !has_failed(entries)
        };
        (0..).take(self.head.scenarios.len()).filter(open).collect()
    }

    /// Who made the run, where, with which program.
    pub fn origin(&self) -> Option<&Origin> {
        self.entries.first().and_then(|entry| entry.host.origin.as_deref())
    }

    /// When the run began, in UTC, by the host's clock.
    pub fn begun(&self) -> Option<&str> {
        self.entries.first().and_then(|entry| entry.host.utc.as_deref())
    }

    /// When the run ended, in UTC, by the host's clock; `None` if the journal was cut short.
    pub fn ended(&self) -> Option<&str> {
        let last = self.entries.last().filter(|entry| matches!(entry.event, Event::RunFinished { .. }));
        last.and_then(|entry| entry.host.utc.as_deref())
    }

    /// Amendments to the run after its end.
    pub fn amendments(&self) -> &Amendments {
        &self.amendments
    }

    /// Every verdict in plan order, with its scenario and the observations it rests on, in the order that
    /// the check takes them: all that is needed to judge again.
    pub fn verdicts(&self) -> impl Iterator<Item = (&ScenarioInfo, &Verdict, Vec<&Observation>)> {
        self.scenarios().flat_map(|(info, entries)| {
            verdicts(entries).map(move |verdict| (info, verdict, observations_of(verdict, entries)))
        })
    }
}

/// The verdicts among `entries`.
pub(crate) fn verdicts(entries: &[Entry]) -> impl Iterator<Item = &Verdict> {
    entries.iter().filter_map(|entry| match &entry.event {
        Event::Judged(verdict) => Some(verdict),
        _ => None,
    })
}

/// Whether anything failed in `entries`, be it a step or a verdict.
pub(crate) fn has_failed(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| match &entry.event {
        Event::StepFinished { outcome, .. } | Event::ScenarioFinished { outcome, .. } => {
            *outcome == Outcome::Fail
        }
        Event::Judged(verdict) => verdict.outcome == Outcome::Fail,
        _ => false,
    })
}

/// The observations among `entries`.
pub(crate) fn observations(entries: &[Entry]) -> impl Iterator<Item = &Observation> {
    entries.iter().filter_map(|entry| match &entry.event {
        Event::Observed(observation) => Some(observation),
        _ => None,
    })
}

/// The observations that `verdict` rests on, among the `entries` of its scenario.
pub(crate) fn observations_of<'a>(verdict: &Verdict, entries: &'a [Entry]) -> Vec<&'a Observation> {
    let observed: Vec<&Observation> = observations(entries).collect();
    // Numbers count from 0 without gaps; reading the journal made sure of it.
    verdict.observations.iter().filter_map(|&id| observed.get(id as usize).copied()).collect()
}
