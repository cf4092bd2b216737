//! Displays other than the red module, described in the bench file.

use crate::{
    common::{Run, rig},
    table::{BENCH, Table},
};

/// The red module, as the simulated bench has it.
const RED: &str = "name = \"led-red\", lit = { contrast = 0.40, paper = 0.62 }";

/// The simulated bench with another display on every device.
fn table(display: &str) -> Table {
    let table = Table::new();
    let text = std::fs::read_to_string(table.path(BENCH)).unwrap();
    assert!(text.contains(RED));
    std::fs::write(table.path(BENCH), text.replace(RED, display)).unwrap();
    table
}

#[test]
fn a_bench_of_other_displays_judges_the_same() {
    for display in [
        "name = \"lcd-token\", lit = { contrast = 0.10, paper = 0.62 }",
        "name = \"oled-5x7\", lit = { contrast = 0.39, paper = 0.62 }",
    ] {
        let table = table(display);
        let bench = table.path(BENCH);
        let run = |more: &[&str]| {
            let common = ["--bench", &bench, "--name", "^No press, no code|^One press yields one code"];
            Run::new(&[&common, more, &["features/sealed/code-display.feature"]].concat())
        };
        let sound = run(&[]);
        assert_eq!((sound.said.code, sound.clause("S5.C.8a").as_str()), (0, "pass"), "{display}");
        let broken = run(&["--defect", "39-code-without-press"]);
        assert_eq!((broken.said.code, broken.clause("S5.C.8a").as_str()), (1, "fail"), "{display}");
    }
}

#[test]
fn a_display_that_was_never_seen_lit_is_not_dark() {
    let table = table("name = \"led-red\"");
    let bench = table.path(BENCH);
    let feature = "features/sealed/code-display.feature";
    let run = Run::new(&["--bench", &bench, "--name", "^No press, no code", feature]);
    assert_eq!((run.said.code, run.clause("S5.C.8a").as_str()), (3, "inconclusive"), "{}", run.said.stderr);
    assert!(run.file(reports::JOURNAL_FILE).contains("never seen lit"));
}

#[test]
fn displays_are_learnt_on_the_bench() {
    let table = table("name = \"lcd-token\"");
    let said = rig(&["calibrate", "--display", "--bench", &table.path(BENCH)]);
    // Nobody types in what the sealed devices show, nor the one with a release firmware.
    assert_eq!(said.code, 4, "{}", said.stderr);
    let lines: Vec<&str> = said.stdout.lines().collect();
    for device in ["display-1", "display-2", "reader-1", "display-event"] {
        let place = lines.iter().position(|line| *line == format!("# device {device}")).unwrap();
        let line: toml::Table = toml::from_str(lines[place + 1]).unwrap();
        assert_eq!(line["display"]["name"].as_str(), Some("lcd-token"), "{device}");
        assert!(line["display"]["lit"]["contrast"].as_float().unwrap() > 0.05, "{device}");
    }
    assert!(said.stdout.contains("# not in view: the display of display-sealed: no code was typed in"));
}

#[test]
fn a_display_that_makes_no_sense_is_refused() {
    for (display, words) in [
        ("name = \"nixie\"", &["unknown display \"nixie\"; accepted: led-red, "][..]),
        ("name = \"lcd\", pitch = 99.0", &["pitch = 99 of a display; accepted: 3 to 40"][..]),
        ("name = \"lcd\", digits = 0", &["digits = 0 of a display; accepted: 1 to 12"][..]),
        ("name = \"lcd\", at = [0.0, 25.0]", &["outside the label's window", "5 to 95 by 15.5 to 34.5"][..]),
        (
            "name = \"lcd\", lit = { contrast = 0.0, paper = 0.5 }",
            &["contrast = 0 of a lit display; accepted: above 0, up to 1"][..],
        ),
    ] {
        let table = table(display);
        let said = table.run();
        assert!(said.code == 2 && said.stderr.contains("simulated.toml:"), "{}", said.stderr);
        assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
        assert!(words.iter().all(|word| said.stderr.contains(word)), "{words:?}: {}", said.stderr);
    }
    let said = rig(&["look", "--display", "nixie", "fixtures/recordings/frames/1.png"]);
    assert!(said.code == 2 && said.stderr.contains("accepted: led-red, "), "{}", said.stderr);
}
