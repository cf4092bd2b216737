//! `rig step`: frames that are pinned, sounds, and lines that are kept.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use reports::{Event, Journal, Observation};

use crate::step::{piped, session};

/// The observation with this number.
fn observation(folder: &Path, number: &str) -> Observation {
    let (journal, number) = (Journal::read(folder).unwrap(), number.parse::<u32>().unwrap());
    let seen = journal.entries().iter().find_map(|entry| match &entry.event {
        Event::Observed(one) if one.id == number => Some(one.clone()),
        _ => None,
    });
    seen.unwrap_or_else(|| panic!("no observation {number}"))
}

/// The frames that `pin` told of: number, whether the code shows, the observation's number, and its file.
fn pins(said: &str) -> Vec<(u64, bool, String, String)> {
    let lines = said.lines().filter(|line| line.contains(": frame ") && line.contains(": observation "));
    let pin = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (number, file) = (words[2].parse().unwrap(), words[words.len() - 1].to_owned());
        (number, line.contains(", with the code: "), words[words.len() - 2].to_owned(), file)
    };
    lines.map(pin).collect()
}

#[test]
fn the_last_frame_with_a_code_and_the_first_without_it_are_evidence_of_a_note() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let said =
        piped(&folder, &["--break", "S5.B.5b", "It is shown for 3 minutes"], "pin nobody\npin\nstop\n");
    let said = said.stdout;
    assert!(said.contains("no camera sees \"nobody\"; there are: phone-1"), "{said}");
    let [(last, true, with, shown), (first, false, without, gone)] = &pins(&said)[..] else {
        panic!("{said}")
    };
    assert_eq!(last + 1, *first, "{said}");
    for (number, file) in [(with, shown), (without, gone)] {
        let seen = observation(&folder, number);
        assert_eq!(seen.evidence.unwrap().file, *file);
        assert!(folder.join(file).is_file(), "{file}");
    }
    let journal = fs::read_to_string(folder.join(reports::JOURNAL_FILE)).unwrap();
    assert!(journal.contains(&format!("with the code: observation {with}; frame {first} at ")), "{said}");
}

#[test]
fn a_display_that_went_dark_is_pinned_and_what_the_steps_see_is_the_same() {
    let temporary = tempfile::tempdir().unwrap();
    let scenario = "features/code-device/code.feature:9";
    let run = |name: &str, lines: &str| {
        let folder = temporary.path().join(name);
        let said = piped(&folder, &[scenario], lines).stdout;
        (said, Journal::read(&folder).unwrap())
    };
    let (plain, without) = run("plain", "next\nnext\nadvance 1 s\nnext\nnext\nnext\n");
    let (said, with) = run("pinned", "next\nnext\nadvance 1 s\npin\nnext\nnext\nnext\n");
    assert!(plain.contains("step 3 of 4"), "{plain}");
    let pinned = pins(&said);
    let [(before, one, ..), (after, other, ..)] = &pinned[..] else { panic!("{said}") };
    assert!(before + 1 == *after && one != other, "{said}");
    let verdicts = |journal: &Journal| {
        let judged = journal.verdicts().map(|(_, verdict, _)| (verdict.outcome, verdict.reason.clone()));
        judged.collect::<Vec<_>>()
    };
    assert!(!verdicts(&with).is_empty());
    assert_eq!(verdicts(&with), verdicts(&without), "{said}");
}

#[test]
fn what_was_spoken_is_heard_again() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let lines = "next\nlisten 20 s\nlisten 3 years\nstop\n";
    let said = piped(&folder, &["What is read aloud is what is displayed"], lines).stdout;
    let heard = said.lines().find(|line| line.contains("\" in ") && line.contains("confidence"));
    let digits = heard.and_then(|line| line.split('"').nth(1)).unwrap_or_else(|| panic!("{said}"));
    assert!(!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()), "{said}");
    let sound = fs::read(folder.join("looks/0001-microphone.wav")).unwrap();
    assert!(sound.starts_with(b"RIFF") && sound.len() > 100_000, "{} bytes", sound.len());
    let phone =
        piped(&temporary.path().join("phone"), &["It is shown for 3 minutes"], "listen\nstop\n").stdout;
    assert!(phone.contains("the scenario has no microphone"), "{phone}");
}

#[test]
fn typed_lines_are_kept_for_the_next_session_and_secrets_are_not() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let lines =
        ["note it flickers", "enter \"User ID\" very-private", "enetr \"User ID\" misspelt-private", "stop"];
    let said = session(&folder, &["It is shown for 3 minutes"], &lines);
    assert!(said.stdout.contains("very-private"), "{}", said.stdout);
    let file = temporary.path().join("rig/step-history");
    let kept = fs::read_to_string(&file).unwrap();
    assert!(kept.contains("note it flickers") && !kept.contains("private"), "{kept}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}
