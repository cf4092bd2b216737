//! Runs that were killed at any moment: every journal is readable, and its chain whole up to the line that was torn.

use std::{
    fs,
    path::Path,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use reports::{Error, JOURNAL_FILE, Journal, Outcome, Summary};

use crate::common::{command, rig};

/// How many runs are killed; `.ci/full` asks for more.
fn count() -> u64 {
    std::env::var("RIG_KILLS").map_or(20, |count| count.parse().unwrap())
}

/// A time in which a run does not reach its end, from its first event on.
const LONGEST_MS: u32 = 1500;

/// Waits until there is something in `journal`, or the run is over without.
fn begun(run: &mut Child, journal: &Path) {
    while fs::metadata(journal).map_or(0, |file| file.len()) == 0 && run.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_killed_run_leaves_a_chain_that_is_whole() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let (mut read, mut torn) = (0, 0);
    for number in 0..count() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("run");
        let out = folder.to_str().unwrap();
        let args = ["run", "--out", out, "features/code-device", "features/another-phone"];
        let mut run = command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let wait = u64::from(random.next_u32() % LONGEST_MS);
        // Every fourth run is killed at a random moment, possibly before the first event.
        if number % 4 != 3 {
            begun(&mut run, &folder.join(JOURNAL_FILE));
        }
        thread::sleep(Duration::from_millis(wait));
        run.kill().unwrap();
        run.wait().unwrap();
        let size = fs::metadata(folder.join(JOURNAL_FILE)).map_or(0, |file| file.len());
        if size == 0 {
            // Killed before the first event: without a record, every command must refuse.
            assert_eq!(rig(&["report", out]).code, 2);
            continue;
        }
        let journal = match Journal::read(&folder) {
            Ok(journal) => journal,
            Err(Error::Journal { line: 1, what, .. }) if what.contains("cut within its first line") => {
                continue;
            }
            Err(error) => panic!("kill {number} after {wait} ms: {error}"),
        };
        read += 1;
        torn += u32::from(journal.torn().is_some());
        let incomplete = journal.incomplete().is_some();
        assert!(incomplete, "kill {number} after {wait} ms: the run is not over");
        assert_ne!(Summary::new(&journal).outcome, Outcome::Pass);
        assert!(
            journal.findings().unwrap().is_empty(),
            "evidence is on the disk before the event that names it"
        );
    }
    println!("{read} of {} journals read, {torn} of them torn within a line", count());
    assert!(read * 2 >= count(), "{read} of {}", count());
}
