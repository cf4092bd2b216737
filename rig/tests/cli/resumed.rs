//! Runs that were killed, and finished by `rig resume`: to the verdicts of a run that nobody disturbed, and no more.

use std::{collections::BTreeMap, fs, path::Path, process::Stdio, thread, time::Duration};

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use reports::{JOURNAL_FILE, Journal, Outcome, Summary};

use crate::common::{Run, command, rig};

/// How many runs are killed; `.ci/full` asks for more.
fn count() -> u64 {
    std::env::var("RIG_KILLS").map_or(4, |count| count.parse().unwrap())
}

const FEATURES: [&str; 2] = ["features/code-device", "features/another-phone"];
/// A time in which a run does not reach its end.
const LONGEST_MS: u32 = 1500;

/// Every scenario's outcome and the verdicts that count, by its name.
fn verdicts(journal: &Journal) -> BTreeMap<String, (Outcome, Vec<(String, Outcome)>)> {
    let summary = Summary::new(journal);
    let of = |one: &reports::ScenarioSummary| {
        one.judgements.iter().map(|judged| (judged.clause.clone(), judged.outcome)).collect()
    };
    summary.scenarios.iter().map(|one| (one.name.clone(), (one.outcome, of(one)))).collect()
}

/// Starts a run in `folder`, and kills it `wait` after its first event; whether it left a journal.
fn killed(folder: &Path, wait: Duration) -> bool {
    let out = folder.to_str().unwrap();
    let args = [&["run", "--seed", "1", "--out", out][..], &FEATURES].concat();
    let mut run = command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let journal = folder.join(JOURNAL_FILE);
    while fs::metadata(&journal).map_or(0, |file| file.len()) == 0 && run.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(2));
    }
    thread::sleep(wait);
    run.kill().unwrap();
    run.wait().unwrap();
    fs::metadata(folder.join(JOURNAL_FILE)).is_ok_and(|file| file.len() > 0) && Journal::read(folder).is_ok()
}

#[test]
fn a_killed_run_is_finished_to_the_verdicts_of_an_undisturbed_one() {
    let sound = Run::new(&[&["--seed", "1"][..], &FEATURES].concat());
    let wanted = verdicts(&sound.journal());
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let mut resumed = 0;
    for number in 0..count() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("run");
        let wait = Duration::from_millis(u64::from(random.next_u32() % LONGEST_MS));
        if !killed(&folder, wait) || Journal::read(&folder).unwrap().incomplete().is_none() {
            continue;
        }
        let path = folder.to_str().unwrap();
        let said = rig(&["resume", path]);
        assert_eq!(said.code, 0, "kill {number} after {wait:?}: {}{}", said.stdout, said.stderr);
        let journal = Journal::read(&folder).unwrap();
        assert_eq!(verdicts(&journal), wanted, "kill {number} after {wait:?}");
        assert!(journal.findings().unwrap().is_empty(), "kill {number} after {wait:?}");
        assert_eq!(journal.resumptions().count(), 1);
        assert!(said.stdout.contains("resumed"), "{}", said.stdout);
        assert_eq!(rig(&["judge", path]).code, 0, "kill {number} after {wait:?}");
        assert_eq!(rig(&["resume", path]).code, 2, "nothing is left");
        resumed += 1;
    }
    println!("{resumed} of {} killed runs were resumed", count());
    assert!(resumed * 2 >= count(), "{resumed}");
}

#[test]
fn a_run_that_was_made_with_other_files_is_not_resumed() {
    let temporary = tempfile::tempdir().unwrap();
    let here = temporary.path().join("copy");
    assert_eq!(rig(&["init", here.to_str().unwrap()]).code, 0);
    let folder = temporary.path().join("run");
    let args = [
        "run",
        "--seed",
        "1",
        "--jobs",
        "1",
        "--out",
        folder.to_str().unwrap(),
        "--until-fail",
        "--repeat",
        "2",
    ];
    let args =
        [&args[..], &["--defect", "37-five-digits", "--name", "^The code on the display: One press yields"]]
            .concat();
    let stopped = command(&args).current_dir(&here).output().unwrap();
    assert_eq!(stopped.status.code(), Some(1), "{}", String::from_utf8_lossy(&stopped.stderr));
    let register = here.join("features/clauses.toml");
    let text = fs::read_to_string(&register).unwrap();
    fs::write(&register, format!("{text}\n# changed\n")).unwrap();
    let resume = ["resume", folder.to_str().unwrap()];
    let said: crate::common::Said = command(&resume).current_dir(&here).output().unwrap().into();
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("the register, features/clauses.toml, is not the same"), "{}", said.stderr);
}
