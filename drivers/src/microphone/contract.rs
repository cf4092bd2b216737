//! The contract of a microphone, as one test suite for every implementation.
//!
//! Call [`keeps`] from a test of the implementation; it asserts.

use std::time::Duration;

use super::Microphone;
use crate::SharedClock;

/// How much is listened to.
const STRETCH: Duration = Duration::from_millis(200);

/// Asserts that `microphone`, on `clock`, keeps the contract of [`Microphone`] in a room with its reference tone.
pub fn keeps(microphone: &mut dyn Microphone, clock: &SharedClock) {
    assert!(!microphone.name().is_empty());
    let identity = microphone.identity().expect("a microphone knows what it is");
    assert!(!identity.driver.is_empty() && !identity.model.is_empty());
    assert!(microphone.rate_hz() >= 8_000, "speech needs 8 kHz at least");

    clock.wait_until(clock.now() + STRETCH * 3).expect("time goes by");
    microphone.check().expect("a microphone that hears the tone passes its check");
    let ring = microphone.ring().expect("it hears");
    let (oldest, newest) = ring.into_inner();
    assert!(oldest <= newest && newest <= clock.now(), "nothing is heard before it sounds");

    let sound = microphone.sound(newest - STRETCH, newest).expect("what is in the ring can be had");
    let sample = Duration::from_secs_f64(f64::from(microphone.rate_hz()).recip());
    assert_eq!(sound.rate_hz, microphone.rate_hz());
    assert!(sound.duration().abs_diff(STRETCH) <= sample * 2, "as long as asked for");
    let begins = sound.at.since(newest - STRETCH).max((newest - STRETCH).since(sound.at));
    assert!(begins <= sample + sound.uncertainty, "and from where it was asked for");
    assert!(sound.samples.iter().all(|sample| (-1.0..=1.0).contains(sample)), "within full scale");
    let again = microphone.sound(newest - STRETCH, newest).expect("a second time");
    assert_eq!(again, sound, "the same stretch is the same sound");

    microphone.sound(newest, clock.now() + STRETCH).expect_err("what is yet to sound is no sound");
    microphone.make_safe().expect("safe");
    microphone.make_safe().expect("safe twice");
    microphone.check().expect("a microphone that was made safe can be used again");
}
