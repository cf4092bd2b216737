//! A phone's test agent over GATT: found, connected, asked, and found again.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use drivers::{
    Result, SharedClock,
    bluetooth::BluetoothLimits,
    clock::RealClock,
    phone::{
        AgentPhone, Carrier, SessionTransport, contract,
        gatt::{Gatt, GattAddress, GattPeer, SERVICE},
    },
};

use crate::{
    agent::{self, echo, notify},
    bus::on_a_bus,
    sim::{Act, Agent, Phone},
};

pub const ADAPTER: &str = "00:00:00:00:00:01";

/// Request to the agents of these tests: one CBOR item, many pieces long.
pub const PACKET: &[u8] = &{
    let mut packet = [0x5a; 202];
    packet[0] = 0x58;
    packet[1] = 200;
    packet
};

/// How long an answer may take.
const SOON: Duration = Duration::from_secs(2);

/// Long enough for a busy machine, short enough to wait for.
pub const SHORT: BluetoothLimits = BluetoothLimits {
    call: Duration::from_secs(2),
    find: Duration::from_secs(1),
    connect: Duration::from_secs(2),
};

/// The bench clock: one for all.
pub fn clock() -> SharedClock {
    static CLOCK: LazyLock<SharedClock> = LazyLock::new(|| Arc::new(RealClock::new(Duration::ZERO)));
    CLOCK.clone()
}

/// Opens the phone named "phone" on adapter [`ADAPTER`].
pub fn open(clock: &SharedClock) -> Result<Gatt> {
    open_which(GattPeer::Name("phone".into()), clock)
}

pub fn open_which(phone: GattPeer, clock: &SharedClock) -> Result<Gatt> {
    let place = GattAddress { adapter: ADAPTER.parse().unwrap(), phone };
    Gatt::open("phone 1", place, SHORT, clock.clone())
}

/// A phone that advertises an agent and has this one.
pub fn with_agent(agent: Agent) -> Phone {
    Phone { services: vec![SERVICE], agent: Some(agent), ..Phone::default() }
}

/// Asks with [`PACKET`].
pub fn ask(gatt: &mut Gatt) -> Result<Vec<u8>> {
    gatt.exchange(PACKET, SOON)
}

#[test]
fn a_phone_behind_a_sealed_session_keeps_the_contract() {
    on_a_bus(|bluetoothd| {
        bluetoothd.adapter("hci0", ADAPTER).phone(with_agent(agent::obedient()));
        let clock = clock();
        let transport = SessionTransport::new("phone 1", Box::new(open(&clock).unwrap()), agent::key());
        let mut phone = AgentPhone::new("phone 1", Box::new(transport), clock.clone());
        contract::keeps(&mut phone, &clock, &contract::Walk { button: "Go on", field: "Name" });
    });
}

#[test]
fn a_phone_is_reached_through_the_adapter_that_was_named() {
    on_a_bus(|bluetoothd| {
        let others = ["hci0", "hci2"].map(|hci| {
            let other = bluetoothd.adapter(hci, &format!("00:00:00:00:00:1{}", &hci[3..]));
            other.phone(with_agent(echo(|_| vec![])))
        });
        let meant = bluetoothd.adapter("hci1", ADAPTER).phone(with_agent(echo(notify)));
        let clock = clock();
        let mut gatt = open(&clock).unwrap();
        assert_eq!(ask(&mut gatt).unwrap(), PACKET);
        assert_eq!((meant.connections(), others.map(|other| other.connections())), (1, [0, 0]));
    });
}

#[test]
fn a_phone_is_found_by_its_address_among_others_of_the_same_name() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        let other = adapter.phone(with_agent(echo(|_| vec![])));
        adapter.phone(Phone { address: "AA:BB:CC:DD:EE:02", ..with_agent(echo(notify)) });
        let clock = clock();
        let mut gatt = open_which(GattPeer::Address("AA:BB:CC:DD:EE:02".parse().unwrap()), &clock).unwrap();
        assert_eq!(ask(&mut gatt).unwrap(), PACKET);
        assert_eq!(other.connections(), 0);
    });
}

#[test]
fn a_phone_that_comes_into_range_later_is_found() {
    on_a_bus(|bluetoothd| {
        let adapter = bluetoothd.adapter("hci0", ADAPTER);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                until(|| adapter.is_scanning());
                adapter.phone(with_agent(echo(notify)));
            });
            open(&clock()).unwrap();
        });
        until(|| !adapter.is_scanning());
    });
}

#[test]
fn a_connection_ends_with_its_driver() {
    on_a_bus(|bluetoothd| {
        let phone = bluetoothd.adapter("hci0", ADAPTER).phone(with_agent(echo(notify)));
        let gatt = open(&clock()).unwrap();
        assert!(phone.is_connected());
        drop(gatt);
        assert!(!phone.is_connected());
    });
}

#[test]
fn a_connection_that_is_lost_between_two_requests_is_made_again() {
    on_a_bus(|bluetoothd| {
        let phone = bluetoothd.adapter("hci0", ADAPTER).phone(with_agent(echo(notify)));
        let clock = clock();
        let mut gatt = open(&clock).unwrap();
        assert_eq!((ask(&mut gatt).unwrap().as_slice(), gatt.recoveries()), (PACKET, 0));
        phone.drop_connection();
        assert_eq!(ask(&mut gatt).unwrap(), PACKET);
        assert_eq!((phone.connections(), gatt.recoveries()), (2, 1));
    });
}

#[test]
fn what_is_not_the_answer_is_passed_over() {
    on_a_bus(|bluetoothd| {
        let noise = |pieces: Vec<Vec<u8>>| {
            let earlier = agent::pieces(200, &[0x01]);
            let unasked = [vec![0xff, 0x03, 0x00], vec![0x00]];
            unasked.into_iter().chain(earlier).chain(pieces).map(Act::Notify).collect()
        };
        bluetoothd.adapter("hci0", ADAPTER).phone(with_agent(echo(noise)));
        let clock = clock();
        assert_eq!(ask(&mut open(&clock).unwrap()).unwrap(), PACKET);
    });
}

/// Waits until `done`.
pub fn until(mut done: impl FnMut() -> bool) {
    let clock = clock();
    assert!(clock.wait(clock.now() + SOON, &mut || Ok(done())).unwrap(), "it did not come to that");
}
