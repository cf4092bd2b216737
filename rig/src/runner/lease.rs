//! Leases: a scenario has the instruments that it needs to itself while it runs.
//!
//! The scenario's thread owns the guard. A lease therefore ends when the thread has let its instruments go, not when
//! the runner gives the scenario up. Until then, the instruments are out of use.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Names of instruments, people and places of a bench.
pub type Names = BTreeSet<String>;

/// Ends when it is dropped.
pub struct Lease {
    release: Option<Box<dyn FnOnce() + Send>>,
}

impl Lease {
    /// A lease that calls `release` at its end.
    pub fn new(release: impl FnOnce() + Send + 'static) -> Self {
        Self { release: Some(Box::new(release)) }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            release();
        }
    }
}

/// Why a lease is not to be had now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// A scenario that runs has one of the names.
    Leased,
    /// A scenario that was given up still has one of the names.
    OutOfUse {
        /// The name.
        name: String,
        /// The scenario whose thread has it.
        holder: String,
        /// The time when that scenario was given up.
        since: Instant,
    },
}

/// Hands out leases.
pub trait LeaseBroker: Send + Sync {
    /// Leases all of `names` for the scenario `holder`, or none of them.
    ///
    /// # Errors
    /// One of them is not free.
    fn lease(&self, names: &Names, holder: &str) -> Result<Lease, Unavailable>;

    /// The scenario that leased `names` hangs: they are out of use until its lease ends.
    fn give_up(&self, names: &Names);

    /// A number that changes with every change of what is free.
    fn version(&self) -> u64;

    /// Waits until the version is no longer `seen`, for at most `limit`.
    fn wait(&self, seen: u64, limit: Option<Duration>);
}

/// Leases within this process.
#[derive(Clone, Default)]
pub struct LocalLeases(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    version: u64,
    leased: BTreeMap<String, Holder>,
}

#[derive(Clone)]
struct Holder {
    scenario: String,
    given_up: Option<Instant>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Each change is one statement: a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        state.version += 1;
        self.changed.notify_all();
    }
}

impl LeaseBroker for LocalLeases {
    fn lease(&self, names: &Names, holder: &str) -> Result<Lease, Unavailable> {
        let mut state = self.0.lock();
        let mut unavailable = None;
        for (name, holder) in names.iter().filter_map(|name| state.leased.get_key_value(name)) {
            match holder.given_up {
                None => return Err(Unavailable::Leased),
                Some(since) => {
                    let (name, holder) = (name.clone(), holder.scenario.clone());
                    unavailable.get_or_insert(Unavailable::OutOfUse { name, holder, since });
                }
            }
        }
        if let Some(unavailable) = unavailable {
            return Err(unavailable);
        }
        let holder = Holder { scenario: holder.to_owned(), given_up: None };
        state.leased.extend(names.iter().map(|name| (name.clone(), holder.clone())));
        let (shared, names) = (self.0.clone(), names.clone());
        Ok(Lease::new(move || shared.change(|state| state.leased.retain(|name, _| !names.contains(name)))))
    }

    fn give_up(&self, names: &Names) {
        let now = Instant::now();
        self.0.change(|state| {
            let held = state.leased.iter_mut().filter(|(name, _)| names.contains(*name));
            held.for_each(|(_, holder)| holder.given_up = Some(now));
        });
    }

    fn version(&self) -> u64 {
        self.0.lock().version
    }

    fn wait(&self, seen: u64, limit: Option<Duration>) {
        let state = self.0.lock();
        let unchanged = |state: &mut State| state.version == seen;
        // What it returns is asked for again.
        match limit {
            Some(limit) => drop(self.0.changed.wait_timeout_while(state, limit, unchanged)),
            None => drop(self.0.changed.wait_while(state, unchanged)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn names(names: &[&str]) -> Names {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_name_is_leased_once_at_a_time() {
        let broker = LocalLeases::default();
        let first = broker.lease(&names(&["phone", "camera"]), "A").unwrap();
        assert_eq!(broker.lease(&names(&["camera", "display"]), "B").err(), Some(Unavailable::Leased));
        let beside = broker.lease(&names(&["display"]), "B").unwrap();
        drop(first);
        assert!(broker.lease(&names(&["camera"]), "C").is_ok());
        drop(beside);
    }

    #[test]
    fn what_was_given_up_is_out_of_use_until_its_lease_ends() {
        let broker = LocalLeases::default();
        let (phone, all) = (names(&["phone"]), names(&["phone", "sms"]));
        let hangs = broker.lease(&all, "A").unwrap();
        broker.give_up(&all);
        let Err(Unavailable::OutOfUse { name, holder, .. }) = broker.lease(&phone, "B") else {
            panic!("the thread has the phone")
        };
        assert_eq!((name.as_str(), holder.as_str()), ("phone", "A"));
        drop(hangs);
        assert!(broker.lease(&phone, "B").is_ok());
    }

    #[test]
    fn who_waits_is_woken_when_a_lease_ends() {
        let broker = LocalLeases::default();
        let lease = broker.lease(&names(&["phone"]), "A").unwrap();
        let seen = broker.version();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| broker.wait(seen, None));
            drop(lease);
            waiting.join().unwrap();
        });
        assert_ne!(broker.version(), seen);
        broker.wait(broker.version(), Some(Duration::ZERO));
    }
}
