//! Any journal: judging it ends in a judgement.

use proptest::prelude::*;

use super::*;
use crate::oracle::{decision::Limits, otp::Totp, window::Window};

const QUANTITIES: [&str; 25] = [
    "screen",
    "display",
    "board_display",
    "contact",
    "utc",
    "board_clock",
    "key_bits",
    "entered",
    "log",
    "back_label",
    "chip_serial",
    "code_view",
    "checkmark",
    "qr_surroundings",
    "advert",
    "radio_control",
    "temporary_pin",
    "no_sms",
    "scan",
    "scanned",
    "notifications",
    "screenshot",
    "act",
    "heard",
    "test_commands",
];

/// Payloads that begin as the checks want, of which some are the same.
const PAYLOADS: [&str; 3] = ["QR:one", "QR:another", "something else"];

fn checks() -> Vec<Check> {
    let (totp, window) = (Totp::default(), Window { past: 255, future: 255 });
    let (watch, gap) = (Duration::MAX, Duration::from_secs(1));
    let (limits, coverage, clock_ppm) = (Limits::from([1.0, 2.0]), 2.0, 20.0);
    let shows = ScreenShows::default;
    let prefix = || "QR:".to_owned();
    vec![
        shows().into(),
        OneWins { accepted: shows(), refused: shows() }.into(),
        OneLetsIn { accepted: shows(), refused: shows() }.into(),
        WindowKept { totp, window, accepted: shows(), refused: shows() }.into(),
        ShownDigits { digits: 6 }.into(),
        DifferentCodes {}.into(),
        DisplayMatchesBoard {}.into(),
        CodeForTime { vector: "v".into(), expected: "0".into() }.into(),
        CodeIsCurrent { key: "rfc".into(), totp, window }.into(),
        PressAnswered { answer_s: limits, watch, gap, clock_ppm, coverage }.into(),
        NoCodeWithoutPress { watch, gap }.into(),
        StepLength { step_s: limits, clock_ppm, coverage }.into(),
        CodeChanges { within: Duration::MAX, clock_ppm }.into(),
        Drift { ppm: limits, clock_ppm, coverage }.into(),
        CodeChangeDrift { step_s: 30.0, possible_s: [29.0, 31.0], ppm: limits, clock_ppm, coverage }.into(),
        KeyLength { at_least_bits: u32::MAX }.into(),
        LogTells { begins: "press".into() }.into(),
        LabelCarriesNumber { expected: "1".into() }.into(),
        QrReadable { prefix: prefix(), looks: 2 }.into(),
        QrNotShown { prefix: prefix(), looks: 2 }.into(),
        qr_shown(limits, false).into(),
        qr_shown(limits, true).into(),
        QrAccepted { accepted_s: limits, issuance_s: 1.0, clock_ppm: 1.0, coverage }.into(),
        TestCommandsRefused {}.into(),
        SpokenDigits { digits: 6 }.into(),
        SpokenIsShown {}.into(),
        SpokenLanguage { language: "da".into() }.into(),
        SpokenAgain {}.into(),
        SpokenOnce { spoken_s: limits, clock_ppm, coverage }.into(),
        FallsSilent { within_s: limits, clock_ppm, coverage }.into(),
        VolumeRange { db: limits, coverage }.into(),
        SpeedRange { ratio: limits, coverage }.into(),
        SpeechLevel { dba: limits, dbfs_at_94_dba: 0.0, calibration_db: 1.0, coverage }.into(),
        SamePayload { prefix: prefix(), taken: Vec::new() }.into(),
        ScannerReads { code: PAYLOADS[0].into(), control: PAYLOADS[1].into(), frames: 1 }.into(),
        DifferentPayloads { prefix: prefix() }.into(),
        CheckmarkShown { wanted: true, from_ns: 1, watch: gap, gap }.into(),
        QrSurroundingsReported { quiet: limits, module_px: limits, coverage }.into(),
        Advertising { service: "s".into(), wanted: false, strangers: Vec::new(), phone: Vec::new() }.into(),
        SmsCame { digits: 8, sms_s: limits, clock_ppm, coverage }.into(),
        message(limits, true).into(),
        message(limits, false).into(),
        ScreenshotBlocked {}.into(),
        TextsOfVersion { version: "v".into(), texts: vec!["QR:one".into()], data: vec![] }.into(),
    ]
}

fn qr_shown(shown_s: Limits, hidden: bool) -> QrShown {
    let (prefix, gap) = ("QR:".into(), Duration::from_secs(1));
    QrShown {
        prefix,
        session_chars: 4,
        shown_s,
        looks: 2,
        gap,
        hidden,
        panel_s: 0.01,
        clock_ppm: 10.0,
        coverage: 2.0,
    }
}

fn message(message_s: Limits, wanted: bool) -> MessageArrived {
    let (text, control) = (PAYLOADS[0].into(), PAYLOADS[1].into());
    MessageArrived { wanted, text, control, message_s, clock_ppm: 20.0, coverage: 2.0 }
}

/// Values that are nearly right: the words of the journal with any figures and texts.
fn nearly() -> impl Strategy<Value = Value> {
    let glyph = prop_oneof![Just("0"), Just("7"), Just(" "), Just("?"), Just("é"), Just("12")];
    let number = || prop_oneof![Just(0), Just(u64::MAX), any::<u64>(), 0..200_u64];
    let payload = prop::sample::subsequence(PAYLOADS.to_vec(), 0..3);
    let glyphs = prop::collection::vec(glyph, 0..8);
    let any = (any::<bool>(), any::<bool>(), any::<f64>(), any::<i16>(), "\\PC{0,8}");
    (glyphs, number(), number(), payload, any).prop_map(
        |(glyphs, number, later, payloads, (yes, no, float, small, text))| {
            let unix = serde_json::json!({"secs": number, "nanos": 0});
            let code = serde_json::json!({
                "title": text, "texts": payloads, "buttons": [], "fields": [], "switches": [],
                "lit": yes, "glyphs": glyphs, "confidence": float, "refused": null, "control": no,
                "text": text, "contact": yes, "unix": unix, "uncertainty": unix, "source": text,
                "unix_s": number, "resolution_ns": number, "bits": number, "step": number, "lines": [text],
                "obeyed": payloads, "refused": payloads,
                "module_px": float, "quiet": [float, float, 4.0, 8.0], "inverted": yes, "mirrored": no,
                "serial_number": if yes { "1" } else { "2" }, "number": number % 3,
            });
            let apps = serde_json::json!({
                "payloads": payloads, "payload": payloads.first(), "abandoned": yes, "seen": yes, "what": text,
                "service": if yes { "s" } else { "t" }, "data": text, "rssi_dbm": small, "address": text,
                "from_ns": number, "to_ns": later, "heard": yes, "loop_back": yes, "shows_app": yes,
                "chars": number % 10, "digits_only": yes, "from": text, "answered_ns": later, "accepted": no,
            });
            let words = serde_json::json!({"digits": text, "language": "da", "confidence": float});
            let utterance = serde_json::json!({
                "from_ns": number, "to_ns": later, "level_dbfs": float, "words": words, "refused": null,
            });
            let utterances: Vec<_> = (0..payloads.len()).map(|_| utterance.clone()).collect();
            let heard = serde_json::json!({"until_ns": later, "tone_dbfs": float, "utterances": utterances});
            let members = [code, apps, heard].into_iter().filter_map(|part| part.as_object().cloned()).flatten();
            Value::Object(members.collect())
        },
    )
}

/// Any JSON at all.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let key = prop::sample::select(vec![
            "lit", "glyphs", "text", "secs", "title", "control", "payloads", "seen", "from_ns",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(key.prop_map(str::to_owned), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn observation() -> impl Strategy<Value = Observation> {
    let moment = || prop_oneof![0..100_000_000_000_u64, any::<u64>()];
    let quantity = prop::sample::select(QUANTITIES.to_vec());
    let value = prop_oneof![3 => nearly(), 1 => any_json()];
    (moment(), moment(), quantity, value).prop_map(|(at_ns, uncertainty_ns, quantity, value)| Observation {
        id: 0,
        at_ns,
        uncertainty_ns,
        instrument: "test".into(),
        quantity: quantity.into(),
        value,
        evidence: None,
        sealed: None,
    })
}

proptest! {
    #[test]
    fn judging_never_panics(seen in prop::collection::vec(observation(), 0..12)) {
        let bench = Bench { seen };
        for check in checks() {
            let judgement = bench.judge(check.clone());
            prop_assert!(!judgement.reason.is_empty());
            prop_assert_ne!(judgement.outcome, Outcome::NotRun);
            prop_assert_eq!(&bench.judge(check), &judgement, "judging is not pure");
        }
    }

    #[test]
    fn a_check_survives_its_journal(place in 0..checks().len()) {
        let check = checks().swap_remove(place);
        prop_assert_eq!(serde_json::from_value::<Check>(check.to_value()).unwrap(), check);
    }
}
