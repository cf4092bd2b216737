//! The microphone driver through cpal and ALSA without a sound card: ALSA's `file` plugin takes its samples
//! from a pipe, which the test fills in real time.
//!
//! ALSA reads its configuration from the environment of the process, so each scene is a process of its own:
//! the test starts itself again with one ignored test.
#![cfg(feature = "microphone")]
// clippy.toml lets tests unwrap; the helpers that they share are not test functions themselves.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    f64::consts::TAU,
    fs,
    io::{self, Write},
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use drivers::{
    ErrorKind, Instrument, SharedClock,
    clock::RealClock,
    microphone::{self, Microphone, Tone, contract},
};

const TONE: Tone = Tone { hz: 6_000.0, least_dbfs: -50.0 };
const RATE_HZ: u32 = 16_000;

/// One scene at a time: ALSA's null device lets its readers spin, and two cores cannot carry two of them.
static ONE: Mutex<()> = Mutex::new(());

/// Runs the ignored test `scene` in a process in which ALSA has one device, `bench_microphone`, whose samples are
/// `play`ed into a pipe.
fn in_a_process(scene: &str, play: fn(&mut fs::File) -> io::Result<()>) {
    let _alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (pipe, configuration) = (folder.path().join("pipe"), folder.path().join("asound.conf"));
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is there").success());
    let device = format!(
        "pcm.bench_microphone {{ type file slave.pcm {{ type null }} file /dev/null infile {pipe:?} format raw
         hint {{ show on description \"The bench's microphone\" }} }}\n"
    );
    fs::write(&configuration, device).expect("the folder takes a file");
    // The device is opened to be asked what it can, closed, and opened again; opening waits for the other end.
    // This thread ends with the process.
    thread::spawn(move || {
        while let Ok(mut pipe) = fs::OpenOptions::new().write(true).open(&pipe) {
            if play(&mut pipe).is_ok() {
                thread::park();
            }
        }
    });
    let said = Command::new(std::env::current_exe().expect("a test knows its binary"))
        .args(["--exact", "--ignored", "--nocapture", scene])
        .env("ALSA_CONFIG_PATH", &configuration)
        .output()
        .expect("a test runs again");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(said.status.success(), "{scene}: {}{}", text(&said.stdout), text(&said.stderr));
}

/// How long the blocks are that the driver asks for.
const BLOCK: Duration = Duration::from_millis(100);
const BLOCK_SAMPLES: u32 = RATE_HZ / 10;

/// Writes `blocks` blocks, as a sound card would give them: ALSA's plugin reads as much at a time, and takes a shorter
/// read for a whole one.
fn play(pipe: &mut fs::File, blocks: u32, sample: impl Fn(f64) -> i16) -> io::Result<()> {
    let began = Instant::now();
    for block in 0..blocks {
        let numbers = block * BLOCK_SAMPLES..(block + 1) * BLOCK_SAMPLES;
        let bytes: Vec<u8> =
            numbers.flat_map(|number| sample(f64::from(number) / f64::from(RATE_HZ)).to_le_bytes()).collect();
        pipe.write_all(&bytes)?;
        let due = began + BLOCK * (block + 1);
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    Ok(())
}

fn tone(seconds: f64) -> i16 {
    (3_000.0 * (TAU * TONE.hz * seconds + 0.1).sin()) as i16
}

fn clock() -> SharedClock {
    Arc::new(RealClock::new(Duration::from_millis(1)))
}

#[test]
fn a_device_keeps_the_contract() {
    in_a_process("scene_contract", |pipe| play(pipe, 200, tone));
}

#[test]
#[ignore = "a scene of another test"]
fn scene_contract() {
    let clock = clock();
    let mut card = microphone::open("microphone", "bench_microphone", RATE_HZ, TONE, clock.clone()).unwrap();
    contract::keeps(&mut card, &clock);
    assert_eq!(card.identity().unwrap().detail["device"], "bench_microphone");
}

#[test]
fn a_device_that_stops_is_no_silence() {
    in_a_process("scene_stops", |pipe| play(pipe, 10, tone));
}

#[test]
#[ignore = "a scene of another test"]
fn scene_stops() {
    let clock = clock();
    let mut card =
        microphone::open("microphone", "The bench's microphone", RATE_HZ, TONE, clock.clone()).unwrap();
    let given_up = clock.now() + Duration::from_secs(8);
    while card.ring().is_ok() && clock.now() < given_up {
        clock.wait_until(clock.now() + Duration::from_millis(100)).unwrap();
    }
    assert_eq!(card.ring().unwrap_err().trouble, ErrorKind::NoAnswer);
}

#[test]
fn an_unknown_name_is_told_with_those_that_there_are() {
    in_a_process("scene_unknown", |_| Ok(()));
}

#[test]
#[ignore = "a scene of another test"]
fn scene_unknown() {
    let error = microphone::open("microphone", "nobody", RATE_HZ, TONE, clock()).err().unwrap();
    assert_eq!(error.trouble, ErrorKind::NotFound);
    for word in ["\"nobody\"", "bench_microphone", "The bench's microphone"] {
        assert!(error.detail.contains(word), "{error}");
    }
}
