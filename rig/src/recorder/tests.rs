use reports::{FORMAT, Journal, ScenarioInfo, StepInfo, Summary};

use reports::{Access, Ended, Origin, RunStarted};

use super::*;

/// A run of one scenario with one step.
fn head() -> RunStarted {
    let step = StepInfo { keyword: "Then".into(), text: "it opens".into(), line: 2, clause: None };
    let scenario = ScenarioInfo {
        name: "S".into(),
        file: "F".into(),
        line: 1,
        steps: vec![step],
        uses: Vec::new(),
        repeats: None,
    };
    RunStarted {
        format: FORMAT,
        rig: "0".into(),
        readers: "0".into(),
        bench: "bench".into(),
        simulated: true,
        profile: "profile".into(),
        deviations: Vec::new(),
        environment: "none".into(),
        seed: 1,
        defects: Vec::new(),
        faults: Vec::new(),
        class: "night".into(),
        inputs: Vec::new(),
        clauses: Vec::new(),
        scenarios: vec![scenario],
        not_applicable: Vec::new(),
        not_equipped: Vec::new(),
    }
}

#[test]
fn a_scenario_that_hangs_before_it_begins_leaves_a_journal_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let sink = Arc::new(Sink::create(folder.path(), Access::PRIVATE, Vec::new()).unwrap());
    sink.begin(head(), Origin::default()).unwrap();
    let recorder = Recorder::new(sink.clone(), 0, 7);
    recorder.abandon("the probe hangs").unwrap();
    recorder
        .event(Event::ScenarioStarted { attempt: 1, seed: 7, instruments: Vec::new(), again: None })
        .unwrap();
    sink.end(Outcome::Error, Ended::AllRun).unwrap();

    let journal = Journal::read(folder.path()).unwrap();
    assert_eq!(journal.incomplete(), None);
    let summary = Summary::new(&journal);
    assert_eq!(summary.outcome, Outcome::Error);
    assert_eq!(summary.scenarios[0].reason.as_deref(), Some("the probe hangs"));
}
