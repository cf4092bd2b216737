//! The contract of a screen, as one test suite for every implementation.
//!
//! Call [`keeps`] from a test of the implementation; it asserts.

use super::{Screen, qr_picture};
use crate::SharedClock;

/// Asserts that `screen`, on `clock`, keeps the contract of [`Screen`].
pub fn keeps(screen: &mut dyn Screen, clock: &SharedClock) {
    assert!(!screen.name().is_empty());
    assert!(!screen.identity().expect("a screen knows what it is").driver.is_empty());
    screen.check().expect("a screen that is on passes its check");
    let (one, other) = (qr_picture("one"), qr_picture("other"));
    for picture in [Some(&one), Some(&other), None, None, Some(&one)] {
        let before = clock.now();
        let shown = screen.show(picture).expect("a screen shows what it is given");
        assert!(shown.at >= before && shown.at <= clock.now() + shown.uncertainty, "stamped as it shows");
    }
    screen.make_safe().expect("safe");
    screen.make_safe().expect("safe twice");
    screen.check().expect("a screen that was made safe can be used again");
}
