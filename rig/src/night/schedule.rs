//! List scheduling: tasks in a given order, each placed where it ends earliest.

use std::{cmp::Reverse, collections::BTreeSet};

use super::{
    task::{Task, Tasks, Way},
    timeline::{Timeline, earliest},
};

/// How many of the least loaded benches are tried for a task.
const TRIED_BENCHES: usize = 4;

/// A task with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The task's number.
    pub task: usize,
    /// How it runs.
    pub way: Way,
    /// Its begin, in seconds from the begin of the night.
    pub begin: u64,
    /// Its end.
    pub end: u64,
}

/// A night's plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Scheduled tasks, by bench and begin.
    pub placed: Vec<Placed>,
    /// The tasks that did not fit into the hours.
    pub left: Vec<usize>,
    /// The tasks that no bench can run.
    pub impossible: Vec<usize>,
}

impl Schedule {
    /// Places the tasks of `order`, each as early as it can end, within `seconds`.
    pub fn new(tasks: &Tasks, order: &[usize], seconds: u64) -> Self {
        let benches = tasks.resources.benches.iter().max().map_or(0, |most| most + 1);
        let mut timelines = vec![Timeline::default(); tasks.resources.names.len()];
        let mut load = vec![0_u64; benches];
        let mut schedule = Self::default();
        for &number in order {
            let task = &tasks.tasks[number];
            if task.ways.is_empty() {
                schedule.impossible.push(number);
                continue;
            }
            let (way, begin) = best(task, &timelines, &load);
            let end = begin + task.seconds;
            if end > seconds {
                schedule.left.push(number);
                continue;
            }
            way.resources.iter().for_each(|&one| timelines[one].take(begin, end));
            load[way.bench] += task.seconds;
            schedule.placed.push(Placed { task: number, way: way.clone(), begin, end });
        }
        schedule.placed.sort_by_key(|one| (one.way.bench, one.begin, one.task));
        schedule
    }

    /// As [`new`](Self::new), packed: where everything that can fit fits, or what was placed fits as well, the longest go first,
    /// and what was left is tried once more.
    pub fn packed(tasks: &Tasks, order: &[usize], seconds: u64) -> Self {
        let fits = |number: &usize| tasks.tasks[*number].seconds <= seconds;
        let wanted = Self::new(tasks, order, seconds);
        let placed: Vec<usize> = wanted.placed.iter().map(|one| one.task).collect();
        for first in [order.iter().copied().filter(fits).collect(), placed] {
            let chosen: BTreeSet<usize> = first.iter().copied().collect();
            let mut again = longest_first(tasks, first);
            again.extend(order.iter().copied().filter(|number| !chosen.contains(number)));
            let packed = Self::new(tasks, &again, seconds);
            if packed.left.iter().all(|number| !chosen.contains(number)) {
                return packed;
            }
        }
        wanted
    }

    /// When the last task ends.
    pub fn makespan(&self) -> u64 {
        self.placed.iter().map(|one| one.end).max().unwrap_or(0)
    }

    /// Tasks of a bench, by begin.
    pub fn on(&self, bench: usize) -> impl Iterator<Item = &Placed> {
        self.placed.iter().filter(move |one| one.way.bench == bench)
    }

    /// How many tasks run side by side on a bench at most.
    pub fn side_by_side(&self, bench: usize) -> usize {
        let all = || self.on(bench);
        let at = |moment: u64| all().filter(|one| one.begin <= moment && moment < one.end).count();
        all().map(|one| at(one.begin)).max().unwrap_or(0)
    }
}

fn longest_first(tasks: &Tasks, mut numbers: Vec<usize>) -> Vec<usize> {
    numbers.sort_by_key(|&number| (Reverse(tasks.tasks[number].seconds), number));
    numbers
}

/// The way of `task` that ends first, and its begin, among the least loaded benches that can run it.
fn best<'t>(task: &'t Task, timelines: &[Timeline], load: &[u64]) -> (&'t Way, u64) {
    let mut benches: Vec<usize> = task.ways.iter().map(|way| way.bench).collect();
    benches.dedup();
    benches.sort_by_key(|&bench| load[bench]);
    benches.truncate(TRIED_BENCHES);
    let tried = task.ways.iter().filter(|way| benches.contains(&way.bench));
    let begins = tried.map(|way| (way, earliest(timelines, &way.resources, task.seconds)));
    // Of equal ones the first: the same plan each time.
    begins.min_by_key(|(_, begin)| *begin).unwrap_or((&task.ways[0], 0))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, sync::Arc, time::Instant};

    use proptest::prelude::*;

    use super::*;
    use crate::night::{Resources, bound};

    /// Benches with as many devices each; a task holds one of them, and some hold the bench's one phone, too.
    fn tasks(benches: usize, devices: usize, all: &[(u64, bool)]) -> Tasks {
        let each = devices + 1;
        let numbers = 0..benches * each;
        let resources = Resources {
            names: numbers.clone().map(|number| format!("{}-{}", number / each, number % each)).collect(),
            benches: numbers.map(|number| number / each).collect(),
        };
        let ways = |phone: bool| {
            let device = |bench: usize, turn: usize| Way {
                bench,
                turn,
                resources: (phone.then_some(bench * each + devices).into_iter())
                    .chain([bench * each + turn])
                    .collect(),
            };
            let places = (0..benches).flat_map(|bench| (0..devices).map(move |turn| (bench, turn)));
            Arc::new(places.map(|(bench, turn)| device(bench, turn)).collect::<Vec<_>>())
        };
        let ways = [ways(false), ways(true)];
        let tasks = all.iter().enumerate().map(|(number, (seconds, phone))| Task {
            name: format!("task {number}"),
            seconds: *seconds,
            is_known: true,
            pairs: BTreeSet::new(),
            ways: ways[usize::from(*phone)].clone(),
        });
        Tasks { tasks: tasks.collect(), resources }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_doubled_or_held_twice_at_a_time(
            all in prop::collection::vec((1_u64..5000, any::<bool>()), 0..60),
            benches in 1_usize..5, devices in 1_usize..4, hours in 1_u64..20_000,
        ) {
            let tasks = tasks(benches, devices, &all);
            let order = longest_first(&tasks, (0..all.len()).collect());
            let schedule = Schedule::new(&tasks, &order, hours);
            let mut seen: Vec<usize> = schedule.placed.iter().map(|one| one.task).chain(schedule.left.clone()).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..all.len()).collect::<Vec<_>>());
            for (place, one) in schedule.placed.iter().enumerate() {
                prop_assert!(one.end <= hours && one.end - one.begin == tasks.tasks[one.task].seconds);
                for other in &schedule.placed[..place] {
                    let share = one.way.resources.iter().any(|held| other.way.resources.contains(held));
                    prop_assert!(!share || one.end <= other.begin || other.end <= one.begin);
                }
            }
            let whole = Schedule::new(&tasks, &order, u64::MAX / 2);
            prop_assert!(whole.makespan() >= bound(&tasks, &order).seconds);
        }
    }

    #[test]
    fn two_thousand_scenarios_on_fifty_benches_take_at_most_a_tenth_more_than_the_bound() {
        let all: Vec<(u64, bool)> =
            (0..2000_u64).map(|number| (10 + number * number % 4001, number % 3 == 0)).collect();
        let tasks = tasks(50, 2, &all);
        let began = Instant::now();
        let order = longest_first(&tasks, (0..all.len()).collect());
        let schedule = Schedule::new(&tasks, &order, u64::MAX / 2);
        let took = began.elapsed();
        let bound = bound(&tasks, &order).seconds;
        let makespan = schedule.makespan();
        println!("planned in {took:?}: {makespan} s, bound {bound} s, both in {:?}", began.elapsed());
        assert!(makespan * 10 <= bound * 11, "{makespan} s, bound {bound} s");
    }
}
