//! Losses of power, and what a code device may not do after one.

use std::time::Duration;

use cucumber::{then, when};

use super::Device;
use crate::{
    oracle::check::DifferentCodes,
    session::{
        Evidence::{Display, PowerCut},
        Scene, means,
    },
    suite::Instrument::Power,
};

/// How long the power is away: long enough for a supply to run empty.
const AWAY: Duration = Duration::from_secs(2);
/// How long a board may take until it answers to its button again.
const BOOT: Duration = Duration::from_secs(1);

#[when(expr = "I press the button on {device}, cut its power while the code shows, and press it again")]
fn cut_power(scene: &mut Scene, device: Device) {
    scene.step(device.used().uses(Power).gives(Display).gives(PowerCut), |session| {
        let device = device.of(session)?;
        session.pending = session.press_and_read(device)?.0.to_vec();
        let off = session.switch_power(device, false)?;
        session.wait(AWAY)?;
        let on = session.switch_power(device, true)?;
        session.wait(BOOT)?;
        session.pending.extend([off, on]);
        let (again, _) = session.press_and_read(device)?;
        session.pending.extend(again);
        Ok(())
    });
}

#[then("the code is another one")]
fn another_code(scene: &mut Scene) {
    scene.step(means().needs(PowerCut).judges::<DifferentCodes>(), |session| {
        let seen = session.pending.clone();
        session.judge(&DifferentCodes {}.into(), &seen)
    });
}
