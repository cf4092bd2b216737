//! Lower bound of a schedule: the longest task, and the work of the scarcest instruments.

use std::collections::{BTreeMap, BTreeSet};

use super::task::{Task, Tasks};

/// A lower bound of the makespan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LowerBound {
    /// In seconds.
    pub seconds: u64,
    /// Its origin, in words.
    pub because: String,
}

/// The bound of all tasks in `order` that a bench can run.
pub fn bound(tasks: &Tasks, order: &[usize]) -> LowerBound {
    let possible = || order.iter().map(|&number| &tasks.tasks[number]).filter(|task| !task.ways.is_empty());
    let longest = possible().max_by_key(|task| task.seconds);
    let longest = longest.map(|task| LowerBound {
        seconds: task.seconds,
        because: format!("the longest scenario, {}", task.name),
    });
    // A task holds at least one of these instruments, whichever way it runs.
    let mut work: BTreeMap<BTreeSet<usize>, u64> = BTreeMap::new();
    for task in possible() {
        for set in held_sets(task) {
            *work.entry(set).or_default() += task.seconds;
        }
    }
    let scarcest = work.keys().map(|set| {
        let within: u64 = work.iter().filter(|(other, _)| other.is_subset(set)).map(|(_, s)| *s).sum();
        let names: BTreeSet<&str> = set.iter().map(|&one| tasks.resources.names[one].as_str()).collect();
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        LowerBound {
            seconds: within.div_ceil(set.len() as u64),
            because: format!("the work of {} ({names})", counted(set.len())),
        }
    });
    scarcest
        .chain(longest)
        .max_by_key(|one| one.seconds)
        .unwrap_or_else(|| LowerBound { seconds: 0, because: "nothing to run".to_owned() })
}

/// The first instrument of each way: one of them is held for the whole of the task. Sets of what all ways on one bench have in
/// common are tighter.
fn held_sets(task: &Task) -> Vec<BTreeSet<usize>> {
    let mut common: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for way in task.ways.iter() {
        let held: BTreeSet<usize> = way.resources.iter().copied().collect();
        common.entry(way.bench).and_modify(|both| both.retain(|one| held.contains(one))).or_insert(held);
    }
    let first = task.ways.iter().filter_map(|way| way.resources.first().copied()).collect();
    // Where each bench has something that every way needs, one of those is held.
    let shared: Option<BTreeSet<usize>> = common.values().map(|both| both.first().copied()).collect();
    let mut sets = vec![first];
    sets.extend(shared);
    sets.dedup();
    sets.retain(|set| !set.is_empty());
    sets
}

fn counted(count: usize) -> String {
    if count == 1 { "one instrument".to_owned() } else { format!("{count} instruments") }
}
