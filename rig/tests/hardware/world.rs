//! The reference product and its world, going on by itself as time does.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use ::sim::{
    product::{Account, Defects, Issued, Kind, Language, Moving, Profile},
    scene::{Conditions, Face},
    sound::RoomConditions,
    world::{BoardSetup, PhoneSetup, Seat, Setup, SimulatedBench},
};
use drivers::phone::{BenchKey, gatt::SERVICE};
use link::frame::{self, Decoder, Direction, Item, PHONE_FRAME};

use crate::sim::{Act, Agent, PIECE, Phone};

pub const SERIAL_NUMBER: &str = "204815162";
pub const NUMBER: &str = "+4520000001";
pub const USER: &str = "test-user-1";
/// The key "bench" of the simulated bench's keys.
const BENCH_KEY: &str = "8d1f60c2a97be35404d6f18ac25b7e9130c8a4f79e16d2b5437fe0ac918b6d02";

/// How often the world catches up with the time.
const TICK: Duration = Duration::from_millis(1);

/// A world with a code display, a phone and a modem, in real time from now on until the process ends.
pub fn in_real_time() -> Arc<SimulatedBench> {
    let bench = Arc::new(SimulatedBench::open(setup()).unwrap());
    let clock = bench.clock();
    // The modem is served once somebody knows its port.
    bench.modem_path();
    thread::spawn(move || {
        let (began, from) = (Instant::now(), clock.now());
        loop {
            clock.wait_until(from + began.elapsed()).unwrap();
            thread::sleep(TICK);
        }
    });
    bench
}

fn setup() -> Setup {
    let profile = include_str!("../../../fixtures/profiles/mitid.toml");
    let device = Issued {
        serial_number: SERIAL_NUMBER.into(),
        key: vec![7; 20],
        owner: USER.into(),
        kind: Kind::Display,
        moving: Moving::Time,
    };
    let board = BoardSetup {
        seat: Seat { camera: 0, place: 0 },
        speaks: false,
        factory_key: None,
        serial_number: SERIAL_NUMBER.into(),
        chip_id: None,
    };
    Setup {
        jitter: 1.0,
        utc_start: None,
        seed: 1,
        profile: Arc::new(Profile::parse(profile).unwrap()),
        language: Language::En,
        defects: Defects::none(),
        devices: vec![device],
        boards: vec![board],
        cameras: vec![vec![Face::default()]],
        phones: vec![PhoneSetup { name: "phone-1".into(), user: USER.into() }],
        people: vec![Account { user_id: USER.into(), number: NUMBER.into(), active_apps: 0 }],
        bench_key: bench_key(),
        conditions: Conditions::default(),
        phone_conditions: Conditions::default(),
        camera_rate_hz: 30.0,
        room: RoomConditions::default(),
        modem_number: NUMBER.into(),
        utc_uncertainty: Duration::from_millis(5),
    }
}

fn bench_key() -> BenchKey {
    let byte = |at| u8::from_str_radix(&BENCH_KEY[at..at + 2], 16).unwrap();
    let bytes: Vec<u8> = (0..BENCH_KEY.len()).step_by(2).map(byte).collect();
    BenchKey::new(&bytes).unwrap()
}

/// The world's phone on the air: an agent behind a GATT service.
pub fn phone(world: &Arc<SimulatedBench>) -> Phone {
    Phone {
        name: "rig phone 1",
        services: vec![SERVICE],
        agent: Some(agent(world.clone())),
        ..Phone::default()
    }
}

/// Puts requests together, has the world's agent answer them, and notifies of the answer's pieces.
fn agent(world: Arc<SimulatedBench>) -> Agent {
    let mut decoder = Box::new(Decoder::<PHONE_FRAME>::new());
    Box::new(move |piece| {
        let mut acts = Vec::new();
        for byte in piece {
            let Some(frame) = decoder.push(*byte) else { continue };
            let packet = world.phone(0).exchange(frame.body, Duration::ZERO).unwrap();
            if packet.is_empty() {
                continue;
            }
            let mut wire = [0; PHONE_FRAME];
            let length = frame::encode(Direction::Answer, frame.id, &Item(&packet), &mut wire).unwrap();
            acts.extend(wire[..length].chunks(PIECE).map(|piece| Act::Notify(piece.to_vec())));
        }
        acts
    })
}
