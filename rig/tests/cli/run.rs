//! `rig run` and the reports made of a run.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt};

use crate::common::{Run, rig};

/// One short scenario.
const SHORT: &[&str] = &["--name", "^Three ways"];

#[test]
fn the_whole_suite_passes_and_is_the_same_run_whatever_the_jobs() {
    let one = Run::new(&["--jobs", "1"]);
    let last = one.last();
    assert_eq!((one.said.code, &last["outcome"]), (0, &"pass".into()), "{}", one.said.stderr);
    assert_eq!(last["complete"], true);
    let counts = last["counts"].as_object().unwrap();
    assert!(counts["pass"].as_u64().unwrap() > 20);
    let good = ["pass", "reported"];
    assert!(counts.iter().all(|(outcome, count)| good.contains(&&**outcome) || count == 0), "{counts:?}");

    let four = Run::new(&["--jobs", "4"]);
    assert_eq!(four.last()["digest"], last["digest"]);
    assert_eq!(four.last()["clauses"], last["clauses"]);
    let lines = |run: &Run| run.said.stderr.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(lines(&four), lines(&one), "one line a scenario, in whatever order");
}

#[test]
fn the_digest_is_the_seeds() {
    let digest = |seed| Run::new(&[SHORT, &["--seed", seed]].concat()).last()["digest"].clone();
    assert_eq!(digest("7"), digest("7"));
    assert_ne!(digest("7"), digest("8"));
}

#[test]
fn tags_names_and_paths_choose_scenarios() {
    let scenarios = |args: &[&str]| -> Vec<String> {
        let run = Run::new(args);
        assert_eq!(run.said.code, 0, "{}", run.said.stderr);
        run.journal().head().scenarios.iter().map(|scenario| scenario.name.clone()).collect()
    };
    let block = "features/code-device/block.feature";
    let on_two_phones = scenarios(&["--tags", "@two-phones and not @two-displays", block]);
    assert_eq!(on_two_phones, ["Wrong codes block: The count spans sessions and phones"]);
    assert_eq!(scenarios(&["--name", "^Three ways|^What is ordered"]).len(), 2);
    assert_eq!(scenarios(&[block, block, "--name", "third"]).len(), 1, "a file named twice counts once");
    let folder = scenarios(&["features/code-device", "--name", "Three"]);
    assert_eq!(folder, ["Activate a code display: Three ways are offered"]);
}

#[test]
fn a_run_never_writes_over_another() {
    let temporary = tempfile::tempdir().unwrap();
    let kept = temporary.path().join("kept");
    fs::write(&kept, "kept").unwrap();
    let out = temporary.path().to_str().unwrap();
    let said = rig(&["run", "--format", "json", "--out", out, "--name", "^Three ways"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    assert_eq!(said.stderr, format!("rig: {out}: the run's folder is not empty; name a new one\n"));
    assert_eq!(fs::read_to_string(&kept).unwrap(), "kept");
    assert_eq!(fs::read_dir(out).unwrap().count(), 1);
}

#[test]
fn a_folder_that_cannot_be_made_is_wrong_usage() {
    for out in ["/dev/null", "/dev/null/run"] {
        let said = rig(&["run", "--format", "json", "--out", out, "--name", "^Three ways"]);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{}", said.stderr);
        assert!(said.stderr.starts_with(&format!("rig: {out}: ")), "{}", said.stderr);
        assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
    }
}

#[test]
fn the_folder_is_the_owners_alone_and_holds_the_reports() {
    let run = Run::new(SHORT);
    let mode = fs::metadata(&run.folder).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);

    let junit = run.file("junit.xml");
    let parsed = run.junit();
    let suites = parsed.test_suites.iter();
    let (tests, bad) =
        suites.fold((0, 0), |(tests, bad), suite| (tests + suite.tests, bad + suite.failures + suite.errors));
    assert!(tests > 0 && bad == 0, "{junit}");

    let html = run.file("report.html");
    for fetch in ["src=\"http", "href=\"http", "src='http", "url(http", "@import", "<script src", "<link"] {
        assert!(!html.contains(fetch), "the page fetches: {fetch}");
    }
    assert!(html.contains("S5.0.1") && html.ends_with("</html>"), "{}", &html[html.len() - 80..]);
    assert_eq!(run.file("summary.json"), run.said.stdout);
}

#[test]
fn a_run_is_judged_again_as_it_was() {
    let sound = Run::new(&["--name", "^One press"]);
    let again = rig(&["judge", sound.path(), "--format", "json"]);
    let judged = again.json();
    assert_eq!((again.code, &judged["outcome"]), (0, &"pass".into()));
    assert_eq!(judged["changed"], serde_json::json!([]));
    assert!(judged["verdicts"].as_u64().unwrap() >= 2);

    let broken = Run::new(&["--name", "^One press", "--defect", "37-five-digits"]);
    let again = rig(&["judge", broken.path(), "--format", "json"]);
    assert_eq!((again.code, &again.json()["outcome"]), (1, &"fail".into()));
    assert_eq!(again.json()["changed"], serde_json::json!([]));

    let blind = Run::new(&["--name", "^One press", "--fault", "camera-covered@S5.C.8a"]);
    let again = rig(&["judge", blind.path(), "--format", "json"]);
    assert_eq!(again.code, blind.said.code, "an error is no pass for having no verdict");
    assert_eq!(again.json()["outcome"], blind.last()["outcome"]);
}

#[test]
fn reports_are_made_again_byte_for_byte() {
    let run = Run::new(&["--name", "^One press"]);
    let files = ["report.html", "junit.xml", "summary.json"];
    let before = files.map(|file| run.file(file));
    for file in files {
        fs::remove_file(run.folder.join(file)).unwrap();
    }
    let said = rig(&["report", run.path(), "--format", "json"]);
    assert_eq!((said.code, &said.stdout), (0, &run.said.stdout));
    assert!(files.map(|file| run.file(file)) == before, "the reports differ");
    let said = rig(&["report", run.path()]);
    assert_eq!(said.stdout.lines().count(), files.len());
}

#[test]
fn clauses_show_a_runs_outcomes() {
    let run = Run::new(&["--name", "^One press", "--defect", "37-five-digits"]);
    let listed = rig(&["clauses", "--run", run.path(), "--format", "json"]).json();
    let outcome = |id: &str| {
        let mut clauses = listed["clauses"].as_array().unwrap().iter();
        clauses.find(|clause| clause["id"] == id).unwrap()["outcome"].clone()
    };
    assert_eq!(outcome("S5.C.8b"), "fail");
    assert_eq!(outcome("S5.A.1"), serde_json::Value::Null);
    let human = rig(&["clauses", "--run", run.path()]);
    assert!(human.stdout.lines().any(|line| line.starts_with("S5.C.8b") && line.ends_with(" fail")));
}

#[test]
fn a_scenario_is_found_by_the_name_that_a_run_shows() {
    for name in ["^Three ways", "^Activate a code display: Three ways are offered$"] {
        let listed = rig(&["run", "--list", "--name", name]);
        assert_eq!((listed.code, &*listed.stderr), (0, ""));
        assert_eq!(listed.stdout.matches(".feature:").count(), 1, "{name}: {}", listed.stdout);
    }
}
