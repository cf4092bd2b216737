//! The guide, step 5 part 2, in its own words: from one phone to another.

use cucumber::{given, then, when};

use super::{OTHER_PHONE, PHONE};
use crate::{
    oracle::{Check, check::SamePayload, observed::Scanned},
    session::{
        Session,
        app::{INSIDE, TEMPORARY_PIN},
        copy::{BOX, MAY_USE_BLUETOOTH, SCAN_IT, VIEWFINDER, WELCOME},
    },
};

#[given("the MitID app, newly installed on another phone")]
fn installed(session: &mut Session) {
    session.step(|session| {
        session.phones[OTHER_PHONE].phone.reinstall()?;
        session.phones[OTHER_PHONE].phone.reopen()?;
        session.expect(OTHER_PHONE, WELCOME, &["Get started"])
    });
}

#[when("I open the MitID app on the new phone")]
fn open_new(session: &mut Session) {
    session.step(|session| {
        session.phones[OTHER_PHONE].phone.reopen()?;
        session.expect(OTHER_PHONE, WELCOME, &[])
    });
}

#[when(expr = "I select {string} and tap {string} on the new phone")]
fn select_copy(session: &mut Session, copy: String, next: String) {
    session.step(|session| {
        session.choose_copy(OTHER_PHONE, &copy, &next)?;
        session.expect(OTHER_PHONE, SCAN_IT, &[BOX])
    });
}

#[when(expr = "I check the box {string} and tap {string} on the new phone")]
fn tick(session: &mut Session, label: String, scan: String) {
    session.step(|session| session.tick_and_scan(OTHER_PHONE, &label, &scan));
}

#[then("the new phone asks for Bluetooth before it scans")]
fn new_asks(session: &mut Session) {
    session.step(|session| {
        session.expect(OTHER_PHONE, MAY_USE_BLUETOOTH, &["Allow", "Don't allow"])?;
        session.tap(OTHER_PHONE, "Allow")?;
        session.expect(OTHER_PHONE, VIEWFINDER, &[])
    });
}

#[given("the scanner of the new phone is open")]
#[when("I open the scanner of the new phone")]
fn scanner_open(session: &mut Session) {
    session.step(|session| session.open_scanner(OTHER_PHONE));
}

#[when("I open the scanner of the new phone again")]
fn scanner_again(session: &mut Session) {
    session.step(|session| {
        session.phones[OTHER_PHONE].phone.reinstall()?;
        session.open_scanner(OTHER_PHONE)
    });
}

#[when("I hold the new phone up to the QR code on the old phone")]
fn hold_up(session: &mut Session) {
    session.step(|session| {
        // A second read: what the new phone makes of the code is held against two.
        session.look_once_more(PHONE)?;
        session.scan_off(OTHER_PHONE, PHONE)
    });
}

#[then("the new phone has read the code that the camera sees")]
fn same_payload(session: &mut Session) {
    session.step(|session| {
        let told = session.phones[OTHER_PHONE].phone.scanned()?;
        let name = session.phones[OTHER_PHONE].phone.name().to_owned();
        let told = told.map(|payload| Scanned { payload });
        let mut seen = vec![session.recorder.observed(&name, &told)?];
        seen.extend(&session.looks);
        let prefix = session.bench.profile.qr.prefix.clone();
        session.judge(&Check::SamePayload(SamePayload { prefix }), &seen)
    });
}

#[when(expr = "I enter my user ID and tap {string} on the new phone")]
fn user_id(session: &mut Session, next: String) {
    session.step(|session| {
        let user = session.phones[PHONE].user.clone();
        session.enter_user_id(OTHER_PHONE, &user, &next)?;
        session.expect(OTHER_PHONE, TEMPORARY_PIN, &[])
    });
}

#[when("I enter my user ID in other letter case on the new phone")]
fn other_case(session: &mut Session) {
    session.step(|session| {
        let user = session.phones[PHONE].user.clone();
        let upper = user.to_uppercase();
        session.enter_user_id(OTHER_PHONE, if upper == user { &user } else { &upper }, "Next")
    });
}

#[when("I enter somebody else's user ID on the new phone")]
fn foreign_user(session: &mut Session) {
    session.step(|session| {
        let user = session.phones[OTHER_PHONE].user.clone();
        session.enter_user_id(OTHER_PHONE, &user, "Next")
    });
}

#[when("I enter a user ID of nobody on the new phone")]
fn unknown_user(session: &mut Session) {
    session.step(|session| {
        let user = format!("{}-nobody", session.phones[PHONE].user);
        session.enter_user_id(OTHER_PHONE, &user, "Next")
    });
}

#[given("the app copied to the new phone as far as the user ID")]
fn as_far_as_user_id(session: &mut Session) {
    session.step(|session| {
        session.phones[OTHER_PHONE].phone.reinstall()?;
        session.old_phone_shows_code(PHONE)?;
        session.open_scanner(OTHER_PHONE)?;
        session.scan_off(OTHER_PHONE, PHONE)
    });
}

#[given("the app copied to the new phone as far as the temporary PIN code")]
fn as_far_as_temporary_pin(session: &mut Session) {
    session.step(|session| session.copy_app(OTHER_PHONE, PHONE));
}

#[given("the app is copied to the new phone and activated there")]
#[when("the app is copied to the new phone and activated there")]
fn copied(session: &mut Session) {
    session.step(|session| session.copy_app_whole(OTHER_PHONE, PHONE));
}

#[then("the old phone's app is not activated by that")]
fn old_is_not(session: &mut Session) {
    session.step(|session| {
        session.phones[PHONE].phone.reopen()?;
        session.expect(PHONE, "MitID", &["Activate MitID"])
    });
}

#[then("the app on the new phone is the one that is activated")]
fn new_is(session: &mut Session) {
    session.step(|session| {
        let pin = session.bench.test_pin.clone();
        session.unlock(OTHER_PHONE, &pin)?;
        session.expect(OTHER_PHONE, INSIDE, &[])
    });
}

#[given("the QR code of this phone, kept, and the app newly installed on the same phone")]
fn same_phone(session: &mut Session) {
    session.step(|session| {
        session.old_phone_shows_code(PHONE)?;
        session.phones[PHONE].phone.reinstall()?;
        session.open_scanner(PHONE)
    });
}
