//! What a debug probe finds in a code device, and codes that follow a counter.

use cucumber::{gherkin, then};

use super::{
    DEVICE, first_device,
    times::{codes_in_turn, rows},
};
use crate::{
    oracle::check::{CodeForTime, KeyLength},
    session::{Evidence::RfcKey, Scene},
    suite::Instrument::{EventBased, Probe},
};

#[then("each press displays the next of these codes")]
fn next_codes(scene: &mut Scene, step: &gherkin::Step) {
    scene.step(
        first_device().uses(EventBased).needs(RfcKey).judges::<CodeForTime>().table(codes_in_turn(step)),
        |session| {
            for (counter, row) in rows(step)?.iter().enumerate() {
                let seen = session.press_and_read(DEVICE)?.0;
                let vector = format!("the vector of counter {counter}");
                let check = CodeForTime { vector, expected: row.concat() };
                session.judge(check, seen)?;
            }
            Ok(())
        },
    );
}

#[then("the key in its flash is long enough")]
fn long_enough(scene: &mut Scene) {
    scene.step(first_device().uses(Probe).judges::<KeyLength>(), |session| {
        let seen = session.key_length(DEVICE)?;
        let at_least_bits = session.bench.profile.totp.min_key_bits;
        session.judge(KeyLength { at_least_bits }, seen)
    });
}
