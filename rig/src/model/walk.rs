//! Walks through the model: drawn by a seed, towards what was covered least; taken again without some actions; written as
//! scenarios.

use std::{
    collections::{BTreeSet, VecDeque},
    fmt::Write,
};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Facts, Line, ModelAction, State, Subject, WalkCoverage, subjects};

/// How often of ten the action that was taken least is taken, and not just any.
const OF_TEN: u32 = 8;
/// The shortest and the longest walk, in actions.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=12;
/// How far a walk goes on at least behind the way to an action that none has taken: to where it is judged.
const BEYOND: usize = 4;

/// A walk: its actions, and the scenario that they make.
#[derive(Clone, Debug)]
pub struct Walk {
    /// The subject that it begins in.
    pub subject: Subject,
    /// The names of its actions.
    pub actions: Vec<String>,
    lines: Vec<Line>,
}

impl Walk {
    fn of(subject: &Subject, taken: Vec<ModelAction>) -> Self {
        let mut walk =
            Self { subject: subject.clone(), actions: Vec::new(), lines: subject.background.clone() };
        for action in taken {
            walk.actions.push(action.name);
            walk.lines.extend(action.lines);
        }
        walk
    }

    /// The walk with these actions, if the model allows each where it comes, and the last one judges.
    pub fn again(&self, actions: &[String], facts: &Facts) -> Option<Self> {
        let (mut state, mut taken) = (self.subject.start, Vec::new());
        for name in actions {
            let action = state.actions(facts).into_iter().find(|action| action.name == *name)?;
            state = action.next;
            taken.push(action);
        }
        taken.last()?.judges().then(|| Self::of(&self.subject, taken))
    }

    /// Its title: the actions.
    pub fn title(&self) -> String {
        self.actions.join(", ")
    }
}

/// The feature with these walks of one subject, each with a title of its own before its actions.
pub fn feature(subject: &Subject, walks: &[(String, &Walk)]) -> String {
    let mut text = format!("{}\nFeature: {}\n", subject.tags, subject.name);
    for (title, walk) in walks {
        let _ = write!(text, "\n  Scenario: {title}\n");
        for line in &walk.lines {
            let _ = writeln!(text, "    {} {}", line.keyword, line.text);
        }
    }
    text
}

/// Draws walks.
pub struct Walker {
    facts: Facts,
    subjects: Vec<Subject>,
    random: ChaCha8Rng,
    coverage: WalkCoverage,
    drawn: usize,
}

impl Walker {
    /// A walker whose walks follow from `seed`. With `clause`, it keeps to the subjects that judge it.
    pub fn new(facts: Facts, seed: u64, clause: Option<&str>) -> Self {
        let judges = |subject: &Subject| clause.is_none_or(|clause| judges(subject, &facts, clause));
        let subjects = subjects().into_iter().filter(judges).collect();
        let random = ChaCha8Rng::seed_from_u64(seed);
        Self { facts, subjects, random, coverage: WalkCoverage::default(), drawn: 0 }
    }

    /// The coverage of its walks.
    pub fn coverage(&self) -> &WalkCoverage {
        &self.coverage
    }

    /// Whether there is anything to walk.
    pub fn walks(&self) -> bool {
        !self.subjects.is_empty()
    }

    /// The next walk, of each subject in turn. `None` if no subject judges the wanted clause.
    pub fn next_walk(&mut self) -> Option<Walk> {
        if !self.walks() {
            return None;
        }
        loop {
            let subject = self.subjects[self.drawn % self.subjects.len()].clone();
            self.drawn += 1;
            if let Some(walk) = self.draw(&subject) {
                return Some(walk);
            }
        }
    }

    /// A walk that begins, every other time, on the shortest way to an action that none has taken, and goes on as it is drawn. What is
    /// done after the last judging action is left out. `None` if nothing is left.
    fn draw(&mut self, subject: &Subject) -> Option<Walk> {
        let (mut state, mut taken) = (subject.start, Vec::<ModelAction>::new());
        let mut way = if self.random.random_range(0..2) == 0 { self.way_to_new(subject) } else { Vec::new() };
        way.reverse();
        for _ in 0..self.random.random_range(LENGTHS).max(way.len() + BEYOND) {
            let before = taken.last().map(|action| action.name.clone());
            let next = way.pop().or_else(|| self.choose(subject, state, before.as_deref()));
            let Some(action) = next else { break };
            state = action.next;
            taken.push(action);
        }
        while taken.last().is_some_and(|action| !action.judges()) {
            taken.pop();
        }
        let (mut state, mut before) = (subject.start, None);
        for action in &taken {
            self.coverage.note(subject.name, state, before, &action.name);
            (state, before) = (action.next, Some(action.name.as_str()));
        }
        (!taken.is_empty()).then(|| Walk::of(subject, taken))
    }

    /// The shortest way from the subject's beginning to an action that no walk has taken in its state; empty where all were.
    fn way_to_new(&self, subject: &Subject) -> Vec<ModelAction> {
        let mut known = BTreeSet::from([subject.start]);
        let mut open = VecDeque::from([(subject.start, Vec::<ModelAction>::new())]);
        while let Some((state, way)) = open.pop_front() {
            for action in state.actions(&self.facts) {
                let longer = || way.iter().cloned().chain([action.clone()]).collect();
                if self.coverage.seen(subject.name, state, None, &action.name).0 == 0 {
                    return longer();
                }
                if known.insert(action.next) {
                    open.push_back((action.next, longer()));
                }
            }
        }
        Vec::new()
    }

    /// Mostly an action that was taken least; of several, any.
    fn choose(&mut self, subject: &Subject, state: State, before: Option<&str>) -> Option<ModelAction> {
        let mut actions = state.actions(&self.facts);
        if actions.is_empty() {
            return None;
        }
        if self.random.random_range(0..10) < OF_TEN {
            let seen = |action: &ModelAction| self.coverage.seen(subject.name, state, before, &action.name);
            let least = actions.iter().map(seen).min()?;
            actions.retain(|action| seen(action) == least);
        }
        let place = self.random.random_range(0..actions.len());
        Some(actions.swap_remove(place))
    }
}

/// Whether an action of the subject judges `clause`, in any state that walks reach.
fn judges(subject: &Subject, facts: &Facts, clause: &str) -> bool {
    let named = format!("[{clause}]");
    let (mut known, mut open) = (vec![subject.start], vec![subject.start]);
    while let Some(state) = open.pop() {
        for action in state.actions(facts) {
            if action.lines.iter().any(|line| line.text.ends_with(&named)) {
                return true;
            }
            if !known.contains(&action.next) {
                known.push(action.next);
                open.push(action.next);
            }
        }
    }
    false
}
