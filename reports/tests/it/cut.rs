//! A journal cut anywhere is read as incomplete or refused: never a panic, never a better outcome.

use std::{fs, sync::LazyLock};

use proptest::{prelude::*, sample::select};
use reports::{
    Access, ClauseStatus, Entry, JOURNAL_FILE, Journal, JournalWriter, Outcome, StepInfo, Summary, html,
    junit, text,
};
use tempfile::TempDir;

use crate::{
    sample,
    scribe::{self, Scribe},
};

/// A step of a made-up run: the clause it names and the outcomes of its verdicts, or an error before any.
#[derive(Clone, Debug)]
struct Step {
    clause: Option<usize>,
    verdicts: Vec<Outcome>,
    breaks: bool,
}

fn step() -> impl Strategy<Value = Step> {
    let outcome =
        select(vec![Outcome::Pass, Outcome::Pass, Outcome::Pass, Outcome::Inconclusive, Outcome::Fail]);
    (proptest::option::of(0..3_usize), prop::collection::vec(outcome, 0..3), prop::bool::weighted(0.1))
        .prop_map(|(clause, verdicts, breaks)| Step { clause, verdicts, breaks })
}

/// Writes a run of these scenarios, as a runner would: a scenario ends at its first step that does not pass.
fn write(folder: &TempDir, scenarios: &[Vec<Step>]) {
    let mut head = sample::plan();
    head.scenarios.truncate(scenarios.len());
    let clauses = ["S5.C.1", "S5.C.7", "S5.C.9"];
    for (info, steps) in head.scenarios.iter_mut().zip(scenarios) {
        let step = |step: &Step| StepInfo {
            clause: step.clause.map(|c| clauses[c].to_owned()),
            ..info.steps[0].clone()
        };
        info.steps = steps.iter().map(step).collect();
    }
    let writer = JournalWriter::create(folder.path(), Access::PRIVATE).unwrap();
    scribe::head(&writer, &head);
    for (steps, index) in scenarios.iter().zip(0..) {
        let scribe = Scribe::begin(&writer, index);
        let mut worst = Outcome::Pass;
        for (step, number) in steps.iter().zip(0..) {
            if worst != Outcome::Pass {
                break;
            }
            let verdicts = step.clause.map_or(&[][..], |_| &step.verdicts);
            worst = if step.breaks { Outcome::Error } else { Outcome::Pass };
            worst = verdicts.iter().copied().fold(worst, Outcome::max);
            scribe.step(number, worst, None, |scribe| {
                for &outcome in verdicts {
                    let seen = scribe.observe("phone", "screen", "ø".into(), None);
                    scribe.judge(
                        number,
                        clauses[step.clause.unwrap()],
                        outcome,
                        "as it was",
                        &[seen],
                        vec![],
                    );
                }
            });
        }
        scribe.finish(worst);
    }
    scribe::end(&writer, Outcome::Pass);
}

proptest! {
    #[test]
    fn no_cut_makes_anything_better(
        scenarios in prop::collection::vec(prop::collection::vec(step(), 1..5), 1..4),
        place in any::<prop::sample::Index>(),
    ) {
        let folder = TempDir::new().unwrap();
        write(&folder, &scenarios);
        let whole = Summary::new(&Journal::read(folder.path()).unwrap());
        let path = folder.path().join(JOURNAL_FILE);
        let bytes = fs::read(&path).unwrap();
        let length = place.index(bytes.len());
        fs::write(&path, &bytes[..length]).unwrap();
        let Ok(journal) = Journal::read(folder.path()) else { return Ok(()) };
        let cut = Summary::new(&journal);
        prop_assert!(!cut.complete, "a line is whole with its line feed only");
        prop_assert!(cut.outcome != Outcome::Pass || whole.outcome == Outcome::Pass);
        for (cut, whole) in cut.clauses.iter().zip(&whole.clauses) {
            let kept = cut.outcome == ClauseStatus::Judged(Outcome::Pass);
            prop_assert!(!kept || whole.outcome == cut.outcome, "{}: {:?}", whole.id, whole.outcome);
            prop_assert_eq!(cut.outcome.judged().is_some(), whole.outcome.judged().is_some());
        }
    }

    #[test]
    fn no_damage_makes_a_reader_panic(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        static SAMPLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let folder = TempDir::new().unwrap();
            sample::run(folder.path());
            fs::read(folder.path().join(JOURNAL_FILE)).unwrap()
        });
        let folder = TempDir::new().unwrap();
        let mut bytes = SAMPLE.clone();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        fs::write(folder.path().join(JOURNAL_FILE), bytes).unwrap();
        if let Ok(journal) = Journal::read(folder.path()) {
            let summary = Summary::new(&journal);
            text(&summary, true);
            html(&journal, &summary);
            prop_assert!(junit(&journal, &summary).is_ok());
        }
    }

    #[test]
    fn an_entry_reads_back_as_it_was_written(steps in prop::collection::vec(step(), 1..5)) {
        let folder = TempDir::new().unwrap();
        write(&folder, &[steps]);
        for entry in Journal::read(folder.path()).unwrap().entries() {
            let line = serde_json::to_string(entry).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Entry>(&line).unwrap(), entry);
        }
    }
}
