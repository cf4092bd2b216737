//! A run with everything in it: passes, a fail, an error, something unsure, a clause that does not apply.

use std::path::Path;

use reports::{
    Access, Basis, ClauseInfo, Deviation, EvidenceStore, FORMAT, Input, InputKind, Journal, JournalWriter,
    LeftOut, Level, Measurement, Outcome, RunStarted, ScenarioInfo, StepInfo,
};
use serde_json::json;

use crate::{
    digits,
    scribe::{self, Scribe},
};

/// A folder with the sample run in it, and the journal read back.
pub fn run(folder: &Path) -> Journal {
    let writer = JournalWriter::create(folder, Access::PRIVATE).unwrap();
    let store = EvidenceStore::new(folder);
    scribe::head(&writer, &plan());
    activation(&writer, &store);
    leading_zeros(&writer, &store);
    window(&writer, &store);
    cable(&writer, &store);
    lock(&writer);
    scribe::end(&writer, Outcome::Fail);
    Journal::read(folder).unwrap()
}

/// The files that the sample run was made with.
fn inputs() -> Vec<Input> {
    let input =
        |kind, name: &str, digits: &str| Input { kind, name: name.to_owned(), sha256: digits.repeat(32) };
    vec![
        input(InputKind::Suite, "features", "1a"),
        input(InputKind::Register, "features/clauses.toml", "2b"),
        input(InputKind::Bench, "fixtures/benches/simulated.toml", "3c"),
        input(InputKind::Profile, "fixtures/profiles/mitid.toml", "4d"),
        input(InputKind::Firmware, "code-display.bin", "5e"),
    ]
}

/// The head of the sample run.
pub fn plan() -> RunStarted {
    RunStarted {
        format: FORMAT,
        rig: "0.1.0".to_owned(),
        readers: "0.1.0".into(),
        bench: "simulated".to_owned(),
        simulated: true,
        profile: "mitid 2026-10 (en)".to_owned(),
        deviations: vec![Deviation {
            key: "lock.duration_s".to_owned(),
            value: "60".to_owned(),
            default: "3600".to_owned(),
            source: "lab".to_owned(),
        }],
        environment: "reference product, no real service".to_owned(),
        seed: 7,
        defects: vec!["36-leading-zero-dropped".to_owned()],
        faults: vec!["serial-cut@S5.C.7".to_owned()],
        class: "night".to_owned(),
        inputs: inputs(),
        clauses: clauses(),
        scenarios: scenarios(),
        not_applicable: vec![LeftOut {
            name: "audio-reader/speech: The code is spoken in Danish".to_owned(),
            file: "audio-reader/speech.feature".to_owned(),
            line: 6,
            clauses: vec!["EN301549-5.1.3".to_owned()],
            reason: "no audio reader: the product has no speech output".to_owned(),
        }],
        not_equipped: vec![LeftOut {
            name: "sealed/code-display: A sealed code display: No press, no code".to_owned(),
            file: "sealed/code-display.feature".to_owned(),
            line: 12,
            clauses: vec!["S5.C.8a".to_owned()],
            reason: "the scenario needs 1 × code display (sealed), the bench has 0".to_owned(),
        }],
    }
}

fn clauses() -> Vec<ClauseInfo> {
    let guide = "MitID user guide, step 5, part 3";
    let mut clauses: Vec<ClauseInfo> = [
        ("S5.C.1", Level::Must, "Select Code display, audio code reader, or chip on the screen \"How do you want to authenticate with MitID?\" Tap Next.", guide),
        ("S5.C.5b", Level::Must, "Note that if you want to activate a MitID chip, you should follow this guide.", guide),
        ("S5.C.6a", Level::Must, "Create a personal password for your MitID code display/audio code reader and repeat it.", guide),
        ("S5.C.7", Level::Must, "Enter the serial number found on the back of your MitID code display/audio code reader.", guide),
        ("S5.C.8a", Level::Must, "… when you press the button on your MitID code display/audio code reader.", guide),
        ("S5.C.8b", Level::Must, "Enter the 6-digit one-time code displayed or read aloud …", guide),
        ("S5.C.8c", Level::Must, "… displayed or read aloud …", guide),
        ("S5.C.9", Level::Must, "Your MitID code display/audio code reader is now activated and ready to use.", guide),
        ("S5.N.2", Level::Must, "… for example, if you lose your phone or your code display goes missing.", "MitID user guide, step 5, note"),
        ("H.3", Level::Should, "Blocked for a while after the third wrong code.", "Help page, code display"),
        ("RFC6238-5.2", Level::Should, "At most one time step is allowed as the network delay.", "RFC 6238, section 5.2"),
        ("EN301549-5.1.3", Level::Should, "Speech output in the same language as the displayed content.", "EN 301 549, 5.1.3"),
        ("ISO18004", Level::Info, "A QR code has a quiet zone of 4 modules.", "ISO/IEC 18004"),
        ("SHOW-TIME", Level::Profile, "A code shows for 25 s to 35 s.", "fixtures/profiles/mitid.toml"),
    ]
    .map(|(id, level, quote, source)| ClauseInfo {
        id: id.to_owned(),
        level,
        basis: if level == Level::Must { Basis::Stated } else { Basis::Standard },
        quote: quote.to_owned(),
        source: source.to_owned(),
        instruments: vec!["camera".to_owned(), "phone".to_owned()],
        note: None,
        not_applicable: None,
    })
    .to_vec();
    clauses[11].not_applicable = Some("the product has no speech output".to_owned());
    clauses[3].note = Some("That another serial number is refused is inferred.".to_owned());
    clauses
}

fn scenarios() -> Vec<ScenarioInfo> {
    let activation = [
        ("Given", "a person at \"How do you want to authenticate with MitID?\"", None),
        (
            "When",
            "she selects \"Code display, audio code reader, or chip\" and taps \"Next\"",
            Some("S5.C.1"),
        ),
        ("And", "she creates a personal password and repeats it", Some("S5.C.6a")),
        ("And", "she enters the serial number found on the back", Some("S5.C.7")),
        ("And", "she presses the button on the code display", None),
        ("Then", "the display shows a code for as long as the profile says", Some("S5.C.8a")),
        ("And", "the code has exactly 6 digits", Some("S5.C.8b")),
        ("And", "the code is displayed, the same as the board says", Some("S5.C.8c")),
        ("And", "the code display is activated and ready to use", Some("S5.C.9")),
        ("And", "the code showed for as long as the profile says", Some("SHOW-TIME")),
        ("And", "the quiet zone of the QR code on its back is measured", Some("ISO18004")),
    ];
    let zeros = [
        ("Given", "an activated code display at a time step whose code begins with 0", None),
        ("When", "she presses the button on the code display", None),
        ("Then", "the code has exactly 6 digits", Some("S5.C.8b")),
        ("And", "the code logs in", Some("S5.C.9")),
    ];
    let window = [
        ("Given", "an activated code display", None),
        ("When", "its code is entered at the far edge of the window", None),
        ("Then", "the service accepts at most one step of delay", Some("RFC6238-5.2")),
    ];
    let cable = [
        ("Given", "a second code display that is still unknown", None),
        ("When", "she enters somebody else's serial number", Some("S5.C.7")),
        ("Then", "the display is not activated", Some("S5.C.9")),
    ];
    let lock = [
        ("Given", "an activated code display", None),
        ("When", "three wrong codes are entered", None),
        ("Then", "the display is blocked", Some("H.3")),
    ];
    vec![
        scenario("activation", 8, "The code display is activated, step by step", &activation),
        scenario("codes", 6, "A leading zero is part of the code", &zeros),
        scenario("codes", 14, "The window takes one step of delay and no more", &window),
        scenario("serial-numbers", 5, "Somebody else's serial number is refused", &cable),
        scenario("lock", 4, "The third wrong code blocks the display", &lock),
    ]
}

fn scenario(file: &str, line: u32, name: &str, steps: &[(&str, &str, Option<&str>)]) -> ScenarioInfo {
    let steps = steps.iter().zip(line + 1..).map(|(&(keyword, text, clause), line)| StepInfo {
        keyword: keyword.to_owned(),
        text: text.to_owned(),
        line,
        clause: clause.map(str::to_owned),
    });
    ScenarioInfo {
        name: format!("code-device/{file}: {name}"),
        file: format!("code-device/{file}.feature"),
        line,
        steps: steps.collect(),
        uses: if file == "activation" { vec!["a code device: a fresh one".to_owned()] } else { Vec::new() },
        repeats: None,
    }
}

fn seconds(
    name: &str,
    value: f64,
    uncertainty: f64,
    limits: [Option<f64>; 2],
    outcome: Outcome,
) -> Measurement {
    let [lower, upper] = limits;
    Measurement {
        name: name.to_owned(),
        unit: "s".to_owned(),
        value,
        uncertainty,
        coverage: 2.0,
        lower,
        upper,
        outcome,
        budget: Vec::new(),
    }
}

fn activation(writer: &JournalWriter, store: &EvidenceStore) {
    let s = Scribe::begin(writer, 0);
    s.walk(0..1);
    for (step, clause, reason) in [
        (1, "S5.C.1", "the question offered it, and \"Next\" led on"),
        (2, "S5.C.6a", "two screens, and a wrong repeat was refused"),
        (3, "S5.C.7", "the number on the back (camera) was taken"),
    ] {
        s.step(step, Outcome::Pass, None, |s| {
            s.wait_ms(700);
            let screen = s.observe("phone", "screen", json!({"title": "Activate your code display"}), None);
            s.judge(step, clause, Outcome::Pass, reason, &[screen], vec![]);
        });
    }
    s.walk(4..5);
    let mut shown = 0;
    s.step(5, Outcome::Pass, None, |s| {
        shown = s.observe("display-camera", "code", json!("755224"), Some(digits::frame(store, "755224")));
        let delay = seconds("from press to code", 0.212, 0.034, [None, Some(1.0)], Outcome::Pass);
        s.judge(5, "S5.C.8a", Outcome::Pass, "one press, one code, 0.212 s later", &[shown], vec![delay]);
    });
    s.step(6, Outcome::Pass, None, |s| {
        s.judge(6, "S5.C.8b", Outcome::Pass, "6 digits: 755224", &[shown], vec![]);
    });
    s.step(7, Outcome::Pass, None, |s| {
        let said = s.observe("board", "display", json!("755224"), None);
        s.judge(7, "S5.C.8c", Outcome::Pass, "camera and board agree on 755224", &[shown, said], vec![]);
    });
    s.step(8, Outcome::Pass, None, |s| {
        let screen =
            s.observe("phone", "screen", json!({"title": "Your code display is ready to use"}), None);
        s.judge(8, "S5.C.9", Outcome::Pass, "a login with the device succeeds", &[screen], vec![]);
    });
    s.step(9, Outcome::Pass, None, |s| {
        s.wait_ms(30_000);
        let dark = s.observe("display-camera", "dark", json!(true), Some(digits::frame(store, "      ")));
        let shown_for = seconds("time shown", 29.97, 0.067, [Some(25.0), Some(35.0)], Outcome::Pass);
        s.judge(9, "SHOW-TIME", Outcome::Pass, "shown for 29.97 s ± 0.07 s", &[shown, dark], vec![shown_for]);
    });
    s.step(10, Outcome::Pass, None, |s| {
        let zone = s.observe("display-camera", "quiet zone", json!(3.1), None);
        s.judge(10, "ISO18004", Outcome::Fail, "3.1 modules, where 4 are wanted", &[zone], vec![]);
    });
    s.finish(Outcome::Pass);
}

fn leading_zeros(writer: &JournalWriter, store: &EvidenceStore) {
    let s = Scribe::begin(writer, 1);
    s.walk(0..2);
    s.step(2, Outcome::Fail, Some("5 digits, 81804, where 6 were promised"), |s| {
        let shown = s.observe("display-camera", "code", json!("81804"), Some(digits::frame(store, " 81804")));
        let again = s.observe("display-camera", "code", json!("81804"), Some(digits::frame(store, " 81804")));
        let count = Measurement {
            unit: "1".to_owned(),
            ..seconds("digits", 5.0, 0.0, [Some(6.0), Some(6.0)], Outcome::Fail)
        };
        let reason = "5 digits, 81804, where 6 were promised";
        s.judge(2, "S5.C.8b", Outcome::Fail, reason, &[shown, again], vec![count]);
    });
    s.finish(Outcome::Fail);
}

fn window(writer: &JournalWriter, store: &EvidenceStore) {
    let s = Scribe::begin(writer, 2);
    s.walk(0..2);
    s.step(2, Outcome::Inconclusive, Some("59.2 s ± 1.1 s lies across the limit of 60 s"), |s| {
        s.wait_ms(59_200);
        let shown =
            s.observe("display-camera", "code", json!("081804"), Some(digits::frame(store, "081804")));
        let answer = s.observe("phone", "screen", json!({"title": "Wrong code"}), None);
        let age = seconds("oldest code accepted", 59.2, 1.1, [Some(30.0), Some(60.0)], Outcome::Inconclusive);
        let reason = "59.2 s ± 1.1 s lies across the limit of 60 s";
        s.judge(2, "RFC6238-5.2", Outcome::Inconclusive, reason, &[shown, answer], vec![age]);
    });
    s.finish(Outcome::Inconclusive);
}

fn cable(writer: &JournalWriter, store: &EvidenceStore) {
    let s = Scribe::begin(writer, 3);
    s.walk(0..1);
    s.step(1, Outcome::Error, Some("board (serial): unplugged, the line hung up"), |s| {
        s.observe("display-camera", "serial number", json!("T-4711"), Some(digits::frame(store, "  4711")));
    });
    s.finish(Outcome::Error);
}

fn lock(writer: &JournalWriter) {
    let s = Scribe::begin(writer, 4);
    s.walk(0..2);
    s.step(2, Outcome::Pass, None, |s| {
        let screen = s.observe("phone", "screen", json!({"title": "Your code display is blocked"}), None);
        s.judge(
            2,
            "H.3",
            Outcome::Pass,
            "blocked after the third wrong code, across two sessions",
            &[screen],
            vec![],
        );
    });
    s.finish(Outcome::Pass);
}
