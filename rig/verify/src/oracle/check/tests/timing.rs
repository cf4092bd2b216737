use super::*;
use crate::oracle::{decision::Limits, observed::BoardClock};

/// Presses every `every_s` for `for_s`, on a device that changes its code every `step_s`, first after 7 s.
pub(super) fn presses(step_s: f64, every_s: f64, for_s: f64) -> Bench {
    let mut bench = Bench::default();
    let mut at_s = 0.0;
    while at_s <= for_s {
        let step = ((at_s + step_s - 7.0) / step_s).floor() as u64;
        bench = bench.display(at_s, &format!("{:06}", step * 7919));
        at_s += every_s;
    }
    bench
}

/// The same presses on a device whose code never changes.
fn frozen(every_s: f64, for_s: f64) -> Bench {
    let mut bench = presses(1.0, every_s, for_s);
    for seen in &mut bench.seen {
        seen.value = display("755224").to_value();
    }
    bench
}

pub(super) fn thirty() -> StepLength {
    StepLength { step_s: Limits::from([29.0, 31.0]), clock_ppm: 0.0, coverage: 2.0 }
}

#[test]
fn a_step_of_thirty_seconds_is_measured() {
    let judgement = presses(30.0, 5.0, 300.0).judge(thirty());
    assert_eq!(judgement.outcome, Outcome::Pass, "{}", judgement.reason);
    let figure = &judgement.measurements[0];
    assert!((figure.value - 30.0).abs() <= figure.uncertainty, "{figure:?}");
    assert!(figure.uncertainty < 0.5, "{figure:?}");
}

#[test]
fn other_steps_fail() {
    presses(60.0, 5.0, 300.0).expect(thirty(), Outcome::Fail, "time with the same code, at least 54.998 s");
    presses(20.0, 5.0, 300.0).expect(thirty(), Outcome::Fail, "time step 20");
    frozen(5.0, 300.0).expect(thirty(), Outcome::Fail, "same code, at least 299.998 s");
}

#[test]
fn too_few_presses_say_nothing() {
    presses(30.0, 5.0, 20.0).expect(thirty(), Outcome::Inconclusive, "less than twice");
    presses(30.0, 12.0, 70.0).expect(thirty(), Outcome::Inconclusive, "time step");
    // A step of 15 s looks like one of 30 s when every second one is skipped.
    presses(15.0, 30.0, 900.0).expect(thirty(), Outcome::Inconclusive, "can have been skipped");
}

#[test]
fn a_code_is_made_between_contact_and_look() {
    let mut slow = presses(30.0, 5.0, 300.0);
    let without = slow.judge(thirty()).measurements[0].uncertainty;
    for press in 1..=60 {
        slow = slow.press(f64::from(press) * 5.0 - 0.5);
    }
    let with = slow.judge(thirty()).measurements[0].uncertainty;
    // Between two changes, nine steps apart, each known to half the time from one press to the next look.
    let expected = |half_width: f64| 2.0 * half_width / 3_f64.sqrt() * 2_f64.sqrt() / 9.0;
    assert!((without - expected(2.501)).abs() < 1e-9, "{without}");
    assert!((with - expected(2.751)).abs() < 1e-9, "{with}");
}

#[test]
fn a_code_changes_every_two_minutes() {
    let check = || CodeChanges { within: Duration::from_secs(120), clock_ppm: 0.0 };
    let judgement = presses(30.0, 45.0, 135.0).judge(check());
    assert_eq!(judgement.outcome, Outcome::Pass, "{}", judgement.reason);
    assert!(judgement.reason.starts_with("life of a code"), "{}", judgement.reason);
    frozen(45.0, 135.0).expect(check(), Outcome::Fail, "same code, at least 134.998 s");
    frozen(45.0, 90.0).expect(check(), Outcome::Inconclusive, "both to come and to go");
    presses(119.0, 10.0, 300.0).expect(check(), Outcome::Inconclusive, "life of a code");
    presses(150.0, 10.0, 400.0).expect(check(), Outcome::Fail, "at least");
}

#[test]
fn of_all_codes_the_one_that_may_have_lived_longest_counts() {
    // The second lived for 105 s to within 7 s, the third for 98 s to within 30 s.
    let presses = [(0.0, "1"), (10.0, "2"), (108.0, "2"), (112.0, "3"), (180.0, "3"), (236.0, "4")];
    let check = || CodeChanges { within: Duration::from_secs(120), clock_ppm: 0.0 };
    let bench = |moment: fn(f64) -> f64| {
        presses.iter().fold(Bench::default(), |bench, (at_s, code)| bench.display(moment(*at_s), code))
    };
    bench(|at_s| at_s).expect(check(), Outcome::Inconclusive, "life of a code 98 s");
    bench(|at_s| 236.0 - at_s).expect(check(), Outcome::Inconclusive, "life of a code 98 s");
}

/// A board's clock, its seconds caught as they change.
pub(super) fn clock(bench: Bench, at_s: f64, unix_s: u64) -> Bench {
    bench.saw(at_s, BoardClock { unix_s, resolution_ns: 0 })
}

#[test]
fn a_drifting_clock_is_measured() {
    let check = || Drift { ppm: Limits::from([-100.0, 100.0]), clock_ppm: 0.0, coverage: 2.0 };
    let run = |after_s| clock(clock(Bench::default(), 100.0, 5000), after_s, 8600);
    run(3700.0).expect(check(), Outcome::Pass, "clock drift 0 ppm");
    run(3700.18).expect(check(), Outcome::Pass, "clock drift -49.998 ppm");
    run(3700.36).expect(check(), Outcome::Inconclusive, "clock drift");
    run(3702.0).expect(check(), Outcome::Fail, "clock drift -555.");
    run(3699.0).expect(check(), Outcome::Fail, "clock drift 277.");
    clock(Bench::default(), 100.0, 5000).expect(check(), Outcome::Inconclusive, "one moment only");
    let lost = clock(clock(Bench::default(), 100.0, 5000), 3700.0, 0);
    lost.expect(check(), Outcome::Inconclusive, "lost its power");
}

#[test]
fn a_plain_read_of_whole_seconds_is_as_uncertain_as_it_is() {
    let read =
        |bench: Bench, at_s, unix_s| bench.saw(at_s, BoardClock { unix_s, resolution_ns: 1_000_000_000 });
    let bench = read(read(Bench::default(), 0.0, 5000), 3600.0, 8600);
    let judgement = bench.judge(Drift { ppm: Limits::from([-100.0, 100.0]), clock_ppm: 0.0, coverage: 2.0 });
    assert_eq!(judgement.outcome, Outcome::Inconclusive);
    assert!((judgement.measurements[0].uncertainty - 226.8).abs() < 1.0, "{}", judgement.reason);
}

#[test]
fn a_plain_read_comes_half_a_second_after_the_change_on_average() {
    let check = || Drift { ppm: Limits::from([-1000.0, 1000.0]), clock_ppm: 0.0, coverage: 2.0 };
    let plain =
        |bench: Bench, at_s, unix_s| bench.saw(at_s, BoardClock { unix_s, resolution_ns: 1_000_000_000 });
    let then_caught = clock(plain(Bench::default(), 0.0, 5000), 3600.0, 8600);
    then_caught.expect(check(), Outcome::Pass, "clock drift -138.889 ppm");
    let then_plain = plain(clock(Bench::default(), 0.0, 5000), 3600.0, 8600);
    then_plain.expect(check(), Outcome::Pass, "clock drift 138.889 ppm");
}

#[test]
fn a_bench_whose_own_clock_is_off_does_not_blame_the_device() {
    // A sound device on a bench whose clock runs 110 ppm too slow, and is said to be good for 20.
    let bench = clock(clock(Bench::default(), 100.0, 5000), 100.0 + 3600.0 / 1.000_11, 8600);
    let check = |clock_ppm| Drift { ppm: Limits::from([-100.0, 100.0]), clock_ppm, coverage: 2.0 };
    bench.expect(check(20.0), Outcome::Inconclusive, "clock drift 110");
    bench.expect(check(100.0), Outcome::Inconclusive, "clock drift 110");
    bench.expect(check(0.0), Outcome::Fail, "clock drift 110");
}

#[test]
fn every_time_has_the_rate_of_the_clock_in_its_budget() {
    let check = StepLength { clock_ppm: 100.0, ..thirty() };
    let judgement = presses(30.0, 5.0, 300.0).judge(check);
    let line = judgement.measurements[0].budget.iter().find(|line| line.source.contains("rate"));
    let half_width = line.and_then(|line| line.half_width).unwrap();
    assert!((half_width - 0.003).abs() < 1e-4, "100 ppm of 30 s: {half_width}");
}

#[test]
fn limits_that_are_no_figures_are_the_rigs_mistake() {
    let check = StepLength { step_s: Limits::at_most(f64::NAN), clock_ppm: 0.0, coverage: 2.0 };
    presses(30.0, 5.0, 300.0).expect(check, Outcome::Error, "rig: the upper limit is NaN");
    let check = StepLength { coverage: -1.0, ..thirty() };
    presses(30.0, 5.0, 300.0).expect(check, Outcome::Error, "rig: the coverage factor is -1");
}
