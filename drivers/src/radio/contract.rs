//! The contract of a radio, as one test suite for every implementation.
//!
//! Call [`keeps`] from a test of the implementation; it asserts.

use std::time::Duration;

use uuid::Uuid;

use super::{Radio, ServiceData};
use crate::SharedClock;

/// Asserts that `radio`, on `clock`, keeps the contract of [`Radio`]. The bench's beacon is on, and something
/// advertises service data every second or more often.
pub fn keeps(radio: &mut dyn Radio, clock: &SharedClock) {
    assert!(!radio.name().is_empty());
    assert!(!radio.identity().expect("a radio knows what it is").driver.is_empty());
    radio.check().expect("a radio that hears the beacon passes its check");

    let began = clock.now();
    let own = ServiceData { service: Uuid::from_u128(0x7269_6700), data: vec![1, 2, 3] };
    radio.advertise(Some(&own)).expect("a radio advertises");
    clock.wait_until(began + Duration::from_secs(3)).expect("time goes by");
    let heard = radio.heard(began).expect("a radio that is there has a log");
    assert!(!heard.is_empty(), "an advert in three seconds");
    for advert in &heard {
        assert!(advert.at + advert.uncertainty >= began && advert.at <= clock.now(), "stamped as it came in");
        assert_ne!(advert.value.content, own, "its own adverts are left out");
        assert!((-127..=20).contains(&advert.value.rssi_dbm), "a strength that there is");
        assert!(!advert.value.address.is_empty());
    }
    assert!(heard.is_sorted_by_key(|advert| advert.at), "oldest first");
    let later = heard[heard.len() / 2].at;
    let rest = radio.heard(later).expect("a log can be asked again");
    assert!(rest.iter().all(|advert| advert.at >= later), "nothing from before");
    assert!(rest.len() < heard.len() || later == heard[0].at);

    radio.advertise(None).expect("a radio stops");
    radio.make_safe().expect("safe");
    radio.make_safe().expect("safe twice");
    radio.check().expect("a radio that was made safe can be used again");
}
