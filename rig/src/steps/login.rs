//! Logins: how a one-time code shows that it works, and that it works once.

use std::time::Duration;

use cucumber::{given, then, when};
use drivers::Reading;

use super::{Count, DEVICE, Device, OTHER_PHONE, PHONE, Where, first_device, prepare::set_ahead};
use crate::{
    oracle::{
        check::{OneLetsIn, OneWins, WindowKept},
        observed::Entered,
    },
    recorder::Handles,
    session::{
        APPROVE, BLOCKED, CODE_REFUSED, Code,
        Evidence::{self, Approval, Display, KeptCode, Login, TwoLogins},
        LOG_IN, LOGGED_IN, Means, REFUSED, Scene, Session, StepResult,
        evidence::CodeEntered,
        means,
    },
    suite::Instrument::Commands,
};

#[when(expr = "I log in with the password and a new code{where}")]
#[when(expr = "I log in with the password and a code of the next time step{where}")]
fn log_in(scene: &mut Scene, at: Where) {
    scene.step(login(first_device(), at.0), |session| log_in_with(session, at.0, DEVICE));
}

#[when(expr = "I log in with the password and a new code of {device}{where}")]
fn log_in_with_device(scene: &mut Scene, device: Device, at: Where) {
    scene.step(login(device.used(), at.0), |session| {
        let device = device.of(session)?;
        log_in_with(session, at.0, device)
    });
}

#[given("a new code, kept for later")]
fn keep(scene: &mut Scene) {
    scene.step(first_device().gives(Display).gives(Evidence::Code).gives(KeptCode), |session| {
        session.memory.codes.kept = Some(fresh_code(session, DEVICE)?);
        Ok(())
    });
}

#[when("I log in with a code of that clock")]
fn log_in_with_that_clock(scene: &mut Scene) {
    scene.observes(first_device().on(PHONE).gives(Login).gives(Evidence::Code), |session| {
        let code = session.new_code(DEVICE)?;
        send_code(session, &code.text, code.step + session.memory.codes.clock_ahead)
    });
}

#[when("I log in with the code kept")]
fn log_in_with_kept(scene: &mut Scene) {
    scene.observes(means().on(PHONE).needs(KeptCode).gives(Login), |session| {
        let code = session.kept_code()?;
        send_code(session, &code.text, code.step)
    });
}

#[when("I try the code kept at a login")]
fn try_kept(scene: &mut Scene) {
    scene.step(means().on(PHONE).needs(KeptCode).gives(Login), |session| {
        let code = session.kept_code()?;
        session.log_in(PHONE, DEVICE, &code.text)
    });
}

#[when("I log in again with the same code")]
fn log_in_again(scene: &mut Scene) {
    scene.step(means().on(PHONE).needs(Evidence::Code).gives(Login), |session| {
        let code = session.last_code()?;
        session.log_in(PHONE, DEVICE, &code.text)
    });
}

#[when("I log in with a new code and no password")]
fn without_password(scene: &mut Scene) {
    scene.step(login(first_device(), PHONE), |session| with_password(session, ""));
}

#[when("I log in with a new code and a wrong password")]
fn wrong_password(scene: &mut Scene) {
    scene.step(login(first_device(), PHONE), |session| with_password(session, "kW7-zR2-kW7"));
}

#[when("I log in with a new code and the password in other letter case")]
fn password_in_other_case(scene: &mut Scene) {
    scene.step(login(first_device(), PHONE), |session| {
        let swapped = session.bench.test_password.chars().map(swap_case).collect::<String>();
        with_password(session, &swapped)
    });
}

#[when("I log in with a new code and the password but for its last character")]
fn password_but_for_last(scene: &mut Scene) {
    scene.step(login(first_device(), PHONE), |session| {
        let password = &session.bench.test_password;
        let begins: String = password.chars().take(password.chars().count().saturating_sub(1)).collect();
        let other = if password.ends_with('x') { 'y' } else { 'x' };
        with_password(session, &format!("{begins}{other}"))
    });
}

#[when("I approve a change with the same code")]
fn approve(scene: &mut Scene) {
    scene.step(means().on(PHONE).needs(Login).needs(Evidence::Code).gives(Approval), |session| {
        session.expect(PHONE, LOGGED_IN, &["Approve a change"])?;
        session.tap(PHONE, "Approve a change")?;
        session.expect(PHONE, APPROVE, &["Code"])?;
        let code = session.last_code()?;
        session.enter(PHONE, "Code", &code.text)?;
        session.tap(PHONE, "Next")
    });
}

#[then("the change is refused")]
fn change_refused(scene: &mut Scene) {
    scene.step(means().sees(PHONE).needs(Approval).shows(&[APPROVE, CODE_REFUSED]), |session| {
        session.expect(PHONE, APPROVE, &[CODE_REFUSED])
    });
}

#[when("I log in on two phones at once with the same code")]
fn at_once(scene: &mut Scene) {
    scene.step(login(first_device(), PHONE).on(OTHER_PHONE).gives(TwoLogins), |session| {
        let code = fresh_code(session, DEVICE)?;
        let password = session.bench.test_password.clone();
        session.fill_in_login(PHONE, DEVICE, &password, &code.text)?;
        session.fill_in_login(OTHER_PHONE, DEVICE, &password, &code.text)?;
        session.tap(PHONE, "Next")?;
        session.tap(OTHER_PHONE, "Next")
    });
}

#[then("exactly one of them is logged in")]
fn one_wins(scene: &mut Scene) {
    scene.step(means().sees(PHONE).sees(OTHER_PHONE).needs(TwoLogins).judges::<OneWins>(), |session| {
        session.look(PHONE)?;
        session.look(OTHER_PHONE)?;
        let check = OneWins {
            accepted: session.shows(Some(LOGGED_IN), &[])?,
            refused: session.shows(Some(LOG_IN), &[REFUSED])?,
        };
        let screens: Handles = session.memory.phones.iter().filter_map(|phone| phone.screen).collect();
        session.judge(check, screens)
    });
}

#[when(expr = "I enter wrong codes at {count} logins")]
fn wrong_codes(scene: &mut Scene, logins: Count) {
    scene.step(first_device().on(PHONE).gives(Login), |session| {
        (0..logins.0).try_for_each(|_| enter_wrong(session, PHONE))
    });
}

#[then(expr = "codes of a clock that gains a step at a time are taken as far as the profile says")]
fn clock_followed(scene: &mut Scene) {
    let means = first_device().uses(Commands).on(PHONE).gives(Display).gives(Evidence::Code).gives(Login);
    scene.step(means.shows(&[LOGGED_IN, REFUSED]), |session| {
        let totp = &session.bench.profile.totp;
        let farthest = u64::from(totp.drift_steps) + u64::from(totp.window_future);
        for ahead in 1..=farthest + 1 {
            set_ahead(session, DEVICE, ahead)?;
            let code = session.new_code(DEVICE)?;
            session.log_in(PHONE, DEVICE, &code.text)?;
            if ahead <= farthest {
                session.expect(PHONE, LOGGED_IN, &[])?;
            } else {
                session.expect(PHONE, LOG_IN, &[REFUSED])?;
            }
        }
        Ok(())
    });
}

#[when(expr = "I try to activate {device}, too")]
fn try_to_activate(scene: &mut Scene, device: Device) {
    scene.step(device.used().on(PHONE).gives(Display).gives(Evidence::Code), |session| {
        let device = device.of(session)?;
        session.try_to_activate(PHONE, device)
    });
}

#[then("at most one of the two devices lets me in")]
fn one_lets_in(scene: &mut Scene) {
    let means = first_device().sees(PHONE).gives(Login).judges::<OneLetsIn>();
    scene.step(means, |session| {
        let mut screens = Handles::default();
        for device in 0..session.instruments.devices.len() {
            log_in_with(session, PHONE, device)?;
            session.look(PHONE)?;
            screens.add(session.last_screen(PHONE)?);
        }
        let check = OneLetsIn {
            accepted: session.shows(Some(LOGGED_IN), &[])?,
            refused: session.shows(Some(LOG_IN), &[])?,
        };
        session.judge(check, screens)
    });
}

#[when("I enter a wrong code at a login on the other phone")]
fn wrong_code_elsewhere(scene: &mut Scene) {
    scene.step(first_device().on(OTHER_PHONE).gives(Login), |session| enter_wrong(session, OTHER_PHONE));
}

#[when("I enter wrong codes until my device is blocked for good")]
fn wrong_codes_for_good(scene: &mut Scene) {
    scene.step(first_device().on(PHONE).gives(Login), |session| {
        wrong_in_a_row(session, session.bench.profile.lock.final_wrong_codes)
    });
}

#[when("I enter wrong codes until one more would block my device for good")]
fn wrong_codes_but_one(scene: &mut Scene) {
    scene.step(first_device().on(PHONE).gives(Login), |session| {
        wrong_in_a_row(session, session.bench.profile.lock.final_wrong_codes - 1)
    });
}

#[when("all but a minute of the shortest block goes by")]
fn block_nearly_ends(scene: &mut Scene) {
    scene.step(means(), |session| {
        let [shortest, _] = session.bench.profile.limits.block_s.map(Duration::from_secs_f64);
        session.wait(shortest.saturating_sub(Duration::from_secs(60)))
    });
}

#[when("the time of the block goes by")]
fn block_ends(scene: &mut Scene) {
    scene.step(means(), wait_for_block);
}

#[when(expr = "{count} time step(s) go(es) by")]
fn steps_go_by(scene: &mut Scene, steps: Count) {
    scene.step(means(), |session| session.wait_steps(steps.0.into()));
}

#[then(expr = "I am logged in{where}")]
fn logged_in(scene: &mut Scene, at: Where) {
    scene.step(means().sees(at.0).needs(Login).shows(&[LOGGED_IN]), |session| {
        session.expect(at.0, LOGGED_IN, &[])
    });
}

#[then("the login is refused")]
fn refused(scene: &mut Scene) {
    scene.step(means().sees(PHONE).needs(Login).shows(&[REFUSED]), |session| {
        session.expect(PHONE, LOG_IN, &[REFUSED])
    });
}

#[then("I am blocked")]
fn blocked(scene: &mut Scene) {
    scene.step(means().sees(PHONE).needs(Login).shows(&[BLOCKED]), |session| {
        session.expect(PHONE, LOG_IN, &[BLOCKED])
    });
}

#[then("the login is decided by the window")]
fn by_window(scene: &mut Scene) {
    scene.step(means().sees(PHONE).needs(Evidence::Entered).judges::<WindowKept>(), |session| {
        session.look(PHONE)?;
        let check = WindowKept {
            totp: session.bench.profile.totp.formula(),
            window: session.bench.profile.totp.window(),
            accepted: session.shows(Some(LOGGED_IN), &[])?,
            refused: session.shows(Some(LOG_IN), &[REFUSED])?,
        };
        let CodeEntered(entered) = session.memory.left()?;
        let seen = entered.with(session.memory.phones[PHONE].screen);
        session.judge(check, seen)
    });
}

/// A step that logs in with a new code of a device.
fn login(device: Means, phone: usize) -> Means {
    device.on(phone).gives(Display).gives(Evidence::Code).gives(Login)
}

/// The code of a time step that has just begun: no other code of it was read, let alone used.
fn fresh_code(session: &mut Session, device: usize) -> StepResult<Code> {
    session.wait_steps(1)?;
    session.new_code(device)
}

fn log_in_with(session: &mut Session, phone: usize, device: usize) -> StepResult {
    let code = fresh_code(session, device)?;
    session.memory.codes.wrong = 0;
    session.log_in(phone, device, &code.text)
}

fn with_password(session: &mut Session, password: &str) -> StepResult {
    let code = fresh_code(session, DEVICE)?;
    session.fill_in_login(PHONE, DEVICE, password, &code.text)?;
    session.tap(PHONE, "Next")
}

fn swap_case(letter: char) -> char {
    if letter.is_ascii_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
}

/// Logs in with the code of time step `step`, and keeps which one it was and when.
fn send_code(session: &mut Session, code: &str, step: u64) -> StepResult<CodeEntered> {
    session.log_in(PHONE, DEVICE, code)?;
    let now = session.now();
    let phone = session.phone(PHONE).name().to_owned();
    let entered = session.recording.observe(&phone, &Reading::new(now, Duration::ZERO, Entered { step }))?;
    Ok(CodeEntered(Handles::from(entered).with(session.observe_utc(now)?)))
}

/// One login with a wrong code, which the service must refuse or block.
fn enter_wrong(session: &mut Session, phone: usize) -> StepResult {
    let wrong = session.wrong_code(DEVICE)?;
    session.log_in(phone, DEVICE, &wrong)?;
    session.expect(phone, LOG_IN, &[])
}

/// Wrong codes one after another, with the times of the blocks between them and before whatever comes next,
/// but for the block that has no end.
fn wrong_in_a_row(session: &mut Session, codes: u32) -> StepResult {
    let (blocks, for_good) = {
        let lock = &session.bench.profile.lock;
        (lock.wrong_codes, lock.final_wrong_codes)
    };
    for code in 1..=codes {
        enter_wrong(session, PHONE)?;
        if code % blocks == 0 && code < for_good {
            wait_for_block(session)?;
        }
    }
    Ok(())
}

fn wait_for_block(session: &mut Session) -> StepResult {
    let [_, longest] = session.bench.profile.limits.block_s.map(Duration::from_secs_f64);
    session.wait(longest + Duration::from_secs(1))
}
