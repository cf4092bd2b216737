//! Each check is shown a product that keeps its promise, one for each way to break it, and instruments
//! that cannot see. Here is the bench that the tests share.

mod accepted;
mod air;
mod any_input;
mod code;
mod display;
mod drift;
mod label;
mod message;
mod monte_carlo;
mod press;
mod screen;
mod shown;
mod speech;
mod surroundings;
mod timing;

use std::time::Duration;

use super::*;
use crate::{
    keys::Key,
    oracle::observed::{
        Act, Advert, BackLabel, Checkmark, ChipSerial, CodeView, Contact, Display, NoSms, Notifications,
        Observed, QrSurroundings, RadioControl, Scan, Scanned, Screen, Screenshot, TemporaryPin, Utc,
    },
};

/// Observations in the making.
#[derive(Default)]
struct Bench {
    seen: Vec<Observation>,
}

impl Bench {
    /// `value`, seen at `at_s` to within a millisecond.
    fn saw<T: Observed>(mut self, at_s: f64, value: T) -> Self {
        self.seen.push(Observation {
            id: self.seen.len() as u32,
            at_ns: (at_s * 1e9) as u64,
            uncertainty_ns: 1_000_000,
            instrument: "test".into(),
            quantity: T::QUANTITY.into(),
            value: value.to_value(),
            evidence: None,
            sealed: None,
        });
        self
    }

    /// The display showing `text`; dark for an empty one.
    fn display(self, at_s: f64, text: &str) -> Self {
        self.saw(at_s, display(text))
    }

    /// The display showing `text` from one moment until another, looked at twice a second.
    fn watch(mut self, from_s: f64, until_s: f64, text: &str) -> Self {
        let mut at_s = from_s;
        while at_s < until_s {
            self = self.display(at_s, text);
            at_s += 0.5;
        }
        self
    }

    /// A camera that cannot see.
    fn blind(self, at_s: f64) -> Self {
        self.saw(at_s, Display { refused: Some("the lens is covered".into()), control: false, ..display("") })
    }

    fn press(self, at_s: f64) -> Self {
        self.saw(at_s, Contact { contact: true })
    }

    fn utc(self, at_s: f64, unix_s: u64) -> Self {
        let unix = Duration::from_secs(unix_s);
        self.saw(at_s, Utc { unix, uncertainty: Duration::from_millis(10), source: "test".into() })
    }

    fn screen(self, at_s: f64, title: &str, texts: &[&str]) -> Self {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        self.saw(at_s, Screen { title: title.into(), texts, ..Screen::default() })
    }

    /// A look at a phone, with the printed control code in view: this QR code, or none.
    fn code(self, at_s: f64, payload: Option<&str>) -> Self {
        let payloads = payload.map(str::to_owned).into_iter().collect();
        self.saw(at_s, CodeView { payloads, control: true, ..CodeView::default() })
    }

    fn judge(&self, check: impl Into<Check>) -> CheckResult {
        let mut keys = KeyRing::default();
        keys.insert("rfc".into(), Key::new(*b"12345678901234567890"));
        judge(&check.into(), &self.seen.iter().collect::<Vec<_>>(), &Context { keys: &keys })
    }

    /// Judges, and holds outcome and reason to what is expected.
    #[track_caller]
    fn expect(&self, check: impl Into<Check>, outcome: Outcome, words: &str) {
        let judgement = self.judge(check);
        assert_eq!(judgement.outcome, outcome, "{}", judgement.reason);
        assert!(judgement.reason.contains(words), "{}", judgement.reason);
    }
}

fn display(text: &str) -> Display {
    Display {
        lit: !text.is_empty(),
        glyphs: text.chars().collect(),
        confidence: 0.99,
        refused: None,
        control: true,
    }
}

#[test]
fn a_check_is_plain_data_and_refuses_parameters_it_does_not_know() {
    let check = Check::from(ShownDigits { digits: 6 });
    assert_eq!(check.to_value(), serde_json::json!({"check": "shown_digits", "digits": 6}));
    let check = Check::from(KeyLength { at_least_bits: 128 });
    let value = serde_json::json!({"check": "key_length", "at_least_bits": 128});
    assert_eq!(check.to_value(), value);
    assert_eq!(serde_json::from_value::<Check>(value).unwrap(), check);
    let unknown = serde_json::json!({"check": "key_length", "at_least_bits": 128, "roughly": true});
    assert!(serde_json::from_value::<Check>(unknown).is_err());
}

#[test]
fn what_is_missing_or_malformed_is_the_rigs_mistake() {
    let length = || KeyLength { at_least_bits: 128 };
    Bench::default().expect(length(), Outcome::Error, "rig: no observation of `key_bits`");
    let mut bench = Bench::default().saw(0.0, crate::oracle::observed::KeyBits { bits: 128 });
    bench.expect(length(), Outcome::Pass, "key length 128 bit ± 0 bit");
    bench.seen[0].value = serde_json::json!({"bits": "many"});
    bench.expect(length(), Outcome::Error, "rig: observation 0 is no `key_bits`");
}

#[test]
fn figures_read_well() {
    let words = [0.12, 120.0, -3.5, 0.0004, -0.0004, 0.0].map(|figure| Figure(figure).to_string());
    assert_eq!(words, ["0.12", "120", "-3.5", "0", "0", "0"]);
}
