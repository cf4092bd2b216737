//! The label on a device's back, as a camera under the glass plate reads it.

use cucumber::{then, when};

use super::{Device, PHONE};
use crate::{
    oracle::{Check, check::LabelCarriesNumber},
    session::{ENTER_SERIAL, Evidence::Label, Scene, Session, StepError, StepResult},
    suite::Instrument::Back,
};

#[when(expr = "I read the serial number on the back of {device}")]
fn read(scene: &mut Scene, device: Device) {
    scene.step(device.used().uses(Back).gives(Label), |session| {
        let device = device.of(session)?;
        session.read_back(device).map(drop)
    });
}

#[then(expr = "the label carries the serial number of {device}")]
fn carries(scene: &mut Scene, device: Device) {
    scene.step(device.used().needs(Label).judges::<LabelCarriesNumber>(), |session| {
        let device = device.of(session)?;
        judge_label(session, device)
    });
}

#[when(expr = "I enter the serial number that the camera finds on the back of {device}")]
fn enter(scene: &mut Scene, device: Device) {
    scene.step(device.used().uses(Back).on(PHONE).gives(Label).shows(&[ENTER_SERIAL]), |session| {
        let device = device.of(session)?;
        match session.read_back(device)? {
            Some(number) => session.enter_serial(PHONE, &number),
            None => {
                judge_label(session, device)?;
                Err(StepError::Internal("a label was judged and not read".into()))
            }
        }
    });
}

/// Judges what was read off the device's back last.
fn judge_label(session: &mut Session, device: usize) -> StepResult {
    let expected = session.devices[device].entry.serial_number.get_ref().clone();
    let seen = session.pending.clone();
    session.judge(&Check::LabelCarriesNumber(LabelCarriesNumber { expected }), &seen)
}
