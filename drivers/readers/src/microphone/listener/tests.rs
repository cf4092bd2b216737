//! The listener over the project's own recordings, and over anything else.

use std::{f64::consts::TAU, fs, path::PathBuf, sync::LazyLock};

use proptest::prelude::*;

use super::*;
use crate::microphone::decode_wav;

const RATE_HZ: u32 = 16_000;

fn recordings() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/recordings/speech")
}

fn listener() -> &'static Listener {
    static LISTENER: LazyLock<Listener> = LazyLock::new(|| Listener::new(Arc::new(enrolment())));
    &LISTENER
}

fn enrolment() -> Enrolment {
    let folder = recordings().join("enrolment");
    let voice = |language: &str| {
        let folder = folder.join(language);
        let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let files = files.into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect();
        Voice { folder, files }
    };
    Enrolment::of(&folder, &["da", "en"].map(voice)).unwrap()
}

/// Noise that is the same every time, of amplitude 1.
fn noise() -> impl FnMut() -> f32 {
    let mut state = 1_u32;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as f32 / 32_768.0 - 1.0
    }
}

/// The prompts of `voice` for `digits`, with pauses of `pause` seconds, in noise; one second before and after.
fn spoken(voice: &str, digits: &[u8], pause: f64, level: f32, noise_level: f32) -> Sound {
    let mut samples = vec![0.0; RATE_HZ as usize];
    for digit in digits {
        let prompt = fs::read(recordings().join(format!("reader/{voice}/{digit}.wav"))).unwrap();
        samples.extend(decode_wav(&prompt).unwrap().samples);
        samples.extend(vec![0.0; (pause * f64::from(RATE_HZ)) as usize]);
    }
    samples.extend(vec![0.0; RATE_HZ as usize]);
    let mut noise = noise();
    let samples = samples.iter().map(|sample| sample * level + noise() * noise_level).collect();
    sound(samples, RATE_HZ)
}

fn sound(samples: Vec<f32>, rate_hz: u32) -> Sound {
    Sound { at: BenchTime::from_nanos(5_000_000_000), uncertainty: Duration::ZERO, rate_hz, samples }
}

/// The words of the only utterance.
fn words(sound: &Sound) -> Result<Words, Doubt> {
    let heard = listener().listen(sound).utterances;
    assert_eq!(heard.len(), 1, "{heard:?}");
    heard.into_iter().next().unwrap().words
}

fn digits(said: &Words) -> (&str, &str) {
    (&said.digits, &said.language)
}

#[test]
fn every_digit_is_heard_at_every_speed_and_volume() {
    for speed in ["slow", "normal", "fast"] {
        for language in ["da", "en"] {
            for (level, code) in [(0.5, [0, 1, 2, 3, 4]), (0.06, [9, 8, 7, 6, 5])] {
                let sound = spoken(&format!("{language}/{speed}"), &code, 0.12, level, 0.002);
                let said = words(&sound).unwrap();
                let text: String = code.iter().map(u8::to_string).collect();
                assert_eq!(digits(&said), (text.as_str(), language), "{speed}");
            }
        }
    }
}

#[test]
fn pauses_part_utterances_and_times_are_on_the_bench_clock() {
    let one = spoken("en/normal", &[4, 2], 0.12, 0.3, 0.001);
    let pause = vec![0.0005; RATE_HZ as usize / 4];
    let samples = [one.samples.clone(), pause, one.samples].concat();
    let heard = listener().listen(&sound(samples, RATE_HZ));
    let all: Vec<&str> =
        heard.utterances.iter().map(|said| said.words.as_ref().unwrap().digits.as_str()).collect();
    assert_eq!(all, ["42", "42"]);
    let first = &heard.utterances[0];
    let begins = first.from.as_secs_f64();
    assert!((5.95..6.1).contains(&begins) && first.to > first.from, "{begins}");
    assert!((-30.0..-15.0).contains(&first.level_dbfs), "{}", first.level_dbfs);
    assert!(heard.would_hear(-30.0) && !heard.would_hear(-75.0), "{}", heard.noise_dbfs);
}

#[test]
fn how_loud_it_is_does_not_hang_on_how_it_begins() {
    let level = |begins_at: f32| {
        let mut sound = spoken("en/normal", &[5, 9, 1, 4], 0.12, 0.06, 0.001);
        let began = &mut sound.samples[RATE_HZ as usize..][..RATE_HZ as usize / 20];
        began.iter_mut().for_each(|sample| *sample *= begins_at);
        let heard = listener().listen(&sound);
        assert_eq!(digits(heard.utterances[0].words.as_ref().unwrap()).0, "5914");
        heard.utterances[0].level_dbfs
    };
    assert!((level(8.0) - level(1.0)).abs() < 0.2, "{} {}", level(8.0), level(1.0));
}

#[test]
fn other_rates_are_heard_alike() {
    let at_16 = spoken("da/normal", &[7, 3, 9, 0], 0.12, 0.3, 0.002);
    for rate_hz in [8_000, 16_002, 22_050, 44_100, 48_000] {
        let step = f64::from(RATE_HZ) / f64::from(rate_hz);
        let count = ((at_16.samples.len() - 2) as f64 / step) as usize;
        let at = |number: usize| {
            let place = number as f64 * step;
            let (whole, part) = (place as usize, place.fract() as f32);
            at_16.samples[whole] * (1.0 - part) + at_16.samples[whole + 1] * part
        };
        let said = words(&sound((0..count).map(at).collect(), rate_hz)).unwrap();
        assert_eq!(digits(&said), ("7390", "da"), "{rate_hz} Hz");
    }
}

#[test]
fn the_reference_tone_is_not_listened_to() {
    let mut sound = spoken("en/fast", &[5, 1, 8], 0.12, 0.1, 0.001);
    for (number, sample) in sound.samples.iter_mut().enumerate() {
        *sample += (0.2 * (TAU * 6_000.0 * number as f64 / f64::from(RATE_HZ)).sin()) as f32;
    }
    assert_eq!(digits(&words(&sound).unwrap()), ("518", "en"));
}

#[test]
fn what_cannot_be_told_is_refused_with_the_reason() {
    let noisy = spoken("en/normal", &[5, 9, 1, 4], 0.12, 0.1, 0.1);
    assert!(listener().listen(&noisy).utterances.iter().all(|said| said.words.is_err()));
    let mut cut = spoken("da/slow", &[8, 8], 0.12, 0.3, 0.001);
    cut.samples.drain(..RATE_HZ as usize + 1_000);
    assert_eq!(words(&cut), Err(Doubt::CutOff));
    let hum = |number: usize| {
        let on = (16_000..40_000).contains(&number);
        let sine = (TAU * 440.0 * number as f64 / f64::from(RATE_HZ)).sin();
        if on { (0.2 * sine) as f32 } else { 0.0 }
    };
    let mut noise = noise();
    let hum = sound((0..64_000).map(|number| hum(number) + 0.001 * noise()).collect(), RATE_HZ);
    assert!(matches!(words(&hum), Err(Doubt::NoDigit { .. })), "{:?}", words(&hum));
    let [one, other] = [[1, 1, 1], [6, 6, 6]].map(|code| spoken("en/normal", &code, 0.12, 0.3, 0.001));
    let both = one.samples.iter().zip(&other.samples).map(|(one, other)| one + other).collect();
    let heard = listener().listen(&sound(both, RATE_HZ));
    assert!(heard.utterances.iter().all(|said| said.words.is_err()), "digits spoken over others: {heard:?}");
}

#[test]
fn no_sound_is_nothing_and_broken_sound_is_no_silence() {
    for samples in [vec![], vec![0.0; 9], vec![0.0; 48_000]] {
        assert_eq!(listener().listen(&sound(samples, RATE_HZ)).utterances, []);
    }
    for broken in [f32::NAN, f32::INFINITY] {
        let mut samples = vec![0.0; 16_000];
        samples[77] = broken;
        assert_eq!(words(&sound(samples, RATE_HZ)), Err(Doubt::NoSound));
    }
    for rate_hz in [0, 1, 7_999, u32::MAX] {
        assert_eq!(words(&sound(vec![0.0; 100], rate_hz)), Err(Doubt::NoSound));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_samples_are_heard_without_a_panic(
        samples in prop::collection::vec(any::<f32>(), 0..3_000),
        loud in prop::collection::vec(-1.0_f32..1.0, 1..400),
        repeat in 1_usize..60,
        rate_hz in prop_oneof![any::<u32>(), Just(16_000), Just(8_000), Just(48_000)],
    ) {
        listener().listen(&sound(samples, rate_hz));
        let heard = listener().listen(&sound(loud.repeat(repeat), rate_hz));
        for said in heard.utterances {
            prop_assert!(said.from <= said.to && said.level_dbfs.is_finite());
        }
    }
}
