use super::*;
use crate::oracle::decision::Limits;

pub(super) fn sms() -> SmsCame {
    SmsCame { digits: 8, sms_s: [0.0, 60.0].into(), clock_ppm: 0.0, coverage: 2.0 }
}

pub(super) fn pin(chars: u32, digits_only: bool) -> TemporaryPin {
    TemporaryPin { chars, digits_only, from: "MitID".into() }
}

fn act(what: &str) -> Act {
    Act { what: what.into() }
}

/// A tap at 10 s, and the screen that it brings up, looked at at 11 s.
pub(super) fn asked() -> Bench {
    Bench::default().saw(3.0, act("tap Next")).saw(10.0, act("tap Next")).screen(
        11.0,
        "Temporary PIN code",
        &[],
    )
}

#[test]
fn a_message_in_time_and_in_form_passes() {
    let judgement = asked().saw(14.0, pin(8, true)).judge(sms());
    assert_eq!(judgement.outcome, Outcome::Pass, "{}", judgement.reason);
    let figure = &judgement.measurements[0];
    assert!((figure.value - 3.5).abs() < 1e-9, "{figure:?}");
    // The screen came within half a second of 10.5 s; two time stamps are a millisecond off at most.
    let expected = 2.0 * (0.5_f64 * 0.5 + 2.0 * 0.001 * 0.001).sqrt() / 3_f64.sqrt();
    assert!((figure.uncertainty - expected).abs() < 1e-9, "{figure:?}");
    // Faster than the rig looked.
    asked().saw(10.2, pin(8, true)).expect(sms(), Outcome::Pass, "time to SMS 0.1 s");
    let alone = Bench::default().screen(11.0, "Temporary PIN code", &[]).saw(11.0, pin(8, true));
    alone.expect(sms(), Outcome::Pass, "time to SMS 0 s");
}

#[test]
fn a_late_message_fails_and_one_at_the_limit_is_undecided() {
    asked().saw(80.0, pin(8, true)).expect(sms(), Outcome::Fail, "time to SMS 69.5 s");
    asked().saw(70.5, pin(8, true)).expect(sms(), Outcome::Inconclusive, "at most 60 s allowed");
    let quick = SmsCame { sms_s: [5.0, 60.0].into(), ..sms() };
    asked().saw(11.0, pin(8, true)).expect(quick, Outcome::Fail, "allowed 5 to 60 s");
}

#[test]
fn a_temporary_pin_of_another_form_fails() {
    asked().saw(14.0, pin(6, true)).expect(sms(), Outcome::Fail, "has 6 digits, expected 8");
    asked().saw(14.0, pin(8, false)).expect(sms(), Outcome::Fail, "not all of them digits");
    asked().saw(12.0, pin(6, true)).saw(14.0, pin(8, true)).expect(sms(), Outcome::Pass, "time to SMS");
}

#[test]
fn none_came_and_the_loop_back_decides() {
    let none = |loop_back| asked().saw(99.0, NoSms { from_ns: 0, to_ns: 1, loop_back });
    none(true).expect(sms(), Outcome::Inconclusive, "no SMS with a temporary PIN came");
    none(false).expect(sms(), Outcome::Error, "not even the modem's message to itself");
    asked().expect(sms(), Outcome::Error, "no observation of `no_sms`");
    Bench::default().saw(1.0, pin(8, true)).expect(sms(), Outcome::Error, "no observation of `screen`");
}

const TEXT: &str = "A MitID app was activated for you.";
const CONTROL: &str = "rig: control";

fn message(wanted: bool) -> MessageArrived {
    let (text, control, message_s) = (TEXT.into(), CONTROL.into(), Limits::at_most(60.0));
    MessageArrived { wanted, text, control, message_s, clock_ppm: 0.0, coverage: 2.0 }
}

fn read(bench: Bench, at_s: f64, texts: &[&str]) -> Bench {
    bench.saw(at_s, Notifications { texts: texts.iter().map(|text| (*text).to_owned()).collect() })
}

#[test]
fn a_message_that_arrives_in_time_passes() {
    let bench = read(read(asked(), 14.0, &[CONTROL]), 16.0, &[CONTROL, TEXT]);
    let judgement = bench.judge(message(true));
    assert!(judgement.reason.starts_with("time to message 4.5 s"), "{}", judgement.reason);
    // It came within a second of 15 s, and the screen within half a second of 10.5 s.
    let expected = 2.0 * (1.0_f64 + 0.5 * 0.5 + 2.0 * 0.001 * 0.001).sqrt() / 3_f64.sqrt();
    assert!((judgement.measurements[0].uncertainty - expected).abs() < 1e-9, "{judgement:?}");
    assert_eq!(judgement.outcome, Outcome::Pass);
    read(asked(), 12.0, &[TEXT]).expect(message(true), Outcome::Pass, "time to message");
    let late = read(read(asked(), 84.0, &[CONTROL]), 86.0, &[CONTROL, TEXT]);
    late.expect(message(true), Outcome::Fail, "at most 60 s allowed");
    let rarely = read(read(asked(), 14.0, &[CONTROL]), 76.0, &[CONTROL, TEXT]);
    rarely.expect(message(true), Outcome::Inconclusive, "at most 60 s allowed");
}

#[test]
fn no_message_fails_once_its_time_is_over_and_the_control_shows() {
    read(asked(), 75.0, &[CONTROL]).expect(message(true), Outcome::Fail, "no “A MitID app was activated");
    read(asked(), 30.0, &[CONTROL]).expect(message(true), Outcome::Inconclusive, "no message yet");
    read(asked(), 71.0, &[CONTROL]).expect(message(true), Outcome::Inconclusive, "yet, 60.0 s after");
    read(asked(), 75.0, &[]).expect(message(true), Outcome::Inconclusive, "not even the control");
    asked().expect(message(true), Outcome::Error, "no observation of `notifications`");
}

#[test]
fn where_none_is_wanted_one_fails() {
    let none = || read(Bench::default(), 75.0, &[CONTROL, "Battery low"]);
    none().expect(message(false), Outcome::Pass, "no message of the app");
    read(none(), 80.0, &[CONTROL, TEXT]).expect(
        message(false),
        Outcome::Fail,
        "the phone shows “A MitID app",
    );
    read(Bench::default(), 75.0, &[]).expect(message(false), Outcome::Inconclusive, "not even the control");
}

#[test]
fn a_screenshot_is_blocked_only_where_one_can_be_taken() {
    let taken = |shows: &[bool]| {
        let shot = |bench: Bench, &shows_app| bench.saw(1.0, Screenshot { shows_app });
        shows.iter().fold(Bench::default(), shot)
    };
    taken(&[true, false]).expect(ScreenshotBlocked {}, Outcome::Pass, "does not show the screen");
    taken(&[true, true]).expect(ScreenshotBlocked {}, Outcome::Fail, "shows the screen");
    taken(&[true]).expect(ScreenshotBlocked {}, Outcome::Fail, "shows the screen");
    taken(&[false]).expect(ScreenshotBlocked {}, Outcome::Inconclusive, "is not known");
    taken(&[]).expect(ScreenshotBlocked {}, Outcome::Error, "no observation of `screenshot`");
}
