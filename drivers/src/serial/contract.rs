//! The contract of a serial line, as one test suite for every implementation.
//!
//! Call [`keeps`] from a test of the implementation; it asserts.

use std::time::Duration;

use super::SerialLine;
use crate::{ErrorKind, SharedClock};

/// The other end of the line under test.
pub trait FarEnd {
    /// Sends bytes towards the line.
    fn send(&mut self, bytes: &[u8]);
    /// The next `count` bytes that the line wrote.
    fn receive(&mut self, count: usize) -> Vec<u8>;
    /// Pulls the cable.
    fn hang_up(&mut self);
}

/// Asserts that `line`, on `clock`, keeps the contract of [`SerialLine`]. The line must be fresh.
pub fn keeps(line: &mut dyn SerialLine, clock: SharedClock, far: &mut dyn FarEnd) {
    let soon = || clock.now() + Duration::from_millis(50);

    assert!(!line.name().is_empty());
    let identity = line.identity().expect("an open line knows what it is");
    assert!(!identity.driver.is_empty() && !identity.model.is_empty());
    line.check().expect("an open line passes its check");

    let silence = line.read(soon()).expect("silence is no error");
    assert_eq!(silence.value, b"", "silence is an empty reading");

    let every_byte: Vec<u8> = (0..=255).collect();
    line.write(&every_byte, soon()).expect("an open line takes bytes");
    assert_eq!(far.receive(256), every_byte, "bytes go out unchanged, control characters among them");

    let before = clock.now();
    far.send(&every_byte);
    let mut got = Vec::new();
    while got.len() < 256 {
        let reading = line.read(clock.now() + Duration::from_secs(1)).expect("an open line is readable");
        assert!(!reading.value.is_empty(), "bytes that were sent come in; so far {}", got.len());
        assert!(reading.at >= before, "stamped on the bench clock");
        got.extend(reading.value);
    }
    assert_eq!(got, every_byte, "bytes come in unchanged");

    far.send(b"too late");
    clock.wait_until(soon()).expect("time goes by");
    line.discard_input().expect("an open line discards");
    assert_eq!(line.read(soon()).expect("readable").value, b"", "what was discarded never comes");

    line.make_safe().expect("safe");
    line.make_safe().expect("safe twice");

    far.hang_up();
    let lost = line.read(soon()).expect_err("a hang-up is not silence");
    assert_eq!(lost.trouble, ErrorKind::Unplugged);
    assert_eq!(lost.instrument, line.name());
    assert_eq!(line.check().expect_err("a line that hung up fails its check").trouble, ErrorKind::Unplugged);
    let lost = line.write(b"x", soon()).expect_err("nothing can be written to a line that hung up");
    assert_eq!(lost.trouble, ErrorKind::Unplugged);
}
