//! What a debug probe finds in a code device, and codes that follow a counter.

use cucumber::{gherkin, then};

use super::{DEVICE, times::rows};
use crate::{
    oracle::check::{CodeForTime, KeyLength},
    session::Session,
};

#[then("each press displays the next of these codes")]
fn next_codes(session: &mut Session, step: &gherkin::Step) {
    session.step(|session| {
        for (counter, row) in rows(step)?.iter().enumerate() {
            let seen = session.press_and_read(DEVICE)?.0;
            let vector = format!("the vector of counter {counter}");
            let check = CodeForTime { vector, expected: row.concat() };
            session.judge(&check.into(), &seen)?;
        }
        Ok(())
    });
}

#[then("the key in its flash is long enough")]
fn long_enough(session: &mut Session) {
    session.step(|session| {
        let seen = session.key_length(DEVICE)?;
        let at_least_bits = session.bench.profile.totp.min_key_bits;
        session.judge(&KeyLength { at_least_bits }.into(), &[seen])
    });
}
