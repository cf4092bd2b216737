use super::*;
use crate::oracle::decision::Limits;

const CODE: &str = "MITID-COPY:AAAAAAAAAAAAAAAAAAAAAA";
const OTHER: &str = "MITID-COPY:BBBBBBBBBBBBBBBBBBBBBB";

pub(super) fn shown() -> QrShown {
    QrShown {
        prefix: "MITID-COPY:".into(),
        session_chars: 0,
        shown_s: [178.0, 182.0].into(),
        looks: 3,
        gap: Duration::from_secs(5),
        hidden: false,
        panel_s: 0.008,
        clock_ppm: 10.0,
        coverage: 2.3,
    }
}

/// A watch at `fps` from 10 s before the code comes until 10 s after it has gone: densely about both ends, every
/// 2 s in between.
pub(super) fn watch(fps: f64, from_s: f64, until_s: f64) -> Bench {
    frames(fps, from_s, until_s).fold(Bench::default(), |bench, at_s| {
        bench.code(at_s, (from_s..until_s).contains(&at_s).then_some(CODE))
    })
}

/// The moments of such a watch.
fn frames(fps: f64, from_s: f64, until_s: f64) -> impl Iterator<Item = f64> {
    let last = ((until_s + 10.0) * fps) as u32;
    let every = (2.0 * fps) as u32;
    (0..last).filter_map(move |frame| {
        let at_s = f64::from(frame) / fps;
        let near = [from_s, until_s].iter().any(|end| (at_s - end).abs() < 8.0 / fps);
        (near || frame % every == 0).then_some(at_s)
    })
}

#[test]
fn a_code_that_shows_for_three_minutes_passes_with_its_budget() {
    let judgement = watch(30.0, 10.01, 190.02).judge(shown());
    assert_eq!(judgement.outcome, Outcome::Pass, "{}", judgement.reason);
    let figure = &judgement.measurements[0];
    assert_eq!(figure.name, "time shown");
    assert!((figure.value - 180.0).abs() < figure.uncertainty, "{figure:?}");
    let sources: Vec<_> = figure.budget.iter().map(|line| line.source.as_str()).collect();
    assert_eq!(sources.len(), 9, "{sources:?}");
    let between = &figure.budget[0];
    assert_eq!(
        (between.source.as_str(), between.half_width.map(|h| (h * 6e4).round())),
        ("start: between two frames", Some(1000.0))
    );
    let combined = figure.budget.iter().fold(0.0, |sum: f64, line| sum.hypot(line.standard));
    assert!((figure.uncertainty - 2.3 * combined).abs() < 1e-12);
}

#[test]
fn too_short_and_too_long_fail_and_a_limit_is_undecided() {
    watch(30.0, 10.0, 160.0).expect(shown(), Outcome::Fail, "time shown 150 s");
    watch(30.0, 10.0, 220.0).expect(shown(), Outcome::Fail, "time shown 210 s");
    watch(30.0, 10.0, 188.0).expect(shown(), Outcome::Inconclusive, "time shown 178 s");
    watch(30.0, 10.0, 192.0).expect(shown(), Outcome::Inconclusive, "time shown 182 s");
    watch(30.0, 10.0, 188.1).expect(shown(), Outcome::Pass, "time shown 178.1");
    watch(30.0, 10.0, 187.9).expect(shown(), Outcome::Fail, "time shown 177.9");
}

#[test]
fn a_code_that_never_goes_fails_once_it_has_surely_stayed_too_long() {
    let never = |watched_s: f64| {
        let mut bench = watch(30.0, 10.0, 1000.0);
        bench.seen.retain(|seen| seen.at_ns < (watched_s * 1e9) as u64);
        bench
    };
    never(200.0).expect(shown(), Outcome::Fail, "time shown, at least 188 s");
    never(150.0).expect(shown(), Outcome::Inconclusive, "not seen to go");
    assert_eq!(never(150.0).judge(shown()).measurements.len(), 1, "what is known is shown");
    // Two frames without it may be misreadings.
    let hardly = never(150.0).code(150.0, None).code(150.1, None);
    hardly.expect(shown(), Outcome::Inconclusive, "not seen to go");
    let mut late = watch(30.0, 10.0, 220.0);
    late.seen.retain(|seen| seen.at_ns > 20_000_000_000);
    late.expect(shown(), Outcome::Fail, "time shown, at least");
    late.seen.retain(|seen| seen.at_ns > 60_000_000_000);
    late.expect(shown(), Outcome::Inconclusive, "not seen to come");
}

#[test]
fn another_code_after_it_is_not_the_same_code() {
    let mut bench = watch(30.0, 10.0, 160.0);
    for seen in bench.seen.iter_mut().filter(|seen| seen.at_ns >= 160_000_000_000) {
        let payloads = vec![OTHER.to_owned()];
        seen.value = CodeView { payloads, ..CodeView::default() }.to_value();
    }
    // Without the control the other code does not show that this one is gone.
    bench.expect(shown(), Outcome::Inconclusive, "not seen to go");
    for seen in bench.seen.iter_mut().filter(|seen| seen.at_ns >= 160_000_000_000) {
        let payloads = vec![OTHER.to_owned()];
        seen.value = CodeView { payloads, control: true, ..CodeView::default() }.to_value();
    }
    bench.expect(shown(), Outcome::Fail, "time shown 150 s");
}

#[test]
fn a_phone_that_falls_asleep_has_not_hidden_its_code() {
    let mut bench = watch(30.0, 10.0, 150.0);
    for seen in bench.seen.iter_mut().filter(|seen| seen.at_ns >= 150_000_000_000) {
        seen.value = CodeView { control: true, blank: true, ..CodeView::default() }.to_value();
    }
    bench.expect(shown(), Outcome::Inconclusive, "not seen to go");
}

#[test]
fn a_time_without_a_reading_is_allowed_where_the_code_was_hidden() {
    let covered = |control: bool| {
        let mut bench = watch(30.0, 10.0, 190.0);
        for seen in bench.seen.iter_mut().filter(|seen| (60..90).contains(&(seen.at_ns / 1_000_000_000))) {
            seen.value = CodeView { control, ..CodeView::default() }.to_value();
        }
        bench
    };
    for control in [true, false] {
        covered(control).expect(shown(), Outcome::Inconclusive, "not read from 58 to 90 s");
        covered(control).expect(QrShown { hidden: true, ..shown() }, Outcome::Pass, "time shown 180 s");
    }
    // Readings 2 s apart are as seldom as may be.
    let seldom = QrShown { gap: Duration::from_secs(2), ..shown() };
    watch(30.0, 10.0, 190.0).expect(seldom, Outcome::Pass, "time shown 180 s");
    let seldom = QrShown { gap: Duration::from_millis(1999), ..shown() };
    watch(30.0, 10.0, 190.0).expect(seldom, Outcome::Inconclusive, "not read from 12 to 14 s");
}

#[test]
fn missed_readings_widen_both_ends() {
    let mut bench = watch(30.0, 10.0, 190.0);
    let missed: Vec<usize> = (0..bench.seen.len())
        .filter(|&i| (60..63).contains(&(bench.seen[i].at_ns / 1_000_000_000)))
        .collect();
    assert_eq!(missed.len(), 2);
    for place in missed {
        bench.seen[place].value = CodeView { control: true, ..CodeView::default() }.to_value();
    }
    let check = || QrShown { gap: Duration::from_secs(7), ..shown() };
    let (clean, widened) = (watch(30.0, 10.0, 190.0).judge(check()), bench.judge(check()));
    let missed = |judgement: &CheckResult| {
        let lines = judgement.measurements[0].budget.iter().filter(|line| line.source.contains("missed"));
        lines.map(|line| (line.half_width.unwrap() * 30.0).round()).collect::<Vec<_>>()
    };
    assert_eq!((missed(&clean), missed(&widened)), (vec![0.0, 0.0], vec![2.0, 2.0]));
}

#[test]
fn no_code_at_all() {
    let none = |looks: u32| (0..looks).fold(Bench::default(), |bench, at| bench.code(at.into(), None));
    none(3).expect(shown(), Outcome::Fail, "no QR code of the app's was read in 3 frames");
    none(2).expect(shown(), Outcome::Inconclusive, "2 frames only");
    Bench::default().saw(0.0, CodeView::default()).expect(shown(), Outcome::Inconclusive, "in no frame");
    Bench::default().expect(shown(), Outcome::Error, "no observation of `code_view`");
}

/// Random figures from a seed (SplitMix64).
struct Random(u64);

impl Random {
    /// From 0 to 1.
    fn part(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Anywhere within `half_width` of 0.
    fn within(&mut self, half_width: f64) -> f64 {
        (2.0 * self.part() - 1.0) * half_width
    }
}

/// The instruments of a simulated measurement: camera and phone delay a moment, each within its stated
/// limits.
struct Truth {
    fps: f64,
    random: Random,
}

impl Truth {
    /// How far the figure is off for one phase of the frames, its uncertainty, both in frame periods.
    fn one(&mut self, missed: f64) -> (f64, f64) {
        const STAMP_S: f64 = 0.003;
        let check = shown();
        let random = &mut self.random;
        let period = 1.0 / self.fps;
        let from_s = 10.0 + random.within(period);
        let valid_s = 180.0 + random.within(period);
        let (came, gone) =
            (from_s + random.within(check.panel_s), from_s + valid_s + random.within(check.panel_s));
        let rate = 1.0 + random.within(check.clock_ppm) / 1e6;
        let mut bench = Bench::default();
        for at_s in frames(self.fps, from_s, from_s + valid_s) {
            let middle = at_s + random.within(STAMP_S);
            let read = (came..gone).contains(&middle) && random.part() >= missed;
            bench = bench.code(at_s * rate, read.then_some(CODE));
            let last = bench.seen.last_mut().unwrap();
            last.uncertainty_ns = (STAMP_S * 1e9) as u64;
        }
        let judgement = bench.judge(check);
        let figure = &judgement.measurements[0];
        assert_eq!(figure.name, "time shown", "{}", judgement.reason);
        ((figure.value - valid_s) / period, figure.uncertainty / period)
    }
}

#[test]
fn the_truth_lies_within_the_stated_uncertainty() {
    for fps in [5.0, 15.0, 30.0, 60.0] {
        let mut truth = Truth { fps, random: Random(1) };
        let runs: Vec<(f64, f64)> = (0..200).map(|_| truth.one(0.0)).collect();
        let inside = runs.iter().filter(|(off, uncertainty)| off.abs() <= *uncertainty).count();
        let widest = runs.iter().map(|(_, uncertainty)| *uncertainty).fold(0.0, f64::max);
        let bias = runs.iter().map(|(off, _)| off).sum::<f64>() / 200.0;
        println!("{fps} fps: {inside} of 200 inside, widest {widest:.3} periods, bias {bias:.3}");
        assert!(inside >= 190, "{fps} fps: {inside} of 200");
        assert!(widest <= 1.5, "{fps} fps: {widest} periods");
        assert!(bias.abs() < 0.1, "{fps} fps: {bias} periods");
    }
}

#[test]
fn the_truth_lies_within_it_where_readings_are_missed() {
    for missed in [0.02, 0.2] {
        let mut truth = Truth { fps: 30.0, random: Random(2) };
        let runs: Vec<(f64, f64)> = (0..200).map(|_| truth.one(missed)).collect();
        let inside = runs.iter().filter(|(off, uncertainty)| off.abs() <= *uncertainty).count();
        println!("{missed} missed: {inside} of 200 inside");
        assert!(inside >= 190, "{missed} missed: {inside} of 200");
    }
}

#[test]
fn hidden_or_not_limits_can_be_open() {
    let open = QrShown { shown_s: Limits::at_least(100.0), ..shown() };
    watch(5.0, 10.0, 190.0).expect(open, Outcome::Pass, "at least 100 s wanted");
}

#[test]
fn a_measurement_across_a_pause_cannot_pass_and_a_fail_stays_one() {
    let paused = || crate::oracle::observed::Paused { from_ns: 100_000_000_000, to_ns: 120_000_000_000 };
    let judgement = watch(30.0, 10.01, 190.02).saw(100.0, paused()).judge(shown());
    assert_eq!((judgement.outcome, judgement.cause), (Outcome::Inconclusive, Some(reports::Cause::Paused)));
    assert!(judgement.measurements.iter().all(|figure| figure.outcome == Outcome::Inconclusive));
    assert!(judgement.reason.starts_with("paused by hand meanwhile: time shown"), "{}", judgement.reason);
    watch(30.0, 10.0, 160.0).saw(100.0, paused()).expect(shown(), Outcome::Fail, "time shown 150 s");
}

#[test]
fn a_code_that_changes_while_it_shows_is_the_sessions() {
    // A new payload every 20 s, which keeps the session's part.
    let changing = frames(30.0, 10.0, 190.0).fold(Bench::default(), |bench, at_s| {
        let payload = format!("MITID-COPY:SESSION-1:{}", ((at_s - 10.0) / 20.0).floor());
        bench.code(at_s, (10.0..190.0).contains(&at_s).then_some(payload.as_str()))
    });
    let check = |session_chars| QrShown { session_chars, ..shown() };
    changing.expect(check("MITID-COPY:SESSION-1:".len()), Outcome::Pass, "time shown 180 s");
    changing.expect(check(0), Outcome::Fail, "time shown 19.");
    watch(30.0, 10.0, 190.0).expect(check(11), Outcome::Pass, "time shown 180 s");
}
