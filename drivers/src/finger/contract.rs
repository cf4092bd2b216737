//! The contract of a finger, as one test suite for every implementation.
//!
//! Call [`keeps`] from a test of the implementation; it asserts.

use std::time::Duration;

use super::{Finger, Key};
use crate::SharedClock;

/// Asserts that `finger`, on `clock`, keeps the contract of [`Finger`] on a button within its reach.
pub fn keeps(finger: &mut dyn Finger, clock: &SharedClock) {
    assert!(!finger.name().is_empty());
    let identity = finger.identity().expect("a finger knows what it is");
    assert!(!identity.driver.is_empty() && !identity.model.is_empty());
    finger.check().expect("a finger in reach passes its check");

    for hold in [Duration::from_millis(50), Duration::from_millis(150), Duration::ZERO] {
        let before = clock.now();
        let press = finger.press(&[Key::Button], hold).expect("a finger presses");
        let after = clock.now();
        assert!(press.value.contact, "a finger that touched the button says so");
        assert!(press.at + press.uncertainty >= before && press.at <= after, "stamped with the contact");
        assert!(press.value.released >= press.at && press.value.released <= after, "and it lets go again");
    }

    finger.make_safe().expect("safe");
    finger.make_safe().expect("safe twice");
    finger.check().expect("a finger that was made safe can be used again");
}
