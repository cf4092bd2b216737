//! A scenario with two phones in it, as the timeline draws it: a QR code watched for three minutes, adverts,
//! an SMS, scans, taps.

use std::path::Path;

use reports::{
    Access, Basis, ClauseInfo, Contribution, Distribution, FORMAT, Journal, JournalWriter, Level,
    Measurement, Outcome, RunStarted, ScenarioInfo, StepInfo,
};
use serde_json::{Value, json};

use crate::scribe::{self, Scribe};

const CODE: &str = "MITID-COPY:AAAAAAAAAAAAAAAAAAAAAA";

/// A run with this scenario in it, and the journal read back.
pub fn run(folder: &Path) -> Journal {
    let writer = JournalWriter::create(folder, Access::PRIVATE).unwrap();
    scribe::head(&writer, &plan());
    let s = Scribe::begin(&writer, 0);
    old_phone(&s);
    let looks = watch(&s);
    judge(&s, &looks);
    new_phone(&s);
    s.finish(Outcome::Pass);
    scribe::end(&writer, Outcome::Pass);
    Journal::read(folder).unwrap()
}

const STEPS: [(&str, &str, Option<&str>); 8] = [
    ("Given", "my phone at step 5 of the guide", None),
    ("When", "I tap \"Show QR code\"", Some("S5.B.3")),
    ("And", "I watch the QR code until it is gone", None),
    ("Then", "it was shown for 3 minutes", Some("S5.B.5b")),
    ("When", "the code, saved, is shown to the new phone", None),
    ("Then", "it is refused", Some("S5.B.5b")),
    ("And", "the temporary PIN comes by SMS", Some("S5.A.2")),
    ("And", "the old phone advertises no more", Some("H.7")),
];

fn plan() -> RunStarted {
    let clause = |id: &str| ClauseInfo {
        id: id.to_owned(),
        level: Level::Must,
        basis: Basis::Stated,
        quote: "…".to_owned(),
        source: "MitID user guide, step 5, part 2".to_owned(),
        instruments: vec!["camera".to_owned()],
        note: None,
        not_applicable: None,
    };
    let step = |(line, (keyword, text, clause)): (u32, (&str, &str, Option<&str>))| StepInfo {
        keyword: keyword.to_owned(),
        text: text.to_owned(),
        line,
        clause: clause.map(str::to_owned),
    };
    RunStarted {
        format: FORMAT,
        rig: "0.1.0".to_owned(),
        readers: "0.1.0".into(),
        bench: "simulated".to_owned(),
        simulated: true,
        profile: "mitid 2026.12 (en)".to_owned(),
        deviations: Vec::new(),
        environment: "the reference product".to_owned(),
        seed: 7,
        defects: Vec::new(),
        faults: Vec::new(),
        class: "night".to_owned(),
        inputs: Vec::new(),
        clauses: ["S5.B.3", "S5.B.5b", "S5.A.2", "H.7"].map(clause).to_vec(),
        scenarios: vec![ScenarioInfo {
            name: "another-phone/validity: The QR code is valid for 3 minutes".to_owned(),
            file: "another-phone/validity.feature".to_owned(),
            line: 3,
            steps: (4..).zip(STEPS).map(step).collect(),
            uses: Vec::new(),
            repeats: None,
        }],
        not_applicable: Vec::new(),
        not_equipped: Vec::new(),
    }
}

fn act(s: &Scribe, phone: &str, what: &str, then: &str) {
    s.observe(phone, "act", json!({ "what": what }), None);
    s.wait_ms(700);
    s.observe(phone, "screen", json!({ "title": then }), None);
    s.wait_ms(400);
}

fn old_phone(s: &Scribe) {
    s.step(0, Outcome::Pass, None, |s| {
        s.wait_ms(300);
        s.observe("old-phone", "screen", json!({"title": "MitID"}), None);
        act(s, "old-phone", "tap Activate MitID", "How do you want to authenticate with MitID?");
        act(s, "old-phone", "tap App on another phone/tablet", "How do you want to authenticate with MitID?");
        act(s, "old-phone", "tap Next", "Activate new app with QR code");
    });
    s.step(1, Outcome::Pass, None, |s| {
        act(s, "old-phone", "tap Show QR code", "MitID would like to use Bluetooth");
        let seen = s.observe("camera", "code_view", view(None, true), None);
        act(s, "old-phone", "tap Allow", "Scan this QR code");
        s.judge(1, "S5.B.3", Outcome::Pass, "the screen reads “Scan this QR code”", &[seen], vec![]);
    });
}

fn view(payload: Option<&str>, control: bool) -> Value {
    let payloads: Vec<&str> = payload.into_iter().collect();
    json!({ "payloads": payloads, "control": control, "abandoned": false })
}

/// Three minutes of looks and adverts, four a second; somebody walks through the picture once.
fn watch(s: &Scribe) -> Vec<u32> {
    let mut looks = Vec::new();
    s.step(2, Outcome::Pass, None, |s| {
        for look in 0..748_u32 {
            s.wait_ms(250);
            let seen = match look {
                80..90 => view(None, false),
                0..720 => view(Some(CODE), true),
                _ => view(None, true),
            };
            looks.push(s.observe("camera", "code_view", seen, None));
            if look < 724 {
                let data = format!("{:016x}", u64::from(look / 60).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                let advert = json!({
                    "service": "8f2c1d60-6d74-4a1e-9b0e-72696770726f", "data": data, "rssi_dbm": -48,
                    "address": "5A:11:22:33:44:55",
                });
                s.observe("radio", "advert", advert, None);
            }
        }
        s.observe("old-phone", "screen", json!({"title": "The QR code has expired"}), None);
    });
    looks
}

fn judge(s: &Scribe, looks: &[u32]) {
    s.step(3, Outcome::Pass, None, |s| {
        let line = |source: &str, half: f64| Contribution {
            source: source.to_owned(),
            distribution: Distribution::Rectangular,
            half_width: Some(half),
            standard: half / 3_f64.sqrt(),
        };
        let shown = Measurement {
            name: "time shown".to_owned(),
            unit: "s".to_owned(),
            value: 180.002,
            uncertainty: 0.0314,
            coverage: 2.3,
            lower: Some(178.0),
            upper: Some(182.0),
            outcome: Outcome::Pass,
            budget: vec![
                line("start: between two frames", 0.016_667),
                line("end: between two frames", 0.016_667),
                line("rate of the clock", 0.0018),
            ],
        };
        let reason = "time shown 180.002 s ± 0.031 s (k = 2.3), allowed 178 to 182 s";
        s.judge(3, "S5.B.5b", Outcome::Pass, reason, looks, vec![shown]);
    });
}

fn new_phone(s: &Scribe) {
    s.step(4, Outcome::Pass, None, |s| {
        act(s, "new-phone", "tap Get started", "How do you want to activate MitID?");
        act(s, "new-phone", "tap Scan QR code", "Hold the phone up to the QR code");
        s.observe("holder", "act", json!({"what": "aim new-phone at the screen"}), None);
        s.observe("camera", "checkmark", json!({"seen": false, "control": true}), None);
        let answered = 205_000_000_000_u64;
        let scan = json!({"payload": CODE, "answered_ns": answered, "accepted": false});
        s.observe("screen", "scan", scan, None);
        s.wait_ms(3_000);
        s.observe("camera", "checkmark", json!({"seen": false, "control": true}), None);
        s.observe("new-phone", "screen", json!({"title": "The QR code cannot be used"}), None);
    });
    s.step(5, Outcome::Pass, None, |s| {
        s.judge(5, "S5.B.5b", Outcome::Pass, "the screen reads “The QR code cannot be used”", &[], vec![]);
    });
    s.step(6, Outcome::Pass, None, |s| {
        s.wait_ms(4_000);
        let sms = json!({"chars": 8, "digits_only": true, "from": "MitID"});
        let sms = s.observe("modem", "temporary_pin", sms, None);
        s.judge(6, "S5.A.2", Outcome::Pass, "time to SMS 4 s ± 0.1 s (k = 2)", &[sms], vec![]);
    });
    s.step(7, Outcome::Pass, None, |s| {
        s.wait_ms(10_000);
        let heard = json!({"from_ns": 205_500_000_000_u64, "to_ns": 215_000_000_000_u64, "heard": true});
        let heard = s.observe("radio", "radio_control", heard, None);
        s.judge(7, "H.7", Outcome::Pass, "no advert of the service in 10 s", &[heard], vec![]);
    });
}
