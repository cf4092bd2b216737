//! Temporary and personal PINs.

use std::time::Duration;

use cucumber::{given, then, when};

use super::{Count, OTHER_PHONE, PHONE, Where};
use crate::session::{
    Session, Step,
    app::{AppStage, BIOMETRICS, CREATE_PIN, REPEAT_PIN, TEMPORARY_PIN, UNLOCK},
};

/// What a refused temporary PIN reads.
const REFUSED: &str = "The temporary PIN code is not correct, or it has expired.";

#[then(expr = "a temporary PIN code comes by SMS{where}")]
fn comes(session: &mut Session, at: Where) {
    session.step(|session| {
        session.expect(at.0, TEMPORARY_PIN, &[])?;
        session.judge_temporary_pin(at.0)
    });
}

#[when(expr = "I receive a temporary PIN code by SMS{where}")]
fn receive(session: &mut Session, at: Where) {
    session.step(|session| {
        session.expect(at.0, TEMPORARY_PIN, &[])?;
        session.receive_temporary_pin(at.0)
    });
}

#[when(expr = "I enter the temporary PIN code I receive via SMS{where}")]
#[when(expr = "jeg indtaster den midlertidige PIN-kode, jeg modtager på SMS{where}")]
fn enter_received(session: &mut Session, at: Where) {
    session.step(|session| {
        session.expect(at.0, TEMPORARY_PIN, &["Enter the temporary PIN code you receive via SMS."])?;
        session.receive_temporary_pin(at.0)?;
        enter(session, at.0, 0)?;
        session.expect(at.0, CREATE_PIN, &[])
    });
}

#[when(expr = "I enter the temporary PIN code received last{where}")]
fn enter_last(session: &mut Session, at: Where) {
    session.step(|session| enter(session, at.0, 0));
}

#[when(expr = "I enter the temporary PIN code received before{where}")]
fn enter_before(session: &mut Session, at: Where) {
    session.step(|session| enter(session, at.0, 1));
}

#[when(expr = "I enter {count} digits of the temporary PIN code{where}")]
fn enter_short(session: &mut Session, digits: Count, at: Where) {
    session.step(|session| {
        let pin = session.temporary_pin(0)?;
        let short: zeroize::Zeroizing<String> = pin.chars().take(digits.0.into()).collect::<String>().into();
        session.enter_temporary_pin(at.0, &short)
    });
}

#[when(expr = "I enter a wrong temporary PIN code{where}")]
fn enter_wrong(session: &mut Session, at: Where) {
    session.step(|session| wrong(session, at.0));
}

#[when(expr = "I enter wrong temporary PIN codes {count} times{where}")]
fn enter_wrong_often(session: &mut Session, times: Count, at: Where) {
    session.step(|session| {
        for _ in 0..times.0 {
            wrong(session, at.0)?;
            session.look(at.0)?;
        }
        Ok(())
    });
}

#[when(expr = "I ask for a new temporary PIN code and receive it{where}")]
fn resend(session: &mut Session, at: Where) {
    session.step(|session| {
        session.expect(at.0, TEMPORARY_PIN, &["Send a new code"])?;
        session.tap(at.0, "Send a new code")?;
        session.expect(at.0, TEMPORARY_PIN, &[])?;
        session.receive_temporary_pin(at.0)
    });
}

#[when("the lifetime of the temporary PIN code goes by")]
fn lifetime(session: &mut Session) {
    session.step(|session| {
        let lifetime = Duration::from_secs(session.bench.profile.temporary_pin.lifetime_s);
        session.wait(lifetime + Duration::from_secs(5))
    });
}

#[when("an activation on the other phone receives its own temporary PIN code")]
fn other_activation(session: &mut Session) {
    session.step(|session| {
        session.activate_app(OTHER_PHONE, AppStage::TemporaryPin)?;
        session.receive_temporary_pin(OTHER_PHONE)
    });
}

#[then(expr = "the temporary PIN code is refused{where}")]
fn refused(session: &mut Session, at: Where) {
    session.step(|session| session.expect(at.0, TEMPORARY_PIN, &[REFUSED]));
}

#[then(expr = "the temporary PIN code is accepted{where}")]
fn accepted(session: &mut Session, at: Where) {
    session.step(|session| session.expect(at.0, CREATE_PIN, &[]));
}

#[given(expr = "the guide followed on this phone as far as the temporary PIN code")]
fn as_far_as_temporary(session: &mut Session) {
    session.step(|session| session.activate_app(PHONE, AppStage::TemporaryPin));
}

#[given(expr = "the guide followed on this phone as far as the personal PIN code")]
fn as_far_as_pin(session: &mut Session) {
    session.step(|session| session.activate_app(PHONE, AppStage::Pin));
}

#[when(expr = "I begin again on this phone and receive a new temporary PIN code")]
fn again(session: &mut Session) {
    session.step(|session| {
        session.activate_app(PHONE, AppStage::TemporaryPin)?;
        session.receive_temporary_pin(PHONE)
    });
}

#[when(expr = "I create a personal PIN code and repeat it{where}")]
#[when(expr = "jeg opretter en personlig PIN-kode og gentager den{where}")]
fn create(session: &mut Session, at: Where) {
    session.step(|session| {
        let pin = session.bench.test_pin.clone();
        session.create_pin(at.0, &pin, &pin)?;
        session.expect(at.0, BIOMETRICS, &[])
    });
}

#[when(expr = "I create a personal PIN code and repeat another one{where}")]
fn differs(session: &mut Session, at: Where) {
    session.step(|session| {
        let (pin, other) = (session.bench.test_pin.clone(), session.other_pin());
        session.create_pin(at.0, &pin, &other)
    });
}

#[then(expr = "the repeated PIN code is refused{where}")]
fn repeat_refused(session: &mut Session, at: Where) {
    session.step(|session| session.expect(at.0, REPEAT_PIN, &["The two PIN codes are not the same."]));
}

#[when(expr = "I create a personal PIN code of {count} digits")]
fn of_length(session: &mut Session, digits: Count) {
    session.step(|session| {
        let pin: String = session.bench.test_pin.chars().cycle().take(digits.0.into()).collect();
        session.offer_pin(PHONE, &pin)
    });
}

#[when("I create a personal PIN code that is easy to guess")]
fn easy(session: &mut Session) {
    session.step(|session| {
        let pin = session.bench.profile.pin.forbidden.first().cloned().unwrap_or_default();
        session.offer_pin(PHONE, &pin)
    });
}

#[when(expr = "I open the app and enter my personal PIN code{where}")]
#[when(expr = "jeg åbner appen og indtaster min personlige PIN-kode{where}")]
fn open_app(session: &mut Session, at: Where) {
    session.step(|session| {
        let pin = session.bench.test_pin.clone();
        session.unlock(at.0, &pin)
    });
}

#[when(expr = "I open the app and enter a wrong PIN code{where}")]
fn open_wrong(session: &mut Session, at: Where) {
    session.step(|session| {
        let pin = session.other_pin();
        session.unlock(at.0, &pin)?;
        // An app that is opened anew before it has answered need not count the try.
        session.look(at.0).map(drop)
    });
}

#[when(expr = "I open the app and enter the temporary PIN code{where}")]
fn open_with_temporary(session: &mut Session, at: Where) {
    session.step(|session| {
        let pin = session.temporary_pin(0)?;
        session.unlock(at.0, &pin)
    });
}

#[then(expr = "the PIN code is refused{where}")]
fn pin_refused(session: &mut Session, at: Where) {
    session.step(|session| session.expect(at.0, UNLOCK, &["The PIN code is not correct."]));
}

#[then(expr = "the app is blocked{where}")]
fn blocked(session: &mut Session, at: Where) {
    session.step(|session| session.expect(at.0, UNLOCK, &["Too many wrong PIN codes. The app is blocked."]));
}

fn enter(session: &mut Session, phone: usize, back: usize) -> Step {
    let pin = session.temporary_pin(back)?;
    session.enter_temporary_pin(phone, &pin)
}

/// A temporary PIN that is not the one that came: its last digit is another one.
fn wrong(session: &mut Session, phone: usize) -> Step {
    let pin = session.temporary_pin(0)?;
    let mut digits = pin.chars();
    let last = digits.next_back().and_then(|digit| digit.to_digit(10)).unwrap_or_default();
    let other = zeroize::Zeroizing::new(format!("{}{}", digits.as_str(), (last + 5) % 10));
    session.enter_temporary_pin(phone, &other)
}
