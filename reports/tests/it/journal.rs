//! Journals: created once, merged in plan order, refused with file and line.

use std::{fs, os::unix::fs::PermissionsExt};

use reports::{Access, Entry, Error, Event, Host, JOURNAL_FILE, Journal, JournalWriter, Outcome, Verdict};
use tempfile::TempDir;

use crate::{
    forge, sample,
    scribe::{self, Scribe},
};

#[test]
fn a_run_never_writes_over_another() {
    let folder = TempDir::new().unwrap();
    let run = folder.path().join("runs/1");
    JournalWriter::create(&run, Access::PRIVATE).unwrap();
    assert_eq!(fs::metadata(&run).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::metadata(run.join(JOURNAL_FILE)).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(
        matches!(JournalWriter::create(&run, Access::PRIVATE), Err(Error::NotEmpty(path)) if path == run)
    );
}

#[test]
fn scenarios_side_by_side_read_as_if_they_had_run_in_plan_order() {
    let folders = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    let journals = [false, true].map(|side_by_side| {
        let folder = folders[usize::from(side_by_side)].path();
        let writer = JournalWriter::create(folder, Access::PRIVATE).unwrap();
        scribe::head(&writer, &sample::plan());
        let walk = |index| {
            let scribe = Scribe::begin(&writer, index);
            scribe.walk(0..3);
            scribe.finish(Outcome::Pass);
        };
        if side_by_side {
            let (one, two) = (Scribe::begin(&writer, 4), Scribe::begin(&writer, 2));
            for step in 0..3 {
                one.walk(step..step + 1);
                two.walk(step..step + 1);
            }
            one.finish(Outcome::Pass);
            two.finish(Outcome::Pass);
        } else {
            walk(2);
            walk(4);
        }
        scribe::end(&writer, Outcome::Pass);
        Journal::read(folder).unwrap()
    });
    assert_eq!(journals[0].entries(), journals[1].entries());
    assert_eq!(journals[0].digest(), journals[1].digest());
    assert!(journals[1].scenario(0).is_empty());
    assert_eq!(journals[1].scenario(2).len(), 2 + 3 * 3);
}

#[test]
fn workers_write_whole_lines() {
    let folder = TempDir::new().unwrap();
    let writer = JournalWriter::create(folder.path(), Access::PRIVATE).unwrap();
    scribe::head(&writer, &sample::plan());
    std::thread::scope(|scope| {
        for index in 0..5 {
            let writer = &writer;
            scope.spawn(move || {
                let scribe = Scribe::begin(writer, index);
                (0..200).for_each(|_| scribe.walk(0..1));
                scribe.finish(Outcome::Pass);
            });
        }
    });
    scribe::end(&writer, Outcome::Pass);
    writer.sync().unwrap();
    let journal = Journal::read(folder.path()).unwrap();
    assert_eq!(journal.entries().len(), 2 + 5 * (2 + 200 * 3));
    assert_eq!(journal.incomplete(), None);
}

#[test]
fn the_digest_leaves_out_the_host_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let journal = sample::run(folder.path());
    let digest_with = |from: &str, to: &str| {
        let path = folder.path().join(JOURNAL_FILE);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} is in the journal");
        fs::write(&path, forge::chained(text.replace(from, to).lines())).unwrap();
        let digest = Journal::read(folder.path()).unwrap().digest();
        fs::write(&path, text).unwrap();
        digest
    };
    assert_eq!(digest_with("bench-7", "bench-8"), journal.digest());
    assert_eq!(digest_with("\"wall_ms\":1840", "\"wall_ms\":2"), journal.digest());
    assert_ne!(digest_with("81804", "81805"), journal.digest());
    assert_ne!(digest_with("\"seed\":7", "\"seed\":8"), journal.digest());
}

#[test]
fn verdicts_come_with_the_observations_they_rest_on() {
    let folder = TempDir::new().unwrap();
    let journal = sample::run(folder.path());
    let fails = |verdict: &Verdict| verdict.outcome == Outcome::Fail && verdict.clause != "ISO18004";
    let (info, verdict, observations) = journal.verdicts().find(|(_, verdict, _)| fails(verdict)).unwrap();
    assert_eq!(info.name, "code-device/codes: A leading zero is part of the code");
    assert_eq!(verdict.clause, "S5.C.8b");
    let values: Vec<_> = observations.iter().map(|observation| observation.value.as_str().unwrap()).collect();
    assert_eq!(values, ["81804", "81804"]);
}

#[test]
fn a_figure_that_is_no_number_is_not_written() {
    let folder = TempDir::new().unwrap();
    let journal = sample::run(&folder.path().join("run"));
    let (_, verdict, _) =
        journal.verdicts().find(|(_, verdict, _)| !verdict.measurements.is_empty()).unwrap();
    let mut verdict = verdict.clone();
    verdict.measurements[0].upper = Some(f64::NAN);
    let writer = JournalWriter::create(&folder.path().join("other"), Access::PRIVATE).unwrap();
    let entry = Entry { scenario: Some(0), seq: 0, event: Event::Judged(verdict), host: Host::default() };
    let error = writer.append(&entry).unwrap_err().to_string();
    assert!(error.ends_with("measurement \"from press to code\" is not a finite number"), "{error}");
}

/// The error for the sample's journal after `edit` of its lines, without the folder.
fn refused(edit: impl FnOnce(&mut Vec<String>)) -> String {
    refused_by(edit, |lines| lines.iter().map(|line| format!("{line}\n")).collect())
}

/// As [`refused`], with every hash made again.
fn refused_though_chained(edit: impl FnOnce(&mut Vec<String>)) -> String {
    refused_by(edit, |lines| forge::chained(lines.iter().map(String::as_str)))
}

fn refused_by(edit: impl FnOnce(&mut Vec<String>), text: impl FnOnce(&[String]) -> String) -> String {
    let folder = TempDir::new().unwrap();
    sample::run(folder.path());
    let path = folder.path().join(JOURNAL_FILE);
    let mut lines: Vec<String> = fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
    edit(&mut lines);
    fs::write(&path, text(&lines)).unwrap();
    let error = Journal::read(folder.path()).unwrap_err().to_string();
    error.strip_prefix(&format!("{}/", folder.path().display())).unwrap().to_owned()
}

const BROKEN: &str =
    "the chain breaks here: this line was changed, or lines before it are missing, added or moved";

#[test]
fn what_was_changed_is_refused_with_file_and_line() {
    assert_eq!(
        refused(|lines| lines[0] = lines[0].replace("\"format\":2", "\"format\":1")),
        "journal.jsonl:1: journal format 1; this rig reads format 2"
    );
    assert_eq!(
        refused(|lines| lines[4].truncate(20)),
        "journal.jsonl:5: not a line of a chain: its hash is missing"
    );
    assert_eq!(refused(|lines| drop(lines.remove(5))), format!("journal.jsonl:6: {BROKEN}"));
    assert_eq!(refused(|lines| lines.insert(5, lines[5].clone())), format!("journal.jsonl:7: {BROKEN}"));
    assert_eq!(refused(|lines| lines.swap(5, 6)), format!("journal.jsonl:6: {BROKEN}"));
    assert_eq!(refused(|lines| lines[9] += " "), format!("journal.jsonl:10: {BROKEN}"));
    let last = line_count();
    assert_eq!(
        refused(|lines| lines[last - 1] = lines[last - 1].replace("\"fail\"", "\"pass\"")),
        format!("journal.jsonl:{last}: {BROKEN}")
    );
}

#[test]
fn what_a_rig_does_not_write_is_refused_with_file_and_line() {
    assert_eq!(refused(Vec::clear), "journal.jsonl:1: empty: a journal begins with the run's head");
    assert_eq!(
        refused(|lines| lines[0].truncate(40)),
        "journal.jsonl:1: not a run's head: no journal, or cut within its first line"
    );
    assert_eq!(
        refused_though_chained(|lines| lines[4] = lines[4][..76].to_owned() + "{"),
        "journal.jsonl:5: not an event: key must be a string (column 77)"
    );
    assert_eq!(
        refused_though_chained(|lines| drop(lines.remove(5))),
        "journal.jsonl:6: event 4 of scenario 0 is missing: found event 5"
    );
    assert_eq!(
        refused_though_chained(|lines| lines.push(lines[3].clone())),
        format!("journal.jsonl:{}: an event after run_finished", line_count() + 1)
    );
    assert_eq!(
        refused_though_chained(|lines| lines[1] = lines[1].replace("\"scenario\":0", "\"scenario\":99")),
        "journal.jsonl:2: scenario 99 is not in the plan of 5"
    );
    assert_eq!(
        refused_though_chained(|lines| lines[1] = lines[1].replace("\"attempt\":1", "\"attempt\":2")),
        "journal.jsonl:2: attempt 1 is missing: found attempt 2"
    );
    assert_eq!(
        refused_though_chained(|lines| lines[2] = lines[2].replace("\"step\":0", "\"step\":11")),
        "journal.jsonl:3: step 11 is not among the 11 steps of \
         \"code-device/activation: The code display is activated, step by step\""
    );
    assert_eq!(
        refused_though_chained(|lines| lines[0] = lines[0].replacen("\"S5.C.1\"", "\"S5.C.0\"", 1)),
        "journal.jsonl:1: clause S5.C.1 is not in the register"
    );
    assert_eq!(
        refused_though_chained(|lines| {
            lines[7] = lines[7].replace("\"observations\":[1]", "\"observations\":[2]");
        }),
        "journal.jsonl:8: the verdict on S5.C.1 rests on observation 2, which was not made"
    );
}

#[test]
fn the_last_hash_holds_to_every_line() {
    let folder = TempDir::new().unwrap();
    let journal = sample::run(folder.path());
    let text = fs::read_to_string(folder.path().join(JOURNAL_FILE)).unwrap();
    assert_eq!(forge::chained(text.lines()), text, "the page says how a line is hashed");
    let last = text.lines().last().unwrap();
    assert_eq!(&last[10..74], journal.chain_head());
    fs::write(folder.path().join(JOURNAL_FILE), forge::chained(text.replace("81804", "81805").lines()))
        .unwrap();
    assert_ne!(Journal::read(folder.path()).unwrap().chain_head(), journal.chain_head());
}

fn line_count() -> usize {
    let folder = TempDir::new().unwrap();
    sample::run(folder.path()).entries().len()
}
