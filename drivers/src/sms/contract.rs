//! The contract of a modem, as one test suite for every implementation.
//!
//! Call [`keeps`] from a test of the implementation; it asserts.

use std::time::Duration;

use super::{Modem, Sms};
use crate::{Reading, SharedClock};

/// The network that the modem under test is in.
pub trait Network {
    /// Sends a message to the modem.
    fn send(&mut self, from: &str, text: &str);
}

/// How long a message may take.
const SOON: Duration = Duration::from_secs(30);

/// Asserts that `modem`, on `clock`, keeps the contract of [`Modem`]. Nothing but what is sent here may reach
/// it.
pub fn keeps(modem: &mut dyn Modem, clock: &SharedClock, network: &mut dyn Network) {
    assert!(!modem.name().is_empty());
    let identity = modem.identity().expect("a modem knows what it is");
    assert!(!identity.driver.is_empty() && !identity.model.is_empty() && !identity.serial.is_empty());
    modem.check().expect("a modem in a network passes its check");

    assert_eq!(modem.receive(clock.now()).expect("silence is data"), []);
    let deadline = clock.now() + Duration::from_secs(3);
    assert_eq!(modem.receive(deadline).expect("silence is data"), []);
    assert!(clock.now() >= deadline, "silence lasts until the deadline");

    tells_texts(modem, clock, network);

    for text in ["first", "second", "third"] {
        network.send("+4587654321", text);
    }
    let texts = gather(modem, clock, 3).into_iter().map(|message| message.value.text).collect::<Vec<_>>();
    assert_eq!(texts, ["first", "second", "third"], "oldest first");

    network.send("MitID", "meanwhile");
    assert!(modem.loop_back(clock.now() + SOON).expect("it can send"), "what it sends to itself comes");
    assert_eq!(gather(modem, clock, 1)[0].value.text, "meanwhile", "what came meanwhile is kept");
    let deadline = clock.now() + Duration::from_secs(5);
    assert_eq!(modem.receive(deadline).expect("silence is data"), [], "what it sent to itself is no news");

    modem.make_safe().expect("safe");
    modem.make_safe().expect("safe twice");
    modem.check().expect("a modem that was made safe can be used again");
}

/// Texts of every alphabet and length, from every kind of sender.
fn tells_texts(modem: &mut dyn Modem, clock: &SharedClock, network: &mut dyn Network) {
    let long = "A long message with {brackets} and €, part by part. ".repeat(8);
    let long_unicode = "Привет 😀 ".repeat(20);
    let messages = [
        ("MitID", "Your temporary PIN code for MitID is 12345678."),
        ("+4587654321", "@ æøå ÆØÅ € ^{}\\[~]|"),
        ("1234", "Ἀ 😀"),
        ("MitID", long.as_str()),
        ("+4587654321", long_unicode.as_str()),
    ];
    for (from, text) in messages {
        let before = clock.now();
        network.send(from, text);
        let message = &gather(modem, clock, 1)[0];
        assert_eq!(message.value, Sms { from: from.into(), text: text.into() });
        assert!(
            message.at + message.uncertainty >= before && message.at - message.uncertainty <= clock.now()
        );
        assert!(message.raw.is_none(), "a message is not evidence");
        assert!(!format!("{message:?}").contains(text), "Debug does not tell what it reads");
    }
}

/// The next `count` messages.
fn gather(modem: &mut dyn Modem, clock: &SharedClock, count: usize) -> Vec<Reading<Sms>> {
    let deadline = clock.now() + SOON;
    let mut messages = Vec::new();
    while messages.len() < count {
        assert!(clock.now() < deadline, "{} of {count} messages came", messages.len());
        messages.extend(modem.receive(deadline).expect("a message is no error"));
    }
    assert_eq!(messages.len(), count);
    messages
}
