//! The webcam over a device that gives pictures when the test's clock says so, and not always good ones.

use std::{
    sync::mpsc::{self, Receiver, Sender},
    thread,
};

use super::*;
use crate::{BenchTime, Clock, camera::contract, testing::FakeClock};

const PERIOD: Duration = Duration::from_millis(40);
const WALL: Duration = Duration::from_secs(1_800_000_000);

/// Pixels to a side of the device's pictures.
const SIDE: usize = 32;

/// The grey of picture `number`.
fn luma(number: u64) -> u8 {
    60 + (number % 100) as u8
}

/// The scripted device's reaction to a picture.
type Script = fn(u64, RawFrame) -> Option<Result<RawFrame>>;

/// A clock that goes only while somebody waits; a device on it has a picture every period.
struct Bench {
    clock: FakeClock,
    script: Script,
    to_source: Sender<Result<RawFrame>>,
    /// The source has been asked again: what it gave before has been dealt with.
    asked_again: Mutex<Receiver<()>>,
}

/// The device's end.
struct Scripted {
    from_bench: Receiver<Result<RawFrame>>,
    asked: Sender<()>,
    first: bool,
}

impl Source for Scripted {
    fn next(&mut self) -> Result<RawFrame> {
        if !self.first {
            let _ = self.asked.send(());
        }
        self.first = false;
        // Blocks until there is a picture, or for as long as the bench stands.
        let gone = |_| DriverError::new("webcam", ErrorKind::Unplugged, "the test is over");
        self.from_bench.recv().map_err(gone)?
    }
}

impl Bench {
    /// The device's picture `number`, all of one grey.
    fn give(&self, number: u64) {
        let captured = WALL + Duration::from_nanos(self.clock.now().as_nanos());
        let bytes = [luma(number), 128].repeat(SIDE * SIDE);
        let good =
            RawFrame { format: RawFormat::Yuyv, width: SIDE, height: SIDE, bytes, captured: Some(captured) };
        if let Some(given) = (self.script)(number, good)
            && self.to_source.send(given).is_ok()
        {
            // An error says that the device was closed.
            let _ = self.asked_again.lock().unwrap().recv();
        }
    }
}

impl Clock for Bench {
    fn now(&self) -> BenchTime {
        self.clock.now()
    }

    fn step(&self, deadline: BenchTime) {
        let number = (self.now().as_nanos() / PERIOD.as_nanos() as u64) + 1;
        let next = BenchTime::ZERO + PERIOD * number as u32;
        self.clock.step(next.min(deadline));
        if next <= deadline {
            self.give(number);
        }
    }
}

fn identity() -> Identity {
    Identity { driver: "scripted".into(), model: "a webcam".into(), ..Identity::default() }
}

fn open(script: Script) -> (Arc<Bench>, Result<Webcam>) {
    open_with(script, None)
}

fn open_with(script: Script, controls: Option<Box<dyn Controls>>) -> (Arc<Bench>, Result<Webcam>) {
    let ((to_source, from_bench), (asked, asked_again)) = (mpsc::channel(), mpsc::channel());
    let clock = FakeClock::default();
    let bench = Arc::new(Bench { clock, script, to_source, asked_again: Mutex::new(asked_again) });
    let source = Box::new(Scripted { from_bench, asked, first: true });
    let wall_of = bench.clone();
    let wall = move || WALL + Duration::from_nanos(wall_of.now().as_nanos());
    let opener = move || Ok(OpenedWebcam { source, identity: identity(), period: PERIOD, controls });
    let camera = Webcam::open("webcam", bench.clone(), Box::new(wall), Box::new(opener));
    (bench, camera)
}

fn good(script: Script) -> (Arc<Bench>, Webcam) {
    let (bench, camera) = open(script);
    (bench, camera.unwrap())
}

fn pass(bench: &Bench, periods: u32) {
    bench.wait_until(bench.now() + PERIOD * periods).unwrap();
}

/// The trouble that the camera is in, once it is.
fn trouble(camera: &mut Webcam) -> DriverError {
    loop {
        match camera.ring() {
            Ok(_) => thread::yield_now(),
            Err(error) => return error,
        }
    }
}

#[test]
fn a_webcam_keeps_the_contract_of_cameras() {
    let (bench, mut camera) = good(|_, picture| Some(Ok(picture)));
    contract::keeps(&mut camera, &*bench, 8);
    let all_of_it = (capture::KEPT.as_millis() / PERIOD.as_millis()) as u32;
    contract::keeps(&mut camera, &*bench, all_of_it + 10);
    let ring = camera.ring().unwrap();
    assert_eq!(
        ring.end() - ring.start(),
        u64::from(all_of_it),
        "longer than a watch looks away, and not for ever"
    );
}

/// A focus, and nothing else.
struct Focus(i64);

impl Controls for Focus {
    fn get(&mut self, control: Control) -> std::result::Result<Option<i64>, String> {
        Ok((control == Control::Focus).then_some(self.0))
    }

    fn set(&mut self, _: Control, value: i64) -> std::result::Result<(), String> {
        self.0 = value;
        Ok(())
    }
}

#[test]
fn what_was_seen_before_a_lock_is_forgotten() {
    let (bench, camera) = open_with(|_, picture| Some(Ok(picture)), Some(Box::new(Focus(30))));
    let mut camera = camera.unwrap();
    pass(&bench, 10);
    let newest = *camera.ring().unwrap().end();
    let focus = |focus| Locked { focus: Some(focus), ..Locked::default() };
    assert_eq!(camera.settled().unwrap(), focus(30));
    camera.lock(&focus(60)).unwrap();
    assert_eq!(camera.ring().unwrap(), newest + SETTLING..=newest + SETTLING);
    assert_eq!(camera.settled().unwrap(), focus(60));
    assert_eq!(camera.identity().unwrap().detail["locked"], "focus = 60");
    let exposure = Locked { exposure_100us: Some(100), ..Locked::default() };
    let refused = camera.lock(&exposure).unwrap_err();
    assert_eq!((refused.instrument.as_str(), refused.trouble), ("webcam", ErrorKind::Unsupported));
    let (_bench, mut plain) = good(|_, picture| Some(Ok(picture)));
    assert_eq!(plain.settled().unwrap(), Locked::default());
    assert_eq!(plain.lock(&focus(60)).unwrap_err().detail, "the device has no controls");
}

#[test]
fn what_a_device_had_taken_before_is_thrown_away() {
    let (bench, mut camera) = good(|_, picture| Some(Ok(picture)));
    assert_eq!(camera.ring().unwrap(), 0..=0);
    let first = camera.frame(0).unwrap();
    let number = capture::STALE as u32 + 1;
    assert_eq!(first.y, vec![luma(number.into()); SIDE * SIDE]);
    // Received at the end of the period, exposed in its middle.
    assert_eq!(first.at, BenchTime::ZERO + PERIOD * number - PERIOD / 2);
    assert_eq!(first.uncertainty, PERIOD / 2);
    drop(bench);
}

#[test]
fn a_device_that_blocks_for_ever_is_noticed_and_left_behind() {
    let (bench, mut camera) = good(|number, picture| (!(20..=200).contains(&number)).then_some(Ok(picture)));
    pass(&bench, 14);
    assert!(camera.ring().is_ok());
    pass(&bench, 20);
    let error = camera.ring().unwrap_err();
    assert_eq!((error.instrument.as_str(), error.trouble), ("webcam", ErrorKind::NoAnswer));
    assert_eq!(camera.frame(0).unwrap_err(), error);
    pass(&bench, 200);
    assert_eq!(camera.ring().unwrap_err(), error, "a camera that stalled is not trusted again");
    let ended = bench.asked_again.lock().unwrap().recv();
    assert!(ended.is_err(), "the thread has ended with the picture that came at last");
}

#[test]
fn a_device_that_goes_says_so() {
    let (bench, mut camera) = good(|number, picture| {
        let gone = || DriverError::new("webcam", ErrorKind::Unplugged, "No such device");
        Some(if number < 20 { Ok(picture) } else { Err(gone()) })
    });
    pass(&bench, 16);
    assert_eq!(trouble(&mut camera).trouble, ErrorKind::Unplugged);
}

#[test]
fn a_library_that_panics_is_the_benchs_trouble() {
    let panics: WebcamOpener = Box::new(|| panic!("asked to"));
    let error = Webcam::open("webcam", Arc::new(Patient), wall_clock(), panics).err().unwrap();
    assert_eq!((error.instrument.as_str(), error.trouble), ("webcam", ErrorKind::Protocol));
}

#[test]
fn a_short_buffer_or_an_old_one_is_no_picture() {
    let (bench, mut camera) = good(|number, mut picture| {
        match number {
            10 => picture.bytes.truncate(100),
            12 => picture.captured = Some(WALL + PERIOD * 11),
            _ => (),
        }
        Some(Ok(picture))
    });
    pass(&bench, 10);
    let ring = camera.ring().unwrap();
    let lumas: Vec<u8> = ring.map(|number| camera.frame(number).unwrap().y[0]).collect();
    assert_eq!(lumas, [5, 6, 7, 8, 9, 11, 13, 14, 15].map(luma));
}

#[test]
fn a_device_that_sends_nothing_usable_has_its_reason_told() {
    let (bench, mut camera) = good(|number, mut picture| {
        if number >= 20 {
            picture.bytes.truncate(3);
        }
        Some(Ok(picture))
    });
    pass(&bench, 40);
    let error = camera.ring().unwrap_err();
    assert_eq!(error.trouble, ErrorKind::NoAnswer);
    assert!(error.detail.contains("3 bytes"), "{error}");
    let (_, never) = open(|_, mut picture| {
        picture.width = 0;
        Some(Ok(picture))
    });
    let error = never.err().unwrap();
    assert_eq!(error.trouble, ErrorKind::NoAnswer);
    assert!(error.detail.contains("0 by 32 pixels"), "{error}");
}

#[test]
fn without_stamps_arrival_tells_less_surely() {
    let (bench, mut camera) = good(|_, mut picture| {
        picture.captured = None;
        Some(Ok(picture))
    });
    pass(&bench, 3);
    let newest = *camera.ring().unwrap().end();
    let frame = camera.frame(newest).unwrap();
    assert_eq!((frame.at, frame.uncertainty), (bench.now() - PERIOD, PERIOD));
    assert_eq!(camera.identity().unwrap().detail["frames are stamped"], "by arrival");
    let (_bench, mut stamped) = good(|_, picture| Some(Ok(picture)));
    assert_eq!(stamped.identity().unwrap().detail["frames are stamped"], "by the device");
}

#[test]
fn a_picture_that_cannot_be_decoded_is_told_when_it_is_asked_for() {
    let (_bench, mut camera) = good(|_, mut picture| {
        (picture.format, picture.bytes) = (RawFormat::Mjpeg, vec![0xff, 0xd8, 0xff, 0xd9]);
        Some(Ok(picture))
    });
    assert_eq!(camera.frame(0).unwrap_err().trouble, ErrorKind::Protocol);
}

#[test]
fn what_opening_says_is_told_and_a_device_that_never_opens_is_given_up() {
    let not_there = || DriverError::new("webcam", ErrorKind::NotFound, "/dev/video9");
    let clock = || Arc::new(FakeClock::default());
    let busy: WebcamOpener = Box::new(move || Err(not_there()));
    let ready = Arc::new(Patient);
    assert_eq!(Webcam::open("webcam", ready, wall_clock(), busy).err(), Some(not_there()));

    let (hold, held) = mpsc::channel::<()>();
    let stuck: WebcamOpener = Box::new(move || {
        let _ = held.recv();
        Err(DriverError::new("webcam", ErrorKind::InUse, "at last"))
    });
    let error = Webcam::open("webcam", clock(), wall_clock(), stuck).err().unwrap();
    assert_eq!(error.trouble, ErrorKind::NoAnswer);
    drop(hold);
}

/// A clock on which waiting never ends without an answer.
struct Patient;

impl Clock for Patient {
    fn now(&self) -> BenchTime {
        BenchTime::ZERO
    }

    fn step(&self, _: BenchTime) {
        thread::yield_now();
    }
}
