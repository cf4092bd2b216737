use super::*;
use crate::oracle::decision::Limits;

pub(super) fn wanted() -> QrSurroundingsReported {
    QrSurroundingsReported { quiet: Limits::at_least(4.0), module_px: Limits::at_least(5.0), coverage: 2.0 }
}

pub(super) fn seen(quiet: [f64; 4], module_px: f64) -> Bench {
    let frame = |off: f64| frame(quiet.map(|width| width + off), module_px + off, [false; 2]);
    Bench::default().saw(1.0, frame(0.0)).saw(2.0, frame(0.1)).saw(3.0, frame(-0.1))
}

fn frame(quiet: [f64; 4], module_px: f64, [inverted, mirrored]: [bool; 2]) -> QrSurroundings {
    QrSurroundings { module_px, quiet, inverted, mirrored }
}

#[test]
fn each_side_and_the_size_are_figures_of_their_own() {
    let judgement = seen([8.0, 5.0, 8.0, 6.0], 7.5).judge(wanted());
    assert_eq!(judgement.outcome, Outcome::Pass, "{}", judgement.reason);
    let figures: Vec<_> =
        judgement.measurements.iter().map(|figure| (figure.name.as_str(), figure.value)).collect();
    assert_eq!(figures.len(), 5);
    assert!((figures[1].1 - 5.0).abs() < 1e-9 && figures[4].0 == "module", "{figures:?}");
    assert!(judgement.reason.starts_with("quiet zone right 5 modules"), "{}", judgement.reason);
    // Half a distance of samples and a corner's quarter of a module, bounded; and what the frames differ by.
    let frames = (2.0 * 0.1_f64 * 0.1 / 3.0).sqrt();
    let quiet = 2.0 * (0.125_f64 / 3_f64.sqrt()).hypot(0.25 / 3_f64.sqrt()).hypot(frames);
    let size = 2.0 * (7.6 * 0.25 / 21.0 / 3_f64.sqrt()).hypot(frames);
    for (place, expected) in [(0, quiet), (3, quiet), (4, size)] {
        let figure = &judgement.measurements[place];
        assert!((figure.uncertainty - expected).abs() < 1e-9, "{figure:?}");
    }
}

#[test]
fn a_narrow_zone_or_small_modules_are_told() {
    seen([8.0, 8.0, 2.0, 8.0], 7.5).expect(wanted(), Outcome::Fail, "quiet zone below 2 modules");
    seen([8.0; 4], 3.0).expect(wanted(), Outcome::Fail, "module 3 px");
    seen([4.0; 4], 7.5).expect(wanted(), Outcome::Inconclusive, "quiet zone above 4 modules");
    Bench::default().expect(wanted(), Outcome::Error, "no observation of `qr_surroundings`");
}

#[test]
fn what_not_every_scanner_reads_is_told() {
    let plain = || Bench::default().saw(1.0, frame([8.0; 4], 7.5, [false; 2]));
    let with = |odd| plain().saw(2.0, frame([8.0; 4], 7.5, odd));
    plain().expect(wanted(), Outcome::Pass, "quiet zone above 8 modules");
    with([true, false]).expect(wanted(), Outcome::Fail, "light on dark in 1 of 2 frames");
    with([false, true]).expect(
        wanted(),
        Outcome::Fail,
        "; mirrored in 1 of 2 frames, which not every scanner reads",
    );
}
