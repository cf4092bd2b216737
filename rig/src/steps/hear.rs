//! What an audio code reader says, and how it is judged.

use std::{convert::Infallible, str::FromStr, time::Duration};

use cucumber::{Parameter, then, when};
use drivers::finger::Key;

use super::{Count, Device, PHONE};
use crate::{
    oracle::{
        check::{
            FallsSilent, SpeechLevel, SpeedRange, SpokenAgain, SpokenDigits, SpokenIsShown, SpokenLanguage,
            SpokenOnce, VolumeRange,
        },
        decision::{COVERAGE, Limits},
    },
    profile::ReaderKeys,
    recorder::Handles,
    session::{
        Code,
        Evidence::{self, Speech},
        Means, Scene, Session, StepError, StepResult,
        evidence::{SpeechHeard, SpeechInterrupted},
        means,
    },
    suite::{Instrument::Keys, Single},
};

/// How long it speaks before it is interrupted: the first digits are under way.
const UNDER_WAY: Duration = Duration::from_millis(800);

/// A key of an audio code reader beside its button, written `{key}`.
#[derive(Clone, Copy, Debug, Parameter)]
#[param(name = "key", regex = "repeat|speed|volume|language")]
pub(super) struct KeyNamed(Key);

impl FromStr for KeyNamed {
    type Err = Infallible;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Ok(Self(match word {
            "repeat" => Key::Repeat,
            "speed" => Key::Speed,
            "volume" => Key::Volume,
            _ => Key::Language,
        }))
    }
}

#[when(expr = "I press the button on {device} and listen, {count} time(s)")]
fn press_and_listen(scene: &mut Scene, device: Device, times: Count) {
    scene.observes(listening(&device), |session| {
        let device = device.of(session)?;
        listen_often(session, device, &[Key::Button], times.0.into())
    });
}

#[when(expr = "I press the button on {device} and then, by itself, {key} {count} time(s), and listen")]
fn press_in_turn(scene: &mut Scene, device: Device, key: KeyNamed, times: Count) {
    scene.observes(listening(&device).uses(Keys), |session| {
        press_and_change(session, &device, times, |_, _| vec![key.0])
    });
}

#[when(expr = "I press the button on {device} and then the keys for {key} {count} time(s), and listen")]
fn press_for(scene: &mut Scene, device: Device, key: KeyNamed, times: Count) {
    scene.observes(listening(&device).uses(Keys), |session| {
        press_and_change(session, &device, times, |keys, press| keys.for_press(key.0, press).to_vec())
    });
}

#[when("I enter the code read aloud")]
fn enter(scene: &mut Scene) {
    scene.step(means().on(PHONE).needs(Evidence::Code).needs(Speech), |session| {
        if session.memory.codes.read.is_none() {
            let digits = u8::from(session.bench.profile.totp.digits).into();
            let heard: SpeechHeard = session.memory.left()?;
            session.judge(SpokenDigits { digits }, heard)?;
        }
        let code = session.last_code()?;
        session.enter_code(PHONE, &code.text)
    });
}

#[when(expr = "I choose my language on {device} and listen twice")]
fn choose_language(scene: &mut Scene, device: Device) {
    scene.observes(listening(&device).uses(Keys), |session| {
        let device = device.of(session)?;
        let languages = &session.bench.profile.speech_languages;
        let mine = languages.iter().position(|language| *language == session.bench.language);
        let presses =
            mine.ok_or_else(|| StepError::Internal("the profile's readers do not speak my language".into()))?;
        listen_to(session, device, &[Key::Button])?;
        for press in 0..presses {
            let keys = session.bench.profile.reader_keys.for_press(Key::Language, press).to_vec();
            listen_to(session, device, &keys)?;
        }
        listen_often(session, device, &[Key::Button], 2)
    });
}

#[when(expr = "I press {key} on {device} while it speaks")]
fn interrupt(scene: &mut Scene, key: KeyNamed, device: Device) {
    scene.observes(device.used().uses(Single::Microphone).uses(Keys), |session| {
        let device = device.of(session)?;
        let (button, at) = session.press_keys(device, &[Key::Button])?;
        session.wait(UNDER_WAY)?;
        let (key, _) = session.press_keys(device, &[key.0])?;
        let (heard, _) = session.listen(at, session.bench.profile.code_spoken)?;
        Ok(SpeechInterrupted(Handles::from(button).with(key).with(heard)))
    });
}

#[then("the press yields exactly one code read aloud, in time")]
fn spoken_once(scene: &mut Scene) {
    scene.judges::<SpeechHeard, _>(means(), |session| {
        let spoken_s = at_most(session.bench.profile.limits.press_to_speech_s);
        Ok(SpokenOnce { spoken_s, clock_ppm: session.bench.uncertainty.clock_ppm, coverage: COVERAGE })
    });
}

#[then(expr = "the code read aloud has exactly {count} digits")]
fn six_digits(scene: &mut Scene, digits: Count) {
    scene.judges::<SpeechHeard, _>(means().states("digits", digits.0, "digit"), |_| {
        Ok(SpokenDigits { digits: digits.0 })
    });
}

#[then("the code read aloud is the one displayed")]
fn as_displayed(scene: &mut Scene) {
    scene.judges::<SpeechHeard, _>(means(), |_| Ok(SpokenIsShown {}));
}

#[then("the same code is read aloud each time")]
fn again(scene: &mut Scene) {
    scene.judges::<SpeechHeard, _>(means(), |_| Ok(SpokenAgain {}));
}

#[then("the code is read aloud in my language")]
fn my_language(scene: &mut Scene) {
    scene.judges::<SpeechHeard, _>(means(), |session| {
        Ok(SpokenLanguage { language: session.bench.language.clone() })
    });
}

#[then("it falls silent at once")]
fn falls_silent(scene: &mut Scene) {
    scene.judges::<SpeechInterrupted, _>(means(), |session| {
        let within_s = at_most(session.bench.profile.limits.key_to_silence_s);
        Ok(FallsSilent { within_s, clock_ppm: session.bench.uncertainty.clock_ppm, coverage: COVERAGE })
    });
}

#[then("the range of the volume is within its limits")]
fn volume(scene: &mut Scene) {
    scene.judges::<SpeechHeard, _>(means(), |session| {
        Ok(VolumeRange { db: session.bench.profile.limits.volume_range_db.into(), coverage: COVERAGE })
    });
}

#[then("the range of the speed is within its limits")]
fn speed(scene: &mut Scene) {
    scene.judges::<SpeechHeard, _>(means(), |session| {
        Ok(SpeedRange { ratio: session.bench.profile.limits.speed_range.into(), coverage: COVERAGE })
    });
}

#[then("the loudest speech is within its limits")]
fn level(scene: &mut Scene) {
    scene.judges::<SpeechHeard, _>(means(), |session| {
        let microphone = session.bench.singles.microphone.as_ref();
        let microphone =
            microphone.ok_or_else(|| StepError::Internal("the bench has no microphone".into()))?;
        Ok(SpeechLevel {
            dba: session.bench.profile.limits.speech_dba.into(),
            dbfs_at_94_dba: microphone.dbfs_at_94_dba,
            calibration_db: microphone.calibration_uncertainty_db,
            coverage: COVERAGE,
        })
    });
}

/// Presses `keys` together and listens: what was observed. The code that was heard is the last one read.
fn listen_to(session: &mut Session, device: usize, keys: &[Key]) -> StepResult<Handles> {
    if keys.contains(&Key::Button) {
        session.avoid_step_end()?;
    }
    let step = session.current_step()?;
    let (seen, heard) = session.press_and_listen(device, keys)?;
    let words = heard.utterances.iter().find_map(|utterance| utterance.words.as_ref());
    session.memory.codes.read = words.map(|words| Code { text: words.digits.clone(), step });
    Ok(seen)
}

/// As [`listen_to`], so many times.
fn listen_often(session: &mut Session, device: usize, keys: &[Key], times: usize) -> StepResult<SpeechHeard> {
    let mut seen = Handles::default();
    for _ in 0..times {
        seen.add(listen_to(session, device, keys)?);
    }
    Ok(SpeechHeard(seen))
}

/// Has a code read aloud, then presses so many times what `keys` says for each press, and listens each time. It begins
/// with a time step, so that all of it is of one code where that is short enough.
fn press_and_change(
    session: &mut Session,
    device: &Device,
    times: Count,
    keys: impl Fn(&ReaderKeys, usize) -> Vec<Key>,
) -> StepResult<SpeechHeard> {
    let device = device.of(session)?;
    session.wait_steps(1)?;
    let mut seen = listen_to(session, device, &[Key::Button])?;
    for press in 0..times.0.into() {
        let keys = keys(&session.bench.profile.reader_keys, press);
        seen.add(listen_to(session, device, &keys)?);
    }
    Ok(SpeechHeard(seen))
}

/// A step that presses keys of a reader and listens.
fn listening(device: &Device) -> Means {
    device.used().uses(Single::Microphone).gives(Evidence::Code)
}

/// A time is never negative: a lower limit of 0 asks for nothing.
fn at_most([_, longest]: [f64; 2]) -> Limits {
    Limits::at_most(longest)
}
