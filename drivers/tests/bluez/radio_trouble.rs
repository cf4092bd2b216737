//! Errors of the radio: named by instrument and kind, and silence never counts as absence.

use drivers::{BenchTime, ErrorKind, Instrument, Result, radio::Radio};

use crate::{
    bus::on_a_bus,
    phone::{ADAPTER, clock, until},
    radio::{BEACON, content, open, remembered},
};

fn kind<T>(result: Result<T>) -> ErrorKind {
    let error = result.err().expect("trouble");
    assert_eq!(error.instrument, "radio 1", "{error}");
    error.trouble
}

#[test]
fn an_adapter_that_is_not_there_is_not_found() {
    on_a_bus(|bluetoothd| {
        bluetoothd.adapter("hci0", "00:00:00:00:00:0A");
        let error = open(&clock()).err().unwrap();
        assert_eq!((error.instrument.as_str(), error.trouble), ("radio 1", ErrorKind::NotFound));
        assert!(error.detail.contains(ADAPTER) && error.detail.contains("00:00:00:00:00:0A"), "{error}");
    });
}

#[test]
fn an_adapter_that_is_off_cannot_see_and_stays_off() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        adapter.power(false);
        assert_eq!(kind(open(&clock())), ErrorKind::CannotSee);
        assert!(!adapter.is_powered());
    });
}

#[test]
fn a_beacon_that_falls_silent_fails_the_check_until_it_is_back() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        let beacon = remembered(&adapter, BEACON);
        let mut radio = open(&clock()).unwrap();
        assert_eq!(kind(radio.check()), ErrorKind::CannotSee);
        std::thread::scope(|scope| {
            // The check starts the scan afresh, and gives the beacon its time.
            let checked = scope.spawn(move || radio.check());
            until(|| {
                beacon.advertise(-50, &content(b"beacon"));
                checked.is_finished()
            });
            checked.join().unwrap().unwrap();
        });
    });
}

#[test]
fn a_radio_that_was_off_for_a_while_admits_what_it_missed() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        let phone = remembered(&adapter, "AA:BB:CC:DD:EE:01");
        let clock = clock();
        let mut radio = open(&clock).unwrap();
        let before = clock.now();
        adapter.power(false);
        assert_eq!(kind(radio.heard(before)), ErrorKind::CannotSee);
        adapter.power(true);
        assert_eq!(kind(radio.heard(before)), ErrorKind::CannotSee, "it has missed whatever there was");
        assert!(adapter.is_scanning());
        let back = clock.now();
        phone.advertise(-50, &content(b"hello"));
        until(|| radio.heard(back).unwrap().len() == 1);
    });
}

#[test]
fn a_power_cut_between_two_looks_is_admitted() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        let clock = clock();
        let mut radio = open(&clock).unwrap();
        let before = clock.now();
        adapter.power(false);
        adapter.power(true);
        until(|| radio.heard(before).is_err_and(|error| error.trouble == ErrorKind::CannotSee));
        assert_eq!(radio.heard(clock.now()).unwrap(), []);
    });
}

#[test]
fn a_scan_that_is_ended_from_outside_is_admitted_and_begun_again() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        let phone = remembered(&adapter, "AA:BB:CC:DD:EE:01");
        let clock = clock();
        let mut radio = open(&clock).unwrap();
        let before = clock.now();
        adapter.stop_scanning();
        until(|| radio.heard(before).is_err_and(|error| error.trouble == ErrorKind::CannotSee));
        assert!(adapter.is_scanning());
        let back = clock.now();
        phone.advertise(-50, &content(b"hello"));
        until(|| radio.heard(back).unwrap().len() == 1);
    });
}

#[test]
fn an_adapter_that_is_pulled_out_is_unplugged_then_missing() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        let mut radio = open(&clock()).unwrap();
        radio.advertise(Some(&content(b"hello"))).unwrap();
        adapter.unplug();
        assert_eq!(kind(radio.heard(BenchTime::ZERO)), ErrorKind::Unplugged);
        assert_eq!(kind(radio.check()), ErrorKind::NotFound);
        assert_eq!(kind(radio.advertise(Some(&content(b"hello")))), ErrorKind::NotFound);
        // It comes back, under another name of the system's.
        let adapter = bluetoothd.adapter("hci1", ADAPTER);
        radio.advertise(Some(&content(b"again"))).unwrap();
        assert_eq!(adapter.on_air(), [content(b"again")]);
    });
}

#[test]
fn bluetoothd_that_ends_is_unplugged() {
    on_a_bus(|bluetoothd| {
        bluetoothd.adapter("hci0", ADAPTER);
        let mut radio = open(&clock()).unwrap();
        radio.advertise(Some(&content(b"hello"))).unwrap();
        bluetoothd.quit();
        assert_eq!(kind(radio.check()), ErrorKind::Unplugged);
        assert_eq!(kind(radio.check()), ErrorKind::NotFound);
        radio.make_safe().unwrap();
    });
}
