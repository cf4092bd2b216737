//! User IDs that are offered to the app.

use cucumber::when;

use super::{Count, OTHER_PHONE, PHONE};
use crate::session::{
    Evidence::Unlocking,
    Scene, Session, StepResult,
    app::{INSIDE, NEW_USER_ID, NEW_USER_ID_FIELD},
    means,
};

/// Ten digits in no other order than by chance, and the same ones as a CPR number is written.
const TEN_DIGITS: &str = "3151990123";
const AS_CPR: &str = "315199-0123";

/// A step that offers the user ID that `make` gives.
fn offers(scene: &mut Scene, make: impl FnOnce(&Session) -> String) {
    scene.step(means().on(PHONE).needs(Unlocking), |session| {
        let user_id = make(session);
        offer(session, &user_id)
    });
}

fn offer(session: &mut Session, user_id: &str) -> StepResult {
    session.expect(PHONE, INSIDE, &["Change user ID"])?;
    session.tap(PHONE, "Change user ID")?;
    session.expect(PHONE, NEW_USER_ID, &[NEW_USER_ID_FIELD])?;
    session.enter(PHONE, NEW_USER_ID_FIELD, user_id)?;
    session.tap(PHONE, "Next")
}

#[when(expr = "I offer a user ID of {count} characters")]
fn of_length(scene: &mut Scene, characters: Count) {
    offers(scene, |_| "quiet-kettle-".chars().cycle().take(characters.0.into()).collect());
}

#[when("I offer a user ID with Danish letters, a digit and a space")]
fn danish(scene: &mut Scene) {
    offers(scene, |_| "blåbær på ø 7".into());
}

#[when("I offer a user ID that begins with a space")]
fn space_first(scene: &mut Scene) {
    offers(scene, |_| " quiet kettle".into());
}

#[when("I offer a user ID that ends with a space")]
fn space_last(scene: &mut Scene) {
    offers(scene, |_| "quiet kettle ".into());
}

#[when("I offer ten digits as my user ID")]
fn ten_digits(scene: &mut Scene) {
    offers(scene, |_| TEN_DIGITS.into());
}

#[when("I offer a user ID in the form of a CPR number")]
fn cpr_number(scene: &mut Scene) {
    offers(scene, |_| AS_CPR.into());
}

#[when("I offer a user ID with a letter of another alphabet")]
fn other_alphabet(scene: &mut Scene) {
    offers(scene, |_| "quiet ψettle".into());
}

#[when("I offer somebody else's user ID as mine")]
fn taken(scene: &mut Scene) {
    let means = means().on(PHONE).needs(Unlocking).uses(crate::suite::Instrument::Phone(OTHER_PHONE));
    scene.step(means, |session| {
        let user_id = session.instruments.phones[OTHER_PHONE].user.clone();
        offer(session, &user_id)
    });
}

#[when("I offer somebody else's user ID in other letter case as mine")]
fn taken_in_other_case(scene: &mut Scene) {
    let means = means().on(PHONE).needs(Unlocking).uses(crate::suite::Instrument::Phone(OTHER_PHONE));
    scene.step(means, |session| {
        let user_id = session.instruments.phones[OTHER_PHONE].user.to_uppercase();
        offer(session, &user_id)
    });
}
