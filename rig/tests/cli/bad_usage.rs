//! Options that cannot be obeyed: exit code 2, an answer that says what is accepted, and no run.

use crate::common::{refused_run, rig};

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
