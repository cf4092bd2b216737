//! Passwords that are offered to the app.

use cucumber::when;

use super::{Count, Device, PHONE};
use crate::session::{CREATE_PASSWORD, Scene, means};

#[when(expr = "I create a personal password for {device} and repeat it")]
fn create(scene: &mut Scene, device: Device) {
    scene.step(device.used().on(PHONE).shows(&[CREATE_PASSWORD]), |session| {
        let password = session.bench.test_password.clone();
        session.create_password(PHONE, &password, &password)
    });
}

#[when("I create a password and repeat another one")]
fn differs(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| {
        let password = session.bench.test_password.clone();
        session.create_password(PHONE, &password, &format!("{password}x"))
    });
}

#[when(expr = "I create a password of {count} characters")]
fn of_length(scene: &mut Scene, characters: Count) {
    scene.step(means().on(PHONE), |session| {
        session.offer_password(PHONE, &plain_password(characters.0.into()))
    });
}

#[when("I create a password with my user ID in it")]
fn with_user_id(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| {
        let password = format!("k7-{}-Zw", session.instruments.phones[PHONE].user);
        session.offer_password(PHONE, &password)
    });
}

#[when("I create a password with my user ID in capital letters in it")]
fn with_user_id_in_capitals(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| {
        let password = format!("k7-{}-Zw", session.instruments.phones[PHONE].user.to_uppercase());
        session.offer_password(PHONE, &password)
    });
}

#[when("I create a password of ten digits")]
fn ten_digits(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| session.offer_password(PHONE, "8140273956"));
}

#[when("I create a longer password with ten digits in it")]
fn ten_digits_inside(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| session.offer_password(PHONE, "kW7-8140273956"));
}

#[when("I create a password with a forbidden word in it")]
fn with_word(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| {
        let word = session.bench.profile.password.forbidden_words.first().cloned().unwrap_or_default();
        session.offer_password(PHONE, &format!("k7-{word}-Zw"))
    });
}

#[when("I create a password with a forbidden word in capital letters in it")]
fn with_word_in_capitals(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| {
        let word = session.bench.profile.password.forbidden_words.first().cloned().unwrap_or_default();
        session.offer_password(PHONE, &format!("k7-{}-Zw", word.to_uppercase()))
    });
}

#[when("I create a password with a row of keys in it")]
fn with_row(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| {
        let row = session.bench.profile.password.keyboard_rows.first().cloned().unwrap_or_default();
        session.offer_password(PHONE, &format!("k7-{row}-Zw"))
    });
}

/// A password that breaks no rule but, perhaps, that of length: no word, no row, no ten digits.
fn plain_password(characters: usize) -> String {
    "kW7-zR2-".chars().cycle().take(characters).collect()
}
