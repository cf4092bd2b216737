//! The debugger: stops a run before a step, shows the bench, does by hand what a person asks for, and goes on.
//!
//! It is a [`StepController`]: it sees the session before and after each step. A [`Face`] shows its lines and asks for
//! commands; the terminal is one.

use std::{
    cmp::Ordering,
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use reports::Outcome;

use crate::{
    bench::SimParams,
    runner::{Action, StepAt, StepController, StepEnd, StopSignal},
    session::SharedSession,
    suite::{Plan, PlannedScenario},
};

mod acts;
mod attach;
mod breakpoint;
mod clocks;
mod command;
mod controls;
mod face;
mod fixes;
mod history;
mod patch;
mod remote;
mod shows;
mod values;
mod verbs;
mod wheel;

pub use attach::{AttachPoint, AttachSocket};
pub use breakpoint::{Breakpoint, Condition};
pub use command::{Command, has_secret, verbs as command_verbs};
pub use controls::{BreakpointSet, Controls};
pub use face::{Answer, Ask, Face, Stopped, Topic, Variable};
use fixes::Fixes;
use history::{Deed, History};
pub use remote::{Granted, News, RemoteFace, Wish};
pub use wheel::Wheel;

/// A debugger's settings.
pub struct Settings {
    /// The plan, for places in it.
    pub plan: Plan,
    /// The files of the suite that can be fixed.
    pub files: SuiteFiles,
    /// The breakpoints.
    pub controls: Arc<Controls>,
    /// Whether to stop before the first step, or at a breakpoint only.
    pub stops_first: bool,
    /// Where pictures are saved.
    pub pictures: PathBuf,
    /// The command line that begins the same session.
    pub command_line: String,
}

/// Files of the suite.
#[derive(Clone, Debug)]
pub struct SuiteFiles {
    /// The suite's folder, which names in patches are relative to.
    pub root: PathBuf,
    /// The bench file.
    pub bench: PathBuf,
}

/// Steps through the scenarios of a run, one after the other.
pub struct Debugger {
    state: Mutex<State>,
    stop: StopSignal,
}

struct State {
    face: Box<dyn Face>,
    plan: Plan,
    controls: Arc<Controls>,
    mode: Mode,
    history: History,
    /// The index of the step that the run goes to without running one.
    going_to: Option<usize>,
    /// How the step that ran last ended.
    end: Option<StepEnd>,
    /// The name of the scenario that the history is of, and whether it was shown.
    scenario: String,
    is_shown: bool,
    /// Set until the run stands where it was taken back to.
    is_going_back: bool,
    pictures: PathBuf,
    files: SuiteFiles,
    fixes: Fixes,
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
        Self { state: Mutex::new(State::new(face, settings)), stop }
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
        self.state().before(&self.stop, at, session)
    }

    fn after(&self, at: &StepAt<'_>, session: &SharedSession, end: &StepEnd) -> Action {
        self.state().after(&self.stop, at, session, end)
    }

    fn stopped_by(&self) -> String {
        self.stop.stopped_by()
    }
}

impl State {
    fn new(face: Box<dyn Face>, settings: Settings) -> Self {
        let Settings { plan, files, controls, stops_first, pictures, command_line } = settings;
        Self {
            face,
            plan,
            controls,
            mode: if stops_first { Mode::Step } else { Mode::Continue },
            history: History::default(),
            going_to: None,
            end: None,
            scenario: String::new(),
            is_shown: false,
            is_going_back: false,
            pictures,
            files,
            fixes: Fixes::default(),
            saved: 0,
            command_line,
            defects: BTreeMap::new(),
        }
    }

    /// Answers for the step that is next.
    fn before(&mut self, stop: &StopSignal, at: &StepAt<'_>, session: &SharedSession) -> Action {
        if stop.is_stopped() {
            return Action::Stop;
        }
        self.arrive(at, session);
        if let Some(action) = self.replay(at, session).or_else(|| self.go_to(at)) {
            return action;
        }
        if let Some(hit) = self.stops_before(at, session) {
            return self.pause(stop, at, session, Pause::Before, &hit);
        }
        self.history.keep(Deed::Run(at.step));
        Action::Run
    }

    /// Answers for the step that has just ended.
    fn after(
        &mut self,
        stop: &StopSignal,
        at: &StepAt<'_>,
        session: &SharedSession,
        end: &StepEnd,
    ) -> Action {
        let passes = end.outcome == Outcome::Pass;
        self.end = Some(end.clone());
        if self.history.next().is_some() {
            return if passes { Action::Run } else { Action::Skip };
        }
        let steps = matches!(self.mode, Mode::Step);
        if (steps || !passes) && !self.is_going_back {
            self.face.show(&shows::end(end));
        }
        let is_last = at.step + 1 == at.scenario.steps.len();
        let hit = self.controls.hit_after(end);
        if !(steps && (is_last || !passes)) && hit.is_empty() {
            return Action::Run;
        }
        self.pause(stop, at, session, Pause::After(end.outcome), &hit)
    }

    /// A step is next: of a new scenario, perhaps, or on a product that was given defects.
    fn arrive(&mut self, at: &StepAt<'_>, session: &SharedSession) {
        if self.scenario != at.scenario.name {
            self.scenario.clone_from(&at.scenario.name);
            self.is_shown = false;
            self.history.clear();
            self.going_to = None;
        }
        if at.step == 0 {
            self.fixes.apply(&mut session.borrow_mut());
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

    /// The way to the step that the run goes to: leaves out what lies before it, or goes back.
    fn go_to(&mut self, at: &StepAt<'_>) -> Option<Action> {
        let step = self.going_to?;
        match at.step.cmp(&step) {
            Ordering::Less => {
                self.history.keep(Deed::Skip(at.step));
                Some(Action::Skip)
            }
            Ordering::Greater => Some(Action::Repeat),
            Ordering::Equal => {
                self.going_to = None;
                None
            }
        }
    }

    /// Whether the run stops before this step, and the breakpoints that are here.
    fn stops_before(&self, at: &StepAt<'_>, session: &SharedSession) -> Option<Vec<u32>> {
        let hit = self.controls.hit_before(at, session);
        let stops = match &self.mode {
            Mode::Step => true,
            Mode::Continue => false,
            Mode::To(place) => place.stops_before(at, &mut session.borrow_mut()),
        };
        (stops || !hit.is_empty() || self.controls.is_to_pause()).then_some(hit)
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
