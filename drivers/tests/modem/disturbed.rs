//! Dialogues on disturbed lines: bytes and lines are inserted, dropped, doubled and delayed, by a seed. No
//! reported value may be wrong, each announced message is reported or missed in an error, and each error
//! names the modem.

use std::{collections::BTreeMap, time::Duration};

use drivers::{Instrument, sms::Modem};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{bench::Bench, dialogue::Dialogue};

const LONGEST: Duration = Duration::from_secs(90);

/// A disturbance of a line.
#[derive(Clone, Debug)]
enum Disturbance {
    Insert(u8, u16),
    Drop(u16),
    Double(u16),
    Say(String),
    DropLine,
    DoubleLine,
    Delay(Duration),
}

fn disturbances(dialogue: &Dialogue, lines: usize, rng: &mut ChaCha8Rng) -> BTreeMap<usize, Disturbance> {
    // Messages handed over cannot be read again: two faults that cancel each other's length are undetectable.
    let most = if dialogue.is_direct() { 1 } else { 4 };
    let count = rng.random_range(1..=most);
    let one = |rng: &mut ChaCha8Rng| match rng.random_range(0..7) {
        0 => Disturbance::Insert(rng.random(), rng.random()),
        1 => Disturbance::Drop(rng.random()),
        2 => Disturbance::Double(rng.random()),
        3 => Disturbance::Say(dialogue.unasked[rng.random_range(0..dialogue.unasked.len())].clone()),
        4 => Disturbance::DropLine,
        5 => Disturbance::DoubleLine,
        _ => Disturbance::Delay(Duration::from_millis(rng.random_range(1..8_000))),
    };
    (0..count).map(|_| (rng.random_range(0..lines), one(rng))).collect()
}

fn disturb(disturbance: &Disturbance, line: String) -> Vec<(Duration, Vec<u8>)> {
    let mut bytes = line.into_bytes();
    let place = |at: u16| usize::from(at) % bytes.len();
    let mut after = Duration::ZERO;
    match disturbance {
        Disturbance::Insert(byte, at) => bytes.insert(place(*at), *byte),
        Disturbance::Drop(at) => drop(bytes.remove(place(*at))),
        Disturbance::Double(at) => bytes.insert(place(*at), bytes[place(*at)]),
        Disturbance::Say(line) => bytes.splice(0..0, format!("\r\n{line}\r\n").into_bytes()).for_each(drop),
        Disturbance::DropLine => bytes.clear(),
        Disturbance::DoubleLine => bytes = bytes.repeat(2),
        Disturbance::Delay(span) => after = *span,
    }
    vec![(after, bytes)]
}

/// One dialogue with what `seed` does to it.
fn session(dialogue: &Dialogue, lines: usize, seed: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let disturbances = disturbances(dialogue, lines, &mut rng);
    let what = format!("{}, seed {seed}: {disturbances:?}", dialogue.family);
    let bench = Bench::new(
        dialogue.peer(),
        Box::new(move |number, line| match disturbances.get(&number) {
            Some(disturbance) => disturb(disturbance, line),
            None => vec![(Duration::ZERO, line.into_bytes())],
        }),
    );
    let named = |error: &drivers::DriverError| assert_eq!(error.instrument, "modem", "{what}: {error}");
    let mut modem = match bench.open() {
        Ok(modem) => modem,
        Err(error) => return named(&error),
    };
    for error in [modem.identity().err(), modem.check().err()].into_iter().flatten() {
        named(&error);
    }
    let right = &dialogue.right.messages;
    let (deadline, mut come, mut errors) = (bench.after(LONGEST), Vec::new(), Vec::new());
    while come.len() < right.len() && bench.after(Duration::ZERO) < deadline {
        match modem.receive(deadline) {
            Ok(messages) => {
                come.extend(messages.into_iter().map(|message| (message.value.from, message.value.text)))
            }
            Err(error) => {
                named(&error);
                errors.push(error);
            }
        }
    }
    for message in &come {
        assert!(right.contains(message), "{what}: {message:?} was never sent; {errors:?}");
    }
    let twice = come.iter().any(|message| come.iter().filter(|other| *other == message).count() > 1);
    assert!(!twice, "{what}: told twice: {come:?}; {errors:?}");
    let missing = right.iter().filter(|message| !come.contains(message)).count();
    assert!(missing == 0 || !errors.is_empty(), "{what}: {missing} lost without a word, {come:?}");
}

fn sessions(seeds: std::ops::Range<u64>) {
    let all = Dialogue::all();
    let lines: Vec<usize> = all
        .iter()
        .map(|dialogue| {
            let bench = Bench::undisturbed(dialogue.peer());
            let mut modem = bench.open().unwrap();
            let deadline = bench.after(Duration::from_secs(20));
            while !modem.receive(deadline).unwrap().is_empty() {}
            bench.lines()
        })
        .collect();
    for seed in seeds {
        let place = seed as usize % all.len();
        session(&all[place], lines[place], seed);
    }
}

#[test]
fn a_disturbed_line_tells_nothing_wrong_and_loses_nothing() {
    sessions(0..600);
}

/// All of the disturbances that the project promises: `.ci/full` runs it.
#[test]
#[ignore = "10,000 dialogues"]
fn ten_thousand_disturbances() {
    sessions(0..10_000);
}
