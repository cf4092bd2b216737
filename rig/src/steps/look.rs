//! What the camera sees of the code display, and how it is judged.

use std::time::Duration;

use cucumber::{then, when};

use super::{Count, DEVICE, Device, first_device, prepare};
use crate::{
    oracle::{
        Check,
        check::{
            CodeChangeDrift, CodeChanges, CodeIsCurrent, DisplayMatchesBoard, Drift, LogTells,
            NoCodeWithoutPress, PressAnswered, ShownDigits, StepLength, TestCommandsRefused,
        },
        decision::Limits,
        observed::Log,
    },
    session::{
        Evidence::{BoardClock, ChangesFollowed, Display, PressWatched, PressedOften, TestKey, Watched},
        Scene, Session, StepResult, means,
    },
    suite::Instrument::{Commands, Link, Probe},
};

/// How long the display is watched for a second answer, or for one to no press, and how often it is
/// looked at: more than twice in the time for which a code shows.
const WATCH: Duration = Duration::from_secs(45);
const GAP: Duration = Duration::from_secs(3);
/// A look may come this much late.
const LATE: Duration = Duration::from_millis(500);
/// The time step is measured over `CHANGES` changes, with presses close to each other about the moment at
/// which a change is due, and a few between.
const CHANGES: u32 = 3;
const ABOUT: Duration = Duration::from_secs(1);
const CLOSE: Duration = Duration::from_millis(500);
const BETWEEN: Duration = Duration::from_secs(13);
/// The coverage factor of expanded uncertainties: 95 % for a normal distribution.
const COVERAGE: f64 = 2.0;

#[then(expr = "the code has exactly {count} digits")]
fn six_digits(scene: &mut Scene, digits: Count) {
    scene.step(
        means().needs(Display).judges::<ShownDigits>().states("digits", digits.0, "digit"),
        |session| judge_pending(session, Check::ShownDigits(ShownDigits { digits: digits.0 })),
    );
}

#[then(expr = "the camera sees the code that {device} says it shows")]
fn matches_board(scene: &mut Scene, device: Device) {
    scene.step(device.used().uses(Commands).needs(Display).judges::<DisplayMatchesBoard>(), |session| {
        let seen = compare_with_board(session, device.of(session)?)?;
        session.judge(&Check::DisplayMatchesBoard(DisplayMatchesBoard {}), &seen)
    });
}

#[then("the code is valid now")]
fn valid_now(scene: &mut Scene) {
    scene.step(means().uses(Commands).needs(TestKey).needs(Display).judges::<CodeIsCurrent>(), |session| {
        let now = session.clock.now();
        let utc = session.observe_utc(now)?;
        session.pending.push(utc);
        let check = CodeIsCurrent {
            key: session.devices[DEVICE].key()?,
            totp: session.bench.profile.totp.formula(),
            window: session.bench.profile.totp.window(),
        };
        judge_pending(session, Check::CodeIsCurrent(check))
    });
}

#[when(expr = "I press the button on {device} and watch it")]
fn press_and_watch(scene: &mut Scene, device: Device) {
    scene.step(device.used().gives(Display).gives(PressWatched), |session| {
        let device = device.of(session)?;
        session.avoid_step_end()?;
        let mut seen = vec![session.look_at(device)?];
        seen.push(session.press(device)?);
        let patience = Duration::from_secs_f64(session.bench.profile.limits.press_to_code_s[1]);
        seen.extend(session.first_lit(device, patience)?);
        seen.extend(session.watch(device, WATCH + LATE, GAP)?);
        session.pending = seen;
        Ok(())
    });
}

#[then("the press yields exactly one code, in time")]
fn one_code(scene: &mut Scene) {
    scene.step(means().needs(PressWatched).judges::<PressAnswered>(), |session| {
        let check = PressAnswered {
            answer_s: Limits::at_most(session.bench.profile.limits.press_to_code_s[1]),
            watch: WATCH,
            gap: GAP + LATE,
            coverage: COVERAGE,
        };
        judge_pending(session, Check::PressAnswered(check))
    });
}

#[when("nobody presses the button")]
fn nobody_presses(scene: &mut Scene) {
    scene.step(first_device().gives(Watched), |session| {
        session.pending = session.watch(DEVICE, WATCH + LATE, GAP)?;
        Ok(())
    });
}

#[then("no code is displayed")]
fn no_code(scene: &mut Scene) {
    scene.step(means().needs(Watched).judges::<NoCodeWithoutPress>(), |session| {
        let check = NoCodeWithoutPress { watch: WATCH, gap: GAP + LATE };
        judge_pending(session, Check::NoCodeWithoutPress(check))
    });
}

#[when(expr = "I press the button every {count} seconds for {count} seconds")]
fn presses(scene: &mut Scene, every: Count, span: Count) {
    scene.step(first_device().gives(Display).gives(PressedOften), |session| {
        session.pending = press_every(session, span.seconds(), every.seconds())?;
        Ok(())
    });
}

#[then(expr = "the code changes at least every {count} minutes")]
fn changes(scene: &mut Scene, minutes: Count) {
    scene.step(
        means().needs(PressedOften).judges::<CodeChanges>().states("change", minutes.0, "min"),
        |session| judge_pending(session, Check::CodeChanges(CodeChanges { within: minutes.minutes() })),
    );
}

#[when("I press the button often about three changes of the code")]
fn press_about_changes(scene: &mut Scene) {
    scene.step(first_device().gives(Display).gives(PressedOften), |session| {
        let mut seen = Vec::new();
        for _ in 0..CHANGES {
            let until_change = session.until_next_step()?;
            seen.extend(press_every(session, until_change.saturating_sub(ABOUT), BETWEEN)?);
            seen.extend(press_every(session, ABOUT * 2, CLOSE)?);
        }
        session.pending = seen;
        Ok(())
    });
}

#[then("the measured time step is within its limits")]
fn step_length(scene: &mut Scene) {
    scene.step(means().needs(PressedOften).judges::<StepLength>(), |session| {
        let [lower, upper] = session.bench.profile.limits.time_step_s;
        let step_s = Limits { lower: Some(lower), upper: Some(upper) };
        judge_pending(session, Check::StepLength(StepLength { step_s, coverage: COVERAGE }))
    });
}

#[when(expr = "{count} hours go by")]
fn hours_go_by(scene: &mut Scene, count: Count) {
    scene.step(first_device().uses(Commands).gives(BoardClock), |session| {
        let first = session.board_clock(DEVICE)?;
        session.wait(count.hours())?;
        session.pending = vec![first, session.board_clock(DEVICE)?];
        Ok(())
    });
}

#[then("the clock's drift is within its limits")]
fn drift(scene: &mut Scene) {
    scene.step(means().needs(BoardClock).judges::<Drift>(), |session| {
        let [lower, upper] = session.bench.profile.limits.clock_drift_ppm;
        let ppm = Limits { lower: Some(lower), upper: Some(upper) };
        judge_pending(session, Check::Drift(Drift { ppm, coverage: COVERAGE }))
    });
}

#[when(expr = "I follow the code's changes over {count} hours")]
fn follow(scene: &mut Scene, count: Count) {
    scene
        .step(first_device().gives(ChangesFollowed), |session| session.follow_changes(DEVICE, count.hours()));
}

#[then("the drift of the code's changes is within its limits")]
fn changes_drift(scene: &mut Scene) {
    scene.step(means().needs(ChangesFollowed).judges::<CodeChangeDrift>(), |session| {
        let profile = &session.bench.profile;
        let check = CodeChangeDrift {
            step_s: profile.totp.step_s.get() as f64,
            possible_s: profile.limits.time_step_s,
            ppm: Limits::from(profile.limits.clock_drift_ppm),
            coverage: COVERAGE,
        };
        judge_pending(session, Check::CodeChangeDrift(check))
    });
}

/// Two pairs of reads, one by the camera and one by the board, of the same contents.
pub(super) fn compare_with_board(session: &mut Session, device: usize) -> StepResult<Vec<u32>> {
    let mut seen = Vec::new();
    for _ in 0..2 {
        seen.push(session.board_display(device)?);
        seen.push(session.read(device)?);
    }
    Ok(seen)
}

/// Presses and reads every `every` for `span`.
fn press_every(session: &mut Session, span: Duration, every: Duration) -> StepResult<Vec<u32>> {
    let end = session.clock.now() + span;
    let mut seen = Vec::new();
    while session.clock.now() < end {
        let next = end.min(session.clock.now() + every);
        seen.extend(session.press_and_read(DEVICE)?.0);
        session.clock.wait_until(next)?;
    }
    Ok(seen)
}

fn judge_pending(session: &mut Session, check: Check) -> StepResult {
    let seen = session.pending.clone();
    session.judge(&check, &seen)
}

#[then(expr = "{device} refuses every test command")]
fn refuses(scene: &mut Scene, device: Device) {
    scene.step(device.used().uses(Link).judges::<TestCommandsRefused>(), |session| {
        let seen = session.try_test_commands(device.of(session)?)?;
        session.judge(&TestCommandsRefused {}.into(), &[seen])
    });
}

#[then("the firmware has logged the press")]
fn logged(scene: &mut Scene) {
    scene.step(first_device().uses(Probe).needs(Display).judges::<LogTells>(), |session| {
        let probe = prepare::probe(session)?;
        let name = probe.name().to_owned();
        let log = probe.log()?.map(|text| Log { lines: text.lines().map(str::to_owned).collect() });
        let seen = session.recorder.observed(&name, &log)?;
        session.judge(&Check::LogTells(LogTells { begins: "press".into() }), &[seen])
    });
}
