//! The time for which a QR code shows, against its limits: the suite's scenario on products that show theirs
//! for longer and shorter.

use std::{fs, os::unix::fs::symlink};

use reports::Measurement;
use tempfile::TempDir;

use crate::{
    common::{Run, root},
    table::{BENCH, PROFILE, Table},
};

/// A suite whose register permits other values than the guide's, so that the product, which follows the
/// profile, can be given another time.
fn lax_suite() -> TempDir {
    let suite = tempfile::tempdir().unwrap();
    let features = suite.path().join("features");
    fs::create_dir(&features).unwrap();
    let path = "another-phone";
    symlink(root().join("features").join(path), features.join(path)).unwrap();
    symlink(root().join("fixtures"), suite.path().join("fixtures")).unwrap();
    let register = fs::read_to_string(root().join("features/clauses.toml")).unwrap();
    let lax = "min = 100\nmax = 300\n";
    let register = register
        .replace("figure = \"validity\"\n", lax)
        .replace("around = \"qr.valid_s\"\nwithin = 2\n", lax);
    fs::write(features.join("clauses.toml"), register).unwrap();
    suite
}

/// Result of S5.B.5b for a product that shows its code for `valid_s` seconds to a camera of `rate_hz` frames
/// a second: the exit code, the clause's outcome, and the figure.
fn shown_for(valid_s: f64, rate_hz: u32) -> (i32, String, Measurement) {
    let table = Table::new();
    table.spoil(PROFILE, "valid_s = 180 ", &format!("valid_s = {valid_s:?} "));
    table.spoil(BENCH, "rate_hz = 30", &format!("rate_hz = {rate_hz}"));

    let suite = lax_suite();
    let args = ["--bench", &table.path(BENCH), "--name", "^It is shown for 3 minutes$"];
    let run = Run::in_suite(suite.path(), &args);
    let journal = run.journal();
    let mut figures = journal.verdicts().flat_map(|(_, verdict, _)| &verdict.measurements);
    let figure = figures.find(|figure| figure.name == "time shown");
    let figure = figure.unwrap_or_else(|| panic!("{valid_s} s: no time\n{}", run.said.stderr)).clone();
    (run.said.code, run.clause("S5.B.5b"), figure)
}

#[test]
fn a_code_that_shows_for_3_minutes_passes() {
    for valid_s in [180.0, 178.1, 181.9] {
        let (code, outcome, figure) = shown_for(valid_s, 30);
        assert_eq!((code, outcome.as_str()), (0, "pass"), "{valid_s} s: {figure:?}");
    }
}

#[test]
fn a_code_that_shows_for_too_long_or_not_long_enough_fails() {
    for valid_s in [174.0, 177.9, 182.1, 186.0] {
        let (code, outcome, figure) = shown_for(valid_s, 30);
        assert_eq!((code, outcome.as_str()), (1, "fail"), "{valid_s} s: {figure:?}");
    }
}

#[test]
fn a_time_within_the_uncertainty_of_a_limit_is_neither_pass_nor_fail() {
    for limit_s in [178.0, 182.0] {
        let (code, outcome, figure) = shown_for(limit_s, 30);
        assert_eq!((code, outcome.as_str()), (3, "inconclusive"), "{limit_s} s: {figure:?}");
    }
}

#[test]
fn the_truth_lies_within_one_and_a_half_frame_periods() {
    for (rate_hz, valid_s) in [(5, 180.13), (15, 179.71), (30, 180.29), (60, 179.87)] {
        let (_, _, figure) = shown_for(valid_s, rate_hz);
        assert!((figure.value - valid_s).abs() <= figure.uncertainty, "{valid_s} s at {rate_hz}: {figure:?}");
        assert!(figure.uncertainty * f64::from(rate_hz) <= 1.5, "{rate_hz}: {figure:?}");
    }
}

#[test]
fn a_code_that_cannot_be_read_is_not_watched_for_ever() {
    let scenario = "^An expired one shows no checkmark$";
    let run = Run::new(&["--defect", "10-quiet-zone-clipped", "--name", scenario]);
    // Without its quiet zone no frame shows it, while the control code is read: the scenario ends there.
    assert_eq!(
        (run.said.code, &*run.clause("S5.B.11b")),
        (1, "fail"),
        "{}{}",
        run.said.stdout,
        run.said.stderr
    );
}
