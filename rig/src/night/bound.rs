//! Lower bound of a schedule: the longest task, and the work of the scarcest instruments.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::task::{Tasks, Way};

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
    // A task holds at least one instrument of each of its sets, whichever way it runs.
    let mut work: BTreeMap<BTreeSet<usize>, u64> = BTreeMap::new();
    let mut of_ways: BTreeMap<*const Vec<Way>, Vec<BTreeSet<usize>>> = BTreeMap::new();
    for task in possible() {
        let sets = of_ways.entry(Arc::as_ptr(&task.ways)).or_insert_with(|| held_sets(&task.ways));
        for set in sets {
            *work.entry(set.clone()).or_default() += task.seconds;
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

/// Sets of instruments, without any in common, of each of which a task holds one at least, whichever of the `ways` it runs in:
/// what all ways on a bench have in common (the first on each bench, the second on each, and each further one); and the first instrument of
/// each way beside that.
fn held_sets(ways: &[Way]) -> Vec<BTreeSet<usize>> {
    let mut common: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for way in ways {
        let held: BTreeSet<usize> = way.resources.iter().copied().collect();
        common.entry(way.bench).and_modify(|both| both.retain(|one| held.contains(one))).or_insert(held);
    }
    let fewest = common.values().map(BTreeSet::len).min().unwrap_or(0);
    let nth = |place: usize| common.values().filter_map(|both| both.iter().nth(place).copied()).collect();
    let mut sets: Vec<BTreeSet<usize>> = (0..fewest).map(nth).collect();
    let beside = |way: &Way| way.resources.iter().find(|one| !common[&way.bench].contains(one)).copied();
    let of_each: Option<BTreeSet<usize>> = ways.iter().map(beside).collect();
    sets.extend(of_each.filter(|set| !set.is_empty()));
    sets
}

fn counted(count: usize) -> String {
    if count == 1 { "one instrument".to_owned() } else { format!("{count} instruments") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_holds_one_of_what_all_ways_on_a_bench_share_and_one_of_the_rest() {
        let way = |bench, resources: &[usize]| Way { bench, turn: 0, resources: resources.to_vec() };
        let sets = held_sets(&[way(0, &[0, 1]), way(0, &[0, 2]), way(1, &[10, 11]), way(1, &[10, 12])]);
        assert_eq!(sets, [BTreeSet::from([0, 10]), BTreeSet::from([1, 2, 11, 12])]);
        let phone_and_modem = held_sets(&[way(0, &[0, 5]), way(1, &[10, 15])]);
        assert_eq!(phone_and_modem, [BTreeSet::from([0, 10]), BTreeSet::from([5, 15])]);
        assert!(held_sets(&[way(0, &[]), way(1, &[3])]).is_empty(), "one way holds nothing");
    }
}
