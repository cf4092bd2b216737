//! Codes at published times: the display's clock is set, its button pressed, and the camera reads.

use cucumber::{gherkin, then};

use super::{DEVICE, Device, look::compare_with_board};
use crate::{
    oracle::{
        Check,
        check::{CodeForTime, DisplayMatchesBoard, SixDigits},
    },
    session::{Halt, Session, Step},
};

#[then("the display shows the published code at each of these times")]
fn published(session: &mut Session, step: &gherkin::Step) {
    session.step(|session| {
        for row in rows(step)? {
            let [unix, code] = row.as_slice() else {
                return Err(Halt::Rig("a row needs a time and a code".into()));
            };
            let seen = press_at(session, unix)?;
            let check = CodeForTime { vector: format!("the vector of {unix} s"), expected: code.clone() };
            session.judge(&Check::CodeForTime(check), &seen)?;
        }
        Ok(())
    });
}

#[then("the code has exactly 6 digits at each of these times")]
fn six_digits(session: &mut Session, step: &gherkin::Step) {
    session.step(|session| {
        for row in rows(step)? {
            let seen = press_at(session, &row.concat())?;
            session.judge(&Check::SixDigits(SixDigits {}), &seen)?;
        }
        Ok(())
    });
}

#[then(expr = "the camera sees what {device} says it shows at each of these times")]
fn matches_board(session: &mut Session, device: Device, step: &gherkin::Step) {
    session.step(|session| {
        for row in rows(step)? {
            press_at(session, &row.concat())?;
            let seen = compare_with_board(session, device.of(session)?)?;
            session.judge(&Check::DisplayMatchesBoard(DisplayMatchesBoard {}), &seen)?;
        }
        Ok(())
    });
}

/// The rows of a step's table, without its heading.
pub(super) fn rows(step: &gherkin::Step) -> Step<&[Vec<String>]> {
    let table = step.table.as_ref().and_then(|table| table.rows.get(1..));
    table.ok_or_else(|| Halt::Rig("the step needs a table".into()))
}

/// Sets the display's clock, presses, and reads: the observations.
fn press_at(session: &mut Session, unix: &str) -> Step<Vec<u32>> {
    let unix = unix.parse().map_err(|_| Halt::Rig(format!("{unix:?} is no Unix time")))?;
    session.set_clock(DEVICE, unix)?;
    Ok(session.press_and_read(DEVICE)?.0.to_vec())
}
