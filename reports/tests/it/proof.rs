//! Proofs: the status of a defect by the journals of its runs, and the proof as a whole.

use std::path::Path;

use reports::{
    Access, Cell, ClauseInfo, DefectInfo, FalseAlarm, Journal, JournalWriter, Level, Matrix, Misblamed,
    MutantStatus, Outcome, Proof, Proven, Summary, Tried,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    sample,
    scribe::{self, Scribe},
};

fn defect(clauses: &[&str]) -> DefectInfo {
    DefectInfo {
        number: 36,
        name: format!("36-{}", clauses.join("-")),
        clauses: clauses.iter().map(|&clause| clause.to_owned()).collect(),
        component: "firmware".to_owned(),
        text: "Something is <wrong>.".to_owned(),
    }
}

fn proven(defect: DefectInfo, journal: &Journal, reached: bool) -> Proven {
    Proven::new(defect, journal, &Summary::new(journal), reached)
}

/// The sample run, in which S5.C.8b fails, S5.C.7 is an error, and H.3 passes.
fn on_sample(clauses: &[&str]) -> Proven {
    let folder = TempDir::new().unwrap();
    proven(defect(clauses), &sample::run(folder.path()), true)
}

/// A run of the sample's last scenario alone, in which the step that judges H.3 ends with `outcome`.
fn lock_alone(folder: &Path, outcome: Outcome) -> Journal {
    let writer = JournalWriter::create(folder, Access::PRIVATE).unwrap();
    let mut plan = sample::plan();
    plan.scenarios = plan.scenarios.split_off(4);
    scribe::head(&writer, &plan);
    let s = Scribe::begin(&writer, 0);
    s.walk(0..2);
    let reason = (outcome != Outcome::Pass).then_some("phone: unplugged");
    s.step(2, outcome, reason, |s| {
        if matches!(outcome, Outcome::Pass | Outcome::Fail) {
            s.judge(2, "H.3", outcome, "as it was seen", &[], vec![]);
        }
    });
    s.finish(outcome);
    scribe::end(&writer, outcome);
    Journal::read(folder).unwrap()
}

fn on_lock(outcome: Outcome, reached: bool) -> Proven {
    let folder = TempDir::new().unwrap();
    proven(defect(&["H.3"]), &lock_alone(folder.path(), outcome), reached)
}

#[test]
fn a_defect_is_caught_where_all_that_it_breaks_failed_with_the_figure_and_the_frame() {
    let caught = on_sample(&["S5.C.8b"]);
    assert_eq!(caught.status, MutantStatus::Caught);
    assert_eq!(caught.reason, "5 digits, 81804, where 6 were promised");
    let deciding = caught.deciding.unwrap();
    assert_eq!(deciding.scenario, "code-device/codes: A leading zero is part of the code");
    assert_eq!(deciding.clause.as_deref(), Some("S5.C.8b"));
    assert_eq!(deciding.measurement.unwrap().name, "digits");
    assert!(deciding.picture.unwrap().starts_with("data:image/jpeg;base64,"));
}

#[test]
fn what_fails_elsewhere_or_in_part_is_a_reason_to_look() {
    for clauses in [["H.3"].as_slice(), &["S5.C.8b", "H.3"], &["S5.C.7"]] {
        let misattributed = on_sample(clauses);
        assert_eq!(misattributed.status, MutantStatus::Misattributed, "{clauses:?}");
        let missing = clauses.last().unwrap();
        assert!(
            misattributed.reason.starts_with(&format!("{missing} did not fail: ")),
            "{}",
            misattributed.reason
        );
        assert_eq!(misattributed.deciding.unwrap().clause.as_deref(), Some("S5.C.8b"));
    }
}

#[test]
fn what_no_scenario_fails_on_is_inconclusive_missed_or_not_reached() {
    assert_eq!(on_lock(Outcome::Fail, true).status, MutantStatus::Caught);
    for outcome in [Outcome::Error, Outcome::Inconclusive] {
        let inconclusive = on_lock(outcome, true);
        assert_eq!(inconclusive.status, MutantStatus::Inconclusive);
        assert_eq!(inconclusive.reason, format!("{outcome}: phone: unplugged"));
    }
    let (missed, not_reached) = (on_lock(Outcome::Pass, true), on_lock(Outcome::Pass, false));
    assert_eq!((missed.status, missed.deciding), (MutantStatus::Missed, None));
    assert_eq!((not_reached.status, not_reached.scenario_runs), (MutantStatus::NotReached, 1));
}

/// A proof over these defects, of a register with one must clause, S5.C.8b.
fn proof(defects: Vec<Proven>) -> Proof {
    let mut clauses = sample::plan().clauses;
    clauses.retain(|clause: &ClauseInfo| clause.id == "S5.C.8b" || clause.level != Level::Must);
    Proof {
        bench: "simulated".to_owned(),
        profile: "mitid 2026-10 (en)".to_owned(),
        rig: "0.1.0".to_owned(),
        seed: 1,
        jitter: 1.0,
        clauses,
        defects,
        all_defects: true,
        sound_runs: 2,
        false_alarms: Vec::new(),
        scenario_runs: 10,
        matrix: None,
        wall_s: 3.25,
    }
}

#[test]
fn a_proof_holds_only_where_all_are_caught_nothing_is_false_and_every_must_clause_is_broken() {
    let sound = proof(vec![on_sample(&["S5.C.8b"]), on_lock(Outcome::Fail, true)]);
    assert!(sound.holds());
    assert_eq!(sound.headline(), "2 of 2 defects caught, no false alarm in 2 runs of the sound product");

    let mut survived = sound.clone();
    survived.defects.push(on_lock(Outcome::Pass, true));
    assert!(!survived.holds());
    assert!(reports::proof_text(&survived).contains("missed         36-H.3 [H.3]: every scenario passed"));

    let mut alarmed = sound.clone();
    let alarm = FalseAlarm { seed: 2, scenario: "S".to_owned(), reason: "fail: no".to_owned() };
    alarmed.false_alarms.push(alarm);
    assert!(!alarmed.holds());
    assert!(reports::proof_text(&alarmed).contains("false alarm    S (seed 2): fail: no"));

    let unbroken = proof(vec![on_lock(Outcome::Fail, true)]);
    assert!(!unbroken.holds(), "nothing shows that S5.C.8b can fail");
    assert!(reports::proof_text(&unbroken).contains("unbroken       S5.C.8b"));
    assert!(Proof { all_defects: false, ..unbroken }.holds(), "other defects may break it");
}

#[test]
fn the_line_of_json_has_what_it_is_documented_to_have() {
    let proof = proof(vec![on_sample(&["S5.C.8b"]), on_lock(Outcome::Pass, false)]);
    let line: Value = serde_json::from_str(&proof.to_json()).unwrap();
    let [caught, not_reached] = line["defects"].as_array().unwrap().as_slice() else { panic!("{line}") };
    assert_eq!(
        (&caught["number"], &caught["clauses"], &caught["result"]),
        (&json!(36), &json!(["S5.C.8b"]), &json!("caught"))
    );
    assert_eq!(caught["scenario"], "code-device/codes: A leading zero is part of the code");
    assert_eq!((&not_reached["result"], &not_reached["scenario"]), (&json!("not_reached"), &Value::Null));
    let figures = ["sound_runs", "false_alarms", "scenario_runs", "wall_s"].map(|key| line[key].clone());
    assert_eq!(figures, [json!(2), json!(0), json!(10), json!(3.25)]);
    assert_eq!(line.get("scenarios"), None);
}

#[test]
fn the_matrix_tells_what_each_scenario_is_worth() {
    let folder = TempDir::new().unwrap();
    let journal = sample::run(folder.path());
    let scenarios: Vec<String> =
        journal.head().scenarios.iter().map(|scenario| scenario.name.clone()).collect();
    let summary = Summary::new(&journal);
    let row = |clause: &str| Cell::row(&scenarios, &summary, &[clause.to_owned()]);
    assert_eq!(row("S5.C.8b"), [Cell::Passed, Cell::Caught, Cell::Undecided, Cell::Misblamed, Cell::Passed]);
    assert_eq!(row("H.3")[1], Cell::Elsewhere);

    let tried = scenarios.iter().enumerate();
    let tried = tried.map(|(place, name)| Tried { name: name.clone(), judges: place != 4 }).collect();
    let misblamed = Misblamed::find("36-S5.C.8b", &summary);
    assert_eq!(misblamed.len(), 1);
    let matrix = Matrix::new(tried, vec![row("S5.C.8b"), row("H.3"), row("S5.C.8b")], misblamed);
    let worth: Vec<(usize, usize)> = matrix.worth().map(|worth| (worth.catches, worth.only)).collect();
    assert_eq!(worth, [(0, 0), (2, 2), (0, 0), (0, 0), (0, 0)]);
    let idle: Vec<bool> = matrix.worth().map(|worth| worth.is_idle()).collect();
    assert_eq!(idle, [true, false, true, true, false], "the last one only reports");

    let proof = Proof { matrix: Some(matrix), ..proof(vec![on_sample(&["S5.C.8b"])]) };
    let line: Value = serde_json::from_str(&proof.to_json()).unwrap();
    assert_eq!(line["scenarios"][1]["catches"], 2);
    assert_eq!(line["defects"][0]["caught_by"], json!([scenarios[1]]));
    assert_eq!(line["defects"][0]["failed_elsewhere"], json!([]));
    assert_eq!(line["defects"][0]["undecided"], json!([scenarios[2]]));
    assert_eq!(line["defects"][0]["misblamed"], json!([scenarios[3]]));
    assert_eq!(line["misblamed"][0]["reason"], "board (serial): unplugged, the line hung up");
    let text = reports::proof_text(&proof);
    assert!(!proof.holds() && text.contains("1 scenario blames the bench for a defect"), "{text}");
    assert!(text.contains(&format!("misblamed      {} on 36-S5.C.8b: board", scenarios[3])), "{text}");
    assert!(reports::proof_html(&proof).contains("The bench is blamed"));
    assert_eq!((text.matches("(catches nothing)").count(), text.matches("(only reports)").count()), (3, 1));
}

#[test]
fn the_page_shows_defects_by_clause_and_nothing_runs_in_it() {
    let proof = proof(vec![on_sample(&["S5.C.8b"]), on_lock(Outcome::Pass, true)]);
    let page = reports::proof_html(&proof);
    for words in [
        "not proven",
        "Reasons to look",
        "36-S5.C.8b",
        "data:image/jpeg;base64,",
        "Something is &lt;wrong&gt;.",
    ] {
        assert!(page.contains(words), "no {words:?}");
    }
    assert!(!page.contains("<script") && page.contains("default-src 'none'"));
    let (first, second) = (page.find("id=\"36-S5.C.8b\"").unwrap(), page.find("id=\"36-H.3\"").unwrap());
    assert!(first < second, "in the order of the register");
}
