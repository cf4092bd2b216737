//! `rig calibrate` on the simulated bench, and its detection of a camera that was moved later.

use std::fs;

use drivers::camera::Region;

use crate::{
    common::{Run, rig, root},
    table::{BENCH, Table},
};

/// Output of `rig calibrate` on the simulated bench: for each camera its lines.
fn calibrated() -> Vec<(String, Vec<String>)> {
    let said = rig(&["calibrate"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{}", said.stdout);
    let mut cameras: Vec<(String, Vec<String>)> = Vec::new();
    for line in said.stdout.lines() {
        match line.strip_prefix("# camera ") {
            Some(name) => cameras.push((name.to_owned(), Vec::new())),
            None => cameras.last_mut().unwrap().1.push(line.to_owned()),
        }
    }
    cameras
}

/// The simulated bench with what `change` makes of each camera's calibration.
fn table(change: impl Fn(&str) -> String) -> Table {
    let table = Table::new();
    let mut text = fs::read_to_string(table.path(BENCH)).unwrap();
    for (camera, lines) in calibrated() {
        let head = format!("[[camera]]\nname = \"{camera}\"");
        let line = lines.iter().find(|line| line.starts_with("calibrated = ")).unwrap();
        assert!(text.contains(&head), "{head}");
        text = text.replace(&head, &format!("[[camera]]\n{}\nname = \"{camera}\"", change(line)));
    }
    fs::write(table.path(BENCH), text).unwrap();
    table
}

fn run(table: &Table, feature: &str) -> Run {
    Run::new(&["--bench", &table.path(BENCH), "--name", "The documented way", feature])
}

const DISPLAY: &str = "features/code-device/activation.feature";
const PHONES: &str = "features/another-phone/activation.feature";

#[test]
fn it_finds_again_where_the_simulated_benchs_displays_are() {
    let bench: toml::Table =
        toml::from_str(&fs::read_to_string(root().join("fixtures/benches/simulated.toml")).unwrap()).unwrap();
    let region =
        |view: &toml::Value| view["region"].clone().try_into::<[usize; 4]>().map(Region::from).unwrap();
    let mut found = 0;
    for (_, lines) in calibrated() {
        for pair in lines.windows(2) {
            let Some(name) = pair[0].strip_prefix("# device ") else { continue };
            let line: toml::Table = toml::from_str(&pair[1]).unwrap();
            let (key, view) = line.iter().next().unwrap();
            let devices = bench["device"].as_array().unwrap();
            let device = devices.iter().find(|device| device["name"].as_str() == Some(name)).unwrap();
            let (now, before) = (region(view), region(&device[key]));
            // A found region has a margin, which may reach over the edge of the one written by hand.
            let overlap = |from: usize, to: usize, other: usize, end: usize| {
                to.min(end).saturating_sub(from.max(other))
            };
            let shared = overlap(now.x, now.x + now.width, before.x, before.x + before.width)
                * overlap(now.y, now.y + now.height, before.y, before.y + before.height);
            let inside = shared as f64 / (now.width * now.height) as f64;
            assert!(inside > 0.9, "{name}: {key} {now:?} is not in {before:?}");
            assert_eq!(view["camera"], device[key]["camera"]);
            found += 1;
        }
    }
    assert_eq!(found, 7 + 6, "seven devices, and the backs of six");
}

#[test]
fn a_calibrated_bench_runs_as_before() {
    let table = table(str::to_owned);
    for feature in [DISPLAY, PHONES] {
        let run = run(&table, feature);
        assert_eq!(run.said.code, 0, "{feature}: {}{}", run.said.stdout, run.said.stderr);
    }
}

#[test]
fn a_camera_that_was_moved_is_the_benchs_error() {
    // The mark that is found last is taken for one 40 pixels further down.
    let moved = table(|line| {
        let (rest, last) = line.rsplit_once(", ").unwrap();
        let y: f64 = last.trim_end_matches([']', ' ', '}']).parse().unwrap();
        format!("{rest}, {:.1}]] }}", y + 40.0)
    });
    for feature in [DISPLAY, PHONES] {
        let run = run(&moved, feature);
        assert_eq!(run.said.code, 4, "{}", run.said.stderr);
        let journal = run.file(reports::JOURNAL_FILE);
        assert!(
            journal.contains("camera: cannot see: it was moved since it was calibrated: the mark at "),
            "{feature}"
        );
    }
}

#[test]
fn a_calibration_that_has_ended_is_the_benchs_error() {
    let old = table(|line| {
        let (_, rest) = line.split_once(", within_px").unwrap();
        format!("calibrated = {{ until = 2020-02-29, within_px{rest}")
    });
    let run = run(&old, DISPLAY);
    assert_eq!(run.said.code, 4, "{}", run.said.stderr);
    assert!(
        run.file(reports::JOURNAL_FILE).contains("camera: cannot see: its calibration ended on 2020-02-29")
    );
}

#[test]
fn the_sheet_has_two_labels_and_a_card() {
    let folder = tempfile::tempdir().unwrap();
    let sheet = folder.path().join("sheet.svg");
    let said = rig(&["calibrate", "--sheet", sheet.to_str().unwrap()]);
    assert_eq!((said.code, &*said.stdout, &*said.stderr), (0, "", ""));
    let drawing = fs::read_to_string(&sheet).unwrap();
    assert_eq!(drawing.matches("<circle").count(), 24);
    assert_eq!(drawing.matches("rgb(").count(), 2, "the card's patches");
    assert_eq!(drawing.matches("mm\"").count(), 2, "one scale for all of it");
    let nowhere = rig(&["calibrate", "--sheet", "no/such/folder/sheet.svg"]);
    assert_eq!(nowhere.code, 4);
    assert!(nowhere.stderr.contains("no/such/folder/sheet.svg"));
}

#[test]
fn each_camera_tells_how_late_it_is_by_the_light() {
    for (camera, lines) in calibrated() {
        let line = lines.iter().find(|line| line.starts_with("latency = ")).unwrap();
        let line: toml::Table = toml::from_str(line).unwrap();
        let [ms, within_ms] = ["ms", "within_ms"].map(|key| line["latency"][key].as_float().unwrap());
        // The simulator's stamps are true, and a frame's period is 33 ms.
        assert!(ms.abs() <= within_ms && within_ms < 4.0, "{camera}: {ms} within {within_ms} ms");
    }
}

#[test]
fn a_bench_without_a_light_tells_no_latency() {
    let table = Table::new();
    table.spoil(BENCH, "[light]\nname = \"light\"\ndriver = \"simulated\"\n", "");
    let said = rig(&["calibrate", "--bench", &table.path(BENCH)]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.contains("calibrated = ") && !said.stdout.contains("latency"), "{}", said.stdout);
}
