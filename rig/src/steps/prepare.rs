//! How things stand before a scenario begins.

use cucumber::{given, when};
use drivers::{DriverError, Trouble};

use super::{Count, DISPLAY, OTHER_DISPLAY, PHONE};
use crate::session::{Halt, Session, Stage, Step};

#[given("a code display that holds its test key and the right time")]
#[when("the code display is given its test key and the right time")]
fn prepared(session: &mut Session) {
    session.step(|session| prepare(session, DISPLAY));
}

#[given("another code display that holds its test key and the right time")]
fn other_prepared(session: &mut Session) {
    session.step(|session| prepare(session, OTHER_DISPLAY));
}

#[given("the code display holds the key of the RFC vectors")]
fn holds_rfc_key(session: &mut Session) {
    session.step(|session| session.prepare(DISPLAY, &"rfc-vectors".into()));
}

#[given(expr = "the code display's clock is {count} time step(s) fast")]
fn clock_fast(session: &mut Session, steps: Count) {
    session.step(|session| {
        session.wait_steps(1)?;
        session.clock_ahead = steps.0.into();
        let ahead = session.clock_ahead * session.bench.profile.totp.step_s.get();
        let unix = session.utc()?.unix.as_secs() + ahead;
        session.set_clock(DISPLAY, unix)
    });
}

#[given("step 5 of the guide on the phone that scanned my passport")]
fn step_5(session: &mut Session) {
    session.step(|session| session.open_step_5(PHONE));
}

#[given("the guide followed as far as the password")]
fn as_far_as_password(session: &mut Session) {
    session.step(|session| session.go_to(PHONE, DISPLAY, Stage::Password));
}

#[given("the guide followed as far as the serial number")]
fn as_far_as_serial(session: &mut Session) {
    session.step(|session| session.go_to(PHONE, DISPLAY, Stage::SerialNumber));
}

#[given("the guide followed as far as the code")]
fn as_far_as_code(session: &mut Session) {
    session.step(|session| session.go_to(PHONE, DISPLAY, Stage::Code));
}

#[given("my code display is activated")]
fn activated(session: &mut Session) {
    session.step(|session| session.go_to(PHONE, DISPLAY, Stage::Activated));
}

#[when("I flash the board with its firmware and verify it")]
fn flash(session: &mut Session) {
    session.step(|session| {
        let image = firmware(session)?;
        session.before_irreversible()?;
        probe(session)?.flash(&image)?;
        Ok(probe(session)?.reset()?)
    });
}

/// The debug probe on the code display.
pub(super) fn probe(session: &mut Session) -> Step<&mut dyn drivers::probe::Probe> {
    let display = &mut session.displays[DISPLAY];
    match &mut display.probe {
        Some(probe) => Ok(&mut **probe),
        None => {
            let name = display.entry.name.get_ref();
            Err(DriverError::new(name, Trouble::NotFound, "no debug probe on it").into())
        }
    }
}

/// The image that belongs on the code display.
fn firmware(session: &Session) -> Step<Vec<u8>> {
    let probe = session.displays[DISPLAY].entry.probe.as_ref();
    let file = probe.map(|probe| session.bench.folder.join(probe.firmware.get_ref()));
    let file = file.ok_or_else(|| Halt::Rig("no probe, no firmware".into()))?;
    std::fs::read(&file).map_err(|error| Halt::Rig(format!("{}: {error}", file.display())))
}

fn prepare(session: &mut Session, display: usize) -> Step {
    let key = session.displays[display].entry.key.get_ref().as_str().into();
    session.prepare(display, &key)
}
