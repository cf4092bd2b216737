//! The QR code on the old phone: what the camera sees of it, for how long, and for how long it is taken.

use std::time::Duration;

use cucumber::{given, then, when};
use drivers::{BenchTime, holder::Target};

use super::{Count, OTHER_PHONE, PHONE, Seconds, Where};
use crate::{
    oracle::{
        check::{
            CheckmarkShown, DifferentPayloads, QrAccepted, QrNotShown, QrReadable, QrShown,
            QrSurroundingsReported, ScreenshotBlocked,
        },
        decision::Limits,
        observed::Screenshot,
    },
    recorder::{Handle, Handles},
    session::{
        Evidence::{self, AgedScan, OlderQrCode, QrCode, QrCodeAskedFor, QrCodeWatched, Scan, Scanner},
        Means, ScanAtAge, Scene, Session, StepResult,
        copy::{MAY_USE_BLUETOOTH, SCAN_THIS, USER_ID},
        evidence::Screenshots,
        means,
        view::{GAP, GONE, OFTEN},
    },
    suite::{
        Instrument::{Skill, View},
        PhoneSkill::SetClock,
        Single,
    },
};

/// How long the new phone is watched for a checkmark that must not come.
const NO_CHECKMARK: Duration = Duration::from_secs(4);
/// How long one that must come may take.
const CHECKMARK: Duration = Duration::from_secs(10);

#[then("the app asks for Bluetooth before it shows the QR code")]
fn asks_for_bluetooth(scene: &mut Scene) {
    scene.step(means().sees(PHONE).gives(QrCodeAskedFor).shows(&[MAY_USE_BLUETOOTH]), |session| {
        session.expect(PHONE, MAY_USE_BLUETOOTH, &["Allow", "Don't allow"])?;
        session.code_is_asked_for()?;
        session.tap(PHONE, "Allow")?;
        session.expect(PHONE, SCAN_THIS, &[])
    });
}

#[given("the app asked to show a QR code")]
fn asked(scene: &mut Scene) {
    scene.step(means().on(PHONE).gives(QrCodeAskedFor), |session| {
        session.open_step_5(PHONE)?;
        session.ask_for_code(PHONE)?;
        session.code_is_asked_for()?;
        session.expect(PHONE, MAY_USE_BLUETOOTH, &[])
    });
}

#[given("a QR code shown on the old phone")]
#[when("the old phone shows a QR code")]
fn shown(scene: &mut Scene) {
    scene.step(means().on(PHONE).uses(View).gives(QrCodeAskedFor).gives(QrCode), |session| {
        session.old_phone_shows_code(PHONE)
    });
}

#[when("the other phone shows a QR code")]
fn other_shows(scene: &mut Scene) {
    scene.step(means().on(OTHER_PHONE).uses(View).gives(QrCode), |session| {
        session.old_phone_shows_code(OTHER_PHONE)
    });
}

#[then("a QR code is shown, and can be read")]
fn readable(scene: &mut Scene) {
    scene.step(
        means().sees(PHONE).uses(View).needs(QrCodeAskedFor).gives(QrCode).judges::<QrReadable>(),
        |session| session.code_appears(PHONE),
    );
}

#[then(
    expr = "the QR code's quiet zone of {count} modules and its size of {count} pixels a module are reported"
)]
fn surroundings(scene: &mut Scene, quiet: Count, size: Count) {
    scene.step(
        means()
            .uses(View)
            .needs(QrCode)
            .judges::<QrSurroundingsReported>()
            .states("quiet_zone", quiet.0, "module")
            .states("module", size.0, "px"),
        |session| {
            session.judge_surroundings(
                PHONE,
                Limits::at_least(quiet.0.into()),
                Limits::at_least(size.0.into()),
            )
        },
    );
}

#[then("no QR code is shown")]
fn none_shown(scene: &mut Scene) {
    scene.step(means().sees(PHONE).uses(View).needs(QrCodeAskedFor).judges::<QrNotShown>(), |session| {
        session.wait(Duration::from_millis(500))?;
        session.judge_no_code(PHONE)
    });
}

#[when("I have a new QR code shown")]
fn renew(scene: &mut Scene) {
    scene.step(means().on(PHONE).uses(View).needs(QrCode).gives(QrCode), |session| {
        let old = session.shown_code(0)?;
        let from = session.now();
        session.tap(PHONE, "Show a new QR code")?;
        session.wait_for_code(PHONE, from, session.answer_limit(), Some(&old.payload))?;
        session.judge_code_readable()?;
        if session.shown_code(0)?.look == old.look { session.judge_codes_differ(old.look) } else { Ok(()) }
    });
}

#[when(expr = "I ask for a new QR code {count} seconds after the code was shown")]
fn renew_later(scene: &mut Scene, after: Count) {
    scene.step(means().on(PHONE).uses(View).needs(QrCode), |session| {
        let shown = session.shown_code(0)?.at;
        session.watch_until(PHONE, shown + after.seconds())?;
        session.tap(PHONE, "Show a new QR code")
    });
}

#[when(expr = "the app is in the background for {count} seconds, {count} seconds after the code was shown")]
fn in_background(scene: &mut Scene, span: Count, after: Count) {
    scene.step(means().on(PHONE).uses(View).needs(QrCode), |session| {
        let shown = session.shown_code(0)?.at;
        session.watch_until(PHONE, shown + after.seconds())?;
        session.phone(PHONE).background()?;
        session.wait(span.seconds())?;
        session.phone(PHONE).foreground()?;
        session.wait(Duration::from_secs(1))
    });
}

#[when(
    expr = "the old phone's clock is set back by {count} seconds, {count} seconds after the code was shown"
)]
fn set_back(scene: &mut Scene, back: Count, after: Count) {
    scene.step(means().on(PHONE).uses(View).uses(Skill(SetClock)).needs(QrCode), |session| {
        let shown = session.shown_code(0)?.at;
        session.watch_until(PHONE, shown + after.seconds())?;
        session.set_phone_clock(PHONE, -i64::from(back.0))
    });
}

#[when("I watch the QR code until it is gone")]
fn watch(scene: &mut Scene) {
    scene.step(means().on(PHONE).uses(View).needs(QrCode).gives(QrCodeWatched), |session| {
        session.watch_code(PHONE)
    });
}

#[then(expr = "it was shown for {count} minutes")]
fn for_minutes(scene: &mut Scene, minutes: Count) {
    scene.step(shown_for(minutes), |session| {
        let [lower, upper] = session.bench.profile.limits.qr_shown_s;
        judge_shown(session, Limits { lower: Some(lower), upper: Some(upper) }, false)
    });
}

#[then(expr = "it was shown for {count} minutes in all")]
fn for_minutes_in_all(scene: &mut Scene, minutes: Count) {
    scene.step(shown_for(minutes), |session| {
        let [lower, upper] = session.bench.profile.limits.qr_shown_s;
        judge_shown(session, Limits { lower: Some(lower), upper: Some(upper) }, true)
    });
}

#[then(expr = "it was shown for {count} minutes at most")]
fn for_minutes_at_most(scene: &mut Scene, minutes: Count) {
    scene.step(shown_for(minutes), |session| {
        let [_, upper] = session.bench.profile.limits.qr_shown_s;
        judge_shown(session, Limits::at_most(upper), true)
    });
}

#[when(expr = "the code, saved, is shown to the new phone {seconds} seconds after it was first seen")]
fn scan_at_age(scene: &mut Scene, age: Seconds) {
    scene.step(
        means()
            .on(OTHER_PHONE)
            .uses(Single::Screen)
            .uses(Single::Holder)
            .needs(QrCode)
            .gives(AgedScan)
            .gives(Scan),
        |session| {
            let code = session.shown_code(0)?;
            session.phone(OTHER_PHONE).reinstall()?;
            session.open_scanner(OTHER_PHONE)?;
            session.show_on_screen(None)?;
            session.aim(OTHER_PHONE, &Target::Screen)?;
            session.instruments.clock.wait_until(code.at + age.0)?;
            let shown = session.scan_saved(OTHER_PHONE, &code.payload)?;
            let accepted = scan_result(session)?;
            let scan = session.observe_scan(OTHER_PHONE, &code.payload, &shown, accepted)?;
            let looks = session.memory.qr.looks.clone();
            session.memory.qr.aged_scans.push(ScanAtAge { scan, looks });
            session.show_on_screen(None).map(drop)
        },
    );
}

#[then("the code is accepted")]
fn accepted(scene: &mut Scene) {
    scene.step(means().sees(OTHER_PHONE).needs(Scan).shows(&[USER_ID]), |session| {
        session.checkmark_goes(OTHER_PHONE)?;
        session.expect(OTHER_PHONE, USER_ID, &[])
    });
}

#[then(expr = "the code is accepted for {count} minutes")]
fn accepted_for(scene: &mut Scene, minutes: Count) {
    scene.step(
        means().needs(AgedScan).judges::<QrAccepted>().states("validity", minutes.0, "min"),
        |session| {
            let [lower, upper] = session.bench.profile.limits.qr_accepted_s;
            let check = QrAccepted {
                issuance_s: session.bench.uncertainty.issuance_s,
                accepted_s: Limits { lower: Some(lower), upper: Some(upper) },
                clock_ppm: session.bench.uncertainty.clock_ppm,
                coverage: session.bench.uncertainty.coverage,
            };
            let seen = Handles::from(session.memory.qr.aged_scans.as_slice());
            session.judge(check, seen)
        },
    );
}

#[when("the code, saved, is shown to the new phone")]
fn scan_saved(scene: &mut Scene) {
    scene.step(scan(OTHER_PHONE).needs(QrCode), |session| scan_kept(session, OTHER_PHONE, 0));
}

#[when("the code before it, saved, is shown to the new phone")]
fn scan_older(scene: &mut Scene) {
    scene.step(scan(OTHER_PHONE).needs(OlderQrCode), |session| scan_kept(session, OTHER_PHONE, 1));
}

#[when("the code, saved, is shown to the same phone")]
fn scan_on_same(scene: &mut Scene) {
    scene.step(scan(PHONE).needs(QrCode), |session| scan_kept(session, PHONE, 0));
}

#[when("a QR code that is not MitID's is shown to the new phone")]
fn scan_foreign(scene: &mut Scene) {
    scene.step(scan(OTHER_PHONE), |session| {
        let prefix = session.bench.profile.qr.prefix.clone();
        scan_payload(session, OTHER_PHONE, &format!("{prefix}AAAAAAAAAAAAAAAAAAAAAA"))
    });
}

#[when("the new phone looks elsewhere")]
fn look_elsewhere(scene: &mut Scene) {
    scene.step(
        means().on(OTHER_PHONE).uses(Single::Holder).needs(Scanner(OTHER_PHONE)).gives(Scan),
        |session| {
            session.memory.qr.scan_began = session.aim(OTHER_PHONE, &Target::Away)?;
            Ok(())
        },
    );
}

#[then("a green checkmark shows on the new phone")]
fn checkmark(scene: &mut Scene) {
    scene.step(means().sees(OTHER_PHONE).uses(View).needs(Scan).judges::<CheckmarkShown>(), |session| {
        let from = session.memory.qr.scan_began;
        let looks = session.look_for_checkmark(OTHER_PHONE, from, from + CHECKMARK)?;
        session.judge(checkmark_check(from, true), looks)
    });
}

#[then("no green checkmark shows on the new phone")]
fn no_checkmark(scene: &mut Scene) {
    scene.step(means().sees(OTHER_PHONE).uses(View).needs(Scan).judges::<CheckmarkShown>(), |session| {
        let from = session.memory.qr.scan_began;
        let until = session.now() + NO_CHECKMARK + OFTEN * 2;
        let looks = session.look_for_checkmark(OTHER_PHONE, from, until)?;
        session.judge(checkmark_check(from, false), looks)
    });
}

#[then("the two codes differ")]
fn differ(scene: &mut Scene) {
    scene.step(means().needs(OlderQrCode).judges::<DifferentPayloads>(), |session| {
        let before = session.shown_code(1)?.look;
        session.judge_codes_differ(before)
    });
}

#[then(expr = "a screenshot does not show the code{where}")]
fn screenshot(scene: &mut Scene, at: Where) {
    scene.step(
        means().sees(at.0).needs(QrCode).needs(Evidence::Screenshot).judges::<ScreenshotBlocked>(),
        |session| {
            let Screenshots(before) = session.memory.left()?;
            let seen = before.with(take_screenshot(session, at.0)?);
            session.memory.leave(Screenshots(seen.clone()));
            session.judge(ScreenshotBlocked {}, seen)
        },
    );
}

#[given("a screenshot of the question how I want to authenticate")]
fn ordinary_screenshot(scene: &mut Scene) {
    scene.observes(means().on(PHONE), |session| {
        session.open_step_5(PHONE)?;
        Ok(Screenshots(take_screenshot(session, PHONE)?.into()))
    });
}

#[when("I refuse Bluetooth on the old phone")]
fn refuse_bluetooth(scene: &mut Scene) {
    scene.step(means().on(PHONE).needs(QrCodeAskedFor), |session| {
        session.expect(PHONE, MAY_USE_BLUETOOTH, &["Don't allow"])?;
        session.tap(PHONE, "Don't allow")
    });
}

#[when("I refuse Bluetooth on the new phone")]
fn refuse_bluetooth_new(scene: &mut Scene) {
    scene.step(means().on(OTHER_PHONE), |session| {
        session.expect(OTHER_PHONE, MAY_USE_BLUETOOTH, &["Don't allow"])?;
        session.tap(OTHER_PHONE, "Don't allow")
    });
}

#[when("I cancel on the old phone")]
fn cancel(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| {
        session.look(PHONE)?;
        session.tap(PHONE, "Cancel")?;
        session.look(PHONE).map(drop)
    });
}

/// A step that judges for how long a QR code was shown.
fn shown_for(minutes: Count) -> Means {
    means().needs(QrCodeWatched).judges::<QrShown>().states("validity", minutes.0, "min")
}

/// A step that shows a code to a phone's scanner on the bench's screen.
fn scan(phone: usize) -> Means {
    means().on(phone).uses(Single::Screen).uses(Single::Holder).needs(Scanner(phone)).gives(Scan)
}

fn judge_shown(session: &mut Session, shown_s: Limits, hidden: bool) -> StepResult {
    let check = QrShown {
        prefix: session.bench.profile.qr.prefix.clone(),
        session_chars: session.bench.profile.qr.session_chars,
        shown_s,
        looks: u32::try_from(GONE).unwrap_or(u32::MAX),
        gap: GAP,
        hidden,
        panel_s: session.bench.uncertainty.panel_s,
        clock_ppm: session.bench.uncertainty.clock_ppm,
        coverage: session.bench.uncertainty.coverage,
    };
    let looks = session.memory.qr.looks.clone();
    session.judge(check, looks)
}

fn scan_kept(session: &mut Session, phone: usize, back: usize) -> StepResult {
    let payload = session.shown_code(back)?.payload;
    scan_payload(session, phone, &payload)
}

fn scan_payload(session: &mut Session, phone: usize, payload: &str) -> StepResult {
    session.aim(phone, &Target::Screen)?;
    session.scan_saved(phone, payload)?;
    session.show_on_screen(None)?;
    Ok(())
}

/// Takes a screenshot.
fn take_screenshot(session: &mut Session, phone: usize) -> StepResult<Handle<Screenshot>> {
    let taken = session.phone(phone).screenshot()?;
    let name = session.phone(phone).name().to_owned();
    session.recording.observe(&name, &taken.map(|shows_app| Screenshot { shows_app }))
}

/// Whether the new phone's service took the code that it was shown: none where it refused it for another reason
/// than its age, or has not answered.
fn scan_result(session: &mut Session) -> StepResult<Option<bool>> {
    let screen = session.look(OTHER_PHONE)?;
    let accepted = [session.text("The QR code is scanned")?, session.text("Enter your user ID")?];
    let expired = session.text("The QR code has expired or has been used.")?;
    Ok(if accepted.contains(&screen.title) {
        Some(true)
    } else if screen.texts.contains(&expired) {
        Some(false)
    } else {
        None
    })
}

fn checkmark_check(from: BenchTime, wanted: bool) -> CheckmarkShown {
    CheckmarkShown { wanted, from_ns: from.as_nanos(), watch: NO_CHECKMARK, gap: OFTEN * 2 }
}
