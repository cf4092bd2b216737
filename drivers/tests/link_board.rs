//! The board driver against a line that does what boards and cables do: silence, noise, late and wrong answers.

use std::{cell::RefCell, rc::Rc, sync::Arc, time::Duration};

use drivers::{
    BenchTime, Clock, ErrorKind, Instrument,
    board::{Answer, BoardLink, Refusal},
    finger::{Finger, Key, LinkFinger},
    testing::{FakeClock, ScriptedLine},
};
use link::{
    board::{Request, Response},
    frame::{self, BOARD_FRAME, Decoder, Direction},
};

const KEY: &[u8] = b"12345678901234567890";
const MILLISECOND: u64 = 1_000_000;

/// Reaction of the far end to one request: bytes, and the delay of each part in milliseconds.
type Reaction = Vec<(u64, Vec<u8>)>;

/// `response` as a frame that bears `id`.
fn answer(id: u8, response: &Response<'_>) -> Vec<u8> {
    let mut wire = [0; BOARD_FRAME];
    let length = frame::encode(Direction::Answer, id, response, &mut wire).expect("an answer fits");
    wire[..length].to_vec()
}

/// Answers at once.
fn at_once(response: Response<'static>) -> Box<dyn Fn(u8) -> Reaction> {
    Box::new(move |id| vec![(10, answer(id, &response))])
}

fn silence() -> Box<dyn Fn(u8) -> Reaction> {
    Box::new(|_| vec![])
}

struct Bench {
    board: BoardLink,
    clock: Arc<FakeClock>,
    asked: Rc<RefCell<Vec<Vec<u8>>>>,
}

fn bench(script: Vec<Box<dyn Fn(u8) -> Reaction>>) -> Bench {
    bench_on(script, |line| line)
}

/// A line whose far end reacts to the n-th request as the script says, and is silent after its end.
fn bench_on(script: Vec<Box<dyn Fn(u8) -> Reaction>>, plug: fn(ScriptedLine) -> ScriptedLine) -> Bench {
    let (clock, asked) = (Arc::new(FakeClock::default()), Rc::<RefCell<Vec<_>>>::default());
    let (mut script, noted) = (script.into_iter(), asked.clone());
    let line = ScriptedLine::new(clock.clone(), move |bytes, _| {
        let mut decoder = Decoder::<BOARD_FRAME>::new();
        let ids: Vec<(u8, Vec<u8>)> = bytes
            .iter()
            .filter_map(|&byte| decoder.push(byte).map(|frame| (frame.id, frame.body.to_vec())))
            .collect();
        assert_eq!((ids.len(), decoder.bad_frames()), (1, 0), "one whole frame a write");
        let (id, body) = ids.into_iter().next().expect("one frame");
        noted.borrow_mut().push(body);
        let parts = script.next().map(|react| react(id)).unwrap_or_default();
        parts.into_iter().map(|(after, part)| (Duration::from_millis(after), part)).collect()
    });
    Bench { board: BoardLink::new("display", Box::new(plug(line)), clock.clone()), clock, asked }
}

#[test]
fn an_answer_is_stamped_with_the_middle_of_the_round_trip() {
    let mut bench = bench(vec![at_once(Response::Display { text: "081804" })]);
    let reading = bench.board.display().unwrap();
    assert_eq!(reading.value, Answer::Obeyed("081804".to_owned()));
    assert_eq!(reading.at, BenchTime::from_nanos(5 * MILLISECOND));
    assert_eq!(reading.uncertainty, Duration::from_millis(6));
    let raw = reading.raw.unwrap();
    assert_eq!((raw.media_type, raw.bytes.len()), ("application/cbor", 10));
}

#[test]
fn a_board_tells_who_it_is() {
    let identity = Response::Identity { model: "m", firmware: "1.2.3", chip: 0xabc, test_commands: false };
    let identity = bench(vec![at_once(identity)]).board.identity().unwrap();
    assert_eq!((&*identity.model, &*identity.serial), ("m", "0000000000000abc"));
    assert_eq!(identity.detail["firmware"], "1.2.3");
    assert_eq!(identity.detail["test commands"], "disabled");
}

#[test]
fn a_refusal_is_an_answer() {
    let mut bench = bench(vec![at_once(Response::Refused { reason: Refusal::Disabled })]);
    assert_eq!(bench.board.press().unwrap().value, Answer::Refused(Refusal::Disabled));
}

#[test]
fn silence_is_no_answer_after_three_tries() {
    let mut bench = bench(vec![]);
    let error = bench.board.counters().unwrap_err();
    assert_eq!((&*error.instrument, error.trouble), ("display", ErrorKind::NoAnswer));
    assert_eq!(bench.asked.borrow().len(), 3);
    assert_eq!(bench.clock.now(), BenchTime::from_nanos(1_500 * MILLISECOND));
}

#[test]
fn a_request_that_was_lost_is_sent_again() {
    let mut bench = bench(vec![silence(), at_once(Response::Done)]);
    assert_eq!(bench.board.set_clock(59).unwrap().value, Answer::Obeyed(()));
    assert_eq!(bench.asked.borrow().len(), 2);
}

#[test]
fn a_press_is_never_sent_twice() {
    let mut bench = bench(vec![silence(), at_once(Response::Done)]);
    assert_eq!(bench.board.press().unwrap_err().trouble, ErrorKind::NoAnswer);
    assert_eq!(bench.asked.borrow().len(), 1);
}

#[test]
fn a_late_answer_is_not_taken_for_the_next_one() {
    let late: Box<dyn Fn(u8) -> Reaction> =
        Box::new(|id| vec![(510, answer(id, &Response::Display { text: "111111" }))]);
    let mut bench = bench(vec![late, at_once(Response::Display { text: "222222" })]);
    assert_eq!(bench.board.display().unwrap().value, Answer::Obeyed("222222".to_owned()));
}

#[test]
fn noise_before_and_within_an_answer_is_skipped() {
    let noisy: Box<dyn Fn(u8) -> Reaction> = Box::new(|id| {
        let mut frame = answer(id, &Response::Done);
        let tail = frame.split_off(4);
        vec![(1, vec![0x55, 0, 0xff, 3, 0]), (5, frame), (9, tail)]
    });
    assert_eq!(bench(vec![noisy]).board.press().unwrap().value, Answer::Obeyed(()));
}

#[test]
fn endless_noise_ends_at_the_time_limit() {
    let endless = || -> Box<dyn Fn(u8) -> Reaction> {
        Box::new(|_| (0..5_000).map(|after| (after, vec![0x55, 0])).collect())
    };
    let mut bench = bench(vec![endless(), endless(), endless()]);
    assert_eq!(bench.board.display().unwrap_err().trouble, ErrorKind::NoAnswer);
    assert!(bench.clock.now() <= BenchTime::from_nanos(1_510 * MILLISECOND));
}

#[test]
fn an_echo_is_silence() {
    let echo: Box<dyn Fn(u8) -> Reaction> = Box::new(|id| {
        let mut wire = [0; BOARD_FRAME];
        let length = frame::encode(Direction::Request, id, &Request::Press, &mut wire).expect("it fits");
        vec![(1, wire[..length].to_vec())]
    });
    assert_eq!(bench(vec![echo]).board.press().unwrap_err().trouble, ErrorKind::NoAnswer);
}

#[test]
fn the_wrong_answer_is_a_protocol_error() {
    let mut bench = bench(vec![at_once(Response::Done)]);
    assert_eq!(bench.board.display().unwrap_err().trouble, ErrorKind::Protocol);
}

#[test]
fn a_cut_line_stays_unplugged() {
    let mut bench = bench_on(vec![], ScriptedLine::cut);
    assert_eq!(bench.board.check().unwrap_err().trouble, ErrorKind::Unplugged);
}

#[test]
fn errors_do_not_show_the_key() {
    for error in [
        bench(vec![]).board.provision(KEY, None).unwrap_err(),
        bench(vec![at_once(Response::Display { text: "081804" })]).board.provision(KEY, None).unwrap_err(),
        bench(vec![]).board.provision(&KEY.repeat(20), None).unwrap_err(),
    ] {
        let text = format!("{error} {error:?}");
        assert!(!text.contains("12345678") && !text.contains("31, 32") && !text.contains("49, 50"), "{text}");
    }
}

/// A board's counters after `presses` presses.
fn presses(presses: u32) -> Box<dyn Fn(u8) -> Reaction> {
    at_once(Response::Counters { presses, codes: 0, bad_frames: 0, unix: 0, counter: None })
}

fn finger(script: Vec<Box<dyn Fn(u8) -> Reaction>>) -> LinkFinger {
    LinkFinger::new("finger", Rc::new(RefCell::new(bench(script).board)))
}

#[test]
fn contact_is_one_more_press_counted() {
    for (before, after, contact) in [(4, 5, true), (4, 4, false), (4, 6, false), (u32::MAX, 0, true)] {
        let mut finger = finger(vec![presses(before), at_once(Response::Done), presses(after)]);
        let press = finger.press(&[Key::Button], Duration::from_millis(50)).unwrap();
        assert_eq!(press.value.contact, contact, "{before} to {after}");
        assert_eq!(press.value.released, press.at);
    }
}

#[test]
fn a_finger_on_a_released_firmware_is_an_error_of_the_bench() {
    let refused = || at_once(Response::Refused { reason: Refusal::Disabled });
    let error = finger(vec![refused()]).press(&[Key::Button], Duration::ZERO).unwrap_err();
    assert_eq!((&*error.instrument, error.trouble), ("finger", ErrorKind::Unsupported));
}
