use super::*;

const SERVICE: &str = "8f2c1d60-6d74-4a1e-9b0e-72696770726f";
const SECOND: u64 = 1_000_000_000;

fn advertising(wanted: bool) -> Advertising {
    Advertising { service: SERVICE.to_uppercase(), wanted }
}

/// The radio listens from 10 s to 20 s.
fn listen(heard: bool) -> Bench {
    Bench::default().saw(20.0, RadioControl { from_ns: 10 * SECOND, to_ns: 20 * SECOND, heard })
}

fn advert(service: &str) -> Advert {
    let (service, address) = (service.to_owned(), "C0:FF:EE:00:00:01".to_owned());
    Advert { service, data: "0011223344556677".into(), rssi_dbm: -48, address }
}

#[test]
fn what_is_heard_is_there() {
    let bench = || listen(true).saw(12.0, advert(SERVICE)).saw(13.0, advert(SERVICE));
    bench().expect(advertising(true), Outcome::Pass, "2 adverts of the service in 10 s, the first at 12 s");
    bench().expect(advertising(false), Outcome::Fail, "2 adverts of the service");
    listen(false).saw(12.0, advert(SERVICE)).expect(
        advertising(true),
        Outcome::Pass,
        "1 advert of the service",
    );
}

#[test]
fn silence_needs_the_control() {
    listen(true).expect(advertising(true), Outcome::Fail, "no advert of the service in 10 s");
    listen(true).expect(advertising(false), Outcome::Pass, "while the bench's beacon was heard");
    listen(false).expect(advertising(true), Outcome::Inconclusive, "neither was the bench's beacon");
    listen(false).expect(advertising(false), Outcome::Inconclusive, "neither was the bench's beacon");
    let bench = Bench::default().saw(12.0, advert(SERVICE));
    bench.expect(advertising(true), Outcome::Error, "no observation of `radio_control`");
}

#[test]
fn other_services_and_other_times_do_not_count() {
    let foreign = listen(true).saw(12.0, advert("0000180f-0000-1000-8000-00805f9b34fb"));
    foreign.expect(advertising(false), Outcome::Pass, "no advert");
    listen(true).saw(9.9, advert(SERVICE)).expect(advertising(false), Outcome::Pass, "no advert");
    // To within a millisecond, this one may have come before the time.
    listen(true).saw(10.0, advert(SERVICE)).expect(advertising(false), Outcome::Pass, "no advert");
    listen(true).saw(10.001, advert(SERVICE)).expect(advertising(false), Outcome::Fail, "1 advert");
}
