//! Attaching to a run that is under way: every step runs, until a breakpoint of somebody who attached stops one scenario.
//!
//! The run stays what it is until then. The first stop marks its record: a person had their hands on it.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Controls, Face, Mode, Pause, Settings, State, SuiteFiles};
use crate::{
    runner::{Action, StepAt, StepController, StepEnd, StopSignal},
    session::SharedSession,
    suite::{Plan, PlannedScenario},
};

mod socket;

pub use socket::AttachSocket;

/// The controller of a run that can be attached to.
pub struct AttachPoint {
    stop: StopSignal,
    plan: Plan,
    files: SuiteFiles,
    pictures: PathBuf,
    command_line: String,
    guest: Mutex<Option<Arc<Guest>>>,
}

/// Somebody who is attached. They look at one scenario at a time, and the others go on.
struct Guest {
    controls: Arc<Controls>,
    /// The name of the scenario that they look at.
    scenario: Mutex<Option<String>>,
    state: Mutex<State>,
}

impl AttachPoint {
    /// A point of the run of `plan`, which `stop` ends. Pictures are saved in `pictures`; `command_line` begins a session of
    /// the same bench.
    pub fn new(
        stop: StopSignal,
        plan: Plan,
        files: SuiteFiles,
        pictures: PathBuf,
        command_line: String,
    ) -> Self {
        Self { stop, plan, files, pictures, command_line, guest: Mutex::default() }
    }

    /// Somebody comes, behind `face`; their breakpoints are in `controls`.
    ///
    /// # Errors
    /// Somebody else is there; in words.
    fn arrive(&self, face: Box<dyn Face>, controls: Arc<Controls>) -> Result<(), String> {
        let mut place = locked(&self.guest);
        if place.is_some() {
            return Err("somebody is attached already".to_owned());
        }
        let settings = Settings {
            plan: self.plan.clone(),
            files: self.files.clone(),
            controls: controls.clone(),
            stops_first: false,
            pictures: self.pictures.clone(),
            command_line: self.command_line.clone(),
        };
        let state = Mutex::new(State::new(face, settings));
        *place = Some(Arc::new(Guest { controls, scenario: Mutex::default(), state }));
        Ok(())
    }

    /// The guest leaves, and nothing stops the run any more.
    fn leave(&self) {
        if let Some(guest) = locked(&self.guest).take() {
            guest.controls.clear();
        }
    }

    fn guest(&self) -> Option<Arc<Guest>> {
        locked(&self.guest).clone()
    }
}

impl StepController for AttachPoint {
    fn begins(&self, scenario: &PlannedScenario) -> bool {
        self.stop.begins(scenario)
    }

    fn before(&self, at: &StepAt<'_>, session: &SharedSession) -> Action {
        match self.guest() {
            _ if self.stop.is_stopped() => Action::Stop,
            Some(guest) => guest.before(&self.stop, at, session),
            None => Action::Run,
        }
    }

    fn after(&self, at: &StepAt<'_>, session: &SharedSession, end: &StepEnd) -> Action {
        self.guest().map_or(Action::Run, |guest| guest.after(&self.stop, at, session, end))
    }

    fn ended(&self, scenario: &PlannedScenario) {
        if let Some(guest) = self.guest() {
            locked(&guest.scenario).take_if(|name| *name == scenario.name);
        }
    }

    fn stopped_by(&self) -> String {
        self.stop.stopped_by()
    }
}

impl Guest {
    fn before(&self, stop: &StopSignal, at: &StepAt<'_>, session: &SharedSession) -> Action {
        if let Some(is_here) = self.looks_at(at.scenario) {
            return if is_here { locked(&self.state).before(stop, at, session) } else { Action::Run };
        }
        let hit = self.controls.hit_before(at, session);
        if hit.is_empty() && !self.controls.is_to_pause() || !self.take(at.scenario) {
            return Action::Run;
        }
        let mut state = self.taken_over(at);
        state.pause(stop, at, session, Pause::Before, &hit)
    }

    fn after(&self, stop: &StopSignal, at: &StepAt<'_>, session: &SharedSession, end: &StepEnd) -> Action {
        if let Some(is_here) = self.looks_at(at.scenario) {
            return if is_here { locked(&self.state).after(stop, at, session, end) } else { Action::Run };
        }
        if self.controls.hit_after(end).is_empty() || !self.take(at.scenario) {
            return Action::Run;
        }
        self.taken_over(at).after(stop, at, session, end)
    }

    /// Whether they look at this scenario; `None` if they look at none.
    fn looks_at(&self, scenario: &PlannedScenario) -> Option<bool> {
        locked(&self.scenario).as_ref().map(|name| *name == scenario.name)
    }

    /// They look at this scenario from now on. False: another one was faster.
    fn take(&self, scenario: &PlannedScenario) -> bool {
        let mut place = locked(&self.scenario);
        let is_free = place.is_none();
        if is_free {
            *place = Some(scenario.name.clone());
        }
        is_free
    }

    /// The debugger's state in a scenario whose steps ran until here.
    fn taken_over(&self, at: &StepAt<'_>) -> MutexGuard<'_, State> {
        let mut state = locked(&self.state);
        state.scenario.clone_from(&at.scenario.name);
        (state.mode, state.is_shown, state.going_to) = (Mode::Continue, false, None);
        state.history.ran_until(at.step);
        state
    }
}

/// What a panic elsewhere leaves is as good as it was: each change is whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
