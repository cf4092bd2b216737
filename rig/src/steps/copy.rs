//! The guide, step 5 part 2, in its own words: from one phone to another.

use cucumber::{given, then, when};
use drivers::ErrorKind;

use super::{OTHER_PHONE, PHONE};
use crate::{
    oracle::check::SamePayload,
    recorder::Handles,
    session::{
        Evidence::{Activation, NewApp, QrCode, QrCodeAskedFor, Scan, Scanner, TemporaryPin},
        Means, Scene,
        app::{APP_ACTIVATED, INSIDE, TEMPORARY_PIN},
        copy::{BOX, MAY_USE_BLUETOOTH, SCAN_IT, USER_ID, VIEWFINDER, WELCOME},
        means,
    },
    suite::{Instrument::View, Single},
};

#[given("the MitID app, newly installed on another phone")]
fn installed(scene: &mut Scene) {
    scene.step(means().on(OTHER_PHONE).gives(NewApp).shows(&[WELCOME, "Get started"]), |session| {
        session.phone(OTHER_PHONE).reinstall()?;
        session.phone(OTHER_PHONE).reopen()?;
        session.expect(OTHER_PHONE, WELCOME, &["Get started"])
    });
}

#[when("I open the MitID app on the new phone")]
fn open_new(scene: &mut Scene) {
    scene.step(means().on(OTHER_PHONE).needs(NewApp).shows(&[WELCOME]), |session| {
        session.phone(OTHER_PHONE).reopen()?;
        session.expect(OTHER_PHONE, WELCOME, &[])
    });
}

#[when(expr = "I select {string} and tap {string} on the new phone")]
fn select_copy(scene: &mut Scene, copy: String, next: String) {
    scene.step(means().on(OTHER_PHONE).needs(NewApp).shows(&[&copy, &next]), |session| {
        session.choose_copy(OTHER_PHONE, &copy, &next)?;
        session.expect(OTHER_PHONE, SCAN_IT, &[BOX])
    });
}

#[when(expr = "I check the box {string} and tap {string} on the new phone")]
fn tick(scene: &mut Scene, label: String, scan: String) {
    scene.step(means().on(OTHER_PHONE).needs(NewApp).shows(&[&label, &scan]), |session| {
        session.tick_and_scan(OTHER_PHONE, &label, &scan)
    });
}

#[then("the new phone asks for Bluetooth before it scans")]
fn new_asks(scene: &mut Scene) {
    scene.step(
        means().sees(OTHER_PHONE).needs(NewApp).gives(Scanner(OTHER_PHONE)).shows(&[MAY_USE_BLUETOOTH]),
        |session| {
            session.expect(OTHER_PHONE, MAY_USE_BLUETOOTH, &["Allow", "Don't allow"])?;
            session.tap(OTHER_PHONE, "Allow")?;
            session.expect(OTHER_PHONE, VIEWFINDER, &[])
        },
    );
}

#[given("the scanner of the new phone is open")]
#[when("I open the scanner of the new phone")]
fn scanner_open(scene: &mut Scene) {
    scene.step(means().on(OTHER_PHONE).needs(NewApp).gives(Scanner(OTHER_PHONE)), |session| {
        session.open_scanner(OTHER_PHONE)
    });
}

#[when("I open the scanner of the new phone again")]
fn scanner_again(scene: &mut Scene) {
    scene.step(means().on(OTHER_PHONE).gives(NewApp).gives(Scanner(OTHER_PHONE)), |session| {
        session.phone(OTHER_PHONE).reinstall()?;
        session.open_scanner(OTHER_PHONE)
    });
}

#[when("I hold the new phone up to the QR code on the old phone")]
fn hold_up(scene: &mut Scene) {
    scene.step(
        means()
            .on(OTHER_PHONE)
            .uses(View)
            .uses(Single::Holder)
            .needs(QrCode)
            .needs(Scanner(OTHER_PHONE))
            .gives(Scan),
        |session| {
            // A second read: what the new phone makes of the code is held against two.
            session.look_once_more(PHONE)?;
            session.scan_off(OTHER_PHONE, PHONE)
        },
    );
}

#[then("the new phone has read the code that the camera sees")]
fn same_payload(scene: &mut Scene) {
    scene.step(means().sees(OTHER_PHONE).needs(QrCode).needs(Scan).judges::<SamePayload>(), |session| {
        let (seen, taken) = match session.phone(OTHER_PHONE).scanned() {
            Ok(told) => (Handles::from(session.observe_scanned(OTHER_PHONE, told)?), Vec::new()),
            // A phone that cannot tell is taken at its screen's word.
            Err(error) if error.trouble == ErrorKind::Unsupported => {
                let taken = vec![session.text("The QR code is scanned")?, session.text(USER_ID)?];
                (session.memory.phones[OTHER_PHONE].screen.into(), taken)
            }
            Err(error) => return Err(error.into()),
        };
        let seen = seen.with(session.memory.qr.looks.clone());
        let prefix = session.bench.profile.qr.prefix.clone();
        session.judge(SamePayload { prefix, taken }, seen)
    });
}

#[when(expr = "I enter my user ID and tap {string} on the new phone")]
fn user_id(scene: &mut Scene, next: String) {
    scene.step(means().on(OTHER_PHONE).needs(Scan).shows(&[USER_ID, &next]), |session| {
        let user = session.instruments.phones[PHONE].user.clone();
        session.enter_user_id(OTHER_PHONE, &user, &next)?;
        session.expect(OTHER_PHONE, TEMPORARY_PIN, &[])
    });
}

#[when("I enter my user ID in other letter case on the new phone")]
fn other_case(scene: &mut Scene) {
    scene.step(means().on(OTHER_PHONE).needs(Scan), |session| {
        let user = session.instruments.phones[PHONE].user.clone();
        let upper = user.to_uppercase();
        session.enter_user_id(OTHER_PHONE, if upper == user { &user } else { &upper }, "Next")
    });
}

#[when("I enter somebody else's user ID on the new phone")]
fn foreign_user(scene: &mut Scene) {
    scene.step(means().on(OTHER_PHONE).needs(Scan), |session| {
        let user = session.instruments.phones[OTHER_PHONE].user.clone();
        session.enter_user_id(OTHER_PHONE, &user, "Next")
    });
}

#[when("I enter a user ID of nobody on the new phone")]
fn unknown_user(scene: &mut Scene) {
    scene.step(means().on(OTHER_PHONE).needs(Scan), |session| {
        let user = format!("{}-nobody", session.instruments.phones[PHONE].user);
        session.enter_user_id(OTHER_PHONE, &user, "Next")
    });
}

/// A step that copies the app from the phone in hand to the other one.
fn copy() -> Means {
    let both = means().on(PHONE).on(OTHER_PHONE).uses(View).uses(Single::Holder);
    both.gives(QrCodeAskedFor).gives(QrCode).gives(NewApp).gives(Scan)
}

#[given("the app copied to the new phone as far as the user ID")]
fn as_far_as_user_id(scene: &mut Scene) {
    scene.step(copy(), |session| {
        session.phone(OTHER_PHONE).reinstall()?;
        session.old_phone_shows_code(PHONE)?;
        session.open_scanner(OTHER_PHONE)?;
        session.scan_off(OTHER_PHONE, PHONE)
    });
}

#[given("the app copied to the new phone as far as the temporary PIN code")]
fn as_far_as_temporary_pin(scene: &mut Scene) {
    scene.step(copy(), |session| session.copy_app(OTHER_PHONE, PHONE));
}

#[given("the app is copied to the new phone and activated there")]
#[when("the app is copied to the new phone and activated there")]
fn copied(scene: &mut Scene) {
    scene.step(
        copy().uses(Single::Modem).gives(TemporaryPin).gives(Activation).shows(&[APP_ACTIVATED]),
        |session| session.copy_app_whole(OTHER_PHONE, PHONE),
    );
}

#[then("the old phone's app is not activated by that")]
fn old_is_not(scene: &mut Scene) {
    scene.step(means().sees(PHONE).needs(Activation).shows(&["Activate MitID"]), |session| {
        session.phone(PHONE).reopen()?;
        session.expect(PHONE, "MitID", &["Activate MitID"])
    });
}

#[then("the app on the new phone is the one that is activated")]
fn new_is(scene: &mut Scene) {
    scene.step(means().sees(OTHER_PHONE).needs(Activation).shows(&[INSIDE]), |session| {
        let pin = session.bench.test_pin.clone();
        session.unlock(OTHER_PHONE, &pin)?;
        session.expect(OTHER_PHONE, INSIDE, &[])
    });
}

#[given("the QR code of this phone, kept, and the app newly installed on the same phone")]
fn same_phone(scene: &mut Scene) {
    scene.step(
        means().on(PHONE).uses(View).gives(QrCodeAskedFor).gives(QrCode).gives(Scanner(PHONE)),
        |session| {
            session.old_phone_shows_code(PHONE)?;
            session.phone(PHONE).reinstall()?;
            session.open_scanner(PHONE)
        },
    );
}
