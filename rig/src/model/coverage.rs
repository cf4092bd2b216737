//! The coverage of walks: actions in their states, and pairs of actions that follow each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, State, subjects};

/// An action in a state.
type Pair = (State, String);
/// Two actions, one after the other, of one subject.
type Following = (&'static str, String, String);

/// How often walks took each action, and what followed what.
#[derive(Clone, Debug, Default)]
pub struct WalkCoverage {
    taken: BTreeMap<Pair, u32>,
    following: BTreeMap<Following, u32>,
}

impl WalkCoverage {
    /// Notes that `action` was taken in `state`, after `before`.
    pub(super) fn note(&mut self, subject: &'static str, state: State, before: Option<&str>, action: &str) {
        *self.taken.entry((state, action.to_owned())).or_default() += 1;
        if let Some(before) = before {
            *self.following.entry((subject, before.to_owned(), action.to_owned())).or_default() += 1;
        }
    }

    /// How often `action` was taken in `state`, and after `before`.
    pub(super) fn seen(
        &self,
        subject: &'static str,
        state: State,
        before: Option<&str>,
        action: &str,
    ) -> (u32, u32) {
        let following = before
            .and_then(|before| self.following.get(&(subject, before.to_owned(), action.to_owned())).copied());
        let taken = self.taken.get(&(state, action.to_owned())).copied();
        (taken.unwrap_or_default(), following.unwrap_or_default())
    }

    /// How many actions in their states were taken.
    pub fn taken(&self) -> usize {
        self.taken.len()
    }

    /// How many pairs of actions followed each other.
    pub fn followed(&self) -> usize {
        self.following.len()
    }
}

/// The number of actions and pairs that there are.
#[derive(Clone, Debug)]
pub struct Reachable {
    /// The actions in their states.
    pub actions: usize,
    /// The pairs of actions that can follow each other.
    pub pairs: usize,
}

impl Reachable {
    /// Everything that walks from the subjects' beginnings can reach.
    pub fn of(facts: &Facts) -> Self {
        let (mut actions, mut pairs) = (0, BTreeSet::new());
        for subject in subjects() {
            let (mut known, mut open) = (BTreeSet::from([subject.start]), vec![subject.start]);
            while let Some(state) = open.pop() {
                for action in state.actions(facts) {
                    actions += 1;
                    let later = action.next.actions(facts).into_iter().map(|later| later.name);
                    pairs.extend(later.map(|later| (subject.name, action.name.clone(), later)));
                    if known.insert(action.next) {
                        open.push(action.next);
                    }
                }
            }
        }
        Self { actions, pairs: pairs.len() }
    }
}
