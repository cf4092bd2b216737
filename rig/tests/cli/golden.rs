//! Golden output: the commands' output for people, kept word by word. To review a change:
//! `INSTA_UPDATE=always cargo test`, then read the difference.

use insta::{Settings, assert_snapshot};

use crate::{
    common::{Run, Said, command, rig, suite_without_runs},
    sounds,
};

/// Output of `rig` with `args`, which must succeed.
fn said(args: &[&str]) -> String {
    let said = rig(args);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{args:?}");
    said.stdout
}

#[test]
fn help_of_every_command() {
    assert_snapshot!("help", said(&["--help"]));
    for command in [
        "run",
        "step",
        "attach",
        "dap",
        "page",
        "list",
        "steps",
        "lint",
        "fmt",
        "clauses",
        "defects",
        "explore",
        "faults",
        "judge",
        "report",
        "doctor",
        "calibrate",
        "look",
        "listen",
        "init",
        "campaign",
        "key",
        "issue",
        "review",
        "certify",
        "verify",
        "publish",
        "stamp",
        "diff",
        "cases",
        "impact",
    ] {
        assert_snapshot!(format!("help_{command}"), said(&[command, "--help"]));
    }
}

#[test]
fn clauses_for_people() {
    let suite = suite_without_runs();
    let args = ["clauses", "S5.0.2", "S5.B.5a", "RFC6238-4.2", "H.11"];
    let said: Said = command(&args).current_dir(suite.path()).output().unwrap().into();
    let mut settings = Settings::clone_current();
    // Features grow.
    settings.add_filter(r"\.feature:\d+", ".feature:[line]");
    settings.bind(|| assert_snapshot!("clauses", said.stdout));
}

#[test]
fn clauses_by_form_of_product_and_bench() {
    let suite = suite_without_runs();
    let said: Said = command(&["clauses", "--forms"]).current_dir(suite.path()).output().unwrap().into();
    assert_snapshot!("clauses_forms", said.stdout);
}

#[test]
fn sentences_by_instrument() {
    assert_snapshot!("steps", said(&["steps", "LISTEN"]));
    let mut settings = Settings::clone_current();
    settings.add_filter(r#""line":\d+"#, r#""line":[line]"#);
    settings.bind(|| assert_snapshot!("steps_json", said(&["steps", "--format", "json", "published"])));
}

#[test]
fn what_lint_says_of_a_file() {
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("odd.feature");
    let text = "@phone @sms @displya\nFeature: F\n  Scenario: S\n    Given my app is activated on this phone\n    \
                # Then no code is displayed [S5.C.8a]\n    Then no cod is displayed [S5.C.8a]\n";
    std::fs::write(&file, text).unwrap();
    let said = rig(&["lint", file.to_str().unwrap()]);
    assert_eq!((said.code, said.stderr.as_str()), (2, ""));
    assert_snapshot!("lint", said.stdout.replace(file.to_str().unwrap(), "odd.feature"));
}

#[test]
fn defects_for_people() {
    assert_snapshot!("defects", said(&["defects"]));
}

#[test]
fn faults_for_people_and_programs() {
    assert_snapshot!("faults", said(&["faults"]));
    assert_snapshot!("faults_json", said(&["faults", "--format", "json"]));
}

#[test]
fn what_the_readers_see_in_recorded_frames() {
    let frames =
        ["frames/0", "frames/1", "frames/2", "frames/3", "frames/4", "phones/code", "phones/checkmark"]
            .map(|frame| format!("fixtures/recordings/{frame}.png"));
    let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
    let mut settings = Settings::clone_current();
    // Times are the machine's; how sure the reader is, and where to a hair, is held by its own tests.
    settings.add_filter(r#""(ms|digits|qr|checkmark)":[0-9.e-]+"#, r#""$1":[ms]"#);
    settings.add_filter(r"\d+\.\d+", "[n]");
    settings.bind(|| {
        assert_snapshot!("look_json", said(&[&["look", "--format", "json"], frames.as_slice()].concat()));
        assert_snapshot!("look", said(&[&["look"], frames.as_slice()].concat()));
    });
}

#[test]
fn what_the_listener_hears_in_a_prompt_and_in_silence() {
    let temporary = tempfile::tempdir().unwrap();
    let spoken = temporary.path().join("spoken.wav");
    sounds::speak(&spoken, "en/normal", &[7, 0, 4, 1, 3, 8]);
    let silent = temporary.path().join("silent.wav");
    sounds::speak(&silent, "en/normal", &[]);
    let files = [spoken.to_str().unwrap(), silent.to_str().unwrap()];
    let mut settings = Settings::clone_current();
    settings.add_filter(r#""ms":[0-9.e-]+"#, r#""ms":[ms]"#);
    settings.add_filter(r"-?\d+\.\d+|-\d+ dBFS", "[n]");
    settings.add_filter(r"/\S*/(spoken|silent)", "[folder]/$1");
    settings.bind(|| {
        assert_snapshot!("listen_json", said(&[&["listen", "--format", "json"], files.as_slice()].concat()));
        assert_snapshot!("listen", said(&[&["listen"], files.as_slice()].concat()));
    });
}

#[test]
fn the_end_of_a_run_for_people() {
    let mut settings = Settings::clone_current();
    // Durations, and so the codes shown, change with every step that learns a new move.
    settings.add_filter(r"\d+\.\d s\b", "[s]");
    settings.add_filter(r"(digest|head) [0-9a-f]{64}", "$1 [sha256]");
    settings.add_filter(r"begun \S+ by \S+ on \S+", "begun [when] by [whom] on [host]");
    settings.add_filter(r"/\S*/run\b", "[run]");
    let summary = |name: &str, extra: &[&str]| {
        let temporary = tempfile::tempdir().unwrap();
        let out = temporary.path().join("run");
        let feature = "features/code-device/activation.feature";
        let said = rig(&[&["run", "--jobs", "1", "--out", out.to_str().unwrap(), feature], extra].concat());
        settings.bind(|| {
            assert_snapshot!(name, format!("{}\nexit code {}\n{}", said.stderr, said.code, said.stdout));
        });
    };
    summary("run_that_passes", &[]);
    summary("run_that_fails", &["--defect", "37-five-digits"]);
    summary("run_with_a_fault", &["--fault", "camera-covered@S5.C.8a"]);
}

#[test]
fn a_run_judged_and_reported_again() {
    let run = Run::new(&["--name", "^Three ways"]);
    assert_snapshot!("report", said(&["report", run.path()]).replace(run.path(), "[run]"));
    assert_snapshot!("judge", said(&["judge", run.path()]));
}
