//! Losses of power, and what a code device may not do after one.

use std::time::Duration;

use cucumber::{then, when};

use super::Device;
use crate::{
    oracle::check::DifferentCodes,
    recorder::Handles,
    session::{Scene, evidence::PowerCut, means},
    suite::Instrument::Power,
};

/// How long the power is away: long enough for a supply to run empty.
const AWAY: Duration = Duration::from_secs(2);
/// How long a board may take until it answers to its button again.
const BOOT: Duration = Duration::from_secs(1);

#[when(expr = "I press the button on {device}, cut its power while the code shows, and press it again")]
fn cut_power(scene: &mut Scene, device: Device) {
    scene.observes(device.used().uses(Power), |session| {
        let device = device.of(session)?;
        let before = Handles::from(session.press_and_read(device)?.0);
        let off = session.switch_power(device, false)?;
        session.wait(AWAY)?;
        let on = session.switch_power(device, true)?;
        session.wait(BOOT)?;
        Ok(PowerCut(before.with(off).with(on).with(session.press_and_read(device)?.0)))
    });
}

#[then("the code is another one")]
fn another_code(scene: &mut Scene) {
    scene.judges::<PowerCut, _>(means(), |_| Ok(DifferentCodes {}));
}
