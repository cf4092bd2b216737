//! Which codes are valid when, with a clock that is only so sure of the time.

use std::{ops::RangeInclusive, time::Duration};

use serde::{Deserialize, Serialize};

use super::otp::Totp;
use crate::keys::Key;

/// How many steps a code may be off and still be valid (RFC 6238 section 5.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Steps back: the delay between the code and its judgement, and clocks that are late.
    pub past: u8,
    /// Steps ahead: clocks that are early.
    pub future: u8,
}

/// The moments that "now" can be, since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The earliest.
    pub earliest: Duration,
    /// The latest, not before the earliest.
    pub latest: Duration,
}

impl Now {
    /// `unix` give or take `uncertainty`.
    pub fn about(unix: Duration, uncertainty: Duration) -> Self {
        Self { earliest: unix.saturating_sub(uncertainty), latest: unix.saturating_add(uncertainty) }
    }

    /// The time steps that "now" can lie in.
    pub fn steps(&self, totp: &Totp) -> RangeInclusive<u64> {
        totp.step_at(self.earliest)..=totp.step_at(self.latest)
    }
}

/// Where a code stands in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It is the code of this step, and valid wherever in the uncertainty "now" is, or the code of a step
    /// that "now" can lie in.
    Valid(u64),
    /// It is the code of this step, valid at some of the moments that "now" can be and not at others.
    Edge(u64),
    /// The code of this step, outside of the window.
    Outside(u64),
    /// It is the code of no step near by.
    Nowhere,
}

/// The most steps that "now" may be spread over for a code to say anything.
const MOST_STEPS: u64 = 16;

/// How many steps around the window are searched for the step of an invalid code: a reason for people.
const SEARCH: u64 = 20;

impl Window {
    /// Where the code of `step` stands, when "now" lies in one of `current`.
    pub fn place(&self, step: u64, current: &RangeInclusive<u64>) -> Fit {
        let (first, last) = (*current.start(), *current.end());
        let valid_at = |now: u64| self.around(now).contains(&step);
        // Validity has no holes, so the ends of the spread decide.
        match (valid_at(first), valid_at(last)) {
            (true, true) => Fit::Valid(step),
            _ if self.reach(current).contains(&step) => Fit::Edge(step),
            _ => Fit::Outside(step),
        }
    }

    /// The steps whose codes are valid in step `now`.
    fn around(&self, now: u64) -> RangeInclusive<u64> {
        now.saturating_sub(self.past.into())..=now.saturating_add(self.future.into())
    }

    /// The steps whose codes are valid in one of the steps `current`.
    fn reach(&self, current: &RangeInclusive<u64>) -> RangeInclusive<u64> {
        *self.around(*current.start()).start()..=*self.around(*current.end()).end()
    }

    /// The codes that are valid at some moment within the uncertainty of "now", with their steps, in rising
    /// order. `None` if "now" is spread over too many steps for a code to mean anything.
    pub fn valid_codes(&self, key: &Key, totp: &Totp, now: &Now) -> Option<Vec<(u64, String)>> {
        let current = spread(totp, now)?;
        Some(self.reach(&current).map(|step| (step, totp.code(key, step))).collect())
    }

    /// Position of `code`. Of several steps with the same code the one nearest to "now" counts. `None` if
    /// "now" is spread over too many steps for a code to mean anything.
    pub fn fit(&self, key: &Key, totp: &Totp, now: &Now, code: &str) -> Option<Fit> {
        let current = spread(totp, now)?;
        let (first, last) = self.reach(&current).into_inner();
        let mut steps: Vec<u64> = (first.saturating_sub(SEARCH)..=last.saturating_add(SEARCH)).collect();
        steps.sort_by_key(|step| distance(*step, &current));
        let found = steps.into_iter().find(|step| totp.code(key, *step) == code);
        Some(match found {
            Some(step) if current.contains(&step) => Fit::Valid(step),
            Some(step) => self.place(step, &current),
            None => Fit::Nowhere,
        })
    }
}

/// The steps within the uncertainty of "now"; `None` if they are too many for a code to mean anything.
fn spread(totp: &Totp, now: &Now) -> Option<RangeInclusive<u64>> {
    let steps = now.steps(totp);
    (steps.end() - steps.start() < MOST_STEPS).then_some(steps)
}

/// How many steps `step` is away from the nearest of `current`.
pub fn distance(step: u64, current: &RangeInclusive<u64>) -> u64 {
    current.start().saturating_sub(step).max(step.saturating_sub(*current.end()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WINDOW: Window = Window { past: 1, future: 1 };

    fn key() -> Key {
        Key::new(*b"12345678901234567890")
    }

    fn at(unix: u64, uncertainty: u64) -> Now {
        Now::about(Duration::from_secs(unix), Duration::from_secs(uncertainty))
    }

    fn fit(code_step: u64, now: Now) -> Option<Fit> {
        let totp = Totp::default();
        WINDOW.fit(&key(), &totp, &now, &totp.code(&key(), code_step))
    }

    #[test]
    fn a_code_is_valid_within_the_window_and_its_step_is_found_outside() {
        let now = at(3000 + 15, 0);
        assert_eq!(fit(100, now), Some(Fit::Valid(100)));
        assert_eq!(fit(99, now), Some(Fit::Valid(99)));
        assert_eq!(fit(101, now), Some(Fit::Valid(101)));
        assert_eq!(fit(97, now), Some(Fit::Outside(97)));
        assert_eq!(fit(102, now), Some(Fit::Outside(102)));
        assert_eq!(fit(200, now), Some(Fit::Nowhere));
    }

    #[test]
    fn at_a_boundary_both_steps_are_current_and_the_windows_far_ends_are_open() {
        let now = at(3000, 1);
        assert_eq!(now.steps(&Totp::default()), 99..=100);
        for (step, expected) in [
            (97, Fit::Outside(97)),
            (98, Fit::Edge(98)),
            (99, Fit::Valid(99)),
            (100, Fit::Valid(100)),
            (101, Fit::Edge(101)),
            (102, Fit::Outside(102)),
        ] {
            assert_eq!(fit(step, now), Some(expected));
        }
        let narrow = Window::default();
        let totp = Totp::default();
        assert_eq!(narrow.fit(&key(), &totp, &now, &totp.code(&key(), 99)), Some(Fit::Valid(99)));
        assert_eq!(narrow.place(99, &(99..=100)), Fit::Edge(99));
        assert_eq!(narrow.place(98, &(99..=100)), Fit::Outside(98));
    }

    #[test]
    fn the_valid_codes_are_those_of_the_vectors() {
        let codes = WINDOW.valid_codes(&key(), &Totp::default(), &at(59, 0)).unwrap();
        let expected = [(0, "755224"), (1, "287082"), (2, "359152")].map(|(s, c)| (s, c.to_owned()));
        assert_eq!(codes, expected);
    }

    #[test]
    fn a_clock_that_knows_nothing_says_nothing() {
        assert_eq!(fit(100, at(3000, u64::MAX)), None);
        assert_eq!(WINDOW.valid_codes(&key(), &Totp::default(), &at(9000, 300)), None);
        assert_eq!(fit(100, at(3015, 240)), None, "17 steps");
        assert!(fit(100, at(3000, 225)).is_some(), "16 steps");
    }

    #[test]
    fn the_ends_of_time_are_no_special_case() {
        assert_eq!(fit(0, at(0, 0)), Some(Fit::Valid(0)));
        let end = Now::about(Duration::MAX, Duration::ZERO);
        let last = Totp::default().step_at(Duration::MAX);
        assert_eq!(fit(last, end), Some(Fit::Valid(last)));
    }

    proptest! {
        #[test]
        fn a_code_made_within_the_window_is_valid(
            unix in 0_u64..40_000_000_000, step_s in 1_u64..120, t0_s in 0_u64..100,
            past in 0_u8..4, future in 0_u8..4, offset in -4_i64..5,
        ) {
            let totp = Totp { step_s: step_s.try_into().unwrap(), t0_s, ..Totp::default() };
            let window = Window { past, future };
            let now = at(unix, 0);
            let current = totp.step_at(Duration::from_secs(unix));
            let step = current.saturating_add_signed(offset);
            let inside = step + u64::from(past) >= current && step <= current + u64::from(future);
            let fit = window.fit(&key(), &totp, &now, &totp.code(&key(), step)).unwrap();
            prop_assert!(!inside || matches!(fit, Fit::Valid(_)), "{:?}", fit);
            // Two near steps with one code by chance would show as the nearer: no counterexample here.
            prop_assert!(inside || fit == Fit::Outside(step), "{:?}", fit);
        }

        #[test]
        fn more_uncertainty_never_makes_a_valid_code_fail(
            unix in 1000_u64..1_000_000, uncertainty in 0_u64..60, more in 0_u64..60, offset in -3_i64..4,
        ) {
            let totp = Totp::default();
            let step = totp.step_at(Duration::from_secs(unix)).saturating_add_signed(offset);
            let before = fit(step, at(unix, uncertainty)).unwrap();
            let after = fit(step, at(unix, uncertainty + more)).unwrap();
            prop_assert!(!(matches!(before, Fit::Valid(_)) && matches!(after, Fit::Outside(_) | Fit::Nowhere)));
        }
    }
}
