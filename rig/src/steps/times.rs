//! Codes at published times: the display's clock is set, its button pressed, and the camera reads.

use cucumber::{gherkin, then};

use super::{Count, DEVICE, Device, first_device, look::compare_with_board};
use crate::{
    oracle::check::{CodeForTime, DisplayMatchesBoard, ShownDigits},
    session::{Evidence::RfcKey, Press, Row, Rows, Scene, Session, StepError, StepResult},
    suite::Instrument::Commands,
};

#[then("the display shows the published code at each of these times")]
fn published(scene: &mut Scene, step: &gherkin::Step) {
    scene.step(
        first_device().uses(Commands).needs(RfcKey).judges::<CodeForTime>().table(codes_at(step)),
        |session| {
            for row in rows(step)? {
                let [unix, code] = row.as_slice() else {
                    return Err(StepError::Internal("a row needs a time and a code".into()));
                };
                let seen = press_at(session, unix)?;
                let check = CodeForTime { vector: format!("the vector of {unix} s"), expected: code.clone() };
                session.judge(check, seen)?;
            }
            Ok(())
        },
    );
}

#[then(expr = "the code has exactly {count} digits at each of these times")]
fn six_digits(scene: &mut Scene, digits: Count, step: &gherkin::Step) {
    scene.step(
        first_device()
            .uses(Commands)
            .judges::<ShownDigits>()
            .states("digits", digits.0, "digit")
            .table(times(step)),
        |session| {
            for row in rows(step)? {
                let seen = press_at(session, &row.concat())?;
                session.judge(ShownDigits { digits: digits.0 }, seen)?;
            }
            Ok(())
        },
    );
}

#[then(expr = "the camera sees what {device} says it shows at each of these times")]
fn matches_board(scene: &mut Scene, device: Device, step: &gherkin::Step) {
    scene.step(device.used().uses(Commands).judges::<DisplayMatchesBoard>().table(times(step)), |session| {
        for row in rows(step)? {
            press_at(session, &row.concat())?;
            let seen = compare_with_board(session, device.of(session)?)?;
            session.judge(DisplayMatchesBoard {}, seen)?;
        }
        Ok(())
    });
}

/// The published codes of a step's table, each with its time.
fn codes_at(step: &gherkin::Step) -> Rows {
    cells(step, |[time, code]| Ok(Row::CodeAt(seconds(time)?, code.clone())))
}

/// The times of a step's table.
fn times(step: &gherkin::Step) -> Rows {
    cells(step, |[time]| Ok(Row::Time(seconds(time)?)))
}

/// The codes of a step's table, the first of counter 0.
pub(super) fn codes_in_turn(step: &gherkin::Step) -> Rows {
    let mut counter = 0..;
    cells(step, |[code]| Ok(Row::CodeOf(counter.next().unwrap_or(u64::MAX), code.clone())))
}

/// Reads a table of `N` columns under a heading.
fn cells<const N: usize>(
    step: &gherkin::Step,
    mut read: impl FnMut(&[String; N]) -> Result<Row, String>,
) -> Rows {
    let Some((_, rows)) = step.table.as_ref().and_then(|table| table.rows.split_first()) else {
        return Err((0, format!("the step needs a table of {N} columns under a heading")));
    };
    if rows.is_empty() {
        return Err((0, "the table has a heading and no rows: it would judge nothing".into()));
    }
    let row = |(number, row): (usize, &Vec<String>)| {
        let columns = row.len();
        let row = <&[String; N]>::try_from(row.as_slice());
        let row = row.map_err(|_| format!("{N} columns are accepted, found {columns}"));
        row.and_then(&mut read).map_err(|message| (number, message))
    };
    (1..).zip(rows).map(row).collect()
}

/// A time in a cell.
fn seconds(cell: &str) -> Result<u64, String> {
    cell.parse().map_err(|_| format!("{cell:?} is no Unix time: whole seconds since 1970 are accepted"))
}

/// The rows of a step's table, without its heading.
pub(super) fn rows(step: &gherkin::Step) -> StepResult<&[Vec<String>]> {
    let table = step.table.as_ref().and_then(|table| table.rows.get(1..));
    table.ok_or_else(|| StepError::Internal("the step needs a table".into()))
}

/// Sets the display's clock, presses, and reads: the observations.
fn press_at(session: &mut Session, unix: &str) -> StepResult<Press> {
    let unix = unix.parse().map_err(|_| StepError::Internal(format!("{unix:?} is no Unix time")))?;
    session.set_clock(DEVICE, unix)?;
    Ok(session.press_and_read(DEVICE)?.0)
}
