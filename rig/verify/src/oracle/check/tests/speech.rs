//! Judgements on a microphone's recordings of an audio code reader.

use super::*;
use crate::oracle::{
    decision::Limits,
    observed::speech::{Heard, Utterance, Words},
};

/// A stretch of ten seconds from a press at `at_s` on, with these utterances.
pub(super) fn heard(at_s: f64, utterances: Vec<Utterance>) -> Heard {
    Heard { until_ns: ((at_s + 10.0) * 1e9) as u64, tone_dbfs: -40.0, utterances }
}

/// Something spoken from `from_s` until `to_s`; no digits where the listener refused.
pub(super) fn says(from_s: f64, to_s: f64, digits: &str, language: &str) -> Utterance {
    let words = Words { digits: digits.into(), language: language.into(), confidence: 0.9 };
    Utterance {
        from_ns: (from_s * 1e9) as u64,
        to_ns: (to_s * 1e9) as u64,
        level_dbfs: -30.0,
        words: (!digits.is_empty()).then_some(words),
        refused: digits.is_empty().then(|| "too noisy".to_owned()),
    }
}

/// Presses 20 s apart, each with what the display shows and what is spoken.
pub(super) fn readings(readings: &[(&str, &str)]) -> Bench {
    readings.iter().zip(0..).fold(Bench::default(), |bench, ((shown, spoken), index)| {
        let at_s = f64::from(index) * 20.0;
        let said = says(at_s + 1.0, at_s + 4.0, spoken, "da");
        bench.press(at_s).display(at_s + 1.0, shown).saw(at_s, heard(at_s, vec![said]))
    })
}

#[test]
fn six_digits_are_spoken() {
    readings(&[("081804", "081804"), ("050471", "050471")]).expect(
        SpokenDigits { digits: 6 },
        Outcome::Pass,
        "081804",
    );
    let missing = readings(&[("081804", "08184"), ("050471", "05047")]);
    missing.expect(SpokenDigits { digits: 6 }, Outcome::Fail, "“08184” was spoken: 5 digits");
    let once = readings(&[("081804", "08184"), ("050471", "050471")]);
    once.expect(SpokenDigits { digits: 6 }, Outcome::Inconclusive, "once only");
    readings(&[("081804", ""), ("050471", "")]).expect(
        SpokenDigits { digits: 6 },
        Outcome::Inconclusive,
        "too noisy",
    );
}

#[test]
fn silence_is_the_products_fault_where_a_press_was_felt() {
    let silent = || Bench::default().saw(0.0, heard(0.0, Vec::new()));
    silent().press(0.1).expect(SpokenDigits { digits: 6 }, Outcome::Fail, "the tone was heard at -40 dBFS");
    silent().expect(SpokenDigits { digits: 6 }, Outcome::Inconclusive, "no press");
    let once = SpokenOnce { spoken_s: Limits::at_most(2.0), clock_ppm: 0.0, coverage: 2.0 };
    silent().press(0.1).expect(once, Outcome::Fail, "nothing was spoken");
}

#[test]
fn what_is_spoken_is_what_is_displayed() {
    let same = readings(&[("081804", "081804"), ("050471", "050471")]);
    same.expect(SpokenIsShown {}, Outcome::Pass, "“081804” was displayed and spoken");
    let other = readings(&[("081804", "081814"), ("050471", "050481")]);
    other.expect(SpokenIsShown {}, Outcome::Fail, "“081804” was displayed, “081814” spoken");
    let once = readings(&[("081804", "081814"), ("050471", "050471")]);
    once.expect(SpokenIsShown {}, Outcome::Inconclusive, "once only");
    let unseen = Bench::default().press(0.0).display(15.0, "081804");
    let unseen = unseen.saw(0.0, heard(0.0, vec![says(1.0, 4.0, "081804", "da")]));
    unseen.expect(SpokenIsShown {}, Outcome::Inconclusive, "not looked at");
}

#[test]
fn the_language_is_the_users() {
    let check = |language: &str| SpokenLanguage { language: language.into() };
    let danish = || readings(&[("081804", "081804"), ("050471", "050471")]);
    danish().expect(check("da"), Outcome::Pass, "in da");
    danish().expect(check("en"), Outcome::Fail, "was spoken in da, not in en");
}

#[test]
fn the_same_code_is_spoken_again() {
    let again = readings(&[("081804", "081804"), ("081804", "081804"), ("081804", "081804")]);
    again.expect(SpokenAgain {}, Outcome::Pass, "spoken again");
    let other = readings(&[("081804", "081804"), ("050471", "050471"), ("050471", "050471")]);
    other.expect(SpokenAgain {}, Outcome::Fail, "“050471” after the key");
    let silent = readings(&[("081804", "081804")]).press(20.0).saw(20.0, heard(20.0, Vec::new()));
    silent.expect(SpokenAgain {}, Outcome::Fail, "nothing was spoken");
    readings(&[("081804", "081804"), ("081804", "")]).expect(SpokenAgain {}, Outcome::Inconclusive, "once");
}

#[test]
fn one_press_yields_one_reading_in_time() {
    let check = || SpokenOnce { spoken_s: Limits::at_most(2.0), clock_ppm: 0.0, coverage: 2.0 };
    let once = |from_s| Bench::default().press(3.0).saw(3.0, heard(3.0, vec![says(from_s, 8.0, "1", "da")]));
    once(3.5).expect(check(), Outcome::Pass, "press to speech 0.5 s");
    once(5.5).expect(check(), Outcome::Fail, "at most 2 s allowed");
    once(5.0).expect(check(), Outcome::Inconclusive, "at most 2 s allowed");
    let twice = vec![says(0.5, 4.0, "081804", "da"), says(6.0, 9.0, "081804", "da")];
    Bench::default().press(0.0).saw(0.0, heard(0.0, twice)).expect(check(), Outcome::Fail, "2 readings");
}

#[test]
fn it_falls_silent_at_a_key() {
    let check = || FallsSilent { within_s: Limits::at_most(1.0), clock_ppm: 0.0, coverage: 2.0 };
    let ends = |to_s, more: &[Utterance]| {
        let utterances = [&[says(0.5, to_s, "08", "da")], more].concat();
        Bench::default().press(0.0).press(2.0).saw(0.0, heard(0.0, utterances))
    };
    ends(2.3, &[]).expect(check(), Outcome::Pass, "key to silence 0.3 s");
    ends(5.0, &[]).expect(check(), Outcome::Fail, "key to silence 3 s");
    ends(1.5, &[]).expect(check(), Outcome::Pass, "key to silence 0 s");
    // The longest pause within a reading: it may have been in the middle of one.
    ends(1.4, &[]).expect(check(), Outcome::Pass, "key to silence 0 s");
    ends(1.3, &[]).expect(check(), Outcome::Inconclusive, "had ended before");
    let whole = |to_s| {
        let spoken = heard(0.0, vec![says(0.5, to_s, "081804", "da")]);
        Bench::default().press(0.0).press(2.0).saw(0.0, spoken)
    };
    whole(1.5).expect(check(), Outcome::Inconclusive, "had ended before");
    // By the uncertainty of its end, it may have lasted until the key.
    whole(1.92).expect(check(), Outcome::Pass, "key to silence 0 s");
    ends(2.3, &[says(5.0, 8.0, "1804", "da")]).expect(check(), Outcome::Fail, "spoke again");
    // Of what begins about when the key is pressed, by what the listener knows of its begin and the sensor of the press,
    // nothing tells whether it came after it. The reading that ended before does not matter then.
    for from_s in [1.92, 2.0, 2.000_000_001, 2.08] {
        let begins = ends(1.3, &[says(from_s, 5.0, "1804", "da")]);
        begins.expect(check(), Outcome::Inconclusive, "from about the press of the key on");
        let alone = heard(0.0, vec![says(from_s, 5.0, "1804", "da")]);
        let alone = Bench::default().press(0.0).press(2.0).saw(0.0, alone);
        alone.expect(check(), Outcome::Inconclusive, "from about the press of the key on");
    }
    ends(1.3, &[says(2.1, 5.0, "1804", "da")]).expect(check(), Outcome::Fail, "spoke again");
    ends(1.3, &[says(1.9, 5.0, "1804", "da")]).expect(check(), Outcome::Fail, "key to silence 3 s");
    Bench::default().press(2.0).saw(0.0, heard(0.0, Vec::new())).expect(
        check(),
        Outcome::Inconclusive,
        "nothing was spoken before",
    );
}

#[test]
fn volume_speed_and_level_are_measured() {
    let settings = |changes: &[(f64, f64)]| {
        changes.iter().fold(Bench::default(), |bench, (level_dbfs, to_s)| {
            let said = Utterance { level_dbfs: *level_dbfs, ..says(1.0, *to_s, "081804", "da") };
            bench.press(0.0).saw(0.0, heard(0.0, vec![said]))
        })
    };
    let volume = || VolumeRange { db: Limits::at_least(12.0), coverage: 2.0 };
    settings(&[(-42.0, 4.0), (-24.0, 4.0)]).expect(volume(), Outcome::Pass, "range of the volume 18 dB");
    settings(&[(-30.0, 4.0), (-30.0, 4.0)]).expect(volume(), Outcome::Fail, "0 dB");
    let speed = || SpeedRange { ratio: Limits::at_least(1.3), coverage: 2.0 };
    settings(&[(-30.0, 4.0), (-30.0, 6.0)]).expect(speed(), Outcome::Pass, "slowest to fastest 1.667");
    settings(&[(-30.0, 4.0), (-30.0, 4.0)]).expect(speed(), Outcome::Fail, "slowest to fastest 1 ");
    settings(&[(-30.0, 4.0), (-30.0, 5.0)]).expect(speed(), Outcome::Inconclusive, "fastest 1.333");
    settings(&[(-30.0, 1.05), (-30.0, 4.0)]).expect(speed(), Outcome::Inconclusive, "too short");
    // Each length, of 3 and of 5 s, is the distance of two edges, 80 ms off at most.
    let figure = &settings(&[(-30.0, 4.0), (-30.0, 6.0)]).judge(speed()).measurements[0];
    let expected = 2.0 * 0.16 / 6_f64.sqrt() * (1.0_f64 / 3.0).hypot(5.0 / 9.0);
    assert!((figure.uncertainty - expected).abs() < 1e-9, "{figure:?}");
    for other in ["050471", ""] {
        let said = |digits, to_s| heard(0.0, vec![says(1.0, to_s, digits, "da")]);
        let bench = Bench::default().press(0.0).saw(0.0, said("081804", 4.0)).saw(0.0, said(other, 6.0));
        bench.expect(speed(), Outcome::Inconclusive, "not known to be of one code");
    }
    let level = || SpeechLevel {
        dba: Limits::at_least(65.0),
        dbfs_at_94_dba: -10.0,
        calibration_db: 1.0,
        coverage: 2.0,
    };
    settings(&[(-42.0, 4.0), (-30.0, 4.0)]).expect(level(), Outcome::Pass, "loudest speech 74 dB(A)");
    settings(&[(-42.0, 4.0)]).expect(level(), Outcome::Fail, "62 dB(A)");
}
