//! Temporary and personal PINs.

use std::time::Duration;

use cucumber::{given, then, when};

use super::{Count, OTHER_PHONE, PHONE, Where};
use crate::{
    oracle::check::SmsCame,
    session::{
        Evidence::{OlderTemporaryPin, PinRepeated, TemporaryPin, TemporaryPinEntered, Unlocking},
        Means, Scene, Session, StepResult,
        app::{AppStage, BIOMETRICS, CREATE_PIN, REPEAT_PIN, TEMPORARY_PIN, UNLOCK},
        means,
    },
    suite::Single,
};

/// Screen text for a refused temporary PIN.
const REFUSED: &str = "The temporary PIN code is not correct, or it has expired.";
/// Screen texts for a repeated PIN that differs, for a refused PIN, and for a blocked app.
const REPEAT_DIFFERS: &str = "The two PIN codes are not the same.";
const PIN_REFUSED: &str = "The PIN code is not correct.";
const APP_BLOCKED: &str = "Too many wrong PIN codes. The app is blocked.";

/// A step that receives a temporary PIN.
fn receives(phone: usize) -> Means {
    means().on(phone).uses(Single::Modem).gives(TemporaryPin)
}

/// A step that enters a temporary PIN, or one made of it.
fn enters(phone: usize) -> Means {
    means().on(phone).needs(TemporaryPin).gives(TemporaryPinEntered)
}

#[then(expr = "a temporary PIN code comes by SMS{where}")]
fn comes(scene: &mut Scene, at: Where) {
    scene.step(means().sees(at.0).uses(Single::Modem).gives(TemporaryPin).judges::<SmsCame>(), |session| {
        session.expect(at.0, TEMPORARY_PIN, &[])?;
        session.judge_temporary_pin(at.0)
    });
}

#[when(expr = "I receive a temporary PIN code by SMS{where}")]
fn receive(scene: &mut Scene, at: Where) {
    scene.step(receives(at.0), |session| {
        session.expect(at.0, TEMPORARY_PIN, &[])?;
        session.receive_temporary_pin(at.0)
    });
}

#[when(expr = "I enter the temporary PIN code I receive via SMS{where}")]
#[when(expr = "jeg indtaster den midlertidige PIN-kode, jeg modtager på SMS{where}")]
fn enter_received(scene: &mut Scene, at: Where) {
    scene.step(receives(at.0).gives(TemporaryPinEntered).shows(&[TEMPORARY_PIN]), |session| {
        session.expect(at.0, TEMPORARY_PIN, &["Enter the temporary PIN code you receive via SMS."])?;
        session.receive_temporary_pin(at.0)?;
        enter(session, at.0, 0)?;
        session.expect(at.0, CREATE_PIN, &[])
    });
}

#[when(expr = "I enter the temporary PIN code received last{where}")]
fn enter_last(scene: &mut Scene, at: Where) {
    scene.step(enters(at.0), |session| enter(session, at.0, 0));
}

#[when(expr = "I enter the temporary PIN code received before{where}")]
fn enter_before(scene: &mut Scene, at: Where) {
    scene.step(means().on(at.0).needs(OlderTemporaryPin).gives(TemporaryPinEntered), |session| {
        enter(session, at.0, 1)
    });
}

#[when(expr = "I enter {count} digits of the temporary PIN code{where}")]
fn enter_short(scene: &mut Scene, digits: Count, at: Where) {
    scene.step(enters(at.0), |session| {
        let pin = session.temporary_pin(0)?;
        let short: zeroize::Zeroizing<String> = pin.chars().take(digits.0.into()).collect::<String>().into();
        session.enter_temporary_pin(at.0, &short)
    });
}

#[when(expr = "I enter a wrong temporary PIN code{where}")]
fn enter_wrong(scene: &mut Scene, at: Where) {
    scene.step(enters(at.0), |session| wrong(session, at.0));
}

#[when(expr = "I enter wrong temporary PIN codes {count} times{where}")]
fn enter_wrong_often(scene: &mut Scene, times: Count, at: Where) {
    scene.step(enters(at.0), |session| {
        for _ in 0..times.0 {
            wrong(session, at.0)?;
            session.look(at.0)?;
        }
        Ok(())
    });
}

#[when(expr = "I ask for a new temporary PIN code and receive it{where}")]
fn resend(scene: &mut Scene, at: Where) {
    scene.step(receives(at.0), |session| {
        session.expect(at.0, TEMPORARY_PIN, &["Send a new code"])?;
        session.tap(at.0, "Send a new code")?;
        session.expect(at.0, TEMPORARY_PIN, &[])?;
        session.receive_temporary_pin(at.0)
    });
}

#[when("the lifetime of the temporary PIN code goes by")]
fn lifetime(scene: &mut Scene) {
    scene.step(means().needs(TemporaryPin), |session| {
        let lifetime = Duration::from_secs(session.bench.profile.temporary_pin.lifetime_s);
        session.wait(lifetime + Duration::from_secs(5))
    });
}

#[when("an activation on the other phone receives its own temporary PIN code")]
fn other_activation(scene: &mut Scene) {
    scene.step(receives(OTHER_PHONE), |session| {
        session.activate_app(OTHER_PHONE, AppStage::TemporaryPin)?;
        session.receive_temporary_pin(OTHER_PHONE)
    });
}

#[then(expr = "the temporary PIN code is refused{where}")]
fn refused(scene: &mut Scene, at: Where) {
    scene.step(means().sees(at.0).needs(TemporaryPinEntered).shows(&[REFUSED]), |session| {
        session.expect(at.0, TEMPORARY_PIN, &[REFUSED])
    });
}

#[then(expr = "the temporary PIN code is accepted{where}")]
fn accepted(scene: &mut Scene, at: Where) {
    scene.step(means().sees(at.0).needs(TemporaryPinEntered).shows(&[CREATE_PIN]), |session| {
        session.expect(at.0, CREATE_PIN, &[])
    });
}

#[given(expr = "the guide followed on this phone as far as the temporary PIN code")]
fn as_far_as_temporary(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| session.activate_app(PHONE, AppStage::TemporaryPin));
}

#[given(expr = "the guide followed on this phone as far as the personal PIN code")]
fn as_far_as_pin(scene: &mut Scene) {
    scene.step(receives(PHONE), |session| session.activate_app(PHONE, AppStage::Pin));
}

#[when(expr = "I begin again on this phone and receive a new temporary PIN code")]
fn again(scene: &mut Scene) {
    scene.step(receives(PHONE), |session| {
        session.activate_app(PHONE, AppStage::TemporaryPin)?;
        session.receive_temporary_pin(PHONE)
    });
}

#[when(expr = "I create a personal PIN code and repeat it{where}")]
#[when(expr = "jeg opretter en personlig PIN-kode og gentager den{where}")]
fn create(scene: &mut Scene, at: Where) {
    scene.step(means().on(at.0).shows(&[CREATE_PIN]), |session| {
        let pin = session.bench.test_pin.clone();
        session.create_pin(at.0, &pin, &pin)?;
        session.expect(at.0, BIOMETRICS, &[])
    });
}

#[when(expr = "I create a personal PIN code and repeat another one{where}")]
fn differs(scene: &mut Scene, at: Where) {
    scene.step(means().on(at.0).gives(PinRepeated), |session| {
        let (pin, other) = (session.bench.test_pin.clone(), session.other_pin());
        session.create_pin(at.0, &pin, &other)
    });
}

#[then(expr = "the repeated PIN code is refused{where}")]
fn repeat_refused(scene: &mut Scene, at: Where) {
    scene.step(means().sees(at.0).needs(PinRepeated).shows(&[REPEAT_DIFFERS]), |session| {
        session.expect(at.0, REPEAT_PIN, &[REPEAT_DIFFERS])
    });
}

#[when(expr = "I create a personal PIN code of {count} digits")]
fn of_length(scene: &mut Scene, digits: Count) {
    scene.step(means().on(PHONE), |session| {
        let pin: String = session.bench.test_pin.chars().cycle().take(digits.0.into()).collect();
        session.offer_pin(PHONE, &pin)
    });
}

#[when("I create a personal PIN code that is easy to guess")]
fn easy(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| {
        let pin = session.bench.profile.pin.forbidden.first().cloned().unwrap_or_default();
        session.offer_pin(PHONE, &pin)
    });
}

#[when(expr = "I open the app and enter my personal PIN code{where}")]
#[when(expr = "jeg åbner appen og indtaster min personlige PIN-kode{where}")]
fn open_app(scene: &mut Scene, at: Where) {
    scene.step(means().on(at.0).gives(Unlocking), |session| {
        let pin = session.bench.test_pin.clone();
        session.unlock(at.0, &pin)
    });
}

#[when(expr = "I open the app and enter a wrong PIN code{where}")]
fn open_wrong(scene: &mut Scene, at: Where) {
    scene.step(means().on(at.0).gives(Unlocking), |session| {
        let pin = session.other_pin();
        session.unlock(at.0, &pin)?;
        // An app that is opened anew before it has answered need not count the try.
        session.look(at.0).map(drop)
    });
}

#[when(expr = "I open the app and enter the temporary PIN code{where}")]
fn open_with_temporary(scene: &mut Scene, at: Where) {
    scene.step(means().on(at.0).needs(TemporaryPin).gives(Unlocking), |session| {
        let pin = session.temporary_pin(0)?;
        session.unlock(at.0, &pin)
    });
}

#[then(expr = "the PIN code is refused{where}")]
fn pin_refused(scene: &mut Scene, at: Where) {
    scene.step(means().sees(at.0).needs(Unlocking).shows(&[PIN_REFUSED]), |session| {
        session.expect(at.0, UNLOCK, &[PIN_REFUSED])
    });
}

#[then(expr = "the app is blocked{where}")]
fn blocked(scene: &mut Scene, at: Where) {
    scene.step(means().sees(at.0).needs(Unlocking).shows(&[APP_BLOCKED]), |session| {
        session.expect(at.0, UNLOCK, &[APP_BLOCKED])
    });
}

fn enter(session: &mut Session, phone: usize, back: usize) -> StepResult {
    let pin = session.temporary_pin(back)?;
    session.enter_temporary_pin(phone, &pin)
}

/// A temporary PIN that is not the one that came: its last digit is another one.
fn wrong(session: &mut Session, phone: usize) -> StepResult {
    let pin = session.temporary_pin(0)?;
    let mut digits = pin.chars();
    let last = digits.next_back().and_then(|digit| digit.to_digit(10)).unwrap_or_default();
    let other = zeroize::Zeroizing::new(format!("{}{}", digits.as_str(), (last + 5) % 10));
    session.enter_temporary_pin(phone, &other)
}
