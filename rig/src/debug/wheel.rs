//! The way from a page, or from somebody who attached, to the bench.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    mpsc::{Receiver, Sender, channel},
};

use super::{Answer, Ask, Breakpoint, Command, Controls, Granted, Wish};
use crate::{runner::StopSignal, suite::Plan};

/// Why a wish is refused.
const AT_WORK: &str = "a step is at work; pause stops before the next one";

/// The way from another thread to the bench: it sends wishes while the run stands, and breakpoints at any time.
pub struct Wheel {
    wishes: Mutex<Sender<Wish>>,
    controls: Arc<Controls>,
    stop: StopSignal,
    plan: Plan,
    /// Who has it: the reason why a run ended, if it ends it.
    by: String,
    /// Whether the run stands still, and nothing is on its way that lets it go on.
    stands: Mutex<bool>,
}

impl Wheel {
    /// A way to the bench for `by`, and the other end of it, for a [`RemoteFace`](super::RemoteFace).
    pub fn new(plan: Plan, controls: Arc<Controls>, stop: StopSignal, by: &str) -> (Self, Receiver<Wish>) {
        let (wishes, heard) = channel();
        let (wishes, by) = (Mutex::new(wishes), by.to_owned());
        (Self { wishes, controls, stop, plan, by, stands: Mutex::new(false) }, heard)
    }

    /// Does what the driver typed or pressed: the lines that it showed, and whether the run goes on.
    ///
    /// # Errors
    /// It was refused; in words.
    pub fn command(&self, line: &str) -> Result<(Vec<String>, bool), String> {
        let command = Command::parse(line)?;
        let stands = *self.stands();
        if command == Command::Stop && !stands {
            self.stop.stop(&self.by);
            return Ok((vec!["it ends before the next step".into()], false));
        }
        if !(stands && command == Command::Pause)
            && let Some(lines) = self.controls.obey(&command, &self.plan)
        {
            return Ok((lines?, false));
        }
        if !std::mem::take(&mut *self.stands()) {
            return Err(AT_WORK.into());
        }
        let answer = self.wish(Ask::Command(line.to_owned()));
        let goes_on = matches!(&answer, Ok(granted) if granted.answer == Answer::GoesOn);
        if !goes_on {
            *self.stands() = true;
        }
        answer.map(|granted| (granted.lines, goes_on))
    }

    /// Looks at something while the run stands.
    ///
    /// # Errors
    /// It was refused, or an instrument failed; in words.
    pub fn look(&self, ask: Ask) -> Result<Answer, String> {
        if !*self.stands() {
            return Err(AT_WORK.into());
        }
        self.wish(ask).map(|granted| granted.answer)
    }

    fn wish(&self, ask: Ask) -> Result<Granted, String> {
        let (tell, told) = channel();
        let reply = Box::new(move |answer| {
            // Who asked is gone.
            let _ = tell.send(answer);
        });
        let wishes = self.wishes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let over = "the run is over";
        wishes.send(Wish { ask, reply }).map_err(|_| over.to_owned())?;
        told.recv().unwrap_or_else(|_| Err(over.into()))
    }

    /// The breakpoints and their numbers.
    pub fn breakpoints(&self) -> Vec<(u32, Breakpoint)> {
        self.controls.list()
    }

    /// Whether the run stands still.
    pub fn stands_still(&self) -> bool {
        *self.stands()
    }

    /// Says whether the run stands still.
    pub fn set_stands(&self, stands: bool) {
        *self.stands() = stands;
    }

    fn stands(&self) -> MutexGuard<'_, bool> {
        // A flag is whole.
        self.stands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
