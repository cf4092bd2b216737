//! The contract of a bench clock, as one test suite for every implementation.
//!
//! Call [`keeps`] from a test of the implementation; it asserts.

use std::time::Duration;

use crate::{Clock, DriverError, ErrorKind};

/// Asserts that `clock`, whose UTC is to be had, keeps the contract of [`Clock`].
pub fn keeps(clock: &dyn Clock) {
    let moment = clock.now();
    clock.wait_until(moment + Duration::from_millis(20)).expect("time goes by");
    assert!(clock.now() >= moment + Duration::from_millis(20), "a wait takes its time");

    let mut polls = 0;
    let done = clock.wait(moment, &mut || {
        polls += 1;
        Ok(false)
    });
    assert_eq!((done, polls), (Ok(false), 1), "one poll, even when the deadline has passed");

    let far = clock.now() + Duration::from_secs(3600);
    let mut polls = 0;
    let done = clock.wait(far, &mut || {
        polls += 1;
        Ok(polls == 3)
    });
    assert_eq!((done, polls), (Ok(true), 3), "a wait ends as soon as the poll is done");
    assert!(clock.now() < far);

    let broken = DriverError::new("line", ErrorKind::Unplugged, "gone");
    let failed = clock.wait(far, &mut || Err(broken.clone()));
    assert_eq!(failed, Err(broken), "what the poll says is what the wait says");
    assert!(clock.now() < far);

    tells_utc(clock);
}

/// UTC goes as the clock goes, as surely as it says.
fn tells_utc(clock: &dyn Clock) {
    let (first, began) = (clock.utc().expect("a source of UTC"), clock.now());
    assert!(!first.source.is_empty() && first.unix > Duration::from_secs(1_500_000_000));
    clock.wait_until(began + Duration::from_millis(20)).expect("time goes by");
    let (last, gone) = (clock.utc().expect("a source of UTC"), clock.now().since(began));
    let apart = last.unix.saturating_sub(first.unix).abs_diff(gone);
    let sure = first.uncertainty + last.uncertainty + Duration::from_millis(20);
    assert!(apart <= sure, "UTC and the clock are {apart:?} apart after {gone:?}");
}
