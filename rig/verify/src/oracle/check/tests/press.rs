use super::*;
use crate::oracle::decision::Limits;

const LIMIT_S: f64 = 1.0;

pub(super) fn answered() -> PressAnswered {
    PressAnswered {
        answer_s: Limits::at_most(LIMIT_S),
        watch: Duration::from_secs(30),
        gap: Duration::from_secs(1),
        clock_ppm: 0.0,
        coverage: 2.0,
    }
}

/// Dark, pressed at 5 s, a code from 5.2 s to 25 s, dark until 36 s.
pub(super) fn healthy() -> Bench {
    Bench::default()
        .watch(0.0, 5.0, "")
        .press(5.0)
        .display(5.1, "")
        .display(5.2, "081804")
        .watch(5.5, 25.0, "081804")
        .watch(25.0, 36.0, "")
}

#[test]
fn one_press_gives_one_code_in_time() {
    let judgement = healthy().judge(answered());
    assert_eq!(judgement.outcome, Outcome::Pass, "{}", judgement.reason);
    let figure = &judgement.measurements[0];
    assert!((figure.value - 0.15).abs() < 1e-9, "{figure:?}");
    assert!(figure.uncertainty > 0.05 && figure.uncertainty < 0.06, "{figure:?}");
}

#[test]
fn an_answer_at_the_moment_of_the_press_is_one_to_it() {
    let at = |lit| {
        let dark = Bench::default().watch(0.0, 4.9, "").display(lit, "081804").press(5.0);
        dark.watch(5.5, 25.0, "081804").watch(25.0, 36.0, "")
    };
    let judgement = at(4.999).judge(answered());
    assert_eq!(judgement.outcome, Outcome::Pass, "{}", judgement.reason);
    assert!(judgement.measurements[0].value.abs() < 1e-9, "{judgement:?}");
    at(4.99).expect(answered(), Outcome::Inconclusive, "not dark before the press");
}

#[test]
fn no_answer_fails_where_the_camera_could_see() {
    let silent = || Bench::default().watch(0.0, 5.0, "").press(5.0);
    silent().watch(5.0, 8.0, "").expect(answered(), Outcome::Fail, "no code came within 1 s");
    silent().watch(5.0, 5.6, "").expect(answered(), Outcome::Inconclusive, "could not see the display");
    // The press may have come a millisecond later than it says.
    silent().watch(5.0, 6.1, "").expect(answered(), Outcome::Inconclusive, "from 6 to 6.001 s");
    silent().blind(5.5).blind(6.5).expect(answered(), Outcome::Inconclusive, "could not see the display");
    let stuck = Bench::default().watch(0.0, 5.0, "?     ").press(5.0).watch(5.0, 8.0, "?     ");
    stuck.expect(answered(), Outcome::Fail, "no code came");
}

#[test]
fn a_late_answer_fails_and_one_at_the_limit_is_undecided() {
    let late = |dark, lit| {
        Bench::default().watch(0.0, 5.0, "").press(5.0).display(dark, "").watch(lit, 36.0, "081804")
    };
    late(7.0, 7.1).expect(answered(), Outcome::Fail, "press to code 2.05 s");
    late(5.9, 6.1).expect(answered(), Outcome::Inconclusive, "at most 1 s allowed");
}

#[test]
fn a_second_answer_fails_and_needs_two_looks() {
    let first = || Bench::default().watch(0.0, 5.0, "").press(5.0).watch(5.5, 15.0, "081804");
    let again = first().watch(15.0, 17.0, "").watch(17.0, 20.0, "081804");
    again.expect(answered(), Outcome::Fail, "and then, at 17 s, “081804”");
    let another = first().watch(15.0, 36.0, "050471");
    another.expect(answered(), Outcome::Fail, "gave “081804” and then, at 15 s, “050471”");
    let misread = first().display(15.0, "881804").watch(15.5, 36.0, "081804");
    misread.expect(answered(), Outcome::Inconclusive, "no second look confirms it");
}

#[test]
fn a_press_that_was_none_or_an_unseen_start_says_nothing() {
    let bench = Bench::default().watch(0.0, 5.0, "").saw(5.0, Contact { contact: false });
    bench.expect(answered(), Outcome::Inconclusive, "sensed no contact");
    let bench = Bench::default().press(5.0).watch(5.5, 36.0, "081804");
    bench.expect(answered(), Outcome::Inconclusive, "not seen before the press");
    let bench = Bench::default().display(5.0, "").press(5.0).watch(5.5, 36.0, "081804");
    bench.expect(answered(), Outcome::Inconclusive, "not seen before the press");
    let bench = Bench::default().watch(0.0, 5.0, "111111").press(5.0).watch(5.5, 36.0, "081804");
    bench.expect(answered(), Outcome::Inconclusive, "not dark before");
    healthy().press(20.0).expect(answered(), Outcome::Inconclusive, "more than one press");
}

#[test]
fn a_watch_with_a_hole_is_no_watch() {
    let mut bench = healthy();
    bench.seen.retain(|seen| !(27_000_000_000..29_000_000_000).contains(&seen.at_ns));
    bench.expect(answered(), Outcome::Inconclusive, "could not see the display from 26.5 to 29 s");
    assert_eq!(bench.judge(answered()).measurements.len(), 1, "what is known is shown");
    let mut bench = healthy();
    bench.seen.retain(|seen| seen.at_ns < 30_000_000_000);
    bench.expect(answered(), Outcome::Inconclusive, "could not see the display from 29.5 to 35 s");
}

fn quiet() -> NoCodeWithoutPress {
    NoCodeWithoutPress { watch: Duration::from_secs(60), gap: Duration::from_secs(1) }
}

#[test]
fn without_a_press_no_code() {
    Bench::default().watch(0.0, 61.0, "").expect(quiet(), Outcome::Pass, "no code in 122 looks over 60 s");
    let unasked = Bench::default().watch(0.0, 30.0, "").watch(30.0, 35.0, "081804");
    unasked.expect(quiet(), Outcome::Fail, "“081804” at 30 s, and nobody pressed");
    let glimpse = Bench::default().watch(0.0, 30.0, "").display(30.0, "081804").watch(30.5, 61.0, "");
    glimpse.expect(quiet(), Outcome::Inconclusive, "no second look");
}

#[test]
fn absence_needs_eyes_all_the_time() {
    Bench::default().watch(0.0, 50.0, "").expect(quiet(), Outcome::Inconclusive, "from 49.5 to 60 s");
    let covered = Bench::default().watch(0.0, 20.0, "").blind(20.0).blind(25.0).watch(30.0, 61.0, "");
    covered.expect(quiet(), Outcome::Inconclusive, "from 19.5 to 30 s");
    let pressed = Bench::default().watch(0.0, 61.0, "").press(3.0);
    pressed.expect(quiet(), Outcome::Inconclusive, "a press was sensed");
}
