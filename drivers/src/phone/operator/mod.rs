//! A phone without a test agent, in the hands of a person.

use std::{collections::BTreeMap, time::Duration};

use super::{Phone, Screen};
use crate::{
    DriverError, ErrorKind, Identity, Instrument, Raw, Reading, Result, SharedClock,
    operator::{self, Operator, OperatorKeys, Person, Question, Terminal},
    registry::{Open, Opening},
};

mod answers;
#[cfg(test)]
mod tests;

impl Open<dyn Phone> for OperatorKeys {
    fn open(self, at: Opening<'_, dyn Phone>) -> Result<Box<dyn Phone>> {
        Ok(Box::new(OperatorPhone::new(at.name, Box::new(Terminal), at.clock.clone())))
    }
}

/// A phone that a person drives: the person gets instructions, and is asked about the screen.
///
/// A reading is stamped with the moment of the answer, and its uncertainty reaches back to the question:
/// seconds, so better stamps need a camera. A list is answered in one line, its entries separated by `|`; so
/// no label may hold that character.
pub struct OperatorPhone {
    person: Person,
    clock: SharedClock,
    /// Make and model, once they were asked.
    model: Option<String>,
}

impl OperatorPhone {
    /// The phone `name` (it should be written on it) in the hands of `operator`.
    pub fn new(name: impl Into<String>, operator: Box<dyn Operator>, clock: SharedClock) -> Self {
        Self { person: Person::new(name, operator, clock.clone()), clock, model: None }
    }

    /// Asks something about the phone; "{}" in `text` stands for its name.
    fn ask<T>(&mut self, text: &str, understand: impl Fn(&str) -> Option<T>) -> Result<Reading<T>> {
        let question = Question::new(text.replace("{}", self.person.instrument()));
        self.person.ask(&question, understand)
    }

    fn order(&mut self, what: &str) -> Result<()> {
        let what = what.replace("{}", self.person.instrument());
        self.person.order(&what).map(drop)
    }
}

impl Instrument for OperatorPhone {
    fn name(&self) -> &str {
        self.person.instrument()
    }

    /// Asks once.
    fn identity(&mut self) -> Result<Identity> {
        let model = match self.model.clone() {
            Some(model) => model,
            None => {
                let some = |answer: &str| (!answer.is_empty()).then(|| answer.to_owned());
                self.ask("Of which make and model is {}?", some)?.value
            }
        };
        self.model = Some(model.clone());
        Ok(Identity { driver: operator::NAME.into(), model, serial: String::new(), detail: BTreeMap::new() })
    }

    /// Asks nothing. A check comes before every verdict, and a person who is asked each time whether the
    /// phone is still there answers without looking; what the check would tell, the next answer tells too.
    fn check(&mut self) -> Result<()> {
        Ok(())
    }

    /// Nothing is held between calls, and at the end the person may have left.
    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Phone for OperatorPhone {
    fn screen(&mut self) -> Result<Reading<Screen>> {
        let asked = self.clock.now();
        let title = self.ask("What is the heading on {}?", |answer| Some(answer.to_owned()))?.value;
        let texts =
            self.ask("Which other texts, top to bottom? a | b", |answer| Some(answers::list(answer)))?;
        let buttons = self.ask(
            "Which buttons, links and list entries, top to bottom? a | b (off); \"(off)\" is greyed out",
            answers::buttons,
        )?;
        let fields = self.ask(
            "Which text fields, top to bottom, with how many characters? a = 0 | b = 6 dots",
            answers::fields,
        )?;
        let switches =
            self.ask("Which switches and boxes, top to bottom? a = on | b = off", answers::switches)?;
        let screen = Screen {
            title,
            texts: texts.value,
            buttons: buttons.value,
            fields: fields.value,
            switches: switches.value,
        };
        let at = self.clock.now();
        let raw = Raw { media_type: "text/plain", bytes: answers::transcript(&screen).into_bytes() };
        Ok(Reading { at, uncertainty: at.since(asked), value: screen, raw: Some(raw) })
    }

    fn tap(&mut self, label: &str) -> Result<bool> {
        let what = format!("Tap \"{label}\" on {}", self.name());
        Ok(self.person.try_to(&what, None)?.value)
    }

    fn enter(&mut self, label: &str, text: &str) -> Result<bool> {
        let what = match text {
            "" => format!("Empty the field \"{label}\" on {}", self.name()),
            _ => {
                format!("Put what stands below in the field \"{label}\" on {}, and nothing else", self.name())
            }
        };
        Ok(self.person.try_to(&what, (!text.is_empty()).then_some(text))?.value)
    }

    fn set(&mut self, label: &str, on: bool) -> Result<bool> {
        let what = format!("Switch \"{label}\" {} on {}", if on { "on" } else { "off" }, self.name());
        Ok(self.person.try_to(&what, None)?.value)
    }

    fn reopen(&mut self) -> Result<()> {
        self.order("Close the app on {} and open it afresh")
    }

    fn background(&mut self) -> Result<()> {
        self.order("Go to the home screen of {} and leave the app open")
    }

    fn foreground(&mut self) -> Result<()> {
        self.order("Bring the open app on {} back")
    }

    fn reinstall(&mut self) -> Result<()> {
        self.order("Remove the app from {} with all its data, install it again and open it")
    }

    fn set_clock(&mut self, offset_s: i64) -> Result<()> {
        let by = Duration::from_secs(offset_s.unsigned_abs());
        match offset_s {
            0 => self.order("Set the clock of {} to the right time"),
            1.. => self.order(&format!("Set the clock of {{}} {by:?} ahead of the right time")),
            _ => self.order(&format!("Set the clock of {{}} {by:?} behind the right time")),
        }
    }

    fn screenshot(&mut self) -> Result<Reading<bool>> {
        self.ask("Take a screenshot on {} and look at it. Does it show the app? yes or no", answers::yes)
    }

    fn biometric(&mut self, owner: bool) -> Result<bool> {
        let whose = if owner { "the enrolled" } else { "somebody else's" };
        let what = format!("Show {whose} finger or face to {}, if it asks for one", self.name());
        Ok(self.person.try_to(&what, None)?.value)
    }

    fn notify(&mut self, text: &str) -> Result<()> {
        self.order(&format!("Make another app on {{}} notify you of \"{text}\" (a reminder for now)"))
    }

    fn notifications(&mut self) -> Result<Reading<Vec<String>>> {
        let question = "Which notifications has {} shown since the app was installed, oldest first? a | b";
        self.ask(question, |answer| Some(answers::list(answer)))
    }

    /// No person can see what a scanner read: [`ErrorKind::Unsupported`].
    fn scanned(&mut self) -> Result<Reading<Option<String>>> {
        let detail = "nobody can see on a screen what the app's scanner read";
        Err(DriverError::new(self.name(), ErrorKind::Unsupported, detail))
    }
}
