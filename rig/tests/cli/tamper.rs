//! Tampering with run folders: every change is noticed, and its place named.
//!
//! Without recomputed hashes, the chain or a hash of evidence tells. With the chain recomputed and the evidence untouched, the
//! copy of the chain among the evidence tells, and readings that are made again. With everything recomputed, only the head
//! does, which the run printed. All is told by the code of `rig judge`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use reports::{AMENDMENTS_FILE, CHAIN_FILE, JOURNAL_FILE, Journal, SEALED_FILE};
use rig::{
    judging::{self, Terms},
    readings::again::Memory,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    common::{Run, rig},
    forge::{forged, forged_from},
};

/// How many folders are tampered with in each way; `.ci/full` asks for 10,000.
fn count() -> usize {
    std::env::var("RIG_TAMPERINGS").map_or(150, |count| count.parse().unwrap())
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
type Change = (PathBuf, Option<Vec<u8>>);

/// A change without recomputed hashes; `None` if the choice changes nothing.
fn tampering(choices: &mut Choices, run: &Path, other: &Path) -> Option<Change> {
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

/// Each place in the record of `run` that the judge reports as changed.
fn told(run: &Path, head: Option<&str>, memory: &Memory) -> Vec<String> {
    let journal = match Journal::read(run) {
        Ok(journal) => journal,
        Err(error) => return vec![error.to_string()],
    };
    let inspection = match journal.inspect() {
        Ok(inspection) => inspection,
        Err(error) => return vec![error.to_string()],
    };
    let terms = Terms { head: head.map(str::to_owned), memory: memory.clone(), ..Terms::default() };
    let judged = match judging::again(&journal, &inspection, &terms) {
        Ok(judged) => judged,
        Err(error) => return vec![format!("{JOURNAL_FILE}: {error}")],
    };
    let mut told = judged.broken;
    told.extend(judged.incomplete.map(|why| format!("{JOURNAL_FILE}: {why}")));
    told.extend(judged.differ.iter().map(|one| format!("evidence/ of observation {}", one.observation)));
    told.extend(judged.changed.iter().map(|one| format!("{JOURNAL_FILE}: the verdict on {}", one.clause)));
    told
}

/// `run` with these changes, looked at, and put back.
fn changed<T>(run: &Path, changes: &[Change], look: impl FnOnce() -> T) -> T {
    let before: Vec<Change> =
        changes.iter().map(|(file, _)| (file.clone(), fs::read(run.join(file)).ok())).collect();
    let put = |changes: &[Change]| {
        for (file, bytes) in changes {
            match bytes {
                Some(bytes) => fs::write(run.join(file), bytes).unwrap(),
                // It may not have been there.
                None => drop(fs::remove_file(run.join(file))),
            }
        }
    };
    put(changes);
    let seen = look();
    put(&before);
    seen
}

/// That tampering `number` with these changes is told, with a place.
fn assert_told(number: usize, changes: &[Change], told: &[String]) {
    let files: Vec<_> = changes.iter().map(|(file, _)| file.display().to_string()).collect();
    let places = [JOURNAL_FILE, AMENDMENTS_FILE, SEALED_FILE, "evidence/"];
    let named = told.iter().any(|told| places.iter().any(|place| told.contains(place)));
    assert!(named, "tampering {number} with {files:?} is told as {told:?}");
}

#[test]
fn no_tampering_without_recomputed_hashes_goes_unseen() {
    let (runs, memory) = (runs(), Memory::default());
    let mut choices = Choices(ChaCha8Rng::seed_from_u64(1));
    let mut done = 0;
    while done < count() {
        let (run, other) = (choices.below(runs.len()), choices.below(runs.len()));
        let (run, other) = (&runs[run].folder, &runs[other].folder);
        let Some(change) = tampering(&mut choices, run, other) else { continue };
        let changes = [change];
        let seen = changed(run, &changes, || told(run, None, &memory));
        assert_told(done, &changes, &seen);
        done += 1;
    }
    for run in &runs {
        assert_eq!(told(&run.folder, None, &memory), [""; 0], "what was put back is sound");
    }
}

/// The journal in `run`, edited in a way that a writer of journals could, with its chain made again; and the amendments
/// chained onto it. `None` if the choice changes nothing.
fn edited(choices: &mut Choices, run: &Path) -> Option<Vec<Change>> {
    let before = fs::read_to_string(run.join(JOURNAL_FILE)).unwrap();
    let after = match choices.below(3) {
        0 => String::from_utf8(lines(choices, 5, before.as_bytes())?).unwrap(),
        1 => String::from_utf8({
            let choice = 6 + choices.below(3);
            lines(choices, choice, before.as_bytes())?
        })
        .unwrap(),
        _ => with_another_figure(choices, &before)?,
    };
    (after != before).then(|| rechained(run, &after))
}

/// The text with one digit or letter of a value changed: a reading, an outcome, a limit, a date.
fn with_another_figure(choices: &mut Choices, text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let line = choices.of(&lines);
    let start = text.find(line)? + "{\"chain\":\"".len() + 64;
    let end = start + line.len() - "{\"chain\":\"".len() - 64;
    let places: Vec<usize> =
        (start..end).filter(|&place| text.as_bytes()[place].is_ascii_alphanumeric()).collect();
    let place = *choices.of(&places);
    let mut bytes = text.as_bytes().to_vec();
    bytes[place] = *choices.of(b"0123456789abcdefpass");
    String::from_utf8(bytes).ok()
}

/// The changes that give `run` this journal, with its chain made again, and the amendments after it.
fn rechained(run: &Path, journal: &str) -> Vec<Change> {
    let journal = forged(journal).journal;
    let mut changes = Vec::new();
    if let Ok(amendments) = fs::read_to_string(run.join(AMENDMENTS_FILE)) {
        let last = journal.lines().last().unwrap();
        let head = &last["{\"chain\":\"".len()..][..64];
        changes.push((AMENDMENTS_FILE.into(), Some(forged_from(head, &amendments).into_bytes())));
    }
    changes.insert(0, (JOURNAL_FILE.into(), Some(journal.into_bytes())));
    changes
}

#[test]
fn a_chain_that_is_made_again_does_not_agree_with_the_evidence() {
    let (runs, memory) = (runs(), Memory::default());
    let mut choices = Choices(ChaCha8Rng::seed_from_u64(2));
    let mut done = 0;
    while done < count() {
        let run = choices.below(runs.len());
        let run = &runs[run].folder;
        let Some(changes) = edited(&mut choices, run) else { continue };
        let seen = changed(run, &changes, || told(run, None, &memory));
        assert_told(done, &changes, &seen);
        done += 1;
    }
}

/// A record written anew: the journal edited, or a file of evidence with all that names it, or another run's record in its
/// place; with every hash made again.
fn written_anew(choices: &mut Choices, run: &Path, other: &Path) -> Option<Vec<Change>> {
    let mut changes = match choices.below(4) {
        0 if run != other => another_record(run, other),
        1 => with_other_evidence(choices, run)?,
        _ => edited(choices, run)?,
    };
    let journal = changes.iter().find(|(file, _)| file.as_os_str() == JOURNAL_FILE)?.1.clone()?;
    let text = String::from_utf8(journal).unwrap();
    let hashes: String =
        text.lines().map(|line| format!("{}\n", &line["{\"chain\":\"".len()..][..64])).collect();
    changes.retain(|(file, _)| file.as_os_str() != CHAIN_FILE);
    changes.push((CHAIN_FILE.into(), Some(hashes.into_bytes())));
    Some(changes)
}

/// All files of `other`, in the place of those of `run`.
fn another_record(run: &Path, other: &Path) -> Vec<Change> {
    let gone = files(run).into_iter().map(|file| (file, None));
    let come = files(other).into_iter().map(|file| {
        let bytes = fs::read(other.join(&file)).unwrap();
        (file, Some(bytes))
    });
    gone.filter(|(file, _)| !other.join(file).is_file()).chain(come.collect::<Vec<_>>()).collect()
}

/// A part of a transcript with another value, which its event has, too.
fn with_other_evidence(choices: &mut Choices, run: &Path) -> Option<Vec<Change>> {
    let text = fs::read_to_string(run.join(JOURNAL_FILE)).unwrap();
    let of_transcript = |line: &&str| line.contains("\"offset\":") && line.contains("\"value\":");
    let lines: Vec<&str> = text.lines().filter(of_transcript).collect();
    let line = *choices.of(&lines);
    let event: Value = serde_json::from_str(line).unwrap();
    let evidence = &event["evidence"];
    let file = PathBuf::from(evidence["file"].as_str().unwrap());
    let mut transcript = fs::read(run.join(&file)).unwrap();
    let start = usize::try_from(evidence["offset"].as_u64().unwrap()).unwrap();
    let end = start + usize::try_from(evidence["size"].as_u64().unwrap()).unwrap();
    let part = str::from_utf8(&transcript[start..end]).unwrap();
    // As long as before: other parts stay where they are.
    let (from, to) = choices.of(&[("true", "null"), ("false", "true "), ("\"at_ns\":1", "\"at_ns\":2")]);
    let forged_part = part.replacen(from, to, 1);
    if forged_part == part {
        return None;
    }
    let hash = hex::encode(Sha256::digest(&forged_part));
    transcript.splice(start..end, forged_part.into_bytes());
    let new_line = line.replacen(from, to, 1).replace(evidence["sha256"].as_str().unwrap(), &hash);
    let mut changes = rechained(run, &text.replace(line, &new_line));
    changes.push((file, Some(transcript)));
    Some(changes)
}

#[test]
fn a_record_that_was_written_anew_has_another_head() {
    let (runs, memory) = (runs(), Memory::default());
    let heads: Vec<String> = runs.iter().map(|run| run.last()["head"].as_str().unwrap().to_owned()).collect();
    let mut choices = Choices(ChaCha8Rng::seed_from_u64(3));
    let (mut done, mut only_by_head) = (0, 0);
    while done < count() {
        let (run, other) = (choices.below(runs.len()), choices.below(runs.len()));
        let (head, run, other) = (&heads[run], &runs[run].folder, &runs[other].folder);
        let Some(changes) = written_anew(&mut choices, run, other) else { continue };
        let (seen, without) = changed(run, &changes, || {
            let without = if done % 10 == 0 { told(run, None, &memory) } else { vec![String::new()] };
            (told(run, Some(head), &memory), without)
        });
        let named = seen.iter().any(|seen| seen.contains(JOURNAL_FILE));
        assert!(named, "forgery {done} is told as {seen:?}");
        only_by_head += usize::from(without.is_empty());
        done += 1;
    }
    assert!(only_by_head > 0, "the head tells what nothing else does");
    for (run, head) in runs.iter().zip(&heads) {
        assert_eq!(told(&run.folder, Some(head), &memory), [""; 0], "what was put back is sound");
    }
}
