//! History: what was done in the scenario so far, so that a simulated bench can be taken back to an earlier step.

use std::collections::VecDeque;

use super::command::ManualAct;

/// Something that was done.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// A step ran.
    Run(usize),
    /// A step was left out.
    Skip(usize),
    /// A person acted.
    ManualAct(ManualAct),
}

/// The deeds of the attempt under way, and those that are to be done again.
#[derive(Debug, Default)]
pub struct History {
    done: Vec<Deed>,
    replay: VecDeque<Deed>,
}

impl History {
    /// Keeps a deed.
    pub fn keep(&mut self, deed: Deed) {
        self.done.push(deed);
    }

    /// The steps before `step` ran, and nothing else happened.
    pub fn ran_until(&mut self, step: usize) {
        *self = Self { done: (0..step).map(Deed::Run).collect(), replay: VecDeque::new() };
    }

    /// Forgets everything, as a scenario begins.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Nothing more is to be done again.
    pub fn end_replay(&mut self) {
        self.replay.clear();
    }

    /// A step is to run again, now.
    pub fn again(&mut self, step: usize) {
        self.replay.push_back(Deed::Run(step));
    }

    /// The next deed to be done again.
    pub fn next(&self) -> Option<&Deed> {
        self.replay.front()
    }

    /// The next deed is being done: it is history again.
    pub fn take(&mut self) -> Option<Deed> {
        let deed = self.replay.pop_front()?;
        self.done.push(deed.clone());
        Some(deed)
    }

    /// Whether no step has come since the one before `step`: only acts by hand, if anything.
    pub fn stands_before(&self, step: usize) -> bool {
        let last = self.done.iter().rev().find_map(|deed| match deed {
            Deed::Run(at) | Deed::Skip(at) => Some(*at),
            Deed::ManualAct(_) => None,
        });
        last.map_or(0, |last| last + 1) == step
    }

    /// Everything before the last time that `step` came is to be done again, on a bench opened anew. False: it has not
    /// come yet.
    pub fn back_to(&mut self, step: usize) -> bool {
        let came = |deed: &Deed| matches!(deed, Deed::Run(at) | Deed::Skip(at) if *at == step);
        let Some(place) = self.done.iter().rposition(came) else { return false };
        self.done.truncate(place);
        self.undo_acts();
        true
    }

    /// Everything but what was done by hand last is to be done again, on a bench opened anew.
    pub fn undo_acts(&mut self) {
        let acts = self.done.iter().rev().take_while(|deed| matches!(deed, Deed::ManualAct(_))).count();
        self.done.truncate(self.done.len() - acts);
        self.all_again();
    }

    /// Everything is to be done again, on a bench opened anew.
    pub fn all_again(&mut self) {
        self.replay = std::mem::take(&mut self.done).into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act() -> Deed {
        Deed::ManualAct(ManualAct::Reopen(1))
    }

    #[test]
    fn going_back_undoes_a_step_and_the_acts_before_it() {
        let mut history = History::default();
        let deeds = [Deed::Run(0), act(), Deed::Run(1), Deed::Skip(2), act(), Deed::Run(3)];
        deeds.into_iter().for_each(|deed| history.keep(deed));
        assert!(!history.back_to(4));
        assert!(history.back_to(3));
        let replayed: Vec<_> = std::iter::from_fn(|| history.take()).collect();
        assert_eq!(replayed, [Deed::Run(0), act(), Deed::Run(1), Deed::Skip(2)]);
        assert!(history.back_to(1), "what was done again is history");
        assert_eq!(std::iter::from_fn(|| history.take()).collect::<Vec<_>>(), [Deed::Run(0)]);
    }

    #[test]
    fn who_went_to_an_earlier_step_stands_behind_it() {
        let mut history = History::default();
        assert!(history.stands_before(0));
        [Deed::Run(0), Deed::Run(1), act()].into_iter().for_each(|deed| history.keep(deed));
        assert!(history.stands_before(2) && !history.stands_before(1));
    }

    #[test]
    fn of_a_repeated_step_the_last_time_counts() {
        let mut history = History::default();
        history.keep(Deed::Run(0));
        history.again(0);
        assert_eq!(history.take(), Some(Deed::Run(0)));
        assert!(history.back_to(0));
        assert_eq!(history.next(), Some(&Deed::Run(0)));
    }
}
