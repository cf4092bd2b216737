//! The binary outside of a checkout: the suite inside it, a suite named by `--suite` or `rig.toml`, and `rig init`.

use std::{fs, path::Path};

use crate::common::{Said, command};

/// Output of `rig` with `args` in `folder`.
fn rig_in(folder: &Path, args: &[&str]) -> Said {
    command(args).current_dir(folder).output().unwrap().into()
}

/// A run of one short scenario.
const SHORT: [&str; 5] =
    ["run", "--format", "json", "--name", "A code has six digits for as long as it shows"];

/// The names of what lies in `folder`, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

#[test]
fn an_empty_folder_is_enough_for_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let listed = rig_in(folder.path(), &["run", "--list", "--format", "json"]);
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    let inside = command(&["run", "--list", "--format", "json"]).output().unwrap();
    assert_eq!(listed.stdout, Said::from(inside).stdout, "the suite in the binary is the checkout's");
    assert!(names(folder.path()).is_empty());

    let said = rig_in(folder.path(), &SHORT);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(names(folder.path()), ["runs"]);
    let files = names(&folder.path().join("runs/0001"));
    assert!(files.contains(&"report.html".into()), "{files:?}");
}

#[test]
fn a_suite_that_was_written_out_runs_and_can_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let said = rig_in(folder.path(), &["init", "mine"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let mine = folder.path().join("mine");
    assert_eq!(names(&mine), ["bench.toml", "features", "fixtures", "rig.toml"]);
    let bench = fs::read_to_string(mine.join("bench.toml")).unwrap();
    assert!(bench.contains("kind = \"hardware\"") && bench.contains("#   Serial ports"), "{bench}");

    let again = rig_in(folder.path(), &["init", "mine"]);
    assert_eq!(
        (again.code, again.stderr.as_str()),
        (2, "rig: mine: it is not empty; rig init writes to a new folder\n")
    );

    let said = rig_in(&mine, &SHORT);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(mine.join("runs/0001/report.html").is_file());

    // A changed suite is the one that runs, by its folder or from it.
    fs::remove_dir_all(mine.join("features/this-phone")).unwrap();
    let here = rig_in(&mine, &["run", "--list"]);
    let named = rig_in(folder.path(), &["run", "--list", "--suite", "mine"]);
    assert_eq!((here.code, &here.stdout), (0, &named.stdout), "{}", here.stderr);
    assert!(!here.stdout.contains("this-phone/"), "{}", here.stdout);
}

#[test]
fn rig_toml_names_the_suite_and_the_usual_bench() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(rig_in(folder.path(), &["init", "suite"]).code, 0);
    let work = folder.path().join("work/below");
    fs::create_dir_all(&work).unwrap();
    let settings = folder.path().join("work/rig.toml");
    fs::write(&settings, "suite = \"../suite\"\nbench = \"../suite/bench.toml\"\n").unwrap();
    // The bench of `rig init` says nothing of an environment yet: that it is refused shows that it is the one.
    let said = rig_in(&work, &["run", "--list"]);
    assert!(said.code == 2 && said.stderr.contains("suite/bench.toml"), "{}", said.stderr);

    fs::write(&settings, "suite = \"../nowhere\"\n").unwrap();
    let said = rig_in(&work, &["run", "--list"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("there is no features/clauses.toml in it"), "{}", said.stderr);

    fs::write(&settings, "suit = \"x\"\n").unwrap();
    let said = rig_in(&work, &["run", "--list"]);
    assert_eq!(said.code, 2);
    for word in ["../rig.toml:1: ", "unknown field `suit`", "`suite`", "`bench`"] {
        assert!(said.stderr.contains(word), "{word}: {}", said.stderr);
    }
}

#[test]
fn completions_and_man_pages_name_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let said = rig_in(folder.path(), &["completions", shell]);
        assert!(said.code == 0 && said.stdout.contains("calibrate"), "{shell}: {}", said.stderr);
    }
    assert_eq!(rig_in(folder.path(), &["man", "pages"]).code, 0);
    let pages = names(&folder.path().join("pages"));
    let help = rig_in(folder.path(), &["--help"]).stdout;
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // Lines that begin further right go on with a description.
    let commands = commands.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    let commands = commands.filter_map(|line| line.split_whitespace().next());
    for command in commands.filter(|command| *command != "help") {
        assert!(pages.contains(&format!("rig-{command}.1")), "{command} of {pages:?}");
    }
}
