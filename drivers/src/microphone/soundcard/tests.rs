//! The driver over a card that gives blocks when the test says so, and not always.

use std::{f64::consts::TAU, thread};

use super::*;
use crate::{Clock, microphone::contract, testing::FakeClock};

const TONE: Tone = Tone { hz: 6_000.0, least_dbfs: -50.0 };
const RATE_HZ: u32 = 16_000;
const BLOCK: Duration = Duration::from_millis(20);
const SAMPLES: u64 = 320;

/// The scripted card's reaction to a block: delivers it, perhaps changed, or does something else.
type Script = fn(u64, &Intake, Block);

/// A clock that goes only while somebody waits; a card on it has a block every [`BLOCK`].
struct Bench {
    clock: FakeClock,
    script: Script,
    intake: Mutex<Option<Intake>>,
}

impl Bench {
    fn give(&self, number: u64) {
        // Until the card is open, nobody is called back.
        let Some(intake) = self.intake.lock().unwrap().clone() else { return };
        let sample = |place: u64| {
            let seconds = (number * SAMPLES + place) as f64 / f64::from(RATE_HZ);
            (0.03 * (TAU * TONE.hz * seconds + 0.1).sin()) as f32
        };
        let samples = (0..SAMPLES).map(sample).collect();
        (self.script)(number, &intake, Block { samples, rate_hz: RATE_HZ, age: Some(BLOCK) });
    }
}

impl Clock for Bench {
    fn now(&self) -> BenchTime {
        self.clock.now()
    }

    fn step(&self, deadline: BenchTime) {
        let number = self.now().as_nanos() / BLOCK.as_nanos() as u64;
        let next = BenchTime::ZERO + BLOCK * (number + 1) as u32;
        self.clock.step(next.min(deadline));
        if next <= deadline {
            self.give(number);
        }
    }
}

/// A card that is open already, and does as `script` says.
fn open(script: Script) -> (SharedClock, Result<SoundCard>) {
    let bench = Arc::new(Bench { clock: FakeClock::default(), script, intake: Mutex::default() });
    let (opens, opened) = mpsc::channel();
    let of_card = bench.clone();
    let opener = move |intake: Intake| {
        *of_card.intake.lock().unwrap() = Some(intake);
        opens.send(()).unwrap();
        let identity = Identity { driver: "scripted".into(), model: "a card".into(), ..Identity::default() };
        Ok(OpenedCard { stream: Box::new(()), identity, rate_hz: RATE_HZ })
    };
    let clock: SharedClock = Arc::new(Once { bench, opened: Mutex::new(Some(opened)) });
    let card = SoundCard::open("microphone", clock.clone(), TONE, Box::new(opener));
    (clock, card)
}

/// The bench's clock, which does not go before the card is open.
struct Once {
    bench: Arc<Bench>,
    opened: Mutex<Option<mpsc::Receiver<()>>>,
}

impl Clock for Once {
    fn now(&self) -> BenchTime {
        self.bench.now()
    }

    fn deliver(&self) {
        if let Some(opened) = self.opened.lock().unwrap().take() {
            opened.recv().unwrap();
            let state = self.bench.intake.lock().unwrap().as_ref().unwrap().state();
            while intake::lock(&state).opened.is_none() {
                thread::yield_now();
            }
        }
    }

    fn step(&self, deadline: BenchTime) {
        self.bench.step(deadline);
    }
}

fn good(script: Script) -> (SharedClock, SoundCard) {
    let (clock, card) = open(script);
    (clock, card.unwrap())
}

fn pass(clock: &SharedClock, span: Duration) {
    clock.wait_until(clock.now() + span).unwrap();
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_card_keeps_the_contract() {
    let (clock, mut card) = good(|_, intake, block| intake.block(block));
    contract::keeps(&mut card, &clock);
    let (clock, mut card) = good(|_, intake, block| intake.block(Block { age: None, ..block }));
    contract::keeps(&mut card, &clock);
}

/// A busy machine hands blocks on late, each by another while, the first of all perhaps: within what it is late by,
/// every stretch still has its own samples, and all that the ring holds can be had.
#[test]
fn blocks_that_come_late_shift_no_sound() {
    let (clock, mut card) = good(|number, intake, block| {
        let late = Duration::from_micros([15_000, 0, 9_000, 3_000, 19_000][number as usize % 5]);
        intake.block(Block { age: Some(BLOCK - late / 2), ..block });
    });
    pass(&clock, SECOND);
    for _ in 0..40 {
        pass(&clock, Duration::from_millis(47));
        let newest = *card.ring().unwrap().end();
        let sound = card.sound(newest - SECOND / 20, newest).unwrap();
        assert_eq!(sound.samples.len(), 800);
        card.check().unwrap_or_else(|_| panic!("no jump in the tone"));
    }
    assert_eq!(card.identity().unwrap().detail["times that samples were lost"], "0");
}

/// A card may be opened as the bench's time begins: its first block then sounded before, in part, and the next ones
/// lose nothing by it.
#[test]
fn what_sounded_before_time_began_is_let_go() {
    let (clock, mut card) =
        good(|_, intake, block| intake.block(Block { age: Some(BLOCK * 3 / 2), ..block }));
    pass(&clock, SECOND);
    let sound = card.sound(BenchTime::ZERO, BenchTime::ZERO + SECOND / 2).unwrap();
    let first = 0.03 * (TAU * TONE.hz * 0.01 + 0.1).sin();
    assert!((f64::from(sound.samples[0]) - first).abs() < 1e-6, "half of the first block is before");
    assert_eq!(card.identity().unwrap().detail["times that samples were lost"], "0");
}

#[test]
fn a_stretch_across_blocks_has_its_own_samples() {
    let (clock, mut card) = good(|_, intake, block| intake.block(block));
    pass(&clock, SECOND);
    let from = BenchTime::ZERO + Duration::from_millis(333);
    let sound = card.sound(from, from + Duration::from_millis(101)).unwrap();
    assert_eq!((sound.at, sound.uncertainty, sound.samples.len()), (from, BLOCK, 1_616));
    for (number, sample) in (5_328..).zip(&sound.samples) {
        let seconds = f64::from(number) / f64::from(RATE_HZ);
        let right = 0.03 * (TAU * TONE.hz * seconds + 0.1).sin();
        assert!((f64::from(*sample) - right).abs() < 1e-6, "sample {number}");
    }
}

#[test]
fn a_card_that_stalls_is_no_silence() {
    let (clock, mut card) = good(|number, intake, block| {
        if !(50..200).contains(&number) {
            intake.block(block);
        }
    });
    pass(&clock, SECOND);
    assert!(card.check().is_ok());
    pass(&clock, SECOND);
    let error = card.ring().unwrap_err();
    assert_eq!((error.instrument.as_str(), error.trouble), ("microphone", ErrorKind::NoAnswer));
    pass(&clock, SECOND * 4);
    assert_eq!(card.ring().unwrap_err(), error, "a card that stalled is not trusted again");
    assert_eq!(card.check().unwrap_err(), error);
}

#[test]
fn a_card_that_goes_says_so() {
    let (clock, mut card) = good(|number, intake, block| match number {
        0..60 => intake.block(block),
        _ => intake.failed(DriverError::new("microphone", ErrorKind::Unplugged, "No such device")),
    });
    pass(&clock, SECOND * 2);
    assert_eq!(card.sound(BenchTime::ZERO, BenchTime::ZERO).unwrap_err().trouble, ErrorKind::Unplugged);
}

/// That no sound is had across `lost_s`, and sound is had before and after.
fn loses_only(clock: &SharedClock, card: &mut SoundCard, lost_s: f64) {
    pass(clock, SECOND * 3);
    let moment = |seconds: f64| BenchTime::ZERO + Duration::from_secs_f64(seconds);
    assert!(card.sound(moment(0.5), moment(lost_s - 0.25)).is_ok());
    assert!(card.sound(moment(lost_s + 0.2), moment(2.5)).is_ok());
    let error = card.sound(moment(lost_s - 0.25), moment(lost_s + 0.2)).unwrap_err();
    assert!(error.trouble == ErrorKind::Lost && error.detail.contains("lost"), "{error}");
    assert_eq!(card.identity().unwrap().detail["times that samples were lost"], "1");
}

#[test]
fn an_overrun_is_an_error_where_it_was() {
    let (clock, mut card) = good(|number, intake, block| {
        if number == 75 {
            intake.lost();
        }
        intake.block(block);
    });
    loses_only(&clock, &mut card, 1.5);
}

#[test]
fn blocks_that_never_came_are_noticed_by_the_stamps() {
    let (clock, mut card) = good(|number, intake, block| {
        if !(75..90).contains(&number) {
            intake.block(block);
        }
    });
    loses_only(&clock, &mut card, 1.7);
}

#[test]
fn samples_that_are_no_numbers_are_lost() {
    let (clock, mut card) = good(|number, intake, mut block| {
        if number == 75 {
            block.samples[7] = f32::NAN;
        }
        intake.block(block);
    });
    loses_only(&clock, &mut card, 1.5);
}

#[test]
fn a_card_that_gives_more_than_time_allows_is_not_believed() {
    let (clock, mut card) = good(|_, intake, block| {
        for _ in 0..50 {
            intake.block(block.clone());
        }
    });
    pass(&clock, SECOND);
    let newest = *card.ring().unwrap().end();
    assert!(card.sound(newest - SECOND / 2, newest).is_err());
}

#[test]
fn without_the_tone_or_with_too_much_of_everything_the_check_fails() {
    for (script, word) in [
        (
            (|_, intake, mut block: Block| {
                block.samples.fill(0.0);
                intake.block(block);
            }) as Script,
            "muted",
        ),
        (
            (|_, intake, mut block: Block| {
                block.samples.iter_mut().for_each(|sample| *sample *= 1_000.0);
                intake.block(block);
            }) as Script,
            "clipped",
        ),
        (
            (|_, intake, mut block: Block| {
                block.samples.iter_mut().for_each(|sample| *sample *= 0.01);
                intake.block(block);
            }) as Script,
            "reference tone",
        ),
    ] {
        let (clock, mut card) = good(script);
        pass(&clock, SECOND);
        let error = card.check().unwrap_err();
        assert!(error.trouble == ErrorKind::CannotSee && error.detail.contains(word), "{error}");
    }
}

#[test]
fn what_opening_says_is_told_and_a_card_that_gives_nothing_is_given_up() {
    let (_, silent) = open(|_, _, _| ());
    assert_eq!(silent.err().unwrap().trouble, ErrorKind::NoAnswer);
    let clock: SharedClock = Arc::new(crate::clock::RealClock::new(Duration::ZERO));
    let busy = || DriverError::new("microphone", ErrorKind::InUse, "busy");
    let refused = SoundCard::open("microphone", clock.clone(), TONE, Box::new(move |_| Err(busy())));
    assert_eq!(refused.err(), Some(busy()));
    let panics = SoundCard::open("microphone", clock, TONE, Box::new(|_| panic!("asked to")));
    assert_eq!(panics.err().unwrap().trouble, ErrorKind::Protocol);
}
