//! Sounds and voices that are none: one line, exit code 2, and no word about the others.

use std::fs;

use crate::{
    common::{assert_refused, rig},
    sounds,
};

#[test]
fn a_sound_that_is_none_is_named() {
    let temporary = tempfile::tempdir().unwrap();
    let (good, bad) = (temporary.path().join("good.wav"), temporary.path().join("bad.wav"));
    sounds::speak(&good, "da/fast", &[1]);
    let bytes = fs::read(&good).unwrap();
    let [good, bad_name] = [&good, &bad].map(|file| file.to_str().unwrap());
    for content in [b"this is a letter" as &[u8], b"", &bytes[..bytes.len() / 2], &bytes[..30]] {
        fs::write(&bad, content).unwrap();
        let said = rig(&["listen", "--format", "json", good, bad_name]);
        assert_refused(&said, bad_name, &["WAV files"]);
    }
    assert_refused(&rig(&["listen", "no/such.wav"]), "no/such.wav", &["cannot be read"]);
}

#[test]
fn an_enrolment_that_is_none_is_named() {
    let temporary = tempfile::tempdir().unwrap();
    let sound = temporary.path().join("sound.wav");
    sounds::speak(&sound, "da/fast", &[1]);
    let voices = temporary.path().join("voices");
    let listen = || rig(&["listen", "--enrolment", voices.to_str().unwrap(), sound.to_str().unwrap()]);
    assert_refused(&listen(), voices.to_str().unwrap(), &["cannot be read", "DIGIT-TAKE.wav"]);
    fs::create_dir_all(voices.join("da")).unwrap();
    assert_refused(&listen(), voices.join("da").to_str().unwrap(), &["digit 0", "DIGIT-TAKE.wav"]);
    let hum = voices.join("da/hum.wav");
    fs::write(&hum, sounds::wav(&[0; 16_000])).unwrap();
    assert_refused(&listen(), hum.to_str().unwrap(), &["no recording of a digit"]);
    let silent = voices.join("da/0-0.wav");
    fs::rename(&hum, &silent).unwrap();
    assert_refused(&listen(), silent.to_str().unwrap(), &["no word is spoken"]);
}

#[test]
fn noise_and_silence_are_no_digits() {
    let temporary = tempfile::tempdir().unwrap();
    let sound = temporary.path().join("sound.wav");
    for samples in [vec![0; 32_000], vec![i16::MAX; 32_000], vec![], vec![5; 10]] {
        fs::write(&sound, sounds::wav(&samples)).unwrap();
        let heard = rig(&["listen", "--format", "json", sound.to_str().unwrap()]).json();
        let said = heard["utterances"].as_array().unwrap();
        assert!(said.iter().all(|said| said["digits"].is_null()), "{heard}");
    }
}
