use super::*;
use crate::oracle::decision::Limits;

/// A device whose changes are followed, and the bench that follows them.
#[derive(Clone, Copy)]
struct Followed {
    /// By how much the device's clock is too fast.
    ppm: f64,
    /// By how much the bench's clock is too fast; it is right as often as UTC is asked for.
    bench_ppm: f64,
    /// How far apart the presses about a change are.
    every_s: f64,
    /// How far off UTC may be.
    utc_s: f64,
}

const FOLLOWED: Followed = Followed { ppm: 0.0, bench_ppm: 0.0, every_s: 0.5, utc_s: 0.01 };

impl Followed {
    /// Presses about the changes at `minutes` after the start. UTC is read within a second before each of
    /// them; the bench clock begins at UTC 1,000,000 s.
    fn bench(self, minutes: &[f64]) -> Bench {
        let step_s = 30.0 / (1.0 + self.ppm / 1e6);
        let at_s = |utc_s: f64| utc_s * (1.0 + self.bench_ppm / 1e6);
        let mut bench = Bench::default();
        for minutes in minutes {
            let change = ((minutes * 60.0 / step_s).round() + 1.0) * step_s + 7.3;
            let unix = Duration::from_secs(1_000_000 + change.floor() as u64);
            let uncertainty = Duration::from_secs_f64(self.utc_s);
            bench = bench.saw(at_s(change.floor()), Utc { unix, uncertainty, source: "test".into() });
            for press in -2_i32..=2 {
                let utc_s = change + f64::from(press) * self.every_s + 0.13;
                let step = ((utc_s - 7.3) / step_s).floor() as u64;
                let code = format!("{:06}", (step + 1) * 7919 % 1_000_000);
                bench = bench.press(at_s(utc_s)).display(at_s(utc_s + 0.2), &code);
            }
        }
        bench
    }
}

/// The usual bench, and a device whose clock is `ppm` too fast.
pub(super) fn followed(ppm: f64, minutes: &[f64]) -> Bench {
    Followed { ppm, ..FOLLOWED }.bench(minutes)
}

pub(super) const MINUTES: [f64; 5] = [0.0, 5.0, 40.0, 320.0, 480.0];

pub(super) fn check() -> CodeChangeDrift {
    let ppm = Limits::from([-100.0, 100.0]);
    CodeChangeDrift { step_s: 30.0, possible_s: [29.0, 31.0], ppm, clock_ppm: 0.0, coverage: 2.0 }
}

#[track_caller]
fn assert_measured(bench: &Bench, ppm: f64, outcome: Outcome) {
    let judgement = bench.judge(check());
    assert_eq!(judgement.outcome, outcome, "{ppm} ppm: {}", judgement.reason);
    let figure = &judgement.measurements[0];
    assert!((figure.value - ppm).abs() <= figure.uncertainty, "{ppm} ppm: {figure:?}");
    assert!(figure.uncertainty < 50.0, "{figure:?}");
}

#[test]
fn the_drift_of_a_clock_is_measured_by_its_codes() {
    for ppm in [0.0, 20.0, -31.0] {
        assert_measured(&followed(ppm, &MINUTES), ppm, Outcome::Pass);
    }
    // Over eight hours the fast one gains two steps: they are counted.
    for ppm in [2000.0, -2000.0, 500.0, -150.0] {
        assert_measured(&followed(ppm, &MINUTES), ppm, Outcome::Fail);
    }
}

#[test]
fn both_changes_and_utc_at_both_are_uncertain() {
    let figure = &followed(0.0, &MINUTES).judge(check()).measurements[0];
    // From a press to the next look, and what UTC and the moment of asking for it are off by.
    let (between_s, utc_s, over_s) = (0.702 / 2.0, 0.01 + 0.001, 8.0 * 3600.0);
    let expected = 2.0 * 1e6 / over_s * (2.0_f64 / 3.0).sqrt() * f64::hypot(between_s, utc_s);
    assert!((figure.uncertainty - expected).abs() < 1e-4, "{figure:?}");
}

#[test]
fn the_benchs_own_clock_may_drift_between_two_questions_for_utc() {
    for bench_ppm in [500.0, -500.0] {
        let bench = Followed { bench_ppm, ..FOLLOWED }.bench(&MINUTES);
        assert_measured(&bench, 0.0, Outcome::Pass);
    }
}

#[test]
fn near_a_limit_nothing_is_decided() {
    followed(100.0, &MINUTES).expect(check(), Outcome::Inconclusive, "drift of the code's changes");
}

#[test]
fn steps_are_counted_only_where_no_other_number_fits() {
    // Two changes, each known to within 5 s, by seldom presses or by an unsure UTC.
    let seldom = Followed { every_s: 10.0, ..FOLLOWED };
    let unsure = Followed { utc_s: 4.8, ..FOLLOWED };
    for bench in [seldom, unsure] {
        for (steps, possible_s, counted) in [
            (18, [29.0, 30.5], true),
            (20, [29.0, 30.5], false), // 610 s are 21 steps of 29 s
            (20, [29.5, 31.0], true),
            (22, [29.5, 31.0], false), // 650 s are 21 steps of 31 s
        ] {
            let judgement =
                bench.bench(&[0.0, f64::from(steps) / 2.0]).judge(CodeChangeDrift { possible_s, ..check() });
            assert_eq!(judgement.measurements.len(), usize::from(counted), "{steps}: {}", judgement.reason);
        }
    }
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
    bench.expect(check(), Outcome::Inconclusive, "0 changes of the code");
}

#[test]
fn a_frozen_code_does_not_keep_the_step_and_presses_far_apart_give_no_change() {
    let mut frozen = followed(0.0, &MINUTES);
    let displays = frozen.seen.iter_mut().filter(|seen| seen.quantity == "display");
    displays.for_each(|seen| seen.value = display("755224").to_value());
    frozen.expect(check(), Outcome::Fail, "time with the same code");
    let mut seldom = Bench::default().utc(0.0, 0);
    for press in 0..20_u32 {
        seldom = seldom.display(f64::from(press) * 45.0, &format!("{:06}", press));
    }
    seldom.expect(check(), Outcome::Inconclusive, "0 changes of the code");
}
