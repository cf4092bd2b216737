//! The copy of an app that is active: the wait before its QR code (H.12).

use std::time::Duration;

use cucumber::{then, when};

use super::{
    PHONE,
    app::{Expected, NOTIFICATIONS, judge_message},
};
use crate::{
    oracle::{
        check::{MessageArrived, ScreenShows},
        decision::Limits,
    },
    recorder::Handles,
    session::{
        Evidence::{CopyWait, QrCodeAskedFor},
        Scene,
        copy::{BEGIN_WAIT, MUST_WAIT, WAIT_BOX},
        means,
    },
};

/// The message that the wait is over.
const OVER: &str = "You can copy your MitID app now.";
/// How long before the wait's end the last look without a code is.
const SOON: Duration = Duration::from_secs(60);

#[when("I ask for the QR code of my active app")]
fn ask(scene: &mut Scene) {
    scene.step(means().on(PHONE).gives(QrCodeAskedFor), |session| {
        session.ask_for_code_afresh(PHONE)?;
        session.look(PHONE).map(drop)
    });
}

#[then("I am told to wait, and to tick a box before")]
fn told_to_wait(scene: &mut Scene) {
    let means = means().sees(PHONE).needs(QrCodeAskedFor).shows(&[MUST_WAIT, WAIT_BOX, BEGIN_WAIT]);
    scene.step(means, |session| {
        session.look(PHONE)?;
        let [ticked, begin] = [session.text(WAIT_BOX)?, session.text(BEGIN_WAIT)?];
        let shows = session.shows(Some(MUST_WAIT), &[])?;
        let check = ScreenShows { offers: vec![ticked], withholds: vec![begin], ..shows };
        session.judge_screen(PHONE, check)
    });
}

#[when("I tick the box and begin the wait")]
fn begin(scene: &mut Scene) {
    scene.step(means().on(PHONE).needs(QrCodeAskedFor).gives(CopyWait), |session| {
        session.begin_copy_wait(PHONE)
    });
}

#[when("all but a minute of the wait goes by")]
fn nearly_over(scene: &mut Scene) {
    scene.step(means().needs(CopyWait), |session| {
        let wait = Duration::from_secs(session.bench.profile.copy.wait_s);
        let until = session.memory.qr.wait_began + wait.saturating_sub(SOON);
        Ok(session.instruments.clock.wait_until(until)?)
    });
}

#[then("a message tells that the wait is over, in time")]
fn told_when_over(scene: &mut Scene) {
    let means = means().sees(PHONE).uses(NOTIFICATIONS).needs(CopyWait).judges::<MessageArrived>();
    scene.step(means, |session| {
        let [lower, upper] = session.bench.profile.limits.copy_told_s;
        let expected = Expected {
            wanted: true,
            text: session.text(OVER)?,
            after_s: Limits { lower: Some(lower), upper: Some(upper) },
            begun: session.memory.copy_wait.map(Handles::from).unwrap_or_default(),
            until: session.memory.qr.wait_began + Duration::from_secs_f64(upper) + SOON,
        };
        judge_message(session, PHONE, &expected)
    });
}
