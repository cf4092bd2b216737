//! The contract of a power switch, as one test suite for every implementation.
//!
//! Call [`keeps`] from a test of the implementation; it asserts.

use super::PowerSwitch;
use crate::SharedClock;

/// Asserts that `switch`, on `clock`, keeps the contract of [`PowerSwitch`]; `is_on` tells whether the device has
/// power.
pub fn keeps(switch: &mut dyn PowerSwitch, clock: &SharedClock, is_on: &dyn Fn() -> bool) {
    assert!(!switch.name().is_empty());
    let identity = switch.identity().expect("a switch knows what it is");
    assert!(!identity.driver.is_empty() && !identity.model.is_empty());
    switch.check().expect("a switch passes its check");

    for on in [false, false, true, true, false] {
        let before = clock.now();
        let switched = switch.switch(on).expect("it switches");
        assert!(switched.at + switched.uncertainty >= before && switched.at <= clock.now(), "stamped");
        assert_eq!(is_on(), on);
    }
    switch.make_safe().expect("safe");
    assert!(is_on(), "made safe, it is on");
    switch.make_safe().expect("safe twice");
}
