//! The guide, step 5 part 3, in its own words.

use cucumber::{then, when};

use super::{DISPLAY, OTHER_DISPLAY, PHONE};
use crate::session::{ENTER_SERIAL, Session, Stage};

#[when(expr = "I select {string} on the screen {string} and tap {string}")]
fn select(session: &mut Session, way: String, title: String, next: String) {
    session.step(|session| {
        session.expect(PHONE, &title, &[&way, &next])?;
        session.tap(PHONE, &way)?;
        session.tap(PHONE, &next)
    });
}

#[when(expr = "I scroll down and tap {string}")]
#[when(expr = "I tap {string}")]
fn tap(session: &mut Session, label: String) {
    session.step(|session| {
        session.look(PHONE)?;
        let offered = session.shows(None, &[&label])?;
        session.judge_screen(PHONE, &crate::oracle::Check::ScreenShows(offered))?;
        session.tap(PHONE, &label)
    });
}

#[then(expr = "I see the message {string}")]
#[then(expr = "{string} is shown")]
fn sees(session: &mut Session, title: String) {
    session.step(|session| session.expect(PHONE, &title, &[]));
}

#[then(expr = "the screen {string} offers {string}")]
#[then(expr = "the screen {string} reads {string}")]
fn reads(session: &mut Session, title: String, text: String) {
    session.step(|session| session.expect(PHONE, &title, &[&text]));
}

#[when("I enter the serial number found on the back of my code display")]
fn enter_serial(session: &mut Session) {
    session.step(|session| {
        let serial_number = session.displays[DISPLAY].entry.serial_number.get_ref().clone();
        session.enter_serial(PHONE, &serial_number)
    });
}

#[when("I enter a serial number of no device")]
fn enter_unknown_serial(session: &mut Session) {
    session.step(|session| {
        let serial_number = session.bench.serial_numbers.unknown.clone();
        session.enter_serial(PHONE, &serial_number)
    });
}

#[when("I enter the serial number of somebody else's code display")]
fn enter_foreign_serial(session: &mut Session) {
    session.step(|session| {
        let serial_number = session.bench.serial_numbers.foreign.clone();
        session.enter_serial(PHONE, &serial_number)
    });
}

#[when("I enter the code displayed")]
fn enter_code(session: &mut Session) {
    session.step(|session| {
        let code = session.last_code()?;
        session.enter_code(PHONE, &code.text)
    });
}

#[when("I enter a wrong code")]
fn enter_wrong_code(session: &mut Session) {
    session.step(|session| {
        let wrong = session.wrong_code(DISPLAY)?;
        session.enter_code(PHONE, &wrong)
    });
}

#[when("I follow the guide with the other code display as far as the serial number")]
fn other_display(session: &mut Session) {
    session.step(|session| {
        session.go_to(PHONE, OTHER_DISPLAY, Stage::SerialNumber)?;
        let serial_number = session.displays[OTHER_DISPLAY].entry.serial_number.get_ref().clone();
        session.enter_serial(PHONE, &serial_number)?;
        // The refusal stands on the screen that asked, so the next step looks at that one.
        session.expect(PHONE, ENTER_SERIAL, &[])
    });
}

#[when("I press the button on my code display")]
fn press(session: &mut Session) {
    session.step(|session| session.new_code(DISPLAY).map(drop));
}

#[when("I press the button on the other code display")]
fn press_other(session: &mut Session) {
    session.step(|session| session.new_code(OTHER_DISPLAY).map(drop));
}
