//! The label on a device's back, as a camera under the glass plate reads it.

use cucumber::{then, when};

use super::{Device, PHONE, serial_number};
use crate::{
    oracle::check::LabelCarriesNumber,
    session::{ENTER_SERIAL, Scene, Session, StepError, StepResult, evidence::LabelRead},
    suite::Instrument::Back,
};

#[when(expr = "I read the serial number on the back of {device}")]
fn read(scene: &mut Scene, device: Device) {
    scene.observes(device.used().uses(Back), |session| {
        let device = device.of(session)?;
        Ok(session.read_back(device)?.0)
    });
}

#[then(expr = "the label carries the serial number of {device}")]
fn carries(scene: &mut Scene, device: Device) {
    scene.judges::<LabelRead, _>(device.used(), |session| number_of(session, device.of(session)?));
}

#[when(expr = "I enter the serial number that the camera finds on the back of {device}")]
fn enter(scene: &mut Scene, device: Device) {
    scene.observes(device.used().uses(Back).on(PHONE).shows(&[ENTER_SERIAL]), |session| {
        let device = device.of(session)?;
        let (read, number) = session.read_back(device)?;
        match number {
            Some(number) => session.enter_serial(PHONE, &number).map(|()| read),
            None => {
                session.judge(number_of(session, device)?, read)?;
                Err(StepError::Internal("a label was judged and not read".into()))
            }
        }
    });
}

/// The check of a label, for the device's number.
fn number_of(session: &Session, device: usize) -> StepResult<LabelCarriesNumber> {
    Ok(LabelCarriesNumber { expected: serial_number(session, device) })
}
