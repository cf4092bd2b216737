//! Tampering with run folders: every change is noticed, and its place named.
//!
//! Without recomputed hashes, the chain or a hash of evidence reveals it. With everything recomputed, only
//! the head does, which the run printed. (Re-reading the evidence reveals a chain recomputed over edited
//! readings.)

use std::{
    fs,
    path::{Path, PathBuf},
};

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use reports::{AMENDMENTS_FILE, JOURNAL_FILE, Journal, SEALED_FILE};

use crate::{
    common::{Run, rig},
    forge::forged,
};

/// How many folders are tampered with; `.ci/full` asks for 10,000.
fn count() -> usize {
    std::env::var("RIG_TAMPERINGS").map_or(400, |count| count.parse().unwrap())
}

/// Runs of one to three scenarios, each with a seed of its own, with secrets and with an annulment.
fn runs() -> Vec<Run> {
    let run = |seed: &str, names: &str| {
        let run = Run::new(&["--seed", seed, "--name", names]);
        assert_eq!(run.said.code, 0, "{}", run.said.stderr);
        let by = ["--clause", "S5.0.1", "--reason", "the test", "--by", "the test"];
        if names.contains("Three ways") {
            assert_eq!(rig(&[&["annul", run.path()], &by[..]].concat()).code, 0);
        }
        run
    };
    vec![
        run("11", "^One press"),
        run("12", "^Three ways|^A new one takes"),
        run("13", "^One press|^Three ways|^A new one takes"),
    ]
}

/// A source of choices.
struct Choices(ChaCha8Rng);

impl Choices {
    fn below(&mut self, count: usize) -> usize {
        (self.0.next_u64() % count as u64) as usize
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

/// The files of a record, relative to the run's folder, in their order.
fn files(run: &Path) -> Vec<PathBuf> {
    let mut evidence: Vec<PathBuf> = fs::read_dir(run.join("evidence"))
        .map(|entries| entries.map(|entry| Path::new("evidence").join(entry.unwrap().file_name())).collect())
        .unwrap_or_default();
    evidence.sort();
    let others = [JOURNAL_FILE, SEALED_FILE, AMENDMENTS_FILE].map(PathBuf::from);
    others.into_iter().filter(|file| run.join(file).is_file()).chain(evidence).collect()
}

/// A change of a file of a run: the path, and its new bytes; `None` for a deleted file.
type Tampering = (PathBuf, Option<Vec<u8>>);

/// A change without recomputed hashes; `None` if the choice changes nothing.
fn tampering(choices: &mut Choices, run: &Path, other: &Path) -> Option<Tampering> {
    let file = match choices.below(3) {
        // Half of all is done to the journal and its companions.
        0 => choices.of(&files(run)).clone(),
        _ => choices.of(&files(run)[..2]).clone(),
    };
    let before = fs::read(run.join(&file)).unwrap();
    let is_text = file.extension().is_some_and(|extension| extension == "jsonl");
    let after = match choices.below(9) {
        0 | 1 => {
            let mut bytes = before.clone();
            bytes[choices.below(before.len())] ^= 1 << choices.below(8);
            bytes
        }
        2 if file.as_os_str() != AMENDMENTS_FILE => return Some((file, None)),
        3 => fs::read(other.join(choices.of(&files(other)))).unwrap(),
        4 if file.as_os_str() != AMENDMENTS_FILE => before[..choices.below(before.len())].to_vec(),
        choice if is_text => lines(choices, choice, &before)?,
        _ => return None,
    };
    (after != before).then_some((file, Some(after)))
}

/// Lines dropped, doubled or swapped, readings and outcomes edited.
fn lines(choices: &mut Choices, choice: usize, before: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8(before.to_vec()).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let place = choices.below(lines.len());
    match choice {
        // A missing last line looks like one that was never written; the journal's last line says that the
        // run ended.
        5 if place + 1 < lines.len() || text.contains("run_finished") => drop(lines.remove(place)),
        6 => lines.insert(place, lines[place].clone()),
        7 => lines.swap(place, choices.below(text.lines().count())),
        8 => {
            let edits = [("\"pass\"", "\"fail\""), ("true", "false"), (":1", ":2"), ("\"lit\":", "\"lat\":")];
            let (from, to) = choices.of(&edits);
            lines[place] = lines[place].replacen(from, to, 1);
        }
        _ => return None,
    }
    Some(lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes())
}

/// The error that shows a record in `run` to be unsound, if any.
fn told(run: &Path) -> Option<String> {
    let journal = match Journal::read(run) {
        Ok(journal) => journal,
        Err(error) => return Some(error.to_string()),
    };
    let torn = journal.amendments().torn().map(|line| format!("{AMENDMENTS_FILE}:{line}: cut short"));
    let cut = journal.incomplete().map(|why| format!("{JOURNAL_FILE}: {why}"));
    let findings = match journal.findings() {
        Ok(findings) => findings,
        Err(error) => return Some(error.to_string()),
    };
    cut.or(torn).or(findings.first().map(ToString::to_string))
}

/// `run` with one file changed, looked at, and put back.
fn tampered<T>(run: &Path, (file, bytes): &Tampering, look: impl FnOnce() -> T) -> T {
    let path = run.join(file);
    let before = fs::read(&path).unwrap();
    match bytes {
        Some(bytes) => fs::write(&path, bytes).unwrap(),
        None => fs::remove_file(&path).unwrap(),
    }
    let seen = look();
    fs::write(&path, before).unwrap();
    seen
}

#[test]
fn no_tampering_without_recomputed_hashes_goes_unseen() {
    let runs = runs();
    let mut choices = Choices(ChaCha8Rng::seed_from_u64(1));
    let mut done = 0;
    while done < count() {
        let (run, other) = (choices.below(runs.len()), choices.below(runs.len()));
        let (run, other) = (&runs[run].folder, &runs[other].folder);
        let Some(tampering) = tampering(&mut choices, run, other) else { continue };
        let seen = tampered(run, &tampering, || told(run));
        let file = tampering.0.display().to_string();
        let seen = seen.unwrap_or_else(|| panic!("tampering {done} with {file} goes unseen"));
        let name = tampering.0.file_name().unwrap().to_str().unwrap();
        let places = [name, JOURNAL_FILE, AMENDMENTS_FILE, "evidence/"];
        let named = places.iter().any(|place| seen.contains(place));
        assert!(named, "tampering {done} with {file} is told as: {seen}");
        done += 1;
    }
    for run in &runs {
        assert_eq!(told(&run.folder), None, "what was put back is sound");
    }
}

#[test]
fn a_record_that_was_written_anew_has_another_head() {
    let runs = runs();
    let mut choices = Choices(ChaCha8Rng::seed_from_u64(2));
    let mut done = 0;
    while done < count() {
        let run = &runs[choices.below(runs.len())];
        let path = run.folder.join(JOURNAL_FILE);
        let before = fs::read(&path).unwrap();
        let choice = 5 + choices.below(4);
        let Some(after) = lines(&mut choices, choice, &before).filter(|after| *after != before) else {
            continue;
        };
        let after = forged(&String::from_utf8(after).unwrap()).into_bytes();
        let amendments = run.folder.join(AMENDMENTS_FILE);
        let amended = fs::read(&amendments).ok();
        let _ = fs::remove_file(&amendments);
        let head = run.last()["head"].as_str().unwrap().to_owned();
        let change = (PathBuf::from(JOURNAL_FILE), Some(after));
        let seen = tampered(&run.folder, &change, || match Journal::read(&run.folder) {
            Ok(journal) => journal.check_head(&head).err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        });
        if let Some(amended) = amended {
            fs::write(amendments, amended).unwrap();
        }
        assert!(seen.is_some_and(|seen| seen.contains(JOURNAL_FILE)), "forgery {done} goes unseen");
        done += 1;
    }
}
