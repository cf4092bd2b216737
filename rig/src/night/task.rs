//! Scenarios as tasks: how long each takes, what it judges, and which instruments of which bench it can run on.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::Times;
use crate::{
    bench::Bench,
    suite::{Needs, PlannedScenario},
};

/// One way to run a task: a bench, and what it holds there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The bench's place in the night's list.
    pub bench: usize,
    /// Which of the fitting devices come first: [`Needs::turn`].
    pub turn: usize,
    /// The numbers of what it holds.
    pub resources: Vec<usize>,
}

/// A scenario to be placed.
#[derive(Clone, Debug)]
pub struct Task {
    /// The scenario's name.
    pub name: String,
    /// Its bench time, in whole seconds.
    pub seconds: u64,
    /// Whether that time is known, or assumed.
    pub is_known: bool,
    /// The pairs of clause and check that it judges.
    pub pairs: BTreeSet<(String, String)>,
    /// The ways to run it; none where no bench has what it needs.
    pub ways: Arc<Vec<Way>>,
}

/// Resources of tasks, over all benches: instruments, products, people.
#[derive(Clone, Debug, Default)]
pub struct Resources {
    /// The name of each, by number.
    pub names: Vec<String>,
    /// The bench of each, by number.
    pub benches: Vec<usize>,
}

/// All tasks of a night.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    /// The tasks, in the order of the suite.
    pub tasks: Vec<Task>,
    /// Their resources.
    pub resources: Resources,
}

impl Task {
    /// The clauses that it judges.
    pub fn clauses(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(clause, _)| clause.as_str())
    }
}

impl Tasks {
    /// The tasks of `scenarios` on `benches`; `extra_s` is what each takes beside its bench time.
    pub fn new(scenarios: &[PlannedScenario], benches: &[Bench], times: &Times, extra_s: u64) -> Self {
        let mut resources = Resources::default();
        let mut numbers = BTreeMap::new();
        let mut ways: Vec<(Needs, Arc<Vec<Way>>)> = Vec::new();
        let mut tasks = Vec::with_capacity(scenarios.len());
        for scenario in scenarios {
            let known = ways.iter().find(|(needs, _)| *needs == scenario.needs).map(|(_, ways)| ways.clone());
            let ways = known.unwrap_or_else(|| {
                let found = Arc::new(found(&scenario.needs, benches, &mut resources, &mut numbers));
                ways.push((scenario.needs.clone(), found.clone()));
                found
            });
            let time = times.of(&scenario.name);
            tasks.push(Task {
                name: scenario.name.clone(),
                seconds: time.unwrap_or(Times::ASSUMED_S) + extra_s,
                is_known: time.is_some(),
                pairs: scenario.pairs(),
                ways,
            });
        }
        Self { tasks, resources }
    }

    /// The same tasks, without the ways, of the task with a number, that are not `open`.
    #[must_use]
    pub fn only(&self, open: impl Fn(usize, &Way) -> bool) -> Self {
        let mut tasks = self.clone();
        for (number, task) in tasks.tasks.iter_mut().enumerate() {
            if task.ways.iter().any(|way| !open(number, way)) {
                task.ways = Arc::new(task.ways.iter().filter(|way| open(number, way)).cloned().collect());
            }
        }
        tasks
    }
}

/// The ways to meet `needs`.
fn found(
    needs: &Needs,
    benches: &[Bench],
    resources: &mut Resources,
    numbers: &mut BTreeMap<(usize, String), usize>,
) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for (place, bench) in
        benches.iter().enumerate().filter(|(_, bench)| bench.capacity().check(needs).is_ok())
    {
        for turn in 0..bench.turns(needs) {
            let names = bench.resources(&Needs { turn, ..needs.clone() });
            let number = |name: &str| {
                *numbers.entry((place, name.to_owned())).or_insert_with(|| {
                    resources.names.push(name.to_owned());
                    resources.benches.push(place);
                    resources.names.len() - 1
                })
            };
            let way = Way { bench: place, turn, resources: names.into_iter().map(number).collect() };
            if !ways.iter().any(|known| known.resources == way.resources) {
                ways.push(way);
            }
        }
    }
    ways
}
