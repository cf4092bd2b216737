//! The radio: what it hears, what it leaves out, and what it puts on the air.

use std::time::Duration;

use drivers::{
    BenchTime, Instrument, Reading, Result, SharedClock,
    radio::{Advert, Beacon, BlueZ, BlueZSettings, Radio, ServiceData, contract},
};
use uuid::{Uuid, uuid};

use crate::{
    bus::on_a_bus,
    phone::{ADAPTER, SHORT, clock, until},
    sim::{Phone, SimAdapter, SimPhone},
};

const NEARBY: Uuid = uuid!("0000fef3-0000-1000-8000-00805f9b34fb");
pub const BEACON: &str = "BE:AC:00:00:00:01";

pub fn content(data: &[u8]) -> ServiceData {
    ServiceData { service: NEARBY, data: data.to_vec() }
}

pub fn open(clock: &SharedClock) -> Result<BlueZ> {
    open_with(Beacon::Address(BEACON.parse().unwrap()), clock)
}

fn open_with(beacon: Beacon, clock: &SharedClock) -> Result<BlueZ> {
    let beacon_within = Duration::from_millis(500);
    let settings = BlueZSettings { adapter: ADAPTER.parse().unwrap(), beacon, beacon_within };
    BlueZ::open("radio 1", settings, SHORT, clock.clone())
}

/// A device that BlueZ remembers.
pub fn remembered(adapter: &SimAdapter, address: &'static str) -> SimPhone {
    adapter.phone(Phone { address, rssi: None, data: Some(content(b"of old")), ..Phone::default() })
}

/// Waits until `count` adverts were heard.
fn hear(radio: &mut BlueZ, from: BenchTime, count: usize) -> Vec<Reading<Advert>> {
    let mut heard = Vec::new();
    until(|| {
        heard = radio.heard(from).unwrap();
        heard.len() >= count
    });
    heard
}

#[test]
fn a_radio_beside_a_beacon_and_a_phone_keeps_the_contract() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        let senders = [BEACON, "AA:BB:CC:DD:EE:01"].map(|who| remembered(&adapter, who));
        let clock = clock();
        let mut radio = open(&clock).unwrap();
        std::thread::scope(|scope| {
            let kept = scope.spawn(|| contract::keeps(&mut radio, &clock));
            while !kept.is_finished() {
                for sender in &senders {
                    sender.advertise(-60, &content(b"hello"));
                }
                clock.wait_until(clock.now() + Duration::from_millis(100)).unwrap();
            }
        });
    });
}

#[test]
fn every_advert_is_heard_with_its_strength_and_moment() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        let phone = remembered(&adapter, "AA:BB:CC:DD:EE:01");
        let clock = clock();
        let mut radio = open(&clock).unwrap();
        assert_eq!(radio.heard(BenchTime::ZERO).unwrap(), [], "what BlueZ remembers is no advert");

        let before = clock.now();
        let sent: Vec<_> = (0..50).map(|i| (-40 - i16::from(i % 7), content(&[i / 10]))).collect();
        for (rssi, content) in &sent {
            phone.advertise(*rssi, content);
        }
        let heard = hear(&mut radio, before, sent.len());
        let after = clock.now();
        let said: Vec<_> =
            heard.iter().map(|advert| (advert.value.rssi_dbm, advert.value.content.clone())).collect();
        assert_eq!(said, sent, "each of them, also those that repeat the last, in order");
        for advert in &heard {
            assert!(advert.at >= before && advert.at <= after && advert.uncertainty > Duration::ZERO);
            assert_eq!(advert.value.address, "AA:BB:CC:DD:EE:01");
        }
        assert_eq!(radio.heard(heard[40].at).unwrap(), heard[40..]);
    });
}

#[test]
fn the_first_advert_of_a_new_device_is_heard() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        let mut radio = open(&clock()).unwrap();
        adapter.phone(Phone { rssi: Some(-71), data: Some(content(b"first")), ..Phone::default() });
        let heard = hear(&mut radio, BenchTime::ZERO, 1);
        assert_eq!((heard[0].value.rssi_dbm, &heard[0].value.content), (-71, &content(b"first")));
    });
}

#[test]
fn the_scan_is_for_low_energy_with_duplicates() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        let radio = open(&clock()).unwrap();
        assert!(adapter.is_scanning());
        let filter = adapter.filter();
        assert!(filter["Transport"].contains("le") && filter["DuplicateData"].contains("true"), "{filter:?}");
        drop(radio);
        until(|| !adapter.is_scanning());
    });
}

#[test]
fn other_adapters_and_the_radio_itself_and_the_beacon_are_left_out() {
    on_a_bus(|bluetoothd| {
        let elsewhere = remembered(&bluetoothd.adapter("hci0", "00:00:00:00:00:0A"), "AA:BB:CC:DD:EE:01");
        let adapter = bluetoothd.adapter("hci1", ADAPTER);
        let [own, beacon, phone] =
            [ADAPTER, BEACON, "AA:BB:CC:DD:EE:02"].map(|who| remembered(&adapter, who));
        let mut radio = open(&clock()).unwrap();
        for device in [&elsewhere, &own, &beacon, &phone] {
            device.advertise(-50, &content(b"hello"));
        }
        let heard = hear(&mut radio, BenchTime::ZERO, 1);
        let heard: Vec<_> = heard.iter().map(|advert| advert.value.address.as_str()).collect();
        assert_eq!(heard, ["AA:BB:CC:DD:EE:02"]);
        radio.check().unwrap();
    });
}

#[test]
fn a_beacon_is_known_by_what_it_says_too() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        let sender = remembered(&adapter, "AA:BB:CC:DD:EE:01");
        let mut radio = open_with(Beacon::Content(content(b"beacon")), &clock()).unwrap();
        sender.advertise(-50, &content(b"beacon"));
        sender.advertise(-50, &content(b"other"));
        assert_eq!(hear(&mut radio, BenchTime::ZERO, 1)[0].value.content, content(b"other"));
        radio.check().unwrap();
    });
}

#[test]
fn an_advert_is_on_the_air_until_told_otherwise() {
    on_a_bus(|bluetoothd| {
        let elsewhere = bluetoothd.adapter("hci0", "00:00:00:00:00:0A");
        let adapter = bluetoothd.adapter("hci1", ADAPTER);
        let mut radio = open(&clock()).unwrap();
        radio.advertise(Some(&content(b"one"))).unwrap();
        assert_eq!(adapter.on_air(), [content(b"one")]);
        radio.advertise(Some(&content(b"two"))).unwrap();
        assert_eq!(adapter.on_air(), [content(b"two")]);
        radio.advertise(None).unwrap();
        assert_eq!(adapter.on_air(), []);
        radio.advertise(None).unwrap();

        radio.advertise(Some(&content(b"three"))).unwrap();
        radio.make_safe().unwrap();
        assert_eq!(adapter.on_air(), []);
        radio.make_safe().unwrap();

        radio.advertise(Some(&content(b"four"))).unwrap();
        assert_eq!(adapter.on_air(), [content(b"four")]);
        drop(radio);
        assert_eq!((adapter.on_air(), elsewhere.on_air()), (vec![], vec![]));
    });
}

#[test]
fn a_radio_knows_what_it_is() {
    on_a_bus(|bluetoothd| {
        bluetoothd.adapter("hci3", ADAPTER);
        let mut radio = open(&clock()).unwrap();
        let identity = radio.identity().unwrap();
        assert_eq!((radio.name(), identity.serial.as_str()), ("radio 1", ADAPTER));
        assert_eq!(identity.detail["interface"], "hci3");
    });
}
