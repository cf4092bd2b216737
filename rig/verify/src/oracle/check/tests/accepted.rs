use super::*;
use crate::oracle::decision::Limits;

pub(super) fn accepted() -> QrAccepted {
    QrAccepted { accepted_s: [178.0, 182.0].into(), issuance_s: 0.1, clock_ppm: 10.0, coverage: 2.0 }
}

/// Code number `code` comes between two frames at 0 s, and is scanned when it is `age_s` old; the new phone
/// answers a fifth of a second later.
fn scan(bench: Bench, code: u32, age_s: f64, answer: impl Into<Option<bool>>) -> Bench {
    let payload = format!("MITID-COPY:{code}");
    let begin_s = f64::from(code) * 1000.0;
    let answered_ns = ((begin_s + age_s + 0.2) * 1e9) as u64;
    let came = bench.code(begin_s + 9.97, None).code(begin_s + 10.0, Some(&payload));
    let scan = Scan { payload, answered_ns: answered_ns + 10_000_000_000, accepted: answer.into() };
    came.saw(begin_s + age_s + 10.0, scan)
}

pub(super) fn scans(answers: &[(f64, Option<bool>)]) -> Bench {
    (1..).zip(answers).fold(Bench::default(), |bench, (code, (age, answer))| scan(bench, code, *age, *answer))
}

#[test]
fn the_bracket_is_between_the_oldest_accepted_and_the_youngest_refused() {
    let bench = scans(&[
        (20.0, Some(true)),
        (179.0, Some(true)),
        (180.5, Some(false)),
        (300.0, Some(false)),
        (181.0, None),
    ]);
    let judgement = bench.judge(accepted());
    assert_eq!(judgement.outcome, Outcome::Pass, "{}", judgement.reason);
    let figure = &judgement.measurements[0];
    // A code was sent between a millisecond before its scan and the answer, and issued between a tenth of a second
    // and a millisecond before the last frame without it and a millisecond after the first one with it.
    let (sent_s, issued_s) = (f64::midpoint(-0.001, 0.2), f64::midpoint(-0.03 - 0.101, 0.001));
    assert!((figure.value - (179.75 + sent_s - issued_s)).abs() < 1e-4, "{figure:?}");
    let half_widths = [0.75, 0.201 / 2.0, 0.132 / 2.0, 180e-5];
    let variance: f64 = half_widths.iter().map(|half_width| half_width * half_width / 3.0).sum();
    assert!((figure.uncertainty - 2.0 * variance.sqrt()).abs() < 1e-4, "{figure:?}");
    assert_eq!(figure.budget.len(), 4);
}

#[test]
fn an_old_code_accepted_fails_and_a_young_one_refused_too() {
    scans(&[(190.0, Some(true))]).expect(accepted(), Outcome::Fail, "oldest code accepted 190.");
    let both = scans(&[(190.0, Some(true)), (300.0, Some(false))]);
    both.expect(accepted(), Outcome::Fail, "at most 182 s allowed");
    scans(&[(150.5, Some(false))]).expect(accepted(), Outcome::Fail, "youngest code refused 150.");
    let both = scans(&[(100.0, Some(true)), (150.5, Some(false))]);
    both.expect(accepted(), Outcome::Fail, "at least 178 s wanted");
}

#[test]
fn within_the_uncertainty_of_a_limit_nothing_is_decided() {
    scans(&[(177.0, Some(true)), (180.0, Some(false))]).expect(
        accepted(),
        Outcome::Inconclusive,
        "time accepted",
    );
    let at_upper = scans(&[(181.7, Some(true)), (182.1, Some(false))]);
    at_upper.expect(accepted(), Outcome::Inconclusive, "time accepted 182.");
    let exactly = QrAccepted { accepted_s: Limits::at_most(300.0), issuance_s: 0.0, ..accepted() };
    scans(&[(179.0, Some(true)), (180.5, Some(false))]).expect(exactly, Outcome::Pass, "at most 300 s");
}

#[test]
fn one_side_only_says_nothing() {
    scans(&[(20.0, Some(true))]).expect(accepted(), Outcome::Inconclusive, "old enough to be refused");
    scans(&[(300.0, Some(false))]).expect(accepted(), Outcome::Inconclusive, "young enough to be accepted");
    scans(&[(20.0, None)]).expect(accepted(), Outcome::Inconclusive, "no scan of a code");
    Bench::default().code(0.0, None).expect(accepted(), Outcome::Error, "no observation of `scan`");
    let judgement = scans(&[(20.0, Some(true))]).judge(accepted());
    assert_eq!(judgement.measurements.len(), 1, "what is known is shown");
}

#[test]
fn answers_that_contradict_each_other_say_nothing_within_the_limits() {
    let contradictory = scans(&[(181.0, Some(true)), (179.0, Some(false))]);
    contradictory.expect(accepted(), Outcome::Inconclusive, "at which another was accepted");
    let wide = QrAccepted { accepted_s: [100.0, 400.0].into(), ..accepted() };
    scans(&[(300.0, Some(true)), (200.0, Some(false))]).expect(
        wide,
        Outcome::Inconclusive,
        "another was accepted",
    );
}

#[test]
fn a_used_code_is_refused_for_that_and_not_for_its_age() {
    let again =
        Scan { payload: "MITID-COPY:1".into(), answered_ns: 1_032_000_000_000, accepted: Some(false) };
    let bench = scans(&[(20.0, Some(true))]).saw(1031.0, again);
    bench.expect(accepted(), Outcome::Inconclusive, "old enough to be refused");
}

#[test]
fn a_code_that_was_not_seen_to_come_has_no_age() {
    let mut bench = scans(&[(300.0, Some(true))]);
    bench.seen.remove(0);
    bench.expect(accepted(), Outcome::Inconclusive, "seen to come");
}
