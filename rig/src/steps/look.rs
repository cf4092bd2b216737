//! What the camera sees of the code display, and how it is judged.

use std::time::Duration;

use cucumber::{then, when};

use super::{Count, DEVICE, Device, first_device, prepare};
use crate::{
    oracle::{
        check::{
            CodeChangeDrift, CodeChanges, CodeIsCurrent, DisplayMatchesBoard, Drift, LogTells,
            NoCodeWithoutPress, PressAnswered, ShownDigits, StepLength, TestCommandsRefused,
        },
        decision::{COVERAGE, Limits},
        observed::Log,
    },
    recorder::Handles,
    session::{
        Evidence::{Display, TestKey},
        Scene, Session, StepResult,
        evidence::{
            BoardClockRead, ChangesFollowed, DisplayRead, DisplayWatched, PressWatched, PressedOften,
        },
        means,
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

#[then(expr = "the code has exactly {count} digits")]
fn six_digits(scene: &mut Scene, digits: Count) {
    scene.judges::<DisplayRead, _>(means().states("digits", digits.0, "digit"), |_| {
        Ok(ShownDigits { digits: digits.0 })
    });
}

#[then(expr = "the camera sees the code that {device} says it shows")]
fn matches_board(scene: &mut Scene, device: Device) {
    scene.step(device.used().uses(Commands).needs(Display).judges::<DisplayMatchesBoard>(), |session| {
        let seen = compare_with_board(session, device.of(session)?)?;
        session.judge(DisplayMatchesBoard {}, seen)
    });
}

#[then("the code is valid now")]
fn valid_now(scene: &mut Scene) {
    scene.step(means().uses(Commands).needs(TestKey).needs(Display).judges::<CodeIsCurrent>(), |session| {
        let now = session.now();
        let DisplayRead(seen) = session.memory.left()?;
        let seen = seen.with(session.observe_utc(now)?);
        let check = CodeIsCurrent {
            key: session.instruments.devices[DEVICE].key()?,
            totp: session.bench.profile.totp.formula(),
            window: session.bench.profile.totp.window(),
        };
        session.judge(check, seen)
    });
}

#[when(expr = "I press the button on {device} and watch it")]
fn press_and_watch(scene: &mut Scene, device: Device) {
    scene.observes(device.used(), |session| {
        let device = device.of(session)?;
        session.avoid_step_end()?;
        let before = Handles::from(session.look_at(device)?);
        let pressed = before.with(session.press(device)?);
        let patience = Duration::from_secs_f64(session.bench.profile.limits.press_to_code_s[1]);
        let lit = pressed.with(session.first_lit(device, patience)?);
        Ok(PressWatched(lit.with(session.watch(device, WATCH + LATE, GAP)?)))
    });
}

#[then("the press yields exactly one code, in time")]
fn one_code(scene: &mut Scene) {
    scene.judges::<PressWatched, _>(means(), |session| {
        Ok(PressAnswered {
            answer_s: Limits::at_most(session.bench.profile.limits.press_to_code_s[1]),
            watch: WATCH,
            gap: GAP + LATE,
            clock_ppm: session.bench.uncertainty.clock_ppm,
            coverage: COVERAGE,
        })
    });
}

#[when("nobody presses the button")]
fn nobody_presses(scene: &mut Scene) {
    scene.observes(first_device(), |session| {
        Ok(DisplayWatched(session.watch(DEVICE, WATCH + LATE, GAP)?.into()))
    });
}

#[then("no code is displayed")]
fn no_code(scene: &mut Scene) {
    scene.judges::<DisplayWatched, _>(means(), |_| Ok(NoCodeWithoutPress { watch: WATCH, gap: GAP + LATE }));
}

#[when(expr = "I press the button every {count} seconds for {count} seconds")]
fn presses(scene: &mut Scene, every: Count, span: Count) {
    scene.observes(first_device(), |session| {
        Ok(PressedOften(press_every(session, span.seconds(), every.seconds())?))
    });
}

#[then(expr = "the code changes at least every {count} minutes")]
fn changes(scene: &mut Scene, minutes: Count) {
    scene.judges::<PressedOften, _>(means().states("change", minutes.0, "min"), |session| {
        Ok(CodeChanges { within: minutes.minutes(), clock_ppm: session.bench.uncertainty.clock_ppm })
    });
}

#[when("I press the button often about three changes of the code")]
fn press_about_changes(scene: &mut Scene) {
    scene.observes(first_device(), |session| {
        let mut seen = Handles::default();
        for _ in 0..CHANGES {
            let until_change = session.until_next_step()?;
            seen.add(press_every(session, until_change.saturating_sub(ABOUT), BETWEEN)?);
            seen.add(press_every(session, ABOUT * 2, CLOSE)?);
        }
        Ok(PressedOften(seen))
    });
}

#[then("the measured time step is within its limits")]
fn step_length(scene: &mut Scene) {
    scene.judges::<PressedOften, _>(means(), |session| {
        Ok(StepLength {
            step_s: session.bench.profile.limits.time_step_s.into(),
            clock_ppm: session.bench.uncertainty.clock_ppm,
            coverage: COVERAGE,
        })
    });
}

#[when(expr = "{count} hours go by")]
fn hours_go_by(scene: &mut Scene, count: Count) {
    scene.observes(first_device().uses(Commands), |session| {
        let first = Handles::from(session.board_clock(DEVICE)?);
        session.wait(count.hours())?;
        Ok(BoardClockRead(first.with(session.board_clock(DEVICE)?)))
    });
}

#[then("the clock's drift is within its limits")]
fn drift(scene: &mut Scene) {
    scene.judges::<BoardClockRead, _>(means(), |session| {
        Ok(Drift {
            ppm: session.bench.profile.limits.clock_drift_ppm.into(),
            clock_ppm: session.bench.uncertainty.clock_ppm,
            coverage: COVERAGE,
        })
    });
}

#[when(expr = "I follow the code's changes over {count} hours")]
fn follow(scene: &mut Scene, count: Count) {
    scene.observes(first_device(), |session| session.follow_changes(DEVICE, count.hours()));
}

#[then("the drift of the code's changes is within its limits")]
fn changes_drift(scene: &mut Scene) {
    scene.judges::<ChangesFollowed, _>(means(), |session| {
        let profile = &session.bench.profile;
        Ok(CodeChangeDrift {
            step_s: profile.totp.step_s.get() as f64,
            possible_s: profile.limits.time_step_s,
            ppm: Limits::from(profile.limits.clock_drift_ppm),
            clock_ppm: session.bench.uncertainty.clock_ppm,
            coverage: COVERAGE,
        })
    });
}

/// Two pairs of reads, one by the camera and one by the board, of the same contents.
pub(super) fn compare_with_board(session: &mut Session, device: usize) -> StepResult<Handles> {
    let mut seen = Handles::default();
    for _ in 0..2 {
        seen.add(session.board_display(device)?);
        seen.add(session.read(device)?);
    }
    Ok(seen)
}

/// Presses and reads every `every` for `span`.
fn press_every(session: &mut Session, span: Duration, every: Duration) -> StepResult<Handles> {
    let end = session.now() + span;
    let mut seen = Handles::default();
    while session.now() < end {
        let next = end.min(session.now() + every);
        seen.add(session.press_and_read(DEVICE)?.0);
        session.instruments.clock.wait_until(next)?;
    }
    Ok(seen)
}

#[then(expr = "{device} refuses every test command")]
fn refuses(scene: &mut Scene, device: Device) {
    scene.step(device.used().uses(Link).judges::<TestCommandsRefused>(), |session| {
        let seen = session.try_test_commands(device.of(session)?)?;
        session.judge(TestCommandsRefused {}, seen)
    });
}

#[then("the firmware has logged the press")]
fn logged(scene: &mut Scene) {
    scene.step(first_device().uses(Probe).needs(Display).judges::<LogTells>(), |session| {
        let probe = prepare::probe(session)?;
        let name = probe.name().to_owned();
        let log = probe.log()?.map(|text| Log { lines: text.lines().map(str::to_owned).collect() });
        let seen = session.recording.observe(&name, &log)?;
        session.judge(LogTells { begins: "press".into() }, seen)
    });
}
