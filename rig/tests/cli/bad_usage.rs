//! Options that cannot be obeyed: exit code 2, an answer that says what is accepted, and no run.

use std::{fs, process::Command};

use crate::common::{Said, command, refused_run, rig};

#[test]
fn an_option_that_cannot_be_obeyed_is_answered_with_what_is_accepted() {
    for (args, words) in [
        (&["--defect", "36-leading"] as &[&str], &["no defect \"36-leading\"", "36-leading-zero-dropped"]),
        (&["--defect", "99-nothing-like-it"], &["no defect \"99-nothing-like-it\"", "rig defects"]),
        (&["--fault", "coffee@S5.C.8b"], &["unknown fault \"coffee\"", "camera-covered, camera-frozen"]),
        (&["--fault", "camera-covered@S9.X"], &["strikes nowhere", "no planned scenario judges S9.X"]),
        (&["--fault", "probe-unplugged@S5.0.1"], &["strikes nowhere", "with a probe"]),
        (&["--fault", "camera-covered"], &["NAME@CLAUSE", "camera-covered@S5.C.8b"]),
        (&["--fault", "@S5.C.8b"], &["NAME@CLAUSE", "camera-covered@S5.C.8b"]),
        (&["--tags", "@nothing"], &["no scenario is left", "--tags"]),
        (&["--tags", "@display and ("], &["--tags", "Expected operand"]),
        (&["--name", "nobody calls it this"], &["no scenario is left", "--name"]),
        (&["--name", "("], &["--name", "unclosed group"]),
        (&["--jobs", "0"], &["--jobs", "1..=256"]),
        (&["--seed", "one"], &["--seed", "invalid digit"]),
        (&["--nosuch"], &["unexpected argument", "--nosuch"]),
    ] {
        let said = refused_run(args);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{args:?}: {}", said.stderr);
        for word in words {
            assert!(said.stderr.contains(word), "{args:?}, expected {word:?}: {}", said.stderr);
        }
    }
}

#[test]
fn a_command_is_needed_and_known() {
    for args in [&[] as &[&str], &["dance"], &["judge"], &["look"]] {
        let said = rig(args);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{args:?}");
        assert!(said.stderr.contains("Usage: "), "{}", said.stderr);
    }
    let said = rig(&["faults", "--format", "xml"]);
    assert!(said.code == 2 && said.stderr.contains("possible values: human, json"), "{}", said.stderr);
}

#[test]
fn below_the_suites_folder_the_suite_is_found() {
    let below = crate::common::root().join("features/code-device");
    let here = rig(&["clauses", "--format", "json"]).stdout;
    let output =
        crate::common::command(&["clauses", "--format", "json"]).current_dir(below).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), here);
}

#[test]
fn what_cannot_be_read_or_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("journal.jsonl")).unwrap();
    let in_folder = |args: &[&str]| -> Said { command(args).current_dir(&folder).output().unwrap().into() };
    for (said, code, words) in [
        (in_folder(&["judge", "."]), 2, "journal.jsonl: cannot be read: "),
        (in_folder(&["look", "nowhere.png"]), 2, "nowhere.png: cannot be read: "),
        (
            command(&["run", "--list"])
                .current_dir(&folder)
                .env("TMPDIR", "/nowhere")
                .output()
                .unwrap()
                .into(),
            4,
            "the suite cannot be unpacked: ",
        ),
        (in_a_folder_that_is_gone(&["run", "--list"]), 2, "the current folder cannot be read: "),
    ] {
        assert!(said.code == code && said.stderr.contains(words), "{words:?}: {} {}", said.code, said.stderr);
        assert!(said.stdout.is_empty(), "{}", said.stdout);
    }
}

fn in_a_folder_that_is_gone(args: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", "rmdir \"$PWD\" && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_rig")]);
    shell.args(args).current_dir(&folder).output().unwrap().into()
}
