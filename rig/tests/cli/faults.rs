//! A bench that breaks in the middle of a scenario: never a pass, never a fail, and the instrument named.

use reports::{Event, Journal, Outcome};

use crate::{
    common::{Run, refused_run, rig, side_by_side},
    table::{BENCH, Table},
};

/// A short scenario that judges a clause, and every kind of instrument that it holds.
struct FaultCase {
    clause: &'static str,
    scenario: &'static str,
    instruments: &'static [&'static str],
}

const AT_DISPLAY: &[&str] = &["camera", "serial", "board", "finger", "phone", "clock"];
const AT_READER: &[&str] = &["microphone", "camera", "serial", "board", "finger", "clock"];
const WITH_SMS: &[&str] = &["modem", "phone", "clock"];
const ON_ANOTHER_PHONE: &[&str] = &["camera", "radio", "holder", "screen", "phone", "clock"];
const CASES: [FaultCase; 15] = [
    FaultCase { clause: "S5.0.1", scenario: "^Three ways", instruments: AT_DISPLAY },
    FaultCase { clause: "S5.C.8d", scenario: "^A wrong code does not", instruments: AT_DISPLAY },
    FaultCase { clause: "S5.C.8a", scenario: "^A board flashed", instruments: &["probe"] },
    FaultCase { clause: "S5.C.7", scenario: "^The label carries", instruments: &["camera", "probe"] },
    FaultCase { clause: "S5.A.2", scenario: "^A wrong one is refused", instruments: WITH_SMS },
    FaultCase {
        clause: "S5.B.11a",
        scenario: "^The documented way, items 1 to 17",
        instruments: &["camera", "radio", "holder", "modem", "phone"],
    },
    FaultCase { clause: "S5.B.4", scenario: "^Without Bluetooth, the old", instruments: &["phone-screen"] },
    FaultCase { clause: "S5.B.5b", scenario: "^It is still accepted", instruments: ON_ANOTHER_PHONE },
    FaultCase {
        clause: "S5.C.8c",
        scenario: "^The code is read aloud as it is displayed",
        instruments: AT_READER,
    },
    FaultCase { clause: "EN301549-5.1.3", scenario: "^Speech can be interrupted", instruments: AT_READER },
    // Clauses that nothing must be seen of: a bench that sees nothing must not clear them.
    FaultCase { clause: "S5.A.5", scenario: "^With notifications refused", instruments: WITH_SMS },
    FaultCase { clause: "S5.B.4", scenario: "^Without Bluetooth, the old", instruments: ON_ANOTHER_PHONE },
    FaultCase { clause: "S5.B.11b", scenario: "^A code of nobody is refused", instruments: ON_ANOTHER_PHONE },
    FaultCase { clause: "H.7", scenario: "^Advertising ends with the scan", instruments: ON_ANOTHER_PHONE },
    FaultCase { clause: "H.7", scenario: "^A stranger's advert", instruments: ON_ANOTHER_PHONE },
];

#[test]
fn every_fault_is_the_benchs_and_names_its_instrument() {
    let faults = rig(&["faults", "--format", "json"]).json();
    let faults = faults["faults"].as_array().unwrap();
    assert!(faults.len() >= 25, "{faults:?}");
    let mut struck = Vec::new();
    for fault in faults.iter().filter(|fault| fault["name"] != ASTRAY) {
        let (name, kind) = (fault["name"].as_str().unwrap(), fault["instrument"].as_str().unwrap());
        let places: Vec<_> = CASES.iter().filter(|place| strikes(name, kind, place)).collect();
        assert!(!places.is_empty(), "{name} strikes nowhere");
        struck.extend(places.into_iter().map(|place| (name, kind, place)));
    }
    side_by_side(&struck, |(name, kind, place)| {
        let at = format!("{name}@{}", place.clause);
        let run = Run::new(&["--jobs", "1", "--fault", &at, "--name", place.scenario]);
        assert_bench_broke(&at, kind, place.clause, &run);
    });
}

/// Whether the fault keeps the place's clause from being judged. What has a colour of its own is only the checkmark.
fn strikes(name: &str, kind: &str, place: &FaultCase) -> bool {
    let matters = name != "camera-colourless" || place.clause == "S5.B.11b";
    matters && place.instruments.contains(&kind)
}

/// A fault that is noticed where a phone is held up to something, which no judging step does: it has a test of its own.
const ASTRAY: &str = "holder-astray";
const WALK: &str = "^The documented way, items 1 to 17";

#[test]
fn a_phone_that_is_held_beside_the_code_is_the_holders_error() {
    let at = format!("{ASTRAY}@S5.B.10");
    let run = Run::new(&["--jobs", "1", "--fault", &at, "--name", WALK]);
    assert_eq!((run.said.code, run.clause("S5.B.11a").as_str()), (4, "not_run"), "{}", run.said.stderr);
    assert_eq!(run.last()["counts"]["fail"], 0);
    let reason = reason(&run.journal()).unwrap();
    assert!(reason.contains("holder") && reason.contains("neither the code nor"), "{reason}");
}

#[test]
fn a_phone_that_reads_the_control_code_and_not_the_products_is_the_products_failure() {
    let run = Run::new(&["--jobs", "1", "--defect", "145-scan-small-codes-only", "--name", WALK]);
    assert_eq!((run.said.code, run.clause("S5.B.11a").as_str()), (1, "fail"), "{}", run.said.stderr);
    assert_eq!(run.last()["counts"]["error"], 0);
    let reason = reason(&run.journal()).unwrap();
    assert!(reason.contains("reads the printed code “rig:control”, and not “MITID-COPY:"), "{reason}");
}

#[test]
fn a_probe_is_missed_by_a_step_that_asks_nothing_of_it() {
    let temporary = tempfile::tempdir().unwrap();
    let feature = temporary.path().join("probe.feature");
    let steps = "@display @probe\nFeature: F\n  Scenario: S\n    \
        Given a code display that holds its test key and the right time\n    \
        When I press the button on my code display\n    \
        Then the code is valid now [RFC6238-3]\n";
    std::fs::write(&feature, steps).unwrap();
    let at = "probe-unplugged@RFC6238-3";
    let run = Run::new(&["--fault", at, feature.to_str().unwrap()]);
    assert_bench_broke(at, "probe", "RFC6238-3", &run);
}

fn assert_bench_broke(at: &str, kind: &str, clause: &str, run: &Run) {
    let told = &run.said.stderr;
    assert!(matches!(run.said.code, 3 | 4), "{at}: exit code {}\n{told}", run.said.code);
    let last = run.last();
    assert_eq!(last["counts"]["fail"], 0, "{at}: {told}");
    assert!(matches!(run.clause(clause).as_str(), "error" | "inconclusive"), "{at}: {told}");
    let journal = run.journal();
    assert_eq!(journal.incomplete(), None, "{at}");
    let reason = reason(&journal).unwrap_or_else(|| panic!("{at}: no reason"));
    assert!(names_instrument(&reason, kind), "{at}: no {kind} named in: {reason}");
    let junit = run.junit();
    let count = |of: fn(&quick_junit::TestSuite) -> usize| junit.test_suites.iter().map(of).sum::<usize>();
    assert_eq!(
        (count(|suite| suite.failures), count(|suite| suite.errors) > 0),
        (0, true),
        "{at}: an <error>, and no <failure>"
    );
    assert!(run.file("report.html").contains(clause), "{at}");
}

/// Reason of the first step that is not a pass.
fn reason(journal: &Journal) -> Option<String> {
    journal.entries().iter().find_map(|entry| match &entry.event {
        Event::StepFinished { outcome, reason, .. } if *outcome != Outcome::Pass => reason.clone(),
        _ => None,
    })
}

/// A board is known by its link; phones and what they are seen by go by the names of the bench file.
fn names_instrument(reason: &str, kind: &str) -> bool {
    let words: &[&str] = match kind {
        "serial" | "board" => &["link", "serial", "board"],
        "camera" => &["camera"],
        "finger" => &["finger"],
        "probe" => &["probe"],
        "phone" => &["phone-1", "phone-2"],
        "phone-screen" => &["screen was dark or dimmed: set it to stay awake"],
        "clock" => &["clock"],
        "modem" => &["modem"],
        "radio" => &["radio"],
        "screen" => &["screen"],
        "holder" => &["holder"],
        "microphone" => &["microphone"],
        other => panic!("no words for {other}"),
    };
    words.iter().any(|word| reason.contains(word))
}

#[test]
fn a_view_beside_the_picture_is_refused_before_the_run() {
    let table = Table::new();
    table.spoil(BENCH, "region = [40, 20, 400, 680]", "region = [1200, 20, 400, 680]");
    let said = refused_run(&["--bench", &table.path(BENCH), "--name", "^Without Bluetooth, the old"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("ends at 1600, 700, outside of the picture"), "{}", said.stderr);
}

#[test]
fn what_failed_before_the_fault_stays_failed() {
    // The display's five digits are judged first, the login with them is struck later.
    let walk = "^The documented way";
    let run = Run::new(&[
        "--defect",
        "37-five-digits",
        "--fault",
        "phone-lost@RFC6238-5.2",
        "--name",
        &format!("{walk}|^The same code twice, in two"),
    ]);
    assert_eq!(run.said.code, 1, "{}", run.said.stderr);
    assert_eq!(run.last()["outcome"], "fail");
    assert_eq!(run.clause("S5.C.8b"), "fail");
    assert!(matches!(run.clause("RFC6238-5.2").as_str(), "error" | "not_run"), "{}", run.said.stderr);
}

#[test]
fn a_fault_and_a_failure_in_one_clause_is_a_failure() {
    // One scenario sees the defect, another is struck: the clause stays broken whichever comes first.
    let run = Run::new(&[
        "--defect",
        "62-short-password",
        "--fault",
        "phone-lost@S5.0.1",
        "--name",
        "7 characters|^Three ways",
    ]);
    assert_eq!((run.said.code, run.clause("H.5").as_str()), (1, "fail"));
    assert_eq!(run.clause("S5.0.1"), "error");
    assert_eq!(run.last()["counts"]["fail"], 1);
}
