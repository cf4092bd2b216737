//! A phone in the hands of a person who is a script.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{
    phone::{Button, Field, Switch, contract},
    testing::FakeClock,
};

/// A person with an app of two pages, who does what is asked, one second after it was.
struct Person {
    clock: SharedClock,
    second: bool,
    length: usize,
    /// How many questions are answered with nonsense first.
    nonsense: usize,
}

impl Operator for Person {
    fn ask(&mut self, question: &Question) -> Result<String> {
        self.clock.wait_until(self.clock.now() + Duration::from_secs(1))?;
        if self.nonsense > 0 {
            self.nonsense -= 1;
            return Ok("what?".into());
        }
        let text = question.text().trim_start_matches("That was not understood. ");
        let length = self.length;
        Ok(match (text, self.second) {
            _ if text.starts_with("Of which make") => "a phone".into(),
            _ if text.starts_with("What is the heading") => {
                if self.second { "Second" } else { "First" }.into()
            }
            _ if text.starts_with("Which other texts") => "one | two".into(),
            (_, false) if text.starts_with("Which buttons") => "Go on | Not yet (off)".into(),
            (_, true) if text.starts_with("Which text fields") => format!("Name = {length} dots"),
            (_, true) if text.starts_with("Which switches") => "Agreed = on|Free = off".into(),
            _ if text.starts_with("Which") => String::new(),
            (_, false) if text.starts_with("Tap \"Go on\" on phone-1, then") => {
                self.second = true;
                String::new()
            }
            (_, true) if text.contains("field \"Name\"") => {
                self.length = question.secret().unwrap_or_default().chars().count();
                "done".into()
            }
            _ if text.starts_with("Close the app on phone-1") => {
                (self.second, self.length) = (false, 0);
                String::new()
            }
            _ => "absent".into(),
        })
    }
}

fn phone(nonsense: usize) -> (OperatorPhone, SharedClock) {
    let clock: SharedClock = Arc::new(FakeClock::default());
    let person = Person { clock: clock.clone(), second: false, length: 0, nonsense };
    (OperatorPhone::new("phone-1", Box::new(person), clock.clone()), clock)
}

#[test]
fn keeps_the_contract() {
    let (mut phone, clock) = phone(0);
    contract::keeps(&mut phone, &clock, &contract::Walk { button: "Go on", field: "Name" });
}

#[test]
fn a_screen_is_what_the_person_says() {
    let (mut phone, clock) = phone(0);
    assert!(phone.tap("Go on").unwrap());
    let before = clock.now();
    let screen = phone.screen().unwrap();
    assert_eq!((screen.at, screen.uncertainty), (clock.now(), clock.now().since(before)));
    let evidence = "heading: Second\ntext: one\ntext: two\nfield: Name = 0 dots\nswitch: Agreed = on\nswitch: Free = off";
    assert_eq!(screen.raw.unwrap().bytes, evidence.as_bytes());
    let fields = vec![Field { label: "Name".into(), length: 0, secret: true }];
    let switches =
        vec![Switch { label: "Agreed".into(), on: true }, Switch { label: "Free".into(), on: false }];
    let texts = vec!["one".into(), "two".into()];
    assert_eq!(screen.value, Screen { title: "Second".into(), texts, buttons: vec![], fields, switches });
}

#[test]
fn nonsense_is_asked_again_but_not_for_ever() {
    assert!(phone(2).0.tap("Go on").unwrap());
    let error = phone(3).0.enter("Name", "12345678").unwrap_err();
    assert_eq!((&*error.instrument, error.trouble), ("phone-1", ErrorKind::Protocol));
    assert!(!format!("{error} {error:?}").contains("12345678"), "{error}");
}

#[test]
fn a_check_asks_nothing_and_the_model_is_asked_once() {
    let (mut phone, clock) = phone(0);
    phone.identity().unwrap();
    let then = clock.now();
    phone.check().unwrap();
    phone.identity().unwrap();
    assert_eq!(clock.now(), then);
}

#[test]
fn what_nobody_can_see_is_not_asked() {
    assert_eq!(phone(0).0.scanned().unwrap_err().trouble, ErrorKind::Unsupported);
}

#[test]
fn answers_that_make_no_sense_are_none() {
    assert_eq!(answers::fields("a"), None);
    assert_eq!(answers::fields("a = -1"), None);
    assert_eq!(answers::fields("a = many | b = 1"), None);
    assert_eq!(answers::switches("a = perhaps"), None);
    assert_eq!(answers::yes("perhaps"), None);
    assert_eq!(answers::fields(" | "), Some(vec![]));
    let button = |label: &str, enabled| Button { label: label.into(), enabled };
    assert_eq!(answers::buttons("a|b  (off)"), Some(vec![button("a", true), button("b", false)]));
}

proptest! {
    #[test]
    fn any_answer_is_survived(answer: String) {
        answers::buttons(&answer);
        answers::fields(&answer);
        answers::switches(&answer);
    }
}
