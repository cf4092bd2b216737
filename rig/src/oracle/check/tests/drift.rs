use super::*;
use crate::oracle::decision::Limits;

/// Presses every half second about the changes that come so many minutes after the start, on a device whose clock is
/// so much too fast; the bench's clock shows UTC from 1,000,000 s on.
fn followed(ppm: f64, minutes: &[f64]) -> Bench {
    let step_s = 30.0 / (1.0 + ppm / 1e6);
    let mut bench = Bench::default();
    for minutes in minutes {
        let change = ((minutes * 60.0 / step_s).round() + 1.0) * step_s + 7.3;
        bench = bench.utc(change.floor(), 1_000_000 + change.floor() as u64);
        for press in -3_i32..=3 {
            let at_s = change + f64::from(press) * 0.5 + 0.13;
            let step = ((at_s - 7.3) / step_s).floor() as u64;
            bench = bench.press(at_s).display(at_s + 0.2, &format!("{:06}", (step + 1) * 7919 % 1_000_000));
        }
    }
    bench
}

const MINUTES: [f64; 5] = [0.0, 5.0, 40.0, 320.0, 480.0];

fn check() -> CodeChangeDrift {
    let ppm = Limits::from([-100.0, 100.0]);
    CodeChangeDrift { step_s: 30.0, possible_s: [29.0, 31.0], ppm, coverage: 2.0 }
}

#[track_caller]
fn assert_measured(ppm: f64, outcome: Outcome) {
    let judgement = followed(ppm, &MINUTES).judge(check());
    assert_eq!(judgement.outcome, outcome, "{ppm} ppm: {}", judgement.reason);
    let figure = &judgement.measurements[0];
    assert!((figure.value - ppm).abs() <= figure.uncertainty, "{ppm} ppm: {figure:?}");
    assert!(figure.uncertainty < 50.0, "{figure:?}");
}

#[test]
fn the_drift_of_a_clock_is_measured_by_its_codes() {
    for ppm in [0.0, 20.0, -31.0] {
        assert_measured(ppm, Outcome::Pass);
    }
    // Over eight hours the fast one gains two steps: they are counted.
    for ppm in [2000.0, -2000.0, 500.0, -150.0] {
        assert_measured(ppm, Outcome::Fail);
    }
}

#[test]
fn near_a_limit_nothing_is_decided() {
    followed(100.0, &MINUTES).expect(check(), Outcome::Inconclusive, "drift of the code's changes");
}

#[test]
fn too_few_changes_or_too_far_apart_say_nothing() {
    followed(0.0, &[0.0]).expect(check(), Outcome::Inconclusive, "1 changes of the code");
    followed(0.0, &[0.0, 480.0]).expect(check(), Outcome::Inconclusive, "how many steps");
    // The second half is not used: the steps to it cannot be counted.
    let judgement = followed(0.0, &[0.0, 5.0, 40_000.0]).judge(check());
    assert!(judgement.measurements[0].uncertainty > 1000.0, "{}", judgement.reason);
    assert_eq!(judgement.outcome, Outcome::Inconclusive);
    let bench = Bench::default().display(1.0, "123456");
    bench.expect(check(), Outcome::Error, "no observation of `utc`");
}

#[test]
fn a_frozen_code_or_presses_far_apart_give_no_change() {
    let mut frozen = followed(0.0, &MINUTES);
    let displays = frozen.seen.iter_mut().filter(|seen| seen.quantity == "display");
    displays.for_each(|seen| seen.value = display("755224").to_value());
    frozen.expect(check(), Outcome::Inconclusive, "0 changes of the code");
    let mut seldom = Bench::default().utc(0.0, 0);
    for press in 0..20_u32 {
        seldom = seldom.display(f64::from(press) * 45.0, &format!("{:06}", press));
    }
    seldom.expect(check(), Outcome::Inconclusive, "0 changes of the code");
}
