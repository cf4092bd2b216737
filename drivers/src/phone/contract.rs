//! The contract of a phone, as one test suite for every implementation.
//!
//! Call [`keeps`] from a test of the implementation; it asserts.

use std::time::Duration;

use super::{Phone, Screen};
use crate::{Reading, SharedClock};

/// Where the suite goes on the phone under test.
pub struct Walk<'a> {
    /// A button of the first screen; a tap leads to another screen within 5 s.
    pub button: &'a str,
    /// A field of that other screen.
    pub field: &'a str,
}

/// Nothing on any screen reads so.
const NOWHERE: &str = "nothing reads so \u{fffd}";

/// Asserts that `phone`, on `clock`, keeps the contract of [`Phone`].
pub fn keeps(phone: &mut dyn Phone, clock: &SharedClock, walk: &Walk<'_>) {
    is_an_instrument(phone);

    phone.reopen().expect("a phone can be opened afresh");
    let first = look(phone, clock);
    assert!(first.value.buttons.iter().any(|button| button.label == walk.button && button.enabled));

    assert!(!phone.tap(NOWHERE).expect("what is not there is data"));
    assert!(!phone.enter(NOWHERE, "text").expect("what is not there is data"));
    assert!(!phone.set(NOWHERE, true).expect("what is not there is data"));
    assert!(!phone.enter(walk.field, "text").expect("what is not there yet is data"));
    assert_eq!(look(phone, clock).value, first.value, "nothing came of what was not there");

    assert!(phone.tap(walk.button).expect("a button can be tapped"));
    let second = arrive(phone, clock, walk.field);
    assert_ne!(second.title, first.value.title);

    for (text, length) in [("abc", 3), ("æøå €", 5), ("", 0), ("12345678", 8)] {
        assert!(phone.enter(walk.field, text).expect("a field can be filled"));
        let screen = look(phone, clock);
        let field = screen.value.fields.iter().find(|field| field.label == walk.field);
        assert_eq!(
            field.map(|field| field.length),
            Some(length),
            "text is replaced, and counted in characters"
        );
    }
    let screen = look(phone, clock);
    let evidence = screen.raw.map(|raw| String::from_utf8_lossy(&raw.bytes).into_owned()).unwrap_or_default();
    assert!(!evidence.contains("12345678"), "what was typed is not told");

    phone.reopen().expect("a phone can be opened afresh at any time");
    assert_eq!(look(phone, clock).value, first.value, "afresh is afresh");
}

fn is_an_instrument(phone: &mut dyn Phone) {
    assert!(!phone.name().is_empty());
    let identity = phone.identity().expect("a phone knows what it is");
    assert!(!identity.driver.is_empty() && !identity.model.is_empty());
    phone.check().expect("a phone that is there passes its check");
    phone.make_safe().expect("safe");
    phone.make_safe().expect("safe twice");
}

/// The screen, stamped with a moment between asking and answer.
fn look(phone: &mut dyn Phone, clock: &SharedClock) -> Reading<Screen> {
    let before = clock.now();
    let screen = phone.screen().expect("a phone has a screen");
    let after = clock.now();
    assert!(screen.at + screen.uncertainty >= before && screen.at - screen.uncertainty <= after);
    screen
}

/// Waits for the screen that has this field.
fn arrive(phone: &mut dyn Phone, clock: &SharedClock, field: &str) -> Screen {
    let deadline = clock.now() + Duration::from_secs(5);
    loop {
        let screen = look(phone, clock).value;
        if screen.fields.iter().any(|there| there.label == field) {
            return screen;
        }
        assert!(clock.now() < deadline, "the tap led to \"{}\", which has no \"{field}\"", screen.title);
        clock.wait_until(clock.now() + Duration::from_millis(50)).expect("time goes by");
    }
}
