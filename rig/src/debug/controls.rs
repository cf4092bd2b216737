//! Controls during a run: breakpoints, and the wish to pause.

use std::sync::{Mutex, MutexGuard, PoisonError};

use reports::Outcome;

use super::{Breakpoint, Command, command::HELP};
use crate::{
    runner::{StepAt, StepEnd},
    session::SharedSession,
    suite::Plan,
};

/// The breakpoints of a run, and whether it is to pause before its next step.
pub struct Controls {
    state: Mutex<Armed>,
}

#[derive(Default)]
struct Armed {
    /// The number that was given last.
    last: u32,
    places: Vec<Numbered>,
    pause: bool,
}

#[derive(Clone)]
struct Numbered {
    number: u32,
    set: BreakpointSet,
    place: Breakpoint,
}

/// Breakpoints that are replaced together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BreakpointSet {
    /// Set one by one.
    Single,
    /// Those of a file.
    File(String),
    /// Those that an editor sets by name.
    Named,
    /// Those at outcomes.
    Outcomes,
}

impl Default for Controls {
    /// Stops after a failed step and after trouble.
    fn default() -> Self {
        let controls = Self { state: Mutex::default() };
        let broken = [Outcome::Fail, Outcome::Error].map(Breakpoint::After);
        controls.replace(&BreakpointSet::Outcomes, broken.into());
        controls
    }
}

impl Controls {
    /// Adds a breakpoint; its number.
    pub fn add(&self, place: Breakpoint) -> u32 {
        self.armed().add(BreakpointSet::Single, place)
    }

    /// Sets these breakpoints instead of those in `set`; their numbers.
    pub fn replace(&self, set: &BreakpointSet, places: Vec<Breakpoint>) -> Vec<u32> {
        let mut armed = self.armed();
        armed.places.retain(|one| one.set != *set);
        places.into_iter().map(|place| armed.add(set.clone(), place)).collect()
    }

    /// Deletes the breakpoint with this number; `None` for an unknown number.
    pub fn delete(&self, number: u32) -> Option<Breakpoint> {
        let mut armed = self.armed();
        let place = armed.places.iter().position(|one| one.number == number)?;
        Some(armed.places.remove(place).place)
    }

    /// The breakpoints and their numbers.
    pub fn list(&self) -> Vec<(u32, Breakpoint)> {
        self.armed().places.iter().map(|one| (one.number, one.place.clone())).collect()
    }

    /// Does what a person can ask for while a step is at work: breakpoints of `plan`, a pause, help. The lines that it shows;
    /// `None` for any other command.
    pub fn obey(&self, command: &Command, plan: &Plan) -> Option<Result<Vec<String>, String>> {
        Some(match command {
            Command::Break(None) => {
                let numbered = self.list().into_iter();
                Ok(numbered.map(|(number, place)| format!("breakpoint {number}: {place}")).collect())
            }
            Command::Break(Some(place)) => Breakpoint::parse(place, plan).map(|place| {
                let told = place.to_string();
                vec![format!("breakpoint {}: {told}", self.add(place))]
            }),
            Command::Delete(number) => {
                let place = u32::try_from(*number).ok().and_then(|number| self.delete(number));
                let unknown = || format!("there is no breakpoint {number}; break lists them");
                place.map(|place| vec![format!("deleted: {place}")]).ok_or_else(unknown)
            }
            Command::Pause => {
                self.pause();
                Ok(vec!["it stops before the next step".to_owned()])
            }
            Command::Help => Ok(help()),
            _ => return None,
        })
    }

    /// Forgets all breakpoints, and the wish to pause.
    pub fn clear(&self) {
        let mut armed = self.armed();
        armed.places.clear();
        armed.pause = false;
    }

    /// The run is to pause before its next step.
    pub fn pause(&self) {
        self.armed().pause = true;
    }

    /// Whether a person asked it to pause.
    pub(super) fn is_to_pause(&self) -> bool {
        self.armed().pause
    }

    /// Whether a person asked it to pause; the wish is fulfilled by that.
    pub(super) fn take_pause(&self) -> bool {
        std::mem::take(&mut self.armed().pause)
    }

    /// The numbers of the breakpoints that stop the run before this step.
    pub(super) fn hit_before(&self, at: &StepAt<'_>, session: &SharedSession) -> Vec<u32> {
        let mut session = session.borrow_mut();
        // A condition may ask an instrument: the list is not locked meanwhile.
        let places = self.list().into_iter();
        places.filter(|(_, place)| place.stops_before(at, &mut session)).map(|(number, _)| number).collect()
    }

    /// The numbers of the breakpoints that stop the run after a step that ended so.
    pub(super) fn hit_after(&self, end: &StepEnd) -> Vec<u32> {
        let places = self.list().into_iter();
        places.filter(|(_, place)| place.stops_after(end)).map(|(number, _)| number).collect()
    }

    fn armed(&self) -> MutexGuard<'_, Armed> {
        // Each change is whole: a panic elsewhere leaves it as good as it was.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Armed {
    fn add(&mut self, set: BreakpointSet, place: Breakpoint) -> u32 {
        self.last += 1;
        self.places.push(Numbered { number: self.last, set, place });
        self.last
    }
}

/// The commands, as lines that a narrow terminal shows whole.
fn help() -> Vec<String> {
    const USAGE: usize = 30;
    const WIDTH: usize = 79;
    let mut lines = Vec::new();
    for (usage, meaning) in HELP {
        let mut line = format!("{usage:<USAGE$}");
        for word in meaning.split(' ') {
            if line.chars().count() + 1 + word.chars().count() > WIDTH {
                lines.push(std::mem::replace(&mut line, " ".repeat(USAGE)));
            }
            line.push(' ');
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_fits_a_narrow_terminal_and_says_all() {
        let (help, words) =
            (help(), |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert!(help.iter().all(|line| line.chars().count() < 80), "{help:#?}");
        let all: String = HELP.iter().map(|(usage, meaning)| format!("{usage} {meaning} ")).collect();
        assert_eq!(words(&help.join(" ")), words(&all));
    }

    #[test]
    fn a_files_breakpoints_are_replaced_and_numbers_stay() {
        let controls = Controls::default();
        let clause = |id: &str| Breakpoint::Clause(id.into());
        assert_eq!(controls.add(clause("S5.A.1")), 3);
        let file = BreakpointSet::File("a.feature".into());
        assert_eq!(controls.replace(&file, vec![clause("S5.A.2"), clause("S5.A.3")]), [4, 5]);
        assert_eq!(controls.replace(&file, vec![clause("S5.A.4")]), [6]);
        assert_eq!(controls.delete(3), Some(clause("S5.A.1")));
        assert_eq!(controls.delete(3), None);
        let numbers: Vec<u32> = controls.list().into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [1, 2, 6]);
        controls.pause();
        assert!(controls.take_pause() && !controls.take_pause());
    }
}
