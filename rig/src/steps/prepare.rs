//! How things stand before a scenario begins.

use cucumber::{given, when};
use drivers::{DriverError, ErrorKind};

use super::{Count, DEVICE, Device, PHONE, first_device};
use crate::{
    session::{
        Evidence::{Code, DeviceActivation, Display, RfcKey, TestKey},
        QUESTION, Scene, Session, Stage, StepError, StepResult, means,
    },
    suite::Instrument::{Commands, Probe},
};

#[given(expr = "{device} that holds its test key and the right time")]
#[when(expr = "{device} is given its test key and the right time")]
fn prepared(scene: &mut Scene, device: Device) {
    scene.step(device.used().uses(Commands).gives(TestKey), |session| {
        let device = device.of(session)?;
        let key = session.instruments.devices[device].key()?;
        session.prepare(device, &key)
    });
}

#[given(expr = "{device} holds the key of the RFC vectors")]
fn holds_rfc_key(scene: &mut Scene, device: Device) {
    scene.step(device.used().uses(Commands).gives(RfcKey), |session| {
        session.prepare(device.of(session)?, &"rfc-vectors".into())
    });
}

#[given(expr = "{device}'s clock is {count} time step(s) fast")]
fn clock_fast(scene: &mut Scene, device: Device, steps: Count) {
    scene.step(device.used().uses(Commands), |session| {
        let device = device.of(session)?;
        set_ahead(session, device, steps.0.into())
    });
}

/// Sets a device's clock so many time steps ahead, as a new step begins.
pub(super) fn set_ahead(session: &mut Session, device: usize, steps: u64) -> StepResult {
    session.wait_steps(1)?;
    session.memory.codes.clock_ahead = steps;
    let ahead = steps * session.bench.profile.totp.step_s.get();
    let unix = session.utc()?.unix.as_secs() + ahead;
    session.set_clock(device, unix)
}

#[given("step 5 of the guide on the phone that scanned my passport")]
#[given("trin 5 i vejledningen på den telefon, der scannede mit pas")]
fn step_5(scene: &mut Scene) {
    scene.step(means().on(PHONE).shows(&[QUESTION]), |session| session.open_step_5(PHONE));
}

#[given("the guide followed as far as the password")]
fn as_far_as_password(scene: &mut Scene) {
    scene.step(first_device().on(PHONE), |session| session.go_to(PHONE, DEVICE, Stage::Password));
}

#[given("the guide followed as far as the serial number")]
fn as_far_as_serial(scene: &mut Scene) {
    scene.step(first_device().on(PHONE), |session| session.go_to(PHONE, DEVICE, Stage::SerialNumber));
}

#[given("the guide followed as far as the code")]
fn as_far_as_code(scene: &mut Scene) {
    scene.step(first_device().on(PHONE), |session| session.go_to(PHONE, DEVICE, Stage::Code));
}

#[given(expr = "the guide followed with {device} as far as the code")]
fn as_far_as_code_of(scene: &mut Scene, device: Device) {
    scene.step(device.used().on(PHONE), |session| session.go_to(PHONE, device.of(session)?, Stage::Code));
}

#[given(expr = "{device} is activated")]
fn activated(scene: &mut Scene, device: Device) {
    let means = device.used().on(PHONE).gives(Display).gives(Code).gives(DeviceActivation);
    scene.step(means, |session| session.go_to(PHONE, device.of(session)?, Stage::Activated));
}

#[when("I flash the board with its firmware and verify it")]
fn flash(scene: &mut Scene) {
    scene.step(first_device().uses(Probe), |session| {
        let image = firmware(session)?;
        session.before_irreversible()?;
        probe(session)?.flash(&image)?;
        Ok(probe(session)?.reset()?)
    });
}

/// Whatever a device was left at, its language and its volume among it, it begins with those of a new one then.
#[when("I start the board afresh")]
fn start_afresh(scene: &mut Scene) {
    scene.step(first_device().uses(Probe), |session| {
        session.before_irreversible()?;
        Ok(probe(session)?.reset()?)
    });
}

/// The debug probe on the code device.
pub(super) fn probe(session: &mut Session) -> StepResult<&mut dyn drivers::probe::Probe> {
    let device = &mut session.instruments.devices[DEVICE];
    match &mut device.probe {
        Some(probe) => Ok(&mut **probe),
        None => {
            let name = device.entry.name.get_ref();
            Err(DriverError::new(name, ErrorKind::NotFound, "no debug probe on it").into())
        }
    }
}

/// The image that belongs on the code device.
fn firmware(session: &Session) -> StepResult<Vec<u8>> {
    let probe = session.instruments.devices[DEVICE].entry.probe.as_ref();
    let file = probe.map(|probe| session.bench.folder.join(probe.firmware.get_ref()));
    let file = file.ok_or_else(|| StepError::Internal("no probe, no firmware".into()))?;
    std::fs::read(&file).map_err(|error| StepError::Internal(format!("{}: {error}", file.display())))
}
