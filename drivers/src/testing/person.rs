//! A person who is a script.

use std::{cell::RefCell, rc::Rc, time::Duration};

use crate::{
    Result, SharedClock,
    operator::{Operator, Question},
};

/// Makes the answer to a question.
type Answer = Box<dyn FnMut(&Question) -> Result<String>>;

/// Answers each question by a function, some time after it was asked.
pub struct ScriptedPerson {
    clock: SharedClock,
    takes: Duration,
    answer: Answer,
    asked: Rc<RefCell<Vec<String>>>,
}

impl ScriptedPerson {
    /// A person who takes `takes` on `clock` for each question, then gives what `answer` returns.
    pub fn new(
        clock: SharedClock,
        takes: Duration,
        answer: impl FnMut(&Question) -> Result<String> + 'static,
    ) -> Self {
        Self { clock, takes, answer: Box::new(answer), asked: Rc::default() }
    }

    /// A person who gives the same `answer` to each question.
    pub fn saying(clock: SharedClock, takes: Duration, answer: &'static str) -> Self {
        Self::new(clock, takes, move |_| Ok(answer.into()))
    }

    /// The texts of all questions until now, in order; they stay readable when a driver holds the person.
    pub fn asked(&self) -> Rc<RefCell<Vec<String>>> {
        self.asked.clone()
    }
}

impl Operator for ScriptedPerson {
    fn ask(&mut self, question: &Question) -> Result<String> {
        self.clock.wait_until(self.clock.now() + self.takes)?;
        self.asked.borrow_mut().push(question.text().into());
        (self.answer)(question)
    }
}
