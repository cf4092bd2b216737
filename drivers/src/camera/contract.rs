//! The contract of a camera, as one test suite for every implementation.
//!
//! Call [`keeps`] from a test of the implementation; it asserts.

use std::time::Duration;

use super::{Camera, Frame, Region};
use crate::{Clock, ErrorKind};

/// Asserts that `camera`, on `clock`, keeps the contract of [`Camera`] over `periods` periods. The camera has
/// taken a frame, and takes more.
pub fn keeps(camera: &mut dyn Camera, clock: &dyn Clock, periods: u32) {
    let period = camera.period();
    assert!(!period.is_zero());
    let first = camera.ring().expect("a camera that has taken a frame has a ring");
    clock.wait_until(clock.now() + period * periods).expect("time goes by");
    let later = camera.ring().expect("a camera that takes frames has a ring");
    assert!(later.end() > first.end(), "no frames are taken");
    assert!(later.start() >= first.start(), "a frame came back");

    let fetch = |number| camera.frame(number).expect("a frame in the ring can be fetched");
    let frames: Vec<_> = later.clone().map(fetch).collect();
    for (number, frame) in later.clone().zip(&frames) {
        assert_eq!(frame.number, number);
        assert!(frame.is_consistent(), "frame {number} has planes of another size");
        assert!(frame.at <= clock.now(), "frame {number} is from the future");
    }
    for pair in frames.windows(2) {
        let apart = pair[1].at.since(pair[0].at);
        assert!(apart > Duration::ZERO, "stamps do not rise");
        assert!(apart >= period / 2 && apart <= period * 3 / 2, "{apart:?} apart, {period:?} promised");
        assert_eq!((pair[0].width, pair[0].height), (pair[1].width, pair[1].height));
    }
    let again = camera.frame(*later.end()).expect("a frame in the ring can be fetched again");
    assert_eq!(frames.last(), Some(&again), "a frame changed");

    let Frame { width, height, .. } = *again;
    let regions = [[width / 4, 2, width / 2, height / 4], [0, height / 2, width / 8, height / 2]];
    let regions = regions.map(Region::from);
    let part =
        camera.part_of_frame(again.number, &regions).expect("a part of a frame in the ring can be fetched");
    assert_eq!((part.number, part.at, part.width, part.height), (again.number, again.at, width, height));
    for region in regions {
        assert_eq!(part.cut(region), again.cut(region), "a part is not what the frame shows there");
    }

    let not_yet = camera.frame(u64::MAX).expect_err("a frame that was not taken");
    assert_eq!((not_yet.instrument.as_str(), not_yet.trouble), (camera.name(), ErrorKind::NotFound));
    if let Some(gone) = later.start().checked_sub(1) {
        assert_eq!(camera.frame(gone).expect_err("a frame that is gone").trouble, ErrorKind::Lost);
    }
    is_an_instrument(camera);
}

fn is_an_instrument(camera: &mut dyn Camera) {
    assert!(!camera.identity().expect("a camera knows what it is").driver.is_empty());
    camera.check().expect("a camera that takes frames passes its check");
    camera.make_safe().expect("safe");
    camera.make_safe().expect("safe twice");
}
