//! Behaviour of cheap modules on a bus, and the driver's handling of it.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use proptest::prelude::*;

use super::{
    scripted::{Bench, frame, line},
    *,
};
use crate::{
    BenchTime,
    testing::{FakeClock, ScriptedLine},
};

fn clock() -> SharedClock {
    Arc::new(FakeClock::default())
}

/// The module at a line that gives `answers`, frame by frame and a millisecond apart.
fn saying(answers: impl FnMut(&[u8], BenchTime) -> Vec<Vec<u8>> + 'static) -> Module {
    let (clock, mut answers) = (clock(), answers);
    let line = ScriptedLine::new(clock.clone(), move |asked, now| {
        answers(asked, now)
            .into_iter()
            .zip(1..)
            .map(|(bytes, ms)| (Duration::from_millis(ms), bytes))
            .collect()
    });
    Module::new("supply", Box::new(line), 9_600, 1, clock)
}

fn at(bench: &Rc<RefCell<Bench>>) -> Module {
    let clock = clock();
    Module::new("supply", Box::new(line(clock.clone(), bench.clone())), 9_600, 1, clock)
}

fn bench(present: bool, echo: bool) -> Rc<RefCell<Bench>> {
    Rc::new(RefCell::new(Bench { present, echo, ..Bench::default() }))
}

#[test]
fn a_module_is_obeyed_and_read_with_and_without_echo() {
    for echo in [false, true] {
        let bench = bench(true, echo);
        let mut module = at(&bench);
        for on in [true, true, false, true] {
            module.set_coil(3, on).unwrap();
            assert_eq!(bench.borrow().coils[3], on);
            assert_eq!(module.coil(3).unwrap().value, on);
            assert_eq!(module.input(3).unwrap().value, on);
        }
        assert_eq!(module.register(3).unwrap().value, 2);
        let error = module.set_coil(9, true).unwrap_err();
        assert_eq!(
            (error.trouble, error.detail.contains("coil 9: ")),
            (ErrorKind::Protocol, true),
            "{error}"
        );
    }
}

#[test]
fn an_echo_is_not_taken_for_the_module() {
    let bench = bench(false, true);
    let mut module = at(&bench);
    for _ in 0..2 {
        let errors = [
            module.coil(0).map(drop),
            module.set_coil(0, true).map(drop),
            module.set_coil(0, false).map(drop),
        ];
        for error in errors.map(Result::unwrap_err) {
            assert_eq!(error.trouble, ErrorKind::NoAnswer, "{error}");
            assert!(
                error.detail.contains("address 1 does not answer") && error.detail.contains("echo"),
                "{error}"
            );
        }
    }
    // Nor is one that comes twice.
    let mut module = saying(|asked, _| vec![asked.to_vec(), asked.to_vec()]);
    assert!(module.set_coil(0, true).is_err() && module.set_coil(0, false).is_err());
    // Nor where the module was there when it was asked first.
    let bench = self::bench(true, true);
    let mut module = at(&bench);
    module.set_coil(0, true).unwrap();
    bench.borrow_mut().present = false;
    assert_eq!(module.set_coil(0, false).unwrap_err().trouble, ErrorKind::NoAnswer);
}

/// Noise, other modules, late and broken answers.
#[test]
fn what_is_no_answer_is_passed_over() {
    let others: [&[u8]; 6] = [
        &[0x00],
        &[0xff],
        &[0x01],
        &frame(&[2, 1, 1, 1]),
        &frame(&[1, 3, 2, 0, 1]),
        &frame(&[1, 5, 0, 7, 0xff, 0]),
    ];
    for echo in [false, true] {
        for other in others {
            let bench = bench(true, echo);
            let (there, noise) = (bench.clone(), other.to_vec());
            let mut module = saying(move |asked, now| {
                let mut frames = there.borrow_mut().answers(asked, now);
                frames.insert(frames.len() - 1, noise.clone());
                frames
            });
            for on in [true, false] {
                // More than a byte or two may be an echo that was garbled: then the line's nature stays unknown.
                match module.set_coil(0, on) {
                    Ok(_) => assert_eq!(bench.borrow().coils[0], on),
                    Err(error) => assert!(other.len() > NOISE && !echo, "{other:02x?}: {error}"),
                }
                assert_eq!(module.coil(0).unwrap().value, bench.borrow().coils[0], "{other:02x?}");
            }
        }
    }
}

#[test]
fn a_request_is_repeated_where_its_answer_got_lost_and_a_busy_module_is_waited_for() {
    for echo in [false, true] {
        let (bench, mut number) = (bench(true, echo), 0);
        let there = bench.clone();
        let mut module = saying(move |asked, now| {
            number += 1;
            let mut frames = there.borrow_mut().answers(asked, now);
            match number % 3 {
                0 => frames.truncate(usize::from(echo)),
                1 => drop(frames.pop().map(|_| frames.push(frame(&[1, asked[1] | 0x80, 6])))),
                _ => {}
            }
            frames
        });
        for on in [true, false, true, true] {
            module.set_coil(0, on).unwrap();
            assert_eq!(bench.borrow().coils[0], on);
        }
    }
    let mut module = saying(|asked, _| vec![frame(&[1, asked[1] | 0x80, 6])]);
    assert_eq!(module.coil(0).unwrap_err().trouble, ErrorKind::Protocol, "not for ever");
}

#[test]
fn the_silence_between_frames_is_longer_on_slow_lines() {
    assert_eq!(silence(1_200).as_micros(), 32_083);
    assert_eq!(silence(9_600).as_micros(), 4_010);
    assert_eq!(silence(115_200), LEAST_SILENCE);
    assert!(silence(0) > silence(1_200));
}

/// The dialogues of the cases: what comes for each request, by its bytes.
#[test]
fn the_cases_come_out_right() {
    for (case, right) in [
        (include_str!("../../tests/cases/relay-own-request-comes-back.transcript"), Ok(())),
        (include_str!("../../tests/cases/relay-noise-byte-before-the-frame.transcript"), Ok(())),
        (
            include_str!("../../tests/cases/relay-echo-taken-for-the-module.transcript"),
            Err(ErrorKind::NoAnswer),
        ),
    ] {
        let answers = answers_in(case);
        // And with another byte of noise, for the kind.
        for noise in [0x00, 0xff] {
            let mut answers = answers.clone();
            answers.iter_mut().flat_map(|(_, frames)| frames).filter(|frame| frame.len() % 2 == 1).for_each(
                |frame| {
                    frame[0] = noise;
                },
            );
            let mut module = saying(move |asked, _| {
                answers
                    .iter()
                    .find(|(there, _)| there == asked)
                    .map(|(_, frames)| frames.clone())
                    .unwrap_or_default()
            });
            let outcomes = [
                module.coil(0).map(drop),
                module.set_coil(0, true).map(drop),
                module.set_coil(0, false).map(drop),
                module.set_coil(0, false).map(drop),
            ];
            for outcome in outcomes {
                assert_eq!(outcome.map_err(|error| error.trouble), right, "{case}");
            }
        }
    }
}

/// Each request of a transcript, and what came for it.
fn answers_in(case: &str) -> Vec<(Vec<u8>, Vec<Vec<u8>>)> {
    let mut answers: Vec<(Vec<u8>, Vec<Vec<u8>>)> = Vec::new();
    for line in case.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace().skip(1);
        let asked = words.next() == Some("<");
        let bytes: Vec<u8> = words.map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
        match answers.last_mut() {
            Some((_, frames)) if !asked => frames.push(bytes),
            _ => answers.push((bytes, Vec::new())),
        }
    }
    answers.dedup_by(|later, earlier| later.0 == earlier.0);
    answers
}

/// How a frame is disturbed on its way.
#[derive(Clone, Copy, Debug)]
enum Disturbance {
    Insert(u8),
    Drop,
    Double,
    DropFrame,
    DoubleFrame,
    Delay,
}

fn disturbances() -> impl Strategy<Value = Vec<(usize, usize, Disturbance)>> {
    use Disturbance::*;
    let one = prop_oneof![
        any::<u8>().prop_map(Insert),
        Just(Drop),
        Just(Double),
        Just(DropFrame),
        Just(DoubleFrame),
        Just(Delay)
    ];
    prop::collection::vec((0_usize..12, 0_usize..8, one), 1..4)
}

fn disturb(
    frames: Vec<Vec<u8>>,
    number: &mut usize,
    how: &[(usize, usize, Disturbance)],
) -> Vec<(Duration, Vec<u8>)> {
    let mut sent = Vec::new();
    for (mut bytes, ms) in frames.into_iter().zip(1..) {
        let (mut after, mut copies) = (Duration::from_millis(ms), 1);
        for (_, place, disturbance) in how.iter().filter(|(there, ..)| there == number) {
            let place = (*place).min(bytes.len().saturating_sub(1));
            match disturbance {
                Disturbance::Insert(byte) => bytes.insert(place, *byte),
                Disturbance::Drop if bytes.is_empty() => {}
                Disturbance::Drop => drop(bytes.remove(place)),
                Disturbance::Double if bytes.is_empty() => {}
                Disturbance::Double => bytes.insert(place, bytes[place]),
                Disturbance::DropFrame => copies = 0,
                Disturbance::DoubleFrame => copies = 2,
                Disturbance::Delay => after += Duration::from_millis(650),
            }
        }
        *number += 1;
        sent.extend((0..copies).map(|_| (after, bytes.clone())));
    }
    sent
}

/// Plays a session of requests to a module, or to none, on a line that is disturbed; nothing may be wrong that is told.
fn session(present: bool, echo: bool, how: Vec<(usize, usize, Disturbance)>) {
    let (bench, clock) = (bench(present, echo), clock());
    let (there, mut number) = (bench.clone(), 0);
    let line = ScriptedLine::new(clock.clone(), move |asked, now| {
        let frames = there.borrow_mut().answers(asked, now);
        disturb(frames, &mut number, &how)
    });
    let mut module = Module::new("supply", Box::new(line), 9_600, 1, clock);
    let named = |error: DriverError| assert_eq!(error.instrument, "supply");
    for on in [true, false, true] {
        match module.set_coil(0, on) {
            Ok(_) => assert!(present && bench.borrow().coils[0] == on, "an Ok without the module"),
            Err(error) => named(error),
        }
        match module.coil(0) {
            Ok(read) => assert!(present && read.value == bench.borrow().coils[0], "a wrong state"),
            Err(error) => named(error),
        }
    }
}

proptest! {
    #[test]
    fn a_disturbed_line_never_makes_an_ok_without_a_module(present: bool, echo: bool, how in disturbances()) {
        session(present, echo, how);
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let mut module = saying(move |_, _| vec![bytes.clone()]);
        let _ = (module.coil(0), module.set_coil(0, false), module.input(1), module.register(2));
    }
}

/// All of the disturbances that the project promises: `.ci/full` runs it.
#[test]
#[ignore = "10,000 sessions"]
fn ten_thousand_disturbances() {
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: 10_000, ..ProptestConfig::default() });
    runner
        .run(&(any::<bool>(), any::<bool>(), disturbances()), |(present, echo, how)| {
            session(present, echo, how);
            Ok(())
        })
        .unwrap();
}
