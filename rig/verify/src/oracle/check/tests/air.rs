use super::*;

const SERVICE: &str = "8f2c1d60-6d74-4a1e-9b0e-72696770726f";
const SECOND: u64 = 1_000_000_000;
const PHONE: &str = "C0:FF:EE:00:00:01";
const STRANGER: &str = "C0:FF:EE:00:00:02";

fn advertising(wanted: bool) -> Advertising {
    let (strangers, phone) = (vec![STRANGER.to_owned()], vec![PHONE.to_owned()]);
    Advertising { service: SERVICE.to_uppercase(), wanted, strangers, phone }
}

/// The radio listens from 10 s to 20 s.
fn listen() -> Bench {
    Bench::default().saw(20.0, RadioControl { from_ns: 10 * SECOND, to_ns: 20 * SECOND })
}

fn advert(service: &str, address: &str) -> Advert {
    let (service, address) = (service.to_owned(), address.to_owned());
    Advert { service, data: "0011223344556677".into(), rssi_dbm: -48, address }
}

#[test]
fn what_is_heard_is_there() {
    let bench = || listen().saw(12.0, advert(SERVICE, PHONE)).saw(13.0, advert(SERVICE, PHONE));
    bench().expect(advertising(true), Outcome::Pass, "2 adverts of the service in 10 s, the first at 12 s");
    bench().expect(advertising(false), Outcome::Fail, "2 adverts of the service");
}

#[test]
fn silence_is_heard_by_a_radio_that_hears() {
    listen().expect(advertising(true), Outcome::Fail, "no advert of the service in 10 s");
    listen().expect(advertising(false), Outcome::Pass, "while the bench's beacon was heard");
    let bench = Bench::default().saw(12.0, advert(SERVICE, PHONE));
    bench.expect(advertising(true), Outcome::Error, "no observation of `radio_control`");
}

#[test]
fn a_stranger_neither_clears_nor_blames_the_phone() {
    let bench = || listen().saw(12.0, advert(SERVICE, STRANGER));
    bench().expect(advertising(true), Outcome::Fail, "no advert of the service in 10 s but a stranger's 1");
    bench().expect(advertising(false), Outcome::Pass, "but a stranger's 1");
    let both = || bench().saw(13.0, advert(SERVICE, PHONE));
    both().expect(advertising(true), Outcome::Pass, "1 advert of the service");
    both().expect(advertising(false), Outcome::Fail, "1 advert of the service");
    // A sender that was not heard before may be a stranger, or the phone by another address.
    let new = || listen().saw(12.0, advert(SERVICE, "C0:FF:EE:00:00:03"));
    new().expect(advertising(false), Outcome::Inconclusive, "not heard while the code showed");
    new().expect(advertising(true), Outcome::Pass, "1 advert");
    // Without a code, no other device has a reason to begin.
    let silent = Advertising { phone: Vec::new(), ..advertising(false) };
    new().expect(silent, Outcome::Fail, "1 advert");
}

#[test]
fn other_services_and_other_times_do_not_count() {
    let foreign = listen().saw(12.0, advert("0000180f-0000-1000-8000-00805f9b34fb", PHONE));
    foreign.expect(advertising(false), Outcome::Pass, "no advert");
    listen().saw(9.9, advert(SERVICE, PHONE)).expect(advertising(false), Outcome::Pass, "no advert");
    // To within a millisecond, this one may have come before the time.
    listen().saw(10.0, advert(SERVICE, PHONE)).expect(advertising(false), Outcome::Pass, "no advert");
    listen().saw(10.001, advert(SERVICE, PHONE)).expect(advertising(false), Outcome::Fail, "1 advert");
    listen().saw(19.999, advert(SERVICE, PHONE)).expect(advertising(false), Outcome::Fail, "1 advert");
    listen().saw(20.0, advert(SERVICE, PHONE)).expect(advertising(false), Outcome::Pass, "no advert");
}
