//! Which scenarios a night wants first: those that are due, then what covers the clauses, then the oldest.

use std::collections::{BTreeMap, BTreeSet};

use reports::Outcome;

use super::task::{Task, Tasks};

/// The last time that a scenario ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// How many nights ago.
    pub nights_ago: u32,
    /// Its outcome.
    pub outcome: Outcome,
    /// Whether product, suite and profile are the same now.
    pub same_inputs: bool,
}

/// Why a scenario is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It never ran.
    New,
    /// Product, suite or profile changed since.
    Changed,
    /// It did not pass the last time.
    NotPassed,
    /// It has not run for as many nights as are allowed.
    Stale,
    /// It completes the coverage of clauses and checks.
    Coverage,
    /// There is time left.
    TimeLeft,
}

impl Why {
    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::New => "never ran",
            Self::Changed => "changed",
            Self::NotPassed => "did not pass",
            Self::Stale => "stale",
            Self::Coverage => "for coverage",
            Self::TimeLeft => "time is left",
        }
    }
}

/// A task, and why it is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The task's number.
    pub task: usize,
    /// Why.
    pub why: Why,
}

/// All tasks in the order in which they are wanted. `seen` tells the last time of each scenario, by name; within
/// `every_nights` nights each has to run.
///
/// Due scenarios come first, of these the shortest scenario for each clause, then the shortest for each pair of clause and check: a
/// short night judges as many clauses as it can. Of scenarios that are wanted alike, the longest come first, which packs best.
pub fn choose(tasks: &Tasks, seen: &BTreeMap<String, Seen>, every_nights: u32) -> Vec<Choice> {
    let all: Vec<Choice> = (0..tasks.tasks.len())
        .map(|task| Choice { task, why: why(seen.get(&tasks.tasks[task].name), every_nights) })
        .collect();
    let (due, rest): (Vec<Choice>, Vec<Choice>) = all.into_iter().partition(|one| one.why != Why::TimeLeft);
    let (mut clauses, mut pairs) = (BTreeSet::new(), BTreeSet::new());
    let mut order = Vec::new();
    for group in [due, rest] {
        let clauses_of = |task: &Task| task.pairs.iter().map(|(clause, _)| clause.clone()).collect();
        let (first, others) = covering(&tasks.tasks, group, clauses_of, &mut clauses);
        pairs.extend(first.iter().flat_map(|one| tasks.tasks[one.task].pairs.iter().cloned()));
        let (second, last) = covering(&tasks.tasks, others, |task| task.pairs.clone(), &mut pairs);
        for part in [first, second, last] {
            order.extend(longest_first(&tasks.tasks, part, seen));
        }
    }
    order
}

fn why(seen: Option<&Seen>, every_nights: u32) -> Why {
    match seen {
        None => Why::New,
        Some(seen) if !seen.same_inputs => Why::Changed,
        Some(seen) if seen.outcome != Outcome::Pass => Why::NotPassed,
        // Tonight is the last night on which it is not too late.
        Some(seen) if seen.nights_ago >= every_nights => Why::Stale,
        Some(_) => Why::TimeLeft,
    }
}

/// Those of `group` that cover something that nothing before covers, each by its shortest scenario; and the others. `covers` tells
/// what a task covers.
fn covering<T: Ord>(
    tasks: &[Task],
    group: Vec<Choice>,
    covers: impl Fn(&Task) -> BTreeSet<T>,
    covered: &mut BTreeSet<T>,
) -> (Vec<Choice>, Vec<Choice>) {
    let mut by_time = group;
    by_time.sort_by_key(|one| (tasks[one.task].seconds, one.task));
    by_time.into_iter().fold((Vec::new(), Vec::new()), |(mut first, mut later), mut one| {
        let new = covers(&tasks[one.task]);
        if new.is_subset(covered) {
            later.push(one);
        } else {
            covered.extend(new);
            if one.why == Why::TimeLeft {
                one.why = Why::Coverage;
            }
            first.push(one);
        }
        (first, later)
    })
}

/// The longest first; what is only wanted since there is time, the oldest first.
fn longest_first(tasks: &[Task], mut group: Vec<Choice>, seen: &BTreeMap<String, Seen>) -> Vec<Choice> {
    let age = |one: &Choice| seen.get(&tasks[one.task].name).map_or(u32::MAX, |seen| seen.nights_ago);
    group.sort_by_key(|one| {
        let age = if one.why == Why::TimeLeft { age(one) } else { 0 };
        (std::cmp::Reverse(age), std::cmp::Reverse(tasks[one.task].seconds), one.task)
    });
    group
}
