//! Errors between the rig and a phone's test agent: named by instrument and kind, in bounded time.

use std::time::{Duration, Instant};

use drivers::{
    DriverError, ErrorKind, Result,
    phone::{
        Carrier,
        gatt::{Gatt, GattPeer, SERVICE},
    },
};

use crate::{
    agent::{echo, notify},
    bus::on_a_bus,
    phone::{ADAPTER, SHORT, ask, clock, open, open_which, with_agent},
    sim::{Act, Bluetoothd, Connects, Phone},
};

/// The longest that any trouble may take to come out.
const BOUND: Duration = Duration::from_secs(10);

/// The error of `result`, which must name instrument "phone 1", be of this kind, arrive in time, and contain
/// these texts.
fn trouble<T>(trouble: ErrorKind, says: &[&str], action: impl FnOnce() -> Result<T>) -> DriverError {
    let started = Instant::now();
    let error = action().err().expect("trouble");
    assert!(started.elapsed() < BOUND, "{error}: after {:?}", started.elapsed());
    assert_eq!((error.instrument.as_str(), error.trouble), ("phone 1", trouble), "{error}");
    for text in says {
        assert!(error.detail.contains(text), "{error}: does not say {text:?}");
    }
    error
}

/// Opens in vain.
fn refused(kind: ErrorKind, says: &[&str]) {
    trouble(kind, says, || open(&clock()));
}

#[test]
fn an_adapter_that_is_not_there_is_not_found() {
    on_a_bus(|bluetoothd| {
        refused(ErrorKind::NotFound, &[ADAPTER, "none"]);
        bluetoothd.adapter("hci0", "00:00:00:00:00:0A");
        refused(ErrorKind::NotFound, &[ADAPTER, "00:00:00:00:00:0A"]);
    });
}

#[test]
fn a_machine_without_bluetoothd_has_no_adapter() {
    on_a_bus(|bluetoothd| {
        bluetoothd.quit();
        refused(ErrorKind::NotFound, &["listing Bluetooth adapters"]);
    });
}

#[test]
fn an_adapter_that_is_off_stays_off() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        adapter.power(false);
        refused(ErrorKind::CannotSee, &["powered off"]);
        assert!(!adapter.is_powered());
    });
}

#[test]
fn a_phone_out_of_range_is_not_found_and_others_are_told() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        adapter.phone(Phone { name: "another", ..with_agent(echo(notify)) });
        refused(ErrorKind::NotFound, &["\"phone\"", "AA:BB:CC:DD:EE:01 (another)"]);
        let address = GattPeer::Address("AA:BB:CC:DD:EE:02".parse().unwrap());
        trouble(ErrorKind::NotFound, &["AA:BB:CC:DD:EE:02"], || open_which(address, &clock()));
    });
}

#[test]
fn a_phone_that_bluez_only_remembers_is_not_there() {
    on_a_bus(|bluetoothd| {
        let phone = Phone { rssi: None, ..with_agent(echo(notify)) };
        let phone = bluetoothd.adapter("hci0", ADAPTER).phone(phone);
        refused(ErrorKind::NotFound, &["phone"]);
        assert_eq!(phone.connections(), 0);
    });
}

#[test]
fn a_phone_that_never_connects_does_not_answer() {
    on_a_bus(|bluetoothd| {
        let phone = Phone { connects: Connects::Never, ..with_agent(echo(notify)) };
        let phone = bluetoothd.adapter("hci0", ADAPTER).phone(phone);
        refused(ErrorKind::NoAnswer, &["connecting", &format!("{:?}", SHORT.connect)]);
        assert_eq!(phone.disconnections(), 1, "the attempt is ended");
    });
}

#[test]
fn services_that_are_never_resolved_are_no_answer() {
    on_a_bus(|bluetoothd| {
        let phone = Phone { connects: Connects::WithoutServices, ..with_agent(echo(notify)) };
        let phone = bluetoothd.adapter("hci0", ADAPTER).phone(phone);
        refused(ErrorKind::NoAnswer, &["connecting"]);
        assert!(!phone.is_connected());
    });
}

#[test]
fn a_phone_without_the_agents_service_is_the_wrong_one() {
    on_a_bus(|bluetoothd| {
        let phone = Phone { services: vec![SERVICE], ..Phone::default() };
        let phone = bluetoothd.adapter("hci0", ADAPTER).phone(phone);
        refused(ErrorKind::WrongDevice, &["test agent"]);
        assert!(!phone.is_connected());
    });
}

/// Opens a phone with an agent that does this with the pieces of each answer, and asks it something.
fn asked(
    bluetoothd: &Bluetoothd,
    act: impl FnMut(Vec<Vec<u8>>) -> Vec<Act> + Send + 'static,
) -> (Gatt, Result<Vec<u8>>) {
    bluetoothd.adapter("hci0", ADAPTER).phone(with_agent(echo(act)));
    let clock = clock();
    let mut gatt = open(&clock).unwrap();
    let answer = ask(&mut gatt);
    (gatt, answer)
}

#[test]
fn an_agent_that_is_silent_answers_nothing_and_may_answer_later() {
    on_a_bus(|bluetoothd| {
        let mut asked_before = false;
        let (mut gatt, answer) =
            asked(bluetoothd, move |pieces| match std::mem::replace(&mut asked_before, true) {
                true => notify(pieces),
                false => Vec::new(),
            });
        assert_eq!(answer.unwrap(), [0; 0]);
        assert!(!ask(&mut gatt).unwrap().is_empty());
        assert_eq!(gatt.recoveries(), 0);
    });
}

#[test]
fn pieces_out_of_order_are_a_protocol_error() {
    on_a_bus(|bluetoothd| {
        // The last piece, with the frame's end, stays last.
        let (_gatt, answer) = asked(bluetoothd, |mut pieces| {
            pieces.swap(0, 1);
            notify(pieces)
        });
        trouble(ErrorKind::Protocol, &["1 broken"], || answer);
    });
}

#[test]
fn an_answer_cut_short_by_a_drop_is_unplugged_and_the_next_one_comes() {
    on_a_bus(|bluetoothd| {
        let mut dropped = false;
        let (mut gatt, answer) =
            asked(bluetoothd, move |mut pieces| match std::mem::replace(&mut dropped, true) {
                true => notify(pieces),
                false => vec![Act::Notify(pieces.swap_remove(0)), Act::Drop],
            });
        trouble(ErrorKind::Unplugged, &["dropped the connection"], || answer);
        assert!(!ask(&mut gatt).unwrap().is_empty());
        assert_eq!(gatt.recoveries(), 1);
    });
}

#[test]
fn an_adapter_that_is_pulled_out_in_the_middle_is_unplugged() {
    on_a_bus(|bluetoothd| {
        let (mut gatt, answer) = asked(bluetoothd, |_| vec![Act::UnplugAdapter]);
        trouble(ErrorKind::Unplugged, &[], || answer);
        trouble(ErrorKind::NotFound, &[ADAPTER], || ask(&mut gatt));
    });
}

#[test]
fn bluetoothd_that_ends_in_the_middle_is_unplugged() {
    on_a_bus(|bluetoothd| {
        let (mut gatt, answer) = asked(bluetoothd, |_| vec![Act::QuitBluetoothd]);
        trouble(ErrorKind::Unplugged, &[], || answer);
        trouble(ErrorKind::NotFound, &["listing Bluetooth adapters"], || ask(&mut gatt));
    });
}
