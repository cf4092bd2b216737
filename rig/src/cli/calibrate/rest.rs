//! Waits until a camera's automatics have settled. Focus, exposure and white balance take their time after a
//! camera was opened, and a camera that is locked too early stays blurred or dark.

use std::time::Duration;

use drivers::{Clock, Result};

/// A value that stays the same for this long has settled.
const STEADY: Duration = Duration::from_secs(2);
/// Longest wait for a value to settle.
const PATIENCE: Duration = Duration::from_secs(10);
/// Polling interval.
const LOOK: Duration = Duration::from_millis(200);

/// Polls until the value stays the same: the last value, and whether it settled.
pub(super) fn at_rest<T: PartialEq>(
    mut look: impl FnMut() -> Result<T>,
    clock: &dyn Clock,
) -> Result<(T, bool)> {
    let give_up = clock.now() + PATIENCE;
    let (mut seen, mut since) = (look()?, clock.now());
    while clock.now() < since + STEADY {
        if clock.now() >= give_up {
            return Ok((seen, false));
        }
        clock.wait_until(clock.now() + LOOK)?;
        let next = look()?;
        if next != seen {
            (seen, since) = (next, clock.now());
        }
    }
    Ok((seen, true))
}

#[cfg(test)]
mod tests {
    use drivers::{BenchTime, testing::FakeClock};

    use super::*;

    /// Result for a value that changes each second until `changes` are made, and the time taken.
    fn looked(changes: u64) -> (u64, bool, Duration) {
        let clock = FakeClock::default();
        let seconds = || Ok(clock.now().since(BenchTime::ZERO).as_secs().min(changes));
        let (seen, rests) = at_rest(seconds, &clock).unwrap();
        (seen, rests, clock.now().since(BenchTime::ZERO))
    }

    #[test]
    fn what_stays_the_same_has_come_to_rest() {
        assert_eq!(looked(0), (0, true, STEADY));
        assert_eq!(looked(3), (3, true, Duration::from_secs(3) + STEADY));
    }

    #[test]
    fn what_goes_on_and_on_is_given_up() {
        assert_eq!(looked(u64::MAX), (10, false, PATIENCE));
    }
}
