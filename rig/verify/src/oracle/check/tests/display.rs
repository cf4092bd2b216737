use super::*;
use crate::oracle::{check::display::Shown, observed::BoardDisplay, otp::Totp, window::Window};

fn told(text: &str) -> BoardDisplay {
    BoardDisplay { text: text.into() }
}

#[test]
fn a_code_has_six_digits_and_keeps_its_leading_zero() {
    Bench::default().display(1.0, "081804").expect(
        ShownDigits { digits: 6 },
        Outcome::Pass,
        "“081804”: 6 digits",
    );
    for (text, words) in [
        (" 81804", "“_81804”: 5 digits, expected 6"),
        ("81804", "“81804”: 5 digits"),
        ("94287082", "8 digits"),
        ("08?804", "“?” is not a digit"),
        ("081804 ", "expected 6"),
    ] {
        Bench::default().display(1.0, text).expect(ShownDigits { digits: 6 }, Outcome::Fail, words);
    }
}

#[test]
fn a_dark_display_fails_only_when_it_was_pressed_and_could_be_seen() {
    let dark = || Bench::default().display(1.0, "");
    dark().expect(ShownDigits { digits: 6 }, Outcome::Inconclusive, "no press was sensed");
    dark().press(0.0).expect(ShownDigits { digits: 6 }, Outcome::Fail, "stays dark");
    Bench::default().blind(1.0).press(0.0).expect(
        ShownDigits { digits: 6 },
        Outcome::Inconclusive,
        "lens is covered",
    );
    let mut no_marker = dark().press(0.0);
    no_marker.seen[0].value["control"] = false.into();
    no_marker.expect(ShownDigits { digits: 6 }, Outcome::Inconclusive, "marker");
}

#[test]
fn reads_that_contradict_each_other_blame_nobody() {
    let bench = Bench::default().display(1.0, "081804").display(1.1, "88180?");
    bench.expect(
        ShownDigits { digits: 6 },
        Outcome::Inconclusive,
        "the looks disagree: “081804” and “88180?”",
    );
    let vector = || CodeForTime { vector: "v".into(), expected: "081804".into() };
    bench.expect(vector(), Outcome::Inconclusive, "two reads disagree");
    let bench = Bench::default().blind(0.9).display(1.0, "081804").display(1.1, "081804");
    bench.expect(ShownDigits { digits: 6 }, Outcome::Pass, "081804");
    bench.expect(vector(), Outcome::Pass, "as v has it");
}

#[test]
fn a_code_shown_in_turns_is_seen_whole() {
    let watched = Bench::default().display(0.0, "").press(0.5).watch(1.0, 20.0, "081804").display(21.0, "");
    watched.expect(ShownDigits { digits: 6 }, Outcome::Pass, "“081804”: 6 digits");
    let turns = ["942870", "82____", "942870", "82____"].map(|text| text.replace('_', " "));
    let mut bench = Bench::default().press(0.0);
    for (text, at_s) in turns.iter().zip([1.0, 4.0, 7.0, 10.0]) {
        bench = bench.display(at_s, text);
    }
    bench.expect(ShownDigits { digits: 6 }, Outcome::Fail, "“82____”: 2 digits, expected 6");
}

#[test]
fn a_disagreement_of_camera_and_board_counts_when_it_is_confirmed() {
    let pair = |bench: Bench, at, seen: &str| bench.display(at, seen).saw(at, told("050471"));
    let bench = pair(Bench::default(), 1.0, "050471");
    bench.expect(DisplayMatchesBoard {}, Outcome::Pass, "the board says “050471”");
    let bench = pair(bench, 2.0, "858471");
    bench.expect(DisplayMatchesBoard {}, Outcome::Inconclusive, "no second read confirms it");
    pair(bench, 3.0, "858471").expect(DisplayMatchesBoard {}, Outcome::Fail, "a second read confirms it");
    let one_frame_twice = pair(pair(Bench::default(), 2.0, "858471"), 2.0, "858471");
    one_frame_twice.expect(DisplayMatchesBoard {}, Outcome::Inconclusive, "no second read");
    let blind = Bench::default().blind(1.0).saw(1.0, told("050471"));
    blind.expect(DisplayMatchesBoard {}, Outcome::Inconclusive, "covered");
}

#[test]
fn a_stuck_segment_shows_on_a_display_that_should_be_dark() {
    let dark = told("      ");
    let bench = Bench::default().display(1.0, "").saw(1.0, dark.clone());
    let bench = bench.display(2.0, "").saw(2.0, dark.clone());
    bench.expect(DisplayMatchesBoard {}, Outcome::Inconclusive, "a dark display");
    let unlit = |bench: Bench, at| bench.display(at, "").saw(at, told("050471"));
    let bench = unlit(unlit(Bench::default(), 1.0), 2.0);
    bench.expect(DisplayMatchesBoard {}, Outcome::Fail, "sees a dark display, the board says “050471”");
    let stuck = |bench: Bench, at| bench.display(at, "  ?   ").saw(at, dark.clone());
    let bench = stuck(stuck(Bench::default(), 1.0), 2.0);
    bench.expect(DisplayMatchesBoard {}, Outcome::Fail, "sees “__?___”, the board says “______”");
    let dashes = Bench::default().display(1.0, "??????").saw(1.0, told("------"));
    dashes.expect(DisplayMatchesBoard {}, Outcome::Pass, "------");
}

#[test]
fn the_vectors_hold() {
    let vector =
        || CodeForTime { vector: "RFC 6238 appendix B, 20000000000 s".into(), expected: "353130".into() };
    Bench::default().display(1.0, "353130").expect(vector(), Outcome::Pass, "as RFC 6238 appendix B");
    Bench::default().display(1.0, "694277").expect(vector(), Outcome::Fail, "20000000000 s gives 353130");
    Bench::default().press(0.0).display(1.0, "").expect(vector(), Outcome::Fail, "stays dark");
}

/// Shown at step 1 of the RFCs' key, 15 s in.
fn current(text: &str) -> Bench {
    Bench::default().utc(0.0, 35).display(10.0, text)
}

fn is_current(window: Window) -> CodeIsCurrent {
    CodeIsCurrent { key: "rfc".into(), totp: Totp::default(), window }
}

#[test]
fn a_displayed_code_is_one_that_is_valid_now() {
    let window = Window { past: 1, future: 1 };
    current("287082").expect(is_current(window), Outcome::Pass, "the code of step 1");
    current("755224").expect(is_current(window), Outcome::Pass, "the code of step 0");
    current("755224").expect(
        is_current(Window::default()),
        Outcome::Fail,
        "the code of step 0: 1 step ago, the",
    );
    let words = "6 steps ahead, the device's clock is 164.988 to 195.012 s fast";
    current("162583").expect(is_current(window), Outcome::Fail, words);
    current("123456").expect(is_current(window), Outcome::Fail, "valid now: 755224, 287082, 359152");
    current("87082").expect(is_current(window), Outcome::Fail, "the code of no step near by");
}

#[test]
fn a_late_clock_is_told_with_its_figures() {
    let bench = Bench::default().utc(0.0, 225).display(0.0, "338314");
    let words = "3 steps ago, the device's clock is 74.988 to 105.012 s late";
    let window = Window { past: 1, future: 1 };
    bench.expect(is_current(window), Outcome::Fail, words);
    // The same steps, counted from another moment.
    let totp = Totp { t0_s: 100, ..Totp::default() };
    let bench = Bench::default().utc(0.0, 325).display(0.0, "338314");
    bench.expect(CodeIsCurrent { totp, ..is_current(window) }, Outcome::Fail, words);
}

#[test]
fn at_a_boundary_either_step_is_current() {
    for code in ["755224", "287082"] {
        let bench = Bench::default().utc(0.0, 30).display(0.0, code);
        bench.expect(is_current(Window::default()), Outcome::Pass, "the code of step");
    }
    let bench = Bench::default().utc(0.0, 60).display(0.0, "755224");
    bench.expect(is_current(Window { past: 1, future: 0 }), Outcome::Inconclusive, "in or out");
}

#[test]
fn an_unknown_key_or_time_blames_nobody() {
    let stranger = CodeIsCurrent { key: "other".into(), ..is_current(Window::default()) };
    current("287082").expect(stranger, Outcome::Error, "rig: no key `other`");
    let mut bench = current("287082");
    bench.seen[0].uncertainty_ns = u64::MAX;
    bench.expect(is_current(Window::default()), Outcome::Inconclusive, "too uncertain");
}

#[test]
fn two_presses_yield_two_codes() {
    let codes = |first: &str, last: &str| {
        Bench::default().press(0.0).display(1.0, first).press(5.0).display(6.0, last)
    };
    codes("081804", "050471").expect(DifferentCodes {}, Outcome::Pass, "“081804” came first");
    codes("081804", "081804").expect(DifferentCodes {}, Outcome::Fail, "one code, “081804”");
    codes("081804", "").expect(DifferentCodes {}, Outcome::Fail, "stays dark");
    let once = Bench::default().press(0.0).display(1.0, "081804");
    once.expect(DifferentCodes {}, Outcome::Inconclusive, "not looked at twice");
}

#[test]
fn digits_are_nothing_but_digits() {
    assert_eq!(Shown::Lit("081804".into()).digits(), Some("081804"));
    for other in ["", "81 804", "8180?4", " 81804"] {
        assert_eq!(Shown::Lit(other.into()).digits(), None, "{other:?}");
    }
}
