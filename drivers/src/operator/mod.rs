//! A person beside the bench, who acts and reads wherever the bench lacks a driver.
//!
//! Drivers that use a person ask through [`Operator`]: a terminal on a real bench, a script in tests. A text
//! to type on a phone may be a secret: it is shown only to the person.

use std::fmt;

use serde::Deserialize;

use crate::{
    DriverError, ErrorKind, Reading, Result, SharedClock,
    registry::{DriverKeys, Via},
};

mod terminal;

pub use terminal::Terminal;

/// The name of the drivers that ask a person.
pub const NAME: &str = "operator";

/// A person has no keys in a bench file, whatever they do: they answer at the terminal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorKeys {}

impl DriverKeys for OperatorKeys {
    const NAME: &'static str = NAME;
    const VIA: Via = Via::Person;
}

/// Somebody who answers questions.
pub trait Operator {
    /// Shows `question` and waits for the answer: one line, without its end. It waits as long as the person
    /// takes; who asks a person has no deadline but the run's own. An error where nobody can answer any
    /// more ([`ErrorKind::Unplugged`]).
    ///
    /// # Errors
    ///
    /// `Unplugged` where nobody can answer any more.
    fn ask(&mut self, question: &Question) -> Result<String>;
}

/// A question or an instruction to a person. `Debug` hides the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Question {
    text: String,
    secret: Option<String>,
}

impl Question {
    /// A question that holds no secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), secret: None }
    }

    /// The same question, with something to type that only the person may see.
    pub fn with_secret(self, secret: impl Into<String>) -> Self {
        Self { secret: Some(secret.into()), ..self }
    }

    /// The text, without the secret.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The secret to type.
    pub fn secret(&self) -> Option<&str> {
        self.secret.as_deref()
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.secret.as_ref().map_or(0, |secret| secret.chars().count());
        write!(f, "{:?}, with {secret} secret characters", self.text)
    }
}

/// How often a question is asked before the answers are given up.
const TRIES: usize = 3;

/// The person as an instrument's driver has them.
pub(crate) struct Person {
    instrument: String,
    operator: Box<dyn Operator>,
    clock: SharedClock,
}

impl Person {
    /// The person who does the work of `instrument`.
    pub fn new(instrument: impl Into<String>, operator: Box<dyn Operator>, clock: SharedClock) -> Self {
        Self { instrument: instrument.into(), operator, clock }
    }

    /// The instrument's name in the bench file.
    pub fn instrument(&self) -> &str {
        &self.instrument
    }

    /// Asks until the answer, without white space around it, is one that `understand` knows, three times at
    /// most. Stamped with the moment of the answer; it may have been so since the question. No answer is
    /// in the error: it might be the secret.
    pub fn ask<T>(
        &mut self,
        question: &Question,
        understand: impl Fn(&str) -> Option<T>,
    ) -> Result<Reading<T>> {
        let mut asked = question.clone();
        for _ in 0..TRIES {
            let before = self.clock.now();
            let answer = self.operator.ask(&asked)?;
            let at = self.clock.now();
            if let Some(value) = understand(answer.trim()) {
                return Ok(Reading::new(at, at.since(before), value));
            }
            asked.text = format!("That was not understood. {}", question.text);
        }
        let detail = format!("{TRIES} answers were not understood: {}", question.text);
        Err(DriverError::new(&self.instrument, ErrorKind::Protocol, detail))
    }

    /// Tells the person to do something that can always be done.
    pub fn order(&mut self, what: &str) -> Result<Reading<()>> {
        let question = Question::new(format!("{what}, then press Enter."));
        self.ask(&question, |answer| is_done(answer).then_some(()))
    }

    /// Tells the person to do something to a thing that may not be there; whether it was.
    pub fn try_to(&mut self, what: &str, secret: Option<&str>) -> Result<Reading<bool>> {
        let mut question = Question::new(format!("{what}, then press Enter; or write: absent."));
        question.secret = secret.map(str::to_owned);
        self.ask(&question, |answer| match answer {
            _ if is_done(answer) => Some(true),
            _ if answer.eq_ignore_ascii_case("absent") => Some(false),
            _ => None,
        })
    }
}

fn is_done(answer: &str) -> bool {
    answer.is_empty() || answer.eq_ignore_ascii_case("done")
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::*;
    use crate::{
        BenchTime, Clock,
        testing::{FakeClock, ScriptedPerson},
    };

    /// Gives these answers, each after 2 s.
    fn person<const N: usize>(answers: [&'static str; N]) -> (Person, Arc<FakeClock>) {
        let (clock, mut answers) = (Arc::new(FakeClock::default()), answers.into_iter());
        let script = ScriptedPerson::new(clock.clone(), Duration::from_secs(2), move |_| {
            let gone = || DriverError::new(NAME, ErrorKind::Unplugged, "nobody answers");
            answers.next().map(str::to_owned).ok_or_else(gone)
        });
        (Person::new("phone-1", Box::new(script), clock.clone()), clock)
    }

    #[test]
    fn an_answer_is_stamped_with_its_moment_and_the_time_since_its_question() {
        let (mut person, clock) = person(["nonsense", " DONE "]);
        let done = person.order("Close the app on phone-1").unwrap();
        assert_eq!(done.at, clock.now());
        assert_eq!(done.at, BenchTime::ZERO + Duration::from_secs(4));
        assert_eq!(done.uncertainty, Duration::from_secs(2), "since it was asked again");
    }

    #[test]
    fn a_thing_is_there_or_absent() {
        let (mut person, _) = person(["", "Absent"]);
        assert!(person.try_to("Tap", None).unwrap().value);
        assert!(!person.try_to("Tap", None).unwrap().value);
    }

    #[test]
    fn three_answers_of_nonsense_are_an_error_that_tells_none_of_them() {
        let (mut person, _) = person(["12345678", "12345678", "12345678", ""]);
        let error = person.try_to("Type this on phone-1", Some("12345678")).unwrap_err();
        assert_eq!((&*error.instrument, error.trouble), ("phone-1", ErrorKind::Protocol));
        assert!(!error.to_string().contains("12345678"), "{error}");
        assert!(person.try_to("Tap", None).unwrap().value, "the next question is a new one");
    }

    #[test]
    fn nobody_there_is_the_benchs_trouble() {
        assert_eq!(person([]).0.order("x").unwrap_err().trouble, ErrorKind::Unplugged);
    }

    #[test]
    fn debug_does_not_tell_the_secret() {
        let question = Question::new("Type this").with_secret("12345678");
        assert_eq!(format!("{question:?}"), "\"Type this\", with 8 secret characters");
    }
}
