//! The contract of a light, as one test suite for every implementation.
//!
//! Call [`keeps`] from a test of the implementation; it asserts.

use super::Light;
use crate::SharedClock;

/// Asserts that `light`, on `clock`, keeps the contract of [`Light`]; `shines` tells whether there is light.
pub fn keeps(light: &mut dyn Light, clock: &SharedClock, shines: &dyn Fn() -> bool) {
    assert!(!light.name().is_empty());
    let identity = light.identity().expect("a light knows what it is");
    assert!(!identity.driver.is_empty() && !identity.model.is_empty());
    light.check().expect("a light passes its check");
    for on in [true, true, false, false, true] {
        let before = clock.now();
        let switched = light.shine(on).expect("it switches");
        let (earliest, latest) = (before, clock.now());
        assert!(
            switched.at + switched.uncertainty >= earliest && switched.at <= latest + switched.uncertainty
        );
        assert_eq!(shines(), on);
    }
    light.make_safe().expect("safe");
    assert!(!shines(), "made safe, it is dark");
    light.make_safe().expect("safe twice");
}
