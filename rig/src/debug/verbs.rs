//! The pause: a person's commands, until one of them lets the run go on.

use std::{ops::RangeInclusive, time::Duration};

use reports::Outcome;

use super::{
    Answer, Ask, Breakpoint, Deed, Mode, Pause, State, Stopped, acts, clocks,
    command::{Command, ManualAct},
    shows, values,
};
use crate::{
    bench::simulated,
    runner::{Action, StepAt, StopSignal, call_step},
    session::{SharedSession, StepError},
};

/// Written as the reason why a run ended.
const BY_HAND: &str = "a person at the bench";
const END_OF_INPUT: &str = "the end of the debugger's input";

/// The effect of a request.
enum Consequence {
    /// The run goes on.
    GoOn(Action),
    /// It stays where it is.
    Stay(Answer),
}

/// The result of a command: an action that lets the run go on, or none.
type Obeyed = Result<Option<Action>, String>;

impl State {
    /// Asks for wishes until one lets the run go on.
    pub(super) fn pause(
        &mut self,
        stop: &StopSignal,
        at: &StepAt<'_>,
        session: &SharedSession,
        pause: Pause,
        hit: &[u32],
    ) -> Action {
        let from = session.borrow().now();
        if !self.face.ends_run() {
            session.borrow().recording.attached();
        }
        self.arrived(at, session, pause, hit);
        let action = loop {
            let Some(ask) = self.face.ask() else {
                if self.face.ends_run() || stop.is_stopped() {
                    stop.stop(END_OF_INPUT);
                    break Action::Stop;
                }
                self.controls.clear();
                break self.go_on(Mode::Continue, at, pause);
            };
            match self.grant(ask, stop, at, session, pause) {
                Ok(Consequence::GoOn(action)) => {
                    self.face.answer(Ok(Answer::GoesOn));
                    break action;
                }
                Ok(Consequence::Stay(answer)) => self.face.answer(Ok(answer)),
                Err(why) => self.face.answer(Err(why)),
            }
        };
        let noted = session.borrow_mut().note_pause(from);
        self.report(noted.map_err(|error| error.to_string()));
        action
    }

    fn grant(
        &mut self,
        ask: Ask,
        stop: &StopSignal,
        at: &StepAt<'_>,
        session: &SharedSession,
        pause: Pause,
    ) -> Result<Consequence, String> {
        let answer = match ask {
            Ask::Command(line) => match self.obey(Command::parse(&line)?, stop, at, session, pause)? {
                Some(action) => return Ok(Consequence::GoOn(action)),
                None => Answer::Done,
            },
            Ask::Values(topic) => Answer::Values(values::of(&mut session.borrow_mut(), topic)?),
            Ask::Figure(name) => Answer::Values(vec![values::figure(&session.borrow(), &name)?]),
            Ask::Picture(camera) => Answer::Picture(values::picture(&session.borrow(), &camera)?),
        };
        Ok(Consequence::Stay(answer))
    }

    fn arrived(&mut self, at: &StepAt<'_>, session: &SharedSession, pause: Pause, hit: &[u32]) {
        self.is_going_back = false;
        if !std::mem::replace(&mut self.is_shown, true) {
            self.show(&shows::scenario(at));
        }
        match pause {
            Pause::Before => self.show(&shows::place(at, &session.borrow())),
            Pause::After(Outcome::Pass) => self.face.show("the scenario is over; next goes on"),
            Pause::After(_) => self.face.show("the bench stands as the step left it; next ends the scenario"),
        }
        let session = session.borrow();
        let judged =
            session.recording.last_verdict.as_ref().is_some_and(|verdict| verdict.step as usize == at.step);
        let ended = pause != Pause::Before;
        self.face.stopped(Stopped {
            scenario: at.scenario.clone(),
            attempt: at.attempt,
            step: at.step,
            end: self.end.clone().filter(|_| ended),
            hit: hit.to_vec(),
            asked: self.controls.take_pause(),
            time_s: acts::now_s(&session),
            clocks: clocks::lines(&session),
            verdict: if ended && judged { shows::why(&session) } else { Vec::new() },
            cameras: values::camera_names(&session),
        });
    }

    fn obey(
        &mut self,
        command: Command,
        stop: &StopSignal,
        at: &StepAt<'_>,
        session: &SharedSession,
        pause: Pause,
    ) -> Obeyed {
        match command {
            Command::Next => Ok(Some(self.go_on(Mode::Step, at, pause))),
            Command::Continue => Ok(Some(self.go_on(Mode::Continue, at, pause))),
            Command::To(place) => {
                let place = Breakpoint::parse(&place, &self.plan)?;
                Ok(Some(self.go_on(Mode::To(place), at, pause)))
            }
            Command::Repeat(anyway) => self.repeat(at, session, pause, anyway),
            Command::Skip => Ok(Some(self.skip(at, pause))),
            Command::Goto(number, anyway) => self.goto(at, session, pause, number - 1, anyway),
            Command::Restart => {
                self.history.clear();
                self.mode = Mode::Step;
                Ok(Some(Action::Restart))
            }
            Command::Back(step) => self.back(at, session, pause, step),
            Command::Stop => {
                stop.stop(BY_HAND);
                Ok(Some(Action::Stop))
            }
            Command::Defect(name, present) => self.defect(at, session, pause, &name, present),
            Command::ManualAct(act) => self.act(session, act).map(|()| None),
            other => self.look(other, at, session, pause).map(|()| None),
        }
    }

    fn go_on(&mut self, mode: Mode, at: &StepAt<'_>, pause: Pause) -> Action {
        self.mode = mode;
        if pause == Pause::Before {
            self.history.keep(Deed::Run(at.step));
        }
        Action::Run
    }

    fn skip(&mut self, at: &StepAt<'_>, pause: Pause) -> Action {
        self.mode = Mode::Step;
        if pause == Pause::Before {
            self.history.keep(Deed::Skip(at.step));
        }
        Action::Skip
    }

    fn repeat(&mut self, at: &StepAt<'_>, session: &SharedSession, pause: Pause, anyway: bool) -> Obeyed {
        let step = match pause {
            Pause::Before => at.step.checked_sub(1).ok_or("there is no step before this one")?,
            Pause::After(_) => at.step,
        };
        if !anyway {
            not_used_up(session, step..=step, "repeat anyway")?;
        }
        self.history.again(step);
        self.mode = Mode::Step;
        Ok(Some(Action::Repeat))
    }

    /// Goes to before a step, and leaves the bench as it is.
    fn goto(
        &mut self,
        at: &StepAt<'_>,
        session: &SharedSession,
        pause: Pause,
        step: usize,
        anyway: bool,
    ) -> Obeyed {
        let steps = at.scenario.steps.len();
        if step >= steps {
            return Err(format!("the scenario has {steps} steps"));
        }
        if !anyway {
            not_used_up(session, step..=at.step, &format!("goto {} anyway", step + 1))?;
        }
        (self.mode, self.going_to) = (Mode::Step, Some(step));
        Ok(Some(match pause {
            Pause::Before if step == at.step => {
                self.going_to = None;
                self.show(&shows::place(at, &session.borrow()));
                return Ok(None);
            }
            Pause::Before if step > at.step => {
                self.history.keep(Deed::Skip(at.step));
                Action::Skip
            }
            Pause::After(_) if step > at.step => Action::Skip,
            _ => Action::Repeat,
        }))
    }

    fn back(
        &mut self,
        at: &StepAt<'_>,
        session: &SharedSession,
        pause: Pause,
        step: Option<usize>,
    ) -> Obeyed {
        acts::only_simulated(&session.borrow())?;
        let step = match (step, pause) {
            (Some(number), _) => number - 1,
            (None, Pause::Before) => at.step.checked_sub(1).ok_or("there is no step before this one")?,
            (None, Pause::After(_)) => at.step,
        };
        if pause == Pause::Before && step == at.step && self.history.stands_before(step) {
            self.history.undo_acts();
        } else if !self.history.back_to(step) {
            return Err(format!("step {} has not come yet", step + 1));
        }
        self.is_going_back = true;
        self.mode = Mode::Step;
        Ok(Some(Action::Restart))
    }

    /// Replays the scenario to here, on a product with or without a defect.
    fn defect(
        &mut self,
        at: &StepAt<'_>,
        session: &SharedSession,
        pause: Pause,
        name: &str,
        present: bool,
    ) -> Obeyed {
        acts::only_simulated(&session.borrow())?;
        if !self.face.ends_run() {
            return Err("a run that others began keeps its product; `rig step` can change it".into());
        }
        for name in simulated::defect_names(&[name.to_owned()])? {
            self.defects.insert(name, present);
        }
        if pause == Pause::Before || !self.history.back_to(at.step) {
            self.history.all_again();
        }
        self.is_going_back = true;
        self.mode = Mode::Step;
        Ok(Some(Action::Restart))
    }

    fn act(&mut self, session: &SharedSession, act: ManualAct) -> Result<(), String> {
        let done = acts::perform(&mut session.borrow_mut(), &act)?;
        self.history.keep(Deed::ManualAct(act));
        self.face.show(&done);
        self.show(&clocks::lines(&session.borrow()));
        Ok(())
    }

    /// The commands that change nothing on the bench.
    fn look(
        &mut self,
        command: Command,
        at: &StepAt<'_>,
        session: &SharedSession,
        pause: Pause,
    ) -> Result<(), String> {
        let lines = match command {
            Command::List => shows::scenario(at),
            Command::Look(ago) => shows::look(&session.borrow(), ago, &self.pictures, &mut self.saved)?,
            Command::Screens => shows::screens(&mut session.borrow_mut())?,
            Command::Listen(span) => {
                shows::listen(&mut session.borrow_mut(), span, &self.pictures, &mut self.saved)?
            }
            Command::Pin(name) => shows::pin(&mut session.borrow_mut(), name.as_deref())?,
            Command::Fix(None) => self.fixes.propose(&mut session.borrow_mut(), &self.files)?,
            Command::Fix(Some(number)) => self.fix(number, at, session)?,
            Command::Sms => shows::sms(&mut session.borrow_mut())?,
            Command::Adverts => shows::adverts(&mut session.borrow_mut())?,
            Command::Board => shows::boards(&session.borrow())?,
            Command::Why => shows::why(&session.borrow()),
            Command::Frames => shows::frames(&session.borrow()),
            Command::Judge => vec![judge(at, session)?],
            Command::Note(text) => {
                acts::note(&session.borrow(), &text).map_err(|error| error.to_string())?;
                vec!["noted".to_owned()]
            }
            Command::Pause => vec!["it stands still already".to_owned()],
            Command::Rerun => vec![self.rerun(at, pause)],
            other => match self.controls.obey(&other, &self.plan) {
                Some(lines) => lines?,
                None => return Err(format!("not to be done here: {other:?}")),
            },
        };
        self.show(&lines);
        Ok(())
    }

    /// Takes a fix, and looks again.
    fn fix(
        &mut self,
        number: usize,
        at: &StepAt<'_>,
        session: &SharedSession,
    ) -> Result<Vec<String>, String> {
        let folder = self.pictures.parent().unwrap_or(&self.pictures).to_owned();
        let mut lines = vec![self.fixes.take(number, &mut session.borrow_mut(), &self.files, &folder)?];
        match at.scenario.steps.get(at.step) {
            Some(step) if step.judges() => lines.push(judge(at, session)?),
            _ => {
                lines.extend(shows::look(&session.borrow(), Duration::ZERO, &self.pictures, &mut self.saved)?)
            }
        }
        Ok(lines)
    }

    fn rerun(&self, at: &StepAt<'_>, pause: Pause) -> String {
        let line = at.scenario.steps.get(at.step).map_or(at.scenario.line, |step| step.line());
        let given = self.defects.iter().filter(|(_, present)| **present);
        let defects: String = given.map(|(name, _)| format!(" --defect {name}")).collect();
        let place = format!("{}:{line}", at.scenario.file);
        match pause {
            Pause::Before => format!("{}{defects} --break {place}", self.command_line),
            Pause::After(_) => format!("{}{defects} --break {place}, and then next", self.command_line),
        }
    }
}

/// An error if one of the steps has used up a device, an app or a lock; `anyway` is the command that runs it all the same.
fn not_used_up(
    session: &SharedSession,
    mut steps: RangeInclusive<usize>,
    anyway: &str,
) -> Result<(), String> {
    let used = steps.find_map(|step| {
        let used = session.borrow().used_up_by(step);
        (!used.is_empty()).then_some((step, used))
    });
    let Some((step, used)) = used else { return Ok(()) };
    let used: Vec<_> = used.iter().map(ToString::to_string).collect();
    let what = used.join("; ");
    Err(format!("step {} has used something up: {what}; `{anyway}` runs it again", step + 1))
}

/// The oracle's answer on what is there now.
fn judge(at: &StepAt<'_>, session: &SharedSession) -> Result<String, String> {
    let step = at.scenario.steps.get(at.step).filter(|step| step.judges());
    let step = step.ok_or("this step acts, and judges nothing by itself")?;
    session.borrow_mut().set_asking(true);
    let end = call_step(session, at.step, step);
    session.borrow_mut().set_asking(false);
    Ok(match end {
        Some(StepError::Verdict(outcome, reason)) => format!("it would be {outcome}: {reason}"),
        Some(error) => format!("it cannot be judged: {error}"),
        None => "nothing was judged".to_owned(),
    })
}
