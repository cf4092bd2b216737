//! Which scenario is next: the first one that waits and whose part of the bench is free.

use std::{
    collections::BTreeSet,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// The scenarios that wait, each with what it holds while it runs.
pub(super) struct Queue<'n> {
    state: Mutex<State<'n>>,
    freed: Condvar,
}

struct State<'n> {
    /// Places in the plan, in its order, and names of what is held there.
    waiting: Vec<(usize, BTreeSet<&'n str>)>,
    held: BTreeSet<&'n str>,
}

/// What a scenario has leased: it is free again when this is dropped.
pub(super) struct Lease<'q, 'n> {
    /// Its place in the plan.
    pub(super) place: usize,
    holds: BTreeSet<&'n str>,
    queue: &'q Queue<'n>,
}

impl<'n> Queue<'n> {
    /// A queue of scenarios that hold these, in the order of the plan.
    pub(super) fn new(holds: impl Iterator<Item = BTreeSet<&'n str>>) -> Self {
        let state = State { waiting: holds.enumerate().collect(), held: BTreeSet::new() };
        Self { state: Mutex::new(state), freed: Condvar::new() }
    }

    /// The lease of the next scenario, as soon as there is one that holds nothing of what is held; none where none waits.
    pub(super) fn next(&self) -> Option<Lease<'_, 'n>> {
        let mut state = self.lock();
        while !state.waiting.is_empty() {
            let is_free = |(_, holds): &(usize, BTreeSet<&str>)| holds.is_disjoint(&state.held);
            if let Some(first) = state.waiting.iter().position(is_free) {
                let (place, holds) = state.waiting.remove(first);
                state.held.extend(&holds);
                return Some(Lease { place, holds, queue: self });
            }
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, State<'n>> {
        // Nothing here is left half done by a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease<'_, '_> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.held.retain(|name| !self.holds.contains(name));
        self.queue.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::*;

    fn queue<'n>(holds: &[&[&'n str]]) -> Queue<'n> {
        Queue::new(holds.iter().map(|names| names.iter().copied().collect()))
    }

    #[test]
    fn the_first_that_is_free_is_next() {
        let queue = queue(&[&["phone", "camera"], &["camera"], &["display"], &["display", "phone"]]);
        let first = queue.next().unwrap();
        let beside = queue.next().unwrap();
        assert_eq!((first.place, beside.place), (0, 2));
        drop(beside);
        drop(first);
        let (second, last) = (queue.next().unwrap(), queue.next().unwrap());
        assert_eq!((second.place, last.place), (1, 3));
        assert!(queue.next().is_none());
    }

    #[test]
    fn what_holds_nothing_never_waits() {
        let queue = queue(&[&[], &[], &[]]);
        let leases: Vec<_> = std::iter::from_fn(|| queue.next()).collect();
        assert_eq!(leases.iter().map(|lease| lease.place).collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn whoever_waits_is_told_when_something_is_free() {
        let queue = queue(&[&["phone"], &["phone"]]);
        let first = queue.next().unwrap();
        let (tell, told) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| tell.send(queue.next().map(|lease| lease.place)).unwrap());
            drop(first);
            assert_eq!(told.recv().unwrap(), Some(1));
        });
    }
}
