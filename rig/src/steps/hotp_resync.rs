//! Codes that nobody uses: an event-based device is ahead of the service after them.

use std::time::Duration;

use cucumber::when;

use super::{DEVICE, first_device};
use crate::{
    session::{Scene, Session, StepResult},
    suite::Instrument::EventBased,
};

/// How much longer than the profile says a code may show before the display is taken to be dark.
const DARK_BY_THEN: Duration = Duration::from_secs(1);

#[when("I press the button in vain as often as the service looks ahead")]
fn as_often(scene: &mut Scene) {
    // After `look_ahead - 1` unused codes, the next is the last one that the service still accepts.
    scene.step(first_device().uses(EventBased), |session| {
        in_vain(session, session.bench.profile.hotp.look_ahead.saturating_sub(1))
    });
}

#[when("I press the button in vain once more than the service looks ahead")]
fn once_more(scene: &mut Scene) {
    scene.step(first_device().uses(EventBased), |session| {
        in_vain(session, session.bench.profile.hotp.look_ahead)
    });
}

/// Presses the button so often, and lets each code go by.
fn in_vain(session: &mut Session, presses: u8) -> StepResult {
    let shown = Duration::from_secs_f64(session.bench.profile.limits.code_shown_s[1]);
    for _ in 0..presses {
        session.press(DEVICE)?;
        session.wait(shown + DARK_BY_THEN)?;
    }
    Ok(())
}
