//! The debugger: stops a run before a step, shows the bench, does by hand what a person asks for, and goes on.
//!
//! It is a [`StepController`]: it sees the session before and after each step. A [`Face`] shows its lines and asks for
//! commands; the terminal is one.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use reports::Outcome;

use crate::{
    bench::SimParams,
    runner::{Action, StepAt, StepController, StepEnd, StopSignal},
    session::SharedSession,
    suite::{Plan, PlannedScenario},
};

mod acts;
mod breakpoint;
mod clocks;
mod command;
mod history;
mod shows;
mod verbs;

pub use breakpoint::Breakpoint;
use history::{Deed, History};

/// Shows the debugger's lines, and asks for commands.
pub trait Face: Send {
    /// Shows a line.
    fn show(&mut self, line: &str);

    /// The next command line; none at the end of the input.
    fn ask(&mut self) -> Option<String>;
}

/// A debugger's settings.
pub struct Settings {
    /// The plan, for places in it.
    pub plan: Plan,
    /// Where to stop first; before the first step if there is none.
    pub breakpoints: Vec<Breakpoint>,
    /// Where pictures are saved.
    pub pictures: PathBuf,
    /// The command line that begins the same session.
    pub command_line: String,
}

/// Steps through the scenarios of a run, one after the other.
pub struct Debugger {
    state: Mutex<State>,
    stop: StopSignal,
}

struct State {
    face: Box<dyn Face>,
    plan: Plan,
    breakpoints: Vec<Breakpoint>,
    mode: Mode,
    history: History,
    /// The name of the scenario that the history is of, and whether it was shown.
    scenario: String,
    is_shown: bool,
    /// Set until the run stands where it was taken back to.
    is_going_back: bool,
    pictures: PathBuf,
    saved: u32,
    command_line: String,
    /// Seeded defects that were given to the product (`true`) or taken away.
    defects: BTreeMap<String, bool>,
}

/// How far the run goes.
enum Mode {
    /// To before the next step.
    Step,
    /// To a breakpoint.
    Continue,
    /// To a place, or a breakpoint.
    To(Breakpoint),
}

/// Where a run is paused.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pause {
    /// Before the step.
    Before,
    /// After the step, with this outcome.
    After(Outcome),
}

impl Debugger {
    /// A debugger behind `face`; `stop` ends the run, too.
    pub fn new(face: Box<dyn Face>, stop: StopSignal, settings: Settings) -> Self {
        let Settings { plan, breakpoints, pictures, command_line } = settings;
        let mode = if breakpoints.is_empty() { Mode::Step } else { Mode::Continue };
        let broken = [Outcome::Fail, Outcome::Error].map(Breakpoint::After);
        let state = State {
            face,
            plan,
            breakpoints: broken.into_iter().chain(breakpoints).collect(),
            mode,
            history: History::default(),
            scenario: String::new(),
            is_shown: false,
            is_going_back: false,
            pictures,
            saved: 0,
            command_line,
            defects: BTreeMap::new(),
        };
        Self { state: Mutex::new(state), stop }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while the debugger is asked ends the scenario; what the debugger knows stays good.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StepController for Debugger {
    fn begins(&self, scenario: &PlannedScenario) -> bool {
        self.stop.begins(scenario)
    }

    fn parameters(&self, given: &SimParams) -> SimParams {
        let mut given = given.clone();
        for (name, present) in &self.state().defects {
            given.defects.retain(|known| known != name);
            if *present {
                given.defects.push(name.clone());
            }
        }
        given
    }

    fn before(&self, at: &StepAt<'_>, session: &SharedSession) -> Action {
        if self.stop.is_stopped() {
            return Action::Stop;
        }
        let mut state = self.state();
        state.arrive(at, session);
        if let Some(action) = state.replay(at, session) {
            return action;
        }
        if state.stops_before(at, session) {
            return state.pause(&self.stop, at, session, Pause::Before);
        }
        state.history.keep(Deed::Run(at.step));
        Action::Run
    }

    fn after(&self, at: &StepAt<'_>, session: &SharedSession, end: &StepEnd) -> Action {
        let mut state = self.state();
        let passes = end.outcome == Outcome::Pass;
        if state.history.next().is_some() {
            return if passes { Action::Run } else { Action::Skip };
        }
        let steps = matches!(state.mode, Mode::Step);
        if (steps || !passes) && !state.is_going_back {
            state.face.show(&shows::end(end));
        }
        let is_last = at.step + 1 == at.scenario.steps.len();
        let stops =
            (steps && (is_last || !passes)) || state.breakpoints.iter().any(|one| one.stops_after(end));
        if stops { state.pause(&self.stop, at, session, Pause::After(end.outcome)) } else { Action::Run }
    }

    fn stopped_by(&self) -> String {
        self.stop.stopped_by()
    }
}

impl State {
    /// A step is next: of a new scenario, perhaps, or on a product that was given defects.
    fn arrive(&mut self, at: &StepAt<'_>, session: &SharedSession) {
        if self.scenario != at.scenario.name {
            self.scenario.clone_from(&at.scenario.name);
            self.is_shown = false;
            self.history.clear();
        }
        if at.step == 0 && at.attempt > 1 && !self.defects.is_empty() {
            let given = self.defects.iter().filter(|(_, present)| **present);
            let given: Vec<_> = given.map(|(name, _)| name.as_str()).collect();
            let defects = if given.is_empty() { "none".to_owned() } else { given.join(", ") };
            let kept = acts::keep(&session.borrow(), format!("defects given by hand: {defects}"));
            self.report(kept.map_err(|error| error.to_string()));
        }
    }

    /// Does again what comes before this step; the answer for the step if it is replayed, too.
    fn replay(&mut self, at: &StepAt<'_>, session: &SharedSession) -> Option<Action> {
        loop {
            match self.history.next()? {
                Deed::ManualAct(_) => {
                    if let Some(Deed::ManualAct(act)) = self.history.take() {
                        let done = acts::perform(&mut session.borrow_mut(), &act);
                        self.report(done.map(drop));
                    }
                }
                Deed::Run(step) | Deed::Skip(step) if *step < at.step => return Some(Action::Repeat),
                Deed::Run(step) | Deed::Skip(step) if *step > at.step => {
                    self.history.end_replay();
                    self.face.show("the replay ended early: a step did not go on as before");
                }
                Deed::Run(_) => return self.history.take().map(|_| Action::Run),
                Deed::Skip(_) => return self.history.take().map(|_| Action::Skip),
            }
        }
    }

    fn stops_before(&self, at: &StepAt<'_>, session: &SharedSession) -> bool {
        let mut session = session.borrow_mut();
        let mut stops = |place: &Breakpoint| place.stops_before(at, &mut session);
        match &self.mode {
            Mode::Step => true,
            Mode::Continue => self.breakpoints.iter().any(stops),
            Mode::To(place) => stops(place) || self.breakpoints.iter().any(stops),
        }
    }

    /// Shows what went wrong.
    fn report(&mut self, done: Result<(), String>) {
        if let Err(why) = done {
            self.face.show(&why);
        }
    }

    fn show(&mut self, lines: &[String]) {
        lines.iter().for_each(|line| self.face.show(line));
    }
}
