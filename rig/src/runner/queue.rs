//! The order of scenarios: the next one is the first that waits and whose part of the bench is free.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::lease::{Lease, LeaseBroker, Names, Unavailable};

/// The scenarios that wait.
pub(super) struct Queue<'b> {
    broker: &'b dyn LeaseBroker,
    /// How long a scenario waits for instruments that a hanging step still has.
    grace: Duration,
    waiting: Mutex<Vec<Waiting>>,
}

/// A scenario that waits.
#[derive(Clone)]
pub(super) struct Waiting {
    /// Its index in the plan.
    pub(super) index: usize,
    /// Its name.
    pub(super) name: String,
    /// The names that it leases.
    pub(super) leases: Names,
}

/// A scenario whose turn it is.
pub(super) enum Turn {
    /// It has the lease.
    Run(Waiting, Lease),
    /// It cannot run, for this reason.
    OutOfUse(Waiting, String),
}

impl<'b> Queue<'b> {
    pub(super) fn new(broker: &'b dyn LeaseBroker, grace: Duration, waiting: Vec<Waiting>) -> Self {
        Self { broker, grace, waiting: Mutex::new(waiting) }
    }

    /// The next scenario, as soon as one has its turn; none if none waits.
    pub(super) fn next(&self) -> Option<Turn> {
        loop {
            let version = self.broker.version();
            let mut waiting = self.lock();
            if waiting.is_empty() {
                return None;
            }
            let (turn, limit) = self.turn(&mut waiting, Instant::now());
            drop(waiting);
            if turn.is_some() {
                return turn;
            }
            self.broker.wait(version, limit);
        }
    }

    /// The scenario whose turn it is at `now`; otherwise, how long to wait at most.
    fn turn(&self, waiting: &mut Vec<Waiting>, now: Instant) -> (Option<Turn>, Option<Duration>) {
        let mut limit: Option<Duration> = None;
        let mut late = None;
        for (place, one) in waiting.iter().enumerate() {
            match self.broker.lease(&one.leases, &one.name) {
                Ok(lease) => return (Some(Turn::Run(waiting.remove(place), lease)), None),
                Err(Unavailable::Leased) => {}
                Err(Unavailable::OutOfUse { name, holder, since }) => {
                    let left = (since + self.grace).saturating_duration_since(now);
                    limit = Some(limit.map_or(left, |limit| limit.min(left)));
                    if left.is_zero() && late.is_none() {
                        late = Some((place, out_of_use(&name, &holder)));
                    }
                }
            }
        }
        (late.map(|(place, reason)| Turn::OutOfUse(waiting.remove(place), reason)), limit)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Waiting>> {
        // A scenario is removed in one statement: a panic elsewhere leaves nothing half done.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn out_of_use(name: &str, holder: &str) -> String {
    format!("{name} is out of use: the step of \"{holder}\" that hangs has not let go of it")
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::{super::lease::LocalLeases, *};

    const LONG: Duration = Duration::from_secs(600);

    fn queue<'b>(broker: &'b LocalLeases, grace: Duration, scenarios: &[&[&str]]) -> Queue<'b> {
        let waiting = scenarios.iter().enumerate().map(|(index, names)| Waiting {
            index,
            name: format!("scenario {index}"),
            leases: names.iter().map(|&name| name.to_owned()).collect(),
        });
        Queue::new(broker, grace, waiting.collect())
    }

    fn runs(turn: Option<Turn>) -> (usize, Lease) {
        match turn {
            Some(Turn::Run(waiting, lease)) => (waiting.index, lease),
            Some(Turn::OutOfUse(_, reason)) => panic!("{reason}"),
            None => panic!("none waits"),
        }
    }

    #[test]
    fn the_first_that_is_free_is_next() {
        let broker = LocalLeases::default();
        let queue =
            queue(&broker, LONG, &[&["phone", "camera"], &["camera"], &["display"], &["display", "phone"]]);
        let (first, camera) = runs(queue.next());
        let (beside, display) = runs(queue.next());
        assert_eq!((first, beside), (0, 2));
        drop((camera, display));
        let ((second, _camera), (last, _phone)) = (runs(queue.next()), runs(queue.next()));
        assert_eq!((second, last), (1, 3));
        assert!(queue.next().is_none());
    }

    #[test]
    fn what_leases_nothing_never_waits() {
        let broker = LocalLeases::default();
        let queue = queue(&broker, LONG, &[&[], &[], &[]]);
        let turns: Vec<_> = std::iter::from_fn(|| queue.next()).map(|turn| runs(Some(turn))).collect();
        assert_eq!(turns.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn a_scenario_that_waits_is_woken_when_its_part_is_free() {
        let broker = LocalLeases::default();
        let queue = queue(&broker, LONG, &[&["phone"], &["phone"]]);
        let (_, lease) = runs(queue.next());
        let (tell, told) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| tell.send(runs(queue.next()).0).unwrap());
            drop(lease);
            assert_eq!(told.recv().unwrap(), 1);
        });
    }

    #[test]
    fn instruments_that_a_hanging_step_has_are_waited_for_and_then_out_of_use() {
        let broker = LocalLeases::default();
        let queue = queue(&broker, Duration::ZERO, &[&["phone"], &["phone", "sms"], &["display"]]);
        let (_, _hangs) = runs(queue.next());
        broker.give_up(&["phone".to_owned()].into());
        assert_eq!(runs(queue.next()).0, 2, "what can run goes first");
        let Some(Turn::OutOfUse(waiting, reason)) = queue.next() else { panic!("the phone is out of use") };
        assert_eq!(waiting.index, 1);
        assert_eq!(reason, "phone is out of use: the step of \"scenario 0\" that hangs has not let go of it");
    }

    #[test]
    fn a_scenario_runs_when_the_hanging_step_lets_go_in_time() {
        let broker = LocalLeases::default();
        let queue = queue(&broker, LONG, &[&["phone"], &["phone"]]);
        let (_, hangs) = runs(queue.next());
        broker.give_up(&["phone".to_owned()].into());
        let (tell, told) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| tell.send(runs(queue.next()).0).unwrap());
            drop(hangs);
            assert_eq!(told.recv().unwrap(), 1);
        });
    }
}
