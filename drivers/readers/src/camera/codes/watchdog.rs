//! Work that may never end, done on a thread that can be left behind.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// The work: takes an input and hands out results as they are found.
type Work<I, O> = fn(I, &mut dyn FnMut(O));

/// No more threads than this are left behind at a time: each of them may keep a core busy for ever.
const MOST_LEFT_BEHIND: usize = 3;

/// Does `work` on a thread of its own, within a time limit.
pub(super) struct Watchdog<I, O> {
    work: Work<I, O>,
    worker: Option<Worker<I, O>>,
    left_behind: Vec<JoinHandle<()>>,
}

struct Worker<I, O> {
    /// Each input comes with the way back for its results, which closes when the work is done.
    inputs: Sender<(I, Sender<O>)>,
    thread: JoinHandle<()>,
}

impl<I: Send + 'static, O: Send + 'static> Watchdog<I, O> {
    /// A watchdog; its thread starts with the first input.
    pub fn new(work: Work<I, O>) -> Self {
        Self { work, worker: None, left_behind: Vec::new() }
    }

    /// Does the work on `input`: the results handed out within `limit`, and whether the work was given up. Where
    /// too many threads are still at work that was given up, nothing is begun, and this is given up too.
    pub fn run(&mut self, input: I, limit: Duration) -> (Vec<O>, bool) {
        let deadline = Instant::now() + limit;
        let Some(results) = self.begin(input) else { return (Vec::new(), true) };
        let mut found = Vec::new();
        loop {
            match results.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(result) => found.push(result),
                Err(RecvTimeoutError::Disconnected) => return (found, false),
                Err(RecvTimeoutError::Timeout) => {
                    self.left_behind.extend(self.worker.take().map(|worker| worker.thread));
                    return (found, true);
                }
            }
        }
    }

    /// Hands `input` to the worker, to a new one if need be.
    fn begin(&mut self, input: I) -> Option<Receiver<O>> {
        self.left_behind.retain(|thread| !thread.is_finished());
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None if self.left_behind.len() < MOST_LEFT_BEHIND => start(self.work)?,
            None => return None,
        };
        let (way_back, results) = mpsc::channel();
        worker.inputs.send((input, way_back)).ok()?;
        self.worker = Some(worker);
        Some(results)
    }
}

/// A new worker; `None` where the machine has no thread for it.
fn start<I: Send + 'static, O: Send + 'static>(work: Work<I, O>) -> Option<Worker<I, O>> {
    let (inputs, received) = mpsc::channel::<(I, Sender<O>)>();
    let all_of_it = move || {
        for (input, way_back) in received {
            // A library that panics has found what it has found.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                // Nobody listens any more where the work was given up.
                work(input, &mut |result| drop(way_back.send(result)));
            }));
        }
    };
    let thread = thread::Builder::new().name("codes".into()).spawn(all_of_it).ok()?;
    Some(Worker { inputs, thread })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(60);

    /// Hands out twice the input, then what it is asked to do.
    fn work(input: i32, found: &mut dyn FnMut(i32)) {
        found(input * 2);
        match input {
            0 => panic!("asked to"),
            1 => loop {
                thread::park();
            },
            _ => found(input * 3),
        }
    }

    #[test]
    fn work_that_ends_hands_out_all_it_finds() {
        let mut watchdog = Watchdog::new(work);
        assert_eq!(watchdog.run(5, LONG), (vec![10, 15], false));
        assert_eq!(watchdog.run(6, LONG), (vec![12, 18], false));
    }

    #[test]
    fn a_panic_costs_what_was_not_found_yet() {
        let mut watchdog = Watchdog::new(work);
        assert_eq!(watchdog.run(0, LONG), (vec![0], false));
        assert_eq!(watchdog.run(5, LONG), (vec![10, 15], false));
    }

    #[test]
    fn work_without_end_is_left_behind_but_not_often() {
        let mut watchdog = Watchdog::new(work);
        for _ in 0..MOST_LEFT_BEHIND {
            assert_eq!(watchdog.run(1, SHORT), (vec![2], true));
        }
        assert_eq!(watchdog.run(5, LONG), (vec![], true), "a fourth thread was started");
    }

    #[test]
    fn after_work_without_end_there_is_a_new_thread() {
        let mut watchdog = Watchdog::new(work);
        assert_eq!(watchdog.run(1, SHORT), (vec![2], true));
        assert_eq!(watchdog.run(5, LONG), (vec![10, 15], false));
    }
}
